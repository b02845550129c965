//! The versions of a plan: put as drafts, read as they are.

use super::plan_view::{PlanDocument, PlanSummaryView, PlanVersionView};
use super::{ReasonQuery, key, number, precondition, reaches};
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
use utfall_domain::steering::edition::EditionKind;
use utfall_persistence::error::Refusal;
use utfall_persistence::steering::edition;
use utfall_persistence::steering::plan::{self, PlanVersion, whole};
use utoipa::ToSchema;
use utoipa_actix_web::service_config::ServiceConfig;

const KIND: EditionKind = EditionKind::Plan;

pub(super) fn configure(config: &mut ServiceConfig) {
    config.service(list_plan_versions).service(get_plan_version).service(put_plan_version);
}

/// En sida versioner. A page of a plan's versions, newest first.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(example = json!({"versions": [], "meta": {"totalRecords": 0, "page": 1, "limit": 20, "count": 0}, "_links": {}}))]
struct PlanVersionPage {
    /// Versionerna. The versions.
    versions: Vec<PlanSummaryView>,
    meta: PageMeta,
    #[serde(rename = "_links")]
    links: Links,
}

impl Body for PlanVersionPage {}

/// A version as it is answered.
pub(super) fn view<P: Permission + 'static>(call: &Call<P>, found: PlanVersion) -> Result<PlanVersionView, Problem> {
    let own = edition::resource(KIND, &found.edition.document, found.edition.number);
    let up = format!("plans/{}", found.edition.document);
    let links = Links {
        own: Some(Link::get("self", call.municipality_href(&own))),
        up: Some(Link::get("up", call.municipality_href(&up))),
        ..Links::default()
    };
    PlanVersionView::new(found, links)
}

/// List the versions of a plan
///
/// Planens versioner, nyast först. The versions of the plan, newest first.
#[utoipa::path(tag = "Steering", params(ListQuery), extensions(("x-right" = json!("read"))),
    responses((status = 200, description = "En sida versioner. A page of versions.", body = PlanVersionPage)))]
#[get("/municipalities/{municipalityCode}/plans/{planId}/versions")]
async fn list_plan_versions(call: Call<perm::Read>) -> Result<Reply<PlanVersionPage>, Problem> {
    let query: ListQuery = call.query()?;
    let page = Page::new(query.page, query.limit, 1000)?;
    let plan_id = key(&call, "planId")?;
    let (committee, (rows, total), version) = call
        .read(query.as_of, async |scope| {
            let foremost = edition::foremost(scope, KIND, plan_id.as_str(), None).await?.ok_or(Refusal::NotFound)?;
            let rows = edition::editions(scope, KIND, plan_id.as_str(), page.window()).await?;
            Ok((foremost.committee, rows, scope.version()))
        })
        .await?;
    reaches(&call, &committee)?;
    let row =
        |row: &edition::Edition| super::plans::summary(&call, row, &edition::resource(KIND, &row.document, row.number));
    let versions = rows.iter().map(row).collect::<Result<Vec<_>, _>>()?;
    let links = page.links(total, &call.own_href(), call.request().query_string());
    let meta = page.meta(total, versions.len());
    Ok(Reply::ok(PlanVersionPage { versions, meta, links }).version(version))
}

/// Read a version of a plan
///
/// En version, med mål som de står för ett utkast och som de stod när den föreslogs annars. A version, with its goals as they stand for
/// a draft, and as they stood when it was proposed otherwise.
#[utoipa::path(tag = "Steering", params(AsOfQuery), extensions(("x-right" = json!("read"))),
    responses((status = 200, description = "Versionen. The version.", body = PlanVersionView)))]
#[get("/municipalities/{municipalityCode}/plans/{planId}/versions/{version}")]
async fn get_plan_version(call: Call<perm::Read>) -> Result<Reply<PlanVersionView>, Problem> {
    let query: AsOfQuery = call.query()?;
    let (plan_id, number) = (key(&call, "planId")?, number(&call, "version")?);
    let (found, version) = call
        .read(query.as_of, async |scope| {
            let edition = edition::edition(scope, KIND, plan_id.as_str(), number).await?.ok_or(Refusal::NotFound)?;
            Ok((whole(scope, edition).await?, scope.version()))
        })
        .await?;
    reaches(&call, &found.edition.committee)?;
    Ok(Reply::ok(view(&call, found)?).version(version))
}

/// Put a version of a plan
///
/// Ett utkast: planens första version, en ny när den förra är beslutad (med skäl i frågan), eller en ändring av ett utkast. En beslutad
/// plan ändras aldrig. A draft: a plan's first version, a new one when the one before is decided (with a reason in the query), or a
/// change of a draft. A decided plan never changes. Changing a draft takes If-Match.
#[utoipa::path(tag = "Steering", params(ReasonQuery), request_body = PlanDocument,
    extensions(("x-right" = json!("goals")), ("x-if-match" = json!("required"))),
    responses((status = 200, description = "Versionen. The version.", body = PlanVersionView),
              (status = 201, description = "En ny version. A new version.", body = PlanVersionView),
              (status = 409, description = "Versionen är föreslagen eller beslutad. The version is proposed or decided.",
               body = crate::problem::ProblemView, content_type = "application/problem+json")))]
#[put("/municipalities/{municipalityCode}/plans/{planId}/versions/{version}")]
async fn put_plan_version(mut call: Call<perm::Goals>) -> Result<Reply<PlanVersionView>, Problem> {
    let (plan_id, number) = (key(&call, "planId")?, number(&call, "version")?);
    let (reason, precondition) = (ReasonQuery::of(&call)?, precondition(&call)?);
    let input: PlanDocument = call.json().await?;
    let mut fields = Fields::default();
    let plan = input.read(&mut fields);
    let plan = fields.done(plan)?;
    reaches(&call, plan.committee.as_str())?;
    let put = call
        .write(async |w| {
            let standing = edition::foremost(w, KIND, plan_id.as_str(), None).await?;
            if standing.is_some_and(|standing| !w.actor().reach.covers(&standing.committee)) {
                return Err(Refusal::NotFound.into());
            }
            plan::put(w, &plan_id, number, plan.clone(), precondition, &reason).await
        })
        .await;
    let put = put.map_err(Problem::in_document)?;
    let location = call.own_href();
    Ok(Reply::put(put.is_new, view(&call, put.body)?, location).version(put.version))
}
