//! A goal chain as a whole: what must hold between its nodes before it may stand.

use super::goal::Goal;
use super::model::SteeringModel;
use super::placement::{Forest, Placed};
use crate::code_plan::Committee;
use crate::row_error::{Fault, RowError};
use std::collections::{HashMap, HashSet};

/// A node, and where it is in the document that brings it: `goals/3/`. A node that the document does not bring has no place.
#[derive(Debug)]
pub struct Node<'a> {
    /// The node.
    pub goal: &'a Goal,
    /// Its place in the document, with a slash at its end where it is not empty.
    pub at: Option<String>,
}

/// What is wrong with a chain.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Faults {
    /// In the document; fields are JSON pointers into it, without their first slash.
    pub document: Vec<RowError>,
    /// Of nodes that the document does not bring and that could not stay as they are, in words.
    pub others: Vec<String>,
}

/// Checks every node of a model's chain.
pub fn check(model: &SteeringModel, nodes: &[Node], committees: &[Committee]) -> Faults {
    let mut errors = Vec::new();
    let mut others = Vec::new();
    let mut codes: HashMap<&str, &Goal> = HashMap::new();
    let mut keys: HashSet<&str> = HashSet::new();
    // Of two that are the same, the one that the document brings is at fault.
    for node in nodes.iter().filter(|node| node.at.is_none()).chain(nodes.iter().filter(|node| node.at.is_some())) {
        let at = node.at.as_deref().unwrap_or_default();
        if codes.insert(node.goal.code.as_str(), node.goal).is_some() {
            let reason = "stands twice; a node in several places is one goal with several placements";
            errors.push(RowError::whole(format!("{at}code"), node.goal.code.as_str(), Fault::Conflict, reason));
        }
        for (number, place) in node.goal.placements.iter().enumerate() {
            if !keys.insert(&place.placement) {
                let field = format!("{at}placements/{number}/placement");
                errors.push(RowError::whole(
                    field,
                    &place.placement,
                    Fault::Conflict,
                    "is the key of another placement too",
                ));
            }
        }
    }
    let placed = placements(nodes.iter().map(|node| node.goal));
    let forest = Forest::new(&placed);
    for node in nodes {
        match &node.at {
            Some(at) => {
                bodies(node.goal, at, committees, &mut errors);
                references(node.goal, at, &codes, &mut errors);
                let Some(level) = model.level(node.goal.level.as_str()) else {
                    let (field, reason) = (format!("{at}level"), format!("is not a level of the model {}", model.code));
                    errors.push(RowError::whole(field, node.goal.level.as_str(), Fault::UnknownCode, reason));
                    continue;
                };
                node.goal.check(at, level, &mut errors);
                stand(model, node.goal, at, &forest, &codes, &mut errors);
            }
            None => stay(model, node.goal, &forest, &codes, &mut others),
        }
    }
    Faults { document: errors, others }
}

/// Every placement of some nodes.
pub fn placements<'a>(goals: impl Iterator<Item = &'a Goal>) -> Vec<Placed> {
    let of = |goal: &'a Goal| {
        goal.placements.iter().map(|place| Placed { goal: goal.code.to_string(), place: place.clone() })
    };
    goals.flat_map(of).collect()
}

fn bodies(goal: &Goal, at: &str, committees: &[Committee], errors: &mut Vec<RowError>) {
    let mut check = |field: String, code: &str| {
        if !committees.iter().any(|committee| committee.code.as_str() == code) {
            errors.push(RowError::whole(field, code, Fault::UnknownCode, "is not a committee of the municipality"));
        }
    };
    if let Some(code) = &goal.committee {
        check(format!("{at}committee"), code.as_str());
    }
    let waited = goal.waiting_for.iter().map(|body| (format!("{at}waitingFor/committee"), body));
    let responsible = goal
        .responsibles
        .iter()
        .enumerate()
        .map(|(number, body)| (format!("{at}responsibles/{number}/committee"), body));
    for (field, body) in responsible.chain(waited) {
        if let Some(code) = &body.committee {
            check(field, code.as_str());
        }
    }
}

fn references(goal: &Goal, at: &str, codes: &HashMap<&str, &Goal>, errors: &mut Vec<RowError>) {
    for (number, reference) in goal.refers_to.iter().enumerate() {
        let field = format!("{at}references/{number}/goal");
        let code = reference.goal.as_str();
        match codes.get(code) {
            None => errors.push(RowError::whole(field, code, Fault::UnknownCode, "is not a goal of the chain")),
            Some(_) if code == goal.code.as_str() => {
                errors.push(RowError::whole(field, code, Fault::Conflict, "is the goal itself"));
            }
            Some(other) => {
                let met =
                    |target: &super::target::Target| reference.period.is_none_or(|period| target.period == period);
                if !other.targets.iter().any(met) {
                    let of = reference.period.map(|period| format!(" for {period}")).unwrap_or_default();
                    errors.push(RowError::whole(field, code, Fault::UnknownCode, format!("has no target{of}")));
                }
            }
        }
    }
}

/// The placements of a node that the document brings.
fn stand(
    model: &SteeringModel,
    goal: &Goal,
    at: &str,
    forest: &Forest,
    codes: &HashMap<&str, &Goal>,
    errors: &mut Vec<RowError>,
) {
    if goal.placements.is_empty() {
        let reason = "is empty: a goal stands somewhere; a root has one placement without parent";
        errors.push(RowError::whole(format!("{at}placements"), goal.code.as_str(), Fault::Missing, reason));
    }
    for (number, place) in goal.placements.iter().enumerate() {
        if let Err((fault, reason)) = may_stand(model, goal, place.parent.as_deref(), forest, codes) {
            let field = format!("{at}placements/{number}/parent");
            let parent = place.parent.as_deref().unwrap_or_default();
            errors.push(RowError::whole(field, parent, fault, reason));
        }
    }
}

/// A node that the document does not bring must stand, carry and refer as it did.
fn stay(model: &SteeringModel, goal: &Goal, forest: &Forest, codes: &HashMap<&str, &Goal>, others: &mut Vec<String>) {
    let mut errors = Vec::new();
    match model.level(goal.level.as_str()) {
        None => return others.push(format!("{} is of the level {}, which the model lacks", goal.code, goal.level)),
        Some(level) => goal.check("", level, &mut errors),
    }
    references(goal, "", codes, &mut errors);
    for place in &goal.placements {
        if let Err((fault, reason)) = may_stand(model, goal, place.parent.as_deref(), forest, codes) {
            let parent = place.parent.as_deref().unwrap_or_default();
            errors.push(RowError::whole("parent", parent, fault, reason));
        }
    }
    others.extend(errors.into_iter().map(|error| format!("{}: {error}", goal.code)));
}

fn may_stand(
    model: &SteeringModel,
    goal: &Goal,
    parent: Option<&str>,
    forest: &Forest,
    codes: &HashMap<&str, &Goal>,
) -> Result<(), (Fault, String)> {
    let Some(level) = model.level(goal.level.as_str()) else {
        return Err((Fault::UnknownCode, format!("has a child of the level {}, which the model lacks", goal.level)));
    };
    let Some(parent) = parent else {
        return model.may_stand_under(level, None).map_err(|reason| (Fault::Conflict, reason));
    };
    let above = forest.get(parent).and_then(|placed| codes.get(placed.goal.as_str()));
    let Some(above) = above else {
        return Err((Fault::UnknownCode, "is not a placement of the chain".into()));
    };
    match model.level(above.level.as_str()) {
        Some(above) => model.may_stand_under(level, Some(above)).map_err(|reason| (Fault::Conflict, reason)),
        None => Err((Fault::UnknownCode, "is of a level that the model lacks".into())),
    }
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;
    use crate::steering::goal::Origin;
    use crate::steering::model::tests::model;
    use crate::steering::placement::Placement;
    use crate::text::{Code, Key};

    pub(crate) fn goal(code: &str, level: &str, parents: &[Option<&str>]) -> Goal {
        let place = |(at, parent): (usize, Option<&str>)| Placement {
            placement: if at == 0 { code.into() } else { format!("{code}#{}", at + 1) },
            parent: parent.map(str::to_owned),
            position: 1,
            text: String::new(),
        };
        Goal {
            code: Key::parse(code).unwrap(),
            model: Code::parse("model").unwrap(),
            level: Code::parse(level).unwrap(),
            title: code.into(),
            text: String::new(),
            committee: None,
            origin: Origin::Unknown,
            horizon: None,
            responsibles: Vec::new(),
            criterion: String::new(),
            condition: String::new(),
            waiting_for: None,
            targets: Vec::new(),
            refers_to: Vec::new(),
            indicators: Vec::new(),
            steps: Vec::new(),
            placements: parents.iter().copied().enumerate().map(place).collect(),
        }
    }

    fn faults(goals: &[Goal]) -> Vec<String> {
        let node = |(at, goal)| Node { goal, at: Some(format!("goals/{at}/")) };
        let nodes: Vec<Node> = goals.iter().enumerate().map(node).collect();
        check(&model(), &nodes, &[]).document.into_iter().map(|error| error.field).collect()
    }

    #[test]
    fn a_node_may_stand_in_several_places_and_is_one_goal() {
        let goals =
            [goal("A", "area", &[None]), goal("B", "area", &[None]), goal("P5", "goal", &[Some("A"), Some("B")])];
        assert_eq!(faults(&goals), Vec::<String>::new());
    }

    #[test]
    fn faults_are_pointers_into_the_document() {
        let mut reference = goal("C", "commitment", &[Some("P5")]);
        reference.refers_to =
            vec![super::super::goal::TargetReference { goal: Key::parse("P5").unwrap(), period: None }];
        reference.committee = Some(Code::parse("XX").unwrap());
        let goals = [
            goal("A", "area", &[Some("P5")]),
            goal("P5", "goal", &[None, Some("nowhere")]),
            reference,
            goal("X", "layer", &[None]),
        ];
        assert_eq!(
            faults(&goals),
            [
                "goals/0/placements/0/parent",
                "goals/1/placements/0/parent",
                "goals/1/placements/1/parent",
                "goals/2/committee",
                "goals/2/references/0/goal",
                "goals/3/level"
            ]
        );
    }

    #[test]
    fn what_the_document_leaves_out_must_still_stand() {
        let (area, kept) = (goal("A", "area", &[None]), goal("P5", "goal", &[Some("gone")]));
        let nodes = [Node { goal: &area, at: Some(String::new()) }, Node { goal: &kept, at: None }];
        let faults = check(&model(), &nodes, &[]);
        assert_eq!(faults.document, Vec::new());
        assert_eq!(faults.others, ["P5: parent \"gone\" is not a placement of the chain"]);
        let same = [Node { goal: &area, at: Some("goals/0/".into()) }, Node { goal: &area, at: None }];
        let fields: Vec<String> = check(&model(), &same, &[]).document.into_iter().map(|error| error.field).collect();
        assert_eq!(fields, ["goals/0/code", "goals/0/placements/0/placement"]);
    }
}
