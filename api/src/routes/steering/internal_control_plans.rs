//! Internal control (intern kontroll): a committee's yearly plan of control steps, with results, deviations and measures.

use super::goal_view::month;
use super::{ReasonQuery, precondition};
use crate::auth::call::Call;
use crate::auth::perm::{self, Permission};
use crate::contract::words;
use crate::problem::Problem;
use crate::reply::{Body, Reply};
use crate::wire::as_of::AsOfQuery;
use crate::wire::fields::{Fields, shown};
use crate::wire::link::{Link, Links};
use crate::wire::page::PageMeta;
use actix_web::{get, put};
use serde::{Deserialize, Serialize};
use utfall_domain::period::Year;
use utfall_domain::steering::internal_control::{ControlPlan, ControlState, ControlStep};
use utfall_domain::text::{Code, Name};
use utfall_persistence::error::Refusal;
use utfall_persistence::steering::internal_control::{self, control_plan, control_plans};
use utoipa::ToSchema;
use utoipa_actix_web::service_config::ServiceConfig;

pub(super) fn configure(config: &mut ServiceConfig) {
    config.service(list_internal_control_plans).service(get_internal_control_plan).service(put_internal_control_plan);
}

/// Ett kontrollmoment. A control step.
#[derive(Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[schema(example = json!({"code": "1", "title": "Attest av placeringsfakturor", "risk": "Fel utbetalningar", "method": "Stickprov om 50 fakturor",
    "responsible": "controller", "dueMonth": "2018-06", "state": "deviating", "result": "3 av 50 saknar attest", "deviation": "Attest saknas",
    "measure": "Ny rutin från september", "movedTo": null}))]
struct ControlStepView {
    /// Kod. The code.
    #[schema(min_length = 1, max_length = 40)]
    code: String,
    /// Vad som kontrolleras. What is controlled.
    #[schema(min_length = 1, max_length = 200)]
    title: String,
    /// Risken. The risk that it is for.
    #[schema(max_length = 2000)]
    risk: Option<String>,
    /// Hur det kontrolleras. How it is controlled.
    #[schema(max_length = 2000)]
    method: Option<String>,
    /// Ansvarig roll. The role that controls.
    #[schema(max_length = 200)]
    responsible: Option<String>,
    /// Månaden då resultatet ska finnas. The month when its result is to be there.
    #[schema(pattern = "^[0-9]{4}-(0[1-9]|1[0-2])$", example = "2018-06")]
    due_month: Option<String>,
    /// Läge: planned, done, deviating eller moved; planned om det saknas. The state; planned when it is left out.
    #[schema(extensions(("x-enum" = json!(words::CONTROL_STATES))))]
    state: Option<String>,
    /// Resultatet; krävs när momentet är done. What the control showed; needed when the step is done.
    #[schema(max_length = 20_000)]
    result: Option<String>,
    /// Avvikelsen; krävs när momentet är deviating. What deviates; needed when the step is deviating.
    #[schema(max_length = 20_000)]
    deviation: Option<String>,
    /// Åtgärden; krävs när momentet är deviating. What is done about it; needed when the step is deviating.
    #[schema(max_length = 20_000)]
    measure: Option<String>,
    /// Rapporten som momentet flyttats till; krävs när det är moved. The report that it is moved to; needed when the step is moved.
    #[schema(max_length = 200)]
    moved_to: Option<String>,
}

impl ControlStepView {
    fn read(&self, at: usize, fields: &mut Fields) -> Option<ControlStep> {
        let at = |field: &str| format!("steps/{at}/{field}");
        let code = fields.parsed(at("code"), &self.code, Code::parse);
        let title = fields.parsed(at("title"), &self.title, Name::parse);
        let due = fields.optional(at("dueMonth"), self.due_month.as_deref(), month);
        let state = self.state.as_deref().map_or(Some(ControlState::Planned), |word| {
            fields.word(at("state"), word, ControlState::from_code, &ControlState::CODES)
        });
        let mut text = |field: &str, text: &Option<String>, most| fields.text(at(field), text.as_deref(), most);
        let risk = text("risk", &self.risk, 2000);
        let method = text("method", &self.method, 2000);
        let responsible = text("responsible", &self.responsible, 200);
        let result = text("result", &self.result, 20_000);
        let deviation = text("deviation", &self.deviation, 20_000);
        let measure = text("measure", &self.measure, 20_000);
        let moved_to = text("movedTo", &self.moved_to, 200);
        Some(ControlStep {
            code: code?,
            title: title?,
            risk,
            method,
            responsible,
            due,
            state: state?,
            result,
            deviation,
            measure,
            moved_to,
        })
    }
}

impl From<ControlStep> for ControlStepView {
    fn from(step: ControlStep) -> Self {
        Self {
            code: step.code.to_string(),
            title: step.title.to_string(),
            risk: shown(step.risk),
            method: shown(step.method),
            responsible: shown(step.responsible),
            due_month: step.due.map(|month| month.to_string()),
            state: Some(step.state.code().into()),
            result: shown(step.result),
            deviation: shown(step.deviation),
            measure: shown(step.measure),
            moved_to: shown(step.moved_to),
        }
    }
}

/// En internkontrollplan att sätta. A plan of internal control to set.
#[derive(Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[schema(example = json!({"steps": [{"code": "1", "title": "Attest av placeringsfakturor", "risk": "Fel utbetalningar",
    "method": "Stickprov om 50 fakturor", "responsible": "controller", "dueMonth": "2018-06", "state": "done", "result": "Utan anmärkning"}]}))]
struct InternalControlPlanInput {
    /// Kontrollmomenten, i ordning. The control steps, in order.
    steps: Vec<ControlStepView>,
}

/// En internkontrollplan. A committee's plan of internal control for a year.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(example = json!({"committee": "SN", "year": 2018, "steps": [], "_links": {}}))]
struct InternalControlPlanView {
    /// Nämnden. The committee.
    committee: String,
    /// År. The year.
    year: i16,
    /// Kontrollmomenten, i ordning. The control steps, in order.
    steps: Vec<ControlStepView>,
    #[serde(rename = "_links")]
    links: Links,
}

impl Body for InternalControlPlanView {}

/// En sida internkontrollplaner. A page of plans of internal control, newest year first.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(example = json!({"internalControlPlans": [], "meta": {"totalRecords": 0, "page": 1, "limit": 20, "count": 0}, "_links": {}}))]
struct InternalControlPlanPage {
    /// Planerna. The plans.
    internal_control_plans: Vec<InternalControlPlanView>,
    meta: PageMeta,
    #[serde(rename = "_links")]
    links: Links,
}

impl Body for InternalControlPlanPage {}

fn view<P: Permission + 'static>(call: &Call<P>, plan: ControlPlan) -> InternalControlPlanView {
    let own = internal_control::resource(plan.year.number(), plan.committee.as_str());
    InternalControlPlanView {
        committee: plan.committee.to_string(),
        year: plan.year.number(),
        steps: plan.steps.into_iter().map(ControlStepView::from).collect(),
        links: Links { own: Some(Link::get("self", call.municipality_href(&own))), ..Links::default() },
    }
}

fn year<P: Permission + 'static>(call: &Call<P>) -> Result<Year, Problem> {
    Year::parse(&call.path("year")?).map_err(|_| Problem::not_found())
}

/// List the plans of internal control
///
/// Nämndernas internkontrollplaner. The committees' plans of internal control.
#[utoipa::path(tag = "Steering", params(super::plans::DocumentQuery), extensions(("x-right" = json!("read"))),
    responses((status = 200, description = "En sida planer. A page of plans.", body = InternalControlPlanPage)))]
#[get("/municipalities/{municipalityCode}/internal-control-plans")]
async fn list_internal_control_plans(call: Call<perm::Read>) -> Result<Reply<InternalControlPlanPage>, Problem> {
    let query: super::plans::DocumentQuery = call.query()?;
    let (page, filter) = (query.page()?, query.filter(&call)?);
    let ((rows, total), version) = call
        .read(query.as_of, async |scope| {
            Ok((control_plans(scope, &filter.committees, filter.year, page.window()).await?, scope.version()))
        })
        .await?;
    let internal_control_plans: Vec<_> = rows.into_iter().map(|plan| view(&call, plan)).collect();
    let links = page.links(total, &call.own_href(), call.request().query_string());
    let meta = page.meta(total, internal_control_plans.len());
    Ok(Reply::ok(InternalControlPlanPage { internal_control_plans, meta, links }).version(version))
}

/// Read a plan of internal control
///
/// Nämndens kontrollmoment för ett år. The committee's control steps for a year.
#[utoipa::path(tag = "Steering", params(AsOfQuery), extensions(("x-right" = json!("read"))),
    responses((status = 200, description = "Planen. The plan.", body = InternalControlPlanView)))]
#[get("/municipalities/{municipalityCode}/internal-control-plans/{year}/{committeeCode}")]
async fn get_internal_control_plan(call: Call<perm::Read>) -> Result<Reply<InternalControlPlanView>, Problem> {
    let query: AsOfQuery = call.query()?;
    let (year, committee) = (year(&call)?, call.committee()?);
    let (plan, version) = call
        .read(query.as_of, async |scope| {
            Ok(control_plan(scope, year.number(), &committee).await?.ok_or(Refusal::NotFound)?)
        })
        .await?;
    Ok(Reply::ok(view(&call, plan)).version(version))
}

/// Set a plan of internal control
///
/// En avvikelse ska noteras och följas av en åtgärd; ett flyttat moment ska säga vart. A deviation is noted and followed by a measure; a
/// step that is moved says where to. Changing a plan takes If-Match.
#[utoipa::path(tag = "Steering", params(ReasonQuery), request_body = InternalControlPlanInput,
    extensions(("x-right" = json!("goals")), ("x-if-match" = json!("required"))),
    responses((status = 200, description = "Planen. The plan.", body = InternalControlPlanView),
              (status = 201, description = "En ny plan. A new plan.", body = InternalControlPlanView)))]
#[put("/municipalities/{municipalityCode}/internal-control-plans/{year}/{committeeCode}")]
async fn put_internal_control_plan(mut call: Call<perm::Goals>) -> Result<Reply<InternalControlPlanView>, Problem> {
    let (year, committee) = (year(&call)?, call.committee()?);
    let (reason, precondition) = (ReasonQuery::of(&call)?, precondition(&call)?);
    let committee = Code::parse(&committee).map_err(|_| Problem::not_found())?;
    let input: InternalControlPlanInput = call.json().await?;
    let mut fields = Fields::default();
    let steps = input.steps.iter().enumerate().filter_map(|(at, step)| step.read(at, &mut fields)).collect();
    let plan = fields.done(Some(ControlPlan { committee, year, steps }))?;
    let put = call.write(async |w| internal_control::set(w, plan.clone(), precondition, &reason).await).await;
    let put = put.map_err(Problem::in_document)?;
    let location = call.own_href();
    Ok(Reply::put(put.is_new, view(&call, put.body), location).version(put.version))
}
