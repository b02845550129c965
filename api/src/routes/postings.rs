//! Postings: every revision, its entries, what it changed, its file; withdrawal, and release from quarantine.

use super::entries::{EntriesView, EntryQuery, entries};
use super::example;
use super::posting_input::PostingInput;
use super::receipt::{PostingView, ReceiptView, posting_view, receipt_view};
use crate::auth::call::Call;
use crate::auth::perm::{self, Permission};
use crate::contract::words;
use crate::problem::Problem;
use crate::reply::{Body, Reply};
use crate::wire::as_of::{AsOf, AsOfQuery};
use crate::wire::link::{Link, Links};
use crate::wire::page::{Page, PageMeta};
use actix_web::http::header;
use actix_web::{HttpResponse, get};
use serde::{Deserialize, Serialize};
use utfall_domain::permission::Reach;
use utfall_domain::posting::Kind;
use utfall_persistence::error::Refusal;
use utfall_persistence::posting::{self, HeldPosting, PostingFilter};
use utoipa::{IntoParams, ToSchema};
use utoipa_actix_web::service_config::ServiceConfig;

pub(super) fn configure(config: &mut ServiceConfig) {
    config.service(list_postings).service(get_posting).service(list_posting_entries).service(get_posting_file);
}

/// Vilka leveranser. Which postings.
#[derive(Deserialize, IntoParams)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct PostingQuery {
    /// Slag: outcome, budget eller forecast. The kind.
    #[param(inline, value_type = Option<words::Kinds>)]
    kind: Option<String>,
    /// Månad eller år. A month, or a year.
    period: Option<String>,
    /// Källa. The source.
    source: Option<String>,
    /// Bara de som gäller. Only those that stand.
    standing: Option<bool>,
    /// Som registrerat då: en tidpunkt, eller slutet av ett datum. As recorded then: at a moment, or at the end of a date (2018-12-31).
    #[param(value_type = Option<String>)]
    as_of: Option<AsOf>,
    /// Sida, från 1. The page, from 1.
    #[param(default = 1, minimum = 0)]
    page: Option<i64>,
    /// Antal per sida. How many a page holds.
    #[param(default = 20, minimum = 1, maximum = 1000)]
    limit: Option<i64>,
}

/// En sida leveranser. A page of postings, newest first.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(example = json!({"postings": [], "meta": {"totalRecords": 0, "page": 1, "limit": 20, "count": 0}, "_links": {}}))]
struct PostingPage {
    /// Leveranserna. The postings.
    postings: Vec<PostingView>,
    meta: PageMeta,
    #[serde(rename = "_links")]
    links: Links,
}

impl Body for PostingPage {}

/// List the postings
///
/// Alla revisioner, nyast först. Every revision, newest first. A posting is the whole municipality's: a token bound to committees
/// reads entries, not postings.
#[utoipa::path(tag = "Ledger", params(PostingQuery), extensions(("x-right" = json!("read"))),
    responses((status = 200, description = "En sida leveranser. A page of postings.", body = PostingPage)))]
#[get("/municipalities/{municipalityCode}/postings")]
async fn list_postings(call: Call<perm::Read>) -> Result<Reply<PostingPage>, Problem> {
    whole(&call)?;
    let query: PostingQuery = call.query()?;
    let page = Page::new(query.page, query.limit, 1000)?;
    if let Some(kind) = query.kind.as_deref().filter(|kind| Kind::from_code(kind).is_none()) {
        return Err(Problem::parameter("kind", kind, "is not outcome, budget or forecast"));
    }
    let filter = PostingFilter {
        kind: query.kind.unwrap_or_default(),
        period: query.period.unwrap_or_default(),
        source: query.source.unwrap_or_default(),
        standing_only: query.standing.unwrap_or_default(),
    };
    let (limit, offset) = page.window();
    let ((rows, total), version) = call
        .read(query.as_of, async |scope| Ok((posting::postings(scope, &filter, limit, offset).await?, scope.version())))
        .await?;
    let postings: Vec<_> = rows.iter().map(|row| posting_view(&call, row, row.stands_at(version))).collect();
    let links = page.links(total, &call.own_href(), call.request().query_string());
    let meta = page.meta(total, postings.len());
    Ok(Reply::ok(PostingPage { postings, meta, links }).version(version))
}

/// A posting holds every committee's figures, so a token bound to some may not see it.
pub(super) fn whole<P: Permission + 'static>(call: &Call<P>) -> Result<(), Problem> {
    if call.actor().reach == Reach::All { Ok(()) } else { Err(Problem::not_found()) }
}

/// En leverans i karantän. A held delivery.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(example = json!({"postingId": "0191d0c8-7c3e-7c7a-9d7b-3f1f0c1f2a3b", "state": "held", "kind": "outcome",
    "period": "2018-08", "source": "ledger", "reasons": ["row 3: account \"9999\" is not in the municipality's accounts"],
    "recordedAt": "2018-09-05T06:00:00Z", "recordedBy": "raindance", "_links": {}}))]
struct HeldPostingView {
    /// Leveransens id. The id.
    #[schema(format = "uuid")]
    posting_id: String,
    /// Läge: held, released eller abandoned. The state.
    #[schema(extensions(("x-enum" = json!(words::HELD_STATES))))]
    state: String,
    /// Slag. The kind.
    #[schema(extensions(("x-enum" = json!(words::KINDS))))]
    kind: &'static str,
    /// Månad eller år. The period.
    period: String,
    /// Källa. The source.
    source: String,
    /// Felen när den hölls. The faults when it was held.
    reasons: Vec<String>,
    /// När. When it was held.
    #[schema(format = "date-time", example = "2018-09-05T06:00:00Z")]
    recorded_at: String,
    /// Av vem. Who delivered it.
    recorded_by: String,
    #[serde(rename = "_links")]
    links: Links,
}

/// En leverans, eller en i karantän. A posting, or a held one.
#[derive(Serialize, ToSchema)]
#[serde(untagged)]
enum FoundPosting {
    Stored(Box<ReceiptView>),
    Held(Box<HeldPostingView>),
}

impl Body for FoundPosting {}

fn held_view<P: Permission + 'static>(call: &Call<P>, held: HeldPosting) -> HeldPostingView {
    let href = call.municipality_href(&format!("postings/{}", held.posting_id));
    let release = Link::act("release", "POST", format!("{href}/releases"));
    HeldPostingView {
        kind: held.kind().code(),
        recorded_at: held.recorded_at().to_rfc3339_opts(chrono::SecondsFormat::Micros, true),
        links: Links {
            own: Some(Link::get("self", href)),
            release: (held.state == "held").then_some(release),
            ..Links::default()
        },
        posting_id: held.posting_id,
        state: held.state,
        period: held.period,
        source: held.source,
        reasons: serde_json::from_str(&held.errors).unwrap_or_default(),
        recorded_by: held.recorded_by,
    }
}

/// Read a posting
///
/// En revision med sitt kvitto, eller en leverans i karantän. A revision with its receipt, or a held delivery with its state.
#[utoipa::path(tag = "Ledger", params(AsOfQuery), extensions(("x-right" = json!("read"))),
    responses((status = 200, description = "Leveransen. The posting.", body = FoundPosting)))]
#[get("/municipalities/{municipalityCode}/postings/{postingId}")]
async fn get_posting(call: Call<perm::Read>) -> Result<Reply<FoundPosting>, Problem> {
    whole(&call)?;
    let query: AsOfQuery = call.query()?;
    let posting_id = call.path("postingId")?;
    let found = call
        .read(query.as_of, async |scope| {
            Ok(match posting::posting(scope, &posting_id).await? {
                Some(found) => {
                    let standing = found.stands_at(scope.version());
                    Ok((posting::receipt(scope, found).await?, standing, scope.version()))
                }
                None => Err(posting::held(scope, &posting_id).await?.ok_or(Refusal::NotFound)?),
            })
        })
        .await?;
    Ok(match found {
        Ok((receipt, standing, version)) => {
            let view = receipt_view(&call, receipt, Vec::new()).standing(standing);
            Reply::ok(FoundPosting::Stored(Box::new(view))).version(version)
        }
        Err(held) => Reply::ok(FoundPosting::Held(Box::new(held_view(&call, held)))),
    })
}

/// Read a posting's entries
///
/// Revisionens poster, filtrerade och sidindelade. The revision's entries, filtered and by page.
#[utoipa::path(tag = "Ledger", params(EntryQuery), extensions(("x-right" = json!("read"))),
    responses((status = 200, description = "Poster. Entries.",
        content((EntriesView = "application/json"), (String = "text/csv", example = json!(example::ENTRIES_CSV))))))]
#[get("/municipalities/{municipalityCode}/postings/{postingId}/entries")]
async fn list_posting_entries(call: Call<perm::Read>) -> Result<Reply<EntriesView>, Problem> {
    let query: EntryQuery = call.query()?;
    let posting_id = call.path("postingId")?;
    entries(&call, &query, async |scope| posting::posting(scope, &posting_id).await).await
}

/// Download a posting's file
///
/// Filen som den skickades, byte för byte. The raw file as it was sent, byte for byte.
#[utoipa::path(tag = "Ledger", extensions(("x-right" = json!("read")), ("x-file" = json!(true))),
    responses((status = 200, description = "Filen. The file.",
        content((String = "text/csv", example = json!(example::OUTCOME_CSV)),
            (PostingInput = "application/json", example = json!(example::outcome())),
            (String = "application/x-sie", example = json!(example::OUTCOME_SIE))))))]
#[get("/municipalities/{municipalityCode}/postings/{postingId}/file")]
async fn get_posting_file(call: Call<perm::Read>) -> Result<HttpResponse, Problem> {
    whole(&call)?;
    let posting_id = call.path("postingId")?;
    let file = call
        .read(None, async |scope| {
            let found = match posting::posting(scope, &posting_id).await? {
                Some(found) => posting::file_of(scope, &found).await?,
                None => {
                    let (held, bytes) = posting::declarations_of_held(scope, &posting_id).await?;
                    Some(posting::RawFile { content_type: held.content_type, bytes })
                }
            };
            Ok(found.ok_or(Refusal::NotFound)?)
        })
        .await?;
    let extension = match file.content_type.as_str() {
        "text/csv" => "csv",
        "application/json" => "json",
        _ => "se",
    };
    Ok(HttpResponse::Ok()
        .insert_header((header::CONTENT_TYPE, file.content_type))
        .insert_header((header::CACHE_CONTROL, "no-store"))
        .insert_header((header::CONTENT_DISPOSITION, format!("attachment; filename=\"{posting_id}.{extension}\"")))
        .body(file.bytes))
}
