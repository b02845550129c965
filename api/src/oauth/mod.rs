//! The embedded issuer's token endpoint (RFC 6749), for municipalities that have no issuer of their own. Clients are systems: a secret
//! or a key of their own proves them, never a person's password.

mod credentials;
mod refusal;
pub(crate) mod secret;
mod token;

use actix_web::web::ServiceConfig;

/// Where tokens are asked for.
pub const TOKEN: &str = "/oauth2/token";

/// Mounts the endpoint.
pub fn configure(config: &mut ServiceConfig) {
    config.service(token::post_token);
}
