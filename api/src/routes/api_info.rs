//! `api-info`: what the national profile asks every API to say of itself. Open without a token.

use crate::contract::words;
use crate::reply::{Body, Reply};
use crate::state::{BASE, State};
use crate::wire::link::{Link, Links};
use actix_web::http::header;
use actix_web::web::Data;
use actix_web::{HttpRequest, get};
use serde::Serialize;
use utoipa::ToSchema;
use utoipa_actix_web::service_config::ServiceConfig;

pub(super) fn configure(config: &mut ServiceConfig) {
    config.service(get_api_info);
}

/// Om API:et. About the API.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(example = json!({
    "apiName": "utfall", "apiVersion": "1.0.0", "apiReleased": "2026-11-21",
    "apiDocumentation": "https://utfall.example/dokumentation", "apiStatus": "active", "_links": {}
}))]
struct ApiInfo {
    /// Namn. The API's name.
    api_name: &'static str,
    /// Version. The version as major.minor.patch.
    api_version: &'static str,
    /// Utgivningsdag. The day of release.
    #[schema(format = "date", example = "2026-11-21")]
    api_released: &'static str,
    /// Dokumentation. Where the documentation is.
    #[schema(format = "uri")]
    api_documentation: &'static str,
    /// Livscykelläge. State of life: alpha, beta, active, deprecated, retired or decommissioned.
    #[schema(extensions(("x-enum" = json!(words::API_STATUSES))))]
    api_status: &'static str,
    #[serde(rename = "_links")]
    links: Links,
}

impl Body for ApiInfo {}

/// About the API
///
/// Namn, version, utgivningsdag, dokumentation och livscykelläge. Name, version, day of release, documentation and state of
/// life, as the national REST API profile asks.
#[utoipa::path(tag = "About", security(), responses((status = 200, description = "Om API:et. About the API.", body = ApiInfo)))]
#[get("/api-info")]
async fn get_api_info(request: HttpRequest, state: Data<State>) -> Reply<ApiInfo> {
    let host = request.headers().get(header::HOST).and_then(|host| host.to_str().ok());
    let own = Link::get("self", format!("{}{BASE}/api-info", state.setup.url_for(host)));
    Reply::ok(ApiInfo {
        api_name: "utfall",
        api_version: env!("CARGO_PKG_VERSION"),
        api_released: "2026-11-21",
        api_documentation: "https://utfall.example/dokumentation",
        api_status: "active",
        links: Links { own: Some(own), ..Links::default() },
    })
    .version(1)
}
