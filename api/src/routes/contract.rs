//! The contract as it is served, the page to read and try it, and the issuer's public keys. Open without a token.

use crate::state::State;
use actix_web::http::header;
use actix_web::web::{Data, ServiceConfig};
use actix_web::{HttpRequest, HttpResponse, get};
use utoipa_swagger_ui::{Config, SwaggerUi};

/// Mounts what lies under the API's root but not among the contract's own paths.
pub fn configure_root(config: &mut ServiceConfig) {
    config.service(openapi_json).service(openapi_yaml);
}

/// Mounts the page and the keys.
pub fn configure_page(config: &mut ServiceConfig) {
    let page = Config::new(["/docs/openapi.json"]).try_it_out_enabled(true).display_request_duration(true);
    config.service(jwks).service(docs_json).service(docs).service(SwaggerUi::new("/docs/{_:.*}").config(page));
}

fn cached(request: &HttpRequest, content_type: &str, body: &str) -> HttpResponse {
    let digest = <sha2::Sha256 as sha2::Digest>::digest(body);
    let etag = format!("\"{}\"", digest[..12].iter().map(|byte| format!("{byte:02x}")).collect::<String>());
    let known = request.headers().get(header::IF_NONE_MATCH).is_some_and(|value| value == etag.as_str());
    let mut response = if known { HttpResponse::NotModified() } else { HttpResponse::Ok() };
    response.insert_header((header::ETAG, etag)).insert_header((header::CACHE_CONTROL, "public, no-cache"));
    if known {
        return response.finish();
    }
    response.insert_header((header::CONTENT_TYPE, content_type)).body(body.to_owned())
}

/// The contract as JSON.
#[get("/openapi.json")]
async fn openapi_json(request: HttpRequest, state: Data<State>) -> HttpResponse {
    cached(&request, "application/json", state.contract.json())
}

/// The contract as YAML.
#[get("/openapi.yaml")]
async fn openapi_yaml(request: HttpRequest, state: Data<State>) -> HttpResponse {
    cached(&request, "application/yaml", state.contract.yaml())
}

/// The contract with its own origin as the server.
#[get("/docs/openapi.json")]
async fn docs_json(request: HttpRequest, state: Data<State>) -> HttpResponse {
    cached(&request, "application/json", state.contract.docs())
}

/// To the page.
#[get("/docs")]
async fn docs() -> HttpResponse {
    HttpResponse::PermanentRedirect().insert_header((header::LOCATION, "/docs/")).finish()
}

/// The issuer's public keys.
#[get("/.well-known/jwks.json")]
async fn jwks(request: HttpRequest, state: Data<State>) -> HttpResponse {
    cached(&request, "application/jwk-set+json", state.issuer.jwks())
}
