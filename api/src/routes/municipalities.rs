//! Municipalities: the tenants, created by a platform administrator.

use crate::auth::call::Call;
use crate::auth::perm;
use crate::problem::{Kind, Problem};
use crate::reply::{Body, Reply};
use crate::wire::link::{Link, Links};
use crate::wire::page::{Page, PageMeta};
use actix_web::{get, put};
use serde::{Deserialize, Serialize};
use utfall_domain::row_error::{Fault, RowError};
use utfall_domain::text::Name;
use utfall_persistence::municipality::Municipality;
use utoipa::{IntoParams, ToSchema};
use utoipa_actix_web::service_config::ServiceConfig;

pub(super) fn configure(config: &mut ServiceConfig) {
    config.service(list_municipalities).service(get_municipality).service(put_municipality);
}

/// En kommun. A municipality.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(example = json!({"code": "0580", "name": "Linköping", "dataVersion": 12,
    "_links": {"self": {"href": "https://utfall.example/utfall/v1/municipalities/0580", "rel": "self", "method": "GET"}}}))]
struct MunicipalityView {
    /// Kommunkod enligt SCB. The code that SCB gave it.
    code: String,
    /// Namn. The name.
    name: String,
    /// Senaste ändringens nummer. The number of the last change.
    data_version: i64,
    #[serde(rename = "_links")]
    links: Links,
}

impl Body for MunicipalityView {}

/// Kommunens namn. What a municipality is called.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"name": "Linköping"}))]
struct MunicipalityInput {
    /// Namn. The name, 1 to 200 characters.
    #[schema(min_length = 1, max_length = 200)]
    name: String,
}

/// En sida kommuner. A page of municipalities.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(example = json!({"municipalities": [{"code": "0580", "name": "Linköping", "dataVersion": 12, "_links": {}}],
    "meta": {"totalRecords": 1, "page": 1, "limit": 20, "count": 1}, "_links": {}}))]
struct MunicipalityPage {
    /// Kommunerna. The municipalities, by code.
    municipalities: Vec<MunicipalityView>,
    meta: PageMeta,
    #[serde(rename = "_links")]
    links: Links,
}

impl Body for MunicipalityPage {}

/// Vilken sida. Which page.
#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct PageQuery {
    /// Sida, från 1. The page, from 1.
    #[param(default = 1, minimum = 0)]
    page: Option<i64>,
    /// Antal per sida. How many a page holds.
    #[param(default = 20, minimum = 1, maximum = 1000)]
    limit: Option<i64>,
}

fn view<P: perm::Permission + 'static>(call: &Call<P>, row: Municipality) -> MunicipalityView {
    let Municipality { code, name, data_version } = row;
    let own = Link::get("self", call.href(&format!("/municipalities/{code}")));
    MunicipalityView { code, name, data_version, links: Links { own: Some(own), ..Links::default() } }
}

/// List the municipalities
///
/// Tjänstens kommuner, sidindelat. The municipalities of the service, by page. For platform administrators.
#[utoipa::path(tag = "Organisation", params(PageQuery), extensions(("x-right" = json!("municipalities"))),
    responses((status = 200, description = "En sida kommuner. A page of municipalities.", body = MunicipalityPage)))]
#[get("/municipalities")]
async fn list_municipalities(call: Call<perm::Municipalities>) -> Result<Reply<MunicipalityPage>, Problem> {
    let query: PageQuery = call.query()?;
    let page = Page::new(query.page, query.limit, 1000)?;
    let (limit, offset) = page.window();
    let (rows, total) = call.store().municipalities(limit, offset).await?;
    let municipalities: Vec<_> = rows.into_iter().map(|row| view(&call, row)).collect();
    let version = municipalities.iter().map(|row| row.data_version).sum::<i64>() + total;
    let links = page.links(total, &call.own_href(), call.request().query_string());
    let meta = page.meta(total, municipalities.len());
    Ok(Reply::ok(MunicipalityPage { municipalities, meta, links }).version(version))
}

/// Read a municipality
///
/// Kommunens kod, namn och senaste ändringens nummer. The municipality's code, name and number of its last change.
#[utoipa::path(tag = "Organisation", extensions(("x-right" = json!("municipality-read"))),
    responses((status = 200, description = "Kommunen. The municipality.", body = MunicipalityView)))]
#[get("/municipalities/{municipalityCode}")]
async fn get_municipality(call: Call<perm::MunicipalityRead>) -> Result<Reply<MunicipalityView>, Problem> {
    let row = call.store().municipality(call.municipality()?).await?.ok_or_else(Problem::not_found)?;
    let version = row.data_version;
    Ok(Reply::ok(view(&call, row)).version(version))
}

/// Create or rename a municipality
///
/// Skapar kommunen eller ger den ett nytt namn; ett nytt namn kräver If-Match. Creates the municipality, or gives it another
/// name, which takes If-Match.
#[utoipa::path(tag = "Organisation", request_body = MunicipalityInput,
    extensions(("x-right" = json!("municipalities")), ("x-if-match" = json!("required"))),
    responses((status = 200, description = "Kommunen. The municipality.", body = MunicipalityView),
              (status = 201, description = "Kommunen är skapad. The municipality is created.", body = MunicipalityView)))]
#[put("/municipalities/{municipalityCode}")]
async fn put_municipality(mut call: Call<perm::Municipalities>) -> Result<Reply<MunicipalityView>, Problem> {
    let MunicipalityInput { name } = call.json().await?;
    let name = Name::parse(&name)
        .map_err(|why| Problem::invalid(vec![RowError::whole("name", &name, Fault::Format, why.to_string())]))?;
    let code = call.municipality()?.clone();
    let standing = call.store().municipality(&code).await?;
    if standing.is_some_and(|standing| standing.name != name.as_str()) && !call.has_if_match() {
        return Err(Problem::new(Kind::PreconditionRequired, "Send If-Match with the ETag of what you change."));
    }
    let expected = if call.has_if_match() { Some(call.if_match()?) } else { None };
    let created = call.store().put_municipality(&code, &name, call.actor(), expected).await?;
    let row = call.store().municipality(&code).await?.ok_or_else(Problem::not_found)?;
    let (version, location) = (row.data_version, call.own_href());
    Ok(Reply::put(created, view(&call, row), location).version(version))
}
