//! What becomes of an action plan's version: proposed, returned, decided, closed. Acts are resources under it.

use super::plan_view::ActionPlanVersionView;
use super::versions::view;
use crate::auth::call::Call;
use crate::auth::perm::{self, Permission};
use crate::problem::Problem;
use crate::reply::Reply;
use crate::routes::corrections::reason_text;
use crate::routes::steering::{DecisionView, HandInInput, ReturnInput, key, number, precondition, reason_of};
use crate::wire::fields::Fields;
use actix_web::{HttpResponse, post};
use utfall_domain::steering::edition::EditionKind;
use utfall_persistence::action_plan::version::{PlanVersion, version};
use utfall_persistence::action_plan::{self, figures};
use utfall_persistence::error::{Refusal, StoreError};
use utfall_persistence::steering::edition;
use utfall_persistence::store::Writing;
use utoipa_actix_web::service_config::ServiceConfig;

pub(super) fn configure(config: &mut ServiceConfig) {
    config
        .service(propose_action_plan)
        .service(return_action_plan)
        .service(decide_action_plan)
        .service(close_action_plan);
}

/// Does something to a version of the path, whose committee the token must reach.
async fn act<P: Permission + 'static>(
    call: &Call<P>,
    work: impl AsyncFn(&mut Writing, &str, i16) -> Result<PlanVersion, StoreError>,
) -> Result<HttpResponse, Problem> {
    let (action_plan_id, number) = (key(call, "actionPlanId")?, number(call, "version")?);
    let precondition = precondition(call)?;
    let today = call.day(None);
    let work = async |w: &mut Writing| {
        let standing = version(w, action_plan_id.as_str(), number).await?.ok_or(Refusal::NotFound)?;
        if !w.actor().reach.covers(&standing.edition.committee) {
            return Err(Refusal::NotFound.into());
        }
        if precondition.is_given {
            precondition.check(w, Some(standing.edition.since), false)?;
        }
        let found = work(w, action_plan_id.as_str(), number).await?;
        let figures = figures(w, &found, today).await?;
        Ok((found, figures))
    };
    let answer = |(found, figures): (PlanVersion, _)| {
        let since = found.edition.since;
        let resource = edition::resource(EditionKind::ActionPlan, &found.edition.document, found.edition.number);
        let location = call.municipality_href(&resource);
        Ok(Reply::created(view(call, found, &figures)?, location).version(since))
    };
    call.once(work, answer).await.map_err(Problem::in_document)
}

/// Propose a version of an action plan
///
/// Utkastet föreslås och ändras inte mer. The draft is proposed, and does not change any more.
#[utoipa::path(tag = "Action plans", request_body = HandInInput,
    extensions(("x-right" = json!("action-plans")), ("x-if-match" = json!("heeded"))),
    responses((status = 201, description = "Versionen. The version.", body = ActionPlanVersionView),
              (status = 409, description = "Den är inget utkast. It is no draft.", body = crate::problem::ProblemView,
               content_type = "application/problem+json")))]
#[post("/municipalities/{municipalityCode}/action-plans/{actionPlanId}/versions/{version}/proposals")]
async fn propose_action_plan(mut call: Call<perm::ActionPlans>) -> Result<HttpResponse, Problem> {
    let HandInInput { reason } = call.json().await?;
    let reason = reason_of(reason)?;
    act(&call, async |w, id, number| action_plan::propose(w, id, number, &reason).await).await
}

/// Return a version of an action plan
///
/// Återremiss: förslaget blir utkast igen. The proposal becomes a draft again.
#[utoipa::path(tag = "Action plans", request_body = ReturnInput,
    extensions(("x-right" = json!("decisions")), ("x-if-match" = json!("heeded"))),
    responses((status = 201, description = "Versionen. The version.", body = ActionPlanVersionView),
              (status = 409, description = "Den är inte föreslagen. It is not proposed.", body = crate::problem::ProblemView,
               content_type = "application/problem+json")))]
#[post("/municipalities/{municipalityCode}/action-plans/{actionPlanId}/versions/{version}/returns")]
async fn return_action_plan(mut call: Call<perm::Decisions>) -> Result<HttpResponse, Problem> {
    let ReturnInput { reason } = call.json().await?;
    let reason = reason_text(&reason)?;
    act(&call, async |w, id, number| action_plan::hand_back(w, id, number, &reason).await).await
}

/// Decide a version of an action plan
///
/// Registrerar nämndens beslut (fullmäktiges för balanskravet); en tidigare beslutad version ersätts. Den som föreslog får inte besluta
/// (403). Records the committee's decision (the council's for the balance requirement); a version decided before is superseded. Whoever
/// proposed may not decide (403).
#[utoipa::path(tag = "Action plans", request_body = DecisionView,
    extensions(("x-right" = json!("decisions")), ("x-if-match" = json!("heeded"))),
    responses((status = 201, description = "Versionen. The version.", body = ActionPlanVersionView),
              (status = 409, description = "Den är inte föreslagen. It is not proposed.", body = crate::problem::ProblemView,
               content_type = "application/problem+json")))]
#[post("/municipalities/{municipalityCode}/action-plans/{actionPlanId}/versions/{version}/decisions")]
async fn decide_action_plan(mut call: Call<perm::Decisions>) -> Result<HttpResponse, Problem> {
    let input: DecisionView = call.json().await?;
    let mut fields = Fields::default();
    let decision = input.read(&mut fields);
    let decision = fields.done(decision)?;
    act(&call, async |w, id, number| action_plan::decide(w, id, number, &decision).await).await
}

/// Close a version of an action plan
///
/// Avslutar en beslutad plan, med skäl. En avvikelse som stängs avslutar den inte. Ends a decided plan, with a reason. A case that closes
/// does not.
#[utoipa::path(tag = "Action plans", request_body = ReturnInput,
    extensions(("x-right" = json!("action-plans")), ("x-if-match" = json!("heeded"))),
    responses((status = 201, description = "Versionen. The version.", body = ActionPlanVersionView),
              (status = 409, description = "Den är inte beslutad. It is not decided.", body = crate::problem::ProblemView,
               content_type = "application/problem+json")))]
#[post("/municipalities/{municipalityCode}/action-plans/{actionPlanId}/versions/{version}/closures")]
async fn close_action_plan(mut call: Call<perm::ActionPlans>) -> Result<HttpResponse, Problem> {
    let ReturnInput { reason } = call.json().await?;
    let reason = reason_text(&reason)?;
    act(&call, async |w, id, number| action_plan::close(w, id, number, &reason).await).await
}
