//! Targets (målvärden) of indicators: for a period, with an operator, several where they differ in organisation or sex.

use super::measure_period::MeasurePeriod;
use super::observation::Sex;
use super::organisation::Organisation;
use crate::decimal::Decimal;
use crate::row_error::{Fault, RowError};
use crate::steering::target::{Operator, check_values};
use crate::text::Key;
use crate::word::words;
use serde::{Deserialize, Serialize};

words! {
    /// What a relative target's value is a share of, in percent.
    RelativeTo: 3 {
        /// The committee's adopted budget of the year, in net cost.
        Budget = "budget",
        /// Another indicator of the same organisation and period.
        Indicator = "indicator",
        /// The same indicator of another organisation, such as Riket.
        Organisation = "organisation",
    }
}

/// What a target is relative to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Reference {
    /// The committee's budget.
    Budget,
    /// Another indicator.
    Indicator(Key),
    /// Another organisation.
    Organisation(Organisation),
}

impl Reference {
    /// Which kind it is.
    pub const fn kind(&self) -> RelativeTo {
        match self {
            Self::Budget => RelativeTo::Budget,
            Self::Indicator(_) => RelativeTo::Indicator,
            Self::Organisation(_) => RelativeTo::Organisation,
        }
    }
}

/// A target of an indicator.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct IndicatorTarget {
    /// When it is to be reached.
    pub period: MeasurePeriod,
    /// Whom it is for; none for every organisation that has values.
    pub organisation: Option<Organisation>,
    /// Of which sex.
    pub sex: Sex,
    /// How the outcome is compared; without one, the indicator's direction says it.
    pub operator: Option<Operator>,
    /// The value.
    pub value: Option<Decimal>,
    /// The upper end of `between`.
    pub upper: Option<Decimal>,
    /// What the value is a share of, in percent.
    pub relative_to: Option<Reference>,
    /// The period that a direction is compared with; the same part of the year before when it is not said.
    pub compared_with: Option<MeasurePeriod>,
    /// How far from the value still counts as partly met, in the indicator's unit.
    pub tolerance: Option<Decimal>,
    /// The unit, where it is not the indicator's: such a target is kept and not assessed.
    pub unit: String,
    /// The group of people or things that it is for, in words.
    pub group: String,
    /// The words as written.
    pub text: String,
}

impl IndicatorTarget {
    /// What is wrong with it; fields begin with `at`.
    pub fn check(&self, at: &str, errors: &mut Vec<RowError>) {
        check_values(at, (self.operator, self.value, self.upper), errors);
        let mut fault = |field: &str, value: &str, fault: Fault, reason: &str| {
            errors.push(RowError::whole(format!("{at}/{field}"), value, fault, reason));
        };
        if self.tolerance.is_some_and(|tolerance| tolerance.millionths() < 0) {
            fault("tolerance", "", Fault::Bounds, "is negative");
        }
        if self.value.is_none() && self.operator.is_none() && self.text.is_empty() {
            fault("text", "", Fault::Missing, "is needed: a target has a value, an operator or the words as written");
        }
    }
}
