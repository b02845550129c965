//! Deviation cases: what deviates, by how much, what is required, and every evaluation that made it so.

use super::deviation_policies::DeviationRule;
use super::example;
use crate::auth::call::Call;
use crate::auth::perm;
use crate::contract::words;
use crate::problem::Problem;
use crate::reply::{Body, Reply};
use crate::wire::amount::{Amount, Percent};
use crate::wire::as_of::{AsOf, AsOfQuery};
use crate::wire::csv::{Cell, Table};
use crate::wire::link::{Link, Links};
use crate::wire::page::{Page, PageMeta};
use actix_web::get;
use serde::{Deserialize, Serialize};
use utfall_domain::deviation::{DeviationBasis, Level, Required};
use utfall_persistence::deviation::{self, CaseEvaluation, Deviation, DeviationFilter};
use utfall_persistence::error::Refusal;
use utoipa::{IntoParams, ToSchema};
use utoipa_actix_web::service_config::ServiceConfig;

pub(super) fn configure(config: &mut ServiceConfig) {
    config.service(list_deviations).service(get_deviation);
}

/// En avvikelse. A deviation case, as it was evaluated last.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(example = json!({"deviationId": "0191d0c8-7c3e-7c7a-9d7b-3f1f0c1f2a3b", "committee": "SN", "basis": "year-to-date",
    "level": "activity", "code": "HVBU", "year": 2018, "state": "open", "required": "action-plan", "period": "2018-08",
    "amountUnit": "kr", "signConvention": "cost-positive", "budget": 54_283_000, "actual": 65_251_000, "amount": -10_968_000,
    "percent": -20.21, "rule": {"basis": "year-to-date", "level": "activity", "depth": 1, "thresholdAmount": 0,
    "thresholdPercent": null, "deadlineDays": null}, "openedByPosting": "0191d0c8-7c3e-7c7a-9d7b-3f1f0c1f2a3b",
    "cause": "posting", "recordedAt": "2018-09-05T06:00:00Z", "_links": {}}))]
struct DeviationView {
    /// Avvikelsens id. The case.
    #[schema(format = "uuid")]
    deviation_id: String,
    /// Nämnden. The committee.
    committee: String,
    /// Grund: year-to-date eller forecast. What is compared.
    #[schema(extensions(("x-enum" = json!(words::DEVIATION_BASES))))]
    basis: String,
    /// Nivå: committee, activity eller unit. The level; cases of different levels are never added.
    #[schema(extensions(("x-enum" = json!(words::LEVELS))))]
    level: String,
    /// Koden på nivån. The code at the level.
    code: String,
    /// År. The year.
    year: i16,
    /// Läge: open eller closed. The state.
    #[schema(extensions(("x-enum" = json!(words::DEVIATION_STATES))))]
    state: &'static str,
    /// Vad som krävs: action-plan eller explanation. What is required while it is open.
    #[schema(extensions(("x-enum" = json!(words::REQUIREMENTS))))]
    required: Option<&'static str>,
    /// Perioden som prövades sist. The period that was evaluated last.
    period: String,
    /// Beloppens enhet. The unit of the amounts: kr.
    #[schema(extensions(("x-enum" = json!(words::KR))))]
    amount_unit: &'static str,
    /// Teckenkonvention. The sign convention of budget and actual: cost-positive.
    #[schema(extensions(("x-enum" = json!(words::COST_POSITIVE))))]
    sign_convention: &'static str,
    /// Budgeten. The budget that is compared with.
    budget: Amount,
    /// Utfallet eller prognosen. The outcome or the forecast.
    actual: Amount,
    /// Avvikelsen; positiv är gynnsam. Budget less actual: positive is favourable.
    amount: Amount,
    /// Andel av budgeten. The share of the budget, in percent.
    percent: Option<Percent>,
    /// Regeln som slog till. The rule that fired; absent once nothing deviates.
    rule: Option<DeviationRule>,
    /// Leveransen som öppnade den. The posting that opened it, if one did.
    #[schema(format = "uuid")]
    opened_by_posting: Option<String>,
    /// Orsak till senaste prövningen: posting, policy eller code-plan. What caused the last evaluation.
    #[schema(extensions(("x-enum" = json!(words::EVALUATION_CAUSES))))]
    cause: String,
    /// När den prövades sist. When it was evaluated last.
    #[schema(format = "date-time", example = "2018-09-05T06:00:00Z")]
    recorded_at: String,
    #[serde(rename = "_links")]
    links: Links,
}

/// En sida avvikelser. A page of deviation cases.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(example = json!({"deviations": [], "meta": {"totalRecords": 0, "page": 1, "limit": 20, "count": 0}, "_links": {}}))]
struct DeviationPage {
    /// Avvikelserna. The cases.
    deviations: Vec<DeviationView>,
    meta: PageMeta,
    #[serde(rename = "_links")]
    links: Links,
}

impl Body for DeviationPage {
    const IS_TABLE: bool = true;

    fn table(&self) -> Option<Table> {
        let row = |case: &DeviationView| {
            vec![
                Cell::text(&case.deviation_id),
                Cell::text(&case.committee),
                Cell::text(&case.basis),
                Cell::text(&case.level),
                Cell::text(&case.code),
                Cell::number(case.year),
                Cell::text(case.state),
                case.required.map_or(Cell::Empty, Cell::text),
                Cell::text(&case.period),
                Cell::number(&case.budget),
                Cell::number(&case.actual),
                Cell::number(&case.amount),
                Cell::maybe(case.percent),
            ]
        };
        let headers = vec![
            "deviationId",
            "committee",
            "basis",
            "level",
            "code",
            "year",
            "state",
            "required",
            "period",
            "budget",
            "actual",
            "amount",
            "percent",
        ];
        Some(Table { headers, rows: self.deviations.iter().map(row).collect() })
    }
}

/// En prövning. One evaluation of a case.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(example = json!({"event": "opened", "period": "2018-08", "budget": 54_283_000, "actual": 65_251_000,
    "amount": -10_968_000, "percent": -20.21, "required": "action-plan", "rule": null, "cause": "posting",
    "postingId": "0191d0c8-7c3e-7c7a-9d7b-3f1f0c1f2a3b", "recordedAt": "2018-09-05T06:00:00Z"}))]
struct EvaluationView {
    /// Händelse: opened, changed, closed eller reopened. What happened.
    #[schema(extensions(("x-enum" = json!(words::EVENTS))))]
    event: String,
    /// Perioden. The period.
    period: String,
    /// Budgeten. The budget.
    budget: Amount,
    /// Utfallet eller prognosen. The outcome or the forecast.
    actual: Amount,
    /// Avvikelsen. The deviation: positive is favourable.
    amount: Amount,
    /// Andel av budgeten. In percent of the budget.
    percent: Option<Percent>,
    /// Vad som krävdes. What was required from then.
    #[schema(extensions(("x-enum" = json!(words::REQUIREMENTS))))]
    required: Option<&'static str>,
    /// Regeln. The rule that fired.
    rule: Option<DeviationRule>,
    /// Orsak: posting, policy eller code-plan. What caused it.
    #[schema(extensions(("x-enum" = json!(words::EVALUATION_CAUSES))))]
    cause: String,
    /// Leveransen. The posting, when one caused it.
    #[schema(format = "uuid")]
    posting_id: Option<String>,
    /// När. When.
    #[schema(format = "date-time", example = "2018-09-05T06:00:00Z")]
    recorded_at: String,
}

/// En avvikelse med sin historik. A case with its history.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(example = json!({"deviationId": "0191d0c8-7c3e-7c7a-9d7b-3f1f0c1f2a3b", "committee": "SN", "basis": "year-to-date",
    "level": "activity", "code": "HVBU", "year": 2018, "state": "open", "required": "action-plan", "period": "2018-08",
    "amountUnit": "kr", "signConvention": "cost-positive", "budget": 54_283_000, "actual": 65_251_000, "amount": -10_968_000,
    "percent": -20.21, "rule": null, "openedByPosting": null, "cause": "posting", "recordedAt": "2018-09-05T06:00:00Z",
    "evaluations": [], "_links": {}}))]
struct DeviationDetailView {
    /// Prövningarna, äldst först. Every evaluation that changed it, oldest first.
    evaluations: Vec<EvaluationView>,
    #[serde(flatten)]
    deviation: DeviationView,
}

impl Body for DeviationDetailView {}

/// Vilka avvikelser. Which cases.
#[derive(Deserialize, IntoParams)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct DeviationQuery {
    /// Nämnd. Only this committee's.
    committee: Option<String>,
    /// År. Only this year's.
    year: Option<i16>,
    /// Läge: open eller closed. The state.
    #[param(inline, value_type = Option<words::DeviationStates>)]
    state: Option<String>,
    /// Nivå. The level.
    #[param(inline, value_type = Option<words::Levels>)]
    level: Option<String>,
    /// Grund. The basis.
    #[param(inline, value_type = Option<words::DeviationBases>)]
    basis: Option<String>,
    /// Som registrerat då: en tidpunkt, eller slutet av ett datum. As recorded then: at a moment, or at the end of a date (2018-12-31).
    #[param(value_type = Option<String>)]
    as_of: Option<AsOf>,
    /// Sida, från 1. The page, from 1.
    #[param(default = 1, minimum = 0)]
    page: Option<i64>,
    /// Antal per sida. How many a page holds.
    #[param(default = 20, minimum = 1, maximum = 1000)]
    limit: Option<i64>,
}

fn moment(at: chrono::DateTime<chrono::Utc>) -> String {
    at.to_rfc3339_opts(chrono::SecondsFormat::Micros, true)
}

fn view(call: &Call<perm::Read>, case: Deviation) -> DeviationView {
    let own = Link::get("self", call.municipality_href(&format!("deviations/{}", case.deviation_id)));
    let via = (!case.opened_by.is_empty())
        .then(|| Link::get("via", call.municipality_href(&format!("postings/{}", case.opened_by))));
    DeviationView {
        state: if case.is_open() { "open" } else { "closed" },
        required: case.required().map(Required::code),
        budget: case.budget().into(),
        actual: case.actual().into(),
        amount: case.amount().into(),
        percent: case.percent().map(Percent::from_hundredths),
        rule: case.rule().map(DeviationRule::from),
        recorded_at: moment(case.recorded_at()),
        deviation_id: case.deviation_id,
        committee: case.committee,
        basis: case.basis,
        level: case.level,
        code: case.code,
        year: case.year,
        period: case.period,
        amount_unit: "kr",
        sign_convention: "cost-positive",
        opened_by_posting: Some(case.opened_by).filter(|id| !id.is_empty()),
        cause: case.cause,
        links: Links { own: Some(own), via, ..Links::default() },
    }
}

fn evaluation(row: CaseEvaluation) -> EvaluationView {
    EvaluationView {
        budget: row.budget().into(),
        actual: row.actual().into(),
        amount: row.amount().into(),
        percent: row.percent().map(Percent::from_hundredths),
        required: row.required().map(Required::code),
        rule: row.rule().map(DeviationRule::from),
        recorded_at: moment(row.recorded_at()),
        event: row.event,
        period: row.period,
        cause: row.cause,
        posting_id: Some(row.posting_id).filter(|id| !id.is_empty()),
    }
}

/// List the deviation cases
///
/// Avvikelser med belopp, andel, regel och vad som krävs. The cases with amount, share, the rule that fired and what is required.
#[utoipa::path(tag = "Deviations", params(DeviationQuery), extensions(("x-right" = json!("read"))),
    responses((status = 200, description = "En sida avvikelser. A page of cases.",
        content((DeviationPage = "application/json"), (String = "text/csv", example = json!(example::DEVIATIONS_CSV))))))]
#[get("/municipalities/{municipalityCode}/deviations")]
async fn list_deviations(call: Call<perm::Read>) -> Result<Reply<DeviationPage>, Problem> {
    let query: DeviationQuery = call.query()?;
    let page = Page::new(query.page, query.limit, 1000)?;
    let known = |name: &str, value: Option<String>, is_known: &dyn Fn(&str) -> bool, names: &str| match value {
        Some(value) if !is_known(&value) => Err(Problem::parameter(name, &value, &format!("is not {names}"))),
        value => Ok(value.unwrap_or_default()),
    };
    let filter = DeviationFilter {
        committees: call.committees(query.committee.as_deref())?,
        year: query.year,
        state: known("state", query.state, &|text| matches!(text, "open" | "closed"), "open or closed")?,
        level: known("level", query.level, &|text| Level::from_code(text).is_some(), "committee, activity or unit")?,
        basis: known(
            "basis",
            query.basis,
            &|text| DeviationBasis::from_code(text).is_some(),
            "year-to-date or forecast",
        )?,
    };
    let ((rows, total), version) = call
        .read(query.as_of, async |scope| {
            Ok((deviation::deviations(scope, &filter, page.window()).await?, scope.version()))
        })
        .await?;
    let deviations: Vec<_> = rows.into_iter().map(|row| view(&call, row)).collect();
    let links = page.links(total, &call.own_href(), call.request().query_string());
    let meta = page.meta(total, deviations.len());
    Ok(Reply::ok(DeviationPage { deviations, meta, links }).version(version))
}

/// Read a deviation case
///
/// Avvikelsen och varje prövning som ändrade den. The case and every evaluation that changed it.
#[utoipa::path(tag = "Deviations", params(AsOfQuery), extensions(("x-right" = json!("read"))),
    responses((status = 200, description = "Avvikelsen. The case.", body = DeviationDetailView)))]
#[get("/municipalities/{municipalityCode}/deviations/{deviationId}")]
async fn get_deviation(call: Call<perm::Read>) -> Result<Reply<DeviationDetailView>, Problem> {
    let query: AsOfQuery = call.query()?;
    let deviation_id = call.path("deviationId")?;
    let (case, history) = call
        .read(query.as_of, async |scope| {
            let case = deviation::deviation(scope, &deviation_id).await?.ok_or(Refusal::NotFound)?;
            Ok((case, deviation::evaluations(scope, &deviation_id).await?))
        })
        .await?;
    if !call.actor().reach.covers(&case.committee) {
        return Err(Problem::not_found());
    }
    let version = case.version;
    let evaluations = history.into_iter().map(evaluation).collect();
    Ok(Reply::ok(DeviationDetailView { evaluations, deviation: view(&call, case) }).version(version))
}
