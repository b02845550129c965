//! Targets of indicators: one row a version, all of an indicator's together.

use crate::error::{Refusal, StoreError};
use crate::put::{Precondition, Put, refuse};
use crate::scope::{STANDS, Scope, Text, placeholders};
use crate::store::Writing;
use crate::stored::{read, written};
use sea_orm::{FromQueryResult, Value};
use serde_json::json;
use std::collections::{HashMap, HashSet};
use utfall_domain::indicator::target::IndicatorTarget;

#[derive(FromQueryResult)]
struct Record {
    indicator: String,
    since: i64,
    body: String,
}

/// The path of an indicator's targets under the municipality.
pub fn resource(key: &str) -> String {
    format!("indicators/{key}/targets")
}

const STANDING: &str =
    "SELECT indicator, since, body FROM indicator_target WHERE municipality = $1 AND since <= $2 AND until > $2";

/// The targets of some indicators, and the versions that brought them.
pub async fn targets(
    scope: &Scope,
    indicators: &[&str],
) -> Result<HashMap<String, (Vec<IndicatorTarget>, i64)>, StoreError> {
    let mut found = HashMap::new();
    for chunk in indicators.chunks(500) {
        let sql = format!("{STANDING} AND indicator IN ({})", placeholders(3, chunk.len()));
        let mut values: Vec<Value> = vec![scope.version().into()];
        values.extend(chunk.iter().map(|key| Value::from(*key)));
        for row in scope.all::<Record>(&sql, values).await? {
            found.insert(row.indicator, (read(&row.body)?, row.since));
        }
    }
    Ok(found)
}

/// The indicators that have a target.
pub async fn targeted(scope: &Scope) -> Result<HashSet<String>, StoreError> {
    let sql = "SELECT indicator AS text FROM indicator_target WHERE municipality = $1 AND since <= $2 AND until > $2 \
               AND body <> '[]'";
    let rows = scope.all::<Text>(sql, vec![scope.version().into()]).await?;
    Ok(rows.into_iter().map(|row| row.text).collect())
}

/// Sets the targets of an indicator, all of them.
pub async fn set(
    w: &mut Writing,
    key: &str,
    list: Vec<IndicatorTarget>,
    precondition: Precondition,
    reason: &str,
) -> Result<Put<Vec<IndicatorTarget>>, StoreError> {
    if super::definition::indicator(w, key).await?.is_none() {
        return Err(Refusal::NotFound.into());
    }
    let mut errors = Vec::new();
    for (at, target) in list.iter().enumerate() {
        target.check(&format!("targets/{at}"), &mut errors);
    }
    refuse(errors)?;
    let standing = targets(w, &[key]).await?.remove(key);
    let differs = standing.as_ref().is_none_or(|(standing, _)| *standing != list);
    precondition.check(w, standing.as_ref().map(|(_, since)| *since), differs)?;
    if let Some((_, version)) = standing.as_ref().filter(|_| !differs) {
        return Ok(Put { version: *version, body: list, is_new: false });
    }
    let version = w.version();
    let sql = "UPDATE indicator_target SET until = $2 WHERE municipality = $1 AND indicator = $3 AND until = $4";
    w.execute(sql, vec![version.into(), key.into(), STANDS.into()]).await?;
    let sql = "INSERT INTO indicator_target (municipality, indicator, since, until, body) VALUES ($1, $2, $3, $4, $5)";
    w.execute(sql, vec![key.into(), version.into(), STANDS.into(), written(&list)?.into()]).await?;
    w.record("set-indicator-targets", &resource(key), reason, json!({ "targets": list.len() }));
    Ok(Put { version, is_new: standing.is_none(), body: list })
}
