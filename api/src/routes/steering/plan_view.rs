//! Plans on the wire: what is put, and what is answered with its goals as they stood.

use super::decision::DecisionView;
use super::goal_view::{GoalView, LONG};
use super::moment;
use crate::contract::words;
use crate::problem::Problem;
use crate::reply::Body;
use crate::wire::fields::{Fields, shown};
use crate::wire::link::Links;
use serde::{Deserialize, Serialize};
use utfall_domain::period::Year;
use utfall_domain::steering::edition::EditionKind;
use utfall_domain::steering::placement::Placed;
use utfall_domain::steering::plan::{Appendix, Plan, PlannedGoal, Section};
use utfall_domain::text::{Code, Key, Name};
use utfall_persistence::steering::edition::Act;
use utfall_persistence::steering::plan::PlanVersion;
use utoipa::ToSchema;

/// Ett textavsnitt. A section of text.
#[derive(Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[schema(example = json!({"code": "sammanfattning", "title": "Sammanfattning", "text": "Året präglas av fler placeringar."}))]
pub(super) struct SectionView {
    /// Kod. The code.
    #[schema(min_length = 1, max_length = 40)]
    code: String,
    /// Rubrik. The heading.
    #[schema(min_length = 1, max_length = 200)]
    title: String,
    /// Text. What it says.
    #[schema(max_length = 20_000)]
    text: Option<String>,
}

impl SectionView {
    pub(super) fn read_all(all: &[Self], fields: &mut Fields) -> Vec<Section> {
        let read = |(at, section): (usize, &Self)| {
            let code = fields.parsed(format!("sections/{at}/code"), &section.code, Code::parse);
            let title = fields.parsed(format!("sections/{at}/title"), &section.title, Name::parse);
            let text = fields.text(format!("sections/{at}/text"), section.text.as_deref(), LONG);
            Some(Section { code: code?, title: title?, text })
        };
        all.iter().enumerate().filter_map(read).collect()
    }
}

impl From<Section> for SectionView {
    fn from(section: Section) -> Self {
        Self { code: section.code.to_string(), title: section.title.to_string(), text: shown(section.text) }
    }
}

/// Ett mål i planen. A goal in the plan.
#[derive(Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[schema(example = json!({"goal": "kf-egen-forsorjning", "text": "Nämnden bidrar genom tidiga insatser."}))]
pub(super) struct PlannedGoalView {
    /// Målets kod. The goal's code.
    #[schema(min_length = 1, max_length = 100)]
    goal: String,
    /// Nämndens egna ord. The committee's own words on it.
    #[schema(max_length = 20_000)]
    text: Option<String>,
}

/// En bilaga. An appendix.
#[derive(Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[schema(example = json!({"title": "Internkontrollplan 2018", "reference": "SN 2018-12"}))]
pub(super) struct AppendixView {
    /// Titel. The title.
    #[schema(min_length = 1, max_length = 200)]
    title: String,
    /// Var den finns. Where it is: a diary number, an address.
    #[schema(max_length = 2000)]
    reference: Option<String>,
}

/// En plan som dokument. A plan as a document: what a committee collects for a year.
#[derive(Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[schema(example = json!({"committee": "SN", "year": 2018, "steeringModel": "modell", "title": "Verksamhetsplan 2018",
    "sections": [{"code": "inledning", "title": "Inledning", "text": "Nämndens uppdrag."}],
    "goals": [{"goal": "kf-egen-forsorjning", "text": "Nämnden bidrar genom tidiga insatser."}], "indicators": ["placerade-0-20"],
    "appendices": [{"title": "Internkontrollplan 2018", "reference": "SN 2018-12"}]}))]
pub(super) struct PlanDocument {
    /// Nämnden. The committee.
    #[schema(min_length = 1, max_length = 40)]
    committee: String,
    /// År. The year.
    #[schema(minimum = 1990, maximum = 2100)]
    year: i32,
    /// Styrmodellen. The steering model of its goals.
    #[schema(min_length = 1, max_length = 40)]
    steering_model: String,
    /// Titel. The title.
    #[schema(min_length = 1, max_length = 200)]
    title: String,
    /// Textavsnitt, i ordning. Sections of text, in order.
    #[serde(default)]
    sections: Vec<SectionView>,
    /// Målen. The goals, in the order that the committee lists them.
    #[serde(default)]
    goals: Vec<PlannedGoalView>,
    /// Indikatorernas nycklar. The keys of its indicators.
    #[serde(default)]
    indicators: Vec<String>,
    /// Bilagor. The appendices.
    #[serde(default)]
    appendices: Vec<AppendixView>,
}

impl PlanDocument {
    pub(super) fn read(&self, fields: &mut Fields) -> Option<Plan> {
        let committee = fields.parsed("committee", &self.committee, Code::parse);
        let year = fields.parsed("year", &self.year.to_string(), |_| Year::new(self.year));
        let model = fields.parsed("steeringModel", &self.steering_model, Code::parse);
        let title = fields.parsed("title", &self.title, Name::parse);
        let sections = SectionView::read_all(&self.sections, fields);
        let goals = self.goals.iter().enumerate().filter_map(|(at, planned)| {
            let goal = fields.parsed(format!("goals/{at}/goal"), &planned.goal, Key::parse);
            let text = fields.text(format!("goals/{at}/text"), planned.text.as_deref(), LONG);
            Some(PlannedGoal { goal: goal?, text })
        });
        let goals = goals.collect();
        let indicators = self.indicators.iter().enumerate();
        let indicators =
            indicators.filter_map(|(at, key)| fields.parsed(format!("indicators/{at}"), key, Key::parse)).collect();
        let appendices = self.appendices.iter().enumerate().filter_map(|(at, appendix)| {
            let title = fields.parsed(format!("appendices/{at}/title"), &appendix.title, Name::parse);
            let reference = fields.text(format!("appendices/{at}/reference"), appendix.reference.as_deref(), 2000);
            Some(Appendix { title: title?, reference })
        });
        let appendices = appendices.collect();
        Some(Plan {
            committee: committee?,
            year: year?,
            model: model?,
            title: title?,
            sections,
            goals,
            indicators,
            appendices,
        })
    }
}

impl From<Plan> for PlanDocument {
    fn from(plan: Plan) -> Self {
        let goal = |planned: PlannedGoal| PlannedGoalView { goal: planned.goal.to_string(), text: shown(planned.text) };
        let appendix = |one: Appendix| AppendixView { title: one.title.to_string(), reference: shown(one.reference) };
        Self {
            committee: plan.committee.to_string(),
            year: plan.year.number().into(),
            steering_model: plan.model.to_string(),
            title: plan.title.to_string(),
            sections: plan.sections.into_iter().map(SectionView::from).collect(),
            goals: plan.goals.into_iter().map(goal).collect(),
            indicators: plan.indicators.iter().map(ToString::to_string).collect(),
            appendices: plan.appendices.into_iter().map(appendix).collect(),
        }
    }
}

/// En handling: när och av vem. An act: when it was recorded, and by whom.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(example = json!({"recordedAt": "2019-02-15T08:00:00.000000Z", "recordedBy": "anna"}))]
pub(super) struct ActView {
    /// När den registrerades. When it was recorded.
    #[schema(format = "date-time", example = "2019-02-15T08:00:00.000000Z")]
    recorded_at: String,
    /// Vem. Who: the token's subject.
    recorded_by: String,
}

impl From<Act> for ActView {
    fn from(act: Act) -> Self {
        Self { recorded_at: moment(act.at), recorded_by: act.by }
    }
}

/// Var ett mål står i planen. Where a goal stands in the plan.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(example = json!({"goal": "P5", "placement": "P5#2", "parent": "4.demokrati.trygghet", "position": 1, "text": null}))]
pub(super) struct PlanPlacementView {
    /// Målet. The goal that stands there.
    goal: String,
    /// Placeringen. The placement.
    placement: String,
    /// Placeringen som den står under, av dem som är i planen. The placement that it stands under, of those that are in the plan.
    parent: Option<String>,
    /// Ordning. Its order among those under the same parent in the chain.
    position: i64,
    /// Text för just denna plats. A text for this very place.
    text: Option<String>,
}

impl From<Placed> for PlanPlacementView {
    fn from(Placed { goal, place }: Placed) -> Self {
        Self {
            goal,
            placement: place.placement,
            parent: place.parent,
            position: place.position,
            text: shown(place.text),
        }
    }
}

/// En version av en plan. A version of a plan, with its goals: as they stand for a draft, and as they stood when it was proposed
/// after that.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(example = json!({"planId": "SN-2018", "version": 1, "state": "draft",
    "content": {"committee": "SN", "year": 2018, "steeringModel": "modell", "title": "Verksamhetsplan 2018", "sections": [], "goals": [],
                "indicators": [], "appendices": []},
    "goals": [], "placements": [], "written": {"recordedAt": "2018-01-15T08:00:00.000000Z", "recordedBy": "anna"}, "proposed": null,
    "decision": null, "decisionRecorded": null, "supersededBy": null, "_links": {}}))]
pub(super) struct PlanVersionView {
    /// Planens id. The plan's id.
    plan_id: String,
    /// Versionens nummer. The number of the version.
    version: i16,
    /// Läge: draft, proposed, decided eller superseded. The state.
    #[schema(extensions(("x-enum" = json!(words::PLAN_STATES))))]
    state: &'static str,
    /// Planen som den lades in. The plan as it was put.
    content: PlanDocument,
    /// Planens mål i kedjans ordning. The plan's goals, in the order of the chain.
    goals: Vec<GoalView>,
    /// Var de står, i utskriftens ordning. Where they stand, in the order of a printed document.
    placements: Vec<PlanPlacementView>,
    /// När den senast skrevs, och av vem. When it was last written, and by whom.
    written: ActView,
    /// När den föreslogs, och av vem. When it was proposed, and by whom.
    proposed: Option<ActView>,
    /// Beslutet. The decision.
    decision: Option<DecisionView>,
    /// När beslutet registrerades. When the decision was recorded.
    decision_recorded: Option<ActView>,
    /// Versionen som ersatte den. The version that superseded it.
    superseded_by: Option<i16>,
    #[serde(rename = "_links")]
    links: Links,
}

impl Body for PlanVersionView {}

impl PlanVersionView {
    pub(super) fn new(whole: PlanVersion, links: Links) -> Result<Self, Problem> {
        let PlanVersion { edition, plan, goals, placements } = whole;
        Ok(Self {
            plan_id: edition.document.clone(),
            version: edition.number,
            state: edition.state().name(EditionKind::Plan),
            content: plan.into(),
            goals: goals.into_iter().map(|goal| GoalView::new(goal, None)).collect(),
            placements: placements.into_iter().map(PlanPlacementView::from).collect(),
            written: edition.written().into(),
            proposed: edition.handed_in().map(ActView::from),
            decision: edition.decision()?.map(DecisionView::from),
            decision_recorded: edition.decision_recorded().map(ActView::from),
            superseded_by: edition.superseded_by(),
            links,
        })
    }
}

/// En plan i en lista. A plan in a list, by the version that speaks for it.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(example = json!({"planId": "SN-2018", "version": 1, "state": "decided", "committee": "SN", "year": 2018,
    "title": "Verksamhetsplan 2018", "decision": null, "supersededBy": null, "_links": {}}))]
pub(super) struct PlanSummaryView {
    /// Planens id. The plan's id.
    pub(super) plan_id: String,
    /// Versionens nummer. The number of the version.
    pub(super) version: i16,
    /// Läge: draft, proposed, decided eller superseded. The state.
    #[schema(extensions(("x-enum" = json!(words::PLAN_STATES))))]
    pub(super) state: &'static str,
    /// Nämnden. The committee.
    pub(super) committee: String,
    /// År. The year.
    pub(super) year: i16,
    /// Titel. The title.
    pub(super) title: String,
    /// Beslutet. The decision.
    pub(super) decision: Option<DecisionView>,
    /// Versionen som ersatte den. The version that superseded it.
    pub(super) superseded_by: Option<i16>,
    #[serde(rename = "_links")]
    pub(super) links: Links,
}
