//! Assessment scales (bedömningsskalor): a municipality's own words and marks, mapped to four statuses so that they can be compared.

use crate::text::{Code, Name};
use crate::word::words;
use serde::{Deserialize, Serialize};

words! {
    /// How something went, in words that are the same in every municipality.
    Status: 4 {
        /// Uppfyllt.
        Met = "met",
        /// Delvis uppfyllt.
        Partly = "partly",
        /// Ej uppfyllt.
        NotMet = "not-met",
        /// Ej bedömt: nobody has said, or nobody can.
        NotAssessed = "not-assessed",
    }
}

/// A label of a scale: what a person may answer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Label {
    /// Its code.
    pub code: Code,
    /// As it is said.
    pub name: Name,
    /// What it means.
    pub meaning: String,
    /// The mark that a document prints for it: a colour or a symbol.
    pub mark: String,
    /// What it is compared as.
    pub status: Status,
}

/// An assessment scale: its labels, in the order that they are shown.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Scale {
    /// Its code.
    pub code: Code,
    /// Its name.
    pub name: Name,
    /// What may be answered.
    pub labels: Vec<Label>,
}

impl Scale {
    /// The label of a code.
    pub fn label(&self, code: &str) -> Option<&Label> {
        self.labels.iter().find(|label| label.code.as_str() == code)
    }
}
