//! Proposals of forecasts, node by node of a tree, and in all: from the outcome so far and the months of earlier years.

use super::monthly::{monthly, of_whole_years};
use crate::error::{Refusal, StoreError};
use crate::report::{SumsOf, standing, sums};
use crate::scope::Scope;
use std::collections::{BTreeMap, BTreeSet};
use utfall_domain::code_plan::{CodeTree, DateSpan};
use utfall_domain::forecasting::{Interval, Method, Years, proposed};
use utfall_domain::money::Money;
use utfall_domain::period::Month;
use utfall_domain::posting::Kind;
use utfall_domain::report::{Absent, Column};
use utfall_domain::rollup::Dimension;

/// How many earlier years are looked at.
const YEARS_BACK: i16 = 5;

/// What is asked for.
#[derive(Debug, Clone)]
pub struct Ask {
    /// The committee.
    pub committee: String,
    /// January through this month.
    pub month: Month,
    /// How.
    pub method: Method,
    /// What the rows are.
    pub dimension: Dimension,
    /// The depth at which the tree is cut.
    pub depth: usize,
}

/// What is proposed for a node.
#[derive(Debug, Clone)]
pub struct ProposedRow {
    /// The node's code; empty for amounts without one.
    pub code: String,
    /// Its name.
    pub label: String,
    /// The outcome so far.
    pub to_date: Money,
    /// The year by the method, and between what; `None` where the method lacks history.
    pub proposed: Option<(Money, Option<Interval>)>,
}

/// Proposals of a committee.
#[derive(Debug, Clone)]
pub struct Proposals {
    /// The rows.
    pub rows: Vec<ProposedRow>,
    /// The committee as a whole, by the same method: not the sum of the rows.
    pub total: ProposedRow,
    /// Earlier years that are whole.
    pub years: Vec<i16>,
    /// Why nothing is proposed at all.
    pub absent: Option<Absent>,
}

/// Proposes the year of a committee.
pub async fn proposals(scope: &Scope, ask: &Ask) -> Result<Proposals, StoreError> {
    if !crate::code_plan::committees(scope).await?.iter().any(|known| known.code.as_str() == ask.committee) {
        return Err(Refusal::NotFound.into());
    }
    let absent = absent(scope, ask).await?;
    let tree = crate::code_plan::tree(scope, ask.dimension.part()).await?;
    let so_far = so_far(scope, ask, &tree).await?;
    let (history, years) = history(scope, ask, &tree).await?;
    let nodes: BTreeSet<&String> = so_far.keys().chain(history.keys()).collect();
    let span = DateSpan::from(ask.month);
    let row = |code: &str, to_date: Money, earlier: &Years| -> Result<ProposedRow, StoreError> {
        let when = (ask.month.year().number(), ask.month.number());
        let named = tree.at(code, span).or_else(|| tree.latest(code));
        Ok(ProposedRow {
            code: code.to_owned(),
            label: named.map(|row| row.name.to_string()).unwrap_or_default(),
            to_date,
            proposed: proposed(ask.method, when, to_date, earlier)?,
        })
    };
    let none = Years::new();
    let mut rows = Vec::new();
    for code in nodes {
        let to_date = so_far.get(code).copied().unwrap_or_default();
        rows.push(row(code, to_date, history.get(code).unwrap_or(&none))?);
    }
    let mut all = Years::new();
    for (year, months) in history.values().flatten() {
        let sums = all.entry(*year).or_insert([Money::ZERO; 13]);
        for (sum, month) in sums.iter_mut().zip(months) {
            *sum = sum.plus(*month)?;
        }
    }
    let total = row("", Money::sum(so_far.values().copied())?, &all)?;
    let total = ProposedRow { label: "Summa".into(), ..total };
    Ok(Proposals { rows, total, years, absent })
}

/// Why the outcome so far is not known.
async fn absent(scope: &Scope, ask: &Ask) -> Result<Option<Absent>, StoreError> {
    let last = ask.month.number();
    let postings = standing(scope, ask.month.year()).await?;
    let own = || {
        let year = ask.month.year().number();
        let of_year = postings.iter().filter(move |posting| posting.kind == Kind::Outcome && posting.year == year);
        of_year.filter(|posting| posting.is_of(Some(&ask.committee)))
    };
    if own().any(|posting| posting.from_month <= last && last < posting.month) {
        return Ok(Some(Absent::AccumulatedSpan));
    }
    Ok((!own().any(|posting| posting.month == last)).then_some(Absent::NoOutcome))
}

/// The outcome from January through the month, by node.
async fn so_far(scope: &Scope, ask: &Ask, tree: &CodeTree) -> Result<BTreeMap<String, Money>, StoreError> {
    let none = (1, 0);
    let of = SumsOf {
        year: ask.month.year(),
        dimension: ask.dimension,
        committee: Some(ask.committee.clone()),
        outcome: (1, ask.month.number()),
        previous: none,
        budget: none,
        forecasts: BTreeMap::new(),
    };
    let mut nodes: BTreeMap<String, Money> = BTreeMap::new();
    for sum in sums(scope, &of).await?.into_iter().filter(|sum| sum.column == Column::Outcome) {
        let node = tree.node_at_depth(&sum.code, ask.depth, DateSpan::from(ask.month)).code.to_owned();
        let amount = nodes.entry(node).or_default();
        *amount = amount.plus(sum.amount)?;
    }
    Ok(nodes)
}

/// The months of whole earlier years, by node, and which years those are.
async fn history(scope: &Scope, ask: &Ask, tree: &CodeTree) -> Result<(BTreeMap<String, Years>, Vec<i16>), StoreError> {
    let last = ask.month.year().number() - 1;
    let years = (last + 1 - YEARS_BACK, last);
    let months = of_whole_years(monthly(scope, Kind::Outcome, ask.dimension, Some(&ask.committee), years).await?);
    let whole: BTreeSet<i16> = months.iter().map(|one| one.year).collect();
    let mut nodes: BTreeMap<String, Years> = BTreeMap::new();
    for one in months.into_iter().filter(|one| (1..=13).contains(&one.month)) {
        let node = tree.node_at_depth(&one.code, ask.depth, DateSpan::from(ask.month)).code.to_owned();
        let months = nodes.entry(node).or_default().entry(one.year).or_insert([Money::ZERO; 13]);
        let month = &mut months[usize::from(one.month) - 1];
        *month = month.plus(one.amount)?;
    }
    Ok((nodes, whole.into_iter().collect()))
}
