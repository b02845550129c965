//! Health: alive says that the process answers, ready that the database does. Neither needs a token nor tells a version.

use crate::problem::{Kind, Problem};
use crate::state::State;
use actix_web::web::{Data, ServiceConfig};
use actix_web::{HttpResponse, get};
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

/// Whether the service takes new work; false from the moment it is told to stop.
#[derive(Debug)]
pub struct Open(pub AtomicBool);

/// Mounts the two.
pub fn configure(config: &mut ServiceConfig) {
    config.service(live).service(ready);
}

/// The process answers.
#[get("/health/live")]
async fn live() -> HttpResponse {
    HttpResponse::Ok().content_type("application/json").body("{\"status\":\"live\"}")
}

/// The database answers, and new work is taken.
#[get("/health/ready")]
async fn ready(state: Data<State>, open: Data<Open>) -> Result<HttpResponse, Problem> {
    let stopping = !open.0.load(Ordering::Relaxed);
    let answer = tokio::time::timeout(Duration::from_secs(2), state.store.is_ready());
    if stopping || !answer.await.unwrap_or(false) {
        return Err(Problem::new(Kind::Unavailable, "The service is not ready for work."));
    }
    Ok(HttpResponse::Ok().content_type("application/json").body("{\"status\":\"ready\"}"))
}
