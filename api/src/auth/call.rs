//! A call that is let in: who calls, for which municipality, with which right. Nothing of the body is read before that.

use crate::auth::bearer::authenticate;
use crate::auth::perm::Permission;
use crate::bodies::Bodies;
use crate::idempotency;
use crate::personal_numbers::{self, Flagged, Policy};
use crate::problem::{Kind, Problem};
use crate::reply::{Body, ETag, Reply, again};
use crate::state::{BASE, State};
use crate::trace::Trace;
use crate::wire::as_of::AsOf;
use crate::wire::json::from_json;
use crate::wire::parameter::form;
use actix_web::dev::Payload;
use actix_web::http::header;
use actix_web::web::Data;
use actix_web::{FromRequest, HttpMessage, HttpRequest, HttpResponse};
use chrono::NaiveDate;
use futures_util::StreamExt;
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, percent_decode_str, utf8_percent_encode};
use serde::de::DeserializeOwned;
use std::future::Future;
use std::marker::PhantomData;
use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;
use utfall_domain::period::day_in_stockholm;
use utfall_domain::permission::Reach;
use utfall_domain::text::{Code, MunicipalityCode, checked_text};
use utfall_persistence::audit::Actor;
use utfall_persistence::error::StoreError;
use utfall_persistence::idempotency::{answered, keep};
use utfall_persistence::identity::Grant;
use utfall_persistence::scope::Scope;
use utfall_persistence::store::{Store, Writing};

/// What a path may not hold as it is.
const IN_PATH: &AsciiSet = &NON_ALPHANUMERIC.remove(b'/').remove(b'-').remove(b'.').remove(b'_').remove(b'~');

/// How long a body may take to arrive.
const BODY_DEADLINE: Duration = Duration::from_secs(30);

/// How large a body is at most, where a route does not take more: 1 MiB.
pub const SMALL_BODY: usize = 1 << 20;

/// An authorised call.
pub struct Call<P> {
    request: HttpRequest,
    payload: Payload,
    state: Data<State>,
    actor: Arc<Actor>,
    municipality: Option<MunicipalityCode>,
    data_version: Option<i64>,
    body: Vec<u8>,
    permission: PhantomData<P>,
}

impl<P: Permission + 'static> FromRequest for Call<P> {
    type Error = Problem;
    type Future = Pin<Box<dyn Future<Output = Result<Self, Problem>>>>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let (request, payload) = (request.clone(), payload.take());
        Box::pin(async move {
            let state = request.app_data::<Data<State>>().cloned().ok_or_else(internal)?;
            let grant = authenticate(&request, &state).await?;
            state.calls.check(&grant.grant_id).map_err(Problem::too_many)?;
            let municipality = tenant(&request, &grant)?;
            let trace = Trace::id_of(&request);
            let data_version = grant.data_version;
            let (subject, reach) = (grant.subject.clone(), grant.reach.clone());
            let actor = Arc::new(Actor { subject, role: grant.role, reach, trace });
            if let Some(municipality) = &municipality {
                let attempt = Attempt { municipality: municipality.clone(), actor: Arc::clone(&actor) };
                request.extensions_mut().insert(attempt);
            }
            let (body, permission) = (Vec::new(), PhantomData);
            let call = Self { request, payload, state, actor, municipality, data_version, body, permission };
            call.authorise()?;
            call.refuse_stray_query()?;
            Ok(call)
        })
    }
}

/// Who tries what in which municipality, kept beside the request so that a refusal can be recorded where it leaves.
#[derive(Debug, Clone)]
struct Attempt {
    municipality: MunicipalityCode,
    actor: Arc<Actor>,
}

/// Records a refused attempt in the municipality's audit trail. What cannot be recorded is refused all the same.
pub async fn record_refusal(request: &HttpRequest, why: &str) {
    let attempt = request.extensions().get::<Attempt>().cloned();
    let (Some(attempt), Some(state)) = (attempt, request.app_data::<Data<State>>()) else { return };
    let path = percent_decode_str(request.path()).decode_utf8_lossy();
    let under = path.strip_prefix(BASE).and_then(|path| path.splitn(4, '/').nth(3)).unwrap_or_default();
    let action = request.method().as_str().to_lowercase();
    let recorded = state.store.record_refusal(&attempt.municipality, &attempt.actor, &action, under, why).await;
    if let Err(error) = recorded {
        tracing::warn!(%error, "a refused attempt was not recorded");
    }
}

fn internal() -> Problem {
    Problem::new(Kind::Internal, "The service is not set up.")
}

/// The municipality of the path; another's is not there for the caller.
fn tenant(request: &HttpRequest, grant: &Grant) -> Result<Option<MunicipalityCode>, Problem> {
    let Some(code) = request.match_info().get("municipalityCode") else { return Ok(None) };
    match &grant.municipality {
        Some(own) if own != code => Err(Problem::not_found()),
        _ => MunicipalityCode::parse(code).map(Some).map_err(|_| Problem::not_found()),
    }
}

impl<P: Permission> Call<P> {
    fn authorise(&self) -> Result<(), Problem> {
        let role = self.actor.role;
        if role.may(P::RIGHT) {
            return Ok(());
        }
        let detail = format!("The role {} lacks the right {}.", role.code(), P::RIGHT.code());
        Err(Problem::new(Kind::Forbidden, detail))
    }

    /// The request.
    pub const fn request(&self) -> &HttpRequest {
        &self.request
    }

    /// The store.
    pub fn store(&self) -> &Store {
        &self.state.store
    }

    /// Who calls.
    pub fn actor(&self) -> &Actor {
        &self.actor
    }

    /// The municipality of the path.
    pub fn municipality(&self) -> Result<&MunicipalityCode, Problem> {
        self.municipality.as_ref().ok_or_else(Problem::not_found)
    }

    /// The version of the municipality's data, read after the call arrived.
    pub async fn data_version(&self) -> Result<i64, Problem> {
        match self.data_version {
            Some(version) => Ok(version),
            None => self.state.store.data_version(self.municipality()?).await?.ok_or_else(Problem::not_found),
        }
    }

    /// Bodies that are kept while they are current.
    pub fn bodies(&self) -> &Bodies {
        &self.state.bodies
    }

    /// Reads what stands, or what stood at `asOf`.
    pub async fn read<T>(
        &self,
        as_of: Option<AsOf>,
        work: impl AsyncFnOnce(&Scope) -> Result<T, StoreError>,
    ) -> Result<T, Problem> {
        Ok(self.state.store.read(self.municipality()?, as_of.map(|as_of| as_of.0), work).await?)
    }

    /// The day in Stockholm that deadlines are judged on: today, or that of `asOf`.
    pub fn day(&self, as_of: Option<AsOf>) -> NaiveDate {
        day_in_stockholm(as_of.map_or_else(|| self.state.store.now(), |as_of| as_of.0))
    }

    /// Writes: one transaction.
    pub async fn write<T>(&self, work: impl AsyncFn(&mut Writing) -> Result<T, StoreError>) -> Result<T, Problem> {
        Ok(self.state.store.write(self.municipality()?, &self.actor, work).await?)
    }

    /// Creates something once for an idempotency key, and answers it: all in one transaction. The same call again gets the same answer.
    pub async fn once<T, V: Body>(
        &self,
        work: impl AsyncFn(&mut Writing) -> Result<T, StoreError>,
        answer: impl Fn(T) -> Result<Reply<V>, Problem>,
    ) -> Result<HttpResponse, Problem> {
        let asked = idempotency::asked(&self.request, &self.actor.reach, &self.body)?;
        let written = async |w: &mut Writing| {
            if let Some(answered) = answered(w, &asked).await? {
                return Ok((answered, true));
            }
            let done = work(w).await?;
            let reply = answer(done).and_then(|reply| reply.written(&asked.fingerprint));
            let reply = reply.map_err(|problem| StoreError::Corrupt(problem.to_string()))?;
            keep(w, &asked, &reply).await?;
            Ok((reply, false))
        };
        let (answered, is_replayed) = self.write(written).await?;
        if answered.fingerprint == asked.fingerprint {
            Ok(again(&answered, is_replayed))
        } else {
            Err(idempotency::used_otherwise())
        }
    }

    /// An operation without parameters refuses a query too: what is not read is not ignored.
    fn refuse_stray_query(&self) -> Result<(), Problem> {
        if self.request.query_string().is_empty() {
            return Ok(());
        }
        let pattern = self.request.match_pattern().unwrap_or_default();
        let path = pattern.strip_prefix(BASE).unwrap_or(&pattern);
        if self.state.contract.has_query(self.request.method().as_str(), path) {
            return Ok(());
        }
        Err(Problem::bad_request("The operation has no parameters in the query."))
    }

    /// A code from the path.
    pub fn path(&self, name: &str) -> Result<String, Problem> {
        let raw = self.request.match_info().get(name).unwrap_or_default();
        let text = percent_decoded(raw).ok_or_else(Problem::not_found)?;
        match checked_text(&text, 100) {
            // White space around a code makes another code, which nobody has.
            Ok(code) if !code.is_empty() && code.len() == text.len() => Ok(text),
            _ => Err(Problem::not_found()),
        }
    }

    /// A committee code from the path, if the caller reaches it; others are not there.
    pub fn committee(&self) -> Result<String, Problem> {
        let code = self.path("committeeCode")?;
        let code = Code::parse(&code).map_err(|_| Problem::not_found())?.to_string();
        if self.actor.reach.covers(&code) { Ok(code) } else { Err(Problem::not_found()) }
    }

    /// The committees that the caller may see of those asked for; empty means all. A committee out of reach is not there.
    pub fn committees(&self, asked: Option<&str>) -> Result<Vec<String>, Problem> {
        match (&self.actor.reach, asked) {
            (reach, Some(code)) if !reach.covers(code) => Err(Problem::not_found()),
            (_, Some(code)) => Ok(vec![code.to_owned()]),
            (Reach::All, None) => Ok(Vec::new()),
            (Reach::Committees(codes), None) => Ok(codes.clone()),
        }
    }

    /// The query as its type; unknown and repeated parameters are refused, so that a misspelt filter is not ignored.
    pub fn query<T: DeserializeOwned>(&self) -> Result<T, Problem> {
        let text = self.request.query_string();
        if percent_decoded(&text.replace('+', " ")).is_none() {
            return Err(Problem::bad_request("The query is not percent-encoded UTF-8."));
        }
        if personal_numbers::in_query(text) && !self.lets_through(1) {
            return Err(Problem::bad_request("The query holds a personal identity number, which has no place here."));
        }
        for (name, value) in form_urlencoded::parse(text.as_bytes()) {
            if value.is_empty() {
                return Err(Problem::parameter(&name, &value, "is empty: leave it out, or say which"));
            }
            if let Some(Err(why)) = form(&name).map(|form| (form.check)(&value)) {
                return Err(Problem::parameter(&name, &value, &why.to_string()));
            }
        }
        let pairs = serde_urlencoded::Deserializer::new(form_urlencoded::parse(text.as_bytes()));
        serde_path_to_error::deserialize(pairs).map_err(|error| {
            let at = error.path().to_string();
            let reason: String = error.into_inner().to_string().chars().take(300).collect();
            let named = if at == "." { String::new() } else { format!(" at {at}") };
            Problem::bad_request(format!("The query cannot be read{named}: {reason}."))
        })
    }

    /// The version that `If-Match` names; `*` and no header are none.
    pub fn if_match(&self) -> Result<Option<i64>, Problem> {
        let Some(value) = self.request.headers().get(header::IF_MATCH) else { return Ok(None) };
        let text = value.to_str().unwrap_or_default().trim();
        if text == "*" {
            return Ok(None);
        }
        // A weak or foreign tag names no version of ours, and so none that stands.
        Ok(Some(ETag::parse(text).unwrap_or(-1)))
    }

    /// Whether `If-Match` was sent at all.
    pub fn has_if_match(&self) -> bool {
        self.request.headers().contains_key(header::IF_MATCH)
    }

    /// The body's media type, in lower case and without parameters.
    pub fn content_type(&self) -> String {
        let value = self.request.headers().get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok());
        value.unwrap_or_default().split(';').next().unwrap_or_default().trim().to_ascii_lowercase()
    }

    /// The body, refused when its media type is not one of `accepted` or when it is larger than `most` bytes.
    pub async fn body(&mut self, accepted: &[&str], most: usize) -> Result<Vec<u8>, Problem> {
        if !accepted.contains(&self.content_type().as_str()) {
            let detail = format!("Send the body as {} and say so in Content-Type.", accepted.join(" or "));
            return Err(Problem::new(Kind::UnsupportedMediaType, detail));
        }
        if self.request.headers().contains_key(header::CONTENT_ENCODING) {
            return Err(Problem::new(Kind::UnsupportedMediaType, "Compressed bodies are not read; send it as it is."));
        }
        let too_large = || Problem::new(Kind::PayloadTooLarge, format!("The body may be {most} bytes here."));
        let announced = self.request.headers().get(header::CONTENT_LENGTH).and_then(|value| value.to_str().ok());
        let announced: usize = announced.and_then(|text| text.parse().ok()).unwrap_or(0);
        if announced > most {
            return Err(too_large());
        }
        let late = |_| Problem::new(Kind::RequestTimeout, "The body did not arrive within 30 seconds.");
        // The announced length is not believed before the bytes are there.
        let arriving = self.arriving(announced.min(SMALL_BODY), most);
        let bytes = tokio::time::timeout(BODY_DEADLINE, arriving).await.map_err(late)??;
        let is_json = self.content_type() == "application/json";
        let faults = personal_numbers::faults(&bytes, is_json);
        if faults.is_empty() || self.lets_through(faults.len()) {
            Ok(bytes)
        } else {
            Err(personal_numbers::refused(faults, is_json))
        }
    }

    /// Whether personal numbers are let through; then the answer tells of them.
    fn lets_through(&self, count: usize) -> bool {
        tracing::warn!(count, "the call holds personal identity numbers");
        let is_let = self.state.setup.personal_numbers == Policy::Flag;
        if is_let {
            self.request.extensions_mut().insert(Flagged);
        }
        is_let
    }

    async fn arriving(&mut self, expected: usize, most: usize) -> Result<Vec<u8>, Problem> {
        let too_large = || Problem::new(Kind::PayloadTooLarge, format!("The body may be {most} bytes here."));
        let mut bytes = Vec::with_capacity(expected);
        while let Some(chunk) = self.payload.next().await {
            let chunk = chunk.map_err(|_| Problem::bad_request("The body broke off."))?;
            if bytes.len() + chunk.len() > most {
                return Err(too_large());
            }
            bytes.extend_from_slice(&chunk);
        }
        Ok(bytes)
    }

    /// A small JSON body.
    pub async fn json<T: DeserializeOwned>(&mut self) -> Result<T, Problem> {
        self.body = self.body(&["application/json"], SMALL_BODY).await?;
        from_json(&self.body)
    }

    /// The address that links begin with: the public one, or the listed one that was called.
    pub fn base(&self) -> &str {
        let host = self.request.headers().get(header::HOST).and_then(|host| host.to_str().ok());
        self.state.setup.url_for(host)
    }

    /// The absolute address of a path under the API's root.
    pub fn href(&self, path: &str) -> String {
        format!("{}{BASE}{}", self.base(), utf8_percent_encode(path, IN_PATH))
    }

    /// The absolute address of a path under the municipality.
    pub fn municipality_href(&self, path: &str) -> String {
        let code = self.municipality.as_ref().map_or("", MunicipalityCode::as_str);
        self.href(&format!("/municipalities/{code}/{path}"))
    }

    /// The absolute address of this very resource, without its query.
    pub fn own_href(&self) -> String {
        format!("{}{}", self.base(), self.request.path())
    }
}

/// Decodes `%C3%A5`; `None` when it is not UTF-8 or holds a NUL.
fn percent_decoded(text: &str) -> Option<String> {
    let decoded = percent_decode_str(text).decode_utf8().ok()?;
    (!decoded.contains('\0')).then(|| decoded.into_owned())
}
