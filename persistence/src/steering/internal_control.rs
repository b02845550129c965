//! Plans of internal control as they are kept: one row a version.

use crate::error::{Refusal, StoreError};
use crate::put::{Precondition, Put, refuse};
use crate::scope::{Number, STANDS, Scope, placeholders};
use crate::store::Writing;
use crate::stored::{read, written};
use sea_orm::{FromQueryResult, Value};
use serde_json::json;
use utfall_domain::steering::internal_control::ControlPlan;

#[derive(FromQueryResult)]
struct Record {
    since: i64,
    body: String,
}

/// The path of a plan of internal control under the municipality.
pub fn resource(year: i16, committee: &str) -> String {
    format!("internal-control-plans/{year}/{committee}")
}

/// A committee's plan for a year, and the version that brought it.
pub async fn control_plan(scope: &Scope, year: i16, committee: &str) -> Result<Option<(ControlPlan, i64)>, StoreError> {
    let sql = "SELECT since, body FROM control_plan WHERE municipality = $1 AND committee = $2 AND year = $3 \
               AND since <= $4 AND until > $4";
    let row = scope.one::<Record>(sql, vec![committee.into(), year.into(), scope.version().into()]).await?;
    row.map(|row| Ok((read(&row.body)?, row.since))).transpose()
}

/// A page of plans, newest year first, and how many there are.
pub async fn control_plans(
    scope: &Scope,
    committees: &[String],
    year: Option<i16>,
    (limit, offset): (i64, i64),
) -> Result<(Vec<ControlPlan>, i64), StoreError> {
    let mut matches = "municipality = $1 AND since <= $2 AND until > $2".to_owned();
    let mut values: Vec<Value> = vec![scope.version().into()];
    if let Some(year) = year {
        values.push(year.into());
        matches += &format!(" AND year = ${}", values.len() + 1);
    }
    if !committees.is_empty() {
        matches += &format!(" AND committee IN ({})", placeholders(values.len() + 2, committees.len()));
        values.extend(committees.iter().map(|code| Value::from(code.as_str())));
    }
    let count = format!("SELECT COUNT(*) AS number FROM control_plan WHERE {matches}");
    let total = scope.one::<Number>(&count, values.clone()).await?.map_or(0, |row| row.number);
    let at = values.len() + 2;
    let sql = format!(
        "SELECT since, body FROM control_plan WHERE {matches} ORDER BY year DESC, committee LIMIT ${at} OFFSET ${}",
        at + 1
    );
    values.extend([limit.into(), offset.into()]);
    let rows = scope.all::<Record>(&sql, values).await?;
    Ok((rows.iter().map(|row| read(&row.body)).collect::<Result<_, _>>()?, total))
}

/// Sets a committee's plan for a year.
pub async fn set(
    w: &mut Writing,
    plan: ControlPlan,
    precondition: Precondition,
    reason: &str,
) -> Result<Put<ControlPlan>, StoreError> {
    let (year, committee) = (plan.year.number(), plan.committee.as_str());
    if !crate::code_plan::committees(w).await?.iter().any(|known| known.code == plan.committee) {
        return Err(Refusal::NotFound.into());
    }
    refuse(plan.check())?;
    let standing = control_plan(w, year, committee).await?;
    let differs = standing.as_ref().is_none_or(|(standing, _)| *standing != plan);
    precondition.check(w, standing.as_ref().map(|(_, since)| *since), differs)?;
    if let Some((_, version)) = standing.as_ref().filter(|_| !differs) {
        return Ok(Put { version: *version, body: plan, is_new: false });
    }
    let version = w.version();
    let sql =
        "UPDATE control_plan SET until = $2 WHERE municipality = $1 AND committee = $3 AND year = $4 AND until = $5";
    w.execute(sql, vec![version.into(), committee.into(), year.into(), STANDS.into()]).await?;
    let sql =
        "INSERT INTO control_plan (municipality, committee, year, since, until, body) VALUES ($1, $2, $3, $4, $5, $6)";
    let values = vec![committee.into(), year.into(), version.into(), STANDS.into(), written(&plan)?.into()];
    w.execute(sql, values).await?;
    w.record("set-internal-control-plan", &resource(year, committee), reason, json!({ "steps": plan.steps.len() }));
    Ok(Put { version, is_new: standing.is_none(), body: plan })
}
