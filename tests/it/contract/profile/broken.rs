//! A requirement that cannot fail says nothing: for each there is a change of the document that it must notice.

use super::{JUDGED_NOT_APPLICABLE, Judged, REQUIREMENTS};
use crate::document::Document;
use serde_json::{Value, json};

const LIST: &str = "/paths/~1municipalities/get";
const PUT: &str = "/paths/~1municipalities~1{municipalityCode}/put";
const PAGE: &str = "/paths/~1municipalities/get/parameters/2";
const LIMIT: &str = "/paths/~1municipalities/get/parameters/3";
const NAME: &str = "/components/schemas/Municipality/properties";

/// The requirement, where the document is changed, and to what; null takes the member away.
fn changes() -> Vec<(&'static str, String, Value)> {
    let at = |place: &str, rest: &str| format!("{place}{rest}");
    let text = |text: &str| json!({ "type": "string", "description": text });
    let no_json = json!({ "text/csv": { "schema": { "type": "string" } } });
    vec![
        ("DOK.01", "/externalDocs/url".into(), json!("")),
        ("DOK.03", "/info/license/url".into(), Value::Null),
        ("DOK.06", "/info/description".into(), json!("Only the English.")),
        ("DOK.07", "/info/description".into(), json!("")),
        ("DOK.08", "/info/x-sla/support".into(), Value::Null),
        ("DOK.09", "/info/x-limitations".into(), Value::Null),
        ("DOK.11", "/info/description".into(), json!("  ")),
        ("DOK.15", at(PUT, "/requestBody/content/application~1json/example"), Value::Null),
        ("DOK.17", "/openapi".into(), json!("2.0")),
        ("DOK.19", at(LIST, "/summary"), Value::Null),
        ("DOK.20", at(LIST, "/responses/200/description"), json!("")),
        ("DOK.21", "/security".into(), Value::Null),
        ("DOT.02", "/components/schemas/ApiInfo/properties/apiReleased/example".into(), json!("2018-13-01")),
        ("DOT.04", "/components/schemas/Posting/properties/recordedAt/example".into(), json!("2018-09-05T06:00:00")),
        ("RES.02", at(PAGE, "/name"), json!("personnummer")),
        ("RES.06", "/paths/~1getPlans".into(), json!({})),
        ("UFN.01", "/servers/0/url".into(), json!("https://utfall.example/a/utfall/v1")),
        ("UFN.02", "/servers/0/url".into(), json!("https://utfall.example:8443/utfall/v1")),
        ("UFN.05", format!("/paths/~1{}", "x".repeat(2048)), json!({})),
        ("UFN.07", "/paths/~1plans:close".into(), json!({})),
        ("UFN.08", "/paths/~1openapi.json".into(), json!({})),
        ("UFN.09", "/paths/~1{plan_id}".into(), json!({})),
        ("MOG.01", "/paths/~1empty".into(), json!({})),
        ("MOG.02", "/paths".into(), json!({})),
        ("SAK.01", "/servers/0/url".into(), json!("http://utfall.example/utfall/v1")),
        ("SAK.09", "/components/securitySchemes/bearerAuth/scheme".into(), json!("basic")),
        ("SAK.10", "/components/securitySchemes/bearerAuth/scheme".into(), json!("Bearer")),
        ("SAK.15", "/components/securitySchemes/key".into(), json!({ "type": "apiKey", "in": "query" })),
        ("SAK.16", "/components/securitySchemes/key".into(), json!({ "type": "apiKey", "in": "cookie" })),
        (
            "SAK.18",
            "/components/securitySchemes/o".into(),
            json!({ "type": "oauth2", "flows": { "a": { "tokenUrl": "http:" } } }),
        ),
        ("SAK.29", at(PUT, "/responses/415"), Value::Null),
        ("AME.01", at(LIST, "/responses/200/content"), no_json.clone()),
        ("AME.02", at(PUT, "/requestBody/content"), no_json.clone()),
        ("AME.04", at(NAME, "/q1Outcome"), text("a digit")),
        ("AME.05", at(NAME, "/snake_case"), text("a snake")),
        ("AME.07", at(NAME, "/nämnd"), text("a letter of its own")),
        ("ARQ.01", at(PUT, "/requestBody/content"), no_json),
        ("ARQ.03", "/components/parameters/IfMatch/name".into(), json!("ETag")),
        ("ARQ.05", "/components/parameters/IfMatch/schema/type".into(), json!("object")),
        ("FEL.01", "/components/schemas/Problem/required".into(), json!(["type", "title", "status", "detail"])),
        ("FEL.02", "/components/responses/NotFound/content".into(), json!({ "application/json": {} })),
        ("VER.05", "/servers/0/url".into(), json!("https://utfall.example/utfall/v1.2")),
        ("VER.06", "/paths/~1api-info".into(), Value::Null),
        ("FNS.01", at(PAGE, "/name"), json!("fiscal-year")),
        ("FNS.03", at(PAGE, "/name"), json!("_page")),
        ("FNS.05", at(PAGE, "/required"), json!(true)),
        ("FNS.06", at(PAGE, "/name"), json!("filter[year]")),
        ("FNS.07", at(LIMIT, "/name"), json!("size")),
        ("FNS.08", at(PAGE, "/schema/default"), json!(0)),
        ("FNS.09", at(LIMIT, "/schema/default"), json!(50)),
        ("SPA.02", at(LIST, "/parameters/0/$ref"), json!("#/components/parameters/IfMatch")),
        ("SPA.04", "/components/responses/NotFound/headers/traceparent".into(), Value::Null),
        ("SPA.07", at(LIST, "/parameters/0"), json!({ "in": "header", "name": "X-Request-Id" })),
        ("FOR.02", at(LIST, "/requestBody"), json!({ "content": {} })),
    ]
}

/// Sets, adds or takes away what a pointer points at.
fn change(document: &mut Value, pointer: &str, to: Value) {
    let (parent, name) = pointer.rsplit_once('/').expect("a pointer");
    let name = name.replace("~1", "/");
    match document.pointer_mut(parent).unwrap_or_else(|| panic!("{parent} is not there")) {
        Value::Object(members) if to.is_null() => {
            assert!(members.remove(&name).is_some(), "{pointer} is not there");
        }
        Value::Object(members) => {
            members.insert(name, to);
        }
        Value::Array(items) => items[name.parse::<usize>().expect("a place")] = to,
        _ => panic!("{parent} has no members"),
    }
}

#[test]
fn every_requirement_notices_what_breaks_it() {
    let changes = changes();
    assert_eq!(changes.iter().map(|(id, ..)| *id).collect::<Vec<_>>(), REQUIREMENTS.map(|(id, _)| id));
    let whole = Document::new();
    for ((id, pointer, to), (_, judge)) in changes.into_iter().zip(REQUIREMENTS) {
        let mut judged = Judged::default();
        judge(&whole, &mut judged);
        assert!(judged.findings.is_empty() && (judged.seen > 0 || JUDGED_NOT_APPLICABLE.contains(&id)), "{id}");
        let mut broken = Document(whole.0.clone());
        change(&mut broken.0, &pointer, to);
        let mut judged = Judged::default();
        judge(&broken, &mut judged);
        assert!(!judged.findings.is_empty(), "{id} does not notice {pointer}");
    }
}
