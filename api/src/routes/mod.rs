//! The table of contents of the API: one line a resource.

mod action_plans;
mod api_info;
mod audit_events;
mod budgets;
mod clients;
mod code_input;
mod code_parts;
mod committees;
pub mod contract;
mod corrections;
mod declared;
mod deliver;
mod deviation_policies;
mod deviations;
pub mod docs;
mod entries;
mod example;
mod forecasting;
mod forecasts;
mod frames;
pub mod health;
mod indicators;
mod month_locks;
mod municipalities;
mod outcomes;
mod period_profiles;
mod planning;
mod posting_changes;
mod posting_input;
mod postings;
mod receipt;
mod reports;
mod statements;
mod steering;
mod word_parameter;

use utoipa_actix_web::service_config::ServiceConfig;

/// Mounts every resource under the API's root.
pub fn configure(config: &mut ServiceConfig) {
    config
        // What is asked for most stands first: the router tries one pattern after the other.
        .configure(indicators::configure_series)
        .configure(api_info::configure)
        .configure(municipalities::configure)
        .configure(committees::configure)
        .configure(code_parts::configure)
        .configure(period_profiles::configure)
        .configure(outcomes::configure)
        .configure(budgets::configure)
        .configure(forecasts::configure)
        .configure(postings::configure)
        .configure(posting_changes::configure)
        .configure(corrections::configure)
        .configure(month_locks::configure)
        .configure(reports::configure)
        .configure(frames::configure)
        .configure(planning::configure)
        .configure(statements::configure)
        .configure(forecasting::configure)
        .configure(deviation_policies::configure)
        .configure(deviations::configure)
        .configure(action_plans::configure)
        .configure(steering::configure)
        .configure(indicators::configure)
        .configure(clients::configure)
        .configure(audit_events::configure);
}
