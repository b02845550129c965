//! Deviation cases: what deviates, by how much, what is required, and every evaluation that made it so.

use super::view::{DeviationDetailView, DeviationView, EvaluationView};
use crate::auth::call::Call;
use crate::auth::perm;
use crate::contract::words;
use crate::problem::Problem;
use crate::reply::{Body, Reply};
use crate::routes::example;
use crate::wire::as_of::{AsOf, AsOfQuery};
use crate::wire::csv::Table;
use crate::wire::link::Links;
use crate::wire::page::{Page, PageMeta};
use crate::wire::year::year;
use actix_web::get;
use serde::{Deserialize, Serialize};
use utfall_domain::deviation::{DeviationBasis, Level};
use utfall_persistence::deviation::answer::answered;
use utfall_persistence::deviation::{self, DeviationFilter};
use utfall_persistence::error::Refusal;
use utoipa::{IntoParams, ToSchema};
use utoipa_actix_web::service_config::ServiceConfig;

pub(super) fn configure(config: &mut ServiceConfig) {
    config.service(list_deviations).service(get_deviation);
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
        let rows = self.deviations.iter().map(DeviationView::cells).collect();
        Some(Table::new(DeviationView::HEADERS, rows))
    }
}

/// Vilka avvikelser. Which cases.
#[derive(Deserialize, IntoParams)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct DeviationQuery {
    /// Nämnd. Only this committee's.
    committee: Option<String>,
    /// År. Only this year's.
    #[param(minimum = 1990, maximum = 2100)]
    year: Option<i32>,
    /// Läge: open (allt som inte är stängt) eller closed. The state: open is everything that is not closed.
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

/// List the deviation cases
///
/// Avvikelser med belopp, andel, regel, vad som krävs och hur långt svaret kommit. The cases with amount, share, the rule that fired, what
/// is required and how far the answer has come.
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
        year: year("year", query.year)?,
        state: known("state", query.state, &|text| matches!(text, "open" | "closed"), "open or closed")?,
        level: known("level", query.level, &|text| Level::from_code(text).is_some(), "committee, activity or unit")?,
        basis: known(
            "basis",
            query.basis,
            &|text| DeviationBasis::from_code(text).is_some(),
            "year-to-date or forecast",
        )?,
    };
    let today = call.day(query.as_of);
    let (rows, answers, total, version) = call
        .read(query.as_of, async |scope| {
            let (rows, total) = deviation::deviations(scope, &filter, page.window()).await?;
            let answers = answered(scope, &rows, today).await?;
            Ok((rows, answers, total, scope.version()))
        })
        .await?;
    let deviations: Vec<_> =
        rows.into_iter().zip(answers).map(|(row, answer)| DeviationView::new(&call, row, answer)).collect();
    let links = page.links(total, &call.own_href(), call.request().query_string());
    let meta = page.meta(total, deviations.len());
    Ok(Reply::ok(DeviationPage { deviations, meta, links }).version(version).on(today))
}

/// Read a deviation case
///
/// Avvikelsen, hur den är besvarad och varje prövning som ändrade den. The case, how it is answered, and every evaluation that changed it.
#[utoipa::path(tag = "Deviations", params(AsOfQuery), extensions(("x-right" = json!("read"))),
    responses((status = 200, description = "Avvikelsen. The case.", body = DeviationDetailView)))]
#[get("/municipalities/{municipalityCode}/deviations/{deviationId}")]
async fn get_deviation(call: Call<perm::Read>) -> Result<Reply<DeviationDetailView>, Problem> {
    let query: AsOfQuery = call.query()?;
    let deviation_id = call.path("deviationId")?;
    let today = call.day(query.as_of);
    let (case, answer, history, version) = call
        .read(query.as_of, async |scope| {
            let case = deviation::deviation(scope, &deviation_id).await?.ok_or(Refusal::NotFound)?;
            let answer = answered(scope, std::slice::from_ref(&case), today).await?.pop().ok_or(Refusal::NotFound)?;
            Ok((case, answer, deviation::evaluations(scope, &deviation_id).await?, scope.version()))
        })
        .await?;
    if !call.actor().reach.covers(&case.committee) {
        return Err(Problem::not_found());
    }
    let evaluations = history.into_iter().map(EvaluationView::from).collect();
    let deviation = DeviationView::new(&call, case, answer);
    Ok(Reply::ok(DeviationDetailView { evaluations, deviation }).version(version).on(today))
}
