//! `/docs`: the contract to read and to try, served from the binary. Nothing is fetched from elsewhere, and the browser is told
//! not to. Open without a token; trying an operation takes one.

use super::contract::cached;
use crate::problem::{Kind, Problem};
use crate::state::State;
use actix_web::http::header::{self, HeaderValue};
use actix_web::web::{Data, Path, ServiceConfig};
use actix_web::{HttpRequest, HttpResponse, get};
use std::sync::Arc;
use utoipa_swagger_ui::{Config, serve};

/// What the page may load: its own files and calls of its own origin. Swagger UI styles elements in place and draws its icons
/// from `data:` addresses.
const POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; \
                      connect-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'";

/// Mounts the page.
pub fn configure(config: &mut ServiceConfig) {
    let page = of_document("/docs/openapi.json");
    config.app_data(Data::new(page)).service(document).service(redirect).service(file);
}

/// How the page shows a document.
pub fn of_document(address: &'static str) -> Config<'static> {
    Config::new([address])
        .use_base_layout()
        .validator_url("none")
        .try_it_out_enabled(true)
        .display_request_duration(true)
        .filter(true)
        .show_extensions(true)
}

/// The contract with its own origin as the server.
#[get("/docs/openapi.json")]
async fn document(request: HttpRequest, state: Data<State>) -> HttpResponse {
    cached(&request, "application/json", state.contract.docs().as_bytes())
}

/// To the page.
#[get("/docs")]
async fn redirect() -> HttpResponse {
    HttpResponse::PermanentRedirect().insert_header((header::LOCATION, "/docs/")).finish()
}

/// The page and its files.
#[get("/docs/{file:.*}")]
async fn file(request: HttpRequest, name: Path<String>, config: Data<Config<'static>>) -> HttpResponse {
    page(&request, &name, config.into_inner())
}

/// A file of the page that shows a document.
pub fn page(request: &HttpRequest, name: &str, config: Arc<Config<'static>>) -> HttpResponse {
    let mut response = match name {
        "" | "index.html" => cached(request, "text/html; charset=utf-8", include_bytes!("docs.html")),
        name => match serve(name, config) {
            Ok(Some(found)) => cached(request, &found.content_type, &found.bytes),
            Ok(None) => return Problem::not_found().response(request.path()),
            Err(error) => {
                tracing::error!(error, "the page of the contract cannot be served");
                return Problem::new(Kind::Internal, "The page cannot be served.").response(request.path());
            }
        },
    };
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_SECURITY_POLICY, HeaderValue::from_static(POLICY));
    headers.insert(header::REFERRER_POLICY, HeaderValue::from_static("no-referrer"));
    response
}
