//! Steering models (styrmodeller): which levels the goal chain has.

use super::model_view::{SteeringModelInput, SteeringModelView};
use super::{ReasonQuery, code, for_all, precondition};
use crate::auth::call::Call;
use crate::auth::perm::{self, Permission};
use crate::problem::Problem;
use crate::reply::{Body, Reply};
use crate::wire::as_of::AsOfQuery;
use crate::wire::fields::Fields;
use crate::wire::link::{Link, Links};
use crate::wire::page::{ListQuery, Page, PageMeta};
use actix_web::{get, put};
use serde::Serialize;
use utfall_domain::steering::model::SteeringModel;
use utfall_persistence::error::Refusal;
use utfall_persistence::steering::model;
use utoipa::ToSchema;
use utoipa_actix_web::service_config::ServiceConfig;

pub(super) fn configure(config: &mut ServiceConfig) {
    config.service(list_steering_models).service(get_steering_model).service(put_steering_model);
}

/// En sida styrmodeller. A page of steering models.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(example = json!({"steeringModels": [], "meta": {"totalRecords": 0, "page": 1, "limit": 20, "count": 0}, "_links": {}}))]
struct SteeringModelPage {
    /// Styrmodellerna. The steering models.
    steering_models: Vec<SteeringModelView>,
    meta: PageMeta,
    #[serde(rename = "_links")]
    links: Links,
}

impl Body for SteeringModelPage {}

fn view<P: Permission + 'static>(call: &Call<P>, model: SteeringModel) -> SteeringModelView {
    let own = call.municipality_href(&model::resource(model.code.as_str()));
    let chain = call.municipality_href(&format!("goal-chains/{}", model.code));
    let links = Links { own: Some(Link::get("self", own)), item: Some(Link::get("item", chain)), ..Links::default() };
    SteeringModelView::new(model, links)
}

/// List the steering models
///
/// Kommunens styrmodeller. The steering models of the municipality.
#[utoipa::path(tag = "Steering", params(ListQuery), extensions(("x-right" = json!("read"))),
    responses((status = 200, description = "En sida styrmodeller. A page of steering models.", body = SteeringModelPage)))]
#[get("/municipalities/{municipalityCode}/steering-models")]
async fn list_steering_models(call: Call<perm::Read>) -> Result<Reply<SteeringModelPage>, Problem> {
    let query: ListQuery = call.query()?;
    let page = Page::new(query.page, query.limit, 1000)?;
    let ((models, total), version) = call
        .read(query.as_of, async |scope| Ok((model::steering_models(scope, page.window()).await?, scope.version())))
        .await?;
    let steering_models: Vec<_> = models.into_iter().map(|model| view(&call, model)).collect();
    let links = page.links(total, &call.own_href(), call.request().query_string());
    let meta = page.meta(total, steering_models.len());
    Ok(Reply::ok(SteeringModelPage { steering_models, meta, links }).version(version))
}

/// Read a steering model
///
/// Nivåer, vad de får bära, bedömningsskalor och uppföljningens kapitel. Levels, what they may carry, assessment scales and the
/// chapters of a follow-up.
#[utoipa::path(tag = "Steering", params(AsOfQuery), extensions(("x-right" = json!("read"))),
    responses((status = 200, description = "Styrmodellen. The steering model.", body = SteeringModelView)))]
#[get("/municipalities/{municipalityCode}/steering-models/{steeringModelCode}")]
async fn get_steering_model(call: Call<perm::Read>) -> Result<Reply<SteeringModelView>, Problem> {
    let query: AsOfQuery = call.query()?;
    let code = code(&call, "steeringModelCode")?;
    let (model, version) = call
        .read(query.as_of, async |scope| {
            Ok(model::steering_model(scope, code.as_str()).await?.ok_or(Refusal::NotFound)?)
        })
        .await?;
    Ok(Reply::ok(view(&call, model)).version(version))
}

/// Set a steering model
///
/// Sätter styrmodellen; målkedjan som står ska fortfarande hänga ihop. Versionen före läses med asOf. Sets the steering model; the
/// chain that stands must still hang together. The version before is read with asOf. Changing a model takes If-Match.
#[utoipa::path(tag = "Steering", params(ReasonQuery), request_body = SteeringModelInput,
    extensions(("x-right" = json!("steering-models")), ("x-if-match" = json!("required"))),
    responses((status = 200, description = "Styrmodellen. The steering model.", body = SteeringModelView),
              (status = 201, description = "En ny styrmodell. A new steering model.", body = SteeringModelView)))]
#[put("/municipalities/{municipalityCode}/steering-models/{steeringModelCode}")]
async fn put_steering_model(mut call: Call<perm::SteeringModels>) -> Result<Reply<SteeringModelView>, Problem> {
    for_all(&call)?;
    let (code, reason, precondition) =
        (code(&call, "steeringModelCode")?, ReasonQuery::of(&call)?, precondition(&call)?);
    let input: SteeringModelInput = call.json().await?;
    let mut fields = Fields::default();
    let model = input.read(code, &mut fields);
    let model = fields.done(model)?;
    let put = call.write(async |w| model::set(w, model.clone(), precondition, &reason).await).await;
    let put = put.map_err(Problem::in_document)?;
    let location = call.own_href();
    Ok(Reply::put(put.is_new, view(&call, put.body), location).version(put.version))
}
