//! Entries and rollups as rows of their tables.

use crate::bulk::{Cells, Rows};
use crate::code_list::column_of;
use crate::error::StoreError;
use crate::scope::Scope;
use crate::store::Writing;
use sea_orm::FromQueryResult;
use utfall_domain::code_part::CodePart;
use utfall_domain::entry::Entry;
use utfall_domain::money::Money;
use utfall_domain::period::Year;
use utfall_domain::rollup::RollupRow;

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
    let text = |of: &dyn Fn(&Entry) -> &String| Cells::Text(entries.iter().map(|entry| of(entry).clone()).collect());
    let count = i64::try_from(entries.len()).unwrap_or(i64::MAX);
    let mut columns = vec![
        ("number", Cells::BigInt((1..=count).collect())),
        ("row_number", Cells::BigInt(entries.iter().map(|entry| i64::from(entry.row)).collect())),
        ("month", Cells::SmallInt(entries.iter().map(|entry| i16::from(entry.month)).collect())),
        ("committee", text(&|entry| &entry.committee)),
    ];
    columns.extend(CodePart::ALL.map(|part| (column_of(part), text(&|entry| &entry.codes[part.index()]))));
    columns.extend([
        ("amount", Cells::BigInt(entries.iter().map(|entry| entry.amount.ore()).collect())),
        ("quantity", Cells::MaybeBigInt(entries.iter().map(|entry| entry.quantity).collect())),
        ("text", text(&|entry| &entry.text)),
    ]);
    let constants = vec![("year", year.number().into()), ("posting_number", posting_number.into())];
    Rows { table: "entry", constants, columns }.insert(w).await
}

/// Writes the rollups of a generation.
pub(crate) async fn insert_rollups(
    w: &Writing,
    year: Year,
    generation: i64,
    rollups: &[RollupRow],
) -> Result<(), StoreError> {
    let money = |of: fn(&RollupRow) -> Money| Cells::BigInt(rollups.iter().map(|row| of(row).ore()).collect());
    let rows = Rows {
        table: "rollup",
        constants: vec![("year", year.number().into()), ("generation", generation.into())],
        columns: vec![
            ("dimension", Cells::SmallInt(rollups.iter().map(|row| row.dimension as i16).collect())),
            ("committee", Cells::Text(rollups.iter().map(|row| row.committee.clone()).collect())),
            ("code", Cells::Text(rollups.iter().map(|row| row.code.clone()).collect())),
            ("outside_frame", Cells::Bool(rollups.iter().map(|row| row.outside_frame).collect())),
            ("month", Cells::SmallInt(rollups.iter().map(|row| i16::from(row.month)).collect())),
            ("cost", money(|row| row.cost)),
            ("revenue", money(|row| row.revenue)),
            ("excluded", money(|row| row.excluded)),
        ],
    };
    rows.insert(w).await
}
