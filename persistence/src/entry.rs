//! Entries and rollups as rows of their tables.

use crate::bulk::Rows;
use crate::error::StoreError;
use crate::scope::{Scope, Text};
use crate::store::Writing;
use sea_orm::{FromQueryResult, Value};
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

/// How many entries are read as one text.
const PACKED: i64 = 5_000;
/// Ends a field of a packed entry, and a packed entry. No code or text holds a control character but the line break.
const FIELD: char = '\u{1f}';
const RECORD: char = '\u{1e}';

/// The entries of one posting, in their order.
///
/// They come packed, thousands in one text: read as rows of cells, 50,000 entries cost SQLite's driver most of a re-post.
pub(crate) async fn of_posting(scope: &Scope, year: i16, posting_number: i64) -> Result<Vec<Entry>, StoreError> {
    let sql = "SELECT COALESCE(STRING_AGG(CONCAT_WS($4, number, row_number, month, committee, account, unit, activity, project, \
               specification, work_order, object, counterparty, amount, COALESCE(CAST(quantity AS TEXT), ''), text), $5), '') \
               AS text FROM entry WHERE municipality = $1 AND year = $2 AND posting_number = $3 AND number > $6 AND number <= $7";
    let (mut entries, mut from) = (Vec::new(), 0);
    loop {
        let values: [Value; 6] = [
            year.into(),
            posting_number.into(),
            FIELD.to_string().into(),
            RECORD.to_string().into(),
            from.into(),
            (from + PACKED).into(),
        ];
        let packed = scope.one::<Text>(sql, values.into()).await?.map(|row| row.text).unwrap_or_default();
        if packed.is_empty() {
            return Ok(entries);
        }
        let block =
            packed.split(RECORD).map(|record| unpacked(record).ok_or_else(|| StoreError::Corrupt("an entry".into())));
        let mut block = block.collect::<Result<Vec<(i64, Entry)>, _>>()?;
        block.sort_unstable_by_key(|(number, _)| *number);
        entries.extend(block.into_iter().map(|(_, entry)| entry));
        from += PACKED;
    }
}

/// An entry and its number from the fields of a record.
fn unpacked(record: &str) -> Option<(i64, Entry)> {
    let mut fields = record.split(FIELD);
    let number = fields.next()?.parse().ok()?;
    let (row, month) = (fields.next()?.parse().ok()?, fields.next()?.parse().ok()?);
    let committee = fields.next()?.to_owned();
    let mut codes: [String; CodePart::COUNT] = Default::default();
    for code in &mut codes {
        fields.next()?.clone_into(code);
    }
    let amount = Money::stored(fields.next()?.parse().ok()?);
    let quantity = fields.next().filter(|text| !text.is_empty()).map(str::parse).transpose().ok()?;
    let text = fields.next()?.to_owned();
    Some((number, Entry { row, month, committee, codes, amount, quantity, text }))
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_packed_entry_is_read_whole() {
        let fields = ["7", "3", "8", "", "4551", "3102", "HVBU", "", "", "", "", "å", "-1250", "", "one\ntwo"];
        let (number, entry) = unpacked(&fields.join(&FIELD.to_string())).unwrap();
        assert_eq!((number, entry.row, entry.month, entry.amount.ore(), entry.quantity), (7, 3, 8, -1250, None));
        assert_eq!((entry.code(CodePart::Activity), entry.code(CodePart::Counterparty)), ("HVBU", "å"));
        assert_eq!((entry.committee.as_str(), entry.text.as_str()), ("", "one\ntwo"));
        assert_eq!(unpacked("7"), None);
    }
}
