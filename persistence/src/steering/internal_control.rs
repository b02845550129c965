//! Plans of internal control as they are kept: one row a version.

use crate::error::StoreError;
use crate::put::{Precondition, Put, refuse};
use crate::scope::Scope;
use crate::store::Writing;
use crate::yearly::{self, Yearly};
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
    refuse(plan.check())?;
    let (year, committee) = (plan.year.number(), plan.committee.to_string());
    let detail = json!({ "steps": plan.steps.len() });
    let new = Yearly {
        table: TABLE,
        resource: resource(year, &committee),
        action: "set-internal-control-plan",
        year,
        committee: &committee,
        document: plan,
        detail,
    };
    yearly::put(w, new, precondition, reason).await
}
