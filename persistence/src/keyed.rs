//! What a municipality has under keys of its own, kept as documents with versions: transfers between frames, layouts of reports.

use crate::error::StoreError;
use crate::put::{Precondition, Put};
use crate::scope::{STANDS, Scope};
use crate::store::Writing;
use crate::stored::{read, written};
use sea_orm::{FromQueryResult, Value};
use serde::Serialize;
use serde::de::DeserializeOwned;
use std::fmt::Write as _;

/// A table of documents: its name, the column of the key, and columns that lists filter by.
pub(crate) struct Table {
    /// Its name.
    pub name: &'static str,
    /// The column of the key.
    pub key: &'static str,
    /// Other columns, in the order of their values.
    pub columns: &'static [&'static str],
}

#[derive(FromQueryResult)]
struct Record {
    key: String,
    since: i64,
    body: String,
}

/// A document and the version that brought it.
pub(crate) async fn standing<T: DeserializeOwned>(
    scope: &Scope,
    table: &Table,
    key: &str,
) -> Result<Option<(T, i64)>, StoreError> {
    let Table { name, key: column, .. } = table;
    let sql = format!(
        "SELECT {column} AS key, since, body FROM {name} WHERE municipality = $1 AND {column} = $2 AND since <= $3 AND until > $3"
    );
    let row = scope.one::<Record>(&sql, vec![key.into(), scope.version().into()]).await?;
    row.map(|row| Ok((read(&row.body)?, row.since))).transpose()
}

/// Every document that stands, by key.
pub(crate) async fn all<T: DeserializeOwned>(scope: &Scope, table: &Table) -> Result<Vec<(String, T)>, StoreError> {
    let Table { name, key: column, .. } = table;
    let sql = format!(
        "SELECT {column} AS key, since, body FROM {name} WHERE municipality = $1 AND since <= $2 AND until > $2 ORDER BY {column}"
    );
    let rows = scope.all::<Record>(&sql, vec![scope.version().into()]).await?;
    rows.into_iter().map(|row| Ok((row.key, read(&row.body)?))).collect()
}

/// Puts a document, on the condition that it has not changed since the caller read it; says whether that changed anything.
pub(crate) async fn put<T: Serialize + DeserializeOwned + PartialEq>(
    w: &Writing,
    table: &Table,
    key: &str,
    document: T,
    columns: Vec<Value>,
    precondition: Precondition,
) -> Result<(Put<T>, bool), StoreError> {
    let found = standing::<T>(w, table, key).await?;
    let differs = found.as_ref().is_none_or(|(standing, _)| *standing != document);
    precondition.check(w, found.as_ref().map(|(_, since)| *since), differs)?;
    if let Some((_, version)) = found.as_ref().filter(|_| !differs) {
        return Ok((Put { version: *version, body: document, is_new: false }, false));
    }
    let Table { name, key: column, columns: others } = table;
    let sql = format!("UPDATE {name} SET until = $2 WHERE municipality = $1 AND {column} = $3 AND until = $4");
    w.execute(&sql, vec![w.version().into(), key.into(), STANDS.into()]).await?;
    let (mut names, mut marks) = (String::new(), String::new());
    for (at, other) in (6..).zip(others.iter()) {
        let _ = (write!(names, ", {other}"), write!(marks, ", ${at}"));
    }
    let sql = format!(
        "INSERT INTO {name} (municipality, {column}, since, until, body{names}) VALUES ($1, $2, $3, $4, $5{marks})"
    );
    let mut values = vec![key.into(), w.version().into(), STANDS.into(), written(&document)?.into()];
    values.extend(columns);
    w.execute(&sql, values).await?;
    Ok((Put { version: w.version(), is_new: found.is_none(), body: document }, true))
}
