//! Statements: the result statement, the activity budget and unit frames, with columns that are chosen, and their layouts.

mod asked;
mod layout_view;
mod layouts;
mod line_view;
mod reports;
mod statement_view;

use utoipa_actix_web::service_config::ServiceConfig;

pub(super) fn configure(config: &mut ServiceConfig) {
    config.configure(layouts::configure).configure(reports::configure);
}
