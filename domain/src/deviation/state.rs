//! How far the answer to a case has come: open > explained or planned > decided > following > closed. A later month that makes the
//! case deviate otherwise opens it again: what was said of an earlier period does not explain this one.

use super::rule::Required;
use crate::word::words;

words! {
    /// How far the answer to a case has come.
    CaseState: 6 {
        /// Öppen: nobody has answered.
        Open = "open",
        /// Förklarad: the period's deviation is explained.
        Explained = "explained",
        /// Planerad: an action plan that answers it is drafted or proposed.
        Planned = "planned",
        /// Beslutad: the plan is decided.
        Decided = "decided",
        /// Följs upp: the decided plan has been reported on.
        Following = "following",
        /// Stängd: nothing deviates any more.
        Closed = "closed",
    }
}

words! {
    /// How far an action plan has come.
    PlanStanding: 6 {
        /// Utkast.
        Draft = "draft",
        /// Föreslagen.
        Proposed = "proposed",
        /// Beslutad.
        Decided = "decided",
        /// Följs upp: decided, and reported on.
        Following = "following",
        /// Avslutad.
        Closed = "closed",
        /// Ersatt av en senare version.
        Superseded = "superseded",
    }
}

impl PlanStanding {
    /// Whether it is an answer that a follow-up may be submitted with: proposed or decided, and not ended.
    pub const fn answers(self) -> bool {
        matches!(self, Self::Proposed | Self::Decided | Self::Following)
    }

    /// Whether a body has decided it, and it is not ended.
    pub const fn is_decided(self) -> bool {
        matches!(self, Self::Decided | Self::Following)
    }
}

/// What answers a case.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Answers {
    /// Whether the period that was evaluated last is explained.
    pub is_explained: bool,
    /// How far the action plans that answer it have come.
    pub plans: Vec<PlanStanding>,
}

impl Answers {
    /// The state of a case that requires something, or nothing once it is closed.
    pub fn state(&self, required: Option<Required>) -> CaseState {
        let foremost = self
            .plans
            .iter()
            .copied()
            .filter(|plan| matches!(plan, PlanStanding::Draft | PlanStanding::Proposed) || plan.is_decided());
        match (required, foremost.max()) {
            (None, _) => CaseState::Closed,
            (Some(Required::ActionPlan), Some(PlanStanding::Following)) => CaseState::Following,
            (Some(Required::ActionPlan), Some(PlanStanding::Decided)) => CaseState::Decided,
            (Some(Required::ActionPlan), Some(_)) => CaseState::Planned,
            (Some(_), _) if self.is_explained => CaseState::Explained,
            (Some(_), _) => CaseState::Open,
        }
    }

    /// Whether what is required is there: a proposed or decided plan, or an explanation of the period.
    pub fn suffice(&self, required: Required) -> bool {
        match required {
            Required::ActionPlan => self.plans.iter().any(|plan| plan.answers()),
            Required::Explanation => self.is_explained,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn answers(is_explained: bool, plans: &[PlanStanding]) -> Answers {
        Answers { is_explained, plans: plans.to_vec() }
    }

    #[test]
    fn the_furthest_plan_speaks_and_an_ended_one_does_not() {
        use PlanStanding::{Closed, Decided, Draft, Following, Proposed, Superseded};
        let state = |plans: &[PlanStanding]| answers(false, plans).state(Some(Required::ActionPlan));
        assert_eq!(state(&[]), CaseState::Open);
        assert_eq!(state(&[Draft]), CaseState::Planned);
        assert_eq!(state(&[Draft, Following, Decided]), CaseState::Following);
        assert_eq!(state(&[Proposed, Decided]), CaseState::Decided);
        assert_eq!(state(&[Closed, Superseded]), CaseState::Open);
        assert_eq!(answers(true, &[Decided]).state(None), CaseState::Closed);
    }

    #[test]
    fn a_draft_is_no_answer_and_an_explanation_answers_a_surplus_only() {
        assert!(!answers(true, &[PlanStanding::Draft]).suffice(Required::ActionPlan));
        assert!(answers(false, &[PlanStanding::Proposed]).suffice(Required::ActionPlan));
        assert!(answers(true, &[]).suffice(Required::Explanation));
        assert_eq!(answers(true, &[]).state(Some(Required::ActionPlan)), CaseState::Explained);
    }
}
