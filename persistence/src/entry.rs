//! Entries and rollups as rows of their tables.

use crate::bulk::Rows;
use crate::error::StoreError;
use crate::scope::Scope;
use crate::store::Writing;
use sea_orm::FromQueryResult;
use utfall_domain::code_part::CodePart;
use utfall_domain::entry::Entry;
use utfall_domain::money::Money;
use utfall_domain::period::Year;
use utfall_domain::rollup::{Dimension, RollupRow};

/// The entry column of a part.
pub(crate) const fn column_of(part: CodePart) -> &'static str {
    match part {
        CodePart::Account => "account",
        CodePart::Unit => "unit",
        CodePart::Activity => "activity",
        CodePart::Project => "project",
        CodePart::Specification => "specification",
        CodePart::WorkOrder => "work_order",
        CodePart::Object => "object",
        CodePart::Counterparty => "counterparty",
    }
}

#[derive(FromQueryResult)]
pub(crate) struct EntryRecord {
    row_number: i64,
    month: i16,
    committee: String,
    account: String,
    unit: String,
    activity: String,
    project: String,
    specification: String,
    work_order: String,
    object: String,
    counterparty: String,
    amount: i64,
    quantity: Option<i64>,
    text: String,
}

pub(crate) const COLUMNS: &str = "row_number, month, committee, account, unit, activity, project, specification, \
                                  work_order, object, counterparty, amount, quantity, text";

impl From<EntryRecord> for Entry {
    fn from(record: EntryRecord) -> Self {
        let EntryRecord {
            row_number,
            month,
            committee,
            account,
            unit,
            activity,
            project,
            specification,
            work_order,
            object,
            counterparty,
            amount,
            quantity,
            text,
        } = record;
        Self {
            row: u32::try_from(row_number).unwrap_or_default(),
            month: u8::try_from(month).unwrap_or_default(),
            committee,
            codes: [account, unit, activity, project, specification, work_order, object, counterparty],
            amount: Money::stored(amount),
            quantity,
            text,
        }
    }
}

/// The entries of one posting, in their order.
pub(crate) async fn of_posting(scope: &Scope, year: i16, posting_number: i64) -> Result<Vec<Entry>, StoreError> {
    let sql = format!(
        "SELECT {COLUMNS} FROM entry WHERE municipality = $1 AND year = $2 AND posting_number = $3 ORDER BY number"
    );
    let rows = scope.all::<EntryRecord>(&sql, vec![year.into(), posting_number.into()]).await?;
    Ok(rows.into_iter().map(Entry::from).collect())
}

/// Writes the entries of a posting.
pub(crate) async fn insert(w: &Writing, year: Year, posting_number: i64, entries: &[Entry]) -> Result<(), StoreError> {
    let mut rows = Rows::of("entry", entries)
        .constant("year", year.number())
        .constant("posting_number", posting_number)
        .place("number")
        .bigint("row_number", |entry| entry.row.into())
        .smallint("month", |entry| entry.month.into())
        .text("committee", |entry| entry.committee.clone());
    for part in CodePart::ALL {
        rows = rows.text(column_of(part), move |entry| entry.code(part).to_owned());
    }
    rows.bigint("amount", |entry| entry.amount.ore())
        .maybe_bigint("quantity", |entry| entry.quantity)
        .text("text", |entry| entry.text.clone())
        .insert(w)
        .await
}

/// Writes the rollups of a generation.
pub(crate) async fn insert_rollups(
    w: &Writing,
    year: Year,
    generation: i64,
    rollups: &[RollupRow],
) -> Result<(), StoreError> {
    Rows::of("rollup", rollups)
        .constant("year", year.number())
        .constant("generation", generation)
        .smallint("dimension", |row| row.dimension as i16)
        .text("committee", |row| row.committee.clone())
        .text("code", |row| row.code.clone())
        .bool("outside_frame", |row| row.outside_frame)
        .smallint("month", |row| row.month.into())
        .bigint("cost", |row| row.cost.ore())
        .bigint("revenue", |row| row.revenue.ore())
        .bigint("excluded", |row| row.excluded.ore())
        .insert(w)
        .await
}

#[derive(FromQueryResult)]
struct RollupRecord {
    dimension: i16,
    committee: String,
    code: String,
    outside_frame: bool,
    month: i16,
    cost: i64,
    revenue: i64,
    excluded: i64,
}

/// The rollups of a generation, in the order that they are made in.
pub(crate) async fn rollups_of(scope: &Scope, year: Year, generation: i64) -> Result<Vec<RollupRow>, StoreError> {
    let sql = "SELECT dimension, committee, code, outside_frame, month, cost, revenue, excluded FROM rollup \
               WHERE municipality = $1 AND year = $2 AND generation = $3";
    let rows = scope.all::<RollupRecord>(sql, vec![year.number().into(), generation.into()]).await?;
    let mut rollups: Vec<RollupRow> = rows.into_iter().map(RollupRow::from).collect();
    rollups.sort_unstable_by(|a, b| a.order().cmp(&b.order()));
    Ok(rollups)
}

impl From<RollupRecord> for RollupRow {
    fn from(record: RollupRecord) -> Self {
        let RollupRecord { dimension, committee, code, outside_frame, month, cost, revenue, excluded } = record;
        Self {
            month: u8::try_from(month).unwrap_or_default(),
            dimension: Dimension::ALL.into_iter().find(|d| *d as i16 == dimension).unwrap_or(Dimension::Activity),
            committee,
            code,
            outside_frame,
            cost: Money::stored(cost),
            revenue: Money::stored(revenue),
            excluded: Money::stored(excluded),
        }
    }
}
