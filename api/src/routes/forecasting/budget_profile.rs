//! A budget's months beside history's: a front-loaded budget shows a surplus that is not there.

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
use utfall_domain::code_part::CodePart;
use utfall_domain::code_plan::DateSpan;
use utfall_domain::forecasting::{THRESHOLD, Tilt, YEARS_BACK, departure, weights};
use utfall_domain::money::Money;
use utfall_domain::period::Year;
use utfall_domain::posting::Kind;
use utfall_domain::rollup::Dimension;
use utfall_persistence::code_plan::tree;
use utfall_persistence::error::StoreError;
use utfall_persistence::forecasting::{monthly, of_whole_years};
use utfall_persistence::scope::Scope;
use utoipa::{IntoParams, ToSchema};
use utoipa_actix_web::service_config::ServiceConfig;

pub(super) fn configure(config: &mut ServiceConfig) {
    config.service(get_budget_profile);
}

/// Vilken budget. Which budget.
#[derive(Deserialize, IntoParams)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct BudgetProfileQuery {
    /// Nämnden; behövs. The committee; needed.
    #[param(example = "SN")]
    committee: Option<String>,
    /// Året; behövs. The year; needed.
    #[param(minimum = 1990, maximum = 2100, example = 2018)]
    year: Option<i32>,
    /// Hur många tidigare år, 1 till 5. How many earlier years.
    #[param(minimum = 1, maximum = 5, default = 3)]
    years_back: Option<i16>,
    /// Varna när budgeten vid någon månad skiljer mer än så från historiken, i procent av årets budget. Warn where the budget at some month
    /// differs by more than this from history, in percent of the year's budget.
    #[param(minimum = 0, maximum = 100, default = 5)]
    threshold_percent: Option<u8>,
    /// Enhet: kr, tkr eller mnkr. The unit.
    #[param(inline, value_type = Option<words::Units>)]
    amount_unit: Option<String>,
    /// Som registrerat då: en tidpunkt, eller slutet av ett datum. As recorded then: at a moment, or at the end of a date (2018-12-31).
    #[param(value_type = Option<String>)]
    as_of: Option<AsOf>,
}

/// En rads budget mot historiken. A row's budget beside history.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(example = json!({"code": "HVBU", "label": "HVB unga", "budget": 81_424_000, "tilt": "front-loaded", "warns": true, "largestMonth": 6,
    "largestDifference": 6_000_000, "differences": [0, 0, 0, 0, 0, 6_000_000, 0, 0, 0, 0, 0, 0], "absent": null}))]
struct ProfileRowView {
    /// Koden. The code.
    code: String,
    /// Namnet. The name.
    label: String,
    /// Årets periodiserade budget. The year's periodised budget.
    budget: Amount,
    /// front-loaded, back-loaded eller in-line. Which way it leans.
    #[schema(extensions(("x-enum" = json!(words::TILTS))))]
    tilt: Option<&'static str>,
    /// Om den varnar. Whether it warns.
    warns: bool,
    /// Månaden med störst skillnad. The month with the largest difference.
    largest_month: Option<u8>,
    /// Skillnaden då; positiv är mer budget än historiken hade haft. The difference then: positive is more budget than history would have had.
    largest_difference: Option<Amount>,
    /// Januari till och med varje månad: budget minus vad historiken hade gett. January through each month: budget less what history would give.
    differences: Vec<Amount>,
    /// Varför jämförelsen saknas. Why there is no comparison.
    #[schema(extensions(("x-enum" = json!(words::NOT_PROPOSED))))]
    absent: Option<&'static str>,
}

/// Budgetens profil mot historiken. The budget's profile beside history's.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(example = json!({"committee": "SN", "year": 2018, "amountUnit": "kr", "signConvention": "cost-positive", "thresholdPercent": 5,
    "historyYears": [2017], "rows": [], "total": {"code": "", "label": "Summa", "budget": 463_269_000, "tilt": "in-line", "warns": false,
    "largestMonth": 1, "largestDifference": 0, "differences": [], "absent": null}, "_links": {}}))]
struct BudgetProfileView {
    /// Nämnden. The committee.
    committee: String,
    /// År. The year.
    year: i16,
    /// Beloppens enhet. The unit of the amounts.
    #[schema(extensions(("x-enum" = json!(words::UNITS))))]
    amount_unit: &'static str,
    /// Teckenkonvention: nettokostnad är positiv. The sign convention: net cost is positive.
    #[schema(extensions(("x-enum" = json!(words::COST_POSITIVE))))]
    sign_convention: &'static str,
    /// Tröskeln. The threshold.
    threshold_percent: Percent,
    /// Åren som historiken kommer från. The years that history comes from.
    history_years: Vec<i16>,
    /// Verksamheterna. The activities.
    rows: Vec<ProfileRowView>,
    /// Nämnden som helhet. The committee as a whole.
    total: ProfileRowView,
    #[serde(rename = "_links")]
    links: Links,
}

impl Body for BudgetProfileView {
    const IS_TABLE: bool = true;

    fn table(&self) -> Option<Table> {
        let mut headers: Vec<String> = ["code", "label", "budget", "tilt"].map(str::to_owned).into();
        headers.extend((1..=12).map(|month| format!("{}-{month:02}", self.year)));
        let row = |row: &ProfileRowView| {
            let mut cells = vec![Cell::text(&row.code), Cell::text(&row.label), Cell::number(&row.budget)];
            cells.push(row.tilt.map_or(Cell::Empty, Cell::text));
            cells.extend(row.differences.iter().map(Cell::number));
            cells.resize(16, Cell::Empty);
            cells
        };
        Some(Table::new(headers, self.rows.iter().chain([&self.total]).map(row).collect()))
    }
}

type Months = BTreeMap<String, [Money; 12]>;

/// The budget's and history's months by activity, and the years of history.
async fn months(
    scope: &Scope,
    committee: &str,
    year: Year,
    years_back: i16,
) -> Result<(Months, Months, Vec<i16>), StoreError> {
    let number = year.number();
    let of = async |kind, years| monthly(scope, kind, Dimension::Activity, Some(committee), years).await;
    let sum = |found: Vec<utfall_persistence::forecasting::Monthly>| -> Result<Months, StoreError> {
        let mut months = Months::new();
        for one in found.into_iter().filter(|one| (1..=12).contains(&one.month)) {
            let sum = &mut months.entry(one.code).or_insert([Money::ZERO; 12])[usize::from(one.month) - 1];
            *sum = sum.plus(one.amount)?;
        }
        Ok(months)
    };
    let history = of_whole_years(of(Kind::Outcome, (number - years_back, number - 1)).await?);
    let mut years: Vec<i16> = history.iter().map(|one| one.year).collect();
    years.sort_unstable();
    years.dedup();
    Ok((sum(of(Kind::Budget, (number, number)).await?)?, sum(history)?, years))
}

fn total(months: &Months) -> Result<[Money; 12], StoreError> {
    let mut sums = [Money::ZERO; 12];
    for own in months.values() {
        for (sum, month) in sums.iter_mut().zip(own) {
            *sum = sum.plus(*month)?;
        }
    }
    Ok(sums)
}

/// Read the profile of a budget
///
/// Budgetens månader mot historikens, per verksamhet och för nämnden: en framtung budget visar ett överskott som inte finns. The budget's months
/// beside history's, by activity and for the committee: a front-loaded budget shows a surplus that is not there.
#[utoipa::path(tag = "Forecasts", params(BudgetProfileQuery), extensions(("x-right" = json!("read"))),
    responses((status = 200, description = "Profilen. The profile.",
        content((BudgetProfileView = "application/json"), (String = "text/csv",
            example = json!("code,label,budget,tilt,2018-01,2018-02,2018-03,2018-04,2018-05,2018-06,2018-07,2018-08,2018-09,2018-10,2018-11,2018-12\n,Summa,1200,in-line,0,0,0,0,0,0,0,0,0,0,0,0\n"))))))]
#[get("/municipalities/{municipalityCode}/reports/budget-profiles")]
async fn get_budget_profile(call: Call<perm::Read>) -> Result<Reply<BudgetProfileView>, Problem> {
    let query: BudgetProfileQuery = call.query()?;
    let committee = committee(&call, query.committee.as_deref())?;
    let number = Problem::needed("year", query.year)?.to_string();
    let year = Year::parse(&number).map_err(|why| Problem::parameter("year", &number, &why.to_string()))?;
    let years_back = query.years_back.unwrap_or(YEARS_BACK);
    if !(1..=5).contains(&years_back) {
        return Err(Problem::parameter("yearsBack", &years_back.to_string(), "is not from 1 to 5"));
    }
    let threshold = query.threshold_percent.map_or(THRESHOLD, |percent| i64::from(percent) * 100);
    if threshold > 10_000 {
        return Err(Problem::parameter("thresholdPercent", &(threshold / 100).to_string(), "is not from 0 to 100"));
    }
    let unit = amount_unit(query.amount_unit.as_deref())?.unwrap_or_default();
    let (budget, history, years, names, version) = call
        .read(query.as_of, async |scope| {
            let (budget, history, years) = months(scope, &committee, year, years_back).await?;
            Ok((budget, history, years, tree(scope, CodePart::Activity).await?, scope.version()))
        })
        .await?;
    let span = DateSpan::from(year);
    let row = |code: &str,
               label: String,
               budget: &[Money; 12],
               history: Option<&[Money; 12]>|
     -> Result<ProfileRowView, StoreError> {
        let shown = |amount| Amount::in_unit(unit, amount);
        let found = history.and_then(weights).map(|profile| departure(budget, &profile, threshold));
        Ok(ProfileRowView {
            code: code.to_owned(),
            label,
            budget: shown(Money::sum(budget.iter().copied())?),
            tilt: found.map(|found| found.tilt.code()),
            warns: found.is_some_and(|found| found.tilt != Tilt::InLine),
            largest_month: found.map(|found| found.month),
            largest_difference: found.map(|found| shown(found.months[usize::from(found.month) - 1])),
            differences: found.map(|found| found.months.map(shown).into()).unwrap_or_default(),
            absent: found.is_none().then_some("no-history"),
        })
    };
    let name = |code: &str| {
        names.at(code, span).or_else(|| names.latest(code)).map(|row| row.name.to_string()).unwrap_or_default()
    };
    let rows = budget.iter().map(|(code, months)| row(code, name(code), months, history.get(code)));
    let rows = rows.collect::<Result<Vec<_>, _>>()?;
    let total = row("", "Summa".into(), &total(&budget)?, Some(&total(&history)?))?;
    let href = format!("{}?{}", call.own_href(), call.request().query_string());
    let view = BudgetProfileView {
        committee,
        year: year.number(),
        amount_unit: unit.code(),
        sign_convention: "cost-positive",
        threshold_percent: Percent::from_hundredths(threshold),
        history_years: years,
        rows,
        total,
        links: Links { own: Some(Link::get("self", href)), ..Links::default() },
    };
    Ok(Reply::ok(view).version(version))
}
