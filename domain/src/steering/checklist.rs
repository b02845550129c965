//! The checklist of a follow-up: what must be there before it can be submitted, computed from the rest.

use super::follow_up::{FollowUp, Subject};
use super::model::Chapter;
use crate::deviation::Required;
use crate::word::words;
use std::collections::HashSet;

words! {
    /// What is checked.
    Check: 7 {
        /// Every goal, commitment and assignment of the plan is assessed.
        GoalsAssessed = "goals-assessed",
        /// Every chapter that the steering model requires is written.
        ChaptersWritten = "chapters-written",
        /// The plan that is followed up is decided.
        PlanDecided = "plan-decided",
        /// Every month through the period has an outcome.
        MonthsPosted = "months-posted",
        /// Every open case with a positive deviation is explained.
        DeviationsExplained = "deviations-explained",
        /// Every open case with a negative deviation has an action plan that is proposed or decided.
        DeviationsPlanned = "deviations-planned",
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

/// An open deviation case.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OpenCase {
    /// The case, with its amount in words.
    pub named: Named,
    /// What it requires.
    pub required: Required,
    /// Whether what it requires is there.
    pub is_answered: bool,
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
    pub open_deviations: Option<Vec<OpenCase>>,
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
        item(Check::DeviationsExplained, unanswered(facts, Required::Explanation, &explained)),
        item(Check::DeviationsPlanned, unanswered(facts, Required::ActionPlan, &HashSet::new())),
        item(Check::InternalControlReported, facts.unreported_steps.clone()),
    ]
}

/// The open cases that require something which is not there; the follow-up's own explanations count.
fn unanswered(facts: &Facts, required: Required, explained: &HashSet<&str>) -> Option<Vec<Named>> {
    let open = facts.open_deviations.as_ref()?.iter().filter(|case| case.required == required);
    let lacking = |case: &&OpenCase| !case.is_answered && !explained.contains(case.named.code.as_str());
    Some(open.filter(lacking).map(|case| case.named.clone()).collect())
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
        Check::DeviationsExplained => "is positive, and what it consists of is not explained",
        Check::DeviationsPlanned => "is negative, and no action plan that answers it is proposed or decided",
        Check::InternalControlReported => "has no result",
    }
}
