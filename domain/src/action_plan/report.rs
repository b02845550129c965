//! Reports on an action plan: how far each measure has come, and what it has given so far.

use crate::money::{AmountError, Money};
use crate::period::Month;
use crate::row_error::{Fault, RowError};
use crate::text::Key;
use crate::word::words;
use serde::{Deserialize, Serialize};
use std::collections::HashSet;

words! {
    /// How far a measure has come, as it is reported.
    MeasureState: 4 {
        /// Ej påbörjad.
        Planned = "planned",
        /// Pågår.
        Ongoing = "ongoing",
        /// Genomförd.
        Done = "done",
        /// Utgår.
        Cancelled = "cancelled",
    }
}

/// What is reported of a measure.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct MeasureReport {
    /// The measure.
    pub measure: Key,
    /// How far it has come.
    pub state: MeasureState,
    /// What it has given from January through the month; positive lowers net cost. A measured one may be left out.
    pub realised: Option<Money>,
    /// In words.
    pub comment: String,
}

/// A report on a plan through a month.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct EffectReport {
    /// January through this month.
    pub month: Month,
    /// What is reported of the plan as a whole.
    pub text: String,
    /// What the plan as a whole has given, where measures have no amounts of their own.
    pub realised: Option<Money>,
    /// What is reported of its measures.
    pub measures: Vec<MeasureReport>,
}

impl EffectReport {
    /// What is wrong with it by itself, and the measures that the plan does not have; fields are JSON pointers.
    pub fn check(&self, known: &HashSet<&str>) -> Vec<RowError> {
        let mut errors = Vec::new();
        let mut seen = HashSet::new();
        for (at, one) in self.measures.iter().enumerate() {
            let mut fault = |fault, reason: &str| {
                errors.push(RowError::whole(format!("measures/{at}/measure"), one.measure.as_str(), fault, reason));
            };
            if !known.contains(one.measure.as_str()) {
                fault(Fault::UnknownCode, "is not a measure of the plan");
            } else if !seen.insert(&one.measure) {
                fault(Fault::Conflict, "is reported twice");
            }
        }
        if self.realised.is_some() && self.measures.iter().any(|one| one.realised.is_some()) {
            let reason = "stands beside amounts of measures: a report gives the whole's, or each one's";
            errors.push(RowError::whole("realised", "", Fault::Conflict, reason));
        }
        errors
    }

    /// What is reported of a measure.
    pub fn of(&self, measure: &str) -> Option<&MeasureReport> {
        self.measures.iter().find(|one| one.measure.as_str() == measure)
    }
}

/// What a plan has given in a year: the whole's amount of the report, or the sum of its measures' where any is known.
pub fn realised(whole: Option<Money>, measures: &[Option<Money>]) -> Result<Option<Money>, AmountError> {
    if whole.is_some() || measures.iter().all(Option::is_none) {
        return Ok(whole);
    }
    Money::sum(measures.iter().copied().flatten()).map(Some)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_negative_effect_counts_and_an_unknown_one_is_not_zero() {
        let ore = |ore: i64| Some(Money::stored(ore));
        assert_eq!(realised(None, &[ore(17), ore(-3), None]), Ok(ore(14)));
        assert_eq!(realised(None, &[None, None]), Ok(None));
        assert_eq!(realised(ore(5), &[None]), Ok(ore(5)));
    }
}
