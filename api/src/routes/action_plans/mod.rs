//! Action plans: their versions and what becomes of them, their measures and effects.

mod acts;
mod effects;
mod figures_view;
mod measure_view;
mod measures;
mod measuring_view;
mod plan_view;
mod plans;
mod versions;

use utoipa_actix_web::service_config::ServiceConfig;

pub(super) fn configure(config: &mut ServiceConfig) {
    config
        .configure(plans::configure)
        .configure(versions::configure)
        .configure(acts::configure)
        .configure(measures::configure)
        .configure(effects::configure);
}
