//! What is sent and answered: bodies, fields, dates, problems.

use super::Judged;
use crate::document::{Body, Document, members};
use serde_json::Value;

fn is_json(body: &Body) -> bool {
    body.media_type.split(';').next() == Some("application/json")
}

pub(super) fn examples(document: &Document, judged: &mut Judged) {
    for body in document.bodies().iter().filter(|body| is_json(body)) {
        judged.check(!body.examples().is_empty(), &*body.place);
    }
}

/// The fields that stand directly in a named schema and have a date's format.
fn dated(document: &Document) -> Vec<(String, &Value)> {
    let schemas = document.schemas();
    let fields = schemas.flat_map(|(name, schema)| {
        members(&schema["properties"]).map(move |(field, value)| (format!("{name}.{field}"), value))
    });
    fields.filter(|(_, field)| matches!(field["format"].as_str(), Some("date" | "date-time"))).collect()
}

pub(super) fn dates(document: &Document, judged: &mut Judged) {
    for (place, field) in dated(document) {
        let example = field["example"].as_str().unwrap_or_default();
        let fits = if field["format"] == "date" {
            chrono::NaiveDate::parse_from_str(example, "%Y-%m-%d").is_ok()
        } else {
            let fraction = example.split_once('.').map_or(0, |(_, rest)| rest.trim_end_matches('Z').len());
            chrono::DateTime::parse_from_rfc3339(example).is_ok() && fraction <= 6
        };
        judged.check(fits, format!("{place}: {example:?}"));
    }
}

pub(super) fn time_zones(document: &Document, judged: &mut Judged) {
    for (place, field) in dated(document).into_iter().filter(|(_, field)| field["format"] == "date-time") {
        judged.check(field["example"].as_str().is_some_and(|example| example.ends_with('Z')), place);
    }
}

pub(super) fn maturity_three(document: &Document, judged: &mut Judged) {
    let mut linked = document.bodies().into_iter().filter(|body| body.status.is_some() && is_json(body));
    let has_links = |body: Body| !document.resolve(&body.media["schema"])["properties"]["_links"].is_null();
    judged.check(linked.any(has_links), "no _links in any response");
}

pub(super) fn json_everywhere(document: &Document, judged: &mut Judged) {
    for operation in document.operations() {
        for (status, response) in operation.responses().filter(|(status, _)| *status < "400") {
            let types: Vec<&str> = members(&response["content"]).map(|(media_type, _)| media_type).collect();
            let fits = types.is_empty() || types.contains(&"application/json");
            judged.check(fits, format!("{}: {status} is {types:?}", operation.name()));
        }
    }
    json_requests(document, judged);
}

pub(super) fn json_requests(document: &Document, judged: &mut Judged) {
    for operation in document.operations().iter().filter(|operation| operation.value["requestBody"].is_object()) {
        let fits = !operation.value["requestBody"]["content"]["application/json"].is_null();
        judged.check(fits, operation.name());
    }
}

fn is_camel(name: &str) -> bool {
    crate::document::is_camel(name)
}

fn is_snake(name: &str) -> bool {
    name.split('_').all(|word| !word.is_empty() && word.bytes().all(|b| b.is_ascii_lowercase()))
}

pub(super) fn field_case(document: &Document, judged: &mut Judged) {
    for (place, name, _) in document.fields() {
        judged.check(
            matches!(name, "_links" | "_embedded") || is_camel(name) || is_snake(name),
            format!("{place}.{name}"),
        );
    }
}

/// Over all schemas, which is more than the linter asks: no two fields anywhere mix camelCase and `snake_case`.
pub(super) fn one_case(document: &Document, judged: &mut Judged) {
    for (place, name, _) in document.fields() {
        judged.check(name == "_links" || !name.contains('_'), format!("{place}.{name}"));
    }
}

pub(super) fn field_characters(document: &Document, judged: &mut Judged) {
    for (place, name, _) in document.fields() {
        judged.check(name.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_'), format!("{place}.{name}"));
    }
}

const MEMBERS: [&str; 5] = ["type", "title", "status", "detail", "instance"];

pub(super) fn problem_members(document: &Document, judged: &mut Judged) {
    for body in document.bodies().iter().filter(|body| body.media_type.starts_with("application/problem+")) {
        let schema = document.resolve(&body.media["schema"]);
        let required: Vec<&str> =
            schema["required"].as_array().into_iter().flatten().filter_map(Value::as_str).collect();
        let fits = MEMBERS.iter().all(|name| required.contains(name) && !schema["properties"][name].is_null());
        judged.check(fits, &*body.place);
    }
}

pub(super) fn problem_type(document: &Document, judged: &mut Judged) {
    for operation in document.operations() {
        for (status, response) in operation.responses().filter(|(status, _)| *status == "default" || *status >= "400") {
            let fits = !response["content"]["application/problem+json"].is_null();
            judged.check(fits, format!("{}: {status}", operation.name()));
        }
    }
}
