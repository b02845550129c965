//! A committee's forecast before and after the measures that are decided.

use super::committee;
use crate::auth::call::Call;
use crate::auth::perm;
use crate::contract::words;
use crate::problem::Problem;
use crate::reply::{Body, Reply};
use crate::wire::amount::Amount;
use crate::wire::as_of::AsOf;
use crate::wire::link::{Link, Links};
use actix_web::get;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use utfall_domain::money::Money;
use utfall_domain::period::Month;
use utfall_domain::report::RowSums;
use utfall_domain::rollup::Dimension;
use utfall_persistence::action_plan::{Ahead, ahead};
use utfall_persistence::error::{Refusal, StoreError};
use utfall_persistence::report::{StandingPosting, SumsOf, forecast_of, standing, sums};
use utfall_persistence::scope::Scope;
use utoipa::{IntoParams, ToSchema};
use utoipa_actix_web::service_config::ServiceConfig;

pub(super) fn configure(config: &mut ServiceConfig) {
    config.service(get_forecast_after_measures);
}

/// Vilken prognos. Which forecast.
#[derive(Deserialize, IntoParams)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct AfterMeasuresQuery {
    /// Nämnden; behövs. The committee; needed.
    #[param(example = "SN")]
    committee: Option<String>,
    /// Prognosen vid senast denna månad; behövs. The forecast of this month at the latest; needed.
    #[param(pattern = "^(199[0-9]|20[0-9]{2}|2100)-(0[1-9]|1[0-3])$", example = "2018-08")]
    period: Option<String>,
    /// Prognosens källa; annars den senast inlagda. The source of the forecast; the newest entered when it is not said.
    forecast_source: Option<String>,
    /// Som registrerat då: en tidpunkt, eller slutet av ett datum. As recorded then: at a moment, or at the end of a date (2018-12-31).
    #[param(value_type = Option<String>)]
    as_of: Option<AsOf>,
}

/// Vad en beslutad plan har kvar att ge. What a decided plan has left to give in the year.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(example = json!({"actionPlanId": "SN-2018", "version": 1, "title": "Åtgärdsplan för 2018", "effect": 1_300_000}))]
struct PlanAheadView {
    /// Planen. The plan.
    action_plan_id: String,
    /// Versionen. The version.
    version: i16,
    /// Titeln. The title.
    title: String,
    /// Planerad effekt efter prognosens månad; positiv sänker nettokostnaden. Planned effect after the forecast's month: positive lowers net cost.
    effect: Amount,
}

/// En prognos före och efter beslutade åtgärder. A forecast before and after decided measures, in kronor; deviations are favourable positive.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(example = json!({"committee": "SN", "forecastPeriod": "2018-08", "forecastSource": "controller", "amountUnit": "kr",
    "signConvention": "cost-positive", "budget": 463_269_000, "forecastBefore": 475_169_000, "deviationBefore": -11_900_000, "effect": 1_300_000,
    "forecastAfter": 473_869_000, "deviationAfter": -10_600_000, "actionPlans": [], "_links": {}}))]
struct AfterMeasuresView {
    /// Nämnden. The committee.
    committee: String,
    /// Månaden då prognosen gjordes. The month that the forecast was made at.
    forecast_period: String,
    /// Prognosens källa. The source of the forecast.
    forecast_source: String,
    /// Beloppens enhet. The unit of the amounts: kr.
    #[schema(extensions(("x-enum" = json!(words::KR))))]
    amount_unit: &'static str,
    /// Teckenkonvention: nettokostnad är positiv. The sign convention: net cost is positive.
    #[schema(extensions(("x-enum" = json!(words::COST_POSITIVE))))]
    sign_convention: &'static str,
    /// Budget helår; saknas utan budget. The budget of the year; absent without one.
    budget: Option<Amount>,
    /// Prognos före åtgärder. The forecast before measures.
    forecast_before: Amount,
    /// Avvikelse före åtgärder. The deviation before measures.
    deviation_before: Option<Amount>,
    /// Vad beslutade åtgärder är planerade att ge efter månaden. What decided measures are planned to give after the month.
    effect: Amount,
    /// Prognos efter åtgärder. The forecast after measures.
    forecast_after: Amount,
    /// Avvikelse efter åtgärder. The deviation after measures.
    deviation_after: Option<Amount>,
    /// Planerna. The plans.
    action_plans: Vec<PlanAheadView>,
    #[serde(rename = "_links")]
    links: Links,
}

impl Body for AfterMeasuresView {}

/// The committee's forecast, its sums, and what decided plans have left.
async fn found(
    scope: &Scope,
    committee: &str,
    month: Month,
    source: Option<&str>,
) -> Result<(StandingPosting, RowSums, Vec<Ahead>), StoreError> {
    let year = month.year();
    let postings = standing(scope, year).await?;
    let used = forecast_of(&postings, committee, year, month.number(), source).ok_or(Refusal::NotFound)?.clone();
    let none = (1, 0);
    let of = SumsOf {
        year,
        dimension: Dimension::Activity,
        committee: Some(committee.to_owned()),
        outcome: none,
        previous: none,
        budget: (1, 12),
        forecasts: BTreeMap::from([(committee.to_owned(), used.posting_number)]),
    };
    let mut whole = RowSums::default();
    for sum in sums(scope, &of).await? {
        whole.add(&sum)?;
    }
    let made_at = month_of(&used)?;
    let plans = ahead(scope, committee, made_at).await?;
    Ok((used, whole, plans))
}

/// The month that a forecast was made at.
fn month_of(used: &StandingPosting) -> Result<Month, StoreError> {
    let year = utfall_domain::period::Year::new(used.year.into());
    let month = year.and_then(|year| Month::new(year, used.month));
    month.map_err(|_| StoreError::Corrupt("the month of a forecast".into()))
}

/// Read a forecast before and after measures
///
/// Nämndens prognos som den lades in, och med det som beslutade åtgärdsplaner är planerade att ge efter prognosens månad. The committee's
/// forecast as entered, and with what decided action plans are planned to give after the forecast's month.
#[utoipa::path(tag = "Forecasts", params(AfterMeasuresQuery), extensions(("x-right" = json!("read"))),
    responses((status = 200, description = "Prognosen. The forecast.", body = AfterMeasuresView)))]
#[get("/municipalities/{municipalityCode}/reports/forecast-after-measures")]
async fn get_forecast_after_measures(call: Call<perm::Read>) -> Result<Reply<AfterMeasuresView>, Problem> {
    let query: AfterMeasuresQuery = call.query()?;
    let committee = committee(&call, query.committee.as_deref())?;
    let text = Problem::needed("period", query.period)?;
    let month = Month::parse(&text).map_err(|why| Problem::parameter("period", &text, &why.to_string()))?;
    let source = query.forecast_source.as_deref();
    let (used, whole, plans, version) = call
        .read(query.as_of, async |scope| {
            let (used, whole, plans) = found(scope, &committee, month, source).await?;
            Ok((used, whole, plans, scope.version()))
        })
        .await?;
    let amounts = || -> Result<_, StoreError> {
        let before = whole.forecast().unwrap_or_default();
        let effect = Money::sum(plans.iter().map(|plan| plan.amount))?;
        let after = before.minus(effect)?;
        let budget = whole.budget().ok();
        let deviation = |forecast: Money| budget.map(|budget| budget.minus(forecast)).transpose();
        Ok((budget, before, deviation(before)?, effect, after, deviation(after)?))
    };
    let (budget, before, deviation_before, effect, after, deviation_after) = amounts()?;
    let plan = |plan: Ahead| PlanAheadView {
        action_plan_id: plan.document,
        version: plan.number,
        title: plan.title,
        effect: plan.amount.into(),
    };
    let href = format!("{}?{}", call.own_href(), call.request().query_string());
    let view = AfterMeasuresView {
        committee,
        forecast_period: month_of(&used)?.to_string(),
        forecast_source: used.source,
        amount_unit: "kr",
        sign_convention: "cost-positive",
        budget: budget.map(Amount::from),
        forecast_before: before.into(),
        deviation_before: deviation_before.map(Amount::from),
        effect: effect.into(),
        forecast_after: after.into(),
        deviation_after: deviation_after.map(Amount::from),
        action_plans: plans.into_iter().map(plan).collect(),
        links: Links { own: Some(Link::get("self", href)), ..Links::default() },
    };
    Ok(Reply::ok(view).version(version))
}
