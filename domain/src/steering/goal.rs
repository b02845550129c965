//! The nodes of a goal chain: goals, commitments, assignments, headings. The level says what a node is.

use super::model::{Carried, Level};
use super::placement::Placement;
use super::target::{Target, Years};
use crate::code_plan::{Committee, CommitteeKind};
use crate::decimal::Decimal;
use crate::period::Month;
use crate::row_error::{Fault, RowError};
use crate::text::{Code, Key};
use crate::word::words;
use serde::{Deserialize, Serialize};
use std::collections::HashSet;

words! {
    /// Who set a goal.
    Origin: 3 {
        /// Fullmäktige.
        Council = "council",
        /// Nämnden.
        Committee = "committee",
        /// Not said in the document, and never guessed.
        Unknown = "unknown",
    }
}

words! {
    /// A group of bodies that a responsibility is given to as one.
    Group: 3 {
        /// Alla nämnder.
        AllCommittees = "all-committees",
        /// Alla bolag.
        AllCompanies = "all-companies",
        /// Alla nämnder och bolag.
        AllCommitteesAndCompanies = "all-committees-and-companies",
    }
}

impl Group {
    /// Whether a body of a kind is one of the group.
    pub const fn has(self, kind: CommitteeKind) -> bool {
        let is_committee =
            matches!(kind, CommitteeKind::Executive | CommitteeKind::Committee | CommitteeKind::ProgrammeCommittee);
        let is_company = matches!(kind, CommitteeKind::Company);
        match self {
            Self::AllCommittees => is_committee,
            Self::AllCompanies => is_company,
            Self::AllCommitteesAndCompanies => is_committee || is_company,
        }
    }
}

/// A body that is responsible, or that is waited for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Body {
    /// As written: `KS`, `alla nämnder och KFAST`.
    pub name: String,
    /// The committee, when it is one of the municipality's.
    pub committee: Option<Code>,
    /// The group, when it is one.
    pub group: Option<Group>,
}

impl Body {
    /// Whether it is, or holds, a committee.
    pub fn is(&self, committee: &Committee) -> bool {
        self.committee.as_ref() == Some(&committee.code) || self.group.is_some_and(|group| group.has(committee.kind))
    }
}

words! {
    /// How far an activity step has come.
    StepState: 4 {
        /// Planerad.
        Planned = "planned",
        /// Pågår.
        Ongoing = "ongoing",
        /// Genomförd.
        Done = "done",
        /// Struken.
        Dropped = "dropped",
    }
}

/// An activity step (aktivitet).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ActivityStep {
    /// What is done.
    pub text: String,
    /// How many, where a number is given.
    pub quantity: Option<Decimal>,
    /// Of what.
    pub unit: String,
    /// The month when it is to be done.
    pub due: Option<Month>,
    /// The months when it is followed up.
    pub follow_ups: Vec<Month>,
    /// How far it has come.
    pub state: StepState,
}

/// A reference to another node's target: of a period, or all of them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TargetReference {
    /// The node whose target it is.
    pub goal: Key,
    /// The target's period; none for every target.
    pub period: Option<Years>,
}

/// A node of the chain.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Goal {
    /// As in the document: `P25`.
    pub code: Key,
    /// The steering model that it is part of.
    pub model: Code,
    /// Its level.
    pub level: Code,
    /// Its title.
    pub title: String,
    /// More.
    pub text: String,
    /// The committee whose own it is; none for the municipality's.
    pub committee: Option<Code>,
    /// Who set it.
    pub origin: Origin,
    /// The years that it is for.
    pub horizon: Option<Years>,
    /// Who answers for it.
    pub responsibles: Vec<Body>,
    /// When it counts as fulfilled, in words.
    pub criterion: String,
    /// What it depends on: `om ramen höjs`.
    pub condition: String,
    /// Whose initiative it waits for.
    pub waiting_for: Option<Body>,
    /// Its targets.
    pub targets: Vec<Target>,
    /// Targets of other nodes that it is fulfilled by, all of them.
    pub refers_to: Vec<TargetReference>,
    /// Its indicators, by key.
    pub indicators: Vec<Key>,
    /// Its activity steps.
    pub steps: Vec<ActivityStep>,
    /// Where it stands.
    pub placements: Vec<Placement>,
}

impl Goal {
    /// Whether a committee answers for it: by name, in a group, or since it is its own.
    pub fn is_answered_for_by(&self, committee: &Committee) -> bool {
        self.committee.as_ref() == Some(&committee.code) || self.responsibles.iter().any(|body| body.is(committee))
    }

    /// What it carries that its level does not allow, and what is wrong with its targets; fields begin with `at`.
    pub fn check(&self, at: &str, level: &Level, errors: &mut Vec<RowError>) {
        let carried = [
            (Carried::Targets, "targets", !self.targets.is_empty()),
            (Carried::Indicators, "indicators", !self.indicators.is_empty()),
            (Carried::Responsibles, "responsibles", !self.responsibles.is_empty()),
            (Carried::ActivitySteps, "activitySteps", !self.steps.is_empty()),
            (Carried::Criterion, "criterion", !self.criterion.is_empty()),
        ];
        for (what, field, is_given) in carried {
            if is_given && !level.may_carry(what) {
                let reason = format!("is given, but the level {} does not carry {}", level.code, what.code());
                errors.push(RowError::whole(format!("{at}{field}"), "", Fault::Conflict, reason));
            }
        }
        let mut seen = HashSet::new();
        for (number, key) in self.indicators.iter().enumerate().filter(|(_, key)| !seen.insert(*key)) {
            let field = format!("{at}indicators/{number}");
            errors.push(RowError::whole(field, key.as_str(), Fault::Conflict, "stands twice in the goal"));
        }
        for (number, target) in self.targets.iter().enumerate() {
            target.check(&format!("{at}targets/{number}"), errors);
            if let Some(key) = target.indicator.as_ref().filter(|key| !self.indicators.contains(key)) {
                let field = format!("{at}targets/{number}/indicator");
                errors.push(RowError::whole(
                    field,
                    key.as_str(),
                    Fault::UnknownCode,
                    "is not one of the goal's indicators",
                ));
            }
        }
    }
}
