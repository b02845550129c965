//! Coverage: what a goal chain lacks that its levels may carry.

use super::goal::Goal;
use super::model::{Carried, LevelKind, SteeringModel};
use super::placement::Forest;
use crate::word::words;
use std::collections::HashSet;

words! {
    /// What is lacking.
    Gap: 5 {
        /// A goal without indicator.
        NoIndicator = "no-indicator",
        /// A goal without commitment under it, or that refers to it.
        NoCommitment = "no-commitment",
        /// A goal, commitment or assignment that nobody answers for.
        NoResponsible = "no-responsible",
        /// A target without operator: an outcome cannot be held against it.
        TargetWithoutOperator = "target-without-operator",
        /// An indicator of a goal that has no target: none of its own, and none of the goal that names it.
        IndicatorWithoutTarget = "indicator-without-target",
    }
}

/// Something that a goal lacks.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Lack {
    /// The goal's code.
    pub goal: String,
    /// The goal's title.
    pub title: String,
    /// What is lacking.
    pub gap: Gap,
    /// Of which part: the target's period, the indicator's key; empty for the goal itself.
    pub part: String,
}

/// What the goals of a chain lack, in their order. Only what a level may carry can be lacking: a heading lacks nothing, and
/// where the model has no level of commitments no goal lacks one.
/// `is_targeted` says whether an indicator has targets of its own.
pub fn lacks(model: &SteeringModel, goals: &[Goal], is_targeted: impl Fn(&str) -> bool) -> Vec<Lack> {
    let has_commitments = model.levels.iter().any(|level| level.kind == LevelKind::Commitment);
    let committed = if has_commitments { committed(model, goals) } else { HashSet::new() };
    let mut lacks = Vec::new();
    for goal in goals {
        let Some(level) = model.level(goal.level.as_str()) else { continue };
        let mut lack = |gap: Gap, part: String| {
            lacks.push(Lack { goal: goal.code.to_string(), title: goal.title.clone(), gap, part });
        };
        if level.may_carry(Carried::Indicators) && goal.indicators.is_empty() {
            lack(Gap::NoIndicator, String::new());
        }
        if level.kind == LevelKind::Goal && has_commitments && !committed.contains(goal.code.as_str()) {
            lack(Gap::NoCommitment, String::new());
        }
        if level.may_carry(Carried::Responsibles) && goal.responsibles.is_empty() && goal.committee.is_none() {
            lack(Gap::NoResponsible, String::new());
        }
        for target in goal.targets.iter().filter(|target| target.operator.is_none()) {
            lack(Gap::TargetWithoutOperator, target.period.to_string());
        }
        let named = |key| goal.targets.iter().any(|target| target.indicator.as_ref() == Some(key));
        for key in goal.indicators.iter().filter(|key| !named(key) && !is_targeted(key.as_str())) {
            lack(Gap::IndicatorWithoutTarget, key.to_string());
        }
    }
    lacks
}

/// The goals that have a commitment somewhere under them, or one that refers to their targets.
fn committed<'a>(model: &SteeringModel, goals: &'a [Goal]) -> HashSet<&'a str> {
    let is_commitment =
        |goal: &&Goal| model.level(goal.level.as_str()).is_some_and(|level| level.kind == LevelKind::Commitment);
    let placed = super::chain::placements(goals.iter());
    let forest = Forest::new(&placed);
    let mut committed: HashSet<String> = HashSet::new();
    let mut referred: HashSet<&str> = HashSet::new();
    for commitment in goals.iter().filter(is_commitment) {
        referred.extend(commitment.refers_to.iter().map(|reference| reference.goal.as_str()));
        for place in &commitment.placements {
            committed.extend(forest.above(&place.placement).into_iter().map(|above| above.goal.clone()));
        }
    }
    let codes = goals.iter().map(|goal| goal.code.as_str());
    codes.filter(|code| committed.contains(*code) || referred.contains(code)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::steering::chain::tests::goal;
    use crate::steering::goal::TargetReference;
    use crate::steering::model::tests::model;
    use crate::text::Key;

    #[test]
    fn a_commitment_covers_what_it_stands_under_and_what_it_refers_to() {
        let mut commitment = goal("C", "commitment", &[Some("P26")]);
        commitment.refers_to = vec![TargetReference { goal: Key::parse("P25").unwrap(), period: None }];
        let goals = [
            goal("A", "area", &[None]),
            goal("P25", "goal", &[Some("A")]),
            goal("P26", "goal", &[Some("A")]),
            goal("P27", "goal", &[Some("A")]),
            commitment,
        ];
        let lacks = lacks(&model(), &goals, |_| false);
        let without: Vec<&str> =
            lacks.iter().filter(|lack| lack.gap == Gap::NoCommitment).map(|lack| lack.goal.as_str()).collect();
        assert_eq!(without, ["P27"]);
        assert!(lacks.iter().all(|lack| lack.goal != "A"), "a heading lacks nothing");
    }
}
