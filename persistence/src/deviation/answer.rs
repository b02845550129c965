//! How cases are answered: their explanations and plans, deadlines as of a day, and what becomes the executive's matter.

use super::explanation::{RecordedExplanation, newest};
use super::read::Deviation;
use crate::action_plan::version::{PlanVersion, of_years};
use crate::agreed_level;
use crate::clock::moment;
use crate::error::StoreError;
use crate::scope::{Scope, placeholders};
use chrono::NaiveDate;
use sea_orm::{FromQueryResult, Value};
use std::collections::HashMap;
use utfall_domain::agreed_level::AgreedLevel;
use utfall_domain::deviation::{
    Answers, CaseState, Deadline, EscalationFacts, EscalationReason, Evaluated, Event, History, Level, Required,
    escalation,
};
use utfall_domain::money::Money;
use utfall_domain::period::{Year, day_in_stockholm};

/// How far back the plans that may answer a case begin: a plan is for three years at most.
const YEARS_BACK: i16 = 2;

/// A plan's version that answers a case.
#[derive(Debug, Clone)]
pub struct AnsweringPlan {
    /// The plan.
    pub document: String,
    /// Its version.
    pub number: i16,
    /// How far it has come.
    pub standing: utfall_domain::deviation::PlanStanding,
    /// What it is planned to give in the case's year.
    pub planned: Money,
}

/// How a case is answered.
#[derive(Debug, Clone)]
pub struct Answered {
    /// How far the answer has come.
    pub state: CaseState,
    /// What the case's evaluations say together.
    pub history: History,
    /// The newest explanation, of whatever period.
    pub explanation: Option<RecordedExplanation>,
    /// Whether it is of the period that was evaluated last.
    pub is_explained: bool,
    /// The plans that name the case, each by the versions that are not superseded.
    pub plans: Vec<AnsweringPlan>,
    /// Whether what is required is there; `None` once nothing is.
    pub is_answered: Option<bool>,
    /// When it is to be answered, where the rule says so.
    pub deadline: Option<Deadline>,
    /// What the decided plans leave of the deficit; `None` while none is decided.
    pub uncovered: Option<Money>,
    /// Why it is the executive's matter.
    pub escalation: Vec<EscalationReason>,
    /// The level that is agreed for the committee's year, for the committee's own case.
    pub agreed: Option<AgreedLevel>,
}

#[derive(FromQueryResult)]
struct EvaluationRecord {
    deviation_id: String,
    recorded_at: i64,
    period: String,
    event: String,
    amount: i64,
}

/// The histories of some cases.
pub(super) async fn histories(scope: &Scope, ids: &[&str]) -> Result<HashMap<String, History>, StoreError> {
    if ids.is_empty() {
        return Ok(HashMap::new());
    }
    let list = placeholders(3, ids.len());
    let sql = format!(
        "SELECT deviation_id, recorded_at, period, event, amount FROM deviation_evaluation \
         WHERE municipality = $1 AND version <= $2 AND deviation_id IN ({list}) ORDER BY deviation_id, version"
    );
    let mut values: Vec<Value> = vec![scope.version().into()];
    values.extend(ids.iter().map(|id| Value::from(*id)));
    let mut evaluations: HashMap<String, Vec<Evaluated>> = HashMap::new();
    for record in scope.all::<EvaluationRecord>(&sql, values).await? {
        let EvaluationRecord { deviation_id, recorded_at, period, event, amount } = record;
        let event = Event::from_code(&event).ok_or_else(|| StoreError::Corrupt(format!("event {event:?}")))?;
        let (day, amount) = (day_in_stockholm(moment(recorded_at)), Money::stored(amount));
        evaluations.entry(deviation_id).or_default().push(Evaluated { day, period, event, amount });
    }
    Ok(evaluations.into_iter().map(|(id, all)| (id, History::of(&all))).collect())
}

/// How some cases are answered, in their order; deadlines are judged on a day.
pub async fn answered(scope: &Scope, cases: &[Deviation], today: NaiveDate) -> Result<Vec<Answered>, StoreError> {
    let years = cases.iter().map(|case| case.year);
    let (Some(first), Some(last)) = (years.clone().min(), years.max()) else { return Ok(Vec::new()) };
    let ids: Vec<&str> = cases.iter().map(|case| case.deviation_id.as_str()).collect();
    let mut histories = histories(scope, &ids).await?;
    let mut explanations = newest(scope, &ids).await?;
    let plans = of_years(scope, (first - YEARS_BACK, last), &[]).await?;
    let levels = agreed_level::all(scope).await?;
    cases
        .iter()
        .map(|case| {
            let history = histories.remove(&case.deviation_id).unwrap_or_default();
            let explanation = explanations.remove(&case.deviation_id);
            answer(case, history, explanation, (&plans, &levels), today)
        })
        .collect()
}

fn answer(
    case: &Deviation,
    history: History,
    explanation: Option<RecordedExplanation>,
    (plans, levels): (&[PlanVersion], &[AgreedLevel]),
    today: NaiveDate,
) -> Result<Answered, StoreError> {
    let required = history.required();
    let plans = plans_of(case, plans)?;
    let is_explained = explanation.as_ref().is_some_and(|said| said.explanation.period == case.period);
    let answers = Answers { is_explained, plans: plans.iter().map(|plan| plan.standing).collect() };
    let is_answered = required.map(|required| answers.suffice(required));
    let days = case.rule().and_then(|rule| rule.deadline_days);
    let deadline = history
        .required_since
        .zip(days)
        .map(|(since, days)| Deadline::of(since, days, is_answered.unwrap_or(true), today));
    let uncovered = uncovered(case, required, &plans)?;
    let facts = EscalationFacts {
        level: Level::from_code(&case.level).ok_or_else(|| StoreError::Corrupt(format!("level {:?}", case.level)))?,
        required,
        is_missed: deadline.is_some_and(|deadline| deadline.is_missed),
        uncovered,
    };
    Ok(Answered {
        state: answers.state(required),
        history,
        explanation,
        is_explained,
        plans,
        is_answered,
        deadline,
        uncovered,
        escalation: escalation(facts),
        agreed: agreed(case, levels).cloned(),
    })
}

/// The level that is agreed for a committee's own case.
fn agreed<'a>(case: &Deviation, levels: &'a [AgreedLevel]) -> Option<&'a AgreedLevel> {
    let of_case = |level: &&AgreedLevel| level.committee.as_str() == case.committee && level.year.number() == case.year;
    levels.iter().find(of_case).filter(|_| case.level == Level::Committee.code())
}

fn plans_of(case: &Deviation, plans: &[PlanVersion]) -> Result<Vec<AnsweringPlan>, StoreError> {
    let year = crate::code_plan::stored(Year::new(case.year.into()), "year")?;
    let names = |version: &&PlanVersion| {
        version.standing != utfall_domain::deviation::PlanStanding::Superseded
            && version.plan.answers.contains(&case.deviation_id)
    };
    let plan = |version: &PlanVersion| {
        Ok(AnsweringPlan {
            document: version.edition.document.clone(),
            number: version.edition.number,
            standing: version.standing,
            planned: version.plan.planned_in(year)?,
        })
    };
    plans.iter().filter(names).map(plan).collect()
}

/// What the decided plans leave of a deficit.
fn uncovered(
    case: &Deviation,
    required: Option<Required>,
    plans: &[AnsweringPlan],
) -> Result<Option<Money>, StoreError> {
    let mut decided = plans.iter().filter(|plan| plan.standing.is_decided()).peekable();
    if required != Some(Required::ActionPlan) || decided.peek().is_none() {
        return Ok(None);
    }
    let planned = Money::sum(decided.map(|plan| plan.planned))?;
    Ok(Some((-case.amount()).minus(planned)?.max(Money::ZERO)))
}
