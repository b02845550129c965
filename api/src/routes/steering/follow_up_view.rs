//! Follow-ups on the wire: what is put, and what is answered with what is computed from the rest.

use super::decision::DecisionView;
use super::goal_view::LONG;
use super::plan_view::{ActView, SectionView};
use crate::contract::words;
use crate::problem::Problem;
use crate::reply::Body;
use crate::routes::reports::{ForecastValues, OperatingValues, ReportView};
use crate::wire::fields::{Fields, shown};
use crate::wire::link::Links;
use serde::{Deserialize, Serialize};
use utfall_domain::period::{Period, parse_date};
use utfall_domain::row_error::Fault;
use utfall_domain::steering::checklist::{Item, Named};
use utfall_domain::steering::edition::EditionKind;
use utfall_domain::steering::follow_up::{Assessment, AssessmentBasis, Explanation, FollowUp, FollowUpKind, Subject};
use utfall_domain::steering::scale::Status;
use utfall_domain::steering::target::Years;
use utfall_domain::text::{Code, Key, Name};
use utfall_persistence::steering::assessment::Judged;
use utfall_persistence::steering::follow_up::{FollowUpEdition, Outcome};
use utoipa::ToSchema;

const NOT_A_DATE: &str = "is not a date such as 2018-08-31";

/// En bedömning eller kommentar. A judgement, or a comment, on a goal or an indicator; of the whole, or of an aspect or a body's share.
#[derive(Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[schema(example = json!({"goal": "nm-stod", "indicator": null, "target": null, "aspect": null, "body": null, "basis": "expected",
    "label": "gul", "comment": "Hushållen är färre än samma period förra året.", "authorRole": "förvaltningschef", "writtenOn": "2018-09-12"}))]
pub(super) struct AssessmentDocument {
    /// Målet, åtagandet eller uppdraget. The goal, commitment or assignment; one of goal and indicator is given.
    #[schema(max_length = 100)]
    goal: Option<String>,
    /// Indikatorn. The indicator.
    #[schema(max_length = 100)]
    indicator: Option<String>,
    /// Målvärdets period, när bedömningen gäller ett av målets målvärden. The period of the target, where the assessment is of one of
    /// the goal's targets.
    #[schema(pattern = "^[0-9]{4}(-[0-9]{4})?$", example = "2018")]
    target: Option<String>,
    /// Aspekten när bedömningen är delad. The aspect, where the assessment is split.
    #[schema(max_length = 200)]
    aspect: Option<String>,
    /// Organet när bedömningen är delad. The body, where the assessment is split.
    #[schema(max_length = 200)]
    body: Option<String>,
    /// expected (vid årets slut) eller achieved. Expected at year-end, or achieved.
    #[schema(extensions(("x-enum" = json!(words::ASSESSMENT_BASES))))]
    basis: String,
    /// Etiketten i nivåns skala; utan den är det en kommentar. The label of the level's scale; without it, it is a comment.
    #[schema(max_length = 40)]
    label: Option<String>,
    /// Kommentaren. The comment.
    #[schema(max_length = 20_000)]
    comment: Option<String>,
    /// Författarens roll. The role of whoever wrote it.
    #[schema(max_length = 200)]
    author_role: Option<String>,
    /// Dagen då den skrevs. The day when it was written.
    #[schema(format = "date", example = "2018-09-12")]
    written_on: Option<String>,
}

impl AssessmentDocument {
    fn read(&self, at: &str, fields: &mut Fields) -> Option<Assessment> {
        let goal = fields.optional(format!("{at}/goal"), self.goal.as_deref(), Key::parse);
        let indicator = fields.optional(format!("{at}/indicator"), self.indicator.as_deref(), Key::parse);
        let subject = match (goal, indicator) {
            (Some(goal), None) => Some(Subject::Goal(goal)),
            (None, Some(indicator)) => Some(Subject::Indicator(indicator)),
            (Some(_), Some(indicator)) => {
                let reason = "stands beside a goal; an assessment is of one of them";
                fields.fault(format!("{at}/indicator"), indicator.as_str(), Fault::Conflict, reason);
                None
            }
            (None, None) => {
                fields.fault(format!("{at}/goal"), "", Fault::Missing, "is needed, or an indicator");
                None
            }
        };
        let target = fields.optional(format!("{at}/target"), self.target.as_deref(), Years::parse);
        let aspect = fields.text(format!("{at}/aspect"), self.aspect.as_deref(), 200);
        let body = fields.text(format!("{at}/body"), self.body.as_deref(), 200);
        let basis =
            fields.word(format!("{at}/basis"), &self.basis, AssessmentBasis::from_code, &AssessmentBasis::CODES);
        let label = fields.optional(format!("{at}/label"), self.label.as_deref(), Code::parse);
        let comment = fields.text(format!("{at}/comment"), self.comment.as_deref(), LONG);
        let author_role = fields.text(format!("{at}/authorRole"), self.author_role.as_deref(), 200);
        let written_on = self.written_on.as_deref();
        let written_on =
            fields.optional(format!("{at}/writtenOn"), written_on, |text| parse_date(text).map_err(|_| NOT_A_DATE));
        Some(Assessment {
            subject: subject?,
            target,
            aspect,
            body,
            basis: basis?,
            label,
            comment,
            author_role,
            written_on,
        })
    }
}

impl From<Assessment> for AssessmentDocument {
    fn from(one: Assessment) -> Self {
        let (goal, indicator) = match one.subject {
            Subject::Goal(key) => (Some(key.to_string()), None),
            Subject::Indicator(key) => (None, Some(key.to_string())),
        };
        Self {
            goal,
            indicator,
            target: one.target.map(|period| period.to_string()),
            aspect: shown(one.aspect),
            body: shown(one.body),
            basis: one.basis.code().into(),
            label: one.label.map(|label| label.to_string()),
            comment: shown(one.comment),
            author_role: shown(one.author_role),
            written_on: one.written_on.map(|day| day.to_string()),
        }
    }
}

/// En förklaring av en avvikelse. What a deviation consists of, and how it differs from the report before.
#[derive(Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[schema(example = json!({"deviationId": "0191d0c8-7c3e-7c7a-9d7b-3f1f0c1f2a3b", "text": "Fler placeringar på HVB än budgeterat."}))]
struct ExplanationView {
    /// Avvikelsen. The deviation case.
    #[schema(min_length = 1, max_length = 40)]
    deviation_id: String,
    /// Förklaringen. The explanation.
    #[schema(min_length = 1, max_length = 20_000)]
    text: String,
}

/// En uppföljning som dokument. A follow-up as a document: a committee's report for a month, an interim or a year.
#[derive(Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[schema(example = json!({"committee": "SN", "kind": "interim", "period": "2018-08", "cutOff": "2018-08-31", "steeringModel": "modell",
    "plan": null, "title": "Delårsrapport per den 31 augusti 2018", "carriedFrom": null,
    "assessments": [{"goal": "nm-stod", "basis": "expected", "label": "gul", "comment": "Hushållen är färre än samma period förra året.",
                     "authorRole": "förvaltningschef", "writtenOn": "2018-09-12"}],
    "explanations": [], "sections": [{"code": "sammanfattning", "title": "Förvaltningschefens analys", "text": "Placeringarna ökar."}]}))]
pub(super) struct FollowUpDocument {
    /// Nämnden. The committee.
    #[schema(min_length = 1, max_length = 40)]
    committee: String,
    /// Slag: month, interim eller year. Which report.
    #[schema(extensions(("x-enum" = json!(words::FOLLOW_UP_KINDS))))]
    kind: String,
    /// Till och med månaden, eller året. Through a month, or a year.
    #[schema(pattern = "^[0-9]{4}(-(0[1-9]|1[0-2]))?$", example = "2018-08")]
    period: String,
    /// Dagen som rapporten gäller per; siffrorna fryses när den lämnas in. The day that the report is as of; its figures freeze when it
    /// is submitted.
    #[schema(format = "date", example = "2018-08-31")]
    cut_off: String,
    /// Styrmodellen. The steering model of its goals.
    #[schema(min_length = 1, max_length = 40)]
    steering_model: String,
    /// Planen som följs upp; utan den bedöms målen som nämnden svarar för. The plan that is followed up; without it the goals that the
    /// committee answers for are to be assessed.
    #[schema(max_length = 100)]
    plan: Option<String>,
    /// Titel. The title.
    #[schema(min_length = 1, max_length = 200)]
    title: String,
    /// Uppföljningen som kommentarer förs över från. The follow-up that comments are carried over from.
    #[schema(max_length = 100)]
    carried_from: Option<String>,
    /// Bedömningar och kommentarer. Judgements and comments.
    #[serde(default)]
    assessments: Vec<AssessmentDocument>,
    /// Förklaringar av avvikelser. What deviations consist of.
    #[serde(default)]
    explanations: Vec<ExplanationView>,
    /// Analys, kapitel för kapitel. Analysis, chapter by chapter.
    #[serde(default)]
    sections: Vec<SectionView>,
}

impl FollowUpDocument {
    pub(super) fn read(&self, fields: &mut Fields) -> Option<FollowUp> {
        let committee = fields.parsed("committee", &self.committee, Code::parse);
        let kind = fields.word("kind", &self.kind, FollowUpKind::from_code, &FollowUpKind::CODES);
        let period = fields.parsed("period", &self.period, |text| match Period::parse(text) {
            Ok(Period::Month(month)) if month.is_closing() => Err("is no month of a report".to_owned()),
            other => other.map_err(|why| why.to_string()),
        });
        let cut_off = fields.parsed("cutOff", &self.cut_off, |text| parse_date(text).map_err(|_| NOT_A_DATE));
        let model = fields.parsed("steeringModel", &self.steering_model, Code::parse);
        let plan = fields.optional("plan", self.plan.as_deref(), Key::parse);
        let title = fields.parsed("title", &self.title, Name::parse);
        let carried_from = fields.optional("carriedFrom", self.carried_from.as_deref(), Key::parse);
        let assessments = self.assessments.iter().enumerate();
        let assessments = assessments.filter_map(|(at, one)| one.read(&format!("assessments/{at}"), fields)).collect();
        let explanations = self.explanations.iter().enumerate().map(|(at, one)| Explanation {
            deviation_id: fields.needed(format!("explanations/{at}/deviationId"), &one.deviation_id, 40),
            text: fields.needed(format!("explanations/{at}/text"), &one.text, LONG),
        });
        let explanations = explanations.collect();
        let sections = SectionView::read_all(&self.sections, fields);
        Some(FollowUp {
            committee: committee?,
            kind: kind?,
            period: period?,
            cut_off: cut_off?,
            model: model?,
            plan,
            title: title?,
            carried_from,
            assessments,
            explanations,
            sections,
        })
    }
}

impl From<FollowUp> for FollowUpDocument {
    fn from(one: FollowUp) -> Self {
        let explanation = |one: Explanation| ExplanationView { deviation_id: one.deviation_id, text: one.text };
        Self {
            committee: one.committee.to_string(),
            kind: one.kind.code().into(),
            period: one.period.to_string(),
            cut_off: one.cut_off.to_string(),
            steering_model: one.model.to_string(),
            plan: one.plan.map(|key| key.to_string()),
            title: one.title.to_string(),
            carried_from: one.carried_from.map(|key| key.to_string()),
            assessments: one.assessments.into_iter().map(AssessmentDocument::from).collect(),
            explanations: one.explanations.into_iter().map(explanation).collect(),
            sections: one.sections.into_iter().map(SectionView::from).collect(),
        }
    }
}

/// En bedömning som den räknas. An assessment as it is judged, in the order of the document.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(example = json!({"goal": "nm-stod", "indicator": null, "target": null, "aspect": null, "body": null, "status": "partly", "carried": false}))]
pub(super) struct JudgementView {
    /// Målet. The goal.
    goal: Option<String>,
    /// Indikatorn. The indicator.
    indicator: Option<String>,
    /// Målvärdets period. The period of the target.
    target: Option<String>,
    /// Aspekten. The aspect.
    aspect: Option<String>,
    /// Organet. The body.
    body: Option<String>,
    /// Vad etiketten jämförs som. What the label is compared as.
    #[schema(extensions(("x-enum" = json!(words::STATUSES))))]
    status: &'static str,
    /// Om kommentaren är oförändrad från uppföljningen före. Whether the comment is carried over from the follow-up before.
    carried: bool,
}

impl From<Judged> for JudgementView {
    fn from(judged: Judged) -> Self {
        let Judged { assessment, status, is_carried } = judged;
        let AssessmentDocument { goal, indicator, target, aspect, body, .. } = assessment.into();
        Self { goal, indicator, target, aspect, body, status: status.code(), carried: is_carried }
    }
}

/// Vad ett mål som hänvisas till blev. How a goal that is referred to came out.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(example = json!({"goal": "P25", "period": "2017", "status": "met"}))]
pub(super) struct OutcomeInputView {
    /// Målet. The goal.
    goal: String,
    /// Målvärdets period; alla när den saknas. The period of the target; all of them when there is none.
    period: Option<String>,
    /// Status. How it came out.
    #[schema(extensions(("x-enum" = json!(words::STATUSES))))]
    status: &'static str,
}

/// Vad ett mål blev. How a goal came out: what was said of it, and what follows from the targets that it refers to.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(example = json!({"goal": "nojdhet-barn-unga", "title": "Nöjda barn och unga", "level": "atagande", "status": "met",
    "computedStatus": "not-met", "inputs": [{"goal": "P25", "period": null, "status": "met"}, {"goal": "P26", "period": null, "status": "not-met"}]}))]
pub(super) struct GoalOutcomeView {
    /// Målet. The goal.
    goal: String,
    /// Titeln som den var. The title as it was.
    title: String,
    /// Nivån. The level.
    level: String,
    /// Bedömningen: helhetens, eller delarnas tillsammans. The assessment: of the whole, or of the parts together.
    #[schema(extensions(("x-enum" = json!(words::STATUSES))))]
    status: &'static str,
    /// Beräknat av målvärdena som det hänvisar till: uppfyllt bara när alla är det. Computed from the targets that it refers to: met only
    /// when all of them are. It stands beside the assessment and never replaces it.
    #[schema(extensions(("x-enum" = json!(words::STATUSES))))]
    computed_status: Option<&'static str>,
    /// Vad det beräknas av. What it is computed from.
    inputs: Vec<OutcomeInputView>,
}

impl From<Outcome> for GoalOutcomeView {
    fn from(outcome: Outcome) -> Self {
        let input = |(goal, period, status): (String, Option<Years>, Status)| OutcomeInputView {
            goal,
            period: period.map(|period| period.to_string()),
            status: status.code(),
        };
        Self {
            goal: outcome.goal,
            title: outcome.title,
            level: outcome.level,
            status: outcome.status.code(),
            computed_status: outcome.computed.map(Status::code),
            inputs: outcome.inputs.into_iter().map(input).collect(),
        }
    }
}

/// Något som saknas. Something that is missing.
#[derive(Serialize, ToSchema)]
#[schema(example = json!({"code": "P25", "name": "Nöjda barn och unga"}))]
pub(super) struct MissingView {
    /// Kod: målets, kapitlets, månaden, avvikelsens id. Its code: the goal's, the chapter's, the month, the case's id.
    code: String,
    /// Vad det heter. What it is called.
    name: String,
}

/// En rad i checklistan. A line of the checklist.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(example = json!({"check": "goals-assessed", "state": "missing", "gaps": [{"code": "P25", "name": "Nöjda barn och unga"}]}))]
pub(super) struct CheckView {
    /// Vad som kontrolleras. What is checked.
    #[schema(extensions(("x-enum" = json!(words::CHECKS))))]
    check: &'static str,
    /// Läge: done, missing eller not-applicable. How it stands; a missing one stops the submission.
    #[schema(extensions(("x-enum" = json!(words::CHECK_STATES))))]
    state: &'static str,
    /// Vad som saknas. What is missing.
    gaps: Vec<MissingView>,
}

impl From<Item> for CheckView {
    fn from(item: Item) -> Self {
        let gap = |Named { code, name }: Named| MissingView { code, name };
        Self { check: item.check.code(), state: item.state.code(), gaps: item.missing.into_iter().map(gap).collect() }
    }
}

/// Siffrorna: som de står för ett utkast, frysta när uppföljningen lämnades in annars. The figures: as they stand for a draft, and frozen
/// when the follow-up was submitted otherwise; in kr.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(example = json!({"dataVersion": 12, "operatingSummary": crate::routes::example::operating_summary(),
    "forecastSummary": crate::routes::example::forecast_summary()}))]
pub(super) struct FiguresView {
    /// Versionen av data som de visar. The version of the data that they show.
    pub(super) data_version: i64,
    /// Driftredovisningen till och med perioden. The operating summary through the period.
    pub(super) operating_summary: ReportView<OperatingValues>,
    /// Helårsprognosen. The forecast of the full year.
    pub(super) forecast_summary: ReportView<ForecastValues>,
}

/// En utgåva av en uppföljning. An edition of a follow-up, with what is computed from the rest.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(example = json!({"followUpId": "SN-2018-08", "edition": 1, "state": "draft",
    "content": {"committee": "SN", "kind": "interim", "period": "2018-08", "cutOff": "2018-08-31", "steeringModel": "modell", "plan": null,
                "title": "Delårsrapport per den 31 augusti 2018", "carriedFrom": null, "assessments": [], "explanations": [], "sections": []},
    "judgements": [], "outcomes": [], "checks": [], "figures": null,
    "written": {"recordedAt": "2018-09-12T08:00:00.000000Z", "recordedBy": "anna"}, "submitted": null, "decision": null,
    "decisionRecorded": null, "supersededBy": null, "_links": {}}))]
pub(super) struct FollowUpEditionView {
    /// Uppföljningens id. The follow-up's id.
    follow_up_id: String,
    /// Utgåvans nummer. The number of the edition.
    edition: i16,
    /// Läge: draft, submitted, decided eller superseded. The state.
    #[schema(extensions(("x-enum" = json!(words::FOLLOW_UP_STATES))))]
    state: &'static str,
    /// Uppföljningen som den lades in. The follow-up as it was put.
    content: FollowUpDocument,
    /// Bedömningarna som de räknas. The assessments as they are judged.
    judgements: Vec<JudgementView>,
    /// Vad målen blev. How the goals came out.
    outcomes: Vec<GoalOutcomeView>,
    /// Checklistan. The checklist.
    checks: Vec<CheckView>,
    /// Siffrorna; saknas när nämnden inte har något utfall här. The figures; none when the committee has no outcome here.
    figures: Option<FiguresView>,
    /// När den senast skrevs, och av vem. When it was last written, and by whom.
    written: ActView,
    /// När den lämnades in, och av vem. When it was submitted, and by whom.
    submitted: Option<ActView>,
    /// Beslutet. The decision.
    decision: Option<DecisionView>,
    /// När beslutet registrerades. When the decision was recorded.
    decision_recorded: Option<ActView>,
    /// Utgåvan som ersatte den. The edition that superseded it.
    superseded_by: Option<i16>,
    #[serde(rename = "_links")]
    links: Links,
}

impl Body for FollowUpEditionView {}

impl FollowUpEditionView {
    pub(super) fn new(whole: FollowUpEdition, figures: Option<FiguresView>, links: Links) -> Result<Self, Problem> {
        let FollowUpEdition { edition, follow_up, judged, outcomes, checklist } = whole;
        Ok(Self {
            follow_up_id: edition.document.clone(),
            edition: edition.number,
            state: edition.state().name(EditionKind::FollowUp),
            content: follow_up.into(),
            judgements: judged.into_iter().map(JudgementView::from).collect(),
            outcomes: outcomes.into_iter().map(GoalOutcomeView::from).collect(),
            checks: checklist.into_iter().map(CheckView::from).collect(),
            figures,
            written: edition.written().into(),
            submitted: edition.handed_in().map(ActView::from),
            decision: edition.decision()?.map(DecisionView::from),
            decision_recorded: edition.decision_recorded().map(ActView::from),
            superseded_by: edition.superseded_by(),
            links,
        })
    }
}

/// En uppföljning i en lista. A follow-up in a list, by the edition that speaks for it.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(example = json!({"followUpId": "SN-2018-08", "edition": 1, "state": "submitted", "committee": "SN", "year": 2018, "kind": "interim",
    "period": "2018-08", "title": "Delårsrapport per den 31 augusti 2018", "decision": null, "supersededBy": null, "_links": {}}))]
pub(super) struct FollowUpSummaryView {
    /// Uppföljningens id. The follow-up's id.
    pub(super) follow_up_id: String,
    /// Utgåvans nummer. The number of the edition.
    pub(super) edition: i16,
    /// Läge: draft, submitted, decided eller superseded. The state.
    #[schema(extensions(("x-enum" = json!(words::FOLLOW_UP_STATES))))]
    pub(super) state: &'static str,
    /// Nämnden. The committee.
    pub(super) committee: String,
    /// År. The year.
    pub(super) year: i16,
    /// Slag. Which report.
    #[schema(extensions(("x-enum" = json!(words::FOLLOW_UP_KINDS))))]
    pub(super) kind: &'static str,
    /// Period. What it covers.
    pub(super) period: String,
    /// Titel. The title.
    pub(super) title: String,
    /// Beslutet. The decision.
    pub(super) decision: Option<DecisionView>,
    /// Utgåvan som ersatte den. The edition that superseded it.
    pub(super) superseded_by: Option<i16>,
    #[serde(rename = "_links")]
    pub(super) links: Links,
}
