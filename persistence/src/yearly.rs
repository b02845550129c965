//! What a committee has one of a year, kept as a document with versions: a plan of internal control, a scorecard.

use crate::error::StoreError;
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
