//! Frames: what the council grants, transfers between committees, investments, and the decisions of budgets.

mod budget_decisions;
mod committee_frames;
mod frame_view;

mod investment_frames;
mod investment_table;
mod terms_view;
mod transfers;

use utoipa_actix_web::service_config::ServiceConfig;

pub(super) fn configure(config: &mut ServiceConfig) {
    config
        .configure(committee_frames::configure)
        .configure(transfers::configure)
        .configure(investment_frames::configure)
        .configure(investment_table::configure)
        .configure(budget_decisions::configure);
}
