//! The investment table: a committee's projects over some years.

use super::investment_frames::{InvestmentFiguresView, used};
use crate::auth::call::Call;
use crate::auth::perm;
use crate::contract::words;
use crate::problem::Problem;
use crate::reply::{Body, Reply};
use crate::routes::word_parameter::amount_unit;
use crate::wire::amount::Amount;
use crate::wire::as_of::AsOf;
use crate::wire::csv::{Cell, Table};
use crate::wire::link::{Link, Links};
use actix_web::get;
use serde::{Deserialize, Serialize};
use utfall_domain::frame::{InvestmentFigures, investment_figures};
use utfall_domain::money::{AmountUnit, Money, ShownAmount};
use utfall_domain::period::Year;
use utfall_persistence::error::{Refusal, StoreError};
use utfall_persistence::frame::{InvestmentYear, investment_year};
use utoipa::{IntoParams, ToSchema};
use utoipa_actix_web::service_config::ServiceConfig;

pub(super) fn configure(config: &mut ServiceConfig) {
    config.service(get_investment_table);
}

/// Vad tabellen ska visa. What the table is to show.
#[derive(Deserialize, IntoParams)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct InvestmentTableQuery {
    /// Nämnden; behövs. The committee; needed.
    #[param(example = "SN")]
    committee: Option<String>,
    /// År med komma emellan, högst fem; behövs. The years, with commas, at most five; needed.
    #[param(pattern = "^(199[0-9]|20[0-9]{2}|2100)(,(199[0-9]|20[0-9]{2}|2100)){0,4}$", example = "2018,2019")]
    years: Option<String>,
    /// Enhet: kr, tkr eller mnkr. The unit.
    #[param(inline, value_type = Option<words::Units>)]
    amount_unit: Option<String>,
    /// Som registrerat då: en tidpunkt, eller slutet av ett datum. As recorded then: at a moment, or at the end of a date (2018-12-31).
    #[param(value_type = Option<String>)]
    as_of: Option<AsOf>,
}

/// En rad. A project in a year.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(example = json!({"year": 2019, "project": "946019", "label": "Möbler och inventarier ny våning", "figures": {"budget": 475, "used": 378,
    "unused": 97, "carried": 97, "left": 0}, "carryKind": "information"}))]
struct InvestmentRowView {
    /// År. The year.
    year: i16,
    /// Projektet. The project.
    project: Option<String>,
    /// Vad det kallas. What it is called.
    label: String,
    /// Siffrorna. The figures.
    figures: InvestmentFiguresView,
    /// Hur överföringen läggs fram. How the carry-over is put forward.
    #[schema(extensions(("x-enum" = json!(words::CARRY_KINDS))))]
    carry_kind: Option<&'static str>,
}

/// Ett års summa. A year's total, rounded from öre and not from the rows.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(example = json!({"year": 2019, "figures": {"budget": 2075, "used": 547, "unused": 1528, "carried": 497, "left": 1031},
    "roundingDifference": {"budget": 0, "used": 0, "unused": 0, "carried": 0, "left": 0}}))]
struct InvestmentTotalView {
    /// År. The year.
    year: i16,
    /// Siffrorna. The figures.
    figures: InvestmentFiguresView,
    /// Visade rader minus visad summa. What the shown rows sum to, less the shown total.
    rounding_difference: InvestmentFiguresView,
}

/// Investeringstabellen. The investment table.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(example = json!({"committee": "SN", "amountUnit": "tkr", "signConvention": "cost-positive", "rows": [], "totals": [], "_links": {}}))]
struct InvestmentTableView {
    /// Nämnden. The committee.
    committee: String,
    /// Beloppens enhet. The unit of the amounts.
    #[schema(extensions(("x-enum" = json!(words::UNITS))))]
    amount_unit: &'static str,
    /// Teckenkonvention: utgifter är positiva. The sign convention: expenditure is positive.
    #[schema(extensions(("x-enum" = json!(words::COST_POSITIVE))))]
    sign_convention: &'static str,
    /// Raderna, år för år. The rows, year by year.
    rows: Vec<InvestmentRowView>,
    /// Årens summor. The totals of the years.
    totals: Vec<InvestmentTotalView>,
    #[serde(rename = "_links")]
    links: Links,
}

impl Body for InvestmentTableView {
    const IS_TABLE: bool = true;

    fn table(&self) -> Option<Table> {
        let cells = |year: i16, project: &str, label: &str, figures: &InvestmentFiguresView| {
            let InvestmentFiguresView { budget, used, unused, carried, left } = figures;
            let mut cells = vec![Cell::number(year), Cell::text(project), Cell::text(label)];
            cells.extend([budget, used, unused, carried, left].map(Cell::number));
            cells
        };
        let row =
            |row: &InvestmentRowView| cells(row.year, row.project.as_deref().unwrap_or(""), &row.label, &row.figures);
        let mut rows: Vec<_> = self.rows.iter().map(row).collect();
        rows.extend(self.totals.iter().map(|total| cells(total.year, "", "Summa", &total.figures)));
        Some(Table::new(vec!["year", "project", "label", "budget", "used", "unused", "carried", "left"], rows))
    }
}

fn parts(figures: InvestmentFigures) -> [Money; 5] {
    let InvestmentFigures { budget, used, unused, carried, left } = figures;
    [budget, used, unused, carried, left]
}

fn shown(values: [ShownAmount; 5]) -> InvestmentFiguresView {
    let [budget, used, unused, carried, left] = values.map(Amount::shown);
    InvestmentFiguresView { budget, used, unused, carried, left }
}

/// A year's rows and total.
fn year_of(
    found: &InvestmentYear,
    unit: AmountUnit,
) -> Result<(Vec<InvestmentRowView>, InvestmentTotalView), StoreError> {
    let year = found.frame.year.number();
    let mut sums = [Money::ZERO; 5].map(|zero| unit.shown(zero));
    let mut rows = Vec::new();
    for project in &found.frame.projects {
        let values = parts(investment_figures([project], used(found, project))?).map(|amount| unit.shown(amount));
        for (sum, value) in sums.iter_mut().zip(values) {
            *sum = sum.plus(value);
        }
        rows.push(InvestmentRowView {
            year,
            project: project.project.as_ref().map(ToString::to_string),
            label: project.label.to_string(),
            figures: shown(values),
            carry_kind: project.carry_over.as_ref().map(|carried| carried.kind.code()),
        });
    }
    let all = Money::sum(found.frame.projects.iter().map(|project| used(found, project)))?;
    let total = parts(investment_figures(&found.frame.projects, all)?).map(|amount| unit.shown(amount));
    let mut rounding = sums;
    for (rounding, total) in rounding.iter_mut().zip(total) {
        *rounding = rounding.minus(total);
    }
    Ok((rows, InvestmentTotalView { year, figures: shown(total), rounding_difference: shown(rounding) }))
}

/// Read the investment table
///
/// Projekt, budget, utfall, ej använt, överfört och kvar, för upp till fem år. Projects with budget, outcome, unused, carried over and left, for
/// up to five years.
#[utoipa::path(tag = "Reports", params(InvestmentTableQuery), extensions(("x-right" = json!("read"))),
    responses((status = 200, description = "Tabellen. The table.",
        content((InvestmentTableView = "application/json"), (String = "text/csv",
            example = json!("year,project,label,budget,used,unused,carried,left\n2019,946019,Möbler,475,378,97,97,0\n2019,,Summa,475,378,97,97,0\n"))))))]
#[get("/municipalities/{municipalityCode}/reports/investment-tables")]
async fn get_investment_table(call: Call<perm::Read>) -> Result<Reply<InvestmentTableView>, Problem> {
    let query: InvestmentTableQuery = call.query()?;
    let committee = call.committees(query.committee.as_deref())?.pop();
    let committee = Problem::needed("committee", committee)?;
    let text = Problem::needed("years", query.years)?;
    let years = text.split(',').map(|year| Year::parse(year.trim())).collect::<Result<Vec<_>, _>>();
    let years = years.map_err(|why| Problem::parameter("years", &text, &why.to_string()))?;
    if years.len() > 5 {
        return Err(Problem::parameter("years", &text, "is more than five years"));
    }
    let unit = amount_unit(query.amount_unit.as_deref())?.unwrap_or_default();
    let (found, version) = call
        .read(query.as_of, async |scope| {
            if !utfall_persistence::code_plan::committees(scope)
                .await?
                .iter()
                .any(|known| known.code.as_str() == committee)
            {
                return Err(Refusal::NotFound.into());
            }
            let mut found = Vec::new();
            for year in &years {
                found.extend(investment_year(scope, &committee, year.number()).await?);
            }
            Ok((found, scope.version()))
        })
        .await?;
    let (mut rows, mut totals) = (Vec::new(), Vec::new());
    for year in &found {
        let (own, total) = year_of(year, unit)?;
        rows.extend(own);
        totals.push(total);
    }
    let href = format!("{}?{}", call.own_href(), call.request().query_string());
    let links = Links { own: Some(Link::get("self", href)), ..Links::default() };
    let table = InvestmentTableView {
        committee,
        amount_unit: unit.code(),
        sign_convention: "cost-positive",
        rows,
        totals,
        links,
    };
    Ok(Reply::ok(table).version(version))
}
