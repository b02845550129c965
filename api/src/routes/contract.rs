//! The contract as it is served, and the issuer's public keys. Open without a token.

use crate::state::State;
use actix_web::http::header;
use actix_web::web::{Data, ServiceConfig};
use actix_web::{HttpRequest, HttpResponse, get};

/// Mounts what lies under the API's root but not among the contract's own paths.
pub fn configure_root(config: &mut ServiceConfig) {
    config.service(openapi_json).service(openapi_yaml);
}

/// Mounts the keys.
pub fn configure_keys(config: &mut ServiceConfig) {
    config.service(jwks);
}

/// An answer that anybody may keep, with a tag of its content.
pub fn cached(request: &HttpRequest, content_type: &str, body: &[u8]) -> HttpResponse {
    let digest = <sha2::Sha256 as sha2::Digest>::digest(body);
    let etag = format!("\"{}\"", hex::encode(&digest[..12]));
    let known = request.headers().get(header::IF_NONE_MATCH).is_some_and(|value| value == etag.as_str());
    let mut response = if known { HttpResponse::NotModified() } else { HttpResponse::Ok() };
    response.insert_header((header::ETAG, etag)).insert_header((header::CACHE_CONTROL, "public, no-cache"));
    if known {
        return response.finish();
    }
    response.insert_header((header::CONTENT_TYPE, content_type)).body(body.to_vec())
}

/// The contract as JSON.
#[get("/openapi.json")]
async fn openapi_json(request: HttpRequest, state: Data<State>) -> HttpResponse {
    cached(&request, "application/json", state.contract.json().as_bytes())
}

/// The contract as YAML.
#[get("/openapi.yaml")]
async fn openapi_yaml(request: HttpRequest, state: Data<State>) -> HttpResponse {
    cached(&request, "application/yaml", state.contract.yaml().as_bytes())
}

/// The issuer's public keys.
#[get("/.well-known/jwks.json")]
async fn jwks(request: HttpRequest, state: Data<State>) -> HttpResponse {
    cached(&request, "application/jwk-set+json", state.issuer.jwks().as_bytes())
}
