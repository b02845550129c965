//! Printed documents, and what a user makes of one to load it. Nothing here knows a municipality: a level is found by
//! its printed name in the model, a committee by its code or name, and what only prose says is an overlay beside it.

mod body;
mod report;
mod unknown;

use super::fixture;
use serde_json::{Value, json};

/// What two printings of one node have in common; activities and comments belong to the place where they are printed.
const SAME: [&str; 6] = ["level", "title", "origin", "horizon", "responsible", "targets"];
/// What a printed key may hold and a goal's code may not.
const NOT_IN_CODES: [char; 8] = ['/', '\\', '?', '#', '%', '"', '<', '>'];

/// A printed document with what its municipality has beside it.
pub struct Printed {
    /// What is printed.
    pub facts: Value,
    /// The code of the steering model.
    pub model_code: String,
    /// The steering model as it is put.
    pub model: Value,
    /// The committees as they are put.
    pub committees: Value,
    /// What only prose says, and the sentence that says it.
    pub overlay: Value,
}

/// A node of the chain, with every place where it is printed.
pub struct Node<'a> {
    /// Its code: the key of its first printing.
    pub code: String,
    /// Its printings, in order.
    pub printings: Vec<&'a Value>,
}

/// A member that is a list; empty when it is not there.
pub fn list<'a>(value: &'a Value, member: &str) -> &'a [Value] {
    value[member].as_array().map_or(&[], Vec::as_slice)
}

/// A member that is a text; empty when it is not there.
pub fn text<'a>(value: &'a Value, member: &str) -> &'a str {
    value[member].as_str().unwrap_or_default()
}

fn is_same(first: &Value, later: &Value) -> bool {
    let again = text(later, "key").split_once('#').is_some_and(|(key, _)| key == text(first, "key"));
    again || SAME.iter().all(|member| first[member] == later[member])
}

/// The first and the last year of some targets.
pub fn span(targets: &[Value]) -> Option<(i64, i64)> {
    let years = targets.iter().flat_map(|target| text(target, "period").split('-'));
    let years: Vec<i64> = years.filter_map(|year| year.parse().ok()).collect();
    years.iter().min().copied().zip(years.iter().max().copied())
}

impl Printed {
    /// A document of the fixtures: `katrineholm-2019` is steered by `models/katrineholm.json`.
    pub fn fixture(document: &str) -> Self {
        let model_code = document.split_once('-').map_or(document, |(model, _)| model).to_owned();
        let beside = |kind: &str| fixture(&format!("{kind}/{model_code}.json"));
        Self {
            facts: fixture(&format!("printed/{document}.json")),
            model: beside("models"),
            committees: beside("committees"),
            overlay: beside("overlays"),
            model_code,
        }
    }

    /// The code of its municipality.
    pub fn municipality(&self) -> &str {
        text(&self.facts["municipality"], "code")
    }

    /// The code of the committee whose document it is.
    pub fn committee(&self) -> &str {
        let own = list(&self.committees, "committees").iter().find(|body| body["name"] == self.facts["committee"]);
        own.map_or("", |body| text(body, "code"))
    }

    /// What is printed, in order.
    pub fn printings(&self) -> &[Value] {
        list(&self.facts, "goals")
    }

    /// The nodes: what is printed twice with the same level, title and facts, or by a key such as `P5#2`, is one.
    pub fn nodes(&self) -> Vec<Node<'_>> {
        let mut nodes: Vec<Node> = Vec::new();
        for goal in self.printings() {
            match nodes.iter_mut().find(|node| is_same(node.printings[0], goal)) {
                Some(node) => node.printings.push(goal),
                None => nodes.push(Node { code: text(goal, "key").replace(NOT_IN_CODES, "_"), printings: vec![goal] }),
            }
        }
        nodes
    }

    /// The level of a printed name.
    pub fn level(&self, name: &str) -> &Value {
        let found = list(&self.model, "levels").iter().find(|level| text(level, "name") == name);
        found.unwrap_or_else(|| panic!("the model has no level {name}"))
    }

    /// The document that a user loads.
    pub fn chain(&self) -> Value {
        let goals: Vec<Value> = self.nodes().iter().map(|node| self.goal(node)).collect();
        json!({ "goals": goals })
    }

    fn goal(&self, node: &Node) -> Value {
        let first = node.printings[0];
        let activities = node.printings.iter().map(|one| list(one, "activities")).find(|steps| !steps.is_empty());
        let steps: Vec<Value> = activities.unwrap_or_default().iter().map(|step| json!({ "text": step })).collect();
        let place = |one: &&Value| {
            let (position, comment) = (self.position(one), &one["commentSummary"]);
            json!({ "placement": one["key"], "parent": one["parent"], "position": position, "text": comment })
        };
        let places: Vec<Value> = node.printings.iter().map(place).collect();
        let bodies = list(first, "responsible").iter().filter_map(Value::as_str);
        let bodies: Vec<Value> = bodies.map(|name| body::read(name, list(&self.committees, "committees"))).collect();
        let targets: Vec<Value> = list(first, "targets").iter().map(|target| self.target(target)).collect();
        let own = (first["origin"] == "committee").then(|| self.committee());
        let mut goal = json!({
            "code": node.code, "level": self.level(text(first, "level"))["code"], "title": first["title"],
            "committee": own, "origin": first["origin"], "horizon": self.horizon(first), "responsibles": bodies,
            "targets": targets, "activitySteps": steps, "placements": places,
        });
        for over in list(&self.overlay, "goals").iter().filter(|over| text(over, "code") == node.code) {
            for (member, value) in over["adds"].as_object().expect("what the overlay adds") {
                goal[member] = value.clone();
            }
        }
        goal
    }

    /// Its order among those that are printed under the same parent. The order of the nodes does not say it: a node
    /// that is printed twice comes where it is printed first.
    fn position(&self, printing: &Value) -> usize {
        let siblings = self.printings().iter().filter(|one| one["parent"] == printing["parent"]);
        siblings.take_while(|one| one["key"] != printing["key"]).count() + 1
    }

    /// A target as it is printed. Where no year is, it is the document's.
    fn target(&self, printed: &Value) -> Value {
        let year = self.facts["document"]["year"].to_string();
        let period = printed["period"].as_str().unwrap_or(&year);
        json!({ "period": period, "operator": printed["operator"], "value": printed["value"], "unit": printed["unit"],
                "text": printed["text"] })
    }

    /// `1-year` is the document's year, `4-year` the four years that its targets span.
    fn horizon(&self, goal: &Value) -> Option<String> {
        let years: i64 = text(goal, "horizon").strip_suffix("-year")?.parse().ok()?;
        if years == 1 {
            return Some(self.facts["document"]["year"].to_string());
        }
        let (first, last) = span(list(goal, "targets"))?;
        (last - first + 1 == years).then(|| format!("{first}-{last}"))
    }
}
