//! Plans: what a committee collects for a year, shown with its goals as they stood when it was proposed.

use super::edition::{self, Draft, Edition};
use super::goal::goals_of_model;
use crate::error::{Refusal, StoreError};
use crate::put::{Precondition, Put, refuse};
use crate::scope::Scope;
use crate::store::Writing;
use crate::stored::{read, written};
use std::collections::HashSet;
use utfall_domain::row_error::{Fault, RowError};
use utfall_domain::steering::chain::placements;
use utfall_domain::steering::edition::EditionKind;
use utfall_domain::steering::goal::Goal;
use utfall_domain::steering::placement::{Forest, Placed};
use utfall_domain::steering::plan::Plan;
use utfall_domain::text::Key;

/// A version of a plan with its part of the goal chain.
#[derive(Debug, Clone)]
pub struct PlanVersion {
    /// The version.
    pub edition: Edition,
    /// What was put.
    pub plan: Plan,
    /// Its goals, in the order of the chain.
    pub goals: Vec<Goal>,
    /// Where they stand, in the order of a printed document.
    pub placements: Vec<Placed>,
}

/// The plan of an edition, without its goals.
pub fn plan_of(edition: &Edition) -> Result<Plan, StoreError> {
    read(&edition.body)
}

/// A version with its goals.
pub async fn whole(scope: &Scope, edition: Edition) -> Result<PlanVersion, StoreError> {
    let plan = plan_of(&edition)?;
    let then = scope.at(edition.read_at(scope.version()));
    let all = goals_of_model(&then, plan.model.as_str()).await?;
    let planned: HashSet<&str> = plan.goals.iter().map(|goal| goal.goal.as_str()).collect();
    let placed = placements(all.iter());
    let kept = Forest::new(&placed).only(|goal| planned.contains(goal));
    let placements = Forest::new(&kept).printed().into_iter().cloned().collect();
    let goals = all.iter().filter(|goal| planned.contains(goal.code.as_str())).cloned().collect();
    Ok(PlanVersion { edition, plan, goals, placements })
}

/// Puts a version of a plan.
pub async fn put(
    w: &mut Writing,
    document: &Key,
    number: i16,
    plan: Plan,
    precondition: Precondition,
    reason: &str,
) -> Result<Put<PlanVersion>, StoreError> {
    let mut errors = Vec::new();
    if !crate::code_plan::committees(w).await?.iter().any(|committee| committee.code == plan.committee) {
        let reason = "is not a committee of the municipality";
        errors.push(RowError::whole("committee", plan.committee.as_str(), Fault::UnknownCode, reason));
    }
    if super::model::steering_model(w, plan.model.as_str()).await?.is_none() {
        let reason = "is not a steering model of the municipality";
        errors.push(RowError::whole("steeringModel", plan.model.as_str(), Fault::UnknownCode, reason));
    }
    refuse(errors)?;
    let goals = goals_of_model(w, plan.model.as_str()).await?;
    let known: HashSet<&str> = goals.iter().map(|goal| goal.code.as_str()).collect();
    refuse(plan.check(&known))?;
    let body = written(&plan)?;
    let (committee, year) = (&plan.committee, plan.year);
    let draft = Draft { kind: EditionKind::Plan, document, number, committee, year, body };
    let Put { body, version, is_new } = edition::put(w, draft, precondition, reason).await?;
    Ok(Put { body: whole(w, body).await?, version, is_new })
}

/// Proposes a draft: from now on it shows the goals as they stand.
pub async fn propose(w: &mut Writing, document: &str, number: i16, reason: &str) -> Result<Edition, StoreError> {
    let draft = edition::draft(w, EditionKind::Plan, document, number).await?;
    let plan = plan_of(&draft)?;
    let goals = goals_of_model(w, plan.model.as_str()).await?;
    let known: HashSet<&str> = goals.iter().map(|goal| goal.code.as_str()).collect();
    refuse(plan.check(&known))?;
    edition::hand_in(w, EditionKind::Plan, document, number, reason).await
}

/// The plan of a key that must be there, as it speaks for itself now.
pub async fn foremost(scope: &Scope, document: &str) -> Result<PlanVersion, StoreError> {
    let edition = edition::foremost(scope, EditionKind::Plan, document, None).await?.ok_or(Refusal::NotFound)?;
    whole(scope, edition).await
}
