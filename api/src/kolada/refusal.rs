//! Refusals in Kolada's own forms: version 3 answers `{"detail": …}`, with 422 and a list for a parameter; version 2 answers 400.

use super::Version;
use crate::problem::{Kind, Problem};
use actix_web::HttpResponse;
use actix_web::http::{StatusCode, header};
use serde_json::json;
use utfall_persistence::error::StoreError;

/// The methods there are.
pub(super) const METHODS: &str = "GET, HEAD, OPTIONS";

/// Why a call is not answered.
#[derive(Debug)]
pub(super) enum Refused {
    /// There is no such route. An unknown code is no refusal: it has no values.
    NotFound,
    /// Only reading is possible.
    Method,
    /// A parameter of the path or the query cannot be read.
    Parameter { place: &'static str, name: &'static str, value: String, reason: &'static str },
    /// The service is closed to callers without a token.
    Unauthorized,
    /// The database is busy or away.
    Unavailable,
    /// A fault of ours, which is logged.
    Internal,
}

impl Refused {
    pub(super) fn parameter(place: &'static str, name: &'static str, value: &str, reason: &'static str) -> Self {
        Self::Parameter { place, name, value: value.chars().take(100).collect(), reason }
    }

    pub(super) fn from_problem(problem: &Problem) -> Self {
        match problem.kind() {
            Kind::Unauthorized => Self::Unauthorized,
            Kind::Unavailable => Self::Unavailable,
            _ => Self::Internal,
        }
    }

    /// As an answer.
    pub(super) fn response(&self, version: Version) -> HttpResponse {
        let plain = |status: StatusCode, detail: &str| (status, json!({ "detail": detail }));
        let (status, body) = match self {
            Self::NotFound => plain(StatusCode::NOT_FOUND, "Not Found"),
            Self::Method => plain(StatusCode::METHOD_NOT_ALLOWED, "Method Not Allowed"),
            Self::Unauthorized => plain(StatusCode::UNAUTHORIZED, "Not authenticated"),
            Self::Unavailable => plain(StatusCode::SERVICE_UNAVAILABLE, "The service is busy; try again."),
            Self::Internal => plain(StatusCode::INTERNAL_SERVER_ERROR, "Internal Server Error"),
            Self::Parameter { name, value, reason, .. } if version == Version::V2 => {
                plain(StatusCode::BAD_REQUEST, &format!("{name}: {value:?} {reason}"))
            }
            Self::Parameter { place, name, value, reason } => {
                let one = json!({ "loc": [place, name], "msg": format!("{value:?} {reason}"), "type": "value_error" });
                (StatusCode::UNPROCESSABLE_ENTITY, json!({ "detail": [one] }))
            }
        };
        let mut response = HttpResponse::build(status);
        match self {
            Self::Method => drop(response.insert_header((header::ALLOW, METHODS))),
            Self::Unauthorized => drop(response.insert_header((header::WWW_AUTHENTICATE, "Bearer"))),
            // koladapy reads it with int().
            Self::Unavailable => drop(response.insert_header((header::RETRY_AFTER, "1"))),
            _ => {}
        }
        response.insert_header((header::CONTENT_TYPE, "application/json")).body(body.to_string())
    }
}

impl From<StoreError> for Refused {
    fn from(error: StoreError) -> Self {
        match error {
            StoreError::Unavailable(_) | StoreError::Contended => Self::Unavailable,
            error => {
                tracing::error!(%error, "a Kolada answer could not be read");
                Self::Internal
            }
        }
    }
}
