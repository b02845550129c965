//! What an indicator has a list of, put whole and kept as a document with versions: its targets, its forecasts.

use crate::error::{Refusal, StoreError};
use crate::put::{Precondition, Put, refuse};
use crate::scope::{STANDS, Scope, placeholders};
use crate::store::Writing;
use crate::stored::{read, written};
use sea_orm::{FromQueryResult, Value};
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::json;
use std::collections::HashMap;
use utfall_domain::row_error::RowError;

#[derive(FromQueryResult)]
struct Record {
    indicator: String,
    since: i64,
    body: String,
}

/// A kind of list: where it is kept, and what putting one is called.
#[derive(Debug, Clone, Copy)]
pub(super) struct Whole {
    pub table: &'static str,
    pub act: &'static str,
    /// The last segment of its path, which also counts it in the audit trail.
    pub name: &'static str,
}

impl Whole {
    /// The path of an indicator's list under the municipality.
    pub fn resource(self, key: &str) -> String {
        format!("indicators/{key}/{}", self.name)
    }

    /// The lists of some indicators, and the versions that brought them.
    pub async fn of<T: DeserializeOwned>(
        self,
        scope: &Scope,
        indicators: &[&str],
    ) -> Result<HashMap<String, (Vec<T>, i64)>, StoreError> {
        let mut found = HashMap::new();
        for chunk in indicators.chunks(500) {
            let sql = format!(
                "SELECT indicator, since, body FROM {} WHERE municipality = $1 AND since <= $2 AND until > $2 AND indicator IN ({})",
                self.table,
                placeholders(3, chunk.len())
            );
            let mut values: Vec<Value> = vec![scope.version().into()];
            values.extend(chunk.iter().map(|key| Value::from(*key)));
            for row in scope.all::<Record>(&sql, values).await? {
                found.insert(row.indicator, (read(&row.body)?, row.since));
            }
        }
        Ok(found)
    }

    /// Sets an indicator's list, all of it; refuses it with what is wrong.
    pub async fn set<T: Serialize + DeserializeOwned + PartialEq>(
        self,
        w: &mut Writing,
        key: &str,
        list: Vec<T>,
        errors: Vec<RowError>,
        precondition: Precondition,
        reason: &str,
    ) -> Result<Put<Vec<T>>, StoreError> {
        if super::definition::indicator(w, key).await?.is_none() {
            return Err(Refusal::NotFound.into());
        }
        refuse(errors)?;
        let standing = self.of::<T>(w, &[key]).await?.remove(key);
        let differs = standing.as_ref().is_none_or(|(standing, _)| *standing != list);
        precondition.check(w, standing.as_ref().map(|(_, since)| *since), differs)?;
        if let Some((_, version)) = standing.as_ref().filter(|_| !differs) {
            return Ok(Put { version: *version, body: list, is_new: false });
        }
        let (version, table) = (w.version(), self.table);
        let sql = format!("UPDATE {table} SET until = $2 WHERE municipality = $1 AND indicator = $3 AND until = $4");
        w.execute(&sql, vec![version.into(), key.into(), STANDS.into()]).await?;
        let sql =
            format!("INSERT INTO {table} (municipality, indicator, since, until, body) VALUES ($1, $2, $3, $4, $5)");
        w.execute(&sql, vec![key.into(), version.into(), STANDS.into(), written(&list)?.into()]).await?;
        w.record(self.act, &self.resource(key), reason, json!({ self.name: list.len() }));
        Ok(Put { version, is_new: standing.is_none(), body: list })
    }
}
