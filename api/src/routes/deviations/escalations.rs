//! Escalations: cases that have become the executive's matter, computed when they are read.

use super::view::DeviationView;
use crate::auth::call::Call;
use crate::auth::perm;
use crate::problem::Problem;
use crate::reply::{Body, Reply};
use crate::routes::steering::DocumentQuery;
use crate::wire::csv::Table;
use crate::wire::link::Links;
use crate::wire::page::PageMeta;
use actix_web::get;
use serde::Serialize;
use utfall_domain::deviation::Level;
use utfall_persistence::deviation::answer::answered;
use utfall_persistence::deviation::{DeviationFilter, deviations};
use utoipa::ToSchema;
use utoipa_actix_web::service_config::ServiceConfig;

pub(super) fn configure(config: &mut ServiceConfig) {
    config.service(list_escalations);
}

/// En sida eskalerade avvikelser. A page of cases that are the executive's matter.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(example = json!({"escalations": [], "meta": {"totalRecords": 0, "page": 1, "limit": 20, "count": 0}, "_links": {}}))]
struct EscalationPage {
    /// Avvikelserna. The cases.
    escalations: Vec<DeviationView>,
    meta: PageMeta,
    #[serde(rename = "_links")]
    links: Links,
}

impl Body for EscalationPage {
    const IS_TABLE: bool = true;

    fn table(&self) -> Option<Table> {
        let rows = self.escalations.iter().map(DeviationView::cells).collect();
        Some(Table::new(DeviationView::HEADERS, rows))
    }
}

/// List the escalations
///
/// Nämndernas avvikelser som är styrelsens sak: fristen har passerat utan svar, eller beslutade planer täcker inte underskottet.
/// Fristerna räknas per dagen (eller asOf). The committees' cases that are the executive's matter: a deadline has passed without an
/// answer, or decided plans do not cover the deficit. Deadlines are judged on the day, or on that of asOf.
#[utoipa::path(tag = "Deviations", params(DocumentQuery), extensions(("x-right" = json!("read"))),
    responses((status = 200, description = "En sida avvikelser. A page of cases.",
        content((EscalationPage = "application/json"), (String = "text/csv", example = json!(crate::routes::example::DEVIATIONS_CSV))))))]
#[get("/municipalities/{municipalityCode}/escalations")]
async fn list_escalations(call: Call<perm::Read>) -> Result<Reply<EscalationPage>, Problem> {
    let query: DocumentQuery = call.query()?;
    let (page, filter) = (query.page()?, query.filter(&call)?);
    let filter = DeviationFilter {
        committees: filter.committees,
        year: filter.year,
        state: "open".into(),
        level: Level::Committee.code().into(),
        ..DeviationFilter::default()
    };
    let today = call.day(query.as_of);
    let (rows, answers, version) = call
        .read(query.as_of, async |scope| {
            let (rows, _) = deviations(scope, &filter, (i64::from(i32::MAX), 0)).await?;
            let answers = answered(scope, &rows, today).await?;
            Ok((rows, answers, scope.version()))
        })
        .await?;
    let escalated: Vec<_> = rows.into_iter().zip(answers).filter(|(_, answer)| !answer.escalation.is_empty()).collect();
    let total = i64::try_from(escalated.len()).unwrap_or_default();
    let shown = page.of(&escalated).iter().cloned();
    let escalations: Vec<_> = shown.map(|(row, answer)| DeviationView::new(&call, row, answer)).collect();
    let links = page.links(total, &call.own_href(), call.request().query_string());
    let meta = page.meta(total, escalations.len());
    Ok(Reply::ok(EscalationPage { escalations, meta, links }).version(version).on(today))
}
