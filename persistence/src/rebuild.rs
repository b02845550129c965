//! Rollups follow the code plan: when a code moves or an account changes its nature, the postings that use it get a new
//! generation of rollups, and the deviation cases are evaluated anew.

use crate::deviation::{self, Cause};
use crate::entry;
use crate::error::{LockedCommittee, Refusal, StoreError};
use crate::month_lock;
use crate::scope::placeholders;
use crate::scope::{STANDS, Scope};
use crate::store::Writing;
use sea_orm::{FromQueryResult, Value};
use std::collections::{BTreeMap, BTreeSet};
use utfall_domain::code_part::CodePart;
use utfall_domain::code_plan::{CodePlan, DateSpan, Nature, span_of};
use utfall_domain::period::Year;
use utfall_domain::posting::Kind;
use utfall_domain::rollup::{Dimension, RollupError, RollupRow, rollup};

#[derive(FromQueryResult)]
struct Generation {
    year: i16,
    generation: i64,
    posting_number: i64,
    kind: String,
    month: i16,
    from_month: i16,
    source: String,
    budget_status: String,
}

#[derive(FromQueryResult)]
struct YearRow {
    year: i16,
}

/// Rebuilds what a change of the code plan touches.
pub(crate) async fn after_plan_change(w: &mut Writing, before: &CodePlan, after: &CodePlan) -> Result<(), StoreError> {
    let years = years(w).await?;
    let mut touched: BTreeMap<i64, Generation> = BTreeMap::new();
    for dimension in Dimension::ALL {
        let codes = changed_codes(dimension, before, after, &years);
        for chunk in codes.into_iter().collect::<Vec<_>>().chunks(500) {
            for generation in using(w, dimension, chunk).await? {
                touched.insert(generation.generation, generation);
            }
        }
    }
    for generation in touched.into_values() {
        rebuild(w, generation, after).await?;
    }
    for year in years {
        deviation::evaluate(w, year, &Cause::CodePlan, after).await?;
    }
    Ok(())
}

async fn years(scope: &Scope) -> Result<Vec<Year>, StoreError> {
    let sql = "SELECT DISTINCT year FROM rollup_generation WHERE municipality = $1 AND until = $2 ORDER BY year";
    let rows = scope.all::<YearRow>(sql, vec![STANDS.into()]).await?;
    rows.into_iter().map(|row| crate::code_plan::stored(Year::new(row.year.into()), "year")).collect()
}

/// The codes that the two plans answer differently, in some month of some year that has postings.
fn changed_codes<'a>(
    dimension: Dimension,
    before: &'a CodePlan,
    after: &'a CodePlan,
    years: &[Year],
) -> BTreeSet<&'a str> {
    let part = dimension.part();
    let codes = [before, after].into_iter().flat_map(|plan| plan.tree(part).rows()).map(|row| row.code.as_str());
    let spans: Vec<DateSpan> = years.iter().flat_map(|&year| (0..=12).map(move |month| span_of(year, month))).collect();
    let codes: BTreeSet<&str> = codes.collect();
    codes
        .into_iter()
        .filter(|code| spans.iter().any(|&span| answer(part, before, code, span) != answer(part, after, code, span)))
        .collect()
}

/// All that a rollup asks the plan about a code.
#[derive(PartialEq)]
struct Answer<'a> {
    committee: Option<&'a str>,
    account: Option<(Option<Nature>, bool)>,
    outside_frame: bool,
}

fn answer<'a>(part: CodePart, plan: &'a CodePlan, code: &str, span: DateSpan) -> Answer<'a> {
    let tree = plan.tree(part);
    let mut answer = Answer { committee: None, account: None, outside_frame: false };
    match part {
        CodePart::Unit => answer.committee = plan.committee_of_unit(code, span),
        CodePart::Account => {
            let row = tree.at(code, span).or_else(|| tree.latest(code));
            answer.account = row.map(|row| (row.nature, row.excluded_from_net_cost));
        }
        _ => answer.outside_frame = tree.path(code, span).iter().any(|row| row.outside_frame),
    }
    answer
}

/// The standing generations that use a code.
async fn using(scope: &Scope, dimension: Dimension, codes: &[&str]) -> Result<Vec<Generation>, StoreError> {
    let list = placeholders(4, codes.len());
    let sql = format!(
        "SELECT DISTINCT g.year, g.generation, g.posting_number, g.kind, g.month, g.from_month, g.source, g.budget_status \
         FROM rollup_generation g JOIN rollup r \
           ON r.municipality = g.municipality AND r.year = g.year AND r.generation = g.generation \
         WHERE g.municipality = $1 AND g.until = $2 AND r.dimension = $3 AND r.code IN ({list})"
    );
    let mut values: Vec<Value> = vec![STANDS.into(), (dimension as i16).into()];
    values.extend(codes.iter().map(|code| Value::from(*code)));
    scope.all(&sql, values).await
}

async fn rebuild(w: &mut Writing, old: Generation, plan: &CodePlan) -> Result<(), StoreError> {
    let Generation { year, generation, posting_number, kind, month, from_month, source, budget_status } = old;
    let entries = entry::of_posting(w, year, posting_number).await?;
    let year = crate::code_plan::stored(Year::new(year.into()), "year")?;
    let rollups = rolled_up(&entries, year, plan)?;
    if kind == Kind::Outcome.code() {
        keep_locks(w, year, month, generation, &rollups).await?;
    }
    close(w, year, generation).await?;
    let header =
        Header { posting_number, kind: &kind, month, from_month, source: &source, budget_status: &budget_status };
    write(w, year, &header, &rollups).await
}

/// Refuses a change of the code plan that would change the amounts of a locked month.
async fn keep_locks(
    w: &Scope,
    year: Year,
    month: i16,
    generation: i64,
    rollups: &[RollupRow],
) -> Result<(), StoreError> {
    let period = format!("{year}-{month:02}");
    let locked = month_lock::locked(w, &period).await?;
    if locked.is_empty() {
        return Ok(());
    }
    let before = entry::rollups_of(w, year, generation).await?;
    let of = |rows: &[RollupRow], committee: &str| -> Vec<RollupRow> {
        rows.iter().filter(|row| row.committee == committee).cloned().collect()
    };
    let changing = locked.into_iter().filter(|committee| of(&before, committee) != of(rollups, committee));
    let changing: Vec<LockedCommittee> =
        changing.map(|committee| LockedCommittee { period: period.clone(), committee }).collect();
    if changing.is_empty() { Ok(()) } else { Err(Refusal::Locked(changing).into()) }
}

/// What a generation says of its posting.
pub(crate) struct Header<'a> {
    pub posting_number: i64,
    pub kind: &'a str,
    pub month: i16,
    pub from_month: i16,
    pub source: &'a str,
    pub budget_status: &'a str,
}

/// Rolls entries up; codes that the plan does not carry in their months are refused by name.
pub(crate) fn rolled_up(
    entries: &[utfall_domain::entry::Entry],
    year: Year,
    plan: &CodePlan,
) -> Result<Vec<RollupRow>, StoreError> {
    rollup(entries, year, plan).map_err(|error| match error {
        RollupError::Unresolved(errors) => Refusal::Rows(errors).into(),
        RollupError::Amount(error) => error.into(),
    })
}

/// Writes a generation and its rollups.
pub(crate) async fn write(
    w: &mut Writing,
    year: Year,
    header: &Header<'_>,
    rollups: &[RollupRow],
) -> Result<(), StoreError> {
    let generation = w.next_generation();
    let sql = "INSERT INTO rollup_generation (municipality, year, generation, posting_number, kind, month, from_month, source, \
               budget_status, committees, since, until) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)";
    let committees: BTreeSet<&str> = rollups.iter().map(|row| row.committee.as_str()).collect();
    let values = vec![
        year.number().into(),
        generation.into(),
        header.posting_number.into(),
        header.kind.into(),
        header.month.into(),
        header.from_month.into(),
        header.source.into(),
        header.budget_status.into(),
        serde_json::json!(committees).to_string().into(),
        w.version().into(),
        STANDS.into(),
    ];
    w.execute(sql, values).await?;
    entry::insert_rollups(w, year, generation, rollups).await
}

async fn close(w: &Writing, year: Year, generation: i64) -> Result<(), StoreError> {
    let sql = "UPDATE rollup_generation SET until = $2 WHERE municipality = $1 AND year = $3 AND generation = $4";
    w.execute(sql, vec![w.version().into(), year.number().into(), generation.into()]).await?;
    Ok(())
}

/// Ends the generations of a posting that is superseded.
pub(crate) async fn close_posting(w: &Writing, year: i16, posting_number: i64) -> Result<(), StoreError> {
    let sql = "UPDATE rollup_generation SET until = $2 \
               WHERE municipality = $1 AND year = $3 AND posting_number = $4 AND until = $5";
    w.execute(sql, vec![w.version().into(), year.into(), posting_number.into(), STANDS.into()]).await?;
    Ok(())
}
