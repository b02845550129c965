//! `/kolada/v2` and `/kolada/v3`: a read API that Kolada's clients use by changing their base address.
//!
//! Its forms are Kolada's, not ours: paths with lists in them, repeated parameters, errors in its own words. A call is read by
//! `question`, answered by `answer` in the forms of `v2` or `v3`, and `contract` describes both.

mod answer;
pub mod contract;
mod pages;
mod question;
mod refusal;
mod routes;
pub mod saved;
mod text;
pub mod v2;
pub mod v3;

use crate::auth::bearer::reader;
use crate::routes::contract::cached;
use crate::routes::docs;
use crate::state::State;
use actix_web::http::{Method, header};
use actix_web::web::{self, Data, ServiceConfig};
use actix_web::{HttpRequest, HttpResponse};
use question::Question;
use refusal::Refused;
use std::sync::Arc;

/// Where both begin.
pub const ROOT: &str = "/kolada/";

/// Which of the two.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub enum Version {
    /// Retired by Kolada in 2026; importers written for it live on here.
    V2,
    /// Today's.
    V3,
}

impl Version {
    /// Its name in the path.
    pub const fn name(self) -> &'static str {
        match self {
            Self::V2 => "v2",
            Self::V3 => "v3",
        }
    }
}

/// Mounts both.
pub fn configure(config: &mut ServiceConfig) {
    for version in [Version::V2, Version::V3] {
        let path = format!("{ROOT}{}{{tail:(/.*)?}}", version.name());
        config.route(
            &path,
            web::route().to(move |request: HttpRequest, state: Data<State>| serve(version, request, state)),
        );
    }
}

async fn serve(version: Version, request: HttpRequest, state: Data<State>) -> HttpResponse {
    let mut response = respond(version, &request, &state).await.unwrap_or_else(|refused| refused.response(version));
    let headers = response.headers_mut();
    headers.insert(header::ACCESS_CONTROL_ALLOW_ORIGIN, header::HeaderValue::from_static("*"));
    headers.insert(header::ACCESS_CONTROL_EXPOSE_HEADERS, header::HeaderValue::from_static("ETag, traceparent"));
    response
}

async fn respond(version: Version, request: &HttpRequest, state: &State) -> Result<HttpResponse, Refused> {
    match *request.method() {
        Method::GET => {}
        Method::OPTIONS => return Ok(preflight()),
        _ => return Err(Refused::Method),
    }
    let tail = request.uri().path().strip_prefix(ROOT).and_then(|path| path.get(version.name().len()..));
    let tail = tail.ok_or(Refused::NotFound)?;
    if tail.trim_end_matches('/') == "/openapi.json" {
        return Ok(cached(request, "application/json", state.kolada_contracts.of(version).as_bytes()));
    }
    if let Some(file) = tail.strip_prefix("/docs").filter(|file| file.is_empty() || file.starts_with('/')) {
        return Ok(documentation(request, file));
    }
    let question = Question::read(version, tail, request.query_string())?;
    if state.setup.is_kolada_closed {
        reader(request, state).await.map_err(|problem| Refused::from_problem(&problem))?;
    }
    answer::answer(version, request, state, question).await
}

/// The contract to read and to try. Its addresses are relative, so that they hold behind a proxy's prefix.
fn documentation(request: &HttpRequest, file: &str) -> HttpResponse {
    let Some(file) = file.strip_prefix('/') else {
        return HttpResponse::PermanentRedirect().insert_header((header::LOCATION, "docs/")).finish();
    };
    docs::page(request, file, Arc::new(docs::of_document("../openapi.json")))
}

/// What a browser asks before it calls from another origin. Its `*` does not stand for `Authorization`.
fn preflight() -> HttpResponse {
    HttpResponse::NoContent()
        .insert_header((header::ALLOW, refusal::METHODS))
        .insert_header((header::ACCESS_CONTROL_ALLOW_METHODS, refusal::METHODS))
        .insert_header((header::ACCESS_CONTROL_ALLOW_HEADERS, "*, Authorization"))
        .insert_header((header::ACCESS_CONTROL_MAX_AGE, "86400"))
        .finish()
}
