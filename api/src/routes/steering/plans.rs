//! Plans (verksamhetsplaner): listed, and read by the version that speaks for them now or on a day.

use super::plan_view::{PlanSummaryView, PlanVersionView};
use super::{key, reaches};
use crate::auth::call::Call;
use crate::auth::perm;
use crate::problem::Problem;
use crate::reply::{Body, Reply};
use crate::wire::as_of::AsOf;
use crate::wire::link::{Link, Links};
use crate::wire::page::{Page, PageMeta};
use crate::wire::year::year;
use actix_web::get;
use serde::{Deserialize, Serialize};
use utfall_domain::period::parse_date;
use utfall_domain::steering::edition::EditionKind;
use utfall_persistence::error::Refusal;
use utfall_persistence::steering::edition::{self, DocumentFilter, Edition};
use utfall_persistence::steering::plan::{plan_of, whole};
use utoipa::{IntoParams, ToSchema};
use utoipa_actix_web::service_config::ServiceConfig;

pub(super) fn configure(config: &mut ServiceConfig) {
    config.service(list_plans).service(get_plan);
}

/// En sida planer. A page of plans, newest year first.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(example = json!({"plans": [], "meta": {"totalRecords": 0, "page": 1, "limit": 20, "count": 0}, "_links": {}}))]
struct PlanPage {
    /// Planerna. The plans.
    plans: Vec<PlanSummaryView>,
    meta: PageMeta,
    #[serde(rename = "_links")]
    links: Links,
}

impl Body for PlanPage {}

/// Vilka dokument. Which plans or follow-ups.
#[derive(Deserialize, IntoParams)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(in crate::routes) struct DocumentQuery {
    /// Nämndens. Of this committee.
    #[param(example = "SN")]
    pub(in crate::routes) committee: Option<String>,
    /// Årets. Of this year.
    #[param(minimum = 1990, maximum = 2100)]
    year: Option<i32>,
    /// Som registrerat då: en tidpunkt, eller slutet av ett datum. As recorded then: at a moment, or at the end of a date (2018-12-31).
    #[param(value_type = Option<String>)]
    pub(in crate::routes) as_of: Option<AsOf>,
    /// Sida, från 1. The page, from 1.
    #[param(default = 1, minimum = 0)]
    page: Option<i64>,
    /// Antal per sida. How many a page holds.
    #[param(default = 20, minimum = 1, maximum = 1000)]
    limit: Option<i64>,
}

impl DocumentQuery {
    pub(in crate::routes) fn page(&self) -> Result<Page, Problem> {
        Page::new(self.page, self.limit, 1000)
    }

    pub(in crate::routes) fn filter(&self, call: &Call<perm::Read>) -> Result<DocumentFilter, Problem> {
        Ok(DocumentFilter { committees: call.committees(self.committee.as_deref())?, year: year("year", self.year)? })
    }
}

pub(super) fn summary(call: &Call<perm::Read>, edition: &Edition, own: &str) -> Result<PlanSummaryView, Problem> {
    let links = Links { own: Some(Link::get("self", call.municipality_href(own))), ..Links::default() };
    Ok(PlanSummaryView {
        plan_id: edition.document.clone(),
        version: edition.number,
        state: edition.state().name(EditionKind::Plan),
        committee: edition.committee.clone(),
        year: edition.year,
        title: plan_of(edition)?.title.to_string(),
        decision: edition.decision()?.map(Into::into),
        superseded_by: edition.superseded_by(),
        links,
    })
}

/// List the plans
///
/// Nämndernas planer, var och en med den version som gäller: den senast beslutade, annars den föreslagna, annars utkastet. The
/// committees' plans, each by the version that speaks for it: the newest decided, else the proposed, else the draft.
#[utoipa::path(tag = "Steering", params(DocumentQuery), extensions(("x-right" = json!("read"))),
    responses((status = 200, description = "En sida planer. A page of plans.", body = PlanPage)))]
#[get("/municipalities/{municipalityCode}/plans")]
async fn list_plans(call: Call<perm::Read>) -> Result<Reply<PlanPage>, Problem> {
    let query: DocumentQuery = call.query()?;
    let (page, filter) = (query.page()?, query.filter(&call)?);
    let ((rows, total), version) = call
        .read(query.as_of, async |scope| {
            Ok((edition::documents(scope, EditionKind::Plan, &filter, page.window()).await?, scope.version()))
        })
        .await?;
    let plans = rows.iter().map(|row| summary(&call, row, &format!("plans/{}", row.document)));
    let plans = plans.collect::<Result<Vec<_>, _>>()?;
    let links = page.links(total, &call.own_href(), call.request().query_string());
    let meta = page.meta(total, plans.len());
    Ok(Reply::ok(PlanPage { plans, meta, links }).version(version))
}

/// När: registrerat eller beslutat. When: as recorded, or as decided.
#[derive(Deserialize, IntoParams)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(in crate::routes) struct DecidedQuery {
    /// Som registrerat då: en tidpunkt, eller slutet av ett datum. As recorded then: at a moment, or at the end of a date (2018-12-31).
    #[param(value_type = Option<String>)]
    pub(in crate::routes) as_of: Option<AsOf>,
    /// Som beslutat denna dag: versionen vars beslut gällde då. As decided on this day: the version whose decision was in force then.
    #[param(format = "date", example = "2019-02-15")]
    decided_as_of: Option<String>,
}

impl DecidedQuery {
    pub(in crate::routes) fn day(&self) -> Result<Option<chrono::NaiveDate>, Problem> {
        let read = |text: &String| {
            parse_date(text).map_err(|_| Problem::parameter("decidedAsOf", text, "is not a date such as 2019-02-15"))
        };
        self.decided_as_of.as_ref().map(read).transpose()
    }
}

/// Read a plan
///
/// Versionen som gäller: den senast beslutade, annars den föreslagna, annars utkastet. Med asOf som registrerat då, med decidedAsOf som
/// beslutat den dagen. The version that speaks for the plan: the newest decided, else the proposed, else the draft. With asOf as recorded
/// then, with decidedAsOf as decided on that day.
#[utoipa::path(tag = "Steering", params(DecidedQuery), extensions(("x-right" = json!("read"))),
    responses((status = 200, description = "Planen. The plan.", body = PlanVersionView)))]
#[get("/municipalities/{municipalityCode}/plans/{planId}")]
async fn get_plan(call: Call<perm::Read>) -> Result<Reply<PlanVersionView>, Problem> {
    let query: DecidedQuery = call.query()?;
    let (plan_id, day) = (key(&call, "planId")?, query.day()?);
    let (found, version) = call
        .read(query.as_of, async |scope| {
            let edition = edition::foremost(scope, EditionKind::Plan, plan_id.as_str(), day).await?;
            Ok((whole(scope, edition.ok_or(Refusal::NotFound)?).await?, scope.version()))
        })
        .await?;
    reaches(&call, &found.edition.committee)?;
    let links = Links { own: Some(Link::get("self", call.own_href())), ..Links::default() };
    Ok(Reply::ok(PlanVersionView::new(found, links)?).version(version))
}
