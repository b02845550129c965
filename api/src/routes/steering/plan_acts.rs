//! What becomes of a plan's version: proposed, returned or decided. Acts are resources under it.

use super::decision::DecisionView;
use super::plan_versions::view;
use super::plan_view::PlanVersionView;
use super::{key, number, precondition};
use crate::auth::call::Call;
use crate::auth::perm::{self, Permission};
use crate::problem::Problem;
use crate::reply::Reply;
use crate::routes::corrections::reason_text;
use crate::wire::fields::Fields;
use actix_web::{HttpResponse, post};
use serde::Deserialize;
use utfall_domain::steering::edition::EditionKind;
use utfall_persistence::error::{Refusal, StoreError};
use utfall_persistence::steering::edition::{self, Edition};
use utfall_persistence::steering::plan;
use utfall_persistence::store::Writing;
use utoipa::ToSchema;
use utoipa_actix_web::service_config::ServiceConfig;

const KIND: EditionKind = EditionKind::Plan;

pub(super) fn configure(config: &mut ServiceConfig) {
    config.service(propose_plan).service(return_plan).service(decide_plan);
}

/// Ett förslag. A proposal.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"reason": "Till nämnden den 14 februari."}))]
pub(in crate::routes) struct HandInInput {
    /// Varför, om det ska sägas. Why, if it is to be said.
    #[schema(max_length = 500)]
    pub(in crate::routes) reason: Option<String>,
}

/// En återremiss. A plan handed back.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"reason": "Återremiss: målvärden saknas."}))]
pub(in crate::routes) struct ReturnInput {
    /// Skälet. Why.
    #[schema(min_length = 1, max_length = 500)]
    pub(in crate::routes) reason: String,
}

/// Does something to a version of the path, whose committee the token must reach.
async fn act<P: Permission + 'static>(
    call: &Call<P>,
    work: impl AsyncFn(&mut Writing, &str, i16) -> Result<Edition, StoreError>,
) -> Result<HttpResponse, Problem> {
    let (plan_id, number) = (key(call, "planId")?, number(call, "version")?);
    let precondition = precondition(call)?;
    let work = async |w: &mut Writing| {
        let standing = edition::edition(w, KIND, plan_id.as_str(), number).await?.ok_or(Refusal::NotFound)?;
        if !w.actor().reach.covers(&standing.committee) {
            return Err(Refusal::NotFound.into());
        }
        let model = plan::plan_of(&standing)?.model;
        standing.unread(w, model.as_str(), precondition).await?;
        let edition = work(w, plan_id.as_str(), number).await?;
        plan::whole(w, edition).await
    };
    let answer = |found: plan::PlanVersion| {
        let version = found.edition.since;
        let location = call.municipality_href(&edition::resource(KIND, &found.edition.document, found.edition.number));
        Ok(Reply::created(view(call, found)?, location).version(version))
    };
    call.once(work, answer).await.map_err(Problem::in_document)
}

/// Propose a version of a plan
///
/// Utkastet föreslås; från och med nu visar det målen som de står och ändras inte. The draft is proposed; from now on it shows the
/// goals as they stand, and does not change.
#[utoipa::path(tag = "Steering", request_body = HandInInput, extensions(("x-right" = json!("goals")), ("x-if-match" = json!("heeded"))),
    responses((status = 201, description = "Versionen. The version.", body = PlanVersionView),
              (status = 409, description = "Den är inget utkast. It is no draft.", body = crate::problem::ProblemView,
               content_type = "application/problem+json")))]
#[post("/municipalities/{municipalityCode}/plans/{planId}/versions/{version}/proposals")]
async fn propose_plan(mut call: Call<perm::Goals>) -> Result<HttpResponse, Problem> {
    let HandInInput { reason } = call.json().await?;
    let reason = super::reason_of(reason)?;
    act(&call, async |w, plan_id, number| plan::propose(w, plan_id, number, &reason).await).await
}

/// Return a version of a plan
///
/// Återremiss: förslaget blir utkast igen. The proposal becomes a draft again.
#[utoipa::path(tag = "Steering", request_body = ReturnInput, extensions(("x-right" = json!("decisions")), ("x-if-match" = json!("heeded"))),
    responses((status = 201, description = "Versionen. The version.", body = PlanVersionView),
              (status = 409, description = "Den är inte föreslagen. It is not proposed.", body = crate::problem::ProblemView,
               content_type = "application/problem+json")))]
#[post("/municipalities/{municipalityCode}/plans/{planId}/versions/{version}/returns")]
async fn return_plan(mut call: Call<perm::Decisions>) -> Result<HttpResponse, Problem> {
    let ReturnInput { reason } = call.json().await?;
    let reason = reason_text(&reason)?;
    act(&call, async |w, plan_id, number| edition::hand_back(w, KIND, plan_id, number, &reason).await).await
}

/// Decide a version of a plan
///
/// Registrerar beslutet; en tidigare beslutad version ersätts. Den som föreslog får inte besluta (403). Records the decision; a version
/// decided before is superseded. Whoever proposed may not decide (403).
#[utoipa::path(tag = "Steering", request_body = DecisionView, extensions(("x-right" = json!("decisions")), ("x-if-match" = json!("heeded"))),
    responses((status = 201, description = "Versionen. The version.", body = PlanVersionView),
              (status = 409, description = "Den är inte föreslagen. It is not proposed.", body = crate::problem::ProblemView,
               content_type = "application/problem+json")))]
#[post("/municipalities/{municipalityCode}/plans/{planId}/versions/{version}/decisions")]
async fn decide_plan(mut call: Call<perm::Decisions>) -> Result<HttpResponse, Problem> {
    let input: DecisionView = call.json().await?;
    let mut fields = Fields::default();
    let decision = input.read(&mut fields);
    let decision = fields.done(decision)?;
    act(&call, async |w, plan_id, number| edition::decide(w, KIND, plan_id, number, &decision).await).await
}
