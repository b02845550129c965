//! Reports on an action plan: how far its measures have come through a month, and what they have given.

use crate::auth::call::Call;
use crate::auth::perm::{self, Permission};
use crate::contract::words;
use crate::problem::Problem;
use crate::reply::{Body, Reply};
use crate::routes::steering::{key, moment, precondition, reaches};
use crate::wire::amount::Amount;
use crate::wire::as_of::AsOfQuery;
use crate::wire::fields::{Fields, shown};
use crate::wire::link::{Link, Links};
use crate::wire::page::{ListQuery, Page, PageMeta};
use actix_web::{get, put};
use serde::{Deserialize, Serialize};
use utfall_domain::action_plan::{EffectReport, MeasureReport, MeasureState};
use utfall_domain::period::Month;
use utfall_domain::text::Key;
use utfall_persistence::action_plan::version::foremost;
use utfall_persistence::action_plan::{RecordedReport, put_report, report, report_resource, reports};
use utfall_persistence::error::Refusal;
use utfall_persistence::scope::Scope;
use utoipa::ToSchema;
use utoipa_actix_web::service_config::ServiceConfig;

pub(super) fn configure(config: &mut ServiceConfig) {
    config.service(list_action_plan_effects).service(get_action_plan_effects).service(put_action_plan_effects);
}

/// Vad som rapporteras om en åtgärd. What is reported of a measure.
#[derive(Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[schema(example = json!({"measure": "hemmaplan", "state": "ongoing", "realised": 900_000, "comment": "Tre placeringar är avslutade."}))]
struct MeasureReportView {
    /// Åtgärdens nyckel. The measure's key.
    #[schema(min_length = 1, max_length = 100)]
    measure: String,
    /// Läge: planned, ongoing, done eller cancelled. How far it has come.
    #[schema(extensions(("x-enum" = json!(words::MEASURE_STATES))))]
    state: String,
    /// Vad den gett sedan januari, i kronor; negativ när den kostat. Mäts den i huvudboken gäller mätningen. What it has given since January,
    /// in kronor: negative when it has cost. Where it is measured on the ledger, that counts.
    realised: Option<Amount>,
    /// Kommentaren i ord. The comment in words.
    #[schema(max_length = 20_000)]
    comment: Option<String>,
}

/// En rapport att lämna. A report through a month: January through it.
#[derive(Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[schema(example = json!({"text": "Planen följs.", "realised": null, "measures": [{"measure": "hemmaplan", "state": "ongoing",
    "realised": 900_000, "comment": "Tre placeringar är avslutade."}]}))]
struct EffectsInput {
    /// Om planen i stort. Of the plan as a whole.
    #[schema(max_length = 20_000)]
    text: Option<String>,
    /// Vad planen i stort gett, när åtgärderna saknar belopp. What the plan as a whole has given, where measures have no amounts.
    realised: Option<Amount>,
    /// Åtgärd för åtgärd. Measure by measure.
    #[serde(default)]
    measures: Vec<MeasureReportView>,
}

/// En rapport om en åtgärdsplan. A report on an action plan.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(example = json!({"actionPlanId": "SN-2018", "period": "2018-11", "amountUnit": "kr", "text": null, "realised": null,
    "measures": [], "recordedAt": "2018-12-05T08:00:00Z", "recordedBy": "karin", "_links": {}}))]
struct EffectsView {
    /// Planen. The plan.
    action_plan_id: String,
    /// Januari till och med månaden. January through the month.
    period: String,
    /// Beloppens enhet. The unit of the amounts: kr.
    #[schema(extensions(("x-enum" = json!(words::KR))))]
    amount_unit: &'static str,
    /// Om planen i stort. Of the plan as a whole.
    text: Option<String>,
    /// Vad planen i stort gett. What the plan as a whole has given.
    realised: Option<Amount>,
    /// Åtgärd för åtgärd. Measure by measure.
    measures: Vec<MeasureReportView>,
    /// När. When it was recorded.
    #[schema(format = "date-time", example = "2018-12-05T08:00:00Z")]
    recorded_at: String,
    /// Vem. Who recorded it.
    recorded_by: String,
    #[serde(rename = "_links")]
    links: Links,
}

impl Body for EffectsView {}

/// En sida rapporter. A page of reports on an action plan, newest month first.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(example = json!({"effects": [], "meta": {"totalRecords": 0, "page": 1, "limit": 20, "count": 0}, "_links": {}}))]
struct EffectsPage {
    /// Rapporterna. The reports.
    effects: Vec<EffectsView>,
    meta: PageMeta,
    #[serde(rename = "_links")]
    links: Links,
}

impl Body for EffectsPage {}

fn view<P: Permission + 'static>(call: &Call<P>, document: &str, recorded: RecordedReport) -> EffectsView {
    let RecordedReport { report, since: _, recorded_at, recorded_by } = recorded;
    let EffectReport { month, text, realised, measures } = report;
    let period = month.to_string();
    let own = Link::get("self", call.municipality_href(&report_resource(document, &period)));
    let up = Link::get("up", call.municipality_href(&format!("action-plans/{document}")));
    let measure = |one: MeasureReport| MeasureReportView {
        measure: one.measure.to_string(),
        state: one.state.code().into(),
        realised: one.realised.map(Amount::from),
        comment: shown(one.comment),
    };
    EffectsView {
        action_plan_id: document.into(),
        period,
        amount_unit: "kr",
        text: shown(text),
        realised: realised.map(Amount::from),
        measures: measures.into_iter().map(measure).collect(),
        recorded_at: moment(recorded_at),
        recorded_by,
        links: Links { own: Some(own), up: Some(up), ..Links::default() },
    }
}

fn month<P: Permission + 'static>(call: &Call<P>) -> Result<Month, Problem> {
    Month::parse(&call.path("period")?).map_err(|_| Problem::not_found())
}

/// The committee of a plan, which must be there.
async fn committee(scope: &Scope, document: &str) -> Result<String, utfall_persistence::error::StoreError> {
    Ok(foremost(scope, document, None).await?.ok_or(Refusal::NotFound)?.edition.committee)
}

/// List the reports on an action plan
///
/// Rapporterna om planen, senaste månaden först. The reports on the plan, newest month first.
#[utoipa::path(tag = "Action plans", params(ListQuery), extensions(("x-right" = json!("read"))),
    responses((status = 200, description = "En sida rapporter. A page of reports.", body = EffectsPage)))]
#[get("/municipalities/{municipalityCode}/action-plans/{actionPlanId}/effects")]
async fn list_action_plan_effects(call: Call<perm::Read>) -> Result<Reply<EffectsPage>, Problem> {
    let query: ListQuery = call.query()?;
    let page = Page::new(query.page, query.limit, 1000)?;
    let id = key(&call, "actionPlanId")?;
    let (mut rows, committee, version) = call
        .read(query.as_of, async |scope| {
            Ok((reports(scope, id.as_str()).await?, committee(scope, id.as_str()).await?, scope.version()))
        })
        .await?;
    reaches(&call, &committee)?;
    rows.reverse();
    let total = i64::try_from(rows.len()).unwrap_or_default();
    let effects: Vec<_> = page.of(&rows).iter().map(|row| view(&call, id.as_str(), row.clone())).collect();
    let links = page.links(total, &call.own_href(), call.request().query_string());
    let meta = page.meta(total, effects.len());
    Ok(Reply::ok(EffectsPage { effects, meta, links }).version(version))
}

/// Read a report on an action plan
///
/// Rapporten till och med månaden. The report through the month.
#[utoipa::path(tag = "Action plans", params(AsOfQuery), extensions(("x-right" = json!("read"))),
    responses((status = 200, description = "Rapporten. The report.", body = EffectsView)))]
#[get("/municipalities/{municipalityCode}/action-plans/{actionPlanId}/effects/{period}")]
async fn get_action_plan_effects(call: Call<perm::Read>) -> Result<Reply<EffectsView>, Problem> {
    let query: AsOfQuery = call.query()?;
    let (id, period) = (key(&call, "actionPlanId")?, month(&call)?.to_string());
    let (found, committee) = call
        .read(query.as_of, async |scope| {
            let found = report(scope, id.as_str(), &period).await?.ok_or(Refusal::NotFound)?;
            Ok((found, committee(scope, id.as_str()).await?))
        })
        .await?;
    reaches(&call, &committee)?;
    let since = found.since;
    Ok(Reply::ok(view(&call, id.as_str(), found)).version(since))
}

/// Put a report on an action plan
///
/// Hur långt åtgärderna i en beslutad plan kommit till och med månaden, och vad de gett sedan januari. Att ändra en rapport kräver If-Match.
/// How far the measures of a decided plan have come through the month, and what they have given since January. Changing a report takes
/// If-Match.
#[utoipa::path(tag = "Action plans", request_body = EffectsInput,
    extensions(("x-right" = json!("action-plans")), ("x-if-match" = json!("required"))),
    responses((status = 200, description = "Rapporten. The report.", body = EffectsView),
              (status = 201, description = "En ny rapport. A new report.", body = EffectsView),
              (status = 409, description = "Planen är inte beslutad. The plan is not decided.", body = crate::problem::ProblemView,
               content_type = "application/problem+json")))]
#[put("/municipalities/{municipalityCode}/action-plans/{actionPlanId}/effects/{period}")]
async fn put_action_plan_effects(mut call: Call<perm::ActionPlans>) -> Result<Reply<EffectsView>, Problem> {
    let (id, month) = (key(&call, "actionPlanId")?, month(&call)?);
    let precondition = precondition(&call)?;
    let input: EffectsInput = call.json().await?;
    let mut fields = Fields::default();
    let text = fields.text("text", input.text.as_deref(), 20_000);
    let measures = input.measures.iter().enumerate().filter_map(|(at, one)| {
        let measure = fields.parsed(format!("measures/{at}/measure"), &one.measure, Key::parse);
        let state =
            fields.word(format!("measures/{at}/state"), &one.state, MeasureState::from_code, &MeasureState::CODES);
        let comment = fields.text(format!("measures/{at}/comment"), one.comment.as_deref(), 20_000);
        let realised = one.realised.as_ref().and_then(|amount| amount.kronor().ok());
        Some(MeasureReport { measure: measure?, state: state?, realised, comment })
    });
    let measures = measures.collect();
    let realised = input.realised.as_ref().and_then(|amount| amount.kronor().ok());
    let new = fields.done(Some(EffectReport { month, text, realised, measures }))?;
    let put = call.write(async |w| put_report(w, id.as_str(), new.clone(), precondition).await).await;
    let put = put.map_err(Problem::in_document)?;
    let location = call.own_href();
    Ok(Reply::put(put.is_new, view(&call, id.as_str(), put.body), location).version(put.version))
}
