//! Withdrawing what was posted, and releasing what was held: acts on a posting, as resources under it.

use super::declared::Declared;
use super::deliver::{Target, read as read_delivery};
use super::postings::whole;
use super::receipt::{ReceiptView, receipt_view};
use crate::auth::call::Call;
use crate::auth::perm::{self, Permission};
use crate::problem::{Kind as ProblemKind, Problem};
use crate::reply::Reply;
use actix_web::{HttpResponse, post};
use serde::Deserialize;
use utfall_domain::period::{Year, day_in_stockholm};
use utfall_domain::permission::Right;
use utfall_domain::posting::Kind;
use utfall_domain::row_error::{Fault, RowError};
use utfall_domain::text::checked_text;
use utfall_persistence::error::Refusal;
use utfall_persistence::posting::{self, Receipt};
use utoipa::ToSchema;
use utoipa_actix_web::service_config::ServiceConfig;

pub(super) fn configure(config: &mut ServiceConfig) {
    config.service(withdraw_posting).service(release_posting);
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
async fn withdraw_posting(mut call: Call<perm::Outcomes>) -> Result<HttpResponse, Problem> {
    whole(&call)?;
    let posting_id = call.path("postingId")?;
    let kind = call
        .read(None, async |scope| Ok(posting::posting(scope, &posting_id).await?.ok_or(Refusal::NotFound)?.kind()))
        .await?;
    may_write(&call, kind)?;
    let WithdrawalInput { reason } = call.json().await?;
    let reason = reason_text(&reason)?;
    let answer = |receipt: Receipt| {
        let location = call.municipality_href(&format!("postings/{}", receipt.posting.posting_id));
        let version = receipt.posting.since();
        Ok(Reply::created(receipt_view(&call, receipt, Vec::new()), location).version(version))
    };
    call.once(async |w| posting::withdraw(w, &posting_id, &reason).await, answer).await
}

/// Budgets and forecasts need another right than the outcomes that the path is open to.
fn may_write<P: Permission + 'static>(call: &Call<P>, kind: Kind) -> Result<(), Problem> {
    let role = call.actor().role;
    if kind == Kind::Outcome || role.may(Right::Budgets) {
        return Ok(());
    }
    Err(Problem::new(ProblemKind::Forbidden, format!("The role {} does not have the right budgets.", role.code())))
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
async fn release_posting(call: Call<perm::Outcomes>) -> Result<HttpResponse, Problem> {
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
    let answer = |receipt: Receipt| {
        let location = call.municipality_href(&format!("postings/{posting_id}"));
        let version = receipt.posting.since();
        Ok(Reply::created(receipt_view(&call, receipt, notes.clone()), location).version(version))
    };
    call.once(async |w| posting::release(w, &posting_id, &delivery).await, answer).await
}
