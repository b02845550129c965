//! What a measure gives, measured on the ledger: the sum of some code strings against a baseline.

use crate::code_part::CodePart;
use crate::distribution::Profile;
use crate::money::{AmountError, Money};
use crate::text::Code;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// Which code strings count: of every part that is named one of its codes, or one that hangs under it.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct CodeFilter(pub BTreeMap<CodePart, Vec<Code>>);

/// What the outcome is compared with.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Baseline {
    /// The adopted, periodised budget of the same months.
    Budget,
    /// The outcome of the same months of the year before.
    LastYear,
    /// A level of net cost for a whole year, spread evenly.
    Level(Money),
}

impl Baseline {
    /// `budget`, `last-year` or `level`.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Budget => "budget",
            Self::LastYear => "last-year",
            Self::Level(_) => "level",
        }
    }
}

/// How what a measure gives is known.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Measuring {
    /// It is entered in the plan's reports.
    Entered,
    /// It is measured on the ledger: the baseline less the outcome of the code strings.
    Ledger {
        /// Which code strings.
        filter: CodeFilter,
        /// Against what.
        baseline: Baseline,
    },
}

impl Measuring {
    /// `entered` or `ledger`.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Entered => "entered",
            Self::Ledger { .. } => "ledger",
        }
    }
}

/// What a measure has given in some months of a year: the baseline less the outcome, positive when net cost is lower.
///
/// The sums are of the filter's code strings by month, 1 to 12, debit positive.
pub fn measured(
    baseline: &Baseline,
    months: std::ops::RangeInclusive<u8>,
    outcome: &BTreeMap<u8, Money>,
    compared: &BTreeMap<u8, Money>,
) -> Result<Money, AmountError> {
    let sum = |of: &BTreeMap<u8, Money>| {
        Money::sum(of.iter().filter(|(month, _)| months.contains(month)).map(|(_, amount)| *amount))
    };
    let base = match baseline {
        Baseline::Budget | Baseline::LastYear => sum(compared)?,
        Baseline::Level(level) => {
            let by_month = (1..=12).zip(Profile::EVEN.spread(*level));
            Money::sum(by_month.filter(|(month, _)| months.contains(month)).map(|(_, amount)| amount))?
        }
    };
    base.minus(sum(outcome)?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_costs_less_than_its_baseline_has_given_the_difference() {
        let months = |ore: [i64; 3]| (1_u8..).zip(ore.map(Money::stored)).collect::<BTreeMap<_, _>>();
        let (outcome, before) = (months([90, 80, 70]), months([100, 100, 100]));
        assert_eq!(measured(&Baseline::LastYear, 2..=3, &outcome, &before), Ok(Money::stored(50)));
        assert_eq!(measured(&Baseline::Level(Money::stored(1_200)), 1..=3, &outcome, &before), Ok(Money::stored(60)));
        assert_eq!(measured(&Baseline::Budget, 1..=2, &months([120, 120, 0]), &before), Ok(Money::stored(-40)));
    }
}
