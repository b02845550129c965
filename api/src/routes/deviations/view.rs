//! Deviation cases on the wire: how they were evaluated, and how they are answered.

use super::answer_view::AnswerView;
use crate::auth::call::Call;
use crate::auth::perm;
use crate::contract::words;
use crate::reply::Body;
use crate::routes::deviation_policies::DeviationRule;
use crate::routes::steering::moment;
use crate::wire::amount::{Amount, Percent};
use crate::wire::csv::Cell;
use crate::wire::link::{Link, Links};
use serde::Serialize;
use utfall_domain::deviation::Required;
use utfall_persistence::deviation::answer::Answered;
use utfall_persistence::deviation::{CaseEvaluation, Deviation};
use utoipa::ToSchema;

/// En avvikelse. A deviation case, as it was evaluated last.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(example = json!({"deviationId": "0191d0c8-7c3e-7c7a-9d7b-3f1f0c1f2a3b", "committee": "SN", "basis": "year-to-date",
    "level": "activity", "code": "HVBU", "year": 2018, "state": "open", "required": "action-plan", "period": "2018-08",
    "amountUnit": "kr", "signConvention": "cost-positive", "budget": 54_283_000, "actual": 65_251_000, "amount": -10_968_000,
    "percent": -20.21, "rule": {"basis": "year-to-date", "level": "activity", "depth": 1, "thresholdAmount": 0,
    "thresholdPercent": null, "deadlineDays": null}, "openedByPosting": "0191d0c8-7c3e-7c7a-9d7b-3f1f0c1f2a3b",
    "cause": "posting", "recordedAt": "2018-09-05T06:00:00Z",
    "stage": "open", "deadline": "2018-10-05", "deadlineMissed": false, "previousPeriod": "2018-07", "previousAmount": -9_000_000,
    "difference": -1_968_000, "explanation": null, "actionPlans": [], "uncovered": null, "escalations": [], "agreedLevel": null, "_links": {}}))]
pub(super) struct DeviationView {
    /// Avvikelsens id. The case.
    #[schema(format = "uuid")]
    deviation_id: String,
    /// Nämnden. The committee.
    committee: String,
    /// Grund: year-to-date eller forecast. What is compared.
    #[schema(extensions(("x-enum" = json!(words::DEVIATION_BASES))))]
    basis: String,
    /// Nivå: committee, activity eller unit. The level; cases of different levels are never added.
    #[schema(extensions(("x-enum" = json!(words::LEVELS))))]
    level: String,
    /// Koden på nivån. The code at the level.
    code: String,
    /// År. The year.
    year: i16,
    /// Läge: open eller closed. Whether it deviates still; stage says how far the answer has come.
    #[schema(extensions(("x-enum" = json!(words::DEVIATION_STATES))))]
    state: &'static str,
    /// Vad som krävs: action-plan eller explanation. What is required while it is open.
    #[schema(extensions(("x-enum" = json!(words::REQUIREMENTS))))]
    required: Option<&'static str>,
    /// Perioden som prövades sist. The period that was evaluated last.
    period: String,
    /// Beloppens enhet. The unit of the amounts: kr.
    #[schema(extensions(("x-enum" = json!(words::KR))))]
    amount_unit: &'static str,
    /// Teckenkonvention. The sign convention of budget and actual: cost-positive.
    #[schema(extensions(("x-enum" = json!(words::COST_POSITIVE))))]
    sign_convention: &'static str,
    /// Budgeten. The budget that is compared with.
    budget: Amount,
    /// Utfallet eller prognosen. The outcome or the forecast.
    actual: Amount,
    /// Avvikelsen; positiv är gynnsam. Budget less actual: positive is favourable.
    amount: Amount,
    /// Andel av budgeten. The share of the budget, in percent.
    percent: Option<Percent>,
    /// Regeln som slog till. The rule that fired; absent once nothing deviates.
    rule: Option<DeviationRule>,
    /// Leveransen som öppnade den. The posting that opened it, if one did.
    #[schema(format = "uuid")]
    opened_by_posting: Option<String>,
    /// Orsak till senaste prövningen: posting, policy eller code-plan. What caused the last evaluation.
    #[schema(extensions(("x-enum" = json!(words::EVALUATION_CAUSES))))]
    cause: String,
    /// När den prövades sist. When it was evaluated last.
    #[schema(format = "date-time", example = "2018-09-05T06:00:00Z")]
    recorded_at: String,
    #[serde(flatten)]
    answer: AnswerView,
    #[serde(rename = "_links")]
    links: Links,
}

impl DeviationView {
    /// The columns of a table of cases.
    pub(super) const HEADERS: [&'static str; 16] = [
        "deviationId",
        "committee",
        "basis",
        "level",
        "code",
        "year",
        "state",
        "required",
        "period",
        "budget",
        "actual",
        "amount",
        "percent",
        "stage",
        "deadline",
        "difference",
    ];

    pub(super) fn cells(&self) -> Vec<Cell> {
        let mut cells = vec![
            Cell::text(&self.deviation_id),
            Cell::text(&self.committee),
            Cell::text(&self.basis),
            Cell::text(&self.level),
            Cell::text(&self.code),
            Cell::number(self.year),
            Cell::text(self.state),
            self.required.map_or(Cell::Empty, Cell::text),
            Cell::text(&self.period),
            Cell::number(&self.budget),
            Cell::number(&self.actual),
            Cell::number(&self.amount),
            Cell::maybe(self.percent),
        ];
        cells.extend(self.answer.cells());
        cells
    }

    pub(super) fn new(call: &Call<perm::Read>, case: Deviation, answered: Answered) -> Self {
        let own = Link::get("self", call.municipality_href(&format!("deviations/{}", case.deviation_id)));
        let via = (!case.opened_by.is_empty())
            .then(|| Link::get("via", call.municipality_href(&format!("postings/{}", case.opened_by))));
        Self {
            state: if case.is_open() { "open" } else { "closed" },
            required: case.required().map(Required::code),
            budget: case.budget().into(),
            actual: case.actual().into(),
            amount: case.amount().into(),
            percent: case.percent().map(Percent::from_hundredths),
            rule: case.rule().map(DeviationRule::from),
            recorded_at: moment(case.recorded_at()),
            answer: AnswerView::new(&case, answered),
            deviation_id: case.deviation_id,
            committee: case.committee,
            basis: case.basis,
            level: case.level,
            code: case.code,
            year: case.year,
            period: case.period,
            amount_unit: "kr",
            sign_convention: "cost-positive",
            opened_by_posting: Some(case.opened_by).filter(|id| !id.is_empty()),
            cause: case.cause,
            links: Links { own: Some(own), via, ..Links::default() },
        }
    }
}

/// En prövning. One evaluation of a case.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(example = json!({"event": "opened", "period": "2018-08", "budget": 54_283_000, "actual": 65_251_000,
    "amount": -10_968_000, "percent": -20.21, "required": "action-plan", "rule": null, "cause": "posting",
    "postingId": "0191d0c8-7c3e-7c7a-9d7b-3f1f0c1f2a3b", "recordedAt": "2018-09-05T06:00:00Z"}))]
pub(super) struct EvaluationView {
    /// Händelse: opened, changed, closed eller reopened. What happened.
    #[schema(extensions(("x-enum" = json!(words::EVENTS))))]
    event: String,
    /// Perioden. The period.
    period: String,
    /// Budgeten. The budget.
    budget: Amount,
    /// Utfallet eller prognosen. The outcome or the forecast.
    actual: Amount,
    /// Avvikelsen. The deviation: positive is favourable.
    amount: Amount,
    /// Andel av budgeten. In percent of the budget.
    percent: Option<Percent>,
    /// Vad som krävdes. What was required from then.
    #[schema(extensions(("x-enum" = json!(words::REQUIREMENTS))))]
    required: Option<&'static str>,
    /// Regeln. The rule that fired.
    rule: Option<DeviationRule>,
    /// Orsak: posting, policy eller code-plan. What caused it.
    #[schema(extensions(("x-enum" = json!(words::EVALUATION_CAUSES))))]
    cause: String,
    /// Leveransen. The posting, when one caused it.
    #[schema(format = "uuid")]
    posting_id: Option<String>,
    /// När. When.
    #[schema(format = "date-time", example = "2018-09-05T06:00:00Z")]
    recorded_at: String,
}

impl From<CaseEvaluation> for EvaluationView {
    fn from(row: CaseEvaluation) -> Self {
        Self {
            budget: row.budget().into(),
            actual: row.actual().into(),
            amount: row.amount().into(),
            percent: row.percent().map(Percent::from_hundredths),
            required: row.required().map(Required::code),
            rule: row.rule().map(DeviationRule::from),
            recorded_at: moment(row.recorded_at()),
            event: row.event,
            period: row.period,
            cause: row.cause,
            posting_id: Some(row.posting_id).filter(|id| !id.is_empty()),
        }
    }
}

/// En avvikelse med sin historik. A case with its history.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(example = json!({"deviationId": "0191d0c8-7c3e-7c7a-9d7b-3f1f0c1f2a3b", "committee": "SN", "basis": "year-to-date",
    "level": "activity", "code": "HVBU", "year": 2018, "state": "open", "required": "action-plan", "period": "2018-08",
    "amountUnit": "kr", "signConvention": "cost-positive", "budget": 54_283_000, "actual": 65_251_000, "amount": -10_968_000,
    "percent": -20.21, "rule": null, "openedByPosting": null, "cause": "posting", "recordedAt": "2018-09-05T06:00:00Z",
    "stage": "open", "deadline": "2018-10-05", "deadlineMissed": false, "previousPeriod": "2018-07", "previousAmount": -9_000_000,
    "difference": -1_968_000, "explanation": null, "actionPlans": [], "uncovered": null, "escalations": [], "agreedLevel": null, 
    "evaluations": [], "_links": {}}))]
pub(super) struct DeviationDetailView {
    /// Prövningarna, äldst först. Every evaluation that changed it, oldest first.
    pub(super) evaluations: Vec<EvaluationView>,
    #[serde(flatten)]
    pub(super) deviation: DeviationView,
}

impl Body for DeviationDetailView {}
