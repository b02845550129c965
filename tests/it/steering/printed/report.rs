//! What a printed report says of its goals, as the follow-up that a user puts.

use super::{Node, Printed, list, text};
use serde_json::{Value, json};

impl Printed {
    /// The follow-up of a document that assesses or marks something; none for a plan.
    pub fn follow_up(&self) -> Option<Value> {
        let document = &self.facts["document"];
        let (year, day) = (document["year"].to_string(), text(document, "asOf"));
        let is_interim = text(document, "kind").contains("delår");
        let (kind, period) = if is_interim { ("interim", day.get(..7)?) } else { ("year", year.as_str()) };
        let basis = if is_interim { "expected" } else { "achieved" };
        let assessments: Vec<Value> = self.nodes().iter().filter_map(|node| self.assessment(node, basis)).collect();
        let is_report = assessments.iter().any(|one| !one["label"].is_null());
        is_report.then(|| {
            json!({ "committee": self.committee(), "kind": kind, "period": period, "cutOff": day,
                    "steeringModel": self.model_code, "title": document["title"], "assessments": assessments })
        })
    }

    /// What is said of a node: its mark or its assessment as a label of the level's scale, and the comment.
    fn assessment(&self, node: &Node, basis: &str) -> Option<Value> {
        let first = node.printings[0];
        let label = self.label(first);
        let is_assessed = !self.level(text(first, "level"))["scale"].is_null();
        let is_said = label.is_some() || (is_assessed && !first["commentSummary"].is_null());
        is_said.then(|| {
            json!({ "goal": node.code, "basis": basis, "label": label.map(|label| &label["code"]),
                    "comment": first["commentSummary"] })
        })
    }

    /// The label of the level's scale that has the printed mark, or the printed status.
    fn label(&self, printed: &Value) -> Option<&Value> {
        let (member, said) = match (&printed["mark"], &printed["assessment"]) {
            (Value::Null, Value::Null) => return None,
            (Value::Null, status) => ("status", status),
            (mark, _) => ("mark", mark),
        };
        let level = self.level(text(printed, "level"));
        let scale = list(&self.model, "scales").iter().find(|scale| scale["code"] == level["scale"]);
        let labels = list(scale.unwrap_or(&Value::Null), "labels");
        let label = labels.iter().find(|label| &label[member] == said);
        Some(label.unwrap_or_else(|| panic!("the scale of {} has no {member} {said}", text(level, "name"))))
    }
}
