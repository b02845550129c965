//! Measures (åtgärder): what is done, by whom, when, how surely, and what it is planned to give.

use super::filter::Measuring;
use crate::decimal::Decimal;
use crate::money::Money;
use crate::period::Period;
use crate::text::{Key, Name};
use crate::word::words;
use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

words! {
    /// How sure the planned effect is.
    Certainty: 3 {
        /// Säker: decided and under way.
        Certain = "certain",
        /// Trolig.
        Likely = "likely",
        /// Osäker.
        Uncertain = "uncertain",
    }
}

/// How many of something: five flats.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Volume {
    /// How many.
    pub count: Decimal,
    /// Of what.
    pub unit: String,
}

/// What a measure is planned to give in a month, or in a year that it is spread over evenly.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PlannedEffect {
    /// The month or the year.
    pub period: Period,
    /// Positive lowers net cost; a measure may also cost before it saves, or turn back.
    pub amount: Money,
}

/// A measure.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Measure {
    /// Its key, the same through the plan's versions.
    pub key: Key,
    /// What it is called.
    pub title: Name,
    /// What is done.
    pub description: String,
    /// The role that answers for it.
    pub role: String,
    /// The day when it begins.
    pub start: Option<NaiveDate>,
    /// The day when it is to be done.
    pub due: Option<NaiveDate>,
    /// How sure its effect is.
    pub certainty: Certainty,
    /// The measure of the plan that must be done before it.
    pub depends_on: Option<Key>,
    /// Something else that it waits for: an agreement, a decision of another body.
    pub awaits: String,
    /// How many of something.
    pub volume: Option<Volume>,
    /// What it is planned to give.
    pub effects: Vec<PlannedEffect>,
    /// How what it gives is known.
    pub measuring: Measuring,
}
