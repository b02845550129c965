//! Postings: every revision, its entries, what it changed, its file; withdrawal, and release from quarantine.

use super::deliver::{Declared, Target, read as read_delivery};
use super::example;
use super::receipt::{DifferenceView, EntriesView, EntryView, PostingView, ReceiptView, posting_view, receipt_view};
use crate::auth::call::Call;
use crate::auth::perm::{self, Permission};
use crate::contract::words;
use crate::problem::{Kind as ProblemKind, Problem};
use crate::reply::{Body, Reply};
use crate::wire::amount::Amount;
use crate::wire::as_of::AsOf;
use crate::wire::link::{Link, Links};
use crate::wire::page::{Page, PageMeta};
use actix_web::http::header;
use actix_web::{HttpResponse, get, post};
use serde::{Deserialize, Serialize};
use utfall_domain::code_part::CodePart;
use utfall_domain::period::{Year, day_in_stockholm};
use utfall_domain::permission::{Reach, Right};
use utfall_domain::posting::Kind;
use utfall_domain::row_error::{Fault, RowError};
use utfall_domain::text::checked_text;
use utfall_persistence::error::{Refusal, StoreError};
use utfall_persistence::posting::{self, EntryFilter, HeldPosting, Posting, PostingFilter};
use utfall_persistence::scope::Scope;
use utoipa::{IntoParams, ToSchema};
use utoipa_actix_web::service_config::ServiceConfig;

pub(super) fn configure(config: &mut ServiceConfig) {
    config
        .service(list_postings)
        .service(get_posting)
        .service(list_posting_entries)
        .service(list_posting_changes)
        .service(get_posting_file)
        .service(withdraw_posting)
        .service(release_posting);
}

/// En leverans som JSON. A delivery as JSON.
#[derive(ToSchema)]
#[schema(rename_all = "camelCase", example = json!(example::outcome()))]
#[expect(dead_code, reason = "the contract's picture of what delivery::json_rows reads token by token")]
pub(super) struct PostingInput {
    /// Utfall: month eller accumulated. What an outcome covers.
    #[schema(extensions(("x-enum" = json!(words::BASES))))]
    basis: Option<String>,
    /// kr, tkr eller mnkr. The unit of every amount.
    #[schema(extensions(("x-enum" = json!(words::UNITS))))]
    amount_unit: Option<String>,
    /// debit-positive, result eller cost-positive. Which way every amount points.
    #[schema(extensions(("x-enum" = json!(words::SIGNS))))]
    sign_convention: Option<String>,
    /// Budget: adopted eller proposal. Whether a budget counts.
    #[schema(extensions(("x-enum" = json!(words::BUDGET_STATUSES))))]
    status: Option<String>,
    /// Budget: profil för årsbelopp. The profile of year amounts that name none.
    profile: Option<String>,
    /// Kontrollsummor. Control totals.
    control_totals: Option<ControlTotalsInput>,
    /// Raderna. The rows.
    entries: Vec<EntryInput>,
}

/// Kontrollsummor. What the sender says that the rows sum to, in the delivery's unit and sign.
#[derive(ToSchema)]
#[schema(rename_all = "camelCase", example = json!({"rowCount": 1, "net": 65_251_000}))]
#[expect(dead_code, reason = "the contract's picture of what delivery::json_rows reads token by token")]
struct ControlTotalsInput {
    /// Antal rader. How many rows.
    row_count: Option<u32>,
    /// Debet. The sum of the debits.
    debit: Option<Amount>,
    /// Kredit. The sum of the credits.
    credit: Option<Amount>,
    /// Netto. The sum of all.
    net: Option<Amount>,
    /// Netto per nämnd. The net per committee.
    committees: Option<Vec<CommitteeTotalInput>>,
    /// Netto per kontoklass. The net per account class.
    account_classes: Option<Vec<AccountClassTotalInput>>,
}

/// En nämnds netto. A committee's net.
#[derive(ToSchema)]
#[schema(example = json!({"committee": "SN", "net": 65_251_000}))]
#[expect(dead_code, reason = "the contract's picture of what delivery::json_rows reads token by token")]
struct CommitteeTotalInput {
    /// Nämnden. The committee.
    committee: String,
    /// Netto. The net.
    net: Amount,
}

/// En kontoklass netto. The net of the accounts that begin with a text.
#[derive(ToSchema)]
#[schema(rename_all = "camelCase", example = json!({"accountClass": "4", "net": 65_251_000}))]
#[expect(dead_code, reason = "the contract's picture of what delivery::json_rows reads token by token")]
struct AccountClassTotalInput {
    /// Kontoklassen. The account class.
    account_class: String,
    /// Netto. The net.
    net: Amount,
}

/// En rad. One row: an amount on a code string.
#[derive(ToSchema)]
#[schema(rename_all = "camelCase", example = json!({"account": "4551", "unit": "3102", "activity": "HVBU", "amount": 65_251_000}))]
#[expect(dead_code, reason = "the contract's picture of what delivery::json_rows reads token by token")]
struct EntryInput {
    /// Konto. The account; an outcome must have it.
    account: Option<String>,
    /// Ansvar. The unit.
    unit: Option<String>,
    /// Nämnd, när ansvar saknas. The committee, needed when there is no unit.
    committee: Option<String>,
    /// Verksamhet. The activity.
    activity: Option<String>,
    /// Projekt. The project.
    project: Option<String>,
    /// Specifikation. The specification.
    specification: Option<String>,
    /// Arbetsorder. The work order.
    work_order: Option<String>,
    /// Objekt. The object.
    object: Option<String>,
    /// Motpart. The counterparty.
    counterparty: Option<String>,
    /// Budget: månad. A budget row's month.
    period: Option<String>,
    /// Budget: profil. The profile that spreads a budget row's year amount.
    profile: Option<String>,
    /// Belopp. The amount.
    amount: Amount,
    /// Kvantitet. A count.
    #[schema(value_type = Option<f64>)]
    quantity: Option<String>,
    /// Text. The row's text.
    text: Option<String>,
}

/// Vilka poster. Which entries.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(super) struct EntryQuery {
    /// Konto. Only this account.
    account: Option<String>,
    /// Ansvar. Only this unit.
    unit: Option<String>,
    /// Nämnd. Only what belongs to this committee in its month.
    committee: Option<String>,
    /// Verksamhet. Only this activity.
    activity: Option<String>,
    /// Projekt. Only this project.
    project: Option<String>,
    /// Specifikation. Only this specification.
    specification: Option<String>,
    /// Arbetsorder. Only this work order.
    work_order: Option<String>,
    /// Objekt. Only this object.
    object: Option<String>,
    /// Motpart. Only this counterparty.
    counterparty: Option<String>,
    /// Som registrerat vid denna tidpunkt. As recorded at this moment.
    #[param(value_type = Option<String>, example = "2018-12-31")]
    as_of: Option<AsOf>,
    /// Sida, från 1. The page, from 1.
    #[param(default = 1, minimum = 0)]
    page: Option<i64>,
    /// Antal per sida. How many a page holds.
    #[param(default = 20, minimum = 1, maximum = 10000)]
    limit: Option<i64>,
}

const ENTRY_PAGE: i64 = 10_000;

impl EntryQuery {
    fn filter<P: Permission + 'static>(&self, call: &Call<P>) -> Result<EntryFilter, Problem> {
        let Self { account, unit, activity, project, specification, work_order, object, counterparty, .. } = self;
        let codes = [account, unit, activity, project, specification, work_order, object, counterparty];
        let committees = call.committees(self.committee.as_deref())?;
        Ok(EntryFilter { codes: codes.map(|code| code.clone().unwrap_or_default()), committees })
    }
}

/// The entries that stand of the kind, period and source of a call's path.
pub(super) async fn current_entries(
    call: &Call<perm::Read>,
    kind: Kind,
    period: &str,
) -> Result<Reply<EntriesView>, Problem> {
    let query: EntryQuery = call.query()?;
    let source = call.path("source")?;
    entries(call, &query, async |scope| posting::current(scope, kind, period, &source).await).await
}

async fn entries(
    call: &Call<perm::Read>,
    query: &EntryQuery,
    find: impl AsyncFn(&Scope) -> Result<Option<Posting>, StoreError>,
) -> Result<Reply<EntriesView>, Problem> {
    let page = Page::new(query.page, query.limit, ENTRY_PAGE)?;
    let filter = query.filter(call)?;
    let (posting, found, version) = call
        .read(query.as_of, async |scope| {
            let posting = find(scope).await?.ok_or(Refusal::NotFound)?;
            if !posting::committees_of(scope, &posting).await?.iter().any(|code| call.actor().reach.covers(code))
                && call.actor().reach != Reach::All
            {
                return Err(Refusal::NotFound.into());
            }
            let found = posting::entries_of(scope, &posting, &filter, page.window()).await?;
            // Which entries are a committee's depends on the code plan, which changes on its own.
            let version = if filter.committees.is_empty() { posting.since() } else { scope.version() };
            Ok((posting, found, version))
        })
        .await?;
    let year = posting.period[..4].to_owned();
    let entries: Vec<EntryView> = found.entries.into_iter().map(|entry| EntryView::new(entry, &year)).collect();
    let links = page.links(found.total, &call.own_href(), call.request().query_string());
    let meta = page.meta(found.total, entries.len());
    let view = EntriesView {
        posting_id: posting.posting_id,
        amount_unit: "kr",
        sign_convention: "debit-positive",
        entries,
        meta,
        links,
    };
    Ok(Reply::ok(view).version(version))
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
    /// Som registrerat vid denna tidpunkt. As recorded at this moment.
    #[param(value_type = Option<String>, example = "2018-12-31")]
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
fn whole<P: Permission + 'static>(call: &Call<P>) -> Result<(), Problem> {
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

/// Vilken tidpunkt. Which moment.
#[derive(Deserialize, IntoParams)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct AsOfQuery {
    /// Som registrerat vid denna tidpunkt. As recorded at this moment.
    #[param(value_type = Option<String>, example = "2018-12-31")]
    as_of: Option<AsOf>,
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

/// En sida ändringar. A page of changes.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(example = json!({"postingId": "0191d0c8-7c3e-7c7a-9d7b-3f1f0c1f2a3b", "amountUnit": "kr",
    "signConvention": "debit-positive", "changes": [],
    "meta": {"totalRecords": 0, "page": 1, "limit": 20, "count": 0}, "_links": {}}))]
struct ChangePage {
    /// Leveransen. The posting.
    #[schema(format = "uuid")]
    posting_id: String,
    /// Beloppens enhet. The unit: kr.
    #[schema(extensions(("x-enum" = json!(words::KR))))]
    amount_unit: &'static str,
    /// Teckenkonvention. The sign convention: debit-positive.
    #[schema(extensions(("x-enum" = json!(words::DEBIT_POSITIVE))))]
    sign_convention: &'static str,
    /// Ändringarna. The code strings whose sums differ from the revision before.
    changes: Vec<DifferenceView>,
    meta: PageMeta,
    #[serde(rename = "_links")]
    links: Links,
}

impl Body for ChangePage {}

/// Read what a posting changed
///
/// Skillnader mot förra revisionen, kodsträng för kodsträng. Differences from the revision before, code string by code string.
#[utoipa::path(tag = "Ledger", params(PageQuery), extensions(("x-right" = json!("read"))),
    responses((status = 200, description = "Ändringar. Changes.", body = ChangePage)))]
#[get("/municipalities/{municipalityCode}/postings/{postingId}/changes")]
async fn list_posting_changes(call: Call<perm::Read>) -> Result<Reply<ChangePage>, Problem> {
    whole(&call)?;
    let query: PageQuery = call.query()?;
    let page = Page::new(query.page, query.limit, ENTRY_PAGE)?;
    let posting_id = call.path("postingId")?;
    let (found, differences) = call
        .read(None, async |scope| {
            let found = posting::posting(scope, &posting_id).await?.ok_or(Refusal::NotFound)?;
            let differences = posting::changes_of(scope, &found).await?;
            Ok((found, differences))
        })
        .await?;
    let total = i64::try_from(differences.len()).unwrap_or_default();
    let year = found.period[..4].to_owned();
    let shown = page.of(&differences).iter().cloned().map(|difference| DifferenceView::new(difference, &year));
    let changes = shown.collect::<Result<Vec<_>, _>>().map_err(|error| Problem::from(StoreError::from(error)))?;
    let links = page.links(total, &call.own_href(), call.request().query_string());
    let meta = page.meta(total, changes.len());
    let version = found.since();
    let view = ChangePage {
        posting_id: found.posting_id,
        amount_unit: "kr",
        sign_convention: "debit-positive",
        changes,
        meta,
        links,
    };
    Ok(Reply::ok(view).version(version))
}

/// Vilken sida. Which page.
#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct PageQuery {
    /// Sida, från 1. The page, from 1.
    #[param(default = 1, minimum = 0)]
    page: Option<i64>,
    /// Antal per sida. How many a page holds.
    #[param(default = 20, minimum = 1, maximum = 10000)]
    limit: Option<i64>,
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

/// Ett återtagande. A withdrawal.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"reason": "Fel fil skickades."}))]
struct WithdrawalInput {
    /// Skälet. Why.
    #[schema(min_length = 1, max_length = 500)]
    reason: String,
}

/// Withdraw a posting
///
/// Gör en tom revision med ett skäl; det som var läses med asOf. Makes an empty revision with a reason; what was is read with asOf.
#[utoipa::path(tag = "Ledger", request_body = WithdrawalInput, extensions(("x-right" = json!("outcomes"))),
    responses((status = 201, description = "Kvitto. The receipt.", body = ReceiptView)))]
#[post("/municipalities/{municipalityCode}/postings/{postingId}/withdrawals")]
async fn withdraw_posting(mut call: Call<perm::Outcomes>) -> Result<Reply<ReceiptView>, Problem> {
    whole(&call)?;
    let posting_id = call.path("postingId")?;
    let kind = call
        .read(None, async |scope| Ok(posting::posting(scope, &posting_id).await?.ok_or(Refusal::NotFound)?.kind()))
        .await?;
    may_write(&call, kind)?;
    let WithdrawalInput { reason } = call.json().await?;
    let reason = reason_text(&reason)?;
    let receipt = call.write(async |w| posting::withdraw(w, &posting_id, &reason).await).await?;
    let location = call.municipality_href(&format!("postings/{}", receipt.posting.posting_id));
    let version = receipt.posting.since();
    Ok(Reply::created(receipt_view(&call, receipt, Vec::new()), location).version(version))
}

/// Budgets and forecasts need another right than the outcomes that the path is open to.
fn may_write<P: Permission + 'static>(call: &Call<P>, kind: Kind) -> Result<(), Problem> {
    let role = call.actor().role;
    if kind == Kind::Outcome || role.may(Right::Plans) {
        return Ok(());
    }
    Err(Problem::new(ProblemKind::Forbidden, format!("The role {} does not have the right plans.", role.code())))
}

/// A reason that somebody gives: 1 to 500 characters.
pub(super) fn reason_text(reason: &str) -> Result<String, Problem> {
    let fault =
        |reason_text: String| Problem::invalid(vec![RowError::whole("reason", reason, Fault::Missing, reason_text)]);
    match checked_text(reason, 500) {
        Ok("") => Err(fault("is missing: say why".into())),
        Ok(text) => Ok(text.to_owned()),
        Err(why) => Err(fault(why.to_string())),
    }
}

/// Release a held delivery
///
/// Prövar leveransen igen; när koderna finns blir den nästa revision. Checks the delivery again; when its codes are there it becomes
/// the next revision.
#[utoipa::path(tag = "Ledger", extensions(("x-right" = json!("outcomes"))),
    responses((status = 201, description = "Kvitto. The receipt.", body = ReceiptView),
              (status = 409, description = "Den är inte i karantän. It is not held.", body = crate::problem::ProblemView,
               content_type = "application/problem+json"),
              (status = 422, description = "Koderna saknas ännu. Its codes are still not there.",
               body = crate::problem::ProblemView, content_type = "application/problem+json")))]
#[post("/municipalities/{municipalityCode}/postings/{postingId}/releases")]
async fn release_posting(call: Call<perm::Outcomes>) -> Result<Reply<ReceiptView>, Problem> {
    whole(&call)?;
    let posting_id = call.path("postingId")?;
    let (held, bytes) = call.read(None, async |scope| posting::declarations_of_held(scope, &posting_id).await).await?;
    may_write(&call, held.kind())?;
    let year = chrono::Datelike::year(&day_in_stockholm(call.store().now()));
    let this_year = Year::new(year).map_err(|why| Problem::bad_request(why.to_string()))?;
    let target = Target::parse(held.kind(), &held.period, &held.source, this_year)?;
    let declared: Declared = serde_json::from_str(&held.declarations)
        .map_err(|_| Problem::new(ProblemKind::Internal, "The held declarations cannot be read."))?;
    let (delivery, notes) = read_delivery(target, &declared, &held.content_type, bytes)?;
    let receipt = call.write(async |w| posting::release(w, &posting_id, &delivery).await).await?;
    let location = call.municipality_href(&format!("postings/{posting_id}"));
    let version = receipt.posting.since();
    Ok(Reply::created(receipt_view(&call, receipt, notes), location).version(version))
}

const _: () = assert!(CodePart::COUNT == 8, "EntryQuery names every code part");
