//! The measures of an action plan: how each stands, and what it gives.

use super::figures_view::MeasureStandingView;
use crate::auth::call::Call;
use crate::auth::perm;
use crate::contract::words;
use crate::problem::Problem;
use crate::reply::{Body, Reply};
use crate::routes::steering::{DecidedQuery, key, reaches};
use crate::wire::csv::Table;
use crate::wire::link::{Link, Links};
use actix_web::get;
use serde::Serialize;
use utfall_persistence::action_plan::{figures, version};
use utfall_persistence::error::Refusal;
use utoipa::ToSchema;
use utoipa_actix_web::service_config::ServiceConfig;

pub(super) fn configure(config: &mut ServiceConfig) {
    config.service(list_measures);
}

/// Planens åtgärder. The measures of the version that speaks for the plan.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(example = json!({"actionPlanId": "SN-2018", "version": 1, "day": "2018-11-15", "amountUnit": "kr", "measures": [], "_links": {}}))]
struct MeasureList {
    /// Planen. The plan.
    action_plan_id: String,
    /// Versionen. The version.
    version: i16,
    /// Dagen som förseningar bedöms. The day on which lateness is judged.
    #[schema(format = "date", example = "2018-11-15")]
    day: String,
    /// Beloppens enhet. The unit of the amounts: kr.
    #[schema(extensions(("x-enum" = json!(words::KR))))]
    amount_unit: &'static str,
    /// Åtgärderna. The measures.
    measures: Vec<MeasureStandingView>,
    #[serde(rename = "_links")]
    links: Links,
}

impl Body for MeasureList {
    const IS_TABLE: bool = true;

    fn table(&self) -> Option<Table> {
        let rows = self.measures.iter().map(MeasureStandingView::cells).collect();
        Some(Table::new(MeasureStandingView::HEADERS, rows))
    }
}

/// List the measures of an action plan
///
/// Åtgärderna i versionen som gäller: läge, försening, väntan, planerad och realiserad effekt. Effekter som mäts i huvudboken är baslinjen
/// minus utfallet. The measures of the version that speaks for the plan: state, lateness, waiting, planned and realised effect. What is
/// measured on the ledger is the baseline less the outcome.
#[utoipa::path(tag = "Action plans", params(DecidedQuery), extensions(("x-right" = json!("read"))),
    responses((status = 200, description = "Åtgärderna. The measures.",
        content((MeasureList = "application/json"), (String = "text/csv",
            example = json!("key,title,state,lateness,waiting,planned,plannedToDate,realised,comment\nhemmaplan,Hemmaplan,ongoing,in-time,false,1300000,0,,\n"))))))]
#[get("/municipalities/{municipalityCode}/action-plans/{actionPlanId}/measures")]
async fn list_measures(call: Call<perm::Read>) -> Result<Reply<MeasureList>, Problem> {
    let query: DecidedQuery = call.query()?;
    let (action_plan_id, day) = (key(&call, "actionPlanId")?, query.day()?);
    let today = call.day(query.as_of);
    let (found, figures, data_version) = call
        .read(query.as_of, async |scope| {
            let found = version::foremost(scope, action_plan_id.as_str(), day).await?.ok_or(Refusal::NotFound)?;
            let figures = figures(scope, &found, today).await?;
            Ok((found, figures, scope.version()))
        })
        .await?;
    reaches(&call, &found.edition.committee)?;
    let measures = found.plan.measures.into_iter().zip(figures.measures);
    let up = Link::get("up", call.municipality_href(&format!("action-plans/{}", found.edition.document)));
    let list = MeasureList {
        action_plan_id: found.edition.document,
        version: found.edition.number,
        day: today.to_string(),
        amount_unit: "kr",
        measures: measures.map(|(measure, figures)| MeasureStandingView::new(measure, figures)).collect(),
        links: Links { own: Some(Link::get("self", call.own_href())), up: Some(up), ..Links::default() },
    };
    Ok(Reply::ok(list).version(data_version).on(today))
}
