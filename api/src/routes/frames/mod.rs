//! Frames: what the council grants, transfers between committees, investments, and the decisions of budgets.

mod budget_decisions;
mod frame_view;
mod frames;
mod investment_frames;
mod investment_table;
mod terms_view;
mod transfers;

use utoipa_actix_web::service_config::ServiceConfig;

pub(super) fn configure(config: &mut ServiceConfig) {
    config
        .configure(frames::configure)
        .configure(transfers::configure)
        .configure(investment_frames::configure)
        .configure(investment_table::configure)
        .configure(budget_decisions::configure);
}
