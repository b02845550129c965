//! Transfers between frames: one record seen from both committees, so that they sum to zero.

use super::terms_view::TermsView;
use crate::auth::call::Call;
use crate::auth::perm::{self, Permission};
use crate::contract::words;
use crate::problem::Problem;
use crate::reply::{Body, Reply};
use crate::routes::steering::{DocumentQuery, ReasonQuery, for_all, key, precondition};
use crate::wire::amount::Amount;
use crate::wire::as_of::AsOfQuery;
use crate::wire::fields::Fields;
use crate::wire::link::{Link, Links};
use crate::wire::page::PageMeta;
use actix_web::{get, put};
use serde::{Deserialize, Serialize};
use utfall_domain::frame::FrameTransfer;
use utfall_domain::period::Year;
use utfall_domain::text::{Code, Name};
use utfall_persistence::error::Refusal;
use utfall_persistence::frame::{put_transfer, transfer, transfer_resource, transfers};
use utoipa::ToSchema;
use utoipa_actix_web::service_config::ServiceConfig;

pub(super) fn configure(config: &mut ServiceConfig) {
    config.service(list_frame_transfers).service(get_frame_transfer).service(put_frame_transfer);
}

/// En överföring att sätta. A transfer to set; zero takes it back.
#[derive(Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[schema(example = json!({"year": 2018, "fromCommittee": "SN", "toCommittee": "KS", "label": "Bosocial verksamhet till boendeenheten",
    "amount": 3_800_000, "terms": {"effectiveMonth": "2018-09", "fullYearEffect": 11_600_000}}))]
struct FrameTransferInput {
    /// År. The year.
    #[schema(minimum = 1990, maximum = 2100)]
    year: i32,
    /// Från nämnden. Whose frame it is taken from.
    #[schema(min_length = 1, max_length = 40)]
    from_committee: String,
    /// Till nämnden. Whose frame it is given to.
    #[schema(min_length = 1, max_length = 40)]
    to_committee: String,
    /// Vad den kallas. What it is called.
    #[schema(min_length = 1, max_length = 200)]
    label: String,
    /// Kronor, aldrig negativt. The amount in kronor, never negative.
    amount: Amount,
    /// Villkor. On which terms.
    terms: Option<TermsView>,
}

/// En överföring. A transfer between two committees' frames.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(example = json!({"transferKey": "bosocialt", "year": 2018, "fromCommittee": "SN", "toCommittee": "KS",
    "label": "Bosocial verksamhet till boendeenheten", "amount": 3_800_000, "amountUnit": "kr", "terms": {"oneOff": false, "effectiveMonth": "2018-09",
    "fullYearEffect": 11_600_000, "condition": null, "decision": null}, "_links": {}}))]
struct FrameTransferView {
    /// Nyckel. Its key.
    transfer_key: String,
    /// År. The year.
    year: i16,
    /// Från nämnden. Whose frame it is taken from.
    from_committee: String,
    /// Till nämnden. Whose frame it is given to.
    to_committee: String,
    /// Vad den kallas. What it is called.
    label: String,
    /// Beloppet. The amount.
    amount: Amount,
    /// Beloppets enhet. The unit of the amount: kr.
    #[schema(extensions(("x-enum" = json!(words::KR))))]
    amount_unit: &'static str,
    /// Villkor. On which terms.
    terms: TermsView,
    #[serde(rename = "_links")]
    links: Links,
}

impl Body for FrameTransferView {}

/// En sida överföringar. A page of transfers, by key.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(example = json!({"frameTransfers": [], "meta": {"totalRecords": 0, "page": 1, "limit": 20, "count": 0}, "_links": {}}))]
struct FrameTransferPage {
    /// Överföringarna. The transfers.
    frame_transfers: Vec<FrameTransferView>,
    meta: PageMeta,
    #[serde(rename = "_links")]
    links: Links,
}

impl Body for FrameTransferPage {}

fn view<P: Permission + 'static>(call: &Call<P>, found: FrameTransfer) -> FrameTransferView {
    let FrameTransfer { key, year, from, to, label, amount, terms } = found;
    let own = call.municipality_href(&transfer_resource(key.as_str()));
    FrameTransferView {
        transfer_key: key.to_string(),
        year: year.number(),
        from_committee: from.to_string(),
        to_committee: to.to_string(),
        label: label.to_string(),
        amount: amount.into(),
        amount_unit: "kr",
        terms: terms.into(),
        links: Links { own: Some(Link::get("self", own)), ..Links::default() },
    }
}

/// Whether the caller sees a transfer: either of its committees.
fn sees<P: Permission + 'static>(call: &Call<P>, found: &FrameTransfer) -> bool {
    [&found.from, &found.to].into_iter().any(|code| call.actor().reach.covers(code.as_str()))
}

/// List the frame transfers
///
/// Överföringar mellan nämndernas ramar. Transfers between the committees' frames.
#[utoipa::path(tag = "Frames", params(DocumentQuery), extensions(("x-right" = json!("read"))),
    responses((status = 200, description = "En sida överföringar. A page of transfers.", body = FrameTransferPage)))]
#[get("/municipalities/{municipalityCode}/frame-transfers")]
async fn list_frame_transfers(call: Call<perm::Read>) -> Result<Reply<FrameTransferPage>, Problem> {
    let query: DocumentQuery = call.query()?;
    let (page, filter) = (query.page()?, query.filter(&call)?);
    let (mut found, version) =
        call.read(query.as_of, async |scope| Ok((transfers(scope).await?, scope.version()))).await?;
    let of = |one: &FrameTransfer| {
        let codes = [one.from.as_str(), one.to.as_str()];
        filter.committees.is_empty() || filter.committees.iter().any(|code| codes.contains(&code.as_str()))
    };
    found.retain(|one| of(one) && filter.year.is_none_or(|year| one.year.number() == year));
    let total = i64::try_from(found.len()).unwrap_or_default();
    let frame_transfers: Vec<_> = page.of(&found).iter().map(|one| view(&call, one.clone())).collect();
    let links = page.links(total, &call.own_href(), call.request().query_string());
    let meta = page.meta(total, frame_transfers.len());
    Ok(Reply::ok(FrameTransferPage { frame_transfers, meta, links }).version(version))
}

/// Read a frame transfer
///
/// Överföringen som den gäller. The transfer as it stands.
#[utoipa::path(tag = "Frames", params(AsOfQuery), extensions(("x-right" = json!("read"))),
    responses((status = 200, description = "Överföringen. The transfer.", body = FrameTransferView)))]
#[get("/municipalities/{municipalityCode}/frame-transfers/{transferKey}")]
async fn get_frame_transfer(call: Call<perm::Read>) -> Result<Reply<FrameTransferView>, Problem> {
    let query: AsOfQuery = call.query()?;
    let key = key(&call, "transferKey")?;
    let (found, version) = call
        .read(query.as_of, async |scope| Ok(transfer(scope, key.as_str()).await?.ok_or(Refusal::NotFound)?))
        .await?;
    if !sees(&call, &found) {
        return Err(Problem::not_found());
    }
    Ok(Reply::ok(view(&call, found)).version(version))
}

/// Set a frame transfer
///
/// En post som syns i båda nämndernas ramar med motsatt tecken. Att ändra den kräver If-Match. One record that stands in both committees'
/// frames with opposite signs. Changing it takes If-Match.
#[utoipa::path(tag = "Frames", params(ReasonQuery), request_body = FrameTransferInput,
    extensions(("x-right" = json!("budgets")), ("x-if-match" = json!("required"))),
    responses((status = 200, description = "Överföringen. The transfer.", body = FrameTransferView),
              (status = 201, description = "En ny överföring. A new transfer.", body = FrameTransferView),
              (status = 409, description = "Den är av ett annat år. It is of another year.", body = crate::problem::ProblemView,
               content_type = "application/problem+json")))]
#[put("/municipalities/{municipalityCode}/frame-transfers/{transferKey}")]
async fn put_frame_transfer(mut call: Call<perm::Budgets>) -> Result<Reply<FrameTransferView>, Problem> {
    let key = key(&call, "transferKey")?;
    for_all(&call)?;
    let (reason, precondition) = (ReasonQuery::of(&call)?, precondition(&call)?);
    let input: FrameTransferInput = call.json().await?;
    let mut fields = Fields::default();
    let year = fields.parsed("year", &input.year.to_string(), Year::parse);
    let from = fields.parsed("fromCommittee", &input.from_committee, Code::parse);
    let to = fields.parsed("toCommittee", &input.to_committee, Code::parse);
    let label = fields.parsed("label", &input.label, Name::parse);
    let terms = input.terms.unwrap_or_default().read("terms/", &mut fields);
    let new = (|| {
        Some(FrameTransfer {
            key,
            year: year?,
            from: from?,
            to: to?,
            label: label?,
            amount: input.amount.kronor().ok()?,
            terms,
        })
    })();
    let new = fields.done(new)?;
    let put = call.write(async |w| put_transfer(w, new.clone(), precondition, &reason).await).await;
    let put = put.map_err(Problem::in_document)?;
    let location = call.own_href();
    Ok(Reply::put(put.is_new, view(&call, put.body), location).version(put.version))
}
