//! Budget: a year's budget, by source.

use super::declared::Declared;
use super::deliver::deliver;
use super::entries::{EntriesView, EntryQuery, current_entries};
use super::example;
use super::receipt::{PostedView, ReceiptView};
use crate::auth::call::Call;
use crate::auth::perm;
use crate::problem::Problem;
use crate::reply::Reply;
use actix_web::{get, put};
use utfall_domain::posting::Kind;
use utoipa_actix_web::service_config::ServiceConfig;

pub(super) fn configure(config: &mut ServiceConfig) {
    config.service(get_budget).service(put_budget);
}

/// Read a year's budget
///
/// Poster som gäller, filtrerade och sidindelade. The entries that stand, filtered and by page; in kr and debit positive.
#[utoipa::path(tag = "Ledger", params(EntryQuery), extensions(("x-right" = json!("read"))),
    responses((status = 200, description = "Poster. Entries.",
        content((EntriesView = "application/json"), (String = "text/csv", example = json!(example::ENTRIES_CSV))))))]
#[get("/municipalities/{municipalityCode}/budgets/{year}/{source}")]
async fn get_budget(call: Call<perm::Read>) -> Result<Reply<EntriesView>, Problem> {
    let period = call.path("year")?;
    current_entries(&call, Kind::Budget, &period).await
}

/// Post a year's budget
///
/// Tar emot årets budget från en källa; samma bytes igen ändrar inget, andra blir en ny revision. Takes a year's budget from a source. The same
/// bytes as the current revision's change nothing and give its receipt; others make the next revision. Everything that is wrong
/// is listed, and then nothing is stored.
#[utoipa::path(tag = "Ledger", params(Declared), extensions(("x-right" = json!("budgets"))),
    request_body(content((super::posting_input::PostingInput = "application/json", example = json!(example::budget())),
        (String = "text/csv", example = json!(example::BUDGET_CSV)), (String = "application/x-sie", example = json!(example::BUDGET_SIE)))),
    responses((status = 200, description = "Kvitto: ersatte en revision, eller ändrade inget. The receipt: it replaced a revision, or changed nothing.", body = ReceiptView),
              (status = 201, description = "Kvitto: första revisionen. The receipt of a first revision.", body = ReceiptView),
              (status = 202, description = "I karantän. Held until its codes are there.", body = super::receipt::HeldReceiptView)))]
#[put("/municipalities/{municipalityCode}/budgets/{year}/{source}")]
async fn put_budget(mut call: Call<perm::Budgets>) -> Result<Reply<PostedView>, Problem> {
    let period = call.path("year")?;
    deliver(&mut call, Kind::Budget, &period).await
}
