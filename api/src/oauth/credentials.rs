//! How a client proves who it is: by a secret, in a Basic header or the form, or by an assertion that its own key has signed (RFC 7523).

use super::TOKEN;
use super::refusal::Refusal;
use super::secret::is_one_of;
use super::token::Form;
use crate::auth::token::{Issuer, TokenError};
use crate::auth::verifying::{VerifyingKey, header as token_header};
use crate::state::State;
use actix_web::HttpRequest;
use actix_web::http::header;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use chrono::{DateTime, TimeDelta};
use serde::Deserialize;
use std::time::Duration;
use utfall_domain::client::Client;
use utfall_domain::text::{Key, MunicipalityCode};
use utfall_persistence::client::Credentials;

const ASSERTION: &str = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";
/// How long an assertion may hold at most.
const ASSERTED: TimeDelta = TimeDelta::minutes(10);
/// How long a client waits for others' secrets to be checked.
const WAITS: Duration = Duration::from_secs(3);

/// A client by its own account: `0580.hypergene`.
pub(super) struct ClientId {
    pub municipality: MunicipalityCode,
    pub key: Key,
}

impl ClientId {
    fn parse(text: &str) -> Option<Self> {
        let (municipality, key) = text.split_once('.')?;
        Some(Self { municipality: MunicipalityCode::parse(municipality).ok()?, key: Key::parse(key).ok()? })
    }
}

impl std::fmt::Display for ClientId {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}.{}", self.municipality, self.key)
    }
}

enum Proof {
    Secret(String),
    Assertion(String),
}

/// The client that has proved who it is.
pub(super) async fn proved(
    request: &HttpRequest,
    form: &Form,
    state: &State,
) -> Result<(ClientId, Credentials), Refusal> {
    let (id, proof) = presented(request, form)?;
    let id = ClientId::parse(&id);
    let found = match &id {
        Some(id) => state.store.credentials(&id.municipality, id.key.as_str()).await?,
        None => None,
    };
    // By client and where it comes from, so that nobody locks out another by using its name; clients that are not there share one bucket
    // for each place, so that no buckets are made of names that somebody invents.
    let of = id.as_ref().filter(|_| found.is_some()).map(ToString::to_string).unwrap_or_default();
    let peer = request.peer_addr().map(|peer| peer.ip().to_string()).unwrap_or_default();
    state.asked.check(&format!("{of} {peer}")).map_err(|_| Refusal::too_many())?;
    match (id, found, proof) {
        (Some(id), Some(found), Proof::Assertion(assertion)) => {
            let (jti, expires) = asserted(&state.issuer, &id, &found.client, &assertion)
                .map_err(|why| Refusal::client(&why.to_string()))?;
            if state.store.use_assertion(&id.municipality, id.key.as_str(), &jti, expires).await? {
                return Ok((id, found));
            }
            Err(Refusal::client("the assertion has been used"))
        }
        (id, found, Proof::Secret(secret)) => {
            let hashes = found.as_ref().map(|found| found.hashes.clone()).unwrap_or_default();
            let turn = tokio::time::timeout(WAITS, state.checking.acquire()).await.map_err(|_| Refusal::busy())?;
            let _turn = turn.map_err(|_| Refusal::busy())?;
            // Off the worker, since it takes a core for a while.
            let holds = actix_web::web::block(move || is_one_of(&secret, &hashes)).await.unwrap_or(false);
            match (id, found) {
                (Some(id), Some(found)) if holds => Ok((id, found)),
                _ => Err(Refusal::client("the secret does not hold")),
            }
        }
        _ => Err(Refusal::client("the client is not known")),
    }
}

/// Who the client says it is, and its proof: one, not several.
fn presented(request: &HttpRequest, form: &Form) -> Result<(String, Proof), Refusal> {
    let basic = match request.headers().get(header::AUTHORIZATION) {
        None => None,
        Some(value) => {
            let pair = value.to_str().ok().and_then(basic);
            Some(pair.ok_or_else(|| Refusal::client("the Basic header cannot be read"))?)
        }
    };
    match (basic, form.get("client_secret"), form.get("client_assertion")) {
        (Some((id, secret)), None, None) if form.get("client_id").is_none_or(|named| named == id) => {
            Ok((id, Proof::Secret(secret)))
        }
        (None, Some(secret), None) => {
            let id = form.get("client_id").ok_or(Refusal::request("client_id is needed beside client_secret."))?;
            Ok((id.to_owned(), Proof::Secret(secret.to_owned())))
        }
        (None, None, Some(assertion)) => {
            if form.get("client_assertion_type") != Some(ASSERTION) {
                let why = "client_assertion_type is urn:ietf:params:oauth:client-assertion-type:jwt-bearer.";
                return Err(Refusal::request(why));
            }
            let id = subject(assertion).ok_or_else(|| Refusal::client("the assertion cannot be read"))?;
            if form.get("client_id").is_some_and(|named| named != id) {
                return Err(Refusal::client("client_id is not the assertion's"));
            }
            Ok((id, Proof::Assertion(assertion.to_owned())))
        }
        (None, None, None) => Err(Refusal::client("no proof is given")),
        _ => Err(Refusal::request("Prove the client in one way: Basic, client_secret or client_assertion.")),
    }
}

/// The two parts of a Basic header, each form-encoded before they were joined (RFC 6749, section 2.3.1).
fn basic(value: &str) -> Option<(String, String)> {
    let (scheme, encoded) = value.split_once(' ')?;
    if !scheme.eq_ignore_ascii_case("basic") {
        return None;
    }
    let pair = String::from_utf8(STANDARD.decode(encoded.trim()).ok()?).ok()?;
    let (id, secret) = pair.split_once(':')?;
    let plain = |text: &str| {
        let text = text.replace('+', " ");
        percent_encoding::percent_decode_str(&text).decode_utf8().ok().map(std::borrow::Cow::into_owned)
    };
    Some((plain(id)?, plain(secret)?))
}

#[derive(Debug, Clone, Deserialize)]
struct Claims {
    sub: String,
    exp: i64,
    jti: String,
}

/// Who an assertion speaks of, before it has been verified: whose keys to look for.
fn subject(assertion: &str) -> Option<String> {
    #[derive(Deserialize)]
    struct Subject {
        sub: String,
    }
    let body = assertion.split('.').nth(1)?;
    let bytes = base64::engine::general_purpose::URL_SAFE_NO_PAD.decode(body).ok()?;
    serde_json::from_slice::<Subject>(&bytes).ok().map(|subject| subject.sub)
}

/// The id and the end of an assertion that holds.
fn asserted(
    issuer: &Issuer,
    id: &ClientId,
    client: &Client,
    assertion: &str,
) -> Result<(String, DateTime<chrono::Utc>), TokenError> {
    let header = token_header(assertion)?;
    let jwk = match header.kid {
        Some(kid) => client.keys.iter().find(|key| key.kid == kid),
        None if client.keys.len() == 1 => client.keys.first(),
        None => None,
    };
    let key = VerifyingKey::from_jwk(jwk.ok_or(TokenError::UnknownKey)?)
        .map_err(|_| TokenError::Broken("the client's key cannot be used"))?;
    let endpoint = format!("{}{TOKEN}", issuer.name());
    let id = id.to_string();
    let required = ["exp", "aud", "iss", "sub"];
    let claims: Claims = key.claims(assertion, (&id, &[issuer.name(), &endpoint]), &required)?;
    let expires = DateTime::from_timestamp(claims.exp, 0).ok_or(TokenError::Broken("exp is not a time"))?;
    if claims.sub != id || claims.jti.is_empty() || claims.jti.len() > 200 {
        return Err(TokenError::Broken("sub or jti does not fit"));
    }
    if expires - chrono::Utc::now() > ASSERTED {
        return Err(TokenError::Broken("the assertion holds for more than ten minutes"));
    }
    // Its id is remembered a little longer than it holds, since clocks differ.
    Ok((claims.jti, expires + TimeDelta::minutes(1)))
}
