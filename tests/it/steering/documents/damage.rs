//! The comparison of an export with its print notices whatever is damaged: a text, a number, a node, a place.

use crate::steering::compare::differences;
use crate::steering::loaded;
use crate::steering::printed::Printed;
use serde_json::{Value, json};
use std::collections::BTreeMap;
use utfall_tests::on_both_stores;

/// What is printed, by its name in the export.
const PRINTED: [&str; 15] = [
    "code",
    "level",
    "title",
    "origin",
    "horizon",
    "name",
    "period",
    "operator",
    "value",
    "unit",
    "text",
    "placement",
    "parent",
    "position",
    "committee",
];

/// The pointers of every printed member, and of every list.
fn places(value: &Value, at: &str, into: &mut Vec<String>) {
    match value {
        Value::Object(members) => {
            for (member, value) in members.iter().filter(|(member, _)| !member.starts_with('_')) {
                places(value, &format!("{at}/{member}"), into);
            }
        }
        Value::Array(list) => {
            into.push(at.to_owned());
            list.iter().enumerate().for_each(|(number, value)| places(value, &format!("{at}/{number}"), into));
        }
        _ => into.push(at.to_owned()),
    }
}

/// Whether a place holds what the document prints. Which committee a body's name means is not printed.
fn is_printed(pointer: &str) -> bool {
    let names: Vec<&str> = pointer.split('/').filter(|name| name.parse::<usize>().is_err()).collect();
    match names[1..] {
        ["goals", "activitySteps", member] => member == "text",
        ["goals", "responsibles" | "waitingFor", member] => member == "name" && names[2] == "responsibles",
        ["goals", "references", ..] | [] => false,
        [.., last] => PRINTED.contains(&last),
    }
}

fn damaged(value: &Value) -> Value {
    match value {
        Value::String(text) => json!(format!("{text}x")),
        Value::Number(number) => json!(number.as_f64().unwrap_or_default() + 1.0),
        Value::Array(list) => json!(list.iter().skip(1).collect::<Vec<_>>()),
        _ => json!("x"),
    }
}

on_both_stores! {
    async fn the_comparison_notices_every_kind_of_damage(app) {
        let printed = Printed::fixture("eskilstuna-2017");
        let admin = loaded(&app, &printed).await;
        let mut exported = admin.get("goal-chains/eskilstuna").await.succeeded();
        let nodes = printed.nodes();
        assert_eq!(differences(&printed, &nodes, &exported), Vec::<String>::new());
        let mut all = Vec::new();
        places(&exported, "", &mut all);
        let is_filled = |list: &Value| list.is_array() && *list != json!([]);
        let filled = |pointer: &String| exported.pointer(pointer).is_some_and(is_filled);
        let lists = ["references", "followUpMonths", "indicators"];
        let is_list = |pointer: &String| filled(pointer) && !lists.iter().any(|list| pointer.ends_with(list));
        let mut kinds: BTreeMap<String, Vec<String>> = BTreeMap::new();
        for pointer in all.into_iter().filter(|pointer| is_list(pointer) || is_printed(pointer)) {
            let kind = pointer.split('/').filter(|name| name.parse::<usize>().is_err()).collect::<Vec<_>>().join("/");
            kinds.entry(kind).or_default().push(pointer);
        }
        assert_eq!(kinds.len(), 23, "{:?}", kinds.keys());
        let some = |places: &Vec<String>| places.iter().step_by(places.len() / 20 + 1).cloned().collect::<Vec<_>>();
        for pointer in kinds.values().flat_map(some) {
            let kept = exported.pointer(&pointer).expect("a place").clone();
            *exported.pointer_mut(&pointer).expect("a place") = damaged(&kept);
            assert_ne!(differences(&printed, &nodes, &exported), Vec::<String>::new(), "{pointer} was {kept}");
            *exported.pointer_mut(&pointer).expect("a place") = kept;
        }
        let again = exported["goals"][3].clone();
        exported["goals"].as_array_mut().expect("goals").push(again);
        assert_ne!(differences(&printed, &nodes, &exported), Vec::<String>::new(), "a node that stands twice");
    }
}
