//! What the rules find in the sums of the ledger.

use super::rule::{DeviationBasis, Level, Rule};
use crate::code_plan::{CodeTree, DateSpan};
use crate::money::{AmountError, Money};
use crate::report::{LedgerSum, RowSums, Value};
use crate::rollup::Dimension;
use std::collections::BTreeMap;

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
