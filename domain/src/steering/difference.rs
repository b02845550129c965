//! What differs between two versions of a plan, part by part and field by field.

use super::goal::{Body, Goal, TargetReference};
use super::placement::Placed;
use super::plan::Plan;
use crate::word::words;
use std::collections::{HashMap, HashSet};

words! {
    /// A part of a plan.
    Part: 6 {
        /// The plan itself: its title and year.
        Plan = "plan",
        /// A section of text.
        Section = "section",
        /// A goal, with its targets and responsible bodies.
        Goal = "goal",
        /// Where a goal stands.
        Placement = "placement",
        /// An indicator.
        Indicator = "indicator",
        /// An appendix.
        Appendix = "appendix",
    }
}

words! {
    /// What became of a part.
    Change: 3 {
        /// It is new.
        Added = "added",
        /// It is gone.
        Removed = "removed",
        /// It is there and says something else.
        Changed = "changed",
    }
}

/// A field of a part, as text on both sides.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FieldChange {
    /// The field, by its name in the contract.
    pub field: String,
    /// What it said; empty where it was not there.
    pub before: String,
    /// What it says; empty where it is not there.
    pub after: String,
}

/// A part that differs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Difference {
    /// Which kind of part.
    pub part: Part,
    /// Its key: the section's code, the goal's code, the placement, the appendix's title.
    pub key: String,
    /// What became of it.
    pub change: Change,
    /// The fields that differ.
    pub fields: Vec<FieldChange>,
}

/// A part in a form that can be compared.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Item {
    part: Part,
    key: String,
    fields: Vec<(String, String)>,
}

/// A plan with its goals and their places as parts that can be compared.
pub fn items(plan: &Plan, goals: &[Goal], placed: &[Placed]) -> Vec<Item> {
    let item = |part, key: &str, fields: &[(&str, String)]| Item {
        part,
        key: key.to_owned(),
        fields: fields.iter().map(|(field, value)| ((*field).to_owned(), value.clone())).collect(),
    };
    let head = [
        ("committee", plan.committee.to_string()),
        ("year", plan.year.to_string()),
        ("steeringModel", plan.model.to_string()),
        ("title", plan.title.to_string()),
    ];
    let mut items = vec![item(Part::Plan, "", &head)];
    for section in &plan.sections {
        let fields = [("title", section.title.to_string()), ("text", section.text.clone())];
        items.push(item(Part::Section, section.code.as_str(), &fields));
    }
    let known: HashMap<&str, &Goal> = goals.iter().map(|goal| (goal.code.as_str(), goal)).collect();
    for planned in &plan.goals {
        let mut fields = vec![("planText".to_owned(), planned.text.clone())];
        if let Some(goal) = known.get(planned.goal.as_str()) {
            fields.extend(goal_fields(goal));
        }
        items.push(Item { part: Part::Goal, key: planned.goal.to_string(), fields });
    }
    for Placed { goal, place } in placed {
        let fields = [
            ("goal", goal.clone()),
            ("parent", place.parent.clone().unwrap_or_default()),
            ("position", place.position.to_string()),
            ("text", place.text.clone()),
        ];
        items.push(item(Part::Placement, &place.placement, &fields));
    }
    items.extend(plan.indicators.iter().map(|key| item(Part::Indicator, key.as_str(), &[])));
    let mut titles: HashMap<&str, usize> = HashMap::new();
    for appendix in &plan.appendices {
        let number = titles.entry(appendix.title.as_str()).or_default();
        *number += 1;
        // Several may bear the same title.
        let key = if *number == 1 { appendix.title.to_string() } else { format!("{} ({number})", appendix.title) };
        items.push(item(Part::Appendix, &key, &[("reference", appendix.reference.clone())]));
    }
    items
}

fn goal_fields(goal: &Goal) -> Vec<(String, String)> {
    let lines = |lines: Vec<String>| lines.join("\n");
    let body = |body: &Body| {
        let committee = body.committee.as_ref().map(|code| format!(" ({code})")).unwrap_or_default();
        let group = body.group.map(|group| format!(" [{}]", group.code())).unwrap_or_default();
        format!("{}{committee}{group}", body.name)
    };
    let reference = |one: &TargetReference| {
        let period = one.period.map(|period| format!(" {period}")).unwrap_or_default();
        format!("{}{period}", one.goal)
    };
    let mut fields = vec![
        ("level".to_owned(), goal.level.to_string()),
        ("title".into(), goal.title.clone()),
        ("text".into(), goal.text.clone()),
        ("committee".into(), goal.committee.as_ref().map(ToString::to_string).unwrap_or_default()),
        ("origin".into(), goal.origin.code().into()),
        ("horizon".into(), goal.horizon.map(|years| years.to_string()).unwrap_or_default()),
        ("responsibles".into(), lines(goal.responsibles.iter().map(body).collect())),
        ("criterion".into(), goal.criterion.clone()),
        ("condition".into(), goal.condition.clone()),
        ("waitingFor".into(), goal.waiting_for.as_ref().map(body).unwrap_or_default()),
        ("indicators".into(), lines(goal.indicators.iter().map(ToString::to_string).collect())),
        ("references".into(), lines(goal.refers_to.iter().map(reference).collect())),
    ];
    let steps = goal.steps.iter().map(|step| {
        let quantity = step.quantity.map(|quantity| quantity.to_string()).unwrap_or_default();
        let due = step.due.map(|due| due.to_string()).unwrap_or_default();
        let months: Vec<String> = step.follow_ups.iter().map(ToString::to_string).collect();
        let said = [step.text.clone(), quantity, step.unit.clone(), due, months.join(" "), step.state.code().into()];
        said.into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join(", ")
    });
    fields.push(("activitySteps".into(), lines(steps.collect())));
    let targets = goal.targets.iter().map(|target| {
        let number =
            |value: Option<crate::decimal::Decimal>| value.map(|value| format!(" {value}")).unwrap_or_default();
        let operator = target.operator.map(|operator| format!(" {}", operator.code())).unwrap_or_default();
        let of = target.indicator.as_ref().map(|key| format!(" ({key})")).unwrap_or_default();
        let text =
            format!("{}{operator}{}{} {}", target.period, number(target.value), number(target.upper), target.unit);
        format!("{}: {}{of}", text.trim_end(), target.text)
    });
    fields.push(("targets".into(), lines(targets.collect())));
    fields
}

/// The parts whose order a plan gives.
const ORDERED: [Part; 4] = [Part::Section, Part::Goal, Part::Indicator, Part::Appendix];

/// Another order of the parts of a kind that both plans have.
fn reordered(part: Part, before: &[Item], after: &[Item]) -> Option<Difference> {
    let keys = |items: &[Item], others: &[Item]| -> Vec<String> {
        let there: HashSet<&str> =
            others.iter().filter(|item| item.part == part).map(|item| item.key.as_str()).collect();
        let own = items.iter().filter(|item| item.part == part && there.contains(item.key.as_str()));
        own.map(|item| item.key.clone()).collect()
    };
    let (old, new) = (keys(before, after), keys(after, before));
    (old != new).then(|| {
        let order = FieldChange { field: "order".into(), before: old.join("\n"), after: new.join("\n") };
        Difference { part, key: String::new(), change: Change::Changed, fields: vec![order] }
    })
}

/// What differs between two plans: what is gone and changed in the order of the first, what is new in the order of the other, then
/// what has got another order.
pub fn differences(before: &[Item], after: &[Item]) -> Vec<Difference> {
    let key = |item: &Item| (item.part, item.key.clone());
    let index = |items: &[Item]| -> HashMap<(Part, String), usize> {
        items.iter().enumerate().map(|(at, item)| (key(item), at)).collect()
    };
    let (old, new) = (index(before), index(after));
    let mut differences = Vec::new();
    for item in before {
        let now = new.get(&key(item)).and_then(|at| after.get(*at));
        let fields = fields(Some(item), now);
        let change = if now.is_some() { Change::Changed } else { Change::Removed };
        if now.is_none() || !fields.is_empty() {
            differences.push(Difference { part: item.part, key: item.key.clone(), change, fields });
        }
    }
    for item in after.iter().filter(|item| !old.contains_key(&key(item))) {
        let fields = fields(None, Some(item));
        differences.push(Difference { part: item.part, key: item.key.clone(), change: Change::Added, fields });
    }
    differences.extend(ORDERED.into_iter().filter_map(|part| reordered(part, before, after)));
    differences
}

fn fields(before: Option<&Item>, after: Option<&Item>) -> Vec<FieldChange> {
    let of = |item: Option<&Item>, field: &str| -> String {
        let fields = item.map(|item| item.fields.as_slice()).unwrap_or_default();
        fields.iter().find(|(name, _)| name == field).map(|(_, value)| value.clone()).unwrap_or_default()
    };
    let names = before.or(after).map(|item| item.fields.as_slice()).unwrap_or_default();
    let change = |(field, _): &(String, String)| FieldChange {
        field: field.clone(),
        before: of(before, field),
        after: of(after, field),
    };
    names.iter().map(change).filter(|change| change.before != change.after).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn items_of(parts: &[(u8, String)]) -> Vec<Item> {
        let mut seen = std::collections::HashSet::new();
        let item = |(key, text): &(u8, String)| Item {
            part: Part::Section,
            key: key.to_string(),
            fields: vec![("text".into(), text.clone())],
        };
        parts.iter().filter(|(key, _)| seen.insert(*key)).map(item).collect()
    }

    proptest! {
        #[test]
        fn differences_turn_one_version_into_the_other(
            before in prop::collection::vec((0_u8..6, "[ab]{0,2}"), 0..6),
            after in prop::collection::vec((0_u8..6, "[ab]{0,2}"), 0..6),
        ) {
            let (before, after) = (items_of(&before), items_of(&after));
            let mut turned: HashMap<String, String> =
                before.iter().map(|item| (item.key.clone(), item.fields[0].1.clone())).collect();
            for difference in differences(&before, &after) {
                if difference.key.is_empty() {
                    continue; // another order
                }
                let said = difference.fields.first().map(|field| field.after.clone());
                match difference.change {
                    Change::Removed => { turned.remove(&difference.key); }
                    Change::Added | Change::Changed => { turned.insert(difference.key, said.unwrap_or_default()); }
                }
            }
            let wanted: HashMap<String, String> =
                after.iter().map(|item| (item.key.clone(), item.fields[0].1.clone())).collect();
            prop_assert_eq!(turned, wanted);
        }
    }

    #[test]
    fn nothing_differs_from_itself() {
        let items = items_of(&[(1, "a".into()), (2, "b".into())]);
        assert_eq!(differences(&items, &items), Vec::new());
    }
}
