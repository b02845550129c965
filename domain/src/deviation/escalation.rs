//! Escalation: what becomes the executive's matter. Only a committee's own case escalates; those of its activities and units are parts
//! of it and are never added.

use super::rule::{Level, Required};
use crate::money::Money;
use crate::word::words;

words! {
    /// Why a case is the executive's matter.
    EscalationReason: 2 {
        /// The deadline has passed without an answer.
        DeadlineMissed = "deadline-missed",
        /// The decided plan does not cover the deficit.
        UncoveredDeficit = "uncovered-deficit",
    }
}

/// What an escalation is judged by.
#[derive(Debug, Clone, Copy)]
pub struct Facts {
    /// The case's level.
    pub level: Level,
    /// What it requires; nothing once it is closed.
    pub required: Option<Required>,
    /// Whether its deadline is missed.
    pub is_missed: bool,
    /// What is left of the deficit after the measures of the decided plans; `None` while none is decided.
    pub uncovered: Option<Money>,
}

/// Why a case is the executive's matter; nothing when it is not.
pub fn escalation(facts: Facts) -> Vec<EscalationReason> {
    let Facts { level, required, is_missed, uncovered } = facts;
    let Some(required) = required.filter(|_| level == Level::Committee) else { return Vec::new() };
    let is_uncovered = required == Required::ActionPlan && uncovered.is_some_and(|uncovered| uncovered > Money::ZERO);
    let reasons = [(is_missed, EscalationReason::DeadlineMissed), (is_uncovered, EscalationReason::UncoveredDeficit)];
    reasons.into_iter().filter(|(holds, _)| *holds).map(|(_, reason)| reason).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_committees_case_escalates() {
        let facts = Facts {
            level: Level::Committee,
            required: Some(Required::ActionPlan),
            is_missed: true,
            uncovered: Some(Money::stored(1)),
        };
        assert_eq!(escalation(facts), [EscalationReason::DeadlineMissed, EscalationReason::UncoveredDeficit]);
        assert_eq!(escalation(Facts { level: Level::Activity, ..facts }), []);
        assert_eq!(escalation(Facts { required: None, ..facts }), []);
        let covered = Facts { is_missed: false, uncovered: Some(Money::ZERO), ..facts };
        assert_eq!(escalation(covered), []);
    }
}
