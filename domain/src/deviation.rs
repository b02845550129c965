//! Deviation cases: what a policy says of the sums of the ledger, and what that does to a case.
//!
//! The rule at the heart, as one municipality wrote it: the monthly follow-up must carry an action plan whenever the
//! deviation from the budget frame is negative; a positive deviation must be explained.

use crate::code_plan::{CodeTree, DateSpan};
use crate::money::{AmountError, Money};
use crate::report::{LedgerSum, RowSums, Value};
use crate::rollup::Dimension;
use std::collections::BTreeMap;

/// What is compared.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum DeviationBasis {
    /// Outcome of the year to date against the periodised budget.
    YearToDate,
    /// Forecast of the full year against the year's budget.
    Forecast,
}

impl DeviationBasis {
    /// Every basis.
    pub const ALL: [Self; 2] = [Self::YearToDate, Self::Forecast];

    /// `year-to-date` or `forecast`.
    pub const fn code(self) -> &'static str {
        match self {
            Self::YearToDate => "year-to-date",
            Self::Forecast => "forecast",
        }
    }

    /// The basis of that name.
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|basis| basis.code() == code)
    }
}

/// What a rule looks at.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Level {
    /// The committee as a whole.
    Committee,
    /// Activities at a depth of their tree.
    Activity,
    /// Units at a depth of their tree.
    Unit,
}

impl Level {
    /// Every level.
    pub const ALL: [Self; 3] = [Self::Committee, Self::Activity, Self::Unit];

    /// `committee`, `activity` or `unit`.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Committee => "committee",
            Self::Activity => "activity",
            Self::Unit => "unit",
        }
    }

    /// The level of that name.
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|level| level.code() == code)
    }

    /// The rollup that its sums come from.
    pub const fn dimension(self) -> Dimension {
        match self {
            Self::Committee | Self::Activity => Dimension::Activity,
            Self::Unit => Dimension::Unit,
        }
    }
}

/// One rule of a committee's policy.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rule {
    /// What is compared.
    pub basis: DeviationBasis,
    /// What it looks at.
    pub level: Level,
    /// The depth in the tree, 1 for roots; not used for the committee.
    pub depth: u8,
    /// A case opens when the deviation is larger than this, in either direction.
    pub threshold_amount: Option<Money>,
    /// A case opens when the deviation is a larger share of the budget than this, in hundredths of a percent.
    pub threshold_percent: Option<i64>,
    /// Days that the committee has to answer.
    pub deadline_days: Option<u16>,
}

impl Rule {
    /// Whether the deviation passes every threshold that the rule states. Without any, everything but zero does.
    pub fn fires(&self, deviation: Money, budget: Money) -> bool {
        let amount = self.threshold_amount.unwrap_or_default();
        let percent_passed = self.threshold_percent.is_none_or(|most| {
            // |deviation| / |budget| > most / 10 000, without dividing.
            i128::from(deviation.ore().abs()) * 10_000 > i128::from(most) * i128::from(budget.ore().abs())
        });
        deviation.abs() > amount && percent_passed
    }
}

/// What a negative and a positive deviation ask for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Required {
    /// A plan of measures: the deviation is negative.
    ActionPlan,
    /// What it consists of, and how it differs from the previous report: the deviation is positive.
    Explanation,
}

impl Required {
    /// What a deviation asks for.
    pub const fn of(deviation: Money) -> Self {
        if deviation.ore() < 0 { Self::ActionPlan } else { Self::Explanation }
    }

    /// `action-plan` or `explanation`.
    pub const fn code(self) -> &'static str {
        match self {
            Self::ActionPlan => "action-plan",
            Self::Explanation => "explanation",
        }
    }
}

/// Which case: within a committee and a year.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct CaseKey {
    /// What is compared.
    pub basis: DeviationBasis,
    /// What it looks at.
    pub level: Level,
    /// The committee's, activity's or unit's code.
    pub code: String,
}

/// What a rule found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    /// The rule.
    pub rule: Rule,
    /// The budget that is compared with.
    pub budget: Money,
    /// The outcome or the forecast.
    pub actual: Money,
    /// Budget less actual: positive is favourable.
    pub amount: Money,
    /// The share of the budget, in hundredths of a percent; `None` when the budget is zero.
    pub percent: Option<i64>,
    /// Whether the deviation passes the rule's thresholds.
    pub fires: bool,
}

/// Applies the rules of one committee to its sums. What is not periodised or has no budget is not found, and so opens nothing;
/// nor does what is given on a code above the rule's depth, which compares with nothing on that code itself.
///
/// `sums` are the committee's, by the rule's dimension; `tree` gives the tree of a dimension.
pub fn findings<'a>(
    committee: &str,
    rules: &[Rule],
    sums: impl Fn(DeviationBasis, Dimension) -> &'a [LedgerSum],
    tree: impl Fn(Dimension) -> &'a CodeTree,
    span: DateSpan,
) -> Result<BTreeMap<CaseKey, Finding>, AmountError> {
    let mut found = BTreeMap::new();
    for rule in rules {
        let dimension = rule.level.dimension();
        let sums = sums(rule.basis, dimension);
        let mut nodes: BTreeMap<&str, RowSums> = BTreeMap::new();
        for sum in sums {
            let node = match rule.level {
                Level::Committee => committee,
                Level::Activity | Level::Unit => {
                    tree(dimension).node_at_depth(&sum.code, usize::from(rule.depth), span).code
                }
            };
            nodes.entry(node).or_default().add(sum)?;
        }
        let any_forecast = nodes.values().any(|node| node.forecast().is_ok());
        for (code, node) in nodes {
            let coarse = || tree(dimension).is_coarse(code, usize::from(rule.depth), span);
            if code.is_empty() || (rule.level != Level::Committee && coarse()) {
                continue;
            }
            if let Some(finding) = finding(rule, &node, any_forecast)? {
                let key = CaseKey { basis: rule.basis, level: rule.level, code: code.to_owned() };
                // Of several rules that see the same code, the first that fires speaks.
                let standing = found.entry(key).or_insert_with(|| finding.clone());
                if !standing.fires && finding.fires {
                    *standing = finding;
                }
            }
        }
    }
    Ok(found)
}

fn finding(rule: &Rule, node: &RowSums, any_forecast: bool) -> Result<Option<Finding>, AmountError> {
    let (deviation, budget, actual): (Value, Value, Money) = match rule.basis {
        DeviationBasis::YearToDate => (node.deviation_to_date()?, node.periodised_budget(), node.outcome()),
        DeviationBasis::Forecast => {
            (node.forecast_deviation(any_forecast)?, node.budget(), node.forecast().unwrap_or_default())
        }
    };
    let (Ok(amount), Ok(budget)) = (deviation, budget) else { return Ok(None) };
    let fires = rule.fires(amount, budget);
    Ok(Some(Finding { rule: rule.clone(), budget, actual, amount, percent: amount.percent_of(budget), fires }))
}

/// What an evaluation did to a case.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Event {
    /// The case is new.
    Opened,
    /// Its amount, and with its sign what it requires, is another.
    Changed,
    /// Nothing deviates any more.
    Closed,
    /// It deviates again.
    Reopened,
}

impl Event {
    /// Its name in the contract.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Opened => "opened",
            Self::Changed => "changed",
            Self::Closed => "closed",
            Self::Reopened => "reopened",
        }
    }

    /// The event of that name.
    pub fn from_code(code: &str) -> Option<Self> {
        [Self::Opened, Self::Changed, Self::Closed, Self::Reopened].into_iter().find(|event| event.code() == code)
    }

    /// Whether the case is open after it.
    pub const fn leaves_open(self) -> bool {
        !matches!(self, Self::Closed)
    }
}

/// How a case stood before: its last event and amount.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Before {
    /// Whether it was open.
    pub open: bool,
    /// The amount of its last evaluation.
    pub amount: Money,
    /// The budget of its last evaluation.
    pub budget: Money,
    /// The outcome or forecast of its last evaluation.
    pub actual: Money,
}

/// What a finding, or the lack of one, does to a case. `None` when nothing has changed.
pub fn event(before: Option<Before>, finding: Option<&Finding>) -> Option<Event> {
    match (before, finding.filter(|finding| finding.fires)) {
        (None, None) => None,
        (None, Some(_)) => Some(Event::Opened),
        (Some(before), None) => before.open.then_some(Event::Closed),
        (Some(before), Some(_)) if !before.open => Some(Event::Reopened),
        (Some(before), Some(now)) => {
            let same = (before.amount, before.budget, before.actual) == (now.amount, now.budget, now.actual);
            (!same).then_some(Event::Changed)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::period::Month;
    use crate::report::Column;
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
