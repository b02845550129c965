//! Investment frames: what each project may use, has used, and carries over.

use crate::auth::call::Call;
use crate::auth::perm::{self, Permission};
use crate::contract::words;
use crate::problem::Problem;
use crate::reply::{Body, Reply};
use crate::routes::planning::of_path;
use crate::routes::steering::{ReasonQuery, precondition};
use crate::wire::amount::Amount;
use crate::wire::as_of::AsOfQuery;
use crate::wire::fields::Fields;
use crate::wire::link::{Link, Links};
use actix_web::{get, put};
use serde::{Deserialize, Serialize};
use utfall_domain::frame::{
    CarryKind, CarryOver, InvestmentFigures, InvestmentFrame, InvestmentProject, investment_figures,
};
use utfall_domain::money::Money;
use utfall_domain::text::{Code, Name};
use utfall_persistence::error::{Refusal, StoreError};
use utfall_persistence::frame::{InvestmentYear, investment_resource, investment_year, set_investments};
use utoipa::ToSchema;
use utoipa_actix_web::service_config::ServiceConfig;

pub(super) fn configure(config: &mut ServiceConfig) {
    config.service(get_investment_frame).service(put_investment_frame);
}

/// Vad som förs över till nästa år. What is carried over to next year.
#[derive(Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[schema(example = json!({"amount": 97_000, "kind": "information", "justification": "Komplettering behövs."}))]
struct CarryOverView {
    /// Kronor. The amount in kronor.
    amount: Amount,
    /// Som information eller request (begäran). As information, or as a request.
    #[schema(extensions(("x-enum" = json!(words::CARRY_KINDS))))]
    kind: String,
    /// Motiveringen. Why it is carried over.
    #[schema(min_length = 1, max_length = 2000)]
    justification: String,
}

/// Ett projekts investeringsbudget. A project's investment budget; expenditure is positive.
#[derive(Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[schema(example = json!({"project": null, "label": "Möbler och inventarier ny våning", "original": 475_000, "supplementary": 0,
    "reBudgeted": 0, "carryOver": {"amount": 97_000, "kind": "information", "justification": "Komplettering behövs."}}))]
struct InvestmentProjectView {
    /// Projektets kod i kodplanen; utan den läses inget utfall. The project's code; without it no outcome is read.
    #[schema(max_length = 40)]
    project: Option<String>,
    /// Vad det kallas. What it is called.
    #[schema(min_length = 1, max_length = 200)]
    label: String,
    /// Ursprunglig budget, kronor. The original budget, in kronor.
    original: Amount,
    /// Tilläggsbudget. The supplementary budget.
    supplementary: Option<Amount>,
    /// Ombudgeterat från förra året. What is carried over from the year before.
    re_budgeted: Option<Amount>,
    /// Vad som förs över till nästa år. What is carried over to the next.
    carry_over: Option<CarryOverView>,
}

impl InvestmentProjectView {
    fn read(&self, at: usize, fields: &mut Fields) -> Option<InvestmentProject> {
        let at = |field: &str| format!("projects/{at}/{field}");
        let project = fields.optional(at("project"), self.project.as_deref(), Code::parse);
        let label = fields.parsed(at("label"), &self.label, Name::parse);
        let money = |amount: Option<&Amount>| amount.and_then(|amount| amount.kronor().ok()).unwrap_or_default();
        let carry_over = self.carry_over.as_ref().and_then(|carried| {
            let kind = fields.word(at("carryOver/kind"), &carried.kind, CarryKind::from_code, &CarryKind::CODES)?;
            let justification = fields.text(at("carryOver/justification"), Some(&carried.justification), 2000);
            Some(CarryOver { amount: money(Some(&carried.amount)), kind, justification })
        });
        Some(InvestmentProject {
            project,
            label: label?,
            original: money(Some(&self.original)),
            supplementary: money(self.supplementary.as_ref()),
            re_budgeted: money(self.re_budgeted.as_ref()),
            carry_over,
        })
    }
}

impl From<InvestmentProject> for InvestmentProjectView {
    fn from(one: InvestmentProject) -> Self {
        let InvestmentProject { project, label, original, supplementary, re_budgeted, carry_over } = one;
        let carry = |carried: CarryOver| CarryOverView {
            amount: carried.amount.into(),
            kind: carried.kind.code().into(),
            justification: carried.justification,
        };
        Self {
            project: project.map(|code| code.to_string()),
            label: label.to_string(),
            original: original.into(),
            supplementary: Some(supplementary.into()),
            re_budgeted: Some(re_budgeted.into()),
            carry_over: carry_over.map(carry),
        }
    }
}

/// En investeringsram att sätta. An investment frame to set.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"projects": [{"label": "Möbler och inventarier ny våning", "original": 475_000,
    "carryOver": {"amount": 97_000, "kind": "information", "justification": "Komplettering behövs."}}]}))]
struct InvestmentFrameInput {
    /// Projekten. The projects.
    projects: Vec<InvestmentProjectView>,
}

/// Vad det blir av budgeten. What becomes of the budget.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(example = json!({"budget": 475_000, "used": 378_000, "unused": 97_000, "carried": 97_000, "left": 0}))]
pub(super) struct InvestmentFiguresView {
    /// Ursprunglig, tillägg och ombudgeterat. Original, supplementary and re-budgeted.
    pub(super) budget: Amount,
    /// Använt enligt huvudboken. What the ledger says is used.
    pub(super) used: Amount,
    /// Ej använt; positivt är kvar. What is not used: positive is left.
    pub(super) unused: Amount,
    /// Förs över. What is carried over.
    pub(super) carried: Amount,
    /// Lämnas utan att föras över. What is left without being carried over.
    pub(super) left: Amount,
}

impl From<InvestmentFigures> for InvestmentFiguresView {
    fn from(figures: InvestmentFigures) -> Self {
        let InvestmentFigures { budget, used, unused, carried, left } = figures;
        Self {
            budget: budget.into(),
            used: used.into(),
            unused: unused.into(),
            carried: carried.into(),
            left: left.into(),
        }
    }
}

/// Ett projekt med sitt utfall. A project with what is used of it.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(example = json!({"content": {"project": null, "label": "Möbler", "original": 475_000, "supplementary": 0, "reBudgeted": 0,
    "carryOver": null}, "figures": {"budget": 475_000, "used": 378_000, "unused": 97_000, "carried": 0, "left": 97_000}}))]
struct InvestmentProjectStandingView {
    /// Det som sattes. What was put.
    content: InvestmentProjectView,
    /// Siffrorna. The figures.
    figures: InvestmentFiguresView,
}

/// En nämnds investeringsram för ett år. A committee's investment frame for a year.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(example = json!({"committee": "SN", "year": 2019, "amountUnit": "kr", "signConvention": "cost-positive", "projects": [],
    "total": {"budget": 2_075_000, "used": 547_000, "unused": 1_528_000, "carried": 497_000, "left": 1_031_000},
    "carriedAsInformation": 97_000, "carriedAsRequest": 400_000, "_links": {}}))]
struct InvestmentFrameView {
    /// Nämnden. The committee.
    committee: String,
    /// År. The year.
    year: i16,
    /// Beloppens enhet. The unit of the amounts: kr.
    #[schema(extensions(("x-enum" = json!(words::KR))))]
    amount_unit: &'static str,
    /// Teckenkonvention: utgifter är positiva. The sign convention: expenditure is positive.
    #[schema(extensions(("x-enum" = json!(words::COST_POSITIVE))))]
    sign_convention: &'static str,
    /// Projekten. The projects.
    projects: Vec<InvestmentProjectStandingView>,
    /// Tillsammans. The projects together.
    total: InvestmentFiguresView,
    /// Förs över som information. Carried over as information.
    carried_as_information: Amount,
    /// Förs över på begäran. Carried over as a request.
    carried_as_request: Amount,
    #[serde(rename = "_links")]
    links: Links,
}

impl Body for InvestmentFrameView {}

/// What is used of a project.
pub(super) fn used(found: &InvestmentYear, project: &InvestmentProject) -> Money {
    project.project.as_ref().and_then(|code| found.used.get(code.as_str())).copied().unwrap_or_default()
}

fn view<P: Permission + 'static>(call: &Call<P>, found: &InvestmentYear) -> Result<InvestmentFrameView, Problem> {
    let frame = &found.frame;
    let whole = || -> Result<InvestmentFrameView, StoreError> {
        let mut projects = Vec::with_capacity(frame.projects.len());
        for project in &frame.projects {
            let figures = investment_figures([project], used(found, project))?.into();
            projects.push(InvestmentProjectStandingView { content: project.clone().into(), figures });
        }
        let all = Money::sum(frame.projects.iter().map(|project| used(found, project)))?;
        let carried = |kind: CarryKind| {
            let of_kind = frame.projects.iter().filter_map(|project| project.carry_over.as_ref());
            Money::sum(of_kind.filter(|carried| carried.kind == kind).map(|carried| carried.amount))
        };
        let own = call.municipality_href(&investment_resource(frame.committee.as_str(), frame.year.number()));
        Ok(InvestmentFrameView {
            committee: frame.committee.to_string(),
            year: frame.year.number(),
            amount_unit: "kr",
            sign_convention: "cost-positive",
            projects,
            total: investment_figures(&frame.projects, all)?.into(),
            carried_as_information: carried(CarryKind::Information)?.into(),
            carried_as_request: carried(CarryKind::Request)?.into(),
            links: Links { own: Some(Link::get("self", own)), ..Links::default() },
        })
    };
    Ok(whole()?)
}

/// Read an investment frame
///
/// Budget, utfall enligt huvudboken, överföringar och det som lämnas, projekt för projekt. Budget, outcome as the ledger has it, carry-overs
/// and what is left, project by project.
#[utoipa::path(tag = "Frames", params(AsOfQuery), extensions(("x-right" = json!("read"))),
    responses((status = 200, description = "Investeringsramen. The investment frame.", body = InvestmentFrameView)))]
#[get("/municipalities/{municipalityCode}/committees/{committeeCode}/investment-frames/{year}")]
async fn get_investment_frame(call: Call<perm::Read>) -> Result<Reply<InvestmentFrameView>, Problem> {
    let query: AsOfQuery = call.query()?;
    let (year, committee) = of_path(&call)?;
    let (found, version) = call
        .read(query.as_of, async |scope| {
            let found = investment_year(scope, committee.as_str(), year.number()).await?.ok_or(Refusal::NotFound)?;
            Ok((found, scope.version()))
        })
        .await?;
    Ok(Reply::ok(view(&call, &found)?).version(version))
}

/// Set an investment frame
///
/// Projekten med budget och vad som förs över till nästa år, med motivering. Att ändra kräver If-Match. The projects with their budgets and what
/// is carried over to next year, with its justification. Changing them takes If-Match.
#[utoipa::path(tag = "Frames", params(ReasonQuery), request_body = InvestmentFrameInput,
    extensions(("x-right" = json!("budgets")), ("x-if-match" = json!("required"))),
    responses((status = 200, description = "Investeringsramen. The investment frame.", body = InvestmentFrameView),
              (status = 201, description = "En ny investeringsram. A new investment frame.", body = InvestmentFrameView)))]
#[put("/municipalities/{municipalityCode}/committees/{committeeCode}/investment-frames/{year}")]
async fn put_investment_frame(mut call: Call<perm::Budgets>) -> Result<Reply<InvestmentFrameView>, Problem> {
    let (year, committee) = of_path(&call)?;
    let (reason, precondition) = (ReasonQuery::of(&call)?, precondition(&call)?);
    let input: InvestmentFrameInput = call.json().await?;
    let mut fields = Fields::default();
    let projects = input.projects.iter().enumerate().filter_map(|(at, one)| one.read(at, &mut fields)).collect();
    let new = fields.done(Some(InvestmentFrame { committee: committee.clone(), year, projects }))?;
    let put = call
        .write(async |w| {
            let put = set_investments(w, new.clone(), precondition, &reason).await?;
            let found = investment_year(w, committee.as_str(), year.number()).await?.ok_or(Refusal::NotFound)?;
            Ok((put, found))
        })
        .await;
    let (put, found) = put.map_err(Problem::in_document)?;
    let location = call.own_href();
    Ok(Reply::put(put.is_new, view(&call, &found)?, location).version(put.version))
}
