//! Explanations of cases: recorded one after the other, none changed.

use super::read::{Deviation, deviation};
use crate::clock::moment;
use crate::error::{Refusal, StoreError};
use crate::put::refuse;
use crate::scope::{Scope, placeholders};
use crate::store::Writing;
use crate::stored::{read, written};
use chrono::{DateTime, Utc};
use sea_orm::{FromQueryResult, Value};
use serde_json::json;
use std::collections::HashMap;
use utfall_domain::deviation::Explanation;
use utfall_domain::row_error::{Fault, RowError};

#[derive(FromQueryResult)]
struct Record {
    deviation_id: String,
    version: i64,
    recorded_at: i64,
    recorded_by: String,
    body: String,
}

/// An explanation as it was recorded.
#[derive(Debug, Clone)]
pub struct RecordedExplanation {
    /// What was said.
    pub explanation: Explanation,
    /// The version that brought it.
    pub version: i64,
    /// When.
    pub recorded_at: DateTime<Utc>,
    /// By whom.
    pub recorded_by: String,
}

/// The path of a case's explanations under the municipality.
pub fn resource(deviation_id: &str) -> String {
    format!("deviations/{deviation_id}/explanations")
}

fn recorded(record: Record) -> Result<(String, RecordedExplanation), StoreError> {
    let Record { deviation_id, version, recorded_at, recorded_by, body } = record;
    let explanation = read(&body)?;
    Ok((deviation_id, RecordedExplanation { explanation, version, recorded_at: moment(recorded_at), recorded_by }))
}

const COLUMNS: &str = "deviation_id, version, recorded_at, recorded_by, body";

/// The explanations of a case, newest first.
pub async fn explanations(scope: &Scope, deviation_id: &str) -> Result<Vec<RecordedExplanation>, StoreError> {
    let sql = format!(
        "SELECT {COLUMNS} FROM deviation_explanation WHERE municipality = $1 AND deviation_id = $2 AND version <= $3 \
         ORDER BY version DESC"
    );
    let rows = scope.all::<Record>(&sql, vec![deviation_id.into(), scope.version().into()]).await?;
    rows.into_iter().map(|row| Ok(recorded(row)?.1)).collect()
}

/// The newest explanation of each of some cases.
pub(super) async fn newest(scope: &Scope, ids: &[&str]) -> Result<HashMap<String, RecordedExplanation>, StoreError> {
    if ids.is_empty() {
        return Ok(HashMap::new());
    }
    let list = placeholders(3, ids.len());
    let sql = format!(
        "SELECT {COLUMNS} FROM deviation_explanation e WHERE municipality = $1 AND deviation_id IN ({list}) AND version = \
         (SELECT MAX(l.version) FROM deviation_explanation l WHERE l.municipality = e.municipality \
          AND l.deviation_id = e.deviation_id AND l.version <= $2)"
    );
    let mut values: Vec<Value> = vec![scope.version().into()];
    values.extend(ids.iter().map(|id| Value::from(*id)));
    scope.all::<Record>(&sql, values).await?.into_iter().map(recorded).collect()
}

/// Explains a case for the period that it was evaluated for last, and says whether that is new.
pub async fn explain(
    w: &mut Writing,
    deviation_id: &str,
    said: &Explanation,
) -> Result<(RecordedExplanation, bool), StoreError> {
    let case = deviation(w, deviation_id).await?.filter(|case| w.actor().reach.covers(&case.committee));
    let case = case.ok_or(Refusal::NotFound)?;
    let required = case.required().ok_or_else(|| Refusal::Conflict("it is closed, and needs no explanation".into()))?;
    let said = Explanation { period: of_period(&case, said)?, ..said.clone() };
    let standing = newest(w, &[deviation_id]).await?.remove(deviation_id);
    if let Some(standing) = standing.filter(|standing| standing.explanation == said) {
        return Ok((standing, false));
    }
    let history = super::answer::histories(w, &[deviation_id]).await?.remove(deviation_id).unwrap_or_default();
    refuse(said.check(required, history.difference()))?;
    let sql = "INSERT INTO deviation_explanation (municipality, deviation_id, version, recorded_at, recorded_by, period, body) \
               VALUES ($1, $2, $3, $4, $5, $6, $7)";
    let recorded_by = w.actor().subject.clone();
    let values = vec![
        deviation_id.into(),
        w.version().into(),
        w.stamp().into(),
        recorded_by.as_str().into(),
        said.period.as_str().into(),
        written(&said)?.into(),
    ];
    w.execute(sql, values).await?;
    let detail = json!({ "period": said.period, "causes": said.causes.len() });
    w.record("explain-deviation", &resource(deviation_id), "", detail);
    let (version, recorded_at) = (w.version(), w.recorded_at());
    Ok((RecordedExplanation { explanation: said, version, recorded_at, recorded_by }, true))
}

/// The period that is explained: the case's. A caller who names another has read what no longer stands.
fn of_period(case: &Deviation, said: &Explanation) -> Result<String, StoreError> {
    if !said.period.is_empty() && said.period != case.period {
        let reason = format!("is not {}, for which the case was evaluated last", case.period);
        refuse(vec![RowError::whole("period", &said.period, Fault::Conflict, reason)])?;
    }
    Ok(case.period.clone())
}
