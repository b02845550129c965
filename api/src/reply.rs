//! Answers: the representation that is asked for, its version, and whether the caller has it already.

use crate::auth::call::Call;
use crate::auth::perm::Permission;
use crate::idempotency;
use crate::problem::{Kind, Problem};
use crate::wire::csv::{Table, Variant};
use actix_web::body::BoxBody;
use actix_web::http::StatusCode;
use actix_web::http::header::{self, HeaderMap, HeaderValue};
use actix_web::web::Bytes;
use actix_web::{HttpRequest, HttpResponse, HttpResponseBuilder, Responder};
use chrono::NaiveDate;
use serde::Serialize;
use serde_json::Value;
use utfall_persistence::idempotency::Answered;

/// A version as an entity tag: `"12-json"`. The number is the `dataVersion` of the last change.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ETag(pub i64);

impl ETag {
    /// The version of a strong tag of ours.
    pub fn parse(text: &str) -> Option<i64> {
        let inner = text.strip_prefix('"')?.strip_suffix('"')?;
        inner.split('-').next()?.parse().ok()
    }
}

/// What is offered beside JSON.
pub trait Body: Serialize {
    /// Whether it has the form of a table.
    const IS_TABLE: bool = false;
    /// Whether it has the form of a JSON-stat dataset.
    const IS_DATASET: bool = false;

    /// The same content as a table, where it has that form.
    fn table(&self) -> Option<Table> {
        None
    }

    /// The same content as a JSON-stat dataset, where it has that form.
    fn json_stat(&self) -> Option<Value> {
        None
    }
}

/// An answer of a type.
pub struct Reply<T> {
    status: StatusCode,
    body: T,
    version: Option<i64>,
    day: Option<NaiveDate>,
    location: Option<String>,
    is_kept: bool,
}

impl<T: Body> Reply<T> {
    /// 200.
    pub const fn ok(body: T) -> Self {
        Self { status: StatusCode::OK, body, version: None, day: None, location: None, is_kept: true }
    }

    /// 201 with the new resource's address.
    pub fn created(body: T, location: String) -> Self {
        Self { status: StatusCode::CREATED, location: Some(location), ..Self::ok(body) }
    }

    /// 202 with the address where it is held.
    pub fn accepted(body: T, location: String) -> Self {
        Self { status: StatusCode::ACCEPTED, location: Some(location), ..Self::ok(body) }
    }

    /// 201 or 200.
    pub fn put(created: bool, body: T, location: String) -> Self {
        if created { Self::created(body, location) } else { Self::ok(body) }
    }

    /// With its version as `ETag`.
    #[must_use]
    pub fn version(self, version: i64) -> Self {
        Self { version: Some(version), ..self }
    }

    /// Not to be kept by anybody on the way, since it holds a secret.
    #[must_use]
    pub fn unkept(self) -> Self {
        Self { is_kept: false, ..self }
    }

    /// Of a day: what says which deadlines have passed is another answer tomorrow, though no data has changed.
    #[must_use]
    pub fn on(self, day: NaiveDate) -> Self {
        Self { day: Some(day), ..self }
    }
}

impl<T: Body> Reply<T> {
    /// The reply as it is kept for an idempotency key: what is written is answered as JSON.
    pub fn written(self, fingerprint: &str) -> Result<Answered, Problem> {
        let Self { status, body, version, location, .. } = self;
        let bytes = Form::Json.write(&body)?;
        let unreadable = |_| Problem::new(Kind::Internal, "The answer could not be written.");
        Ok(Answered {
            fingerprint: fingerprint.to_owned(),
            status: i16::try_from(status.as_u16()).unwrap_or(200),
            location: location.unwrap_or_default(),
            etag: version.map(|version| Form::Json.etag(version, None)).unwrap_or_default(),
            body: String::from_utf8(bytes.to_vec()).map_err(unreadable)?,
        })
    }
}

/// An answer that is kept, given again or for the first time.
pub fn again(answered: &Answered, is_replayed: bool) -> HttpResponse {
    let status = u16::try_from(answered.status).ok().and_then(|status| StatusCode::from_u16(status).ok());
    let mut response = HttpResponse::build(status.unwrap_or(StatusCode::OK));
    let given = |text: &str| Some(text.to_owned()).filter(|text| !text.is_empty());
    common(&mut response, given(&answered.etag).as_deref());
    if let Some(location) = given(&answered.location) {
        response.insert_header((header::LOCATION, location));
    }
    response.insert_header((idempotency::REPLAYED, if is_replayed { "true" } else { "false" }));
    response.insert_header((header::CONTENT_TYPE, "application/json")).body(answered.body.clone())
}

/// The representation that is asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Form {
    Json,
    JsonStat,
    Csv(Variant),
}

impl Form {
    const fn name(self) -> &'static str {
        match self {
            Self::Json => "json",
            Self::JsonStat => "stat",
            Self::Csv(Variant::Plain) => "csv",
            Self::Csv(Variant::Excel) => "excel",
        }
    }
}

const JSON_STAT: &str = "application/vnd.json-stat+json";

/// The form that `Accept` asks for: the first that is offered, by weight. `text/csv;variant=excel` is Excel's.
fn form(headers: &HeaderMap, tabular: bool, statistical: bool) -> Option<Form> {
    let Some(accept) = headers.get(header::ACCEPT) else { return Some(Form::Json) };
    let accept = accept.to_str().ok()?;
    let mut ranges: Vec<(u32, usize, &str, bool)> = Vec::new();
    for (place, range) in accept.split(',').enumerate() {
        let mut parts = range.split(';').map(str::trim);
        let name = parts.next().unwrap_or_default();
        let (mut weight, mut excel) = (1000, false);
        for part in parts {
            if let Some(q) = part.strip_prefix("q=") {
                weight = thousandths(q);
            }
            excel |= part.eq_ignore_ascii_case("variant=excel");
        }
        ranges.push((weight, place, name, excel));
    }
    ranges.sort_by_key(|(weight, place, ..)| (std::cmp::Reverse(*weight), *place));
    ranges.into_iter().filter(|(weight, ..)| *weight > 0).find_map(|(_, _, name, excel)| {
        match name.to_ascii_lowercase().as_str() {
            "application/json" | "application/*" | "*/*" | "" => Some(Form::Json),
            JSON_STAT if statistical => Some(Form::JsonStat),
            "text/csv" | "text/*" if tabular => Some(Form::Csv(if excel { Variant::Excel } else { Variant::Plain })),
            _ => None,
        }
    })
}

/// `0.8` as 800.
fn thousandths(q: &str) -> u32 {
    let (whole, decimals) = q.split_once('.').unwrap_or((q, ""));
    let decimals: u32 = format!("{decimals:0<3.3}").parse().unwrap_or(0);
    whole.parse::<u32>().unwrap_or(0).min(1) * 1000 + if whole == "1" { 0 } else { decimals }
}

impl<T: Body> Responder for Reply<T> {
    type Body = BoxBody;

    fn respond_to(self, request: &HttpRequest) -> HttpResponse {
        let Self { status, body, version, day, location, is_kept } = self;
        // What is written is written: only a read may be refused for its form.
        let otherwise = (!request.method().is_safe()).then_some(Form::Json);
        let form = match (offered(request, T::IS_TABLE, T::IS_DATASET), otherwise) {
            (Ok(form), _) | (Err(_), Some(form)) => form,
            (Err(problem), None) => return problem.response(request.path()),
        };
        let etag = version.map(|version| form.etag(version, day));
        if request.method().is_safe() && etag.as_deref().is_some_and(|etag| known(request, etag)) {
            return not_modified(etag.as_deref());
        }
        let bytes = match form.write(&body) {
            Ok(bytes) => bytes,
            Err(problem) => return problem.response(request.path()),
        };
        let mut response = HttpResponse::build(status);
        common(&mut response, etag.as_deref());
        if let Some(location) = location {
            response.insert_header((header::LOCATION, location));
        }
        if !is_kept {
            response.insert_header((header::CACHE_CONTROL, "no-store"));
        }
        form.describe(&mut response, request);
        response.body(bytes)
    }
}

/// The form that is asked for, of those that there are.
fn offered(request: &HttpRequest, tabular: bool, statistical: bool) -> Result<Form, Problem> {
    form(request.headers(), tabular, statistical).ok_or_else(|| {
        let offered = match (tabular, statistical) {
            (_, true) => "application/json, text/csv and application/vnd.json-stat+json",
            (true, false) => "application/json and text/csv",
            (false, false) => "application/json",
        };
        Problem::new(Kind::NotAcceptable, format!("It is offered as {offered}."))
    })
}

fn not_modified(etag: Option<&str>) -> HttpResponse {
    let mut response = HttpResponse::NotModified();
    common(&mut response, etag);
    response.finish()
}

impl Form {
    /// The tag of a version in this form.
    fn etag(self, version: i64, day: Option<NaiveDate>) -> String {
        let day = day.map(|day| format!("-{day}")).unwrap_or_default();
        format!("\"{version}-{}{day}\"", self.name())
    }

    /// The headers that say what a body is.
    fn describe(self, response: &mut HttpResponseBuilder, request: &HttpRequest) {
        match self {
            Self::Json => response.insert_header((header::CONTENT_TYPE, "application/json")),
            Self::JsonStat => response.insert_header((header::CONTENT_TYPE, JSON_STAT)),
            Self::Csv(_) => {
                let name = request.path().rsplit('/').next().unwrap_or("utfall");
                let name: String = name.chars().filter(|c| c.is_ascii_alphanumeric() || *c == '-').collect();
                response
                    .insert_header((header::CONTENT_TYPE, "text/csv; charset=utf-8"))
                    .insert_header((header::CONTENT_DISPOSITION, format!("attachment; filename=\"{name}.csv\"")))
            }
        };
    }

    /// A body in this form.
    fn write(self, body: &impl Body) -> Result<Bytes, Problem> {
        let other = match self {
            Self::Json => None,
            Self::JsonStat => body.json_stat().map(|dataset| dataset.to_string().into()),
            Self::Csv(variant) => body.table().map(|table| table.write(variant).into()),
        };
        match other {
            Some(bytes) => Ok(bytes),
            None => serde_json::to_vec(body).map(Bytes::from).map_err(|error| {
                tracing::error!(%error, "an answer could not be written");
                Problem::new(Kind::Internal, "The answer could not be written.")
            }),
        }
    }
}

/// Answers a read of a municipality's data from a kept body while it is current, and makes it where there is none.
///
/// The answer must depend on nothing but the data, the address and the form: not on who asks, and not on the time.
pub async fn current<P: Permission, T: Body>(
    call: &Call<P>,
    make: impl AsyncFnOnce() -> Result<Reply<T>, Problem>,
) -> Result<HttpResponse, Problem> {
    let request = call.request();
    let form = offered(request, T::IS_TABLE, T::IS_DATASET)?;
    let mut asked = String::with_capacity(200);
    asked.push_str(form.name());
    asked.push_str(call.base());
    asked.push_str(request.uri().path_and_query().map_or("", |path| path.as_str()));
    let version = call.data_version().await?;
    let kept = match call.bodies().current(&asked, version) {
        Some(kept) => kept,
        None => {
            let Reply { body, version, .. } = make().await?;
            let version = version.unwrap_or_default();
            let bytes = form.write(&body)?;
            call.bodies().keep(asked, version, form.etag(version, None), &bytes)
        }
    };
    if known(request, &kept.etag) {
        return Ok(not_modified(Some(&kept.etag)));
    }
    let mut response = HttpResponse::Ok();
    common(&mut response, Some(&kept.etag));
    form.describe(&mut response, request);
    Ok(response.body(kept.body.clone()))
}

/// Answers as [`current`] does where the answer is the same for all who may ask, and makes it anew where it is not.
pub async fn current_if<P: Permission, T: Body>(
    is_the_same_for_all: bool,
    call: &Call<P>,
    make: impl AsyncFnOnce() -> Result<Reply<T>, Problem>,
) -> Result<HttpResponse, Problem> {
    if is_the_same_for_all { current(call, make).await } else { Ok(make().await?.respond_to(call.request())) }
}

fn common(response: &mut HttpResponseBuilder, etag: Option<&str>) {
    response
        .insert_header((header::CACHE_CONTROL, "private, no-cache"))
        .insert_header((header::VARY, "Accept, Authorization"));
    if let Some(etag) = etag.and_then(|etag| HeaderValue::from_str(etag).ok()) {
        response.insert_header((header::ETAG, etag));
    }
}

/// Whether `If-None-Match` names the tag, weakly compared.
fn known(request: &HttpRequest, etag: &str) -> bool {
    let value = request.headers().get(header::IF_NONE_MATCH).and_then(|value| value.to_str().ok());
    value.is_some_and(|value| {
        value.split(',').map(str::trim).any(|tag| tag == "*" || tag.strip_prefix("W/").unwrap_or(tag) == etag)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn asked(accept: &str, tabular: bool) -> Option<Form> {
        let mut headers = HeaderMap::new();
        headers.insert(header::ACCEPT, HeaderValue::from_str(accept).unwrap());
        form(&headers, tabular, tabular)
    }

    #[test]
    fn the_form_is_the_first_offered_by_weight() {
        assert_eq!(asked("text/csv;q=0.5, application/json", true), Some(Form::Json));
        assert_eq!(asked("text/csv, application/json;q=0.9", true), Some(Form::Csv(Variant::Plain)));
        assert_eq!(asked("text/csv; variant=excel", true), Some(Form::Csv(Variant::Excel)));
        assert_eq!(asked("text/csv", false), None);
        assert_eq!(asked("application/vnd.json-stat+json", true), Some(Form::JsonStat));
        assert_eq!(asked("image/png, */*;q=0.1", false), Some(Form::Json));
        assert_eq!(asked("application/json;q=0", false), None);
    }

    #[test]
    fn a_tag_names_its_version() {
        assert_eq!(ETag::parse("\"12-json\""), Some(12));
        assert_eq!(ETag::parse("\"12-json-2018-10-06\""), Some(12));
        assert_eq!(ETag::parse("W/\"12-json\""), None);
    }
}
