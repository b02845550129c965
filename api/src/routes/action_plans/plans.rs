//! Action plans: listed, and read by the version that speaks for them now or on a day.

use super::plan_view::{ActionPlanSummaryView, ActionPlanVersionView};
use crate::auth::call::Call;
use crate::auth::perm;
use crate::problem::Problem;
use crate::reply::{Body, Reply};
use crate::routes::steering::{DecidedQuery, DocumentQuery, key, reaches};
use crate::wire::link::{Link, Links};
use crate::wire::page::PageMeta;
use actix_web::get;
use serde::Serialize;
use utfall_persistence::action_plan::{figures, version};
use utfall_persistence::error::Refusal;
use utoipa::ToSchema;
use utoipa_actix_web::service_config::ServiceConfig;

pub(super) fn configure(config: &mut ServiceConfig) {
    config.service(list_action_plans).service(get_action_plan);
}

/// En sida åtgärdsplaner. A page of action plans, newest year first.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(example = json!({"actionPlans": [], "meta": {"totalRecords": 0, "page": 1, "limit": 20, "count": 0}, "_links": {}}))]
struct ActionPlanPage {
    /// Planerna. The plans.
    action_plans: Vec<ActionPlanSummaryView>,
    meta: PageMeta,
    #[serde(rename = "_links")]
    links: Links,
}

impl Body for ActionPlanPage {}

/// List the action plans
///
/// Nämndernas åtgärdsplaner, var och en med versionen som gäller: den senast beslutade, annars den föreslagna, annars utkastet. The
/// committees' action plans, each by the version that speaks for it: the newest decided, else the proposed, else the draft.
#[utoipa::path(tag = "Action plans", params(DocumentQuery), extensions(("x-right" = json!("read"))),
    responses((status = 200, description = "En sida åtgärdsplaner. A page of action plans.", body = ActionPlanPage)))]
#[get("/municipalities/{municipalityCode}/action-plans")]
async fn list_action_plans(call: Call<perm::Read>) -> Result<Reply<ActionPlanPage>, Problem> {
    let query: DocumentQuery = call.query()?;
    let (page, filter) = (query.page()?, query.filter(&call)?);
    let (rows, total, data_version) = call
        .read(query.as_of, async |scope| {
            let (rows, total) = version::plans(scope, &filter, page.window()).await?;
            Ok((rows, total, scope.version()))
        })
        .await?;
    let summary = |row: &version::PlanVersion| {
        let own = call.municipality_href(&format!("action-plans/{}", row.edition.document));
        ActionPlanSummaryView::new(row, Links { own: Some(Link::get("self", own)), ..Links::default() })
    };
    let action_plans = rows.iter().map(summary).collect::<Result<Vec<_>, _>>()?;
    let links = page.links(total, &call.own_href(), call.request().query_string());
    let meta = page.meta(total, action_plans.len());
    Ok(Reply::ok(ActionPlanPage { action_plans, meta, links }).version(data_version))
}

/// Read an action plan
///
/// Versionen som gäller, med täckning. Med asOf som registrerat då, med decidedAsOf som beslutat den dagen. The version that speaks for the
/// plan, with its coverage. With asOf as recorded then, with decidedAsOf as decided on that day.
#[utoipa::path(tag = "Action plans", params(DecidedQuery), extensions(("x-right" = json!("read"))),
    responses((status = 200, description = "Åtgärdsplanen. The action plan.", body = ActionPlanVersionView)))]
#[get("/municipalities/{municipalityCode}/action-plans/{actionPlanId}")]
async fn get_action_plan(call: Call<perm::Read>) -> Result<Reply<ActionPlanVersionView>, Problem> {
    let query: DecidedQuery = call.query()?;
    let (action_plan_id, day) = (key(&call, "actionPlanId")?, query.day()?);
    let today = call.day(query.as_of);
    let (found, figures, data_version) = call
        .read(query.as_of, async |scope| {
            let found = version::foremost(scope, action_plan_id.as_str(), day).await?.ok_or(Refusal::NotFound)?;
            let figures = figures(scope, &found, today).await?;
            Ok((found, figures, scope.version()))
        })
        .await?;
    reaches(&call, &found.edition.committee)?;
    let links = Links { own: Some(Link::get("self", call.own_href())), ..Links::default() };
    Ok(Reply::ok(ActionPlanVersionView::new(found, &figures, links)?).version(data_version))
}
