//! The versions of action plans, and how far each has come: a decided one that has been reported on is followed up, and one that is
//! ended is closed.

use crate::clock::moment;
use crate::error::StoreError;
use crate::scope::{Scope, Text, placeholders};
use crate::steering::edition::{self, DocumentFilter, Edition};
use crate::stored::read;
use chrono::{DateTime, NaiveDate, Utc};
use sea_orm::{FromQueryResult, Value};
use std::collections::{HashMap, HashSet};
use utfall_domain::action_plan::ActionPlan;
use utfall_domain::deviation::PlanStanding;
use utfall_domain::steering::edition::{EditionKind, State};

const KIND: EditionKind = EditionKind::ActionPlan;

/// How a version was ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Closure {
    /// When it was recorded.
    pub recorded_at: DateTime<Utc>,
    /// By whom.
    pub recorded_by: String,
    /// Why.
    pub reason: String,
}

/// A version of an action plan.
#[derive(Debug, Clone)]
pub struct PlanVersion {
    /// The edition.
    pub edition: Edition,
    /// What was put.
    pub plan: ActionPlan,
    /// How far it has come.
    pub standing: PlanStanding,
    /// How it was ended.
    pub closure: Option<Closure>,
}

#[derive(FromQueryResult)]
struct ClosureRecord {
    document: String,
    number: i16,
    recorded_at: i64,
    recorded_by: String,
    reason: String,
}

/// One version.
pub async fn version(scope: &Scope, document: &str, number: i16) -> Result<Option<PlanVersion>, StoreError> {
    let edition = edition::edition(scope, KIND, document, number).await?;
    Ok(versions(scope, edition.into_iter().collect()).await?.pop())
}

/// The version that speaks for a plan; with a day, the one whose decision was in force then.
pub async fn foremost(
    scope: &Scope,
    document: &str,
    decided_as_of: Option<NaiveDate>,
) -> Result<Option<PlanVersion>, StoreError> {
    let edition = edition::foremost(scope, KIND, document, decided_as_of).await?;
    Ok(versions(scope, edition.into_iter().collect()).await?.pop())
}

/// A page of plans, each by the version that speaks for it, and how many there are.
pub async fn plans(
    scope: &Scope,
    filter: &DocumentFilter,
    window: (i64, i64),
) -> Result<(Vec<PlanVersion>, i64), StoreError> {
    let (editions, total) = edition::documents(scope, KIND, filter, window).await?;
    Ok((versions(scope, editions).await?, total))
}

/// A page of a plan's versions, newest first, and how many there are.
pub async fn versions_of(
    scope: &Scope,
    document: &str,
    window: (i64, i64),
) -> Result<(Vec<PlanVersion>, i64), StoreError> {
    let (editions, total) = edition::editions(scope, KIND, document, window).await?;
    Ok((versions(scope, editions).await?, total))
}

/// Every version of the plans that begin in some years; no committees are all.
pub(crate) async fn of_years(
    scope: &Scope,
    years: (i16, i16),
    committees: &[String],
) -> Result<Vec<PlanVersion>, StoreError> {
    versions(scope, edition::of_years(scope, KIND, years, committees).await?).await
}

async fn versions(scope: &Scope, editions: Vec<Edition>) -> Result<Vec<PlanVersion>, StoreError> {
    if editions.is_empty() {
        return Ok(Vec::new());
    }
    let documents: Vec<&str> = editions.iter().map(|edition| edition.document.as_str()).collect();
    let reported = reported(scope, &documents).await?;
    let mut closures = closures(scope, &documents).await?;
    let version = |edition: Edition| {
        let closure = closures.remove(&(edition.document.clone(), edition.number));
        let standing = match edition.state() {
            State::Draft => PlanStanding::Draft,
            State::HandedIn => PlanStanding::Proposed,
            State::Superseded => PlanStanding::Superseded,
            State::Decided if closure.is_some() => PlanStanding::Closed,
            State::Decided if reported.contains(&edition.document) => PlanStanding::Following,
            State::Decided => PlanStanding::Decided,
        };
        Ok(PlanVersion { plan: read(&edition.body)?, edition, standing, closure })
    };
    editions.into_iter().map(version).collect()
}

fn of_documents(scope: &Scope, documents: &[&str]) -> (String, Vec<Value>) {
    let mut values: Vec<Value> = vec![scope.version().into()];
    values.extend(documents.iter().map(|document| Value::from(*document)));
    (placeholders(3, documents.len()), values)
}

/// Which plans have been reported on.
async fn reported(scope: &Scope, documents: &[&str]) -> Result<HashSet<String>, StoreError> {
    let (list, values) = of_documents(scope, documents);
    let sql = format!(
        "SELECT DISTINCT document AS text FROM action_plan_report \
         WHERE municipality = $1 AND since <= $2 AND until > $2 AND document IN ({list})"
    );
    Ok(scope.all::<Text>(&sql, values).await?.into_iter().map(|row| row.text).collect())
}

async fn closures(scope: &Scope, documents: &[&str]) -> Result<HashMap<(String, i16), Closure>, StoreError> {
    let (list, values) = of_documents(scope, documents);
    let sql = format!(
        "SELECT document, number, recorded_at, recorded_by, reason FROM action_plan_closure \
         WHERE municipality = $1 AND version <= $2 AND document IN ({list})"
    );
    let rows = scope.all::<ClosureRecord>(&sql, values).await?;
    let closure = |record: ClosureRecord| {
        let ClosureRecord { document, number, recorded_at, recorded_by, reason } = record;
        ((document, number), Closure { recorded_at: moment(recorded_at), recorded_by, reason })
    };
    Ok(rows.into_iter().map(closure).collect())
}
