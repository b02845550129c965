//! Follow-ups: drafts that are checked, and editions that are frozen when they are submitted.

use super::assessment::{self, Judged};
use super::edition::{self, DocumentFilter, Draft, Edition};
use super::goal::goals_of_model;
use super::model::{known_model, steering_model};
use super::{internal_control, plan};
use crate::code_plan::committees;
use crate::deviation::answer::{Answered, answered};
use crate::deviation::{Deviation, DeviationFilter, deviations};
use crate::error::{Refusal, StoreError};
use crate::put::{Precondition, Put, refuse};
use crate::report::standing;
use crate::scope::Scope;
use crate::store::Writing;
use crate::stored::{read, written};
use std::collections::{BTreeMap, HashMap, HashSet};
use utfall_domain::posting::Kind;
use utfall_domain::row_error::{Fault, RowError};
use utfall_domain::steering::checklist::{CheckState, Facts, Item, Named, OpenCase, checklist, reason};
use utfall_domain::steering::edition::{EditionKind, State};
use utfall_domain::steering::follow_up::{Assessment, AssessmentBasis, FollowUp, Subject, overall};
use utfall_domain::steering::fulfilment::together;
use utfall_domain::steering::goal::{Goal, TargetReference};
use utfall_domain::steering::model::{Carried, SteeringModel};
use utfall_domain::steering::scale::Status;
use utfall_domain::steering::target::Years;
use utfall_domain::text::Key;

const KIND: EditionKind = EditionKind::FollowUp;

/// How a goal came out in a follow-up.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Outcome {
    /// The goal's code.
    pub goal: String,
    /// The goal's title, as it was.
    pub title: String,
    /// The goal's level.
    pub level: String,
    /// The assessments of its parts together, or of the whole.
    pub status: Status,
    /// For a goal that refers to others' targets: met only when all are. It stands beside the assessment and never replaces it.
    pub computed: Option<Status>,
    /// What the computed status is made of: the goals referred to, the period of their target, and how they came out.
    pub inputs: Vec<(String, Option<Years>, Status)>,
}

/// An edition of a follow-up with what is computed from the rest, all as of the version that it shows.
#[derive(Debug, Clone)]
pub struct FollowUpEdition {
    /// The edition.
    pub edition: Edition,
    /// What was put.
    pub follow_up: FollowUp,
    /// The assessments as they are judged.
    pub judged: Vec<Judged>,
    /// How the goals came out.
    pub outcomes: Vec<Outcome>,
    /// What must be there before it can be submitted.
    pub checklist: Vec<Item>,
}

/// The follow-up of an edition, without what is computed.
pub fn follow_up_of(edition: &Edition) -> Result<FollowUp, StoreError> {
    read(&edition.body)
}

/// An edition with what is computed, as of the version that it shows.
pub async fn whole(scope: &Scope, edition: Edition) -> Result<FollowUpEdition, StoreError> {
    let follow_up = follow_up_of(&edition)?;
    let then = scope.at(edition.read_at(scope.version()));
    let model = known_model(&then, follow_up.model.as_str()).await?;
    let goals = goals_of(&then, &follow_up).await?;
    let earlier = earlier(&then, &follow_up).await?;
    let judged = judged(&model, &goals, &follow_up, &earlier);
    let outcomes = outcomes(&model, &goals, &judged, follow_up.basis());
    let checklist = checklist(&follow_up, &facts(&then, &follow_up, &model, &goals).await?);
    Ok(FollowUpEdition { edition, follow_up, judged, outcomes, checklist })
}

/// The goals that a follow-up may speak of: those of the chain, and those of its plan as they were when it was proposed.
async fn goals_of(scope: &Scope, follow_up: &FollowUp) -> Result<Vec<Goal>, StoreError> {
    let mut goals = goals_of_model(scope, follow_up.model.as_str()).await?;
    if let Some(key) = &follow_up.plan
        && let Some(edition) = edition::foremost(scope, EditionKind::Plan, key.as_str(), None).await?
    {
        let known: HashSet<String> = goals.iter().map(|goal| goal.code.to_string()).collect();
        let planned = plan::whole(scope, edition).await?.goals.into_iter();
        goals.extend(planned.filter(|goal| !known.contains(goal.code.as_str())));
    }
    Ok(goals)
}

/// What the follow-up said that this one carries comments over from; a draft has said nothing yet.
async fn earlier(scope: &Scope, follow_up: &FollowUp) -> Result<Vec<Assessment>, StoreError> {
    let Some(from) = &follow_up.carried_from else { return Ok(Vec::new()) };
    let edition = edition::foremost(scope, KIND, from.as_str(), None).await?;
    Ok(match edition.filter(|edition| edition.state() != State::Draft) {
        Some(edition) => follow_up_of(&edition)?.assessments,
        None => Vec::new(),
    })
}

fn judged(model: &SteeringModel, goals: &[Goal], follow_up: &FollowUp, earlier: &[Assessment]) -> Vec<Judged> {
    let levels: HashMap<&str, &str> = goals.iter().map(|goal| (goal.code.as_str(), goal.level.as_str())).collect();
    let status = |one: &Assessment| {
        let Subject::Goal(key) = &one.subject else { return None };
        let scale = levels.get(key.as_str()).and_then(|level| model.scale_of(level));
        let label = one.label.as_ref().and_then(|label| scale?.label(label.as_str()));
        label.map(|label| label.status)
    };
    let indicator = |one: &Assessment| {
        let labels = model.scales.iter().flat_map(|scale| &scale.labels);
        let mut labels = labels.filter(|label| Some(&label.code) == one.label.as_ref());
        labels.next().map(|label| label.status)
    };
    let said: HashSet<_> = earlier.iter().filter(|one| !one.comment.is_empty()).map(Assessment::said).collect();
    let judge = |one: &Assessment| Judged {
        assessment: one.clone(),
        status: status(one).or_else(|| indicator(one)).unwrap_or(Status::NotAssessed),
        is_carried: said.contains(&one.said()),
    };
    follow_up.assessments.iter().map(judge).collect()
}

/// What has been said of a goal, or of a target of it: of the whole, and of its parts.
#[derive(Default)]
struct Said {
    whole: Option<Status>,
    parts: Vec<Status>,
    targets: BTreeMap<Years, Vec<Status>>,
}

impl Said {
    fn status(&self) -> Status {
        let targets = self.targets.values().flatten();
        overall(self.whole, &self.parts.iter().chain(targets).copied().collect::<Vec<_>>())
    }

    /// How the targets that a reference is to came out: of its period or all, or the goal itself where no target is assessed.
    fn of_targets(&self, goal: &Goal, period: Option<Years>) -> Status {
        if self.targets.is_empty() {
            return self.status();
        }
        let asked =
            goal.targets.iter().map(|target| target.period).filter(|one| period.is_none_or(|period| period == *one));
        let of = |one: Years| self.targets.get(&one).map_or(Status::NotAssessed, |said| overall(None, said));
        together(asked.map(of))
    }
}

fn outcomes(model: &SteeringModel, goals: &[Goal], judged: &[Judged], basis: AssessmentBasis) -> Vec<Outcome> {
    let of_goal = |one: &&Judged| matches!(one.assessment.subject, Subject::Goal(_)) && one.assessment.label.is_some();
    let on_basis: HashSet<&Subject> = judged
        .iter()
        .filter(of_goal)
        .filter(|one| one.assessment.basis == basis)
        .map(|one| &one.assessment.subject)
        .collect();
    let mut said: HashMap<&str, Said> = HashMap::new();
    for one in judged.iter().filter(of_goal) {
        let counts = one.assessment.basis == basis || !on_basis.contains(&one.assessment.subject);
        let (Subject::Goal(key), true) = (&one.assessment.subject, counts) else { continue };
        let said = said.entry(key.as_str()).or_default();
        match one.assessment.target {
            _ if one.assessment.is_whole() => said.whole = Some(one.status),
            Some(period) => said.targets.entry(period).or_default().push(one.status),
            None => said.parts.push(one.status),
        }
    }
    let by_code: HashMap<&str, &Goal> = goals.iter().map(|goal| (goal.code.as_str(), goal)).collect();
    let status = |code: &str| said.get(code).map_or(Status::NotAssessed, Said::status);
    let input = |reference: &TargetReference| {
        let code = reference.goal.as_str();
        let found = said.get(code).zip(by_code.get(code));
        let status = found.map_or(Status::NotAssessed, |(said, goal)| said.of_targets(goal, reference.period));
        (code.to_owned(), reference.period, status)
    };
    let mut outcomes = Vec::new();
    for goal in goals {
        let code = goal.code.as_str();
        let inputs: Vec<(String, Option<Years>, Status)> = goal.refers_to.iter().map(input).collect();
        let can_be_assessed =
            model.level(goal.level.as_str()).is_some_and(|level| level.may_carry(Carried::Assessment));
        let is_input = inputs.iter().any(|(.., status)| *status != Status::NotAssessed);
        if said.contains_key(code) || (can_be_assessed && is_input) {
            outcomes.push(Outcome {
                goal: code.to_owned(),
                title: goal.title.clone(),
                level: goal.level.to_string(),
                status: status(code),
                computed: (!inputs.is_empty()).then(|| together(inputs.iter().map(|(.., status)| *status))),
                inputs,
            });
        }
    }
    outcomes
}

/// What the checklist is computed from.
async fn facts(
    scope: &Scope,
    follow_up: &FollowUp,
    model: &SteeringModel,
    goals: &[Goal],
) -> Result<Facts, StoreError> {
    let committee = follow_up.committee.as_str();
    let year = follow_up.year();
    let assessed =
        |goal: &&Goal| model.level(goal.level.as_str()).is_some_and(|level| level.may_carry(Carried::Assessment));
    let named = |goal: &Goal| Named { code: goal.code.to_string(), name: goal.title.clone() };
    let (mut asked, mut planned) = (Vec::new(), None);
    if let Some(key) = &follow_up.plan {
        let plan = plan::foremost(scope, key.as_str()).await?;
        asked.extend(plan.goals.iter().filter(assessed).map(named));
        planned = Some((Named { code: key.to_string(), name: plan.plan.title.to_string() }, is_decided(&plan.edition)));
    } else if let Some(body) = committees(scope).await?.iter().find(|known| known.code.as_str() == committee) {
        let in_year = |goal: &&Goal| goal.horizon.is_none_or(|years| years.cover(year));
        asked.extend(
            goals.iter().filter(assessed).filter(in_year).filter(|goal| goal.is_answered_for_by(body)).map(named),
        );
    }
    if planned.is_none() {
        planned = plan_of_year(scope, follow_up).await?;
    }
    let last = follow_up.last_month();
    let months_without_outcome = missing_months(scope, follow_up).await?;
    let open = open_cases(scope, follow_up).await?;
    let control = internal_control::control_plan(scope, year.number(), committee).await?;
    let unreported_steps = control.zip(last).map(|((control, _), last)| {
        control
            .unreported(last)
            .map(|step| Named { code: step.code.to_string(), name: step.title.to_string() })
            .collect()
    });
    Ok(Facts {
        goals: asked,
        chapters: model.chapters.clone(),
        plan: planned,
        open_deviations: (months_without_outcome.is_some() || !open.is_empty()).then_some(open),
        months_without_outcome,
        unreported_steps,
    })
}

/// The open deviation cases, with whether what each requires is there.
async fn open_cases(scope: &Scope, follow_up: &FollowUp) -> Result<Vec<OpenCase>, StoreError> {
    let cases = cases(scope, follow_up, "open").await?;
    let answered = answered(scope, &cases, follow_up.cut_off).await?;
    let open = |(case, answered): (&Deviation, Answered)| {
        Some(OpenCase {
            named: Named {
                code: case.deviation_id.clone(),
                name: format!("{} {} {} kr ({})", case.level, case.code, case.amount(), case.basis),
            },
            required: case.required()?,
            is_answered: answered.is_answered.unwrap_or(true),
        })
    };
    Ok(cases.iter().zip(answered).filter_map(open).collect())
}

fn is_decided(plan: &Edition) -> bool {
    matches!(plan.state(), State::Decided | State::Superseded)
}

/// A plan that the committee has for the year on the same steering model, though the follow-up names none: a decided one first.
async fn plan_of_year(scope: &Scope, follow_up: &FollowUp) -> Result<Option<(Named, bool)>, StoreError> {
    let filter =
        DocumentFilter { committees: vec![follow_up.committee.to_string()], year: Some(follow_up.year().number()) };
    let (plans, _) = edition::documents(scope, EditionKind::Plan, &filter, (i64::from(i32::MAX), 0)).await?;
    let mut found: Vec<(Named, bool)> = Vec::new();
    for edition in &plans {
        let plan = plan::plan_of(edition)?;
        if plan.model == follow_up.model {
            found.push((Named { code: edition.document.clone(), name: plan.title.to_string() }, is_decided(edition)));
        }
    }
    found.sort_by_key(|(_, decided)| !decided);
    Ok(found.into_iter().next())
}

/// The months through the period that have no outcome; none when the committee keeps no outcome here that year.
async fn missing_months(scope: &Scope, follow_up: &FollowUp) -> Result<Option<Vec<Named>>, StoreError> {
    let year = follow_up.year();
    let postings = standing(scope, year).await?;
    let own: Vec<_> = postings
        .iter()
        .filter(|posting| posting.kind == Kind::Outcome && posting.year == year.number())
        .filter(|posting| posting.is_of(Some(follow_up.committee.as_str())))
        .collect();
    if own.is_empty() {
        return Ok(None);
    }
    let last = follow_up.last_month().map_or(12, |month| month.number().min(12));
    let missing = (1..=last)
        .filter(|month| !own.iter().any(|posting| (posting.from_month..=posting.month).contains(month)))
        .map(|month| Named { code: format!("{year}-{month:02}"), name: "outcome".into() });
    Ok(Some(missing.collect()))
}

/// Puts an edition of a follow-up.
pub async fn put(
    w: &mut Writing,
    document: &Key,
    number: i16,
    follow_up: FollowUp,
    precondition: Precondition,
    why: &str,
) -> Result<Put<FollowUpEdition>, StoreError> {
    refuse(check(w, document, &follow_up).await?)?;
    let body = written(&follow_up)?;
    let (committee, year) = (&follow_up.committee, follow_up.year());
    let draft = Draft { kind: KIND, document, number, committee, year, body };
    let Put { body, version, is_new } = edition::put(w, draft, precondition, why).await?;
    Ok(Put { body: whole(w, body).await?, version, is_new })
}

/// What is wrong with a follow-up against what it names.
async fn check(w: &Writing, document: &Key, follow_up: &FollowUp) -> Result<Vec<RowError>, StoreError> {
    let mut errors = follow_up.check();
    let mut unknown = |field: String, value: &str, reason: &str| {
        errors.push(RowError::whole(field, value, Fault::UnknownCode, reason));
    };
    if !committees(w).await?.iter().any(|known| known.code == follow_up.committee) {
        unknown("committee".into(), follow_up.committee.as_str(), "is not a committee of the municipality");
    }
    for (field, kind, key) in
        [("plan", EditionKind::Plan, &follow_up.plan), ("carriedFrom", KIND, &follow_up.carried_from)]
    {
        let Some(key) = key else { continue };
        let found = edition::foremost(w, kind, key.as_str(), None).await?;
        let found = found.filter(|found| found.committee == follow_up.committee.as_str());
        match found {
            None => unknown(field.into(), key.as_str(), &format!("is not a {} of the committee", kind.code())),
            Some(_) if kind == KIND && key == document => {
                unknown(field.into(), key.as_str(), "is the follow-up itself");
            }
            Some(found) if kind == KIND && found.state() == State::Draft => {
                unknown(field.into(), key.as_str(), "is a draft: comments are carried over from what is submitted");
            }
            Some(found) if kind == EditionKind::Plan => {
                let plan = plan::plan_of(&found)?;
                if plan.year != follow_up.year() || plan.model != follow_up.model {
                    unknown(field.into(), key.as_str(), "is a plan of another year or another steering model");
                }
            }
            Some(_) => {}
        }
    }
    let cases = cases(w, follow_up, "").await?;
    for (at, one) in follow_up.explanations.iter().enumerate() {
        if !cases.iter().any(|case| case.deviation_id == one.deviation_id) {
            let reason = "is not a deviation case of the committee and the year";
            unknown(format!("explanations/{at}/deviationId"), &one.deviation_id, reason);
        }
    }
    let Some((model, _)) = steering_model(w, follow_up.model.as_str()).await? else {
        unknown("steeringModel".into(), follow_up.model.as_str(), "is not a steering model of the municipality");
        return Ok(errors);
    };
    let goals = goals_of(w, follow_up).await?;
    let by_code: HashMap<&str, &Goal> = goals.iter().map(|goal| (goal.code.as_str(), goal)).collect();
    for (at, one) in follow_up.assessments.iter().enumerate() {
        let label = one.label.as_ref().map(|label| (format!("assessments/{at}/label"), label.as_str()));
        match &one.subject {
            Subject::Goal(key) => match by_code.get(key.as_str()) {
                None => unknown(format!("assessments/{at}/goal"), key.as_str(), "is not a goal of the steering model"),
                Some(goal) => {
                    if let Some(period) = one.target
                        && !goal.targets.iter().any(|target| target.period == period)
                    {
                        let field = format!("assessments/{at}/target");
                        unknown(field, &period.to_string(), "is not the period of a target of the goal");
                    }
                    let scale = model.scale_of(goal.level.as_str());
                    if let Some((field, label)) = label
                        && scale.and_then(|scale| scale.label(label)).is_none()
                    {
                        unknown(field, label, "is not a label of the scale that the goal's level is assessed on");
                    }
                }
            },
            Subject::Indicator(_) => {
                if let Some((field, label)) = label
                    && !model.scales.iter().any(|scale| scale.label(label).is_some())
                {
                    unknown(field, label, "is not a label of any scale of the steering model");
                }
            }
        }
    }
    Ok(errors)
}

/// Submits a draft that is complete; an incomplete one is refused with everything that is missing.
pub async fn submit(w: &mut Writing, document: &str, number: i16, why: &str) -> Result<FollowUpEdition, StoreError> {
    let draft = edition::draft(w, KIND, document, number).await?;
    let key = Key::parse(document).map_err(|_| Refusal::NotFound)?;
    refuse(check(w, &key, &follow_up_of(&draft)?).await?)?;
    let complete = whole(w, draft).await?;
    refuse(missing(&complete.checklist))?;
    assessment::keep(w, document, number, &complete.follow_up, &complete.judged).await?;
    let edition = edition::hand_in(w, KIND, document, number, why).await?;
    whole(w, edition).await
}

/// The deviation cases of the committee and the year, in a state or in any.
async fn cases(scope: &Scope, follow_up: &FollowUp, state: &str) -> Result<Vec<Deviation>, StoreError> {
    let filter = DeviationFilter {
        committees: vec![follow_up.committee.to_string()],
        year: Some(follow_up.year().number()),
        state: state.into(),
        ..DeviationFilter::default()
    };
    Ok(deviations(scope, &filter, (i64::from(i32::MAX), 0)).await?.0)
}

/// What is missing, each named by its check.
fn missing(checklist: &[Item]) -> Vec<RowError> {
    let open = checklist.iter().filter(|item| item.state == CheckState::Missing);
    let fault = |item: &Item, named: &Named| {
        RowError::whole(
            item.check.code(),
            &named.code,
            Fault::Missing,
            format!("{}: {}", reason(item.check), named.name),
        )
    };
    open.flat_map(|item| item.missing.iter().map(move |named| fault(item, named))).collect()
}
