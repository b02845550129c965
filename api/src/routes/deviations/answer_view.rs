//! How a case is answered, on the wire: its stage, its deadline, what it was the period before, and the plans that answer it.

use super::explanations::ExplanationDocument;
use crate::contract::words;
use crate::wire::amount::Amount;
use crate::wire::csv::Cell;
use serde::Serialize;
use utfall_persistence::deviation::Deviation;
use utfall_persistence::deviation::answer::{Answered, AnsweringPlan};
use utoipa::ToSchema;

/// En åtgärdsplan som svarar på avvikelsen. An action plan that answers the case.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(example = json!({"actionPlanId": "SN-2018", "version": 1, "state": "decided", "planned": 7_500_000}))]
struct AnsweringPlanView {
    /// Planen. The plan.
    action_plan_id: String,
    /// Versionen. The version.
    version: i16,
    /// Läget. How far the version has come.
    #[schema(extensions(("x-enum" = json!(words::ACTION_PLAN_STATES))))]
    state: &'static str,
    /// Planerad effekt under avvikelsens år; positiv sänker nettokostnaden. What it is planned to give in the case's year: positive
    /// lowers net cost.
    planned: Amount,
}

impl From<AnsweringPlan> for AnsweringPlanView {
    fn from(plan: AnsweringPlan) -> Self {
        let AnsweringPlan { document, number, standing, planned } = plan;
        Self { action_plan_id: document, version: number, state: standing.code(), planned: planned.into() }
    }
}

/// Nivån som avtalats för nämndens år. The level that is agreed for the committee's year, and the deviation from it.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(example = json!({"label": "Ekonomi i balans, KS mars", "amount": -30_000_000, "deviation": -16_246_000}))]
struct ComparedLevelView {
    /// Vad den kallas. What it is called.
    label: String,
    /// Avvikelsen som avtalats. The deviation that is agreed.
    amount: Amount,
    /// Avvikelsen minus den. The deviation less it: negative is worse than agreed.
    deviation: Option<Amount>,
}

/// Hur avvikelsen är besvarad. How a case is answered.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(example = json!({"stage": "decided", "deadline": "2018-10-05", "deadlineMissed": false, "previousPeriod": "2018-07",
    "previousAmount": -9_000_000, "difference": -1_968_000, "explanation": null, "actionPlans": [], "uncovered": 468_000,
    "escalations": ["uncovered-deficit"], "agreedLevel": null}))]
pub(super) struct AnswerView {
    /// Hur långt svaret kommit: open, explained, planned, decided, following eller closed. How far the answer has come; a later month
    /// that deviates otherwise opens it again.
    #[schema(extensions(("x-enum" = json!(words::CASE_STAGES))))]
    stage: &'static str,
    /// Sista dag för svar, där regeln anger dagar. The last day to answer, where the rule gives days.
    #[schema(format = "date", example = "2018-10-05")]
    deadline: Option<String>,
    /// Om fristen passerat utan svar. Whether it has passed without an answer.
    deadline_missed: bool,
    /// Perioden före den senast prövade. The period that was evaluated before the last one.
    previous_period: Option<String>,
    /// Avvikelsen då. The deviation then.
    previous_amount: Option<Amount>,
    /// Skillnaden mot den; positiv är en förbättring. The difference from it: positive is for the better.
    difference: Option<Amount>,
    /// Förklaringen av den senast prövade perioden. The explanation of the period that was evaluated last.
    explanation: Option<ExplanationDocument>,
    /// Åtgärdsplaner som svarar på den. The action plans that answer it.
    action_plans: Vec<AnsweringPlanView>,
    /// Vad beslutade planer lämnar otäckt av underskottet. What decided plans leave of the deficit.
    uncovered: Option<Amount>,
    /// Varför den är styrelsens sak: deadline-missed, uncovered-deficit. Why it is the executive's matter; empty when it is not.
    #[schema(extensions(("x-enum" = json!(words::ESCALATIONS))))]
    escalations: Vec<&'static str>,
    /// Jämförelse med nivån som avtalats; bara för nämndens egen avvikelse. A comparison with the level that is agreed; of the committee's own
    /// case only.
    agreed_level: Option<ComparedLevelView>,
}

impl AnswerView {
    pub(super) fn new(case: &Deviation, answered: Answered) -> Self {
        let Answered {
            state,
            history,
            explanation,
            is_explained,
            plans,
            is_answered: _,
            deadline,
            uncovered,
            escalation,
            agreed,
        } = answered;
        let difference = history.difference();
        let explanation = explanation.filter(|_| is_explained);
        Self {
            stage: state.code(),
            deadline: deadline.map(|deadline| deadline.day.to_string()),
            deadline_missed: deadline.is_some_and(|deadline| deadline.is_missed),
            previous_period: history.previous.as_ref().map(|previous| previous.period.clone()),
            previous_amount: history.previous.map(|previous| previous.amount.into()),
            difference: difference.map(Into::into),
            explanation: explanation.map(|said| ExplanationDocument::new(said, case.amount())),
            action_plans: plans.into_iter().map(AnsweringPlanView::from).collect(),
            uncovered: uncovered.map(Into::into),
            agreed_level: agreed.map(|level| ComparedLevelView {
                deviation: case.amount().minus(level.amount).ok().map(Amount::from),
                label: level.label.to_string(),
                amount: level.amount.into(),
            }),
            escalations: escalation.into_iter().map(utfall_domain::deviation::EscalationReason::code).collect(),
        }
    }

    pub(super) fn cells(&self) -> [Cell; 3] {
        let deadline = self.deadline.as_deref().map_or(Cell::Empty, Cell::text);
        [Cell::text(self.stage), deadline, Cell::maybe(self.difference.as_ref())]
    }
}
