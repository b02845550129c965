//! What a committee has one of a year, kept as a document with versions: a plan of internal control, a scorecard.

use crate::error::{Refusal, StoreError};
use crate::put::{Precondition, Put};
use crate::scope::{Number, STANDS, Scope, narrow};
use crate::store::Writing;
use crate::stored::{read, written};
use sea_orm::{FromQueryResult, Value};
use serde::Serialize;
use serde::de::DeserializeOwned;

#[derive(FromQueryResult)]
struct Record {
    since: i64,
    body: String,
}

/// A committee's document of a year in a table, and the version that brought it.
pub(crate) async fn standing<T: DeserializeOwned>(
    scope: &Scope,
    table: &str,
    year: i16,
    committee: &str,
) -> Result<Option<(T, i64)>, StoreError> {
    let sql = format!(
        "SELECT since, body FROM {table} WHERE municipality = $1 AND committee = $2 AND year = $3 AND since <= $4 AND until > $4"
    );
    let row = scope.one::<Record>(&sql, vec![committee.into(), year.into(), scope.version().into()]).await?;
    row.map(|row| Ok((read(&row.body)?, row.since))).transpose()
}

/// A page of documents, newest year first, and how many there are. Empty lists do not filter.
pub(crate) async fn page<T: DeserializeOwned>(
    scope: &Scope,
    table: &str,
    committees: &[String],
    year: Option<i16>,
    (limit, offset): (i64, i64),
) -> Result<(Vec<T>, i64), StoreError> {
    let mut matches = "municipality = $1 AND since <= $2 AND until > $2".to_owned();
    let mut values: Vec<Value> = vec![scope.version().into()];
    narrow((&mut matches, &mut values), ("year", year), ("committee", committees));
    let count = format!("SELECT COUNT(*) AS number FROM {table} WHERE {matches}");
    let total = scope.one::<Number>(&count, values.clone()).await?.map_or(0, |row| row.number);
    let at = values.len() + 2;
    let sql = format!(
        "SELECT since, body FROM {table} WHERE {matches} ORDER BY year DESC, committee LIMIT ${at} OFFSET ${}",
        at + 1
    );
    values.extend([limit.into(), offset.into()]);
    let rows = scope.all::<Record>(&sql, values).await?;
    Ok((rows.iter().map(|row| read(&row.body)).collect::<Result<_, _>>()?, total))
}

/// Puts a document in place of the one that stands.
pub(crate) async fn replace<T: Serialize>(
    w: &Writing,
    table: &str,
    year: i16,
    committee: &str,
    document: &T,
) -> Result<(), StoreError> {
    let version = w.version();
    let sql = format!(
        "UPDATE {table} SET until = $2 WHERE municipality = $1 AND committee = $3 AND year = $4 AND until = $5"
    );
    w.execute(&sql, vec![version.into(), committee.into(), year.into(), STANDS.into()]).await?;
    let sql = format!(
        "INSERT INTO {table} (municipality, committee, year, since, until, body) VALUES ($1, $2, $3, $4, $5, $6)"
    );
    let values = vec![committee.into(), year.into(), version.into(), STANDS.into(), written(document)?.into()];
    w.execute(&sql, values).await?;
    Ok(())
}

/// A document to put.
pub(crate) struct Yearly<'a, T> {
    /// Its table.
    pub table: &'static str,
    /// Its path under the municipality.
    pub resource: String,
    /// What the audit trail calls the act.
    pub action: &'static str,
    /// The year.
    pub year: i16,
    /// The committee.
    pub committee: &'a str,
    /// The document.
    pub document: T,
    /// What the audit trail says of it.
    pub detail: serde_json::Value,
}

/// Puts a document of a committee that is there, on the condition that it has not changed since the caller read it.
pub(crate) async fn put<T: Serialize + DeserializeOwned + PartialEq>(
    w: &mut Writing,
    new: Yearly<'_, T>,
    precondition: Precondition,
    reason: &str,
) -> Result<Put<T>, StoreError> {
    let Yearly { table, resource, action, year, committee, document, detail } = new;
    if !crate::code_plan::committees(w).await?.iter().any(|known| known.code.as_str() == committee) {
        return Err(Refusal::NotFound.into());
    }
    let found = standing::<T>(w, table, year, committee).await?;
    let differs = found.as_ref().is_none_or(|(standing, _)| *standing != document);
    precondition.check(w, found.as_ref().map(|(_, since)| *since), differs)?;
    if let Some((_, version)) = found.as_ref().filter(|_| !differs) {
        return Ok(Put { version: *version, body: document, is_new: false });
    }
    replace(w, table, year, committee, &document).await?;
    w.record(action, &resource, reason, detail);
    Ok(Put { version: w.version(), is_new: found.is_none(), body: document })
}

/// Every document of a table that stands, of some committees or all, oldest year first.
pub(crate) async fn all<T: DeserializeOwned>(
    scope: &Scope,
    table: &str,
    committees: &[String],
) -> Result<Vec<T>, StoreError> {
    let mut matches = "municipality = $1 AND since <= $2 AND until > $2".to_owned();
    let mut values: Vec<Value> = vec![scope.version().into()];
    narrow((&mut matches, &mut values), ("year", None), ("committee", committees));
    let sql = format!("SELECT since, body FROM {table} WHERE {matches} ORDER BY year, committee");
    scope.all::<Record>(&sql, values).await?.iter().map(|row| read(&row.body)).collect()
}
