//! Forecasts that are proposed, adopted and scored, what they were made on, and budgets beside history.

mod accuracy;
mod adoptions;
mod after_measures;
mod budget_profile;
mod outcomes;
mod proposals;

use crate::auth::call::Call;
use crate::auth::perm;
use crate::problem::Problem;
use utoipa_actix_web::service_config::ServiceConfig;

pub(super) fn configure(config: &mut ServiceConfig) {
    config
        .configure(proposals::configure)
        .configure(adoptions::configure)
        .configure(accuracy::configure)
        .configure(budget_profile::configure)
        .configure(after_measures::configure)
        .configure(outcomes::configure);
}

/// The committee that is asked for, which must be one that the caller reaches.
fn committee(call: &Call<perm::Read>, asked: Option<&str>) -> Result<String, Problem> {
    let mut committees = call.committees(asked)?;
    match (committees.pop(), committees.is_empty()) {
        (Some(committee), true) => Ok(committee),
        _ => Problem::needed("committee", None),
    }
}
