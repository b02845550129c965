//! A panic is one request's: it gets a 500 without detail, and the next request is served.

use crate::problem::{Kind, Problem};
use actix_web::Error;
use actix_web::body::MessageBody;
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::error::InternalError;
use actix_web::middleware::Next;
use futures_util::FutureExt;
use std::panic::AssertUnwindSafe;

/// Turns a panic of what it wraps into the answer that any fault of ours gets. What a handler had begun in the database is
/// rolled back when its connection is dropped.
pub async fn caught(
    request: ServiceRequest,
    next: Next<impl MessageBody>,
) -> Result<ServiceResponse<impl MessageBody>, Error> {
    let path = request.path().to_owned();
    AssertUnwindSafe(next.call(request)).catch_unwind().await.unwrap_or_else(|_| {
        let problem = Problem::new(Kind::Internal, "The fault is logged under the trace of this call.");
        let response = problem.response(&path);
        Err(InternalError::from_response(problem, response).into())
    })
}

/// Logs where a thread panicked. Not what it said: a panic may quote the text that it could not handle.
pub fn log() {
    std::panic::set_hook(Box::new(|panic| {
        let at = panic.location().map(ToString::to_string).unwrap_or_default();
        tracing::error!(at, "panicked");
    }));
}
