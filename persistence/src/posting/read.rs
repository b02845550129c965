//! Reading postings: what stands, what stood, what each revision changed, and the file that brought it.

use super::record::{self, Posting};
use super::write::Receipt;
use crate::deviation;
use crate::entry::column_of;
use crate::entry::{self, COLUMNS, EntryRecord};
use crate::error::{Refusal, StoreError};
use crate::scope::{Number, Scope, Text};
use sea_orm::{FromQueryResult, Value};
use std::fmt::Write as _;
use utfall_domain::code_part::CodePart;
use utfall_domain::code_plan::{CodePlan, span_of};
use utfall_domain::entry::{Difference, Entry, differences};
use utfall_domain::period::Year;
use utfall_domain::posting::Kind;

/// A raw file.
#[derive(Debug, Clone, FromQueryResult)]
pub struct RawFile {
    /// Its media type.
    pub content_type: String,
    /// Its bytes, as sent.
    pub bytes: Vec<u8>,
}

/// The posting of an id, whether or not it still stands; one that came after the version that is read is not there.
pub async fn posting(scope: &Scope, posting_id: &str) -> Result<Option<Posting>, StoreError> {
    let sql = "SELECT * FROM posting WHERE municipality = $1 AND posting_id = $2 AND since <= $3";
    scope.one(sql, vec![posting_id.into(), scope.version().into()]).await
}

/// The revision that stands of a kind, period and source.
pub async fn current(scope: &Scope, kind: Kind, period: &str, source: &str) -> Result<Option<Posting>, StoreError> {
    record::standing(scope, kind, period, source).await
}

/// Which postings to list; empty texts do not filter.
#[derive(Debug, Clone, Default)]
pub struct PostingFilter {
    /// `outcome`, `budget` or `forecast`.
    pub kind: String,
    /// A period.
    pub period: String,
    /// A source.
    pub source: String,
    /// Only those that stand.
    pub standing_only: bool,
}

/// A page of postings, newest first, and how many there are.
pub async fn postings(
    scope: &Scope,
    filter: &PostingFilter,
    limit: i64,
    offset: i64,
) -> Result<(Vec<Posting>, i64), StoreError> {
    let standing = if filter.standing_only { "AND until > $5" } else { "" };
    let matches = format!(
        "municipality = $1 AND ($2 = '' OR kind = $2) AND ($3 = '' OR period = $3) AND ($4 = '' OR source = $4) \
         AND since <= $5 {standing}"
    );
    let values = || -> Vec<Value> {
        let PostingFilter { kind, period, source, standing_only: _ } = filter;
        vec![kind.as_str().into(), period.as_str().into(), source.as_str().into(), scope.version().into()]
    };
    let sql = format!("SELECT COUNT(*) AS number FROM posting WHERE {matches}");
    let total = scope.one::<Number>(&sql, values()).await?.map_or(0, |row| row.number);
    let sql = format!("SELECT * FROM posting WHERE {matches} ORDER BY posting_number DESC LIMIT $6 OFFSET $7");
    let mut page = values();
    page.extend([limit.into(), offset.into()]);
    Ok((scope.all(&sql, page).await?, total))
}

/// Which entries to read; empty texts do not filter.
#[derive(Debug, Clone, Default)]
pub struct EntryFilter {
    /// Codes by part.
    pub codes: [String; CodePart::COUNT],
    /// Only entries that belong to these committees in their month; empty: all.
    pub committees: Vec<String>,
}

/// A page of entries.
#[derive(Debug, Clone)]
pub struct EntryPage {
    /// The entries.
    pub entries: Vec<Entry>,
    /// How many match in all.
    pub total: i64,
}

/// A page of the entries that stand of a kind, period and source.
pub async fn current_entries(
    scope: &Scope,
    kind: Kind,
    period: &str,
    source: &str,
    filter: &EntryFilter,
    page: (i64, i64),
) -> Result<(Posting, EntryPage), StoreError> {
    let posting = current(scope, kind, period, source).await?.ok_or(Refusal::NotFound)?;
    let entries = entries_of(scope, &posting, filter, page).await?;
    Ok((posting, entries))
}

/// A page (limit, offset) of a posting's entries, in the order of the delivery.
pub async fn entries_of(
    scope: &Scope,
    posting: &Posting,
    filter: &EntryFilter,
    (limit, offset): (i64, i64),
) -> Result<EntryPage, StoreError> {
    let mut matches = "municipality = $1 AND year = $2 AND posting_number = $3".to_owned();
    let mut values: Vec<Value> = vec![posting.year.into(), posting.posting_number.into()];
    for (part, code) in CodePart::ALL.into_iter().zip(&filter.codes).filter(|(_, code)| !code.is_empty()) {
        values.push(code.as_str().into());
        let _ = write!(matches, " AND {} = ${}", column_of(part), values.len() + 1);
    }
    if !filter.committees.is_empty() {
        let plan = crate::code_plan::code_plan(scope).await?;
        matches += &committee_condition(posting.year, &filter.committees, &plan, &mut values)?;
    }
    let sql = format!("SELECT COUNT(*) AS number FROM entry WHERE {matches}");
    let total = scope.one::<Number>(&sql, values.clone()).await?.map_or(0, |row| row.number);
    let at = values.len() + 2;
    let sql = format!("SELECT {COLUMNS} FROM entry WHERE {matches} ORDER BY number LIMIT ${at} OFFSET ${}", at + 1);
    values.extend([limit.into(), offset.into()]);
    let rows = scope.all::<EntryRecord>(&sql, values).await?;
    Ok(EntryPage { entries: rows.into_iter().map(Entry::from).collect(), total })
}

/// The entries of committees: those that name one, and those whose unit belongs to one in their month.
fn committee_condition(
    year: i16,
    committees: &[String],
    plan: &CodePlan,
    values: &mut Vec<Value>,
) -> Result<String, StoreError> {
    let year = crate::code_plan::stored(Year::new(year.into()), "year")?;
    let mut listed = |code: &str| {
        values.push(code.into());
        format!("${}", values.len() + 1)
    };
    let named: Vec<String> = committees.iter().map(|code| listed(code)).collect();
    let mut condition = format!(" AND ((unit = '' AND committee IN ({}))", named.join(", "));
    let mut units: Vec<&str> = plan.tree(CodePart::Unit).rows().iter().map(|row| row.code.as_str()).collect();
    units.sort_unstable();
    units.dedup();
    let belongs = |unit: &str, month: u8| {
        let owner = plan.committee_of_unit(unit, span_of(year, month));
        owner.is_some_and(|owner| committees.iter().any(|code| code == owner))
    };
    let mut always = Vec::new();
    for unit in units {
        let months: Vec<u8> = (0..=13).filter(|&month| belongs(unit, month)).collect();
        if months.len() == 14 {
            always.push(listed(unit));
        } else if !months.is_empty() {
            let months: Vec<String> = months.iter().map(u8::to_string).collect();
            let _ = write!(condition, " OR (unit = {} AND month IN ({}))", listed(unit), months.join(", "));
        }
    }
    if !always.is_empty() {
        let _ = write!(condition, " OR unit IN ({})", always.join(", "));
    }
    condition.push(')');
    Ok(condition)
}

/// What a posting changed against the revision before, code string by code string.
pub async fn changes_of(scope: &Scope, posting: &Posting) -> Result<Vec<Difference>, StoreError> {
    let sql =
        "SELECT * FROM posting WHERE municipality = $1 AND kind = $2 AND period = $3 AND source = $4 AND revision = $5";
    let values = vec![
        posting.kind.as_str().into(),
        posting.period.as_str().into(),
        posting.source.as_str().into(),
        (posting.revision - 1).into(),
    ];
    let before = match scope.one::<Posting>(sql, values).await? {
        Some(before) => entry::of_posting(scope, before.year, before.posting_number).await?,
        None => Vec::new(),
    };
    let after = entry::of_posting(scope, posting.year, posting.posting_number).await?;
    Ok(differences(&before, &after)?)
}

/// The file that brought a posting; a withdrawal has none.
pub async fn file_of(scope: &Scope, posting: &Posting) -> Result<Option<RawFile>, StoreError> {
    file(scope, &posting.file_hash).await
}

pub(super) async fn file(scope: &Scope, hash: &str) -> Result<Option<RawFile>, StoreError> {
    let sql = "SELECT content_type, bytes FROM raw_file WHERE municipality = $1 AND hash = $2";
    scope.one(sql, vec![hash.into()]).await
}

/// The receipt of a posting, as it was given.
pub async fn receipt(scope: &Scope, posting: Posting) -> Result<Receipt, StoreError> {
    let sql = "SELECT rederived_posting_id AS text FROM posting_effect \
               WHERE municipality = $1 AND posting_id = $2 ORDER BY rederived_posting_id";
    let rederived = scope.all::<Text>(sql, vec![posting.posting_id.as_str().into()]).await?;
    let deviations = deviation::touched_by(scope, &posting.posting_id).await?;
    Ok(Receipt {
        posting,
        unchanged: false,
        rederived: rederived.into_iter().map(|row| row.text).collect(),
        kept: Vec::new(),
        deviations,
    })
}
