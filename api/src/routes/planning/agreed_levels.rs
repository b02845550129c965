//! Agreed levels: a deviation that is agreed separately, such as a tolerated deficit, to compare the year with.

use super::of_path;
use crate::auth::call::Call;
use crate::auth::perm::{self, Permission};
use crate::contract::words;
use crate::problem::Problem;
use crate::reply::{Body, Reply};
use crate::routes::steering::{DecisionView, ReasonQuery, precondition};
use crate::wire::amount::Amount;
use crate::wire::as_of::AsOfQuery;
use crate::wire::fields::{Fields, shown};
use crate::wire::link::{Link, Links};
use actix_web::{get, put};
use serde::{Deserialize, Serialize};
use utfall_domain::agreed_level::AgreedLevel;
use utfall_domain::text::Name;
use utfall_persistence::agreed_level::{self, resource};
use utfall_persistence::error::Refusal;
use utoipa::ToSchema;
use utoipa_actix_web::service_config::ServiceConfig;

pub(super) fn configure(config: &mut ServiceConfig) {
    config.service(get_agreed_level).service(put_agreed_level);
}

/// En avtalad nivå att sätta. An agreed level to set.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"label": "Ekonomi i balans, KS mars", "amount": -5_000_000, "reason": "Styrelsen godtar underskottet under omställningen.",
    "decision": {"body": "Kommunstyrelsen", "date": "2018-03-28", "paragraph": "§ 41"}}))]
struct AgreedLevelInput {
    /// Vad den kallas. What it is called.
    #[schema(min_length = 1, max_length = 200)]
    label: String,
    /// Avvikelsen som avtalats, i kronor; negativ är ett godtaget underskott. The deviation that is agreed, in kronor: negative is a
    /// tolerated deficit.
    amount: Amount,
    /// Skälet. Why it is agreed.
    #[schema(max_length = 2000)]
    reason: Option<String>,
    /// Beslutet. The decision.
    decision: Option<DecisionView>,
}

/// En avtalad nivå. A committee's agreed level for a year; it changes neither its budget nor its deviation.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(example = json!({"committee": "SN", "year": 2018, "label": "Ekonomi i balans, KS mars", "amount": -5_000_000, "amountUnit": "kr",
    "reason": null, "decision": null, "_links": {}}))]
struct AgreedLevelView {
    /// Nämnden. The committee.
    committee: String,
    /// År. The year.
    year: i16,
    /// Vad den kallas. What it is called.
    label: String,
    /// Avvikelsen som avtalats. The deviation that is agreed: negative is a tolerated deficit.
    amount: Amount,
    /// Beloppets enhet. The unit of the amount: kr.
    #[schema(extensions(("x-enum" = json!(words::KR))))]
    amount_unit: &'static str,
    /// Skälet. Why it is agreed.
    reason: Option<String>,
    /// Beslutet. The decision.
    decision: Option<DecisionView>,
    #[serde(rename = "_links")]
    links: Links,
}

impl Body for AgreedLevelView {}

fn view<P: Permission + 'static>(call: &Call<P>, found: AgreedLevel) -> AgreedLevelView {
    let AgreedLevel { committee, year, label, amount, reason, decision } = found;
    let own = call.municipality_href(&resource(committee.as_str(), year.number()));
    AgreedLevelView {
        committee: committee.to_string(),
        year: year.number(),
        label: label.to_string(),
        amount: amount.into(),
        amount_unit: "kr",
        reason: shown(reason),
        decision: decision.map(Into::into),
        links: Links { own: Some(Link::get("self", own)), ..Links::default() },
    }
}

/// Read an agreed level
///
/// Nivån som avtalats för nämndens år. The level that is agreed for the committee's year.
#[utoipa::path(tag = "Deviations", params(AsOfQuery), extensions(("x-right" = json!("read"))),
    responses((status = 200, description = "Nivån. The level.", body = AgreedLevelView)))]
#[get("/municipalities/{municipalityCode}/committees/{committeeCode}/agreed-levels/{year}")]
async fn get_agreed_level(call: Call<perm::Read>) -> Result<Reply<AgreedLevelView>, Problem> {
    let query: AsOfQuery = call.query()?;
    let (year, committee) = of_path(&call)?;
    let (found, version) = call
        .read(query.as_of, async |scope| {
            let found = agreed_level::agreed_level(scope, committee.as_str(), year.number()).await?;
            Ok(found.ok_or(Refusal::NotFound)?)
        })
        .await?;
    Ok(Reply::ok(view(&call, found)).version(version))
}

/// Set an agreed level
///
/// En egen jämförelse bredvid budgeten: avvikelsens agreedLevel visar skillnaden. Att ändra kräver If-Match. A comparison of its own beside
/// the budget: a case's agreedLevel shows the difference. Changing it takes If-Match.
#[utoipa::path(tag = "Deviations", params(ReasonQuery), request_body = AgreedLevelInput,
    extensions(("x-right" = json!("policies")), ("x-if-match" = json!("required"))),
    responses((status = 200, description = "Nivån. The level.", body = AgreedLevelView),
              (status = 201, description = "En ny nivå. A new level.", body = AgreedLevelView)))]
#[put("/municipalities/{municipalityCode}/committees/{committeeCode}/agreed-levels/{year}")]
async fn put_agreed_level(mut call: Call<perm::Policies>) -> Result<Reply<AgreedLevelView>, Problem> {
    let (year, committee) = of_path(&call)?;
    let (why, precondition) = (ReasonQuery::of(&call)?, precondition(&call)?);
    let input: AgreedLevelInput = call.json().await?;
    let mut fields = Fields::default();
    let label = fields.parsed("label", &input.label, Name::parse);
    let reason = fields.text("reason", input.reason.as_deref(), 2000);
    let decision = input.decision.as_ref().and_then(|decision| decision.read(&mut fields));
    let level = label.zip(input.amount.kronor().ok());
    let new = level.map(|(label, amount)| AgreedLevel { committee, year, label, amount, reason, decision });
    let new = fields.done(new)?;
    let put = call.write(async |w| agreed_level::set(w, new.clone(), precondition, &why).await).await;
    let put = put.map_err(Problem::in_document)?;
    let location = call.own_href();
    Ok(Reply::put(put.is_new, view(&call, put.body), location).version(put.version))
}
