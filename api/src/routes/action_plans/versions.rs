//! The versions of an action plan: put as drafts, read as they are.

use super::plan_view::{ActionPlanDocument, ActionPlanSummaryView, ActionPlanVersionView};
use crate::auth::call::Call;
use crate::auth::perm::{self, Permission};
use crate::problem::Problem;
use crate::reply::{Body, Reply};
use crate::routes::steering::{ReasonQuery, key, number, precondition, reaches};
use crate::wire::as_of::AsOfQuery;
use crate::wire::fields::Fields;
use crate::wire::link::{Link, Links};
use crate::wire::page::{ListQuery, Page, PageMeta};
use actix_web::{get, put};
use serde::Serialize;
use utfall_domain::steering::edition::EditionKind;
use utfall_persistence::action_plan::version::{PlanVersion, foremost, version, versions_of};
use utfall_persistence::action_plan::{self, PlanFigures, figures};
use utfall_persistence::error::Refusal;
use utfall_persistence::steering::edition;
use utoipa::ToSchema;
use utoipa_actix_web::service_config::ServiceConfig;

pub(super) fn configure(config: &mut ServiceConfig) {
    config.service(list_action_plan_versions).service(get_action_plan_version).service(put_action_plan_version);
}

/// En sida versioner. A page of an action plan's versions, newest first.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(example = json!({"versions": [], "meta": {"totalRecords": 0, "page": 1, "limit": 20, "count": 0}, "_links": {}}))]
struct ActionPlanVersionPage {
    /// Versionerna. The versions.
    versions: Vec<ActionPlanSummaryView>,
    meta: PageMeta,
    #[serde(rename = "_links")]
    links: Links,
}

impl Body for ActionPlanVersionPage {}

fn href<P: Permission + 'static>(call: &Call<P>, found: &PlanVersion) -> String {
    let resource = edition::resource(EditionKind::ActionPlan, &found.edition.document, found.edition.number);
    call.municipality_href(&resource)
}

/// A version as it is answered.
pub(super) fn view<P: Permission + 'static>(
    call: &Call<P>,
    found: PlanVersion,
    figures: &PlanFigures,
) -> Result<ActionPlanVersionView, Problem> {
    let own = Link::get("self", href(call, &found));
    let up = Link::get("up", call.municipality_href(&format!("action-plans/{}", found.edition.document)));
    ActionPlanVersionView::new(found, figures, Links { own: Some(own), up: Some(up), ..Links::default() })
}

/// List the versions of an action plan
///
/// Planens versioner, senast först. The versions of the plan, newest first.
#[utoipa::path(tag = "Action plans", params(ListQuery), extensions(("x-right" = json!("read"))),
    responses((status = 200, description = "En sida versioner. A page of versions.", body = ActionPlanVersionPage)))]
#[get("/municipalities/{municipalityCode}/action-plans/{actionPlanId}/versions")]
async fn list_action_plan_versions(call: Call<perm::Read>) -> Result<Reply<ActionPlanVersionPage>, Problem> {
    let query: ListQuery = call.query()?;
    let page = Page::new(query.page, query.limit, 1000)?;
    let action_plan_id = key(&call, "actionPlanId")?;
    let (rows, total, committee, data_version) = call
        .read(query.as_of, async |scope| {
            let foremost = foremost(scope, action_plan_id.as_str(), None).await?.ok_or(Refusal::NotFound)?;
            let (rows, total) = versions_of(scope, action_plan_id.as_str(), page.window()).await?;
            Ok((rows, total, foremost.edition.committee, scope.version()))
        })
        .await?;
    reaches(&call, &committee)?;
    let summary = |row: &PlanVersion| {
        let own = Some(Link::get("self", href(&call, row)));
        ActionPlanSummaryView::new(row, Links { own, ..Links::default() })
    };
    let versions = rows.iter().map(summary).collect::<Result<Vec<_>, _>>()?;
    let links = page.links(total, &call.own_href(), call.request().query_string());
    let meta = page.meta(total, versions.len());
    Ok(Reply::ok(ActionPlanVersionPage { versions, meta, links }).version(data_version))
}

/// Read a version of an action plan
///
/// Versionen, med täckning. The version, with its coverage.
#[utoipa::path(tag = "Action plans", params(AsOfQuery), extensions(("x-right" = json!("read"))),
    responses((status = 200, description = "Versionen. The version.", body = ActionPlanVersionView)))]
#[get("/municipalities/{municipalityCode}/action-plans/{actionPlanId}/versions/{version}")]
async fn get_action_plan_version(call: Call<perm::Read>) -> Result<Reply<ActionPlanVersionView>, Problem> {
    let query: AsOfQuery = call.query()?;
    let (action_plan_id, number) = (key(&call, "actionPlanId")?, number(&call, "version")?);
    let today = call.day(query.as_of);
    let (found, figures, data_version) = call
        .read(query.as_of, async |scope| {
            let found = version(scope, action_plan_id.as_str(), number).await?.ok_or(Refusal::NotFound)?;
            let figures = figures(scope, &found, today).await?;
            Ok((found, figures, scope.version()))
        })
        .await?;
    reaches(&call, &found.edition.committee)?;
    Ok(Reply::ok(view(&call, found, &figures)?).version(data_version))
}

/// Put a version of an action plan
///
/// Ett utkast: planens första version, en ny när den förra är beslutad (med skäl i frågan), eller en ändring av ett utkast. A draft: a
/// plan's first version, a new one when the one before is decided (with a reason in the query), or a change of a draft. Changing a draft
/// takes If-Match.
#[utoipa::path(tag = "Action plans", params(ReasonQuery), request_body = ActionPlanDocument,
    extensions(("x-right" = json!("action-plans")), ("x-if-match" = json!("required"))),
    responses((status = 200, description = "Versionen. The version.", body = ActionPlanVersionView),
              (status = 201, description = "En ny version. A new version.", body = ActionPlanVersionView),
              (status = 409, description = "Versionen är föreslagen eller beslutad. The version is proposed or decided.",
               body = crate::problem::ProblemView, content_type = "application/problem+json")))]
#[put("/municipalities/{municipalityCode}/action-plans/{actionPlanId}/versions/{version}")]
async fn put_action_plan_version(mut call: Call<perm::ActionPlans>) -> Result<Reply<ActionPlanVersionView>, Problem> {
    let (action_plan_id, number) = (key(&call, "actionPlanId")?, number(&call, "version")?);
    let (reason, precondition) = (ReasonQuery::of(&call)?, precondition(&call)?);
    let input: ActionPlanDocument = call.json().await?;
    let mut fields = Fields::default();
    let plan = input.read(&mut fields);
    let plan = fields.done(plan)?;
    reaches(&call, plan.committee.as_str())?;
    let today = call.day(None);
    let put = call
        .write(async |w| {
            let standing = foremost(w, action_plan_id.as_str(), None).await?;
            if standing.is_some_and(|standing| !w.actor().reach.covers(&standing.edition.committee)) {
                return Err(Refusal::NotFound.into());
            }
            let put = action_plan::put(w, &action_plan_id, number, plan.clone(), precondition, &reason).await?;
            let figures = figures(w, &put.body, today).await?;
            Ok((put, figures))
        })
        .await;
    let (put, figures) = put.map_err(Problem::in_document)?;
    let location = call.own_href();
    Ok(Reply::put(put.is_new, view(&call, put.body, &figures)?, location).version(put.version))
}
