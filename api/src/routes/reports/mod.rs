//! Reports: the operating summary and the forecast summary of a committee, read from rollups.

mod asked;
mod found;
mod shape;

use self::asked::ReportQuery;
use self::shape::view;
use super::example;
use crate::auth::call::Call;
use crate::auth::perm;
use crate::problem::Problem;
use crate::reply::{Reply, current_if};
use crate::wire::amount::Amount;
use actix_web::{HttpResponse, get};
use utfall_domain::money::Money;
use utfall_domain::period::Year;
use utfall_domain::report::{Absent, RowSums, Value};
use utoipa_actix_web::service_config::ServiceConfig;

pub(super) use self::asked::Asked;
pub(super) use self::found::Found;
pub(super) use self::shape::{ForecastValues, OperatingValues, ReportView};

pub(super) fn configure(config: &mut ServiceConfig) {
    config.service(get_operating_summary).service(get_forecast_summary);
}

/// Read the operating summary
///
/// Utfall januari till och med månaden, samma period föregående år, förändring och avvikelse mot periodiserad budget. Outcome
/// January through the month, the same span of the year before, the change, and the deviation from the periodised budget. A
/// budget for the year without a profile gives no deviation to date (not-periodised), and no budget none (no-budget).
#[utoipa::path(tag = "Reports", params(ReportQuery), extensions(("x-right" = json!("read"))),
    responses((status = 200, description = "Rapporten. The report.",
        content((ReportView<OperatingValues> = "application/json", example = json!(example::operating_summary())),
            (String = "text/csv", example = json!(example::OPERATING_CSV))))))]
#[get("/municipalities/{municipalityCode}/reports/operating-summary")]
async fn get_operating_summary(call: Call<perm::Read>) -> Result<HttpResponse, Problem> {
    let asked = Asked::of(&call)?;
    current_if(asked.is_the_same_for_all, &call, async || {
        let found = call.read(asked.as_of, async |scope| Found::read(scope, &asked, false).await).await?;
        Ok(Reply::ok(operating(href(&call), &asked, &found)?).version(found.version))
    })
    .await
}

fn href(call: &Call<perm::Read>) -> String {
    format!("{}?{}", call.own_href(), call.request().query_string())
}

/// The operating summary of what the ledger says.
pub(super) fn operating(href: String, asked: &Asked, found: &Found) -> Result<ReportView<OperatingValues>, Problem> {
    let year = asked.month.year();
    let known = |value: Money, year: Year| match found.unknown(asked, year) {
        Some(absent) => Err(absent),
        None => Ok(asked.sign.turn(value)),
    };
    let line = |row: &RowSums| {
        let outcome = known(row.outcome(), year);
        let previous = known(row.previous(), year.previous());
        let change = match (outcome, previous) {
            (Ok(outcome), Ok(previous)) => Ok(outcome.minus(previous)?),
            (Err(absent), _) | (_, Err(absent)) => Err(absent),
        };
        Ok([outcome, previous, change, outcome.and(row.deviation_to_date()?)])
    };
    let (first, last) = (asked.first_month(), asked.month.number());
    let span = |year: i16| format!("{year:04}-{first:02}--{year:04}-{last:02}");
    let columns = [
        ("outcome", format!("Redovisning {}", span(year.number()))),
        ("outcomePreviousYear", format!("Redovisning {}", span(year.previous().number()))),
        ("change", "Förändring".to_owned()),
        ("deviation", "Avvikelse mot periodiserad budget".to_owned()),
    ];
    let values = |[outcome, outcome_previous_year, change, deviation]: [Option<Amount>; 4]| OperatingValues {
        outcome,
        outcome_previous_year,
        change,
        deviation,
    };
    view(href, asked, found, columns, line, values)
}

/// Read the forecast summary
///
/// Helårsprognos, budget, avvikelse och hela föregående års utfall. The forecast of the full year, the budget, the deviation and the
/// outcome of the whole year before.
#[utoipa::path(tag = "Reports", params(ReportQuery), extensions(("x-right" = json!("read"))),
    responses((status = 200, description = "Rapporten. The report.",
        content((ReportView<ForecastValues> = "application/json", example = json!(example::forecast_summary())),
            (String = "text/csv", example = json!(example::FORECAST_SUMMARY_CSV))))))]
#[get("/municipalities/{municipalityCode}/reports/forecast-summary")]
async fn get_forecast_summary(call: Call<perm::Read>) -> Result<HttpResponse, Problem> {
    let asked = Asked::of(&call)?;
    if asked.month_only {
        return Err(Problem::unfit_parameter("span", "month", "is not what a forecast covers: it is for the year"));
    }
    current_if(asked.is_the_same_for_all, &call, async || {
        let found = call.read(asked.as_of, async |scope| Found::read(scope, &asked, true).await).await?;
        Ok(Reply::ok(forecast(href(&call), &asked, &found)?).version(found.version))
    })
    .await
}

/// The forecast summary of what the ledger says.
pub(super) fn forecast(href: String, asked: &Asked, found: &Found) -> Result<ReportView<ForecastValues>, Problem> {
    let any_forecast = !found.forecasts.is_empty();
    let closed = found.outcomes.iter().any(|posting| posting.year == asked.month.year().previous().number());
    let line = |row: &RowSums| {
        let forecast = match row.forecast() {
            Err(_) if any_forecast => Ok(Money::ZERO),
            forecast => forecast,
        };
        let turn = |value: Value| value.map(|value| asked.sign.turn(value));
        let deviation = row.forecast_deviation(any_forecast)?;
        Ok([
            turn(forecast),
            turn(row.budget()),
            deviation,
            turn(if closed { Ok(row.previous()) } else { Err(Absent::NoOutcome) }),
        ])
    };
    let year = asked.month.year();
    let columns = [
        ("forecast", format!("Prognos {year}")),
        ("budget", format!("Budget {year}")),
        ("deviation", "Avvikelse".to_owned()),
        ("outcomePreviousYear", format!("Bokslut {}", year.previous())),
    ];
    let values = |[forecast, budget, deviation, outcome_previous_year]: [Option<Amount>; 4]| ForecastValues {
        forecast,
        budget,
        deviation,
        outcome_previous_year,
    };
    view(href, asked, found, columns, line, values)
}
