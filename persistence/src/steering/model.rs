//! Steering models as they are kept: one row a version.

use super::refuse_chain;
use crate::error::{Refusal, StoreError};
use crate::put::{Precondition, Put, refuse};
use crate::scope::{Number, STANDS, Scope};
use crate::store::Writing;
use crate::stored::{read, written};
use sea_orm::FromQueryResult;
use serde_json::json;
use utfall_domain::steering::chain::{self, Node};
use utfall_domain::steering::model::SteeringModel;

#[derive(FromQueryResult)]
struct Record {
    since: i64,
    body: String,
}

/// The path of a model under the municipality.
pub fn resource(code: &str) -> String {
    format!("steering-models/{code}")
}

/// A model and the version that brought it.
pub async fn steering_model(scope: &Scope, code: &str) -> Result<Option<(SteeringModel, i64)>, StoreError> {
    let sql =
        "SELECT since, body FROM steering_model WHERE municipality = $1 AND code = $2 AND since <= $3 AND until > $3";
    let row = scope.one::<Record>(sql, vec![code.into(), scope.version().into()]).await?;
    row.map(|row| Ok((read(&row.body)?, row.since))).transpose()
}

/// A model that must be there.
pub async fn known_model(scope: &Scope, code: &str) -> Result<SteeringModel, StoreError> {
    Ok(steering_model(scope, code).await?.ok_or(Refusal::NotFound)?.0)
}

/// A page of models by code, and how many there are.
pub async fn steering_models(
    scope: &Scope,
    (limit, offset): (i64, i64),
) -> Result<(Vec<SteeringModel>, i64), StoreError> {
    let stands = "FROM steering_model WHERE municipality = $1 AND since <= $2 AND until > $2";
    let version = scope.version();
    let total = scope.one::<Number>(&format!("SELECT COUNT(*) AS number {stands}"), vec![version.into()]).await?;
    let sql = format!("SELECT since, body {stands} ORDER BY code LIMIT $3 OFFSET $4");
    let rows = scope.all::<Record>(&sql, vec![version.into(), limit.into(), offset.into()]).await?;
    let models = rows.iter().map(|row| read(&row.body)).collect::<Result<_, _>>()?;
    Ok((models, total.map_or(0, |row| row.number)))
}

/// Sets a model. Its standing chain must still hang together under it.
pub async fn set(
    w: &mut Writing,
    model: SteeringModel,
    precondition: Precondition,
    reason: &str,
) -> Result<Put<SteeringModel>, StoreError> {
    refuse(model.check())?;
    let standing = steering_model(w, model.code.as_str()).await?;
    let differs = standing.as_ref().is_none_or(|(standing, _)| *standing != model);
    precondition.check(w, standing.as_ref().map(|(_, since)| *since), differs)?;
    if let Some((_, version)) = standing.as_ref().filter(|_| !differs) {
        return Ok(Put { version: *version, body: model, is_new: false });
    }
    let goals = super::goal::goals_of_model(w, model.code.as_str()).await?;
    let nodes: Vec<Node> = goals.iter().map(|goal| Node { goal, at: None }).collect();
    let committees = crate::code_plan::committees(w).await?;
    refuse_chain(chain::check(&model, &nodes, &committees))?;
    let version = w.version();
    let code = model.code.as_str();
    let sql = "UPDATE steering_model SET until = $2 WHERE municipality = $1 AND code = $3 AND until = $4";
    w.execute(sql, vec![version.into(), code.into(), STANDS.into()]).await?;
    let sql = "INSERT INTO steering_model (municipality, code, since, until, body) VALUES ($1, $2, $3, $4, $5)";
    let body = written(&model)?;
    w.execute(sql, vec![code.into(), version.into(), STANDS.into(), body.into()]).await?;
    super::goal::level_kinds(w, &model).await?;
    w.record("set-steering-model", &resource(code), reason, json!({ "levels": model.levels.len() }));
    Ok(Put { version, is_new: standing.is_none(), body: model })
}
