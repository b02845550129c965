//! Clients: the systems and persons that a municipality lets in, and their secrets.

mod access;
mod client_view;
mod secrets;

use utoipa_actix_web::service_config::ServiceConfig;

pub(super) fn configure(config: &mut ServiceConfig) {
    config.configure(access::configure).configure(secrets::configure);
}
