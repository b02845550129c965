//! Adoption of a proposal: it becomes a forecast of its source, a posting like any other, with overrides that say why.

use crate::auth::call::Call;
use crate::auth::perm;
use crate::contract::words;
use crate::problem::Problem;
use crate::reply::Reply;
use crate::routes::declared::Declared;
use crate::routes::deliver::{Target, read};
use crate::routes::receipt::{ReceiptView, receipt_view};
use crate::wire::amount::Amount;
use crate::wire::fields::Fields;
use actix_web::{HttpResponse, post};
use chrono::Datelike;
use serde::Deserialize;
use std::collections::HashMap;
use utfall_domain::forecasting::Method;
use utfall_domain::money::Money;
use utfall_domain::period::{Year, day_in_stockholm};
use utfall_domain::posting::Kind;
use utfall_domain::rollup::Dimension;
use utfall_domain::row_error::{Fault, RowError};
use utfall_domain::text::Code;
use utfall_persistence::error::{Refusal, StoreError};
use utfall_persistence::forecasting::{Ask, Proposals, proposals};
use utfall_persistence::posting::{Posted, Receipt, post as post_delivery};
use utfall_persistence::store::Writing;
use utoipa::ToSchema;
use utoipa_actix_web::service_config::ServiceConfig;

pub(super) fn configure(config: &mut ServiceConfig) {
    config.service(adopt_forecast_proposal);
}

/// Ett belopp i stället för det föreslagna. An amount in place of what is proposed; it says why.
#[derive(Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[schema(example = json!({"code": "HVBU", "amount": 92_424_000, "reason": "Två placeringar avslutas i oktober."}))]
struct OverrideInput {
    /// Verksamhetens kod; tom för belopp utan kod. The activity's code; empty for amounts without one.
    #[schema(max_length = 40)]
    code: String,
    /// Helåret i kronor, nettokostnad positiv. The year in kronor, net cost positive.
    amount: Amount,
    /// Skälet. Why it is another than proposed.
    #[schema(min_length = 1, max_length = 400)]
    reason: String,
}

/// Ett förslag att anta som prognos. A proposal to adopt as a forecast.
#[derive(Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[schema(example = json!({"committee": "SN", "method": "linear", "depth": 1,
    "overrides": [{"code": "HVBU", "amount": 92_424_000, "reason": "Två placeringar avslutas i oktober."}]}))]
struct AdoptionInput {
    /// Nämnden. The committee.
    #[schema(min_length = 1, max_length = 40)]
    committee: String,
    /// Metoden. The method.
    #[schema(extensions(("x-enum" = json!(words::METHODS))))]
    method: String,
    /// Djup i verksamhetsträdet; 1 om det utelämnas. The depth in the tree of activities; 1 when left out.
    #[schema(minimum = 1, maximum = 20, default = 1)]
    depth: Option<u8>,
    /// Belopp i stället för de föreslagna. Amounts in place of those proposed.
    #[serde(default)]
    overrides: Vec<OverrideInput>,
}

/// An override, read.
struct Override {
    amount: Money,
    reason: String,
}

/// What is to be adopted, read and checked.
fn read_input(
    call: &Call<perm::Budgets>,
    input: &AdoptionInput,
    target: &Target,
) -> Result<(Ask, Vec<(String, Override)>), Problem> {
    let mut fields = Fields::default();
    let committee = fields.parsed("committee", &input.committee, Code::parse);
    let method = fields.word("method", &input.method, Method::from_code, &Method::CODES);
    let depth = input.depth.unwrap_or(1);
    if !(1..=20).contains(&depth) {
        fields.fault("depth", &depth.to_string(), Fault::Bounds, "is not from 1 to 20");
    }
    let mut overrides = Vec::new();
    for (at, one) in input.overrides.iter().enumerate() {
        let reason = fields.needed(format!("overrides/{at}/reason"), &one.reason, 400);
        if let Ok(amount) = one.amount.kronor() {
            overrides.push((one.code.clone(), Override { amount, reason }));
        }
    }
    let month = target.period.month().ok_or_else(Problem::not_found)?;
    let ask = committee.zip(method).map(|(committee, method)| Ask {
        committee: committee.to_string(),
        month,
        method,
        dimension: Dimension::Activity,
        depth: usize::from(depth),
    });
    let ask = fields.done(ask)?;
    if call.actor().reach.covers(&ask.committee) { Ok((ask, overrides)) } else { Err(Problem::not_found()) }
}

/// The rows of the forecast: what is proposed, or what is put in its place and why.
fn rows(found: &Proposals, ask: &Ask, overrides: &[(String, Override)]) -> Result<String, StoreError> {
    if let Some(absent) = found.absent {
        let sentence = format!("there is nothing to propose from: {}", absent.code());
        return Err(Refusal::Conflict(sentence).into());
    }
    let mut errors = Vec::new();
    for (at, (code, _)) in overrides.iter().enumerate() {
        if !found.rows.iter().any(|row| row.code == *code) {
            let reason = "is not a row of the proposal";
            errors.push(RowError::whole(format!("overrides/{at}/code"), code, Fault::UnknownCode, reason));
        }
    }
    let by_code: HashMap<&str, &Override> = overrides.iter().map(|(code, one)| (code.as_str(), one)).collect();
    let mut writer = csv::WriterBuilder::new().delimiter(b';').from_writer(Vec::new());
    let mut write = |cells: [&str; 4]| {
        writer.write_record(cells).map_err(|error| StoreError::Corrupt(format!("a row of a proposal: {error}")))
    };
    write(["committee", "activity", "amount", "text"])?;
    for row in &found.rows {
        let (amount, text) = match (by_code.get(row.code.as_str()), row.proposed) {
            (Some(one), proposed) => {
                let proposed = proposed.map_or_else(|| "nothing".into(), |(amount, _)| amount.to_string());
                (one.amount, format!("{}: {proposed} proposed; {}", ask.method.code(), one.reason))
            }
            (None, Some((amount, _))) => (amount, format!("{}: as proposed", ask.method.code())),
            (None, None) => {
                let reason =
                    format!("has no history for the method {}: give an amount and a reason", ask.method.code());
                errors.push(RowError::whole("overrides", &row.code, Fault::Missing, reason));
                continue;
            }
        };
        write([&ask.committee, &row.code, &amount.to_string(), &text])?;
    }
    if !errors.is_empty() {
        return Err(Refusal::Rows(errors).into());
    }
    let bytes = writer.into_inner().map_err(|error| StoreError::Corrupt(error.to_string()))?;
    String::from_utf8(bytes).map_err(|error| StoreError::Corrupt(error.to_string()))
}

/// Adopt a forecast proposal
///
/// Gör förslaget till en prognos från källan: en fryst leverans som andra, där varje posts text säger metoden och varför ett belopp är ett annat.
/// Makes the proposal a forecast of the source: a frozen posting like any other, where the text of every entry says the method, and why an amount
/// is another.
#[utoipa::path(tag = "Forecasts", request_body = AdoptionInput, extensions(("x-right" = json!("budgets"))),
    responses((status = 200, description = "Kvitto: samma prognos finns redan, eller den ersatte en revision. The receipt: the same forecast is there already, or it replaced a revision.", body = ReceiptView),
              (status = 201, description = "Kvitto: första revisionen. The receipt of a first revision.", body = ReceiptView),
              (status = 409, description = "Det finns inget utfall att föreslå från. There is no outcome to propose from.",
               body = crate::problem::ProblemView, content_type = "application/problem+json")))]
#[post("/municipalities/{municipalityCode}/forecasts/{period}/{source}/adoptions")]
async fn adopt_forecast_proposal(mut call: Call<perm::Budgets>) -> Result<HttpResponse, Problem> {
    let today = day_in_stockholm(call.store().now());
    let this_year = Year::new(today.year()).map_err(|why| Problem::bad_request(why.to_string()))?;
    let (period, source) = (call.path("period")?, call.path("source")?);
    let target = || Target::parse(Kind::Forecast, &period, &source, this_year);
    let input: AdoptionInput = call.json().await?;
    let (ask, overrides) = read_input(&call, &input, &target()?)?;
    let work = async |w: &mut Writing| {
        let found = proposals(w, &ask).await?;
        let bytes = rows(&found, &ask, &overrides)?.into_bytes();
        let unread = |_| StoreError::Corrupt("the rows of a proposal".into());
        let (delivery, _) = read(target().map_err(unread)?, &Declared::default(), "text/csv", bytes).map_err(unread)?;
        match post_delivery(w, &delivery, None).await? {
            Posted::Stored(receipt) => Ok(*receipt),
            Posted::Held { .. } => Err(StoreError::Corrupt("a proposal is never held".into())),
        }
    };
    let answer = |receipt: Receipt| {
        let (created, version) = (receipt.posting.revision == 1 && !receipt.unchanged, receipt.posting.since());
        let location = call.municipality_href(&format!("forecasts/{period}/{source}"));
        Ok(Reply::put(created, receipt_view(&call, receipt, Vec::new()), location).version(version))
    };
    call.once(work, answer).await.map_err(Problem::in_document)
}
