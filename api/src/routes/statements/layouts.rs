//! Layouts of reports: the lines of printed tables.

use super::layout_view::{ReportLayoutDocument, ReportLayoutView};
use crate::auth::call::Call;
use crate::auth::perm::{self, Permission};
use crate::problem::Problem;
use crate::reply::{Body, Reply};
use crate::routes::steering::{ReasonQuery, for_all, key, precondition};
use crate::wire::as_of::AsOfQuery;
use crate::wire::fields::Fields;
use crate::wire::link::{Link, Links};
use crate::wire::page::{ListQuery, Page, PageMeta};
use actix_web::{get, put};
use serde::Serialize;
use utfall_domain::statement::ReportLayout;
use utfall_persistence::error::Refusal;
use utfall_persistence::statement::{layout, layout_resource, layouts, put_layout};
use utoipa::ToSchema;
use utoipa_actix_web::service_config::ServiceConfig;

pub(super) fn configure(config: &mut ServiceConfig) {
    config.service(list_report_layouts).service(get_report_layout).service(put_report_layout);
}

/// En sida uppställningar. A page of layouts, by key.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(example = json!({"reportLayouts": [], "meta": {"totalRecords": 0, "page": 1, "limit": 20, "count": 0}, "_links": {}}))]
struct ReportLayoutPage {
    /// Uppställningarna. The layouts.
    report_layouts: Vec<ReportLayoutView>,
    meta: PageMeta,
    #[serde(rename = "_links")]
    links: Links,
}

impl Body for ReportLayoutPage {}

fn view<P: Permission + 'static>(call: &Call<P>, layout_key: String, found: ReportLayout) -> ReportLayoutView {
    let own = call.municipality_href(&layout_resource(&layout_key));
    let links = Links { own: Some(Link::get("self", own)), ..Links::default() };
    ReportLayoutView { layout_key, content: found.into(), links }
}

/// List the report layouts
///
/// Kommunens uppställningar. The municipality's layouts.
#[utoipa::path(tag = "Reports", params(ListQuery), extensions(("x-right" = json!("read"))),
    responses((status = 200, description = "En sida uppställningar. A page of layouts.", body = ReportLayoutPage)))]
#[get("/municipalities/{municipalityCode}/report-layouts")]
async fn list_report_layouts(call: Call<perm::Read>) -> Result<Reply<ReportLayoutPage>, Problem> {
    let query: ListQuery = call.query()?;
    let page = Page::new(query.page, query.limit, 1000)?;
    let (found, version) = call.read(query.as_of, async |scope| Ok((layouts(scope).await?, scope.version()))).await?;
    let total = i64::try_from(found.len()).unwrap_or_default();
    let shown = page.of(&found).iter().cloned();
    let report_layouts: Vec<_> = shown.map(|(key, found)| view(&call, key, found)).collect();
    let links = page.links(total, &call.own_href(), call.request().query_string());
    let meta = page.meta(total, report_layouts.len());
    Ok(Reply::ok(ReportLayoutPage { report_layouts, meta, links }).version(version))
}

/// Read a report layout
///
/// Raderna, det tryckta och fotnoterna. The lines, what is printed, and the footnotes.
#[utoipa::path(tag = "Reports", params(AsOfQuery), extensions(("x-right" = json!("read"))),
    responses((status = 200, description = "Uppställningen. The layout.", body = ReportLayoutView)))]
#[get("/municipalities/{municipalityCode}/report-layouts/{layoutKey}")]
async fn get_report_layout(call: Call<perm::Read>) -> Result<Reply<ReportLayoutView>, Problem> {
    let query: AsOfQuery = call.query()?;
    let key = key(&call, "layoutKey")?;
    let (found, version) =
        call.read(query.as_of, async |scope| Ok(layout(scope, key.as_str()).await?.ok_or(Refusal::NotFound)?)).await?;
    Ok(Reply::ok(view(&call, key.to_string(), found)).version(version))
}

/// Put a report layout
///
/// Varav-rader räknas aldrig i en summa; det tryckta jämförs med det beräknade och rättas aldrig. Att ändra kräver If-Match. Of-which lines
/// never count in a sum; what is printed is compared with what is computed, and never corrected. Changing it takes If-Match.
#[utoipa::path(tag = "Reports", params(ReasonQuery), request_body = ReportLayoutDocument,
    extensions(("x-right" = json!("budgets")), ("x-if-match" = json!("required"))),
    responses((status = 200, description = "Uppställningen. The layout.", body = ReportLayoutView),
              (status = 201, description = "En ny uppställning. A new layout.", body = ReportLayoutView)))]
#[put("/municipalities/{municipalityCode}/report-layouts/{layoutKey}")]
async fn put_report_layout(mut call: Call<perm::Budgets>) -> Result<Reply<ReportLayoutView>, Problem> {
    let key = key(&call, "layoutKey")?;
    for_all(&call)?;
    let (reason, precondition) = (ReasonQuery::of(&call)?, precondition(&call)?);
    let input: ReportLayoutDocument = call.json().await?;
    let mut fields = Fields::default();
    let new = input.read(&mut fields);
    let new = fields.done(new)?;
    let put = call.write(async |w| put_layout(w, key.as_str(), new.clone(), precondition, &reason).await).await;
    let put = put.map_err(Problem::in_document)?;
    let location = call.own_href();
    Ok(Reply::put(put.is_new, view(&call, key.to_string(), put.body), location).version(put.version))
}
