//! An exported chain against the printed document: from the print to the export, and back so that nothing is extra.

use super::printed::{Node, Printed, list, span, text};
use serde_json::{Value, json};
use std::collections::HashMap;

/// What differs; empty when the chain came back whole.
pub fn differences(printed: &Printed, nodes: &[Node], exported: &Value) -> Vec<String> {
    let goals = list(exported, "goals");
    let mut found: Vec<String> = Vec::new();
    let codes: Vec<&str> = goals.iter().map(|goal| text(goal, "code")).collect();
    if nodes.iter().map(|node| node.code.as_str()).ne(codes.iter().copied()) {
        found.push(format!("the nodes are {codes:?}"));
    }
    let mut places: HashMap<&str, (&Value, &Value)> = HashMap::new();
    for goal in goals {
        let at = list(goal, "placements").iter().map(|place| (text(place, "placement"), (goal, place)));
        places.extend(at);
        found.extend(extra(printed, goal));
    }
    let count: usize = goals.iter().map(|goal| list(goal, "placements").len()).sum();
    if (count, places.len()) != (printed.printings().len(), printed.printings().len()) {
        found.push(format!("{count} placements of {} keys, {} printed", places.len(), printed.printings().len()));
    }
    let mut children: HashMap<&Value, i64> = HashMap::new();
    for print in printed.printings() {
        let key = text(print, "key");
        let order = children.entry(&print["parent"]).and_modify(|count| *count += 1).or_insert(1);
        match places.get(key) {
            None => found.push(format!("{key} stands nowhere")),
            Some((goal, place)) => {
                let mut said = facts(printed, print);
                let mut came = read(printed, goal, print);
                if list(print, "activities").is_empty() && is_shared(nodes, print) {
                    // The node's activities are printed at another of its places.
                    said.pop();
                    came.pop();
                }
                said.extend([print["parent"].clone(), json!(*order), print["commentSummary"].clone()]);
                came.extend(["parent", "position", "text"].map(|member| place[member].clone()));
                let pairs = said.iter().zip(&came).filter(|(said, came)| !is_equal(said, came));
                found.extend(pairs.map(|(said, came)| format!("{key}: {came} is printed {said}")));
            }
        }
    }
    found
}

/// What a goal has that is neither printed nor added by the overlay.
fn extra(printed: &Printed, goal: &Value) -> Vec<String> {
    let adds =
        list(&printed.overlay, "goals").iter().filter(|over| over["code"] == goal["code"]).map(|over| &over["adds"]);
    let adds: Vec<&Value> = adds.collect();
    let members = ["text", "criterion", "condition", "waitingFor", "references", "indicators"];
    let is_extra = |member: &&str| {
        let is_empty = goal[*member].is_null() || goal[*member] == json!([]);
        !is_empty && adds.iter().all(|adds| adds[*member].is_null())
    };
    members.into_iter().filter(is_extra).map(|member| format!("{} has {member}", goal["code"])).collect()
}

/// Whether a node is printed at several places, this among them.
fn is_shared(nodes: &[Node], print: &Value) -> bool {
    nodes.iter().any(|node| node.printings.len() > 1 && node.printings.iter().any(|one| std::ptr::eq(*one, print)))
}

/// What is printed of a node; its activities come last.
fn facts(printed: &Printed, print: &Value) -> Vec<Value> {
    let target = |target: &Value| ["period", "text", "value", "unit", "operator"].map(|member| target[member].clone());
    let targets: Vec<_> = list(print, "targets").iter().map(target).collect();
    let own = (print["origin"] == "committee").then(|| printed.committee());
    let mut facts: Vec<Value> = ["level", "title", "responsible"].iter().map(|member| print[member].clone()).collect();
    facts.extend([
        json!(targets),
        json!(own),
        json!(print["origin"].as_str().unwrap_or("unknown")),
        print["horizon"].clone(),
        print["activities"].clone(),
    ]);
    facts
}

/// The same of an exported goal, in the words of the print.
fn read(printed: &Printed, goal: &Value, print: &Value) -> Vec<Value> {
    let level = list(&printed.model, "levels").iter().find(|level| level["code"] == goal["level"]);
    let names = |of: &str, member: &str| list(goal, of).iter().map(|one| one[member].clone()).collect::<Value>();
    let target = |target: &Value| ["period", "text", "value", "unit", "operator"].map(|member| target[member].clone());
    let targets: Vec<_> = list(goal, "targets").iter().map(target).collect();
    let year = printed.facts["document"]["year"].to_string();
    let horizon = match (goal["horizon"].as_str(), span(list(print, "targets"))) {
        (Some(only), _) if only == year => json!("1-year"),
        (Some(years), Some((first, last))) if years == format!("{first}-{last}") => {
            json!(format!("{}-year", last - first + 1))
        }
        _ => goal["horizon"].clone(),
    };
    vec![
        level.map_or(Value::Null, |level| level["name"].clone()),
        goal["title"].clone(),
        names("responsibles", "name"),
        json!(targets),
        goal["committee"].clone(),
        goal["origin"].clone(),
        horizon,
        names("activitySteps", "text"),
    ]
}

/// Equal as JSON, where a number is what it is worth: 80 is 80.0.
pub fn is_equal(one: &Value, other: &Value) -> bool {
    match (one, other) {
        (Value::Number(one), Value::Number(other)) => one.as_f64() == other.as_f64(),
        (Value::Array(one), Value::Array(other)) => {
            one.len() == other.len() && one.iter().zip(other).all(|(one, other)| is_equal(one, other))
        }
        (one, other) => one == other,
    }
}

/// Whether an answer says all that was sent; what was left out may have become anything.
pub fn says(answer: &Value, sent: &Value) -> bool {
    match (answer, sent) {
        (Value::Object(answer), Value::Object(sent)) => {
            sent.iter().all(|(member, value)| answer.get(member).is_some_and(|came| says(came, value)))
        }
        (Value::Array(answer), Value::Array(sent)) => {
            answer.len() == sent.len() && answer.iter().zip(sent).all(|(came, value)| says(came, value))
        }
        (answer, sent) => is_equal(answer, sent),
    }
}
