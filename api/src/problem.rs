//! Every error on the wire is one of these: RFC 9457 problem details, with the same five members always.
//!
//! The table is [`Kind`]: status, type and title. Detail is written by us, never by a library, and says nothing that
//! would help somebody who should not be here.

use actix_web::http::StatusCode;
use actix_web::http::header;
use actix_web::{HttpResponse, ResponseError};
use serde::Serialize;
use std::fmt;
use utfall_domain::row_error::{Fault, RowError};
use utfall_persistence::error::{ControlTotalRefusal, LockedCommittee, Refusal, StoreError};
use utoipa::ToSchema;

use crate::contract::words;
use crate::wire::amount::Amount;

/// The kinds of problem, each with its status and title.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// The request cannot be read: body, query or path.
    BadRequest,
    /// No token, or one that does not hold.
    Unauthorized,
    /// The token holds, and its role or committees do not allow this.
    Forbidden,
    /// No such path, or no such thing in this municipality.
    NotFound,
    /// The path has other methods.
    MethodNotAllowed,
    /// None of the media types that are asked for exists.
    NotAcceptable,
    /// The head or the body did not arrive in time.
    RequestTimeout,
    /// The state does not allow it.
    Conflict,
    /// The month is locked.
    Locked,
    /// `If-Match` names another version.
    PreconditionFailed,
    /// The body is larger than the route takes.
    PayloadTooLarge,
    /// The address is longer than 2,048 characters.
    UriTooLong,
    /// The body's media type is missing or not one that the route reads.
    UnsupportedMediaType,
    /// The body is readable, and rows or fields break the rules.
    Invalid,
    /// Stated totals differ from the rows.
    ControlTotals,
    /// `If-Match` is needed to change what exists.
    PreconditionRequired,
    /// The client calls more often than it may.
    TooManyRequests,
    /// A fault of ours.
    Internal,
    /// The database is busy or away.
    Unavailable,
}

impl Kind {
    /// Its status, the last word of its type, and its title.
    pub(crate) const fn row(self) -> (StatusCode, &'static str, &'static str) {
        match self {
            Self::BadRequest => (StatusCode::BAD_REQUEST, "bad-request", "The request cannot be read"),
            Self::Unauthorized => (StatusCode::UNAUTHORIZED, "unauthorized", "A valid bearer token is needed"),
            Self::Forbidden => (StatusCode::FORBIDDEN, "forbidden", "The token does not give this right"),
            Self::NotFound => (StatusCode::NOT_FOUND, "not-found", "There is no such resource"),
            Self::MethodNotAllowed => {
                (StatusCode::METHOD_NOT_ALLOWED, "method-not-allowed", "The resource has no such method")
            }
            Self::NotAcceptable => {
                (StatusCode::NOT_ACCEPTABLE, "not-acceptable", "None of the accepted media types is offered")
            }
            Self::RequestTimeout => {
                (StatusCode::REQUEST_TIMEOUT, "request-timeout", "The request did not arrive in time")
            }
            Self::Conflict => (StatusCode::CONFLICT, "conflict", "The state of the resource does not allow it"),
            Self::Locked => (StatusCode::CONFLICT, "month-locked", "The month is locked"),
            Self::PreconditionFailed => {
                (StatusCode::PRECONDITION_FAILED, "precondition-failed", "The resource has another version")
            }
            Self::PayloadTooLarge => (StatusCode::PAYLOAD_TOO_LARGE, "payload-too-large", "The body is too large"),
            Self::UriTooLong => (StatusCode::URI_TOO_LONG, "uri-too-long", "The address is too long"),
            Self::UnsupportedMediaType => {
                (StatusCode::UNSUPPORTED_MEDIA_TYPE, "unsupported-media-type", "The media type is not read here")
            }
            Self::Invalid => (StatusCode::UNPROCESSABLE_ENTITY, "invalid", "Rows or fields break the rules"),
            Self::ControlTotals => {
                (StatusCode::UNPROCESSABLE_ENTITY, "control-totals", "Stated totals differ from the rows")
            }
            Self::PreconditionRequired => {
                (StatusCode::PRECONDITION_REQUIRED, "precondition-required", "If-Match is needed")
            }
            Self::TooManyRequests => {
                (StatusCode::TOO_MANY_REQUESTS, "too-many-requests", "The client calls more often than it may")
            }
            Self::Internal => (StatusCode::INTERNAL_SERVER_ERROR, "internal", "Something failed on our side"),
            Self::Unavailable => {
                (StatusCode::SERVICE_UNAVAILABLE, "unavailable", "The service is busy or its database is away")
            }
        }
    }
}

/// A problem on its way to the caller.
#[derive(Debug, Clone)]
pub struct Problem {
    kind: Kind,
    detail: String,
    errors: Vec<RowError>,
    more: More,
    pointers: Pointers,
}

/// How the faults of a JSON body point into it.
#[derive(Debug, Clone, Copy)]
enum Pointers {
    /// They do not.
    None,
    /// By row and field of its list of that name.
    List(&'static str),
    /// By field, which is the pointer itself.
    Document,
}

/// What some problems carry beside the rows.
#[derive(Debug, Clone)]
enum More {
    Nothing,
    ControlTotals(Vec<ControlTotalRefusal>),
    Locked(Vec<LockedCommittee>),
    Committees(Vec<String>),
    Pointer(String),
    Allow(String),
    Wait(u64),
}

/// What is wrong with a parameter, of which a long value is told by its beginning.
fn said_of(name: &str, value: &str, reason: &str) -> String {
    let shortened: String = value.chars().take(100).collect();
    format!("The parameter {name} is {shortened:?}, which {reason}.")
}

impl Problem {
    /// A problem of a kind, with a sentence for the reader.
    pub fn new(kind: Kind, detail: impl Into<String>) -> Self {
        Self { kind, detail: detail.into(), errors: Vec::new(), more: More::Nothing, pointers: Pointers::None }
    }

    /// The request cannot be read.
    pub fn bad_request(detail: impl Into<String>) -> Self {
        Self::new(Kind::BadRequest, detail)
    }

    /// A value of the query or path that cannot be read.
    pub fn parameter(name: &str, value: &str, reason: &str) -> Self {
        Self::bad_request(said_of(name, value, reason))
    }

    /// The value of a parameter that must be said. The profile leaves every parameter optional (FNS.05), so that it is a rule's refusal.
    pub fn needed<T>(name: &str, value: Option<T>) -> Result<T, Self> {
        value.ok_or_else(|| {
            let errors = vec![RowError::whole(name, "", Fault::Missing, "is needed")];
            Self { errors, ..Self::new(Kind::Invalid, format!("The parameter {name} is needed.")) }
        })
    }

    /// A parameter of the form that the contract says, which breaks a rule.
    pub fn unfit_parameter(name: &str, value: &str, reason: &str) -> Self {
        let errors = vec![RowError::whole(name, value, Fault::Format, reason)];
        Self { errors, ..Self::new(Kind::Invalid, said_of(name, value, reason)) }
    }

    /// No such thing.
    pub fn not_found() -> Self {
        Self::new(Kind::NotFound, "There is no such resource, or it is not yours to see.")
    }

    /// Rows or fields that break the rules.
    pub fn invalid(errors: Vec<RowError>) -> Self {
        let detail = match errors.as_slice() {
            [one] => format!("Nothing is stored: {one}."),
            many => format!("Nothing is stored: {} faults are listed in errors.", many.len()),
        };
        Self { errors, ..Self::new(Kind::Invalid, detail) }
    }

    /// A body that is broken at a place.
    pub fn at_pointer(detail: impl Into<String>, pointer: Option<String>) -> Self {
        Self { more: pointer.map_or(More::Nothing, More::Pointer), ..Self::bad_request(detail) }
    }

    /// Rows of a JSON body: their faults point into its list of that name.
    #[must_use]
    pub fn in_list(self, list: &'static str) -> Self {
        Self { pointers: Pointers::List(list), ..self }
    }

    /// A JSON document: the fields of its faults are where in it they are.
    #[must_use]
    pub fn in_document(self) -> Self {
        Self { pointers: Pointers::Document, ..self }
    }

    /// A client that must wait for so many seconds.
    pub fn too_many(seconds: u64) -> Self {
        let detail = format!("Wait for {seconds} s; calls that are made meanwhile are not served.");
        Self { more: More::Wait(seconds), ..Self::new(Kind::TooManyRequests, detail) }
    }

    /// The methods that the path does have.
    pub fn method_not_allowed(allow: String) -> Self {
        let detail = format!("The resource answers to {allow}.");
        Self { more: More::Allow(allow), ..Self::new(Kind::MethodNotAllowed, detail) }
    }

    /// The kind.
    pub const fn kind(&self) -> Kind {
        self.kind
    }
}

impl From<Refusal> for Problem {
    fn from(refusal: Refusal) -> Self {
        match refusal {
            Refusal::NotFound => Self::not_found(),
            Refusal::Stale => Self::new(
                Kind::PreconditionFailed,
                "If-Match names another version than the one that stands. Read the resource again.",
            ),
            Refusal::Unconditional => {
                Self::new(Kind::PreconditionRequired, "Send If-Match with the ETag of what you change.")
            }
            Refusal::Forbidden(sentence) => Self::new(Kind::Forbidden, format!("Nothing is changed: {sentence}.")),
            Refusal::Rows(errors) => Self::invalid(errors),
            Refusal::ControlTotals(totals) => {
                let errors: Vec<RowError> = totals.iter().map(|total| total.error.clone()).collect();
                let detail = match errors.as_slice() {
                    [one] => format!("Nothing is stored: {one}."),
                    many => format!("Nothing is stored: {} stated totals differ from the rows.", many.len()),
                };
                Self { errors, more: More::ControlTotals(totals), ..Self::new(Kind::ControlTotals, detail) }
            }
            Refusal::Locked(locked) => {
                let named: Vec<String> =
                    locked.iter().map(|lock| format!("{} in {}", lock.committee, lock.period)).collect();
                let detail = format!(
                    "Nothing is stored: amounts would change that are locked, of {}. Unlock them first; a posting may be sent with onLocked=keep, which leaves them as they were.",
                    named.join(", ")
                );
                Self { more: More::Locked(locked), ..Self::new(Kind::Locked, detail) }
            }
            Refusal::OutsideGrant(committees) => {
                let detail = format!(
                    "Nothing is stored: the delivery, or the revision that it would replace, has entries of committees that the token does not reach: {}.",
                    committees.join(", ")
                );
                Self { more: More::Committees(committees), ..Self::new(Kind::Forbidden, detail) }
            }
            Refusal::Conflict(sentence) => Self::new(Kind::Conflict, format!("Nothing is changed: {sentence}.")),
        }
    }
}

impl From<StoreError> for Problem {
    fn from(error: StoreError) -> Self {
        match error {
            StoreError::Refused(refusal) => refusal.into(),
            StoreError::Unavailable(_) | StoreError::Contended => {
                tracing::warn!(error = %error, "the database is busy or away");
                Self::new(Kind::Unavailable, "Nothing is stored. The same call may be made again in a moment.")
            }
            StoreError::Corrupt(_) | StoreError::Backend(_) => {
                tracing::error!(error = %error, "the store failed");
                Self::new(Kind::Internal, "Nothing is stored. The fault is logged under the trace of this call.")
            }
        }
    }
}

/// Ett fel enligt RFC 9457. A problem as of RFC 9457: the same members on every error.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(example = json!({
    "type": "https://utfall.example/problems/invalid", "title": "Rows or fields break the rules", "status": 422,
    "detail": "Nothing is stored: row 3: account \"9999\" is not in the municipality's accounts.",
    "instance": "/utfall/v1/municipalities/0580/outcomes/2018-08/ledger",
    "errors": [{"row": 3, "line": 4, "field": "account", "value": "9999", "fault": "unknown-code",
                "reason": "is not in the municipality's accounts", "pointer": "/entries/2/account"}]
}))]
pub struct ProblemView {
    /// Feltypens adress. Which problem, as an address that stays the same.
    #[serde(rename = "type")]
    #[schema(format = "uri")]
    pub kind: String,
    /// Feltypens namn. The type in words.
    pub title: String,
    /// HTTP-status. The status code.
    pub status: u16,
    /// Vad som gick fel här. What went wrong this time.
    pub detail: String,
    /// Anropets sökväg. The path that was called.
    pub instance: String,
    /// Fel rad för rad. Every fault, by row and field.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub errors: Vec<FaultView>,
    /// Plats i en JSON-kropp. Where in a JSON body it went wrong, as a JSON pointer.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub pointer: Option<String>,
    /// Kontrollsummor som inte stämmer. Stated totals that differ from the rows, in kr.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub control_totals: Vec<ControlTotalView>,
    /// Låsta nämnder. The committees whose month is locked.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub locks: Vec<LockedView>,
    /// Nämnder utanför behörigheten. Committees that the token does not reach.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub committees: Vec<String>,
}

/// Ett fel på en rad. One fault of a row or a field.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(example = json!({"row": 3, "line": 4, "field": "account", "value": "9999", "fault": "unknown-code",
                          "reason": "is not in the municipality's accounts", "pointer": "/entries/2/account"}))]
pub struct FaultView {
    /// Radens nummer från 1. The data row from 1; absent when it concerns the whole.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub row: Option<u32>,
    /// Filens rad. The line of the file, where it has lines.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub line: Option<u32>,
    /// Fältet. The field.
    pub field: String,
    /// Värdet som skickades. The value as it was sent.
    pub value: String,
    /// Felets slag. What kind of fault: format, missing, unknown-code, invalid-code, conflict, control-total, outside-grant or bounds.
    #[schema(extensions(("x-enum" = json!(words::FAULTS))))]
    pub fault: String,
    /// Varför. Why it cannot be taken, to be read after the value.
    pub reason: String,
    /// Plats i en JSON-kropp. Where in a JSON body.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub pointer: Option<String>,
}

impl From<RowError> for FaultView {
    fn from(error: RowError) -> Self {
        let RowError { row, line, field, value, fault, reason } = error;
        Self { row, line, field, value, fault: fault.code().into(), reason, pointer: None }
    }
}

/// En kontrollsumma. A stated total and what the rows sum to, in kr and in the delivery's sign.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(example = json!({"key": "net", "stated": 289_830_000, "computed": 290_371_000, "difference": 541_000}))]
pub struct ControlTotalView {
    /// Vilken summa. Which total.
    pub key: String,
    /// Som uppgiven. As stated.
    pub stated: Amount,
    /// Som raderna ger. As the rows sum.
    pub computed: Amount,
    /// Skillnaden. Computed less stated.
    pub difference: Amount,
}

/// En låst månad. A committee's locked month.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(example = json!({"period": "2018-08", "committee": "SN"}))]
pub struct LockedView {
    /// Månaden. The month.
    pub period: String,
    /// Nämnden. The committee.
    pub committee: String,
}

impl Problem {
    /// The problem as it is sent for a path.
    fn view(&self, instance: &str) -> ProblemView {
        let (status, slug, title) = self.kind.row();
        let mut view = ProblemView {
            kind: format!("https://utfall.example/problems/{slug}"),
            title: title.into(),
            status: status.as_u16(),
            detail: self.detail.clone(),
            instance: instance.into(),
            errors: self.errors.iter().map(|error| self.fault(error)).collect(),
            pointer: None,
            control_totals: Vec::new(),
            locks: Vec::new(),
            committees: Vec::new(),
        };
        match &self.more {
            More::Nothing | More::Allow(_) | More::Wait(_) => {}
            More::ControlTotals(totals) => view.control_totals = totals.iter().map(control_total).collect(),
            More::Locked(locked) => {
                let lock = |lock: &LockedCommittee| LockedView {
                    period: lock.period.clone(),
                    committee: lock.committee.clone(),
                };
                view.locks = locked.iter().map(lock).collect();
            }
            More::Committees(committees) => view.committees.clone_from(committees),
            More::Pointer(pointer) => view.pointer = Some(pointer.clone()),
        }
        view
    }

    fn fault(&self, error: &RowError) -> FaultView {
        let row = error.row.and_then(|row| row.checked_sub(1));
        let pointer = match self.pointers {
            Pointers::None => None,
            Pointers::List(list) => row.map(|row| format!("/{list}/{row}/{}", error.field)),
            Pointers::Document => Some(format!("/{}", error.field)),
        };
        FaultView { pointer, ..error.clone().into() }
    }

    /// The response for a path.
    pub fn response(&self, instance: &str) -> HttpResponse {
        let (status, ..) = self.kind.row();
        let body = serde_json::to_string(&self.view(instance)).unwrap_or_default();
        let mut response = HttpResponse::build(status);
        response
            .insert_header((header::CONTENT_TYPE, "application/problem+json"))
            .insert_header((header::CACHE_CONTROL, "no-store"));
        match self.kind {
            Kind::Unauthorized => {
                response.insert_header((header::WWW_AUTHENTICATE, "Bearer realm=\"utfall\""));
            }
            Kind::Unavailable => {
                response.insert_header((header::RETRY_AFTER, "2"));
            }
            _ => {}
        }
        match &self.more {
            More::Allow(allow) => drop(response.insert_header((header::ALLOW, allow.as_str()))),
            More::Wait(seconds) => drop(response.insert_header((header::RETRY_AFTER, seconds.to_string()))),
            _ => {}
        }
        response.body(body)
    }
}

fn control_total(total: &ControlTotalRefusal) -> ControlTotalView {
    ControlTotalView {
        key: total.key.clone(),
        stated: total.stated.into(),
        computed: total.computed.into(),
        difference: total.difference.into(),
    }
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.detail)
    }
}

impl ResponseError for Problem {
    fn status_code(&self) -> StatusCode {
        self.kind.row().0
    }

    /// The path is filled in by [`crate::fallback::frame`], which knows the request.
    fn error_response(&self) -> HttpResponse {
        let mut response = self.response("");
        response.extensions_mut().insert(self.clone());
        response
    }
}
