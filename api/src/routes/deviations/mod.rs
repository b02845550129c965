//! Deviation cases, what is said of them, and what becomes the executive's matter.

mod answer_view;
mod cases;
mod escalations;
mod explanations;
mod view;

use utoipa_actix_web::service_config::ServiceConfig;

pub(super) fn configure(config: &mut ServiceConfig) {
    config.configure(cases::configure).configure(explanations::configure).configure(escalations::configure);
}
