//! What the ledger says of the code strings that measures are measured on: one statement for all of a plan's measures and a year.

use crate::code_plan::code_plan;
use crate::entry::column_of;
use crate::error::StoreError;
use crate::scope::{Scope, placeholders};
use sea_orm::{FromQueryResult, Value};
use std::collections::{BTreeMap, HashMap};
use std::fmt::Write as _;
use utfall_domain::action_plan::{ActionPlan, Baseline, CodeFilter, Measure, Measuring, Purpose, measured};
use utfall_domain::code_part::CodePart;
use utfall_domain::code_plan::{CodePlan, CodeTree, Nature, span_of};
use utfall_domain::money::Money;
use utfall_domain::period::{Month, Year};
use utfall_domain::report::{Absent, Value as Measured};

/// The sums of a measure's code strings by month.
#[derive(Debug, Default)]
struct Sums {
    outcome: BTreeMap<u8, Money>,
    previous: BTreeMap<u8, Money>,
    budget: BTreeMap<u8, Money>,
}

#[derive(FromQueryResult)]
struct Record {
    measure: i32,
    kind: String,
    year: i16,
    month: i16,
    unit: String,
    committee: String,
    amount: i64,
}

/// What each measure of a plan that is measured on the ledger has given in a year through a month, by its place in the plan.
pub(super) async fn on_the_ledger(
    scope: &Scope,
    plan: &ActionPlan,
    year: Year,
    through: Option<u8>,
) -> Result<HashMap<usize, Measured>, StoreError> {
    let ledger = |measure: &Measure| matches!(measure.measuring, Measuring::Ledger { .. });
    if !plan.measures.iter().any(ledger) {
        return Ok(HashMap::new());
    }
    let sums = sums(scope, plan, year).await?;
    let empty = Sums::default();
    let mut found = HashMap::new();
    for (at, measure) in plan.measures.iter().enumerate() {
        let Measuring::Ledger { baseline, .. } = &measure.measuring else { continue };
        let of = sums.get(&at).unwrap_or(&empty);
        found.insert(at, given(measure, baseline, of, year, through)?);
    }
    Ok(found)
}

/// What a measure has given from its start through a month.
fn given(
    measure: &Measure,
    baseline: &Baseline,
    sums: &Sums,
    year: Year,
    through: Option<u8>,
) -> Result<Measured, StoreError> {
    let Some(through) = through else { return Ok(Err(Absent::NoOutcome)) };
    let start = measure.start.and_then(|day| Month::of(day).ok());
    let first = start.filter(|start| start.year() == year).map_or(1, Month::number);
    if start.is_some_and(|start| start.year() > year) || first > through {
        return Ok(Err(Absent::NoOutcome));
    }
    let compared = match baseline {
        Baseline::Budget if sums.budget.contains_key(&0) => return Ok(Err(Absent::NotPeriodised)),
        Baseline::Budget if sums.budget.is_empty() => return Ok(Err(Absent::NoBudget)),
        Baseline::LastYear if sums.previous.is_empty() => return Ok(Err(Absent::NoOutcome)),
        Baseline::Budget => &sums.budget,
        Baseline::LastYear | Baseline::Level(_) => &sums.previous,
    };
    Ok(Ok(measured(baseline, first..=through, &sums.outcome, compared)?))
}

async fn sums(scope: &Scope, plan: &ActionPlan, year: Year) -> Result<HashMap<usize, Sums>, StoreError> {
    let codes = code_plan(scope).await?;
    let mut values: Vec<Value> = vec![scope.version().into(), year.number().into(), year.previous().number().into()];
    let mut sql = String::new();
    for (at, measure) in plan.measures.iter().enumerate() {
        let Measuring::Ledger { filter, .. } = &measure.measuring else { continue };
        let union = if sql.is_empty() { "" } else { " UNION ALL " };
        let _ = write!(sql, "{union}{}", select(at, filter, &codes, year, &mut values));
    }
    let mut sums: HashMap<usize, Sums> = HashMap::new();
    for record in scope.all::<Record>(&sql, values).await? {
        if plan.purpose != Purpose::Balance && committee_of(&record, &codes)? != Some(plan.committee.as_str()) {
            continue;
        }
        let of = sums.entry(usize::try_from(record.measure).unwrap_or_default()).or_default();
        let by_month = match record.kind.as_str() {
            "budget" if record.year == year.number() => &mut of.budget,
            "outcome" if record.year == year.number() => &mut of.outcome,
            "outcome" => &mut of.previous,
            _ => continue,
        };
        let sum = by_month.entry(u8::try_from(record.month).unwrap_or_default()).or_default();
        *sum = sum.plus(Money::stored(record.amount))?;
    }
    Ok(sums)
}

/// The committee that a sum belongs to in its month.
fn committee_of<'a>(record: &'a Record, codes: &'a CodePlan) -> Result<Option<&'a str>, StoreError> {
    if record.unit.is_empty() {
        return Ok(Some(&record.committee));
    }
    let year = crate::code_plan::stored(Year::new(record.year.into()), "year")?;
    let month = u8::try_from(record.month).unwrap_or_default();
    Ok(codes.committee_of_unit(&record.unit, span_of(year, month)))
}

/// The statement of one measure: net cost on its code strings, by kind, year, month and who it belongs to.
fn select(at: usize, filter: &CodeFilter, codes: &CodePlan, year: Year, values: &mut Vec<Value>) -> String {
    let mut sql = format!(
        "SELECT {at} AS measure, p.kind, p.year, e.month, e.unit, e.committee, CAST(SUM(e.amount) AS BIGINT) AS amount \
         FROM posting p JOIN entry e ON e.municipality = p.municipality AND e.year = p.year AND e.posting_number = p.posting_number \
         WHERE p.municipality = $1 AND p.since <= $2 AND p.until > $2 AND p.year IN ($3, $4) AND e.month <= 12 \
           AND (p.kind = 'outcome' OR (p.kind = 'budget' AND p.budget_status = 'adopted'))"
    );
    let mut list = |sql: &mut String, column: &str, not: &str, codes: Vec<&str>| {
        let _ = write!(sql, " AND e.{column}{not} IN ({})", placeholders(values.len() + 2, codes.len()));
        values.extend(codes.into_iter().map(Value::from));
    };
    for (part, wanted) in &filter.0 {
        let wanted: Vec<&str> = wanted.iter().map(utfall_domain::text::Code::as_str).collect();
        list(&mut sql, column_of(*part), "", under(codes.tree(*part), &wanted, year));
    }
    let outside = outside_net_cost(codes.tree(CodePart::Account));
    if !outside.is_empty() {
        list(&mut sql, "account", " NOT", outside);
    }
    sql + " GROUP BY p.kind, p.year, e.month, e.unit, e.committee"
}

/// Some codes and what hangs under them at any time of a year.
fn under<'a>(tree: &'a CodeTree, wanted: &[&'a str], year: Year) -> Vec<&'a str> {
    let hangs = |code: &str| tree.path(code, year.into()).iter().any(|row| wanted.contains(&row.code.as_str()));
    let mut codes: Vec<&str> = tree.rows().iter().map(|row| row.code.as_str()).filter(|code| hangs(code)).collect();
    codes.extend(wanted);
    codes.sort_unstable();
    codes.dedup();
    codes
}

/// The accounts that never are part of net cost.
fn outside_net_cost(accounts: &CodeTree) -> Vec<&str> {
    let is_outside = |row: &&utfall_domain::code_plan::CodeRow| {
        row.excluded_from_net_cost || !matches!(row.nature, Some(Nature::Revenue | Nature::Cost))
    };
    let mut codes: Vec<&str> = accounts.rows().iter().filter(is_outside).map(|row| row.code.as_str()).collect();
    codes.sort_unstable();
    codes.dedup();
    codes
}
