//! Observations (utfall): one value of an indicator, for an organisation, a period and a sex.

use super::measure_period::MeasurePeriod;
use super::organisation::Organisation;
use crate::decimal::Decimal;
use crate::row_error::{Fault, RowError};
use crate::text::Key;
use crate::word::words;
use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use std::collections::HashMap;

words! {
    /// Sex, by Kolada's codes.
    Sex: 3 {
        /// Totalt.
        Total = "T",
        /// Kvinnor.
        Women = "K",
        /// Män.
        Men = "M",
    }
}

words! {
    /// What a value is, or why there is none.
    ObservationStatus: 6 {
        /// Slutligt.
        Final = "final",
        /// Preliminärt.
        Preliminary = "preliminary",
        /// Uppskattat.
        Estimated = "estimated",
        /// Inte mätt, eller mätt och inte tillgängligt.
        NotMeasured = "not-measured",
        /// Inte tillämpligt.
        NotApplicable = "not-applicable",
        /// Sekretess: too few to be shown.
        Suppressed = "suppressed",
    }
}

impl ObservationStatus {
    /// Whether it says why there is no value.
    pub const fn is_absence(self) -> bool {
        matches!(self, Self::NotMeasured | Self::NotApplicable | Self::Suppressed)
    }
}

/// Which value: nothing has two at a time.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct ObservationKey {
    /// The indicator.
    pub indicator: Key,
    /// Whom it is for.
    pub organisation: Organisation,
    /// When it is for.
    pub period: MeasurePeriod,
    /// Of which sex.
    pub sex: Sex,
}

/// What a value is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Observed {
    /// The value; none for one in words, or where there is none.
    pub value: Option<Decimal>,
    /// What it is, or why there is none.
    pub status: ObservationStatus,
    /// As written: `7,5 %`, `Arbete pågår`.
    pub text: String,
    /// What to be careful about.
    pub caution: String,
    /// The first day that was measured, where it is not the period's.
    pub measured_from: Option<NaiveDate>,
    /// The last day that was measured, or the day of measuring.
    pub measured_to: Option<NaiveDate>,
    /// The day when it was taken out of its source.
    pub extracted_on: Option<NaiveDate>,
}

impl Observed {
    /// Whether it stands in words only: what says why there is no value is no outcome.
    pub const fn is_in_words(&self) -> bool {
        self.value.is_none() && !self.status.is_absence() && !self.text.is_empty()
    }

    /// Whether it is an outcome, in a value or in words.
    pub const fn is_outcome(&self) -> bool {
        self.value.is_some() || self.is_in_words()
    }
}

/// An observation to store: what it is, or that there is none any more.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Observation {
    /// The row of the delivery, from 1.
    pub row: u32,
    /// The line of the file, where it has lines.
    pub line: Option<u32>,
    /// Which value.
    pub key: ObservationKey,
    /// What it is; none deletes what stands and leaves a tombstone.
    pub observed: Option<Observed>,
}

/// What is wrong with a delivery's rows, each by itself and against the others.
pub fn check(rows: &[Observation]) -> Vec<RowError> {
    let mut errors = Vec::new();
    let mut seen: HashMap<&ObservationKey, u32> = HashMap::with_capacity(rows.len());
    for row in rows {
        let mut fault = |field: &str, value: &str, fault: Fault, reason: String| {
            errors.push(RowError::at(row.row, row.line, field, value, fault, reason));
        };
        if let Some(first) = seen.insert(&row.key, row.row) {
            let reason = format!("is given twice for the same organisation, period and sex: row {first} has it too");
            fault("indicator", row.key.indicator.as_str(), Fault::Conflict, reason);
        }
        let Some(observed) = &row.observed else { continue };
        let status = observed.status.code();
        match observed.value {
            Some(value) if observed.status.is_absence() => {
                fault("value", &value.to_string(), Fault::Conflict, format!("is given, but the status is {status}"));
            }
            None if !observed.status.is_absence() && observed.text.is_empty() => {
                let reason = format!("is needed, or a text: the status is {status}");
                fault("value", "", Fault::Missing, reason);
            }
            _ => {}
        }
        if let (Some(from), Some(to)) = (observed.measured_from, observed.measured_to)
            && to < from
        {
            fault("measuredTo", &to.to_string(), Fault::Conflict, "is before measuredFrom".into());
        }
    }
    errors
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_says_why_there_is_no_value_is_no_outcome() {
        let one = |value: Option<i64>, status, text: &str| {
            let days = (None, None, None);
            let (measured_from, measured_to, extracted_on) = days;
            let (value, text) = (value.map(Decimal::stored), text.to_owned());
            let caution = String::new();
            let one = Observed { value, status, text, caution, measured_from, measured_to, extracted_on };
            (one.is_outcome(), one.is_in_words())
        };
        assert_eq!(one(Some(1), ObservationStatus::Final, "1 %"), (true, false));
        assert_eq!(one(None, ObservationStatus::Final, "Arbete pågår"), (true, true));
        assert_eq!(one(None, ObservationStatus::NotMeasured, "-"), (false, false));
    }
}
