//! Follow-ups: drafts that are checked, and editions that are frozen when they are submitted.

use super::assessment::{self, Judged};
use super::edition::{self, Draft, Edition};
use super::goal::goals_of_model;
use super::model::{known_model, steering_model};
use super::stored::{read, written};
use super::{Precondition, Put, internal_control, plan, refuse};
use crate::code_plan::committees;
use crate::deviation::{DeviationFilter, deviations};
use crate::error::{Refusal, StoreError};
use crate::report::standing;
use crate::scope::Scope;
use crate::store::Writing;
use std::collections::HashMap;
use utfall_domain::posting::Kind;
use utfall_domain::row_error::{Fault, RowError};
use utfall_domain::steering::checklist::{CheckState, Facts, Item, Named, checklist, reason};
use utfall_domain::steering::edition::{EditionKind, State};
use utfall_domain::steering::follow_up::{Assessment, FollowUp, Subject, overall};
use utfall_domain::steering::fulfilment::together;
use utfall_domain::steering::goal::Goal;
use utfall_domain::steering::model::{Carried, SteeringModel};
use utfall_domain::steering::scale::Status;
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
    /// What the computed status is made of: the goals referred to, and how they came out.
    pub inputs: Vec<(String, Status)>,
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
    let goals = goals_of_model(&then, follow_up.model.as_str()).await?;
    let earlier = earlier(&then, &follow_up).await?;
    let judged = judged(&model, &goals, &follow_up, &earlier);
    let outcomes = outcomes(&model, &goals, &judged);
    let checklist = checklist(&follow_up, &facts(&then, &follow_up, &model, &goals).await?);
    Ok(FollowUpEdition { edition, follow_up, judged, outcomes, checklist })
}

/// What the follow-up said that this one carries comments over from.
async fn earlier(scope: &Scope, follow_up: &FollowUp) -> Result<Vec<Assessment>, StoreError> {
    let Some(from) = &follow_up.carried_from else { return Ok(Vec::new()) };
    let edition = edition::foremost(scope, KIND, from.as_str(), None).await?;
    Ok(match edition {
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
    let judge = |one: &Assessment| Judged {
        assessment: one.clone(),
        status: status(one).or_else(|| indicator(one)).unwrap_or(Status::NotAssessed),
        is_carried: one.is_carried(earlier),
    };
    follow_up.assessments.iter().map(judge).collect()
}

fn outcomes(model: &SteeringModel, goals: &[Goal], judged: &[Judged]) -> Vec<Outcome> {
    let mut said: HashMap<&str, (Option<Status>, Vec<Status>)> = HashMap::new();
    for one in judged.iter().filter(|one| one.assessment.label.is_some()) {
        if let Subject::Goal(key) = &one.assessment.subject {
            let (whole, parts) = said.entry(key.as_str()).or_default();
            if one.assessment.is_whole() { *whole = Some(one.status) } else { parts.push(one.status) }
        }
    }
    let status = |code: &str| said.get(code).map_or(Status::NotAssessed, |(whole, parts)| overall(*whole, parts));
    let mut outcomes = Vec::new();
    for goal in goals {
        let code = goal.code.as_str();
        let inputs: Vec<(String, Status)> = goal
            .refers_to
            .iter()
            .map(|reference| (reference.goal.to_string(), status(reference.goal.as_str())))
            .collect();
        let can_be_assessed =
            model.level(goal.level.as_str()).is_some_and(|level| level.may_carry(Carried::Assessment));
        let is_input = inputs.iter().any(|(_, status)| *status != Status::NotAssessed);
        if said.contains_key(code) || (can_be_assessed && is_input) {
            outcomes.push(Outcome {
                goal: code.to_owned(),
                title: goal.title.clone(),
                level: goal.level.to_string(),
                status: status(code),
                computed: (!inputs.is_empty()).then(|| together(inputs.iter().map(|(_, status)| *status))),
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
        let decided = matches!(plan.edition.state(), State::Decided | State::Superseded);
        planned = Some((Named { code: key.to_string(), name: plan.plan.title.to_string() }, decided));
    } else if let Some(body) = committees(scope).await?.iter().find(|known| known.code.as_str() == committee) {
        let in_year = |goal: &&Goal| goal.horizon.is_none_or(|years| years.cover(year));
        asked.extend(
            goals.iter().filter(assessed).filter(in_year).filter(|goal| goal.is_answered_for_by(body)).map(named),
        );
    }
    let last = follow_up.last_month();
    let months_without_outcome = missing_months(scope, follow_up).await?;
    let filter = DeviationFilter {
        committees: vec![committee.to_owned()],
        year: Some(year.number()),
        state: "open".into(),
        ..DeviationFilter::default()
    };
    let (open, _) = deviations(scope, &filter, (i64::from(i32::MAX), 0)).await?;
    let open: Vec<Named> = open
        .iter()
        .map(|case| Named {
            code: case.deviation_id.clone(),
            name: format!("{} {} {} kr ({})", case.level, case.code, case.amount(), case.basis),
        })
        .collect();
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
    refuse(check(w, &follow_up).await?)?;
    let body = written(&follow_up)?;
    let (committee, year) = (&follow_up.committee, follow_up.year());
    let draft = Draft { kind: KIND, document, number, committee, year, body };
    let Put { body, version, is_new } = edition::put(w, draft, precondition, why).await?;
    Ok(Put { body: whole(w, body).await?, version, is_new })
}

/// What is wrong with a follow-up against what it names.
async fn check(w: &Writing, follow_up: &FollowUp) -> Result<Vec<RowError>, StoreError> {
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
        if found.is_none_or(|found| found.committee != follow_up.committee.as_str()) {
            unknown(field.into(), key.as_str(), &format!("is not a {} of the committee", kind.code()));
        }
    }
    let Some((model, _)) = steering_model(w, follow_up.model.as_str()).await? else {
        unknown("steeringModel".into(), follow_up.model.as_str(), "is not a steering model of the municipality");
        return Ok(errors);
    };
    let goals = goals_of_model(w, model.code.as_str()).await?;
    let by_code: HashMap<&str, &Goal> = goals.iter().map(|goal| (goal.code.as_str(), goal)).collect();
    for (at, one) in follow_up.assessments.iter().enumerate() {
        let label = one.label.as_ref().map(|label| (format!("assessments/{at}/label"), label.as_str()));
        match &one.subject {
            Subject::Goal(key) => match by_code.get(key.as_str()) {
                None => unknown(format!("assessments/{at}/goal"), key.as_str(), "is not a goal of the steering model"),
                Some(goal) => {
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
    let complete = whole(w, draft).await?;
    refuse(missing(&complete.checklist))?;
    assessment::keep(w, document, number, &complete.follow_up, &complete.judged).await?;
    let edition = edition::hand_in(w, KIND, document, number, why).await?;
    whole(w, edition).await
}

/// What is missing, as faults that point at where it belongs.
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

/// The follow-up of a key that must be there, as it speaks for itself.
pub async fn foremost(scope: &Scope, document: &str) -> Result<FollowUpEdition, StoreError> {
    let edition = edition::foremost(scope, KIND, document, None).await?.ok_or(Refusal::NotFound)?;
    whole(scope, edition).await
}
