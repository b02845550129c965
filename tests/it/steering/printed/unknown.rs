//! A document whose steering model nobody has written down: levels and marks are read off the document itself.

use super::{Printed, list, text};
use serde_json::{Value, json};
use std::collections::BTreeSet;

const CARRIES: [&str; 6] = ["targets", "indicators", "assessment", "responsibles", "activity-steps", "criterion"];

impl Printed {
    /// A document that stands alone, with a code of its own for its municipality.
    pub fn unknown(mut facts: Value, municipality: &str) -> Self {
        facts["municipality"]["code"] = json!(municipality);
        let own = json!({ "code": "OWN", "name": facts["committee"] });
        let (model, committees) = (model(&facts), json!({ "committees": [own] }));
        Self { facts, model_code: "unknown".into(), model, committees, overlay: Value::Null }
    }
}

/// Its levels in the printed order, each of which may be skipped and carry anything.
fn model(facts: &Value) -> Value {
    let printed = |member: &'static str| list(facts, "goals").iter().filter_map(move |goal| goal[member].as_str());
    let mut names: Vec<&str> = list(facts, "goalLevels").iter().filter_map(Value::as_str).collect();
    for name in printed("level") {
        if !names.contains(&name) {
            names.push(name);
        }
    }
    let level = |(at, name): (usize, &&str)| {
        let code = format!("level-{at}");
        json!({ "code": code, "name": name, "kind": "goal", "mayBeSkipped": true, "carries": CARRIES, "scale": "read" })
    };
    let levels: Vec<Value> = names.iter().enumerate().map(level).collect();
    let mut labels = vec![json!({ "code": "none", "name": "Ej bedömt", "status": "not-assessed" })];
    let marks: BTreeSet<&str> = printed("mark").collect();
    let mark = |(at, mark): (usize, &&str)| {
        let code = format!("mark-{at}");
        json!({ "code": code, "name": mark, "mark": mark, "status": "not-assessed" })
    };
    labels.extend(marks.iter().enumerate().map(mark));
    let statuses: BTreeSet<&str> = printed("assessment").filter(|status| *status != "not-assessed").collect();
    labels.extend(statuses.iter().map(|status| json!({ "code": status, "name": status, "status": status })));
    let scales = json!([{ "code": "read", "name": "Avläst", "labels": labels }]);
    json!({ "name": text(&facts["document"], "title"), "levels": levels, "scales": scales })
}
