//! Steering: models, goal chains, assignments, plans, follow-ups and internal control.

mod assignments;
mod decision;
mod follow_up_acts;
mod follow_up_editions;
mod follow_up_view;
mod follow_ups;
mod goal_assessments;
mod goal_chains;
mod goal_coverage;
mod goal_view;
mod goals;
mod internal_control_plans;
mod model_view;
mod plan_acts;
mod plan_differences;
mod plan_versions;
mod plan_view;
mod plans;
mod steering_models;

pub(in crate::routes) use self::decision::DecisionView;
pub(in crate::routes) use self::goal_view::unread;
pub(in crate::routes) use self::goals::may_change;
pub(in crate::routes) use self::plan_acts::{HandInInput, ReturnInput};
pub(in crate::routes) use self::plans::{DecidedQuery, DocumentQuery};

use crate::auth::call::Call;
use crate::auth::perm::Permission;
use crate::problem::Problem;
use crate::wire::fields::Fields;
use serde::Deserialize;
use utfall_domain::text::{Code, Key};
use utfall_persistence::put::Precondition;
use utoipa::IntoParams;
use utoipa_actix_web::service_config::ServiceConfig;

pub(super) fn configure(config: &mut ServiceConfig) {
    config
        .configure(steering_models::configure)
        .configure(goal_chains::configure)
        .configure(goals::configure)
        .configure(goal_assessments::configure)
        .configure(assignments::configure)
        .configure(plans::configure)
        .configure(plan_versions::configure)
        .configure(plan_acts::configure)
        .configure(plan_differences::configure)
        .configure(follow_ups::configure)
        .configure(follow_up_editions::configure)
        .configure(follow_up_acts::configure)
        .configure(internal_control_plans::configure)
        .configure(goal_coverage::configure);
}

/// Varför. Why.
#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(in crate::routes) struct ReasonQuery {
    /// Skälet, för behandlingshistoriken. Why, for the audit trail.
    #[param(max_length = 500)]
    reason: Option<String>,
}

impl ReasonQuery {
    pub(in crate::routes) fn of<P: Permission + 'static>(call: &Call<P>) -> Result<String, Problem> {
        let Self { reason } = call.query()?;
        reason_of(reason)
    }
}

pub(in crate::routes) fn reason_of(reason: Option<String>) -> Result<String, Problem> {
    let reason = reason.unwrap_or_default();
    let mut fields = Fields::default();
    let checked = fields.text("reason", Some(&reason), 500);
    fields.done(Some(checked))
}

pub(in crate::routes) fn precondition<P: Permission + 'static>(call: &Call<P>) -> Result<Precondition, Problem> {
    Ok(Precondition { is_given: call.has_if_match(), version: call.if_match()? })
}

/// A key from the path; what is no key is not there.
pub(in crate::routes) fn key<P: Permission + 'static>(call: &Call<P>, name: &str) -> Result<Key, Problem> {
    Key::parse(&call.path(name)?).map_err(|_| Problem::not_found())
}

/// A code from the path; what is no code is not there.
fn code<P: Permission + 'static>(call: &Call<P>, name: &str) -> Result<Code, Problem> {
    Code::parse(&call.path(name)?).map_err(|_| Problem::not_found())
}

/// The number of a version or an edition from the path.
pub(in crate::routes) fn number<P: Permission + 'static>(call: &Call<P>, name: &str) -> Result<i16, Problem> {
    let text = call.path(name)?;
    let plain = text.len() <= 4 && !text.starts_with('0') && text.bytes().all(|byte| byte.is_ascii_digit());
    text.parse().ok().filter(|_| plain).ok_or_else(Problem::not_found)
}

/// Refuses a token that is bound to some committees where the municipality's own is to be changed.
pub(in crate::routes) fn for_all<P: Permission + 'static>(call: &Call<P>) -> Result<(), Problem> {
    if call.actor().reach == utfall_domain::permission::Reach::All {
        return Ok(());
    }
    Err(Problem::new(crate::problem::Kind::Forbidden, "This is the municipality's; the token is bound to committees."))
}

/// Refuses a committee that the token does not reach.
pub(in crate::routes) fn reaches<P: Permission + 'static>(call: &Call<P>, committee: &str) -> Result<(), Problem> {
    if call.actor().reach.covers(committee) { Ok(()) } else { Err(Problem::not_found()) }
}

/// A moment as it is answered.
pub(in crate::routes) fn moment(at: chrono::DateTime<chrono::Utc>) -> String {
    at.to_rfc3339_opts(chrono::SecondsFormat::Micros, true)
}
