//! Plans of internal control as they are kept: one row a version.

use crate::error::{Refusal, StoreError};
use crate::put::{Precondition, Put, refuse};
use crate::scope::Scope;
use crate::store::Writing;
use crate::yearly;
use serde_json::json;
use utfall_domain::steering::internal_control::ControlPlan;

const TABLE: &str = "control_plan";

/// The path of a plan of internal control under the municipality.
pub fn resource(year: i16, committee: &str) -> String {
    format!("internal-control-plans/{year}/{committee}")
}

/// A committee's plan for a year, and the version that brought it.
pub async fn control_plan(scope: &Scope, year: i16, committee: &str) -> Result<Option<(ControlPlan, i64)>, StoreError> {
    yearly::standing(scope, TABLE, year, committee).await
}

/// A page of plans, newest year first, and how many there are.
pub async fn control_plans(
    scope: &Scope,
    committees: &[String],
    year: Option<i16>,
    window: (i64, i64),
) -> Result<(Vec<ControlPlan>, i64), StoreError> {
    yearly::page(scope, TABLE, committees, year, window).await
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
    yearly::replace(w, TABLE, year, committee, &plan).await?;
    w.record("set-internal-control-plan", &resource(year, committee), reason, json!({ "steps": plan.steps.len() }));
    Ok(Put { version: w.version(), is_new: standing.is_none(), body: plan })
}
