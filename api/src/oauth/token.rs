//! `POST /oauth2/token`: an access token of five minutes for a client that has proved who it is, and a refresh token where it asks for one.

use super::credentials::{ClientId, proved};
use super::refusal::Refusal;
use super::secret::{digest, random};
use crate::state::State;
use crate::trace::Trace;
use actix_web::http::header;
use actix_web::web::{Data, Payload};
use actix_web::{HttpRequest, HttpResponse, post};
use futures_util::StreamExt;
use serde_json::json;
use std::collections::HashMap;
use std::time::Duration;
use utfall_persistence::audit::Actor;
use utfall_persistence::client::{Credentials, Turned, client_resource};

/// How long an access token holds, in minutes.
const MINUTES: u32 = 5;
/// The largest form that is read, in bytes.
const LARGEST: usize = 16 << 10;
/// How long a form may take to arrive.
const DEADLINE: Duration = Duration::from_secs(10);
/// The scope that asks for a refresh token.
const OFFLINE: &str = "offline_access";

/// The parameters of a request, each at most once.
pub(super) struct Form(HashMap<String, String>);

impl Form {
    fn read(bytes: &[u8]) -> Result<Self, Refusal> {
        let mut found = HashMap::new();
        for (name, value) in form_urlencoded::parse(bytes) {
            if found.insert(name.into_owned(), value.into_owned()).is_some() {
                return Err(Refusal::request("A parameter is given twice."));
            }
        }
        Ok(Self(found))
    }

    /// A parameter; one without a value is none.
    pub(super) fn get(&self, name: &str) -> Option<&str> {
        self.0.get(name).map(String::as_str).filter(|value| !value.is_empty())
    }
}

/// Issues tokens.
#[post("/oauth2/token")]
pub(super) async fn post_token(request: HttpRequest, payload: Payload, state: Data<State>) -> HttpResponse {
    match issue(&request, payload, &state).await {
        Ok(response) => response,
        Err(refusal) => refusal.response(),
    }
}

async fn issue(request: &HttpRequest, payload: Payload, state: &State) -> Result<HttpResponse, Refusal> {
    let arriving = tokio::time::timeout(DEADLINE, arriving(request, payload)).await;
    let form = Form::read(&arriving.map_err(|_| Refusal::request("The body did not arrive in time."))??)?;
    let (id, found) = proved(request, &form, state).await?;
    let refresh = match form.get("grant_type") {
        Some("client_credentials") => begin(state, &form, &id).await?,
        Some("refresh_token") => Some(turn_in(request, state, &form, &id, &found).await?),
        Some(_) => return Err(Refusal::grant_type()),
        None => return Err(Refusal::request("grant_type is needed.")),
    };
    let access = state.issuer.issue(&found.grant, state.store.now(), MINUTES).map_err(|_| Refusal::busy())?;
    let mut body = json!({ "access_token": access, "token_type": "Bearer", "expires_in": MINUTES * 60 });
    if let Some(refresh) = refresh {
        body["refresh_token"] = refresh.into();
        body["scope"] = OFFLINE.into();
    }
    let mut response = HttpResponse::Ok();
    response.insert_header((header::CACHE_CONTROL, "no-store")).insert_header((header::PRAGMA, "no-cache"));
    Ok(response.json(body))
}

async fn arriving(request: &HttpRequest, mut payload: Payload) -> Result<Vec<u8>, Refusal> {
    let content_type = request.headers().get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok());
    let media_type = content_type.unwrap_or_default().split(';').next().unwrap_or_default().trim();
    if !media_type.eq_ignore_ascii_case("application/x-www-form-urlencoded") {
        return Err(Refusal::media_type());
    }
    let mut bytes = Vec::new();
    while let Some(chunk) = payload.next().await {
        bytes.extend_from_slice(&chunk.map_err(|_| Refusal::request("The body broke off."))?);
        if bytes.len() > LARGEST {
            return Err(Refusal::request("The body may be 16 KiB."));
        }
    }
    Ok(bytes)
}

/// A refresh token, if the client asks for one.
async fn begin(state: &State, form: &Form, id: &ClientId) -> Result<Option<String>, Refusal> {
    match form.get("scope") {
        None => return Ok(None),
        Some(OFFLINE) => {}
        Some(_) => return Err(Refusal::scope()),
    }
    let token = random().ok_or_else(Refusal::busy)?;
    state.store.begin_refreshing(&id.municipality, id.key.as_str(), &digest(&token)).await?;
    Ok(Some(token))
}

/// Another refresh token for the one that is turned in. One that has been used before is stolen, or its successor is: none of its family
/// holds any more, and the municipality's audit trail says so.
async fn turn_in(
    request: &HttpRequest,
    state: &State,
    form: &Form,
    id: &ClientId,
    found: &Credentials,
) -> Result<String, Refusal> {
    let presented = form.get("refresh_token").ok_or(Refusal::request("refresh_token is needed."))?;
    let next = random().ok_or_else(Refusal::busy)?;
    let turned = state.store.turn_in(&id.municipality, id.key.as_str(), &digest(presented), &digest(&next)).await?;
    match turned {
        Turned::Anew => Ok(next),
        Turned::Unknown => Err(Refusal::grant("The refresh token does not hold. Ask with client_credentials.")),
        Turned::Reused => {
            let trace = Trace::id_of(request);
            let (role, reach) = (found.grant.role, found.grant.reach.clone());
            let actor = Actor { subject: id.to_string(), role, reach, trace };
            let (of, why) = (client_resource(id.key.as_str()), "A refresh token was used a second time.");
            state.store.record_refusal(&id.municipality, &actor, "reuse-refresh-token", &of, why).await?;
            Err(Refusal::grant("The refresh token was used before; none of its family holds any more."))
        }
    }
}
