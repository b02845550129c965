//! W3C trace context: `traceparent` in and out, a span and a log line a request, and the headers that every answer bears.

use crate::personal_numbers::{FLAGS, Flagged};
use crate::state::State;
use actix_web::body::MessageBody;
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::error::InternalError;
use actix_web::http::header::{HeaderMap, HeaderName, HeaderValue};
use actix_web::middleware::Next;
use actix_web::web::Data;
use actix_web::{Error, HttpMessage, HttpRequest};
use std::time::Instant;
use tracing::Instrument;
use uuid::Uuid;

/// The header of the trace context.
pub const TRACEPARENT: &str = "traceparent";

/// The trace of a request: the caller's, or a new one; the span is always ours. It is kept as the header's text.
#[derive(Debug, Clone)]
pub struct Trace(String);

/// Where the trace's id stands in the text.
const ID: std::ops::Range<usize> = 3..35;

impl Trace {
    /// Continues the trace of a header, or begins one when there is none that can be read.
    pub fn from_header(header: Option<&str>) -> Self {
        let (mut new, mut span) = (Uuid::encode_buffer(), Uuid::encode_buffer());
        let (trace_id, flags) = match header.and_then(parse) {
            Some(given) => given,
            None => (&*Uuid::new_v4().simple().encode_lower(&mut new), "01"),
        };
        let span_id = &Uuid::new_v4().simple().encode_lower(&mut span)[..16];
        Self(["00-", trace_id, "-", span_id, "-", flags].concat())
    }

    /// The id of a request's trace, for the audit trail.
    pub fn id_of(request: &HttpRequest) -> String {
        request.extensions().get::<Self>().map(|trace| trace.id().to_owned()).unwrap_or_default()
    }

    /// The trace's id, as logs and the audit trail name it.
    pub fn id(&self) -> &str {
        &self.0[ID]
    }

    fn header(&self) -> &str {
        &self.0
    }
}

/// The id and the flags of a header that can be read.
fn parse(header: &str) -> Option<(&str, &str)> {
    let mut parts = header.split('-');
    let (version, trace, parent, flags) = (parts.next()?, parts.next()?, parts.next()?, parts.next()?);
    let hex = |text: &str, length: usize| {
        text.len() == length && text.bytes().all(|b| b.is_ascii_digit() || (b'a'..=b'f').contains(&b))
    };
    let zero = |text: &str| text.bytes().all(|b| b == b'0');
    let valid = hex(version, 2)
        && version != "ff"
        && (version != "00" || parts.next().is_none())
        && hex(trace, 32)
        && hex(parent, 16)
        && hex(flags, 2);
    (valid && !zero(trace) && !zero(parent)).then_some((trace, flags))
}

/// Gives every request a trace and a log line, and every answer its headers.
pub async fn follow(
    request: ServiceRequest,
    next: Next<impl MessageBody + 'static>,
) -> Result<ServiceResponse<impl MessageBody>, Error> {
    let header = request.headers().get(TRACEPARENT).and_then(|value| value.to_str().ok());
    let trace = Trace::from_header(header);
    request.extensions_mut().insert(trace.clone());
    let is_over_tls =
        request.app_data::<Data<State>>().is_some_and(|state| state.setup.public_url.starts_with("https://"));
    let span = tracing::info_span!("request", trace = trace.id());
    let (method, started) = (request.method().clone(), Instant::now());
    let mark = |headers: &mut HeaderMap| {
        if let Ok(value) = HeaderValue::from_str(trace.header()) {
            headers.insert(HeaderName::from_static(TRACEPARENT), value);
        }
        headers.insert(HeaderName::from_static("x-content-type-options"), HeaderValue::from_static("nosniff"));
        if is_over_tls {
            let value = HeaderValue::from_static("max-age=31536000");
            headers.insert(HeaderName::from_static("strict-transport-security"), value);
        }
    };
    let mut response = match next.call(request).instrument(span.clone()).await {
        Ok(response) => response,
        Err(error) => {
            let mut response = error.error_response();
            mark(response.headers_mut());
            return Err(InternalError::from_response(error, response).into());
        }
    };
    if tracing::enabled!(tracing::Level::INFO) {
        // The template of the route, never the path itself: codes in it are the municipality's.
        let route = response.request().match_pattern().unwrap_or_else(|| "none".into());
        let status = response.status().as_u16();
        span.in_scope(|| {
            tracing::info!(%method, route, status, micros = started.elapsed().as_micros(), "answered");
        });
    }
    let is_flagged = response.request().extensions().get::<Flagged>().is_some();
    let headers = response.headers_mut();
    if is_flagged {
        headers.insert(HeaderName::from_static(FLAGS), HeaderValue::from_static("personal-number"));
    }
    mark(headers);
    Ok(response)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_trace_goes_on_and_a_broken_one_begins_anew() {
        let given = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";
        assert_eq!(Trace::from_header(Some(given)).id(), "4bf92f3577b34da6a3ce929d0e0e4736");
        for broken in ["", "00-x", "00-00000000000000000000000000000000-00f067aa0ba902b7-01", "ff-4bf9"] {
            assert_eq!(Trace::from_header(Some(broken)).id().len(), 32, "{broken:?}");
        }
    }
}
