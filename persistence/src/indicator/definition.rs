//! Definitions of indicators: one row a version.

use crate::bulk::Rows;
use crate::error::StoreError;
use crate::kolada::projection;
use crate::put::{Precondition, Put, refuse};
use crate::scope::{Number, STANDS, Scope, placeholders};
use crate::store::Writing;
use crate::stored::{read, written};
use sea_orm::{FromQueryResult, Value};
use serde_json::json;
use std::collections::{HashMap, HashSet};
use utfall_domain::indicator::definition::Indicator;
use utfall_domain::row_error::{Fault, RowError};

#[derive(FromQueryResult)]
struct Record {
    since: i64,
    body: String,
}

/// The path of an indicator under the municipality.
pub fn resource(key: &str) -> String {
    format!("indicators/{key}")
}

/// Which indicators to list; empty does not filter.
#[derive(Debug, Clone, Default)]
pub struct IndicatorFilter {
    /// Of these committees.
    pub committees: Vec<String>,
    /// Under this perspective.
    pub perspective: String,
    /// Public ones, or the others.
    pub is_public: Option<bool>,
}

const STANDING: &str = "municipality = $1 AND since <= $2 AND until > $2";

/// A page of indicators by key, and how many there are.
pub async fn indicators(
    scope: &Scope,
    filter: &IndicatorFilter,
    (limit, offset): (i64, i64),
) -> Result<(Vec<Indicator>, i64), StoreError> {
    let mut matches = STANDING.to_owned();
    let mut values: Vec<Value> = vec![scope.version().into()];
    if !filter.perspective.is_empty() {
        values.push(filter.perspective.as_str().into());
        matches += &format!(" AND perspective = ${}", values.len() + 1);
    }
    if let Some(is_public) = filter.is_public {
        values.push(is_public.into());
        matches += &format!(" AND is_public = ${}", values.len() + 1);
    }
    if !filter.committees.is_empty() {
        matches += &format!(" AND committee IN ({})", placeholders(values.len() + 2, filter.committees.len()));
        values.extend(filter.committees.iter().map(|code| Value::from(code.as_str())));
    }
    let count = format!("SELECT COUNT(*) AS number FROM indicator WHERE {matches}");
    let total = scope.one::<Number>(&count, values.clone()).await?.map_or(0, |row| row.number);
    let at = values.len() + 2;
    let sql = format!("SELECT since, body FROM indicator WHERE {matches} ORDER BY key LIMIT ${at} OFFSET ${}", at + 1);
    values.extend([limit.into(), offset.into()]);
    let rows = scope.all::<Record>(&sql, values).await?;
    Ok((rows.iter().map(|row| read(&row.body)).collect::<Result<_, _>>()?, total))
}

/// An indicator and the version that brought it.
pub async fn indicator(scope: &Scope, key: &str) -> Result<Option<(Indicator, i64)>, StoreError> {
    let sql = format!("SELECT since, body FROM indicator WHERE {STANDING} AND key = $3");
    let row = scope.one::<Record>(&sql, vec![scope.version().into(), key.into()]).await?;
    row.map(|row| Ok((read(&row.body)?, row.since))).transpose()
}

/// The indicators of some keys, and the versions that brought them.
pub async fn some_indicators(scope: &Scope, keys: &[&str]) -> Result<HashMap<String, (Indicator, i64)>, StoreError> {
    let mut found = HashMap::new();
    for chunk in keys.chunks(500) {
        let list = placeholders(3, chunk.len());
        let sql = format!("SELECT since, body FROM indicator WHERE {STANDING} AND key IN ({list})");
        let mut values: Vec<Value> = vec![scope.version().into()];
        values.extend(chunk.iter().map(|key| Value::from(*key)));
        for row in scope.all::<Record>(&sql, values).await? {
            let indicator: Indicator = read(&row.body)?;
            found.insert(indicator.key.to_string(), (indicator, row.since));
        }
    }
    Ok(found)
}

/// What a list of definitions changed, by key.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct IndicatorChanges {
    /// Indicators that are new.
    pub added: Vec<String>,
    /// Indicators that say something else.
    pub changed: Vec<String>,
}

/// Sets the indicators of a list; the others stay as they are.
pub async fn load(w: &mut Writing, list: &[Indicator], reason: &str) -> Result<IndicatorChanges, StoreError> {
    refuse(check(w, list).await?)?;
    let keys: Vec<&str> = list.iter().map(|one| one.key.as_str()).collect();
    let standing = some_indicators(w, &keys).await?;
    let mut changes = IndicatorChanges::default();
    let mut fresh = Vec::new();
    for one in list {
        match standing.get(one.key.as_str()) {
            None => changes.added.push(one.key.to_string()),
            Some((standing, _)) if standing != one => changes.changed.push(one.key.to_string()),
            Some(_) => continue,
        }
        fresh.push((one, written(one)?));
    }
    if fresh.is_empty() {
        return Ok(changes);
    }
    let changed: Vec<&str> = changes.changed.iter().map(String::as_str).collect();
    end(w, &changed).await?;
    insert(w, &fresh).await?;
    projection::definitions_changed(w, &fresh.iter().map(|(one, _)| *one).collect::<Vec<_>>()).await?;
    let detail = json!({ "added": changes.added, "changed": changes.changed });
    w.record("load-indicators", "indicators", reason, detail);
    Ok(changes)
}

/// Sets one indicator.
pub async fn set(
    w: &mut Writing,
    one: Indicator,
    may_change: impl Fn(Option<&str>) -> bool,
    precondition: Precondition,
    reason: &str,
) -> Result<Put<Indicator>, StoreError> {
    let key = one.key.to_string();
    let standing = indicator(w, &key).await?;
    for owner in standing.iter().map(|(standing, _)| standing).chain([&one]) {
        if !may_change(owner.committee.as_ref().map(utfall_domain::text::Code::as_str)) {
            let sentence = "the indicator is not one that the token's committees may change";
            return Err(crate::error::Refusal::Forbidden(sentence.into()).into());
        }
    }
    let mut errors = check(w, std::slice::from_ref(&one)).await?;
    for error in &mut errors {
        error.field = error.field.trim_start_matches("indicators/0/").to_owned();
    }
    refuse(errors)?;
    let differs = standing.as_ref().is_none_or(|(standing, _)| *standing != one);
    precondition.check(w, standing.as_ref().map(|(_, since)| *since), differs)?;
    if let Some((_, version)) = standing.as_ref().filter(|_| !differs) {
        return Ok(Put { version: *version, body: one, is_new: false });
    }
    end(w, &[&key]).await?;
    insert(w, &[(&one, written(&one)?)]).await?;
    projection::definitions_changed(w, &[&one]).await?;
    w.record("set-indicator", &resource(&key), reason, json!({ "name": one.name }));
    Ok(Put { version: w.version(), is_new: standing.is_none(), body: one })
}

async fn check(w: &Writing, list: &[Indicator]) -> Result<Vec<RowError>, StoreError> {
    let committees = crate::code_plan::committees(w).await?;
    let mut errors = Vec::new();
    let mut seen: HashSet<&str> = HashSet::new();
    let mut components: Vec<(String, &str)> = Vec::new();
    for (at, one) in list.iter().enumerate() {
        let at = format!("indicators/{at}/");
        if !seen.insert(one.key.as_str()) {
            errors.push(RowError::whole(
                format!("{at}key"),
                one.key.as_str(),
                Fault::Conflict,
                "stands twice in the list",
            ));
        }
        one.check(&at, &mut errors);
        if let Some(code) = &one.committee
            && !committees.iter().any(|known| known.code == *code)
        {
            let reason = "is not a committee of the municipality";
            errors.push(RowError::whole(format!("{at}committee"), code.as_str(), Fault::UnknownCode, reason));
        }
        components.extend(
            one.components.iter().enumerate().map(|(number, key)| (format!("{at}components/{number}"), key.as_str())),
        );
    }
    for (at, other) in projection::published_twice(w, list).await? {
        let reason =
            format!("is the public indicator {other} already; one indicator publishes a key figure of Kolada's");
        errors.push(RowError::whole(
            format!("indicators/{at}/sourceKey"),
            &list[at].source_key,
            Fault::Conflict,
            reason,
        ));
    }
    let asked: Vec<&str> = components.iter().map(|(_, key)| *key).filter(|key| !seen.contains(key)).collect();
    let known = some_indicators(w, &asked).await?;
    for (field, key) in components.iter().filter(|(_, key)| !seen.contains(key) && !known.contains_key(*key)) {
        errors.push(RowError::whole(field.clone(), key, Fault::UnknownCode, "is not an indicator of the municipality"));
    }
    Ok(errors)
}

async fn end(w: &Writing, keys: &[&str]) -> Result<(), StoreError> {
    for chunk in keys.chunks(500) {
        let list = placeholders(4, chunk.len());
        let sql = format!("UPDATE indicator SET until = $2 WHERE municipality = $1 AND until = $3 AND key IN ({list})");
        let mut values: Vec<Value> = vec![w.version().into(), STANDS.into()];
        values.extend(chunk.iter().map(|key| Value::from(*key)));
        w.execute(&sql, values).await?;
    }
    Ok(())
}

async fn insert(w: &Writing, list: &[(&Indicator, String)]) -> Result<(), StoreError> {
    Rows::of("indicator", list)
        .constant("since", w.version())
        .constant("until", STANDS)
        .text("key", |(one, _)| one.key.to_string())
        .text("perspective", |(one, _)| one.perspective.clone())
        .text("committee", |(one, _)| one.committee.as_ref().map(ToString::to_string).unwrap_or_default())
        .bool("is_public", |(one, _)| one.is_public)
        .text("body", |(_, body)| body.clone())
        .insert(w)
        .await
}
