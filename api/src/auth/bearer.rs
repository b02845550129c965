//! Who bears a token: the embedded issuer's, or the municipality's own issuer's. Rights are the grant's, read on every request.

use crate::problem::{Kind, Problem};
use crate::state::State;
use actix_web::HttpRequest;
use actix_web::http::header;
use std::sync::Arc;
use utfall_persistence::identity::Grant;

/// The longest token that is read, in bytes.
const LONGEST: usize = 8192;

/// Lets in who bears any token that stands, of whatever municipality: for what is published.
pub async fn reader(request: &HttpRequest, state: &State) -> Result<(), Problem> {
    authenticate(request, state).await.map(drop)
}

/// The grant of the bearer token, as it stands now.
pub(super) async fn authenticate(request: &HttpRequest, state: &State) -> Result<Arc<Grant>, Problem> {
    let token = token(request).ok_or_else(|| refused("no bearer token"))?;
    match state.issuer.verify_current(token, &state.store).await {
        Ok(claims) => {
            let grant = state.store.standing_grant(&claims.grant, &claims.sub).await?;
            let grant = grant.ok_or_else(|| refused("the grant does not stand"))?;
            if grant.municipality == claims.municipality {
                Ok(grant)
            } else {
                Err(refused("the municipality is not the grant's"))
            }
        }
        Err(why) => match &state.external {
            None => Err(refused(&why.to_string())),
            Some(external) => {
                let bearer = external.verify(token).await.map_err(|why| refused(&why.to_string()))?;
                let grant = state.store.vouched_grant(&bearer.municipality, &bearer.subject).await?;
                grant.ok_or_else(|| refused("no client stands for the subject"))
            }
        },
    }
}

fn token(request: &HttpRequest) -> Option<&str> {
    let (scheme, token) = request.headers().get(header::AUTHORIZATION)?.to_str().ok()?.split_once(' ')?;
    let token = token.trim();
    (scheme.eq_ignore_ascii_case("bearer") && token.len() <= LONGEST).then_some(token)
}

fn refused(why: &str) -> Problem {
    tracing::info!(why, "token refused");
    Problem::new(Kind::Unauthorized, "Send a valid access token as Authorization: Bearer.")
}
