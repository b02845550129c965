//! A small steering model and what stands on it, for tests of plans and follow-ups.

use crate::client::Client;
use serde_json::{Value, json};

/// area > goal > commitment, assignments beside; two labels and one for what cannot be judged; one chapter that is required.
pub fn model() -> Value {
    let carries = ["targets", "indicators", "assessment", "responsibles", "activity-steps", "criterion"];
    let level = |code: &str, kind: &str, beside: bool| {
        json!({ "code": code, "name": code, "kind": kind, "beside": beside, "mayBeSkipped": kind == "heading",
                "carries": if kind == "heading" { json!([]) } else { json!(carries) },
                "scale": if kind == "heading" { Value::Null } else { json!("scale") } })
    };
    json!({
        "name": "Styrmodell",
        "levels": [level("area", "heading", false), level("goal", "goal", false), level("commitment", "commitment", false),
                   level("assignment", "assignment", true)],
        "scales": [{ "code": "scale", "name": "Skala", "labels": [
            { "code": "met", "name": "Uppfyllt", "mark": "●", "status": "met" },
            { "code": "partly", "name": "Delvis", "mark": "◐", "status": "partly" },
            { "code": "not-met", "name": "Ej uppfyllt", "mark": "○", "status": "not-met" },
            { "code": "unknown", "name": "Kan inte bedömas", "mark": "–", "status": "not-assessed" }] }],
        "chapters": [{ "code": "summary", "title": "Sammanfattning", "required": true }],
    })
}

/// A goal at the root that the social committee answers for.
pub fn goal(code: &str, title: &str) -> Value {
    json!({ "code": code, "level": "goal", "title": title, "responsibles": [{ "committee": "SN" }], "placements": [{}] })
}

/// Puts the model as `m` and a chain of goals on it.
pub async fn chain(client: &Client, goals: &[Value]) {
    client.put("steering-models/m", model()).await.succeeded();
    client.put("goal-chains/m", json!({ "goals": goals })).await.succeeded();
}

/// A plan of the social committee for 2019 with some goals.
pub fn plan(title: &str, goals: &[&str]) -> Value {
    let goals: Vec<Value> = goals.iter().map(|goal| json!({ "goal": goal })).collect();
    json!({ "committee": "SN", "year": 2019, "steeringModel": "m", "title": title, "goals": goals,
            "sections": [{ "code": "intro", "title": "Inledning", "text": "Nämndens uppdrag." }],
            "appendices": [{ "title": "Internkontrollplan", "reference": "SN 2019-3" }] })
}

/// The decision of the social committee that the documents quote.
pub fn decision(date: &str) -> Value {
    json!({ "body": "Socialnämnden", "date": date, "paragraph": "§ 32", "diaryNumber": "SN 2019-17",
            "points": ["Planen fastställs."] })
}

/// A committee's follow-up of August 2018 with assessments of goals by label.
pub fn follow_up(committee: &str, assessments: &[(&str, &str)]) -> Value {
    let assessment = |(goal, label): &(&str, &str)| {
        json!({ "goal": goal, "basis": "expected", "label": label, "comment": format!("{committee} om {goal}"),
                "authorRole": "förvaltningschef", "writtenOn": "2018-09-12" })
    };
    let assessments: Vec<Value> = assessments.iter().map(assessment).collect();
    json!({ "committee": committee, "kind": "interim", "period": "2018-08", "cutOff": "2018-08-31", "steeringModel": "m",
            "title": "Delårsrapport per den 31 augusti 2018", "assessments": assessments,
            "sections": [{ "code": "summary", "title": "Sammanfattning", "text": "Placeringarna ökar." }] })
}
