//! Proposals of forecasts: the year by a method, with its inputs and its interval.

use super::committee;
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
use utfall_domain::forecasting::Method;
use utfall_domain::money::AmountUnit;
use utfall_domain::period::Month;
use utfall_domain::report::Absent;
use utfall_domain::rollup::Dimension;
use utfall_persistence::forecasting::{Ask, Proposals, ProposedRow, proposals};
use utoipa::{IntoParams, ToSchema};
use utoipa_actix_web::service_config::ServiceConfig;

pub(super) fn configure(config: &mut ServiceConfig) {
    config.service(get_forecast_proposals);
}

/// Vilket förslag. Which proposal.
#[derive(Deserialize, IntoParams)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct ProposalQuery {
    /// Nämnden; behövs. The committee; needed.
    #[param(example = "SN")]
    committee: Option<String>,
    /// Utfall till och med månaden; behövs. Outcome through this month; needed.
    #[param(pattern = "^(199[0-9]|20[0-9]{2}|2100)-(0[1-9]|1[0-2])$", example = "2018-08")]
    period: Option<String>,
    /// Metod: linear (utfallet hittills på årets månader), profile (med historikens andel vid samma månad) eller last-year (resten som förra
    /// året). How: linear, by history's share at the same month, or with the rest as last year.
    #[param(inline, value_type = Option<words::Methods>)]
    method: Option<String>,
    /// Rader per activity, unit eller account. What the rows are.
    #[param(inline, value_type = Option<words::Dimensions>)]
    by: Option<String>,
    /// Djup i trädet, 1 är rötterna. The depth at which the tree is cut.
    #[param(minimum = 1, maximum = 20, default = 1)]
    depth: Option<u8>,
    /// Enhet: kr, tkr eller mnkr. The unit.
    #[param(inline, value_type = Option<words::Units>)]
    amount_unit: Option<String>,
    /// Som registrerat då: en tidpunkt, eller slutet av ett datum. As recorded then: at a moment, or at the end of a date (2018-12-31).
    #[param(value_type = Option<String>)]
    as_of: Option<AsOf>,
}

/// En rad i ett förslag. A row of a proposal.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(example = json!({"code": "HVBU", "label": "HVB unga", "outcomeToDate": 65_251_000, "proposal": 97_876_500, "low": null, "high": null,
    "yearsBehind": 0, "absent": null, "noInterval": "no-earlier-year"}))]
struct ProposedRowView {
    /// Koden; tom för belopp utan kod. The code; empty for amounts without one.
    code: String,
    /// Namnet. The name.
    label: String,
    /// Utfallet hittills. The outcome so far.
    outcome_to_date: Option<Amount>,
    /// Helåret enligt metoden. The year by the method.
    proposal: Option<Amount>,
    /// Lägst, om året går som något tidigare. The lowest, if the year goes as an earlier one did.
    low: Option<Amount>,
    /// Högst, om året går som något tidigare. The highest, if the year goes as an earlier one did.
    high: Option<Amount>,
    /// Hur många tidigare år intervallet bygger på. How many earlier years the interval comes from.
    years_behind: usize,
    /// Varför inget föreslås. Why nothing is proposed.
    #[schema(extensions(("x-enum" = json!(words::NOT_PROPOSED))))]
    absent: Option<&'static str>,
    /// Varför intervall saknas. Why there is no interval.
    #[schema(extensions(("x-enum" = json!(words::NOT_PROPOSED))))]
    no_interval: Option<&'static str>,
}

impl ProposedRowView {
    fn new(row: &ProposedRow, absent: Option<Absent>, unit: AmountUnit) -> Self {
        let shown = |amount| Amount::in_unit(unit, amount);
        let proposed = row.proposed.filter(|_| absent.is_none());
        let interval = proposed.and_then(|(_, interval)| interval);
        let no_interval = proposed.is_some() && interval.is_none();
        Self {
            code: row.code.clone(),
            label: row.label.clone(),
            outcome_to_date: absent.is_none().then(|| shown(row.to_date)),
            proposal: proposed.map(|(amount, _)| shown(amount)),
            low: interval.map(|interval| shown(interval.low)),
            high: interval.map(|interval| shown(interval.high)),
            years_behind: interval.map_or(0, |interval| interval.years),
            absent: absent.map(Absent::code).or_else(|| row.proposed.is_none().then_some("no-history")),
            no_interval: no_interval.then_some("no-earlier-year"),
        }
    }

    fn cells(&self) -> Vec<Cell> {
        let mut cells = vec![Cell::text(&self.code), Cell::text(&self.label)];
        let amounts = [&self.outcome_to_date, &self.proposal, &self.low, &self.high];
        cells.extend(amounts.map(|amount| Cell::maybe(amount.as_ref())));
        cells
    }
}

/// Ett beräknat förslag. A computed proposal: what the ledger suggests, never a forecast by itself.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(example = json!({"committee": "SN", "period": "2018-08", "method": "linear", "computed": true, "by": "activity", "amountUnit": "kr",
    "signConvention": "cost-positive", "wholeYears": [2016, 2017], "rows": [], "total": {"code": "", "label": "Summa", "outcomeToDate": 320_864_000,
    "proposal": 481_296_000, "low": null, "high": null, "yearsBehind": 0, "absent": null, "noInterval": "no-earlier-year"}, "_links": {}}))]
struct ForecastProposalView {
    /// Nämnden. The committee.
    committee: String,
    /// Utfall till och med månaden. Outcome through the month.
    period: String,
    /// Metoden. The method.
    #[schema(extensions(("x-enum" = json!(words::METHODS))))]
    method: &'static str,
    /// Alltid sant: förslaget är beräknat. Always true: the proposal is computed.
    computed: bool,
    /// Raderna är activity, unit eller account. What the rows are.
    #[schema(extensions(("x-enum" = json!(words::DIMENSIONS))))]
    by: &'static str,
    /// Beloppens enhet. The unit of the amounts.
    #[schema(extensions(("x-enum" = json!(words::UNITS))))]
    amount_unit: &'static str,
    /// Teckenkonvention: nettokostnad är positiv. The sign convention: net cost is positive.
    #[schema(extensions(("x-enum" = json!(words::COST_POSITIVE))))]
    sign_convention: &'static str,
    /// Tidigare år vars utfall är helt, månad för månad. Earlier years whose outcome is whole, month by month.
    whole_years: Vec<i16>,
    /// Raderna. The rows.
    rows: Vec<ProposedRowView>,
    /// Nämnden som helhet med samma metod; inte radernas summa. The committee as a whole by the same method: not the sum of the rows.
    total: ProposedRowView,
    #[serde(rename = "_links")]
    links: Links,
}

impl Body for ForecastProposalView {
    const IS_TABLE: bool = true;

    fn table(&self) -> Option<Table> {
        let rows = self.rows.iter().chain([&self.total]).map(ProposedRowView::cells).collect();
        Some(Table::new(["code", "label", "outcomeToDate", "proposal", "low", "high"], rows))
    }
}

/// Reads what a proposal is asked for with.
pub(super) fn method(text: Option<&str>) -> Result<Method, Problem> {
    let text = Problem::needed("method", text)?;
    Method::from_code(text).ok_or_else(|| Problem::parameter("method", text, "is not linear, profile or last-year"))
}

fn ask(call: &Call<perm::Read>, query: &ProposalQuery) -> Result<Ask, Problem> {
    let text = Problem::needed("period", query.period.clone())?;
    let month = Month::parse(&text).map_err(|why| Problem::parameter("period", &text, &why.to_string()))?;
    if month.is_closing() {
        return Err(Problem::parameter("period", &text, "is not a month that a forecast is made at"));
    }
    let by = query.by.as_deref();
    let dimension = by.map_or(Some(Dimension::Activity), Dimension::from_code);
    let dimension = dimension
        .ok_or_else(|| Problem::parameter("by", by.unwrap_or_default(), "is not activity, unit or account"))?;
    let depth = query.depth.unwrap_or(1);
    if !(1..=20).contains(&depth) {
        return Err(Problem::parameter("depth", &depth.to_string(), "is not from 1 to 20"));
    }
    let committee = committee(call, query.committee.as_deref())?;
    Ok(Ask { committee, month, method: method(query.method.as_deref())?, dimension, depth: usize::from(depth) })
}

/// Propose a forecast
///
/// Beräknar helåret med en namngiven metod, rad för rad och för nämnden, med intervallet som metodens egna fel vid samma månad tidigare år ger.
/// Ett förslag blir en prognos först när det antas. Computes the year by a named method, row by row and for the committee, with the interval
/// that the method's own misses at the same month of earlier years give. A proposal is a forecast only once it is adopted.
#[utoipa::path(tag = "Forecasts", params(ProposalQuery), extensions(("x-right" = json!("read"))),
    responses((status = 200, description = "Förslaget. The proposal.",
        content((ForecastProposalView = "application/json"), (String = "text/csv",
            example = json!("code,label,outcomeToDate,proposal,low,high\nHVBU,HVB unga,65251000,97876500,,\n,Summa,65251000,97876500,,\n"))))))]
#[get("/municipalities/{municipalityCode}/reports/forecast-proposals")]
async fn get_forecast_proposals(call: Call<perm::Read>) -> Result<Reply<ForecastProposalView>, Problem> {
    let query: ProposalQuery = call.query()?;
    let ask = ask(&call, &query)?;
    let unit = amount_unit(query.amount_unit.as_deref())?.unwrap_or_default();
    let (found, version) =
        call.read(query.as_of, async |scope| Ok((proposals(scope, &ask).await?, scope.version()))).await?;
    let Proposals { rows, total, years, absent } = found;
    let href = format!("{}?{}", call.own_href(), call.request().query_string());
    let view = ForecastProposalView {
        committee: ask.committee,
        period: ask.month.to_string(),
        method: ask.method.code(),
        computed: true,
        by: ask.dimension.code(),
        amount_unit: unit.code(),
        sign_convention: "cost-positive",
        whole_years: years,
        rows: rows.iter().map(|row| ProposedRowView::new(row, absent, unit)).collect(),
        total: ProposedRowView::new(&total, absent, unit),
        links: Links { own: Some(Link::get("self", href)), ..Links::default() },
    };
    Ok(Reply::ok(view).version(version))
}
