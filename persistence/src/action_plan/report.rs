//! Reports on action plans, month by month; a later version of a month's report stands in place of the one before.

use super::version::foremost;
use crate::clock::moment;
use crate::error::{Refusal, StoreError};
use crate::put::{Precondition, Put, refuse};
use crate::scope::{STANDS, Scope};
use crate::store::Writing;
use crate::stored::{read, written};
use chrono::{DateTime, Utc};
use sea_orm::FromQueryResult;
use serde_json::json;
use std::collections::HashSet;
use utfall_domain::action_plan::EffectReport;
use utfall_domain::row_error::{Fault, RowError};

#[derive(FromQueryResult)]
struct Record {
    since: i64,
    recorded_at: i64,
    recorded_by: String,
    body: String,
}

/// A report as it was recorded.
#[derive(Debug, Clone)]
pub struct RecordedReport {
    /// What was reported.
    pub report: EffectReport,
    /// The version that brought it.
    pub since: i64,
    /// When.
    pub recorded_at: DateTime<Utc>,
    /// By whom.
    pub recorded_by: String,
}

/// The path of a report under the municipality.
pub fn report_resource(document: &str, period: &str) -> String {
    format!("action-plans/{document}/effects/{period}")
}

fn recorded(record: Record) -> Result<RecordedReport, StoreError> {
    let Record { since, recorded_at, recorded_by, body } = record;
    Ok(RecordedReport { report: read(&body)?, since, recorded_at: moment(recorded_at), recorded_by })
}

const SELECT: &str = "SELECT since, recorded_at, recorded_by, body FROM action_plan_report \
                      WHERE municipality = $1 AND document = $2 AND since <= $3 AND until > $3";

/// The reports on a plan, oldest month first.
pub async fn reports(scope: &Scope, document: &str) -> Result<Vec<RecordedReport>, StoreError> {
    let sql = format!("{SELECT} ORDER BY period");
    let rows = scope.all::<Record>(&sql, vec![document.into(), scope.version().into()]).await?;
    rows.into_iter().map(recorded).collect()
}

/// The report on a plan of a month.
pub async fn report(scope: &Scope, document: &str, period: &str) -> Result<Option<RecordedReport>, StoreError> {
    let sql = format!("{SELECT} AND period = $4");
    let row = scope.one::<Record>(&sql, vec![document.into(), scope.version().into(), period.into()]).await?;
    row.map(recorded).transpose()
}

/// Puts the report of a month on a plan that is decided.
pub async fn put_report(
    w: &mut Writing,
    document: &str,
    new: EffectReport,
    precondition: Precondition,
) -> Result<Put<RecordedReport>, StoreError> {
    let plan = foremost(w, document, None).await?.filter(|plan| w.actor().reach.covers(&plan.edition.committee));
    let plan = plan.ok_or(Refusal::NotFound)?;
    if !plan.standing.is_decided() {
        let sentence = format!("it is {}, and only a decided plan is reported on", plan.standing.code());
        return Err(Refusal::Conflict(sentence).into());
    }
    let known: HashSet<&str> = plan.plan.measures.iter().map(|measure| measure.key.as_str()).collect();
    let mut errors = new.check(&known);
    let month = new.month;
    if month.is_closing() || month.year() < plan.plan.year || month.year() > plan.plan.through {
        let reason = "is no month of the plan's years";
        errors.push(RowError::whole("period", &month.to_string(), Fault::Bounds, reason));
    }
    refuse(errors)?;
    let period = month.to_string();
    let standing = report(w, document, &period).await?;
    let differs = standing.as_ref().is_none_or(|standing| standing.report != new);
    precondition.check(w, standing.as_ref().map(|standing| standing.since), differs)?;
    if let Some(standing) = standing.as_ref().filter(|_| !differs) {
        return Ok(Put { version: standing.since, body: standing.clone(), is_new: false });
    }
    replace(w, document, &period, &new).await?;
    w.record("report-action-plan", &report_resource(document, &period), "", json!({ "measures": new.measures.len() }));
    let body = report(w, document, &period).await?.ok_or(Refusal::NotFound)?;
    Ok(Put { version: w.version(), body, is_new: standing.is_none() })
}

async fn replace(w: &Writing, document: &str, period: &str, new: &EffectReport) -> Result<(), StoreError> {
    let sql = "UPDATE action_plan_report SET until = $2 \
               WHERE municipality = $1 AND document = $3 AND period = $4 AND until = $5";
    w.execute(sql, vec![w.version().into(), document.into(), period.into(), STANDS.into()]).await?;
    let sql = "INSERT INTO action_plan_report (municipality, document, period, since, until, recorded_at, recorded_by, body) \
               VALUES ($1, $2, $3, $4, $5, $6, $7, $8)";
    let values = vec![
        document.into(),
        period.into(),
        w.version().into(),
        STANDS.into(),
        w.stamp().into(),
        w.actor().subject.clone().into(),
        written(new)?.into(),
    ];
    w.execute(sql, values).await?;
    Ok(())
}
