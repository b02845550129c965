//! Plans (verksamhetsplaner): what a committee collects for a year.

use crate::period::Year;
use crate::row_error::{Fault, RowError};
use crate::steering::model::twice;
use crate::text::{Code, Key, Name};
use serde::{Deserialize, Serialize};
use std::collections::HashSet;

/// A section of text.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Section {
    /// Its code.
    pub code: Code,
    /// Its heading.
    pub title: Name,
    /// What it says.
    pub text: String,
}

/// A goal in a plan, with what the committee adds to it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PlannedGoal {
    /// The goal's code.
    pub goal: Key,
    /// The committee's own words on it.
    pub text: String,
}

/// An appendix (bilaga).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Appendix {
    /// Its title.
    pub title: Name,
    /// Where it is: a diary number, an address.
    pub reference: String,
}

/// What a plan holds; goals are read as they were when it was proposed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Plan {
    /// The committee whose plan it is.
    pub committee: Code,
    /// The year that it is for.
    pub year: Year,
    /// The steering model of its goals.
    pub model: Code,
    /// Its title.
    pub title: Name,
    /// Sections of text, in order.
    pub sections: Vec<Section>,
    /// Its goals, in the order that the committee lists them.
    pub goals: Vec<PlannedGoal>,
    /// Its indicators, by key.
    pub indicators: Vec<Key>,
    /// Its appendices.
    pub appendices: Vec<Appendix>,
}

impl Plan {
    /// What is wrong with the plan by itself, and the goals that are not among the known; fields are JSON pointers.
    pub fn check(&self, known: &HashSet<&str>) -> Vec<RowError> {
        let mut errors = Vec::new();
        twice(self.sections.iter().map(|section| section.code.as_str()), "sections", &mut errors);
        let mut seen = HashSet::new();
        for (at, goal) in self.goals.iter().enumerate() {
            let mut fault = |fault, reason: &str| {
                errors.push(RowError::whole(format!("goals/{at}/goal"), goal.goal.as_str(), fault, reason));
            };
            if !known.contains(goal.goal.as_str()) {
                fault(Fault::UnknownCode, "is not a goal of the steering model");
            } else if !seen.insert(&goal.goal) {
                fault(Fault::Conflict, "stands twice in the plan");
            }
        }
        let mut seen = HashSet::new();
        for (at, key) in self.indicators.iter().enumerate() {
            if !seen.insert(key) {
                let reason = "stands twice in the plan";
                errors.push(RowError::whole(format!("indicators/{at}"), key.as_str(), Fault::Conflict, reason));
            }
        }
        errors
    }
}
