//! The problems of the contract: one table of status, kind and words, and which operations may answer which.

use crate::problem::Kind;
use serde_json::{Map, Value, json};

/// A problem that operations may answer.
struct Row {
    status: &'static str,
    name: &'static str,
    kind: Kind,
    words: &'static str,
}

const fn row(status: &'static str, name: &'static str, kind: Kind, words: &'static str) -> Row {
    Row { status, name, kind, words }
}

const ROWS: [Row; 17] = [
    row("400", "BadRequest", Kind::BadRequest, "Anropet kan inte läsas. The request cannot be read."),
    row("401", "Unauthorized", Kind::Unauthorized, "En giltig token saknas. A valid token is missing."),
    row("403", "Forbidden", Kind::Forbidden, "Rättigheten saknas. The right is missing."),
    row("404", "NotFound", Kind::NotFound, "Finns inte, eller är inte din att se. Not there, or not yours to see."),
    row("405", "MethodNotAllowed", Kind::MethodNotAllowed, "Metoden finns inte här. The resource has no such method."),
    row(
        "406",
        "NotAcceptable",
        Kind::NotAcceptable,
        "Inget av formaten i Accept erbjuds. None of the accepted media types is offered.",
    ),
    row(
        "409",
        "Conflict",
        Kind::Conflict,
        "Tillståndet tillåter det inte, till exempel en låst månad. The state does not allow it, such as a locked month.",
    ),
    row("412", "PreconditionFailed", Kind::PreconditionFailed, "En annan version gäller. Another version stands."),
    row("413", "PayloadTooLarge", Kind::PayloadTooLarge, "Kroppen är för stor. The body is too large."),
    row("414", "UriTooLong", Kind::UriTooLong, "Adressen är för lång. The address is too long."),
    row(
        "415",
        "UnsupportedMediaType",
        Kind::UnsupportedMediaType,
        "Content-Type saknas eller läses inte. The media type is missing or not read.",
    ),
    row(
        "422",
        "Invalid",
        Kind::Invalid,
        "Rader eller fält bryter mot reglerna; alla är listade. Rows or fields break the rules; all are listed.",
    ),
    row(
        "428",
        "PreconditionRequired",
        Kind::PreconditionRequired,
        "Det som finns ändras med If-Match. Changing what exists takes If-Match.",
    ),
    row(
        "429",
        "TooManyRequests",
        Kind::TooManyRequests,
        "För många anrop; vänta som Retry-After säger. Too many calls; wait as Retry-After says.",
    ),
    row("500", "Internal", Kind::Internal, "Fel hos oss. A fault of ours."),
    row("503", "Unavailable", Kind::Unavailable, "Upptagen; försök igen strax. Busy; try again in a moment."),
    row("default", "Other", Kind::RequestTimeout, "Annat fel, i samma form. Any other problem, in the same form."),
];

/// What decides which problems an operation may answer.
#[expect(clippy::struct_excessive_bools, reason = "independent facts of an operation, each named where it is read")]
pub(super) struct Traits {
    /// It needs no token and asks no database.
    pub is_open: bool,
    /// It takes a body.
    pub has_body: bool,
    /// It heeds `If-Match`: it replaces what is at its address, or acts on what somebody has read.
    pub heeds_if_match: bool,
    /// It refuses to change what exists without `If-Match`.
    pub needs_if_match: bool,
    /// It is about the ledger, whose months may be locked.
    pub is_ledger: bool,
    /// A parameter of its query may have its form and break a rule.
    pub has_a_rule: bool,
    /// It answers one media type only, whatever is accepted.
    pub is_file: bool,
}

impl Traits {
    fn may(&self, status: &str) -> bool {
        match status {
            "400" | "401" | "403" | "404" | "429" | "503" => !self.is_open,
            "406" => !self.is_file,
            "409" => self.has_body && self.is_ledger,
            "412" => self.heeds_if_match,
            "413" | "415" => self.has_body,
            "422" => self.has_body || self.has_a_rule,
            "428" => self.needs_if_match,
            _ => true,
        }
    }
}

/// Adds the problems that an operation may answer beside those that its handler names.
pub(super) fn add(responses: &mut Map<String, Value>, traits: &Traits) {
    for Row { status, name, .. } in ROWS.iter().filter(|row| traits.may(row.status)) {
        responses.entry(*status).or_insert_with(|| json!({ "$ref": format!("#/components/responses/{name}") }));
    }
}

/// The responses that operations refer to.
pub(super) fn components() -> Value {
    let mut responses = Map::new();
    for Row { name, kind, words, .. } in &ROWS {
        let (status, slug, title) = kind.row();
        let example = json!({
            "type": format!("https://utfall.example/problems/{slug}"), "title": title, "status": status.as_u16(),
            "detail": format!("{title}."), "instance": "/utfall/v1/municipalities/0580"
        });
        let response = json!({
            "description": words,
            "headers": headers(*kind),
            "content": { "application/problem+json": {
                "schema": { "$ref": "#/components/schemas/Problem" }, "example": example
            } }
        });
        responses.insert((*name).to_owned(), response);
    }
    let not_modified = json!({
        "description": "Oförändrad sedan If-None-Match. Not modified since If-None-Match.",
        "headers": {
            "traceparent": { "$ref": "#/components/headers/Traceparent" },
            "ETag": { "$ref": "#/components/headers/ETag" }
        }
    });
    responses.insert("NotModified".into(), not_modified);
    Value::Object(responses)
}

fn headers(kind: Kind) -> Value {
    let mut headers = json!({ "traceparent": { "$ref": "#/components/headers/Traceparent" } });
    let own = match kind {
        Kind::Unauthorized => Some("WWW-Authenticate"),
        Kind::MethodNotAllowed => Some("Allow"),
        Kind::Unavailable | Kind::TooManyRequests => Some("Retry-After"),
        _ => None,
    };
    if let Some(name) = own {
        headers[name] = json!({ "$ref": format!("#/components/headers/{name}") });
    }
    headers
}
