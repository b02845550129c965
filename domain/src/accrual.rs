//! Accrual adjustments (periodiseringsjusteringar): what is booked in a year and belongs to another. A year with thirteen months of invoices
//! is restated to twelve beside what is booked, never in place of it.

use crate::money::Money;
use crate::period::Year;
use crate::row_error::{Fault, RowError};
use crate::text::{Code, Key, Name};
use serde::{Deserialize, Serialize};

/// An amount that is booked in one year and belongs to another.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Adjustment {
    /// Its key.
    pub key: Key,
    /// What it is.
    pub label: Name,
    /// How much of what is booked, debit positive.
    pub amount: Money,
    /// The year that it belongs to.
    pub belongs_to: Year,
    /// The account that it is booked on.
    pub account: Option<Code>,
    /// The unit.
    pub unit: Option<Code>,
    /// The activity.
    pub activity: Option<Code>,
    /// Why it belongs to the other year.
    pub reason: String,
}

/// A committee's adjustments of what is booked in a year.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AccrualAdjustments {
    /// The committee.
    pub committee: Code,
    /// The year that the amounts are booked in.
    pub year: Year,
    /// The adjustments.
    pub adjustments: Vec<Adjustment>,
}

impl AccrualAdjustments {
    /// What is wrong with them by themselves; fields are JSON pointers.
    pub fn check(&self) -> Vec<RowError> {
        let mut errors = Vec::new();
        for (at, one) in self.adjustments.iter().enumerate() {
            let mut fault = |field: &str, value: &str, reason: &str| {
                errors.push(RowError::whole(format!("adjustments/{at}/{field}"), value, Fault::Conflict, reason));
            };
            if self.adjustments[..at].iter().any(|before| before.key == one.key) {
                fault("key", one.key.as_str(), "stands twice in the list");
            }
            if one.belongs_to == self.year {
                fault("belongsTo", &one.belongs_to.to_string(), "is the year that it is booked in");
            }
        }
        errors
    }
}

/// What is added to the booked outcome of a year to restate it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Restatement<'a> {
    /// The committee.
    pub committee: &'a Code,
    /// The adjustment that it comes from.
    pub adjustment: &'a Adjustment,
    /// Debit positive: what is booked elsewhere and belongs here, or minus what is booked here and belongs elsewhere.
    pub amount: Money,
}

/// What restates a year, of adjustments of all years.
pub fn restatements(all: &[AccrualAdjustments], year: Year) -> Vec<Restatement<'_>> {
    let of = |document: &AccrualAdjustments, one: &Adjustment| {
        if document.year == year { Some(-one.amount) } else { (one.belongs_to == year).then_some(one.amount) }
    };
    let restated = all.iter().flat_map(|document| {
        document.adjustments.iter().filter_map(move |adjustment| {
            let amount = of(document, adjustment)?;
            Some(Restatement { committee: &document.committee, adjustment, amount })
        })
    });
    restated.collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn booked(year: &str, amounts: &[(i64, &str)]) -> AccrualAdjustments {
        let adjustment = |(at, (ore, belongs_to)): (usize, &(i64, &str))| Adjustment {
            key: Key::parse(&format!("a{at}")).unwrap(),
            label: Name::parse("Placeringar i december").unwrap(),
            amount: Money::stored(*ore),
            belongs_to: Year::parse(belongs_to).unwrap(),
            account: None,
            unit: None,
            activity: None,
            reason: "Fakturan kom i januari".into(),
        };
        let adjustments = amounts.iter().enumerate().map(adjustment).collect();
        AccrualAdjustments { committee: Code::parse("SN").unwrap(), year: Year::parse(year).unwrap(), adjustments }
    }

    #[test]
    fn what_belongs_to_another_year_is_named() {
        let fields: Vec<String> = booked("2019", &[(1, "2019")]).check().into_iter().map(|error| error.field).collect();
        assert_eq!(fields, ["adjustments/0/belongsTo"]);
    }

    proptest! {
        /// What is taken from one year is given to another: over all years nothing is added or lost.
        #[test]
        fn adjustments_move_and_never_make_money(amounts in proptest::collection::vec((-999_i64..999, 0_usize..3), 0..9)) {
            let years = ["2017", "2018", "2020"];
            let moved: Vec<(i64, &str)> = amounts.iter().map(|(ore, year)| (*ore, years[*year])).collect();
            let all = [booked("2019", &moved)];
            let sum = |year: &str| restatements(&all, Year::parse(year).unwrap()).iter().map(|one| one.amount.ore()).sum::<i64>();
            prop_assert_eq!(years.iter().map(|year| sum(year)).sum::<i64>() + sum("2019"), 0);
        }
    }
}
