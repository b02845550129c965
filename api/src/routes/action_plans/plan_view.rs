//! Action plans on the wire: what is put, and the version that is answered.

use super::figures_view::CoverageView;
use super::measure_view::{MeasureDocument, PlannedEffectView};
use crate::contract::words;
use crate::problem::Problem;
use crate::reply::Body;
use crate::routes::steering::{DecisionView, moment};
use crate::wire::amount::Amount;
use crate::wire::fields::{Fields, shown};
use crate::wire::link::Links;
use serde::{Deserialize, Serialize};
use utfall_domain::action_plan::{ActionPlan, NeedPart, Purpose};
use utfall_domain::period::Year;
use utfall_domain::text::{Code, Name};
use utfall_persistence::action_plan::PlanFigures;
use utfall_persistence::action_plan::version::PlanVersion;
use utoipa::ToSchema;

/// En del av ett uttalat behov. A part of a stated need.
#[derive(Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[schema(example = json!({"label": "2018 års underskott", "amount": 21_144_000}))]
struct NeedPartView {
    /// Vad det är. What it is.
    #[schema(min_length = 1, max_length = 200)]
    label: String,
    /// Kronor att täcka. In kronor, to be covered.
    amount: Amount,
}

/// En åtgärdsplan som dokument. An action plan as a document: what a committee does about a deficit, or about a need before the year begins.
#[derive(Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[schema(example = json!({"committee": "SN", "purpose": "need", "year": 2018, "through": null, "title": "Åtgärdsplan för 2018",
    "text": "Placeringarna ska bli färre.", "answers": [], "needs": [{"label": "Prognostiserat underskott", "amount": 11_900_000}],
    "plannedEffects": [], "measures": [{"key": "hemmaplan", "title": "Hemmaplanslösningar i stället för placeringar",
    "role": "verksamhetschef IFO", "start": "2018-10-01", "due": "2018-12-31", "certainty": "likely",
    "volume": {"count": 5, "unit": "placeringar"}, "effects": [{"period": "2018-10", "amount": -200_000},
    {"period": "2018-11", "amount": 1_500_000}], "measuring": {"kind": "ledger", "filter": {"activities": ["HVBU"]}, "baseline": "budget"}}]}))]
pub(super) struct ActionPlanDocument {
    /// Nämnden; fullmäktige för balanskravet. The committee; the council for the balance requirement.
    #[schema(min_length = 1, max_length = 40)]
    committee: String,
    /// Syfte: deviation (svarar på avvikelser), need (svarar på ett uttalat behov) eller balance (kommunens plan för balanskravet, som
    /// fullmäktige beslutar). What it is for: it answers cases, or a stated need, or the balance requirement.
    #[schema(extensions(("x-enum" = json!(words::PURPOSES))))]
    purpose: String,
    /// Första året. The first year that it is for.
    #[schema(minimum = 1990, maximum = 2100)]
    year: i32,
    /// Sista året, högst två år senare; första året om det utelämnas. The last year, at most two years later; the first when left out.
    #[schema(minimum = 1990, maximum = 2100)]
    through: Option<i32>,
    /// Titel. The title.
    #[schema(min_length = 1, max_length = 200)]
    title: String,
    /// Texten. What it says as a whole.
    #[schema(max_length = 20_000)]
    text: Option<String>,
    /// Avvikelserna som den svarar på. The deviation cases that it answers.
    #[serde(default)]
    answers: Vec<String>,
    /// Behovet, del för del. The need, part by part.
    #[serde(default)]
    needs: Vec<NeedPartView>,
    /// Planerad effekt i stort, när åtgärderna saknar belopp. What is planned in all, where measures have no amounts of their own.
    #[serde(default)]
    planned_effects: Vec<PlannedEffectView>,
    /// Åtgärderna. The measures.
    #[serde(default)]
    measures: Vec<MeasureDocument>,
}

impl ActionPlanDocument {
    pub(super) fn read(&self, fields: &mut Fields) -> Option<ActionPlan> {
        let committee = fields.parsed("committee", &self.committee, Code::parse);
        let purpose = fields.word("purpose", &self.purpose, Purpose::from_code, &Purpose::CODES);
        let year = fields.parsed("year", &self.year.to_string(), Year::parse);
        let through = self.through.unwrap_or(self.year).to_string();
        let through = fields.parsed("through", &through, Year::parse);
        let title = fields.parsed("title", &self.title, Name::parse);
        let text = fields.text("text", self.text.as_deref(), 20_000);
        let answers = self.answers.iter().enumerate();
        let answers = answers.map(|(at, id)| fields.needed(format!("answers/{at}"), id, 40)).collect();
        let needs = self.needs.iter().enumerate();
        let needs = needs.filter_map(|(at, part)| {
            let label = fields.parsed(format!("needs/{at}/label"), &part.label, Name::parse);
            Some(NeedPart { label: label?, amount: part.amount.kronor().ok()? })
        });
        let needs = needs.collect();
        let planned = self.planned_effects.iter().enumerate();
        let planned = planned.filter_map(|(at, effect)| effect.read(&format!("plannedEffects/{at}"), fields)).collect();
        let measures = self.measures.iter().enumerate();
        let measures = measures.filter_map(|(at, measure)| measure.read(at, fields)).collect();
        Some(ActionPlan {
            committee: committee?,
            purpose: purpose?,
            year: year?,
            through: through?,
            title: title?,
            text,
            answers,
            needs,
            planned,
            measures,
        })
    }
}

impl From<ActionPlan> for ActionPlanDocument {
    fn from(plan: ActionPlan) -> Self {
        let ActionPlan { committee, purpose, year, through, title, text, answers, needs, planned, measures } = plan;
        let need = |part: NeedPart| NeedPartView { label: part.label.to_string(), amount: part.amount.into() };
        Self {
            committee: committee.to_string(),
            purpose: purpose.code().into(),
            year: year.number().into(),
            through: Some(through.number().into()),
            title: title.to_string(),
            text: shown(text),
            answers,
            needs: needs.into_iter().map(need).collect(),
            planned_effects: planned.into_iter().map(PlannedEffectView::from).collect(),
            measures: measures.into_iter().map(MeasureDocument::from).collect(),
        }
    }
}

/// En version av en åtgärdsplan. A version of an action plan, with what it covers.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(example = json!({"actionPlanId": "SN-2018", "version": 1, "state": "decided", "content": {"committee": "SN", "purpose": "need",
    "year": 2018, "through": 2018, "title": "Åtgärdsplan för 2018", "text": null, "answers": [], "needs": [], "plannedEffects": [], "measures": []},
    "coverage": {"amountUnit": "kr", "need": 11_900_000, "planned": 1_300_000, "realised": null, "plannedOfNeed": 10.92,
    "realisedOfPlanned": null, "uncovered": 10_600_000, "years": []}, "decision": null, "supersededBy": null, "closedAt": null,
    "closedBy": null, "closedWhy": null, "_links": {}}))]
pub(super) struct ActionPlanVersionView {
    /// Planen. The plan.
    action_plan_id: String,
    /// Versionen. The version.
    version: i16,
    /// Läge: draft, proposed, decided, following, closed eller superseded. How far it has come.
    #[schema(extensions(("x-enum" = json!(words::ACTION_PLAN_STATES))))]
    state: &'static str,
    /// Innehållet. What was put.
    content: ActionPlanDocument,
    /// Täckningen. What it covers.
    coverage: CoverageView,
    /// Beslutet. The decision.
    decision: Option<DecisionView>,
    /// Versionen som ersatt den. The version that superseded it.
    superseded_by: Option<i16>,
    /// När den avslutades. When it was ended.
    #[schema(format = "date-time", example = "2019-01-31T08:00:00Z")]
    closed_at: Option<String>,
    /// Av vem. Who ended it.
    closed_by: Option<String>,
    /// Varför. Why it was ended.
    closed_why: Option<String>,
    #[serde(rename = "_links")]
    links: Links,
}

impl Body for ActionPlanVersionView {}

impl ActionPlanVersionView {
    pub(super) fn new(version: PlanVersion, figures: &PlanFigures, links: Links) -> Result<Self, Problem> {
        let PlanVersion { edition, plan, standing, closure } = version;
        Ok(Self {
            action_plan_id: edition.document.clone(),
            version: edition.number,
            state: standing.code(),
            content: plan.into(),
            coverage: CoverageView::new(figures)?,
            decision: edition.decision()?.map(Into::into),
            superseded_by: edition.superseded_by(),
            closed_at: closure.as_ref().map(|closure| moment(closure.recorded_at)),
            closed_by: closure.as_ref().map(|closure| closure.recorded_by.clone()),
            closed_why: closure.map(|closure| closure.reason),
            links,
        })
    }
}

/// En åtgärdsplan i korthet. An action plan in brief.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(example = json!({"actionPlanId": "SN-2018", "version": 1, "state": "decided", "committee": "SN", "purpose": "need", "year": 2018,
    "through": 2018, "title": "Åtgärdsplan för 2018", "answers": [], "decision": null, "supersededBy": null, "_links": {}}))]
pub(super) struct ActionPlanSummaryView {
    /// Planen. The plan.
    action_plan_id: String,
    /// Versionen som gäller. The version that speaks for it.
    version: i16,
    /// Läget. How far it has come.
    #[schema(extensions(("x-enum" = json!(words::ACTION_PLAN_STATES))))]
    state: &'static str,
    /// Nämnden. The committee.
    committee: String,
    /// Syftet. What it is for.
    #[schema(extensions(("x-enum" = json!(words::PURPOSES))))]
    purpose: &'static str,
    /// Första året. The first year.
    year: i16,
    /// Sista året. The last year.
    through: i16,
    /// Titeln. The title.
    title: String,
    /// Avvikelserna som den svarar på. The cases that it answers.
    answers: Vec<String>,
    /// Beslutet. The decision.
    decision: Option<DecisionView>,
    /// Versionen som ersatt den. The version that superseded it.
    superseded_by: Option<i16>,
    #[serde(rename = "_links")]
    links: Links,
}

impl ActionPlanSummaryView {
    pub(super) fn new(version: &PlanVersion, links: Links) -> Result<Self, Problem> {
        let PlanVersion { edition, plan, standing, closure: _ } = version;
        Ok(Self {
            action_plan_id: edition.document.clone(),
            version: edition.number,
            state: standing.code(),
            committee: plan.committee.to_string(),
            purpose: plan.purpose.code(),
            year: plan.year.number(),
            through: plan.through.number(),
            title: plan.title.to_string(),
            answers: plan.answers.clone(),
            decision: edition.decision()?.map(Into::into),
            superseded_by: edition.superseded_by(),
            links,
        })
    }
}
