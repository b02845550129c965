//! Forecast accuracy: what each forecast missed at year-end, and bias by source and lead time.

use super::committee;
use crate::auth::call::Call;
use crate::auth::perm;
use crate::contract::words;
use crate::problem::Problem;
use crate::reply::{Body, Reply};
use crate::routes::word_parameter::amount_unit;
use crate::wire::amount::{Amount, Percent};
use crate::wire::as_of::AsOf;
use crate::wire::csv::{Cell, Table};
use crate::wire::link::{Link, Links};
use actix_web::get;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use utfall_domain::forecasting::{Snapshot, score};
use utfall_domain::money::{AmountUnit, Money};
use utfall_domain::period::{Month, Year};
use utfall_persistence::error::StoreError;
use utfall_persistence::forecasting::{Forecasted, forecasted};
use utoipa::{IntoParams, ToSchema};
use utoipa_actix_web::service_config::ServiceConfig;

pub(super) fn configure(config: &mut ServiceConfig) {
    config.service(get_forecast_accuracy);
}

/// Vilka prognoser. Which forecasts.
#[derive(Deserialize, IntoParams)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct AccuracyQuery {
    /// Nämnden; behövs. The committee; needed.
    #[param(example = "SN")]
    committee: Option<String>,
    /// År med komma emellan, högst tio; behövs. The years, with commas, at most ten; needed.
    #[param(pattern = "^(199[0-9]|20[0-9]{2}|2100)(,(199[0-9]|20[0-9]{2}|2100)){0,9}$", example = "2017,2018")]
    years: Option<String>,
    /// Bara denna källas. Only this source's.
    source: Option<String>,
    /// Bara prognosen vid denna månad: vad prognosen i augusti missade. Only the forecast of this month: what August's missed.
    #[param(pattern = "^(199[0-9]|20[0-9]{2}|2100)-(0[1-9]|1[0-3])$", example = "2018-08")]
    period: Option<String>,
    /// Nämnden som helhet, eller per verksamhet. The committee as a whole, or by activity.
    #[param(inline, value_type = Option<words::ScoredBy>)]
    by: Option<String>,
    /// Enhet: kr, tkr eller mnkr. The unit.
    #[param(inline, value_type = Option<words::Units>)]
    amount_unit: Option<String>,
    /// Som registrerat då: en tidpunkt, eller slutet av ett datum. As recorded then: at a moment, or at the end of a date (2018-12-31).
    #[param(value_type = Option<String>)]
    as_of: Option<AsOf>,
}

/// En prognos och vad den missade. A forecast and what it missed.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(example = json!({"year": 2018, "source": "controller", "period": "2018-08", "leadMonths": 4, "code": "", "forecast": 475_169_000,
    "outcome": 478_000_000, "error": 2_831_000, "errorPercent": 0.59, "restatedOutcome": 478_000_000, "restatedError": 2_831_000, "absent": null}))]
struct ForecastScoreView {
    /// År. The year.
    year: i16,
    /// Källan. The source.
    source: String,
    /// Månaden då prognosen gjordes. The month that it was made at.
    period: String,
    /// Månader kvar av året. How many months of the year were left.
    lead_months: u8,
    /// Verksamheten; tom för nämnden som helhet. The activity; empty for the committee as a whole.
    code: String,
    /// Prognosen. As forecast.
    forecast: Amount,
    /// Årets utfall som bokfört. As the year became, as booked.
    outcome: Option<Amount>,
    /// Utfall minus prognos; positivt när året kostade mer. Outcome less forecast: positive when the year cost more.
    error: Option<Amount>,
    /// Felet i procent av prognosen. The error in percent of the forecast.
    error_percent: Option<Percent>,
    /// Årets utfall omräknat för det som hör till andra år. As the year became, restated for what belongs to other years.
    restated_outcome: Option<Amount>,
    /// Felet mot det. The error against that.
    restated_error: Option<Amount>,
    /// Varför felet inte är känt. Why the error is not known.
    #[schema(extensions(("x-enum" = json!(words::NOT_SCORED))))]
    absent: Option<&'static str>,
}

/// Träffsäkerhet. How forecasts of a source and a lead time missed together.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(example = json!({"source": "controller", "leadMonths": 4, "forecastCount": 2, "bias": 2_831_000, "meanAbsoluteError": 2_831_000,
    "restatedBias": 2_831_000}))]
struct AccuracyView {
    /// Källan. The source.
    source: String,
    /// Månader kvar av året; saknas för alla. How many months of the year were left; absent for all.
    lead_months: Option<u8>,
    /// Hur många prognoser. How many forecasts.
    forecast_count: usize,
    /// Medelfelet; positivt när åren kostade mer. The mean error: positive when the years cost more.
    bias: Amount,
    /// Medelfelet utan tecken. The mean error without sign.
    mean_absolute_error: Amount,
    /// Medelfelet mot omräknat utfall. The mean error against the restated outcome.
    restated_bias: Amount,
}

/// Prognosers träffsäkerhet. The accuracy of forecasts.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(example = json!({"committee": "SN", "amountUnit": "kr", "signConvention": "cost-positive", "forecasts": [], "accuracies": [], "_links": {}}))]
struct ForecastAccuracyView {
    /// Nämnden. The committee.
    committee: String,
    /// Beloppens enhet. The unit of the amounts.
    #[schema(extensions(("x-enum" = json!(words::UNITS))))]
    amount_unit: &'static str,
    /// Teckenkonvention: nettokostnad är positiv. The sign convention: net cost is positive.
    #[schema(extensions(("x-enum" = json!(words::COST_POSITIVE))))]
    sign_convention: &'static str,
    /// Prognoserna. The forecasts.
    forecasts: Vec<ForecastScoreView>,
    /// Per källa och månader kvar, och per källa i allt. By source and lead time, and by source in all.
    accuracies: Vec<AccuracyView>,
    #[serde(rename = "_links")]
    links: Links,
}

impl Body for ForecastAccuracyView {
    const IS_TABLE: bool = true;

    fn table(&self) -> Option<Table> {
        let headers = [
            "year",
            "source",
            "period",
            "leadMonths",
            "code",
            "forecast",
            "outcome",
            "error",
            "restatedOutcome",
            "restatedError",
        ];
        let row = |one: &ForecastScoreView| {
            vec![
                Cell::number(one.year),
                Cell::text(&one.source),
                Cell::text(&one.period),
                Cell::number(one.lead_months),
                Cell::text(&one.code),
                Cell::number(&one.forecast),
                Cell::maybe(one.outcome.as_ref()),
                Cell::maybe(one.error.as_ref()),
                Cell::maybe(one.restated_outcome.as_ref()),
                Cell::maybe(one.restated_error.as_ref()),
            ]
        };
        Some(Table::new(headers, self.forecasts.iter().map(row).collect()))
    }
}

fn view(one: &Forecasted, unit: AmountUnit) -> Result<ForecastScoreView, StoreError> {
    let shown = |amount: Option<Money>| amount.map(|amount| Amount::in_unit(unit, amount));
    let error = |outcome: Option<Money>| outcome.map(|outcome| outcome.minus(one.forecast)).transpose();
    let booked = error(one.outcome)?;
    Ok(ForecastScoreView {
        year: one.year.number(),
        source: one.source.clone(),
        period: format!("{}-{:02}", one.year, one.month),
        lead_months: 12_u8.saturating_sub(one.month),
        code: one.code.clone(),
        forecast: Amount::in_unit(unit, one.forecast),
        outcome: shown(one.outcome),
        error: shown(booked),
        error_percent: booked.and_then(|error| error.percent_of(one.forecast)).map(Percent::from_hundredths),
        restated_outcome: shown(one.restated),
        restated_error: shown(error(one.restated)?),
        absent: one.outcome.is_none().then_some("year-not-closed"),
    })
}

fn accuracies(found: &[Forecasted], unit: AmountUnit) -> Result<Vec<AccuracyView>, StoreError> {
    let mut groups: BTreeMap<(&str, Option<u8>), Vec<&Forecasted>> = BTreeMap::new();
    for one in found.iter().filter(|one| one.outcome.is_some()) {
        for lead in [None, Some(12_u8.saturating_sub(one.month))] {
            groups.entry((&one.source, lead)).or_default().push(one);
        }
    }
    let mut accuracies = Vec::new();
    for ((source, lead_months), forecasts) in groups {
        let of = |outcome: fn(&Forecasted) -> Option<Money>| {
            let snapshot = |one: &&Forecasted| Some(Snapshot { forecast: one.forecast, outcome: outcome(one)? });
            score(&forecasts.iter().filter_map(snapshot).collect::<Vec<_>>())
        };
        if let (Some(booked), Some(restated)) = (of(|one| one.outcome)?, of(|one| one.restated)?) {
            accuracies.push(AccuracyView {
                source: source.into(),
                lead_months,
                forecast_count: booked.count,
                bias: Amount::in_unit(unit, booked.bias),
                mean_absolute_error: Amount::in_unit(unit, booked.absolute),
                restated_bias: Amount::in_unit(unit, restated.bias),
            });
        }
    }
    Ok(accuracies)
}

/// Read the accuracy of forecasts
///
/// Varje prognos mot årets utfall, som bokfört och omräknat, och medelfel per källa och månader kvar. Each forecast against what the year became,
/// as booked and as restated, and mean errors by source and lead time.
#[utoipa::path(tag = "Forecasts", params(AccuracyQuery), extensions(("x-right" = json!("read"))),
    responses((status = 200, description = "Träffsäkerheten. The accuracy.",
        content((ForecastAccuracyView = "application/json"), (String = "text/csv",
            example = json!("year,source,period,leadMonths,code,forecast,outcome,error,restatedOutcome,restatedError\n2018,controller,2018-08,4,,475169000,,,,\n"))))))]
#[get("/municipalities/{municipalityCode}/reports/forecast-accuracies")]
async fn get_forecast_accuracy(call: Call<perm::Read>) -> Result<Reply<ForecastAccuracyView>, Problem> {
    let query: AccuracyQuery = call.query()?;
    let committee = committee(&call, query.committee.as_deref())?;
    let text = Problem::needed("years", query.years)?;
    let years = text.split(',').map(|year| Year::parse(year.trim())).collect::<Result<Vec<_>, _>>();
    let years = years.map_err(|why| Problem::parameter("years", &text, &why.to_string()))?;
    if years.len() > 10 {
        return Err(Problem::parameter("years", &text, "is more than ten years"));
    }
    let month = |text: &String| Month::parse(text).map_err(|why| Problem::parameter("period", text, &why.to_string()));
    let month = query.period.as_ref().map(month).transpose()?;
    let by_activity = match query.by.as_deref() {
        None | Some("committee") => false,
        Some("activity") => true,
        Some(other) => return Err(Problem::parameter("by", other, "is not committee or activity")),
    };
    let unit = amount_unit(query.amount_unit.as_deref())?.unwrap_or_default();
    let (mut found, version) = call
        .read(query.as_of, async |scope| {
            let found = forecasted(scope, &committee, &years, query.source.as_deref(), by_activity).await?;
            Ok((found, scope.version()))
        })
        .await?;
    found.retain(|one| month.is_none_or(|month| month.year() == one.year && month.number() == one.month));
    let forecasts = found.iter().map(|one| view(one, unit)).collect::<Result<Vec<_>, _>>()?;
    let href = format!("{}?{}", call.own_href(), call.request().query_string());
    let view = ForecastAccuracyView {
        committee,
        amount_unit: unit.code(),
        sign_convention: "cost-positive",
        forecasts,
        accuracies: accuracies(&found, unit)?,
        links: Links { own: Some(Link::get("self", href)), ..Links::default() },
    };
    Ok(Reply::ok(view).version(version))
}
