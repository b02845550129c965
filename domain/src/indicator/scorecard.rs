//! Scorecards (styrkort): a committee's indicators of a year, under perspectives and headings. One may stand in several places.

use crate::period::Year;
use crate::row_error::{Fault, RowError};
use crate::text::{Code, Key, Name};
use serde::{Deserialize, Serialize};

/// A group of indicators.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ScorecardGroup {
    /// The perspective that it is under.
    pub perspective: String,
    /// Its heading; it may carry the basis of measuring.
    pub heading: Name,
    /// Its indicators, in order.
    pub indicators: Vec<Key>,
}

/// A scorecard.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Scorecard {
    /// The committee.
    pub committee: Code,
    /// The year.
    pub year: Year,
    /// Its groups, in order.
    pub groups: Vec<ScorecardGroup>,
}

impl Scorecard {
    /// The keys of its indicators, each once.
    pub fn keys(&self) -> Vec<&str> {
        let mut keys: Vec<&str> = self.groups.iter().flat_map(|group| &group.indicators).map(Key::as_str).collect();
        keys.sort_unstable();
        keys.dedup();
        keys
    }

    /// The indicators that are not known; fields are JSON pointers.
    pub fn check(&self, is_known: impl Fn(&str) -> bool) -> Vec<RowError> {
        let mut errors = Vec::new();
        for (at, group) in self.groups.iter().enumerate() {
            for (number, key) in group.indicators.iter().enumerate().filter(|(_, key)| !is_known(key.as_str())) {
                let field = format!("groups/{at}/indicators/{number}");
                let reason = "is not an indicator of the municipality";
                errors.push(RowError::whole(field, key.as_str(), Fault::UnknownCode, reason));
            }
        }
        errors
    }
}
