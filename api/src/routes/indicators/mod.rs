//! Indicators: definitions, observations, targets, forecasts, series and scorecards.

mod definition_view;
mod definitions;
mod forecasts;
mod observation_input;
mod observations;
mod scorecard_layout;
mod scorecard_statuses;
mod scorecard_view;
mod scorecards;
mod series;
mod series_view;
mod targets;

use utoipa_actix_web::service_config::ServiceConfig;

/// Mounts the series, ahead of everything else.
pub(super) fn configure_series(config: &mut ServiceConfig) {
    config.configure(series::configure);
}

pub(super) fn configure(config: &mut ServiceConfig) {
    config
        .configure(definitions::configure)
        .configure(targets::configure)
        .configure(forecasts::configure)
        .configure(observations::configure)
        .configure(scorecards::configure);
}
