//! The checklist of a follow-up: what must be there before it can be submitted, computed from the rest.

use super::follow_up::{FollowUp, Subject};
use super::model::Chapter;
use crate::word::words;
use std::collections::HashSet;

words! {
    /// What is checked.
    Check: 6 {
        /// Every goal, commitment and assignment of the plan is assessed.
        GoalsAssessed = "goals-assessed",
        /// Every chapter that the steering model requires is written.
        ChaptersWritten = "chapters-written",
        /// The plan that is followed up is decided.
        PlanDecided = "plan-decided",
        /// Every month through the period has an outcome.
        MonthsPosted = "months-posted",
        /// Every open deviation case is explained.
        DeviationsExplained = "deviations-explained",
        /// Every control step that is due has a result.
        InternalControlReported = "internal-control-reported",
    }
}

words! {
    /// How a check stands.
    CheckState: 3 {
        /// All is there.
        Done = "done",
        /// Something is missing; the follow-up cannot be submitted.
        Missing = "missing",
        /// There is nothing to check: no plan is named, no outcome is kept here.
        NotApplicable = "not-applicable",
    }
}

/// Something named: its code and its name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Named {
    /// Its code, or the month, or the case.
    pub code: String,
    /// What it is called.
    pub name: String,
}

/// What the rest of the service knows; `None` where there is nothing to check.
#[derive(Debug, Clone, Default)]
pub struct Facts {
    /// The goals that the committee is to assess.
    pub goals: Vec<Named>,
    /// The chapters of the steering model.
    pub chapters: Vec<Chapter>,
    /// The plan that is named, and whether it is decided.
    pub plan: Option<(Named, bool)>,
    /// The months without outcome.
    pub months_without_outcome: Option<Vec<Named>>,
    /// The open deviation cases.
    pub open_deviations: Option<Vec<Named>>,
    /// The control steps that should have a result and have none.
    pub unreported_steps: Option<Vec<Named>>,
}

/// A line of the checklist.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Item {
    /// What is checked.
    pub check: Check,
    /// How it stands.
    pub state: CheckState,
    /// What is missing.
    pub missing: Vec<Named>,
}

/// The checklist of a follow-up.
pub fn checklist(follow_up: &FollowUp, facts: &Facts) -> Vec<Item> {
    let assessed: HashSet<&str> = follow_up
        .assessments
        .iter()
        .filter(|one| one.label.is_some())
        .filter_map(|one| match &one.subject {
            Subject::Goal(key) => Some(key.as_str()),
            Subject::Indicator(_) => None,
        })
        .collect();
    let written: HashSet<&str> = follow_up
        .sections
        .iter()
        .filter(|section| !section.text.is_empty())
        .map(|section| section.code.as_str())
        .collect();
    let explained: HashSet<&str> =
        follow_up.explanations.iter().filter(|one| !one.text.is_empty()).map(|one| one.deviation_id.as_str()).collect();
    let lacking = |all: &[Named], there: &HashSet<&str>| -> Vec<Named> {
        all.iter().filter(|one| !there.contains(one.code.as_str())).cloned().collect()
    };
    let required: Vec<Named> = facts
        .chapters
        .iter()
        .filter(|chapter| chapter.is_required)
        .map(|chapter| Named { code: chapter.code.to_string(), name: chapter.title.to_string() })
        .collect();
    let some = |all: &[Named]| (!all.is_empty()).then_some(());
    vec![
        item(Check::GoalsAssessed, some(&facts.goals).map(|()| lacking(&facts.goals, &assessed))),
        item(Check::ChaptersWritten, some(&required).map(|()| lacking(&required, &written))),
        item(
            Check::PlanDecided,
            facts.plan.as_ref().map(|(plan, decided)| if *decided { Vec::new() } else { vec![plan.clone()] }),
        ),
        item(Check::MonthsPosted, facts.months_without_outcome.clone()),
        item(Check::DeviationsExplained, facts.open_deviations.as_ref().map(|open| lacking(open, &explained))),
        item(Check::InternalControlReported, facts.unreported_steps.clone()),
    ]
}

fn item(check: Check, missing: Option<Vec<Named>>) -> Item {
    let state = match &missing {
        None => CheckState::NotApplicable,
        Some(missing) if missing.is_empty() => CheckState::Done,
        Some(_) => CheckState::Missing,
    };
    Item { check, state, missing: missing.unwrap_or_default() }
}

/// Why something missing stops the follow-up, to be read after its code.
pub const fn reason(check: Check) -> &'static str {
    match check {
        Check::GoalsAssessed => "is not assessed",
        Check::ChaptersWritten => "is not written",
        Check::PlanDecided => "is not decided",
        Check::MonthsPosted => "has no outcome",
        Check::DeviationsExplained => "is not explained",
        Check::InternalControlReported => "has no result",
    }
}
