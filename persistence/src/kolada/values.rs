//! Published values: rows of a key figure, a year and a place, with the sexes together.
//!
//! Where several municipalities have published a value of the same key figure, year, place and sex, one stands: a municipality's
//! word on itself, then that of the lowest code.

use super::published::{Condition, Published};
use crate::error::StoreError;
use sea_orm::FromQueryResult;
use std::collections::HashMap;
use utfall_domain::decimal::Decimal;

/// Which rows to read; what is empty does not filter.
#[derive(Debug, Clone, Default)]
pub struct ValueFilter {
    /// Of organisational units instead of areas and groups.
    pub of_units: bool,
    /// Of these key figures.
    pub key_figures: Vec<String>,
    /// Of these areas, groups or units.
    pub places: Vec<String>,
    /// Of these years.
    pub years: Vec<i16>,
    /// Of areas of these kinds, `K` and `L`; groups have none.
    pub kinds: Vec<String>,
    /// Units of these municipalities.
    pub municipalities: Vec<String>,
    /// With values changed on this day, `2026-11-22`, or later; deleted ones are then shown as such.
    pub changed_from: Option<String>,
}

/// A row.
#[derive(Debug, Clone)]
pub struct ValueRow {
    /// The key figure.
    pub key_figure: String,
    /// The area, group or unit.
    pub place: String,
    /// The year.
    pub year: i16,
    /// Of how many: a group's members, else 1.
    pub count: i64,
    /// By sex: T before K before M.
    pub values: Vec<PublishedValue>,
}

/// A value of a row.
#[derive(Debug, Clone)]
pub struct PublishedValue {
    /// `T`, `K` or `M`.
    pub sex: String,
    /// The number; none where there is none.
    pub value: Option<Decimal>,
    /// Nothing, or `Missing`.
    pub status: String,
    /// Whether it is deleted.
    pub is_deleted: bool,
}

#[derive(FromQueryResult)]
struct Record {
    key_figure: String,
    place: String,
    year: i16,
    sex: String,
    value: Option<i64>,
    status: String,
    is_deleted: bool,
}

const STANDS: &str = "NOT EXISTS (SELECT 1 FROM published_value b WHERE b.key_figure = v.key_figure AND b.place = v.place \
    AND b.year = v.year AND b.sex = v.sex AND (b.is_deleted, b.precedence, b.publisher) < (v.is_deleted, v.precedence, v.publisher))";

/// A page of rows by key figure, year and place.
pub async fn rows(
    published: &Published,
    filter: &ValueFilter,
    window: (i64, i64),
) -> Result<Vec<ValueRow>, StoreError> {
    let mut condition = Condition::new(if filter.of_units { "is_unit" } else { "NOT is_unit" });
    condition.one_of("key_figure", &filter.key_figures);
    condition.one_of("place", &filter.places);
    condition.one_of("year", &filter.years);
    if !filter.kinds.is_empty() {
        let kinds: Vec<String> = filter.kinds.iter().map(|kind| condition.value(kind.as_str())).collect();
        condition.and(&format!("place IN (SELECT code FROM area WHERE kind IN ({}))", kinds.join(", ")));
    }
    condition.one_of("publisher", &filter.municipalities);
    let shown = match &filter.changed_from {
        None => {
            condition.and("NOT is_deleted");
            " AND NOT v.is_deleted"
        }
        Some(day) => {
            let day = condition.value(day.as_str());
            condition.and(&format!("changed_on >= {day}"));
            ""
        }
    };
    let window = condition.window(window);
    let sql = format!(
        "SELECT v.key_figure, v.place, v.year, v.sex, v.value, v.status, v.is_deleted FROM published_value v JOIN \
         (SELECT DISTINCT key_figure, year, place FROM published_value WHERE {} ORDER BY key_figure, year, place{window}) p \
         ON p.key_figure = v.key_figure AND p.year = v.year AND p.place = v.place WHERE {STANDS}{shown} \
         ORDER BY v.key_figure, v.year, v.place",
        condition.text()
    );
    let records = published.all::<Record>(&sql, condition.into_values()).await?;
    let counts = member_counts(published, &records).await?;
    let mut rows: Vec<ValueRow> = Vec::new();
    for Record { key_figure, place, year, sex, value, status, is_deleted } in records {
        let value = PublishedValue { sex, value: value.map(Decimal::stored), status, is_deleted };
        match rows.last_mut() {
            Some(row) if row.key_figure == key_figure && row.year == year && row.place == place => {
                row.values.push(value);
            }
            _ => {
                let count = counts.get(&place).copied().unwrap_or(1);
                rows.push(ValueRow { key_figure, place, year, count, values: vec![value] });
            }
        }
    }
    for row in &mut rows {
        row.values.sort_by_key(|value| ["T", "K", "M"].iter().position(|sex| *sex == value.sex));
    }
    Ok(rows)
}

#[derive(FromQueryResult)]
struct Counted {
    code: String,
    member_count: i64,
}

/// How many members the groups of some rows have.
async fn member_counts(published: &Published, records: &[Record]) -> Result<HashMap<String, i64>, StoreError> {
    let mut groups: Vec<&str> =
        records.iter().map(|record| record.place.as_str()).filter(|place| place.starts_with('G')).collect();
    groups.sort_unstable();
    groups.dedup();
    let mut counts = HashMap::new();
    for chunk in groups.chunks(500) {
        let mut condition = Condition::new("1 = 1");
        condition.one_of("code", chunk);
        let sql = format!("SELECT code, member_count FROM catalogue_group WHERE {}", condition.text());
        let counted = published.all::<Counted>(&sql, condition.into_values()).await?;
        counts.extend(counted.into_iter().map(|row| (row.code, row.member_count)));
    }
    Ok(counts)
}
