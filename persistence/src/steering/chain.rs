//! Writing goals: a whole chain, a committee's share of it, or one goal. All or nothing, checked as the chain that it makes.

use super::goal::{KeptGoal, end, goal, insert, kept_of_model};
use super::model::known_model;
use super::refuse_chain;
use crate::code_plan::committees;
use crate::error::{Refusal, StoreError};
use crate::put::{Precondition, Put, refuse};
use crate::scope::{Number, Scope};
use crate::store::Writing;
use serde_json::json;
use std::collections::{HashMap, HashSet};
use utfall_domain::row_error::{Fault, RowError};
use utfall_domain::steering::chain::{Node, check};
use utfall_domain::steering::goal::Goal;
use utfall_domain::steering::model::SteeringModel;
use utfall_domain::steering::placement::{self, Placement};

/// The version of the last change to a model's chain, or to the share of it that is a committee's own.
pub async fn version(scope: &Scope, model: &str, committee: Option<&str>) -> Result<i64, StoreError> {
    let sql = "SELECT COALESCE(MAX(CASE WHEN until <= $2 THEN until ELSE since END), 0) AS number FROM goal \
               WHERE municipality = $1 AND since <= $2 AND model = $3 AND ($4 = '' OR committee = $4)";
    let values = vec![scope.version().into(), model.into(), committee.unwrap_or_default().into()];
    Ok(scope.one::<Number>(sql, values).await?.map_or(0, |row| row.number))
}

/// What a document changed, by code.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ChainChanges {
    /// Goals that are new.
    pub added: Vec<String>,
    /// Goals that say or stand otherwise.
    pub changed: Vec<String>,
    /// Goals that the document leaves out: they end, and stay readable with `asOf`.
    pub removed: Vec<String>,
    /// How many others have got another order.
    pub moved: usize,
}

/// The path of a chain under the municipality.
pub fn resource(model: &str) -> String {
    format!("goal-chains/{model}")
}

/// The path of a goal under the municipality.
pub fn goal_resource(code: &str) -> String {
    format!("goals/{code}")
}

/// Replaces the chain of a model, or the share of it that is a committee's own.
pub async fn replace(
    w: &mut Writing,
    model: &str,
    committee: Option<&str>,
    mut goals: Vec<Goal>,
    reason: &str,
) -> Result<ChainChanges, StoreError> {
    let model = known_model(w, model).await?;
    placement::number(goals.iter_mut().flat_map(|goal| goal.placements.iter_mut()));
    let is_own =
        |goal: &Goal| committee.is_none_or(|own| goal.committee.as_ref().is_some_and(|code| code.as_str() == own));
    refuse(strangers(&goals, committee))?;
    let (own, others): (Vec<KeptGoal>, Vec<KeptGoal>) =
        kept_of_model(w, model.code.as_str()).await?.into_iter().partition(|kept| is_own(&kept.goal));
    refuse(taken(w, &model, &goals).await?)?;
    let known = committees(w).await?;
    let nodes: Vec<Node> = goals
        .iter()
        .enumerate()
        .map(|(at, goal)| Node { goal, at: Some(format!("goals/{at}/")) })
        .chain(others.iter().map(|kept| Node { goal: &kept.goal, at: None }))
        .collect();
    refuse_chain(check(&model, &nodes, &known))?;
    // A share that is put back takes the orders that it had, or it would go last in the chain.
    let last = own.iter().chain(&others).map(|kept| kept.position).max().unwrap_or(0);
    let placed: Vec<(i64, &Goal)> = own.iter().map(|kept| kept.position).chain(last + 1..).zip(&goals).collect();
    let standing: HashMap<&str, &KeptGoal> = own.iter().map(|kept| (kept.goal.code.as_str(), kept)).collect();
    let differs = |(position, goal): &&(i64, &Goal)| {
        standing.get(goal.code.as_str()).is_none_or(|kept| kept.position != *position || &kept.goal != *goal)
    };
    let fresh: Vec<(i64, &Goal)> = placed.iter().filter(differs).copied().collect();
    let brought: HashSet<&str> = goals.iter().map(|goal| goal.code.as_str()).collect();
    let mut changes = ChainChanges::default();
    for (_, goal) in &fresh {
        match standing.get(goal.code.as_str()) {
            None => changes.added.push(goal.code.to_string()),
            Some(kept) if &kept.goal != *goal => changes.changed.push(goal.code.to_string()),
            Some(_) => changes.moved += 1,
        }
    }
    let removed = own.iter().map(|kept| kept.goal.code.as_str()).filter(|code| !brought.contains(code));
    changes.removed = removed.map(str::to_owned).collect();
    if fresh.is_empty() && changes.removed.is_empty() {
        return Ok(changes);
    }
    let stale: Vec<&str> =
        fresh.iter().map(|(_, goal)| goal.code.as_str()).chain(changes.removed.iter().map(String::as_str)).collect();
    end(w, &stale).await?;
    insert(w, &model, &fresh).await?;
    let ChainChanges { added, changed, removed, moved } = &changes;
    let detail =
        json!({ "committee": committee, "added": added, "changed": changed, "removed": removed, "moved": moved });
    w.record("load-goal-chain", &resource(model.code.as_str()), reason, detail);
    Ok(changes)
}

/// A committee's share holds its own goals only.
fn strangers(goals: &[Goal], committee: Option<&str>) -> Vec<RowError> {
    let Some(own) = committee else { return Vec::new() };
    let stranger = |(at, goal): (usize, &Goal)| {
        let code = goal.committee.as_ref().map(ToString::to_string).unwrap_or_default();
        (code != own).then(|| {
            let reason = format!("is not {own}, whose share of the chain this is");
            RowError::whole(format!("goals/{at}/committee"), &code, Fault::OutsideGrant, reason)
        })
    };
    goals.iter().enumerate().filter_map(stranger).collect()
}

/// Codes are the municipality's: a goal of another model keeps its own.
async fn taken(w: &Writing, model: &SteeringModel, goals: &[Goal]) -> Result<Vec<RowError>, StoreError> {
    let mut errors = Vec::new();
    let places: HashMap<&str, usize> = goals.iter().enumerate().map(|(at, goal)| (goal.code.as_str(), at)).collect();
    let codes: Vec<&str> = goals.iter().map(|goal| goal.code.as_str()).collect();
    for chunk in codes.chunks(500) {
        let list = crate::scope::placeholders(4, chunk.len());
        let sql = format!(
            "SELECT code AS text FROM goal WHERE municipality = $1 AND model <> $2 AND until = $3 AND code IN ({list})"
        );
        let mut values: Vec<sea_orm::Value> = vec![model.code.as_str().into(), crate::scope::STANDS.into()];
        values.extend(chunk.iter().map(|code| sea_orm::Value::from(*code)));
        for row in w.all::<crate::scope::Text>(&sql, values).await? {
            let at = places.get(row.text.as_str()).copied().unwrap_or_default();
            let reason = "is a goal of another steering model";
            errors.push(RowError::whole(format!("goals/{at}/code"), &row.text, Fault::Conflict, reason));
        }
    }
    Ok(errors)
}

/// Sets one goal. A new one comes last in its chain.
pub async fn set(
    w: &mut Writing,
    mut new: Goal,
    may_change: impl Fn(Option<&str>) -> bool,
    precondition: Precondition,
    reason: &str,
) -> Result<Put<Goal>, StoreError> {
    let standing = goal(w, new.code.as_str()).await?;
    for owner in standing.iter().map(|kept| &kept.goal).chain([&new]) {
        if !may_change(owner.committee.as_ref().map(utfall_domain::text::Code::as_str)) {
            let sentence = "the goal is not one that the token's committees may change";
            return Err(Refusal::Forbidden(sentence.into()).into());
        }
    }
    let Some(model) = super::model::steering_model(w, new.model.as_str()).await?.map(|(model, _)| model) else {
        let reason = "is not a steering model of the municipality";
        return Err(Refusal::Rows(vec![RowError::whole(
            "steeringModel",
            new.model.as_str(),
            Fault::UnknownCode,
            reason,
        )])
        .into());
    };
    if standing.as_ref().is_some_and(|kept| kept.goal.model != new.model) {
        let reason = "is not the steering model that the goal is part of";
        return Err(
            Refusal::Rows(vec![RowError::whole("steeringModel", new.model.as_str(), Fault::Conflict, reason)]).into()
        );
    }
    let others = kept_of_model(w, model.code.as_str()).await?;
    settle(&mut new, standing.as_ref(), &others);
    let differs = standing.as_ref().is_none_or(|kept| kept.goal != new);
    precondition.check(w, standing.as_ref().map(|kept| kept.since), differs)?;
    if let Some(kept) = standing.as_ref().filter(|_| !differs) {
        return Ok(Put { body: new, version: kept.since, is_new: false });
    }
    let known = committees(w).await?;
    let rest = others.iter().filter(|kept| kept.goal.code != new.code);
    let nodes: Vec<Node> = std::iter::once(Node { goal: &new, at: Some(String::new()) })
        .chain(rest.map(|kept| Node { goal: &kept.goal, at: None }))
        .collect();
    refuse_chain(check(&model, &nodes, &known))?;
    let last = others.iter().map(|kept| kept.position).max().unwrap_or(0);
    let position = standing.as_ref().map_or(last + 1, |kept| kept.position);
    end(w, &[new.code.as_str()]).await?;
    insert(w, &model, &[(position, &new)]).await?;
    let resource = goal_resource(new.code.as_str());
    w.record("set-goal", &resource, reason, json!({ "level": new.level.as_str(), "title": new.title }));
    Ok(Put { version: w.version(), is_new: standing.is_none(), body: new })
}

/// Gives places without an order the one that they had, or the next one under their parent.
fn settle(new: &mut Goal, standing: Option<&KeptGoal>, others: &[KeptGoal]) {
    let mut siblings: Vec<Placement> = others
        .iter()
        .filter(|kept| kept.goal.code != new.code)
        .flat_map(|kept| kept.goal.placements.iter().cloned())
        .collect();
    for place in &mut new.placements {
        if place.position == 0 {
            let mut same = standing.into_iter().flat_map(|kept| &kept.goal.placements);
            let same = same.find(|known| known.placement == place.placement && known.parent == place.parent);
            let under = siblings.iter().filter(|known| known.parent == place.parent);
            let last = under.map(|known| known.position).max().unwrap_or(0);
            place.position = same.map_or(last + 1, |known| known.position);
        }
        siblings.push(place.clone());
    }
}

/// Ends a goal that nothing stands under and nothing refers to; it stays readable with `asOf`.
pub async fn withdraw(
    w: &mut Writing,
    code: &str,
    may_change: impl Fn(Option<&str>) -> bool,
    precondition: Precondition,
    reason: &str,
) -> Result<Goal, StoreError> {
    let Some(KeptGoal { goal: standing, since, .. }) = goal(w, code).await? else {
        let sql = "SELECT COUNT(*) AS number FROM goal WHERE municipality = $1 AND code = $2";
        let known = w.one::<Number>(sql, vec![code.into()]).await?.is_some_and(|row| row.number > 0);
        let gone = Refusal::Conflict("the goal is withdrawn already".into());
        return Err(if known { gone } else { Refusal::NotFound }.into());
    };
    if !may_change(standing.committee.as_ref().map(utfall_domain::text::Code::as_str)) {
        let sentence = "the goal is not one that the token's committees may change";
        return Err(Refusal::Forbidden(sentence.into()).into());
    }
    precondition.check(w, Some(since), false)?;
    let model = known_model(w, standing.model.as_str()).await?;
    let others = kept_of_model(w, model.code.as_str()).await?;
    let keys: HashSet<&str> = standing.placements.iter().map(|place| place.placement.as_str()).collect();
    let leans = |other: &&KeptGoal| {
        let under =
            other.goal.placements.iter().any(|place| place.parent.as_deref().is_some_and(|key| keys.contains(key)));
        other.goal.code != standing.code
            && (under || other.goal.refers_to.iter().any(|reference| reference.goal == standing.code))
    };
    let leaning: Vec<String> = others.iter().filter(leans).map(|other| other.goal.code.to_string()).collect();
    if !leaning.is_empty() {
        let sentence = format!("other goals stand under it or refer to it: {}", leaning.join(", "));
        return Err(Refusal::Conflict(sentence).into());
    }
    end(w, &[code]).await?;
    w.record("withdraw-goal", &goal_resource(code), reason, json!({ "title": standing.title }));
    Ok(standing)
}
