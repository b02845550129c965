//! What makes a frame: changes with their terms, transfers between committees, planned savings and a reserve.

use crate::money::Money;
use crate::period::{Month, Year};
use crate::row_error::{Fault, RowError};
use crate::steering::edition::Decision;
use crate::text::{Code, Key, Name};
use crate::word::words;
use serde::{Deserialize, Serialize};

words! {
    /// What a frame change is for.
    ChangeKind: 10 {
        /// Effektivisering.
        Efficiency = "efficiency",
        /// Volym: more or fewer to serve.
        Volume = "volume",
        /// Löner och löneöverhäng.
        Wages = "wages",
        /// Överföring mellan nämnder.
        Transfer = "transfer",
        /// Statsbidrag eller riktat tillskott.
        Grant = "grant",
        /// Tilläggsanslag under året.
        Supplementary = "supplementary",
        /// Ombudgetering från förra året.
        ReBudgeting = "re-budgeting",
        /// Resultatöverföring.
        CarriedResult = "carried-result",
        /// Teknisk justering.
        Technical = "technical",
        /// Annat.
        Other = "other",
    }
}

/// The terms of a change.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Terms {
    /// Whether it is for the year only.
    pub is_one_off: bool,
    /// The month from which it holds.
    pub effective: Option<Month>,
    /// What it is in a full year, where it holds for a part of this one.
    pub full_year: Option<Money>,
    /// What it depends on; empty when it is firm.
    pub condition: String,
    /// The decision.
    pub decision: Option<Decision>,
}

impl Terms {
    /// Whether it is decided without a condition.
    pub const fn is_firm(&self) -> bool {
        self.condition.is_empty()
    }
}

/// A change of a frame.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FrameChange {
    /// Its key.
    pub key: Key,
    /// What it is called.
    pub label: Name,
    /// What it is for.
    pub kind: ChangeKind,
    /// Positive raises the frame.
    pub amount: Money,
    /// On which terms.
    pub terms: Terms,
    /// Where it stands in the documents: `process row 92`.
    pub note: String,
}

/// A transfer between two committees: one amount, seen from both sides, so that transfers sum to zero.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FrameTransfer {
    /// Its key.
    pub key: Key,
    /// The year.
    pub year: Year,
    /// Whose frame it is taken from.
    pub from: Code,
    /// Whose frame it is given to.
    pub to: Code,
    /// What it is called.
    pub label: Name,
    /// How much; never negative.
    pub amount: Money,
    /// On which terms.
    pub terms: Terms,
}

impl FrameTransfer {
    /// What it is in a committee's frame; `None` where it is not of the committee.
    pub fn seen_from(&self, committee: &str) -> Option<Money> {
        match (self.from.as_str() == committee, self.to.as_str() == committee) {
            (true, false) => Some(-self.amount),
            (false, true) => Some(self.amount),
            _ => None,
        }
    }

    /// What is wrong with it by itself.
    pub fn check(&self) -> Vec<RowError> {
        let mut errors = Vec::new();
        if self.from == self.to {
            let reason = "is the committee that it is taken from";
            errors.push(RowError::whole("toCommittee", self.to.as_str(), Fault::Conflict, reason));
        }
        if self.amount < Money::ZERO {
            let reason = "is negative: turn the committees instead";
            errors.push(RowError::whole("amount", &self.amount.to_string(), Fault::Bounds, reason));
        }
        errors
    }
}

/// A saving that the budget counts on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PlannedSaving {
    /// What it is called.
    pub label: Name,
    /// How much; positive lowers net cost.
    pub amount: Money,
    /// Where.
    pub activity: Option<Code>,
}

/// A use of the reserve.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReserveUse {
    /// How much.
    pub amount: Money,
    /// For what.
    pub reason: String,
}

/// A reserve (buffert) that is required of the frame.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Reserve {
    /// The share of the frame, in hundredths of a percent.
    pub percent: i64,
    /// What it has been used for.
    pub uses: Vec<ReserveUse>,
}

/// A committee's frame for a year.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Frame {
    /// The committee.
    pub committee: Code,
    /// The year.
    pub year: Year,
    /// The opening as stated; needed where the year before has no frame here.
    pub opening: Option<Money>,
    /// Its changes.
    pub changes: Vec<FrameChange>,
    /// Savings that the budget counts on.
    pub savings: Vec<PlannedSaving>,
    /// The reserve that is required.
    pub reserve: Option<Reserve>,
    /// The closing as printed.
    pub stated_closing: Option<Money>,
    /// The sum of changes as printed.
    pub stated_changes: Option<Money>,
    /// Footnotes.
    pub footnotes: Vec<String>,
}

impl Frame {
    /// What is wrong with it by itself; fields are JSON pointers.
    pub fn check(&self) -> Vec<RowError> {
        let mut errors = Vec::new();
        for (at, change) in self.changes.iter().enumerate() {
            let mut fault = |field: &str, value: &str, reason: &str| {
                errors.push(RowError::whole(format!("changes/{at}/{field}"), value, Fault::Conflict, reason));
            };
            if self.changes[..at].iter().any(|before| before.key == change.key) {
                fault("key", change.key.as_str(), "stands twice in the list");
            }
            if change.kind == ChangeKind::Transfer {
                fault("type", change.kind.code(), "is put among the frame transfers, where both committees see it");
            }
            if change.terms.effective.is_some_and(|month| month.year() != self.year) {
                fault("effectiveMonth", "", "is not in the year of the frame");
            }
        }
        errors
    }
}
