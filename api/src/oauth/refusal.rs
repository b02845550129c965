//! What the token endpoint refuses with: the errors of RFC 6749, section 5.2.

use actix_web::HttpResponse;
use actix_web::http::{StatusCode, header};
use serde_json::json;
use utfall_persistence::error::StoreError;

/// An error of the token endpoint, with a sentence for whoever builds the client.
#[derive(Debug)]
pub(super) struct Refusal {
    status: StatusCode,
    error: &'static str,
    description: &'static str,
}

impl Refusal {
    const fn new(status: StatusCode, error: &'static str, description: &'static str) -> Self {
        Self { status, error, description }
    }

    /// The request cannot be read.
    pub(super) const fn request(description: &'static str) -> Self {
        Self::new(StatusCode::BAD_REQUEST, "invalid_request", description)
    }

    /// The body is not a form.
    pub(super) const fn media_type() -> Self {
        let description = "Send the parameters as application/x-www-form-urlencoded.";
        Self::new(StatusCode::UNSUPPORTED_MEDIA_TYPE, "invalid_request", description)
    }

    /// The client has not proved who it is. Which part failed is for the log.
    pub(super) fn client(why: &str) -> Self {
        tracing::info!(why, "client refused");
        let description = "The client is not known, or its secret or assertion does not hold.";
        Self::new(StatusCode::UNAUTHORIZED, "invalid_client", description)
    }

    /// The refresh token does not hold.
    pub(super) const fn grant(description: &'static str) -> Self {
        Self::new(StatusCode::BAD_REQUEST, "invalid_grant", description)
    }

    /// Another way of asking than there is.
    pub(super) const fn grant_type() -> Self {
        let description = "There is client_credentials and refresh_token.";
        Self::new(StatusCode::BAD_REQUEST, "unsupported_grant_type", description)
    }

    /// A scope that there is not.
    pub(super) const fn scope() -> Self {
        let description = "The only scope is offline_access; what a client may do is its role.";
        Self::new(StatusCode::BAD_REQUEST, "invalid_scope", description)
    }

    /// Too many ask at once, or the database is away.
    pub(super) const fn busy() -> Self {
        let description = "The same call may be made again in a moment.";
        Self::new(StatusCode::SERVICE_UNAVAILABLE, "temporarily_unavailable", description)
    }

    /// The client asks more often than it may.
    pub(super) const fn too_many() -> Self {
        let description = "A client may ask for five tokens a second; a token holds for five minutes.";
        Self::new(StatusCode::TOO_MANY_REQUESTS, "slow_down", description)
    }

    /// The response.
    pub(super) fn response(&self) -> HttpResponse {
        let mut response = HttpResponse::build(self.status);
        response.insert_header((header::CACHE_CONTROL, "no-store"));
        match self.status {
            StatusCode::UNAUTHORIZED => {
                response.insert_header((header::WWW_AUTHENTICATE, "Basic realm=\"utfall\""));
            }
            StatusCode::SERVICE_UNAVAILABLE | StatusCode::TOO_MANY_REQUESTS => {
                response.insert_header((header::RETRY_AFTER, "2"));
            }
            _ => {}
        }
        response.json(json!({ "error": self.error, "error_description": self.description }))
    }
}

impl From<StoreError> for Refusal {
    fn from(error: StoreError) -> Self {
        tracing::warn!(%error, "no token: the store failed");
        Self::busy()
    }
}
