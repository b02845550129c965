//! Targets (målvärden): what is to be reached and when, with an operator, a value and the words as written.

use crate::decimal::Decimal;
use crate::period::{PeriodError, Year};
use crate::row_error::{Fault, RowError};
use crate::text::Key;
use crate::word::words;
use serde::{Deserialize, Serialize};
use std::fmt;

words! {
    /// How an outcome is held against a target.
    Operator: 12 {
        /// Minst.
        AtLeast = "at-least",
        /// Högst.
        AtMost = "at-most",
        /// Över.
        Above = "above",
        /// Under.
        Below = "below",
        /// Lika med.
        Equal = "equal",
        /// Mellan; both ends count.
        Between = "between",
        /// Ska öka.
        Increase = "increase",
        /// Ska minska.
        Decrease = "decrease",
        /// Ska behållas.
        Maintain = "maintain",
        /// Ska mätas.
        Measure = "measure",
        /// Ska följas.
        Follow = "follow",
        /// Utgångsvärde: compared with, not reached.
        Baseline = "baseline",
    }
}

impl Operator {
    /// Whether the operator says nothing without a value.
    pub const fn needs_value(self) -> bool {
        matches!(self, Self::AtLeast | Self::AtMost | Self::Above | Self::Below | Self::Equal | Self::Between)
    }
}

/// A year, or several in a row: `2017`, `2019-2021`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Years {
    /// The first.
    pub first: Year,
    /// The last; the first itself for a single year.
    pub last: Year,
}

impl Years {
    /// Reads `2017` or `2019-2021`.
    pub fn parse(text: &str) -> Result<Self, PeriodError> {
        let (first, last) = text.split_once('-').unwrap_or((text, text));
        let years = Self { first: Year::parse(first)?, last: Year::parse(last)? };
        if years.first <= years.last { Ok(years) } else { Err(PeriodError::Year) }
    }

    /// Whether a year is one of them.
    pub fn cover(self, year: Year) -> bool {
        self.first <= year && year <= self.last
    }
}

impl fmt::Display for Years {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.first == self.last { self.first.fmt(f) } else { write!(f, "{}-{}", self.first, self.last) }
    }
}

/// A target of a goal.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Target {
    /// When it is to be reached.
    pub period: Years,
    /// How the outcome is compared; none when the document does not say.
    pub operator: Option<Operator>,
    /// The value; none for a target in words.
    pub value: Option<Decimal>,
    /// The upper end of `between`.
    pub upper: Option<Decimal>,
    /// The unit, as written.
    pub unit: String,
    /// The words as written: `53`, `80,0`, `minst fyra gånger under året`.
    pub text: String,
    /// The indicator that it is for.
    pub indicator: Option<Key>,
}

impl Target {
    /// What is wrong with it; fields begin with `at`.
    pub fn check(&self, at: &str, errors: &mut Vec<RowError>) {
        check_values(at, (self.operator, self.value, self.upper), errors);
        if self.value.is_none() && self.text.is_empty() {
            let reason = "is needed: a target has a value or the words as written";
            errors.push(RowError::whole(format!("{at}/text"), "", Fault::Missing, reason));
        }
    }
}

/// Whether an operator has the values that it needs, and no others; fields begin with `at`.
pub(crate) fn check_values(
    at: &str,
    (operator, value, upper): (Option<Operator>, Option<Decimal>, Option<Decimal>),
    errors: &mut Vec<RowError>,
) {
    let mut fault = |field: &str, value: &str, fault: Fault, reason: &str| {
        errors.push(RowError::whole(format!("{at}/{field}"), value, fault, reason));
    };
    if let Some(operator) = operator.filter(|operator| operator.needs_value() && value.is_none()) {
        fault("value", "", Fault::Missing, &format!("is needed: the operator is {}", operator.code()));
    }
    match (operator, value, upper) {
        (Some(Operator::Between), Some(value), Some(upper)) if upper < value => {
            fault("upper", &upper.to_string(), Fault::Conflict, "is below value");
        }
        (Some(Operator::Between), _, None) => {
            fault("upper", "", Fault::Missing, "is needed: the operator is between");
        }
        (Some(Operator::Between), ..) | (_, _, None) => {}
        (_, _, Some(upper)) => {
            fault("upper", &upper.to_string(), Fault::Conflict, "belongs to the operator between only");
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn years_are_one_or_a_span() {
        assert_eq!(Years::parse("2019-2021").unwrap().to_string(), "2019-2021");
        assert_eq!(Years::parse("2017").unwrap().to_string(), "2017");
        for text in ["2021-2019", "2017-08", "17", "2017-2018-2019", ""] {
            assert!(Years::parse(text).is_err(), "{text}");
        }
    }

    #[test]
    fn a_target_says_enough_to_be_understood() {
        let target = Target {
            period: Years::parse("2017").unwrap(),
            operator: Some(Operator::Between),
            value: Some(Decimal::stored(5)),
            upper: Some(Decimal::stored(4)),
            unit: String::new(),
            text: String::new(),
            indicator: None,
        };
        let fields = |target: &Target| {
            let mut errors = Vec::new();
            target.check("targets/0", &mut errors);
            errors.into_iter().map(|error| error.field).collect::<Vec<_>>()
        };
        assert_eq!(fields(&target), ["targets/0/upper"]);
        let in_words = Target {
            operator: Some(Operator::Increase),
            value: None,
            upper: None,
            text: "Öka".into(),
            ..target.clone()
        };
        assert_eq!(fields(&in_words), Vec::<String>::new());
        let nothing = Target { operator: Some(Operator::AtLeast), text: String::new(), ..in_words };
        assert_eq!(fields(&nothing), ["targets/0/value", "targets/0/text"]);
    }
}
