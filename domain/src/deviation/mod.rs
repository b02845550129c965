//! Deviation cases: what a policy says of the sums of the ledger, and what that does to a case.
//!
//! The rule at the heart, as one municipality wrote it: the monthly follow-up must carry an action plan whenever the
//! deviation from the budget frame is negative; a positive deviation must be explained.

mod deadline;
mod escalation;
mod event;
mod explanation;
mod finding;
mod history;
mod rule;
mod state;

pub use deadline::Deadline;
pub use escalation::{EscalationReason, Facts as EscalationFacts, escalation};
pub use event::{Before, Event, event};
pub use explanation::{CauseCode, CauseShare, Explanation};
pub use finding::{CaseKey, Finding, findings};
pub use history::{Evaluated, History, Reported};
pub use rule::{DeviationBasis, Level, Required, Rule};
pub use state::{Answers, CaseState, PlanStanding};

#[cfg(test)]
mod tests {
    use super::*;
    use crate::code_plan::CodeTree;
    use crate::money::Money;
    use crate::period::Month;
    use crate::report::{Column, LedgerSum};
    use proptest::prelude::*;

    fn rule(amount: Option<i64>, percent: Option<i64>) -> Rule {
        Rule {
            basis: DeviationBasis::YearToDate,
            level: Level::Activity,
            depth: 1,
            threshold_amount: amount.map(Money::stored),
            threshold_percent: percent,
            deadline_days: None,
        }
    }

    fn sums(budget: i64, outcome: i64, undistributed: bool) -> Vec<LedgerSum> {
        let sum = |column, ore| LedgerSum {
            column,
            committee: "SN".into(),
            code: "HVBU".into(),
            outside_frame: false,
            amount: Money::stored(ore),
            undistributed: undistributed && column == Column::Budget,
        };
        vec![sum(Column::Budget, budget), sum(Column::Outcome, outcome)]
    }

    fn found(rule: &Rule, sums: &[LedgerSum]) -> Option<Finding> {
        let tree = CodeTree::default();
        let span = Month::parse("2018-08").unwrap().into();
        let found = findings("SN", std::slice::from_ref(rule), |_, _| sums, |_| &tree, span).unwrap();
        found.into_values().find(|finding| finding.fires)
    }

    #[test]
    fn a_deficit_needs_a_plan_and_a_surplus_an_explanation() {
        let deficit = found(&rule(None, None), &sums(100, 120, false)).unwrap();
        assert_eq!((deficit.amount, Required::of(deficit.amount)), (Money::stored(-20), Required::ActionPlan));
        let surplus = found(&rule(None, None), &sums(100, 80, false)).unwrap();
        assert_eq!((Required::of(surplus.amount), surplus.percent), (Required::Explanation, Some(2_000)));
        assert_eq!(found(&rule(None, None), &sums(100, 100, false)), None);
    }

    #[test]
    fn a_budget_that_is_not_periodised_opens_nothing() {
        assert_eq!(found(&rule(None, None), &sums(100, 120, true)), None);
    }

    #[test]
    fn every_stated_threshold_must_be_passed() {
        assert_eq!(found(&rule(Some(20), None), &sums(100, 120, false)), None);
        assert!(found(&rule(Some(19), Some(1_999)), &sums(100, 120, false)).is_some());
        assert_eq!(found(&rule(Some(19), Some(2_000)), &sums(100, 120, false)), None);
    }

    proptest! {
        #[test]
        fn a_case_is_open_exactly_while_something_is_found(outcomes in proptest::collection::vec(95_i64..105, 1..20)) {
            let mut before = None;
            for outcome in outcomes {
                let finding = found(&rule(None, None), &sums(100, outcome, false));
                if let Some(event) = event(before, finding.as_ref()) {
                    let amount = finding.as_ref().map(|f| f.amount).unwrap_or_default();
                    let actual = Money::stored(outcome);
                    before = Some(Before { open: event.leaves_open(), amount, budget: Money::stored(100), actual });
                }
                prop_assert_eq!(before.is_some_and(|case| case.open), finding.is_some());
            }
        }
    }
}
