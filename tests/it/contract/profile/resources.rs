//! Paths, operations and parameters.

use super::Judged;
use crate::document::{Document, is_camel, members};
use serde_json::Value;

fn paths(Document(document): &Document) -> impl Iterator<Item = &str> {
    members(&document["paths"]).map(|(path, _)| path)
}

/// The segments of a path that are not parameters.
fn fixed(path: &str) -> impl Iterator<Item = &str> {
    path.split('/').filter(|segment| !segment.is_empty() && !segment.starts_with('{'))
}

pub(super) fn operations_described(document: &Document, judged: &mut Judged) {
    for (path, item) in members(&document.0["paths"]) {
        for (name, value) in members(item) {
            let said = |member: &str| value[member].as_str().is_some_and(|text| !text.is_empty());
            judged.check(said("summary") && said("description"), format!("{name} {path}"));
        }
    }
}

pub(super) fn responses_described(document: &Document, judged: &mut Judged) {
    for operation in document.operations() {
        for (status, response) in operation.responses() {
            let said = response["description"].as_str().is_some_and(|text| !text.is_empty());
            judged.check(said, format!("{}: {status}", operation.name()));
        }
    }
}

/// Every query and path parameter, with its operation.
fn parameters(document: &Document) -> Vec<(String, &Value)> {
    let operations = document.operations();
    let all = operations.iter().flat_map(|operation| {
        let of_url = operation.parameters().filter(|parameter| parameter["in"] == "query" || parameter["in"] == "path");
        of_url.map(|parameter| (operation.name(), parameter)).collect::<Vec<_>>()
    });
    all.collect()
}

fn each_query(document: &Document, judged: &mut Judged, fits: impl Fn(&str, &Value) -> bool) {
    for (operation, parameter) in parameters(document).into_iter().filter(|(_, parameter)| parameter["in"] == "query") {
        let name = parameter["name"].as_str().unwrap_or_default();
        judged.check(fits(name, parameter), format!("{operation}: {name}"));
    }
}

pub(super) fn no_personal_numbers(document: &Document, judged: &mut Judged) {
    for (operation, parameter) in parameters(document) {
        let name = parameter["name"].as_str().unwrap_or_default().to_lowercase();
        judged.check(!["pnr", "personnummer", "personnr", "ssn"].contains(&&*name), format!("{operation}: {name}"));
    }
}

pub(super) fn segments(document: &Document, judged: &mut Judged) {
    for segment in paths(document).flat_map(fixed) {
        let characters = segment.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-');
        let verb = ["get-", "post-", "put-", "delete-", "patch-"].iter().any(|verb| segment.starts_with(verb));
        judged.check(characters && !verb && !segment.starts_with('-') && !segment.ends_with('-'), segment);
    }
}

pub(super) fn short_addresses(document: &Document, judged: &mut Judged) {
    for path in paths(document) {
        judged.check(path.len() + "https://utfall.example/utfall/v1".len() < 2048, path);
    }
}

pub(super) fn address_characters(document: &Document, judged: &mut Judged) {
    let servers = document.0["servers"].as_array().into_iter().flatten().filter_map(|server| server["url"].as_str());
    // A server's own colons are its scheme's and its port's.
    let servers = servers.map(|url| url.replace(':', ""));
    for address in servers.chain(paths(document).map(str::to_owned)) {
        let mut inside = false;
        let fits = address.chars().all(|c| {
            inside = (inside || c == '{') && c != '}';
            inside || c == '}' || c.is_ascii_lowercase() || c.is_ascii_digit() || "/-,.~".contains(c)
        });
        judged.check(fits, address);
    }
}

pub(super) fn hyphens(document: &Document, judged: &mut Judged) {
    for segment in paths(document).flat_map(fixed) {
        let wrong = segment.contains([',', '.', '_', '~']) || segment.contains("--");
        judged.check(!wrong && !segment.starts_with('-') && !segment.ends_with('-'), segment);
    }
}

pub(super) fn no_underscores(document: &Document, judged: &mut Judged) {
    for path in paths(document) {
        judged.check(!path.contains(|c: char| c == '_' || c.is_whitespace()), path);
    }
}

pub(super) fn maturity_two(document: &Document, judged: &mut Judged) {
    let operations = document.operations();
    let mut methods: Vec<&str> = operations.iter().map(|operation| operation.method).collect();
    methods.sort_unstable();
    methods.dedup();
    judged.check(paths(document).count() >= 2 && methods.len() >= 2, format!("{methods:?}"));
    for (path, item) in members(&document.0["paths"]) {
        judged.check(members(item).next().is_some(), path);
    }
}

pub(super) fn unsupported_media_type(document: &Document, judged: &mut Judged) {
    for operation in document.operations().iter().filter(|operation| operation.value["requestBody"].is_object()) {
        judged.check(operation.responses().any(|(status, _)| status == "415"), operation.name());
    }
}

fn headers(document: &Document) -> Vec<(String, &Value)> {
    let operations = document.operations();
    let all = operations.iter().flat_map(|operation| {
        let headers = operation.parameters().filter(|parameter| parameter["in"] == "header");
        headers.map(|parameter| (operation.name(), parameter)).collect::<Vec<_>>()
    });
    all.collect()
}

/// Headers that would have to be declared in a certain form are not declared.
pub(super) fn standard_headers(document: &Document, judged: &mut Judged) {
    for (operation, header) in headers(document) {
        let name = header["name"].as_str().unwrap_or_default().to_lowercase();
        let declared = ["date", "cache-control", "etag", "connection", "accept", "authorization", "content-type"];
        judged.check(!declared.contains(&&*name), format!("{operation}: {name}"));
    }
}

pub(super) fn no_payload_in_headers(document: &Document, judged: &mut Judged) {
    for (operation, header) in headers(document) {
        let is_payload = header["schema"]["type"] == "object" || header["schema"]["format"] == "binary";
        judged.check(!is_payload, format!("{operation}: {}", header["name"]));
    }
}

pub(super) fn api_info(document: &Document, judged: &mut Judged) {
    judged.check(document.0["paths"]["/api-info"]["get"].is_object(), "/api-info");
}

pub(super) fn parameter_case(document: &Document, judged: &mut Judged) {
    each_query(document, judged, |name, _| is_camel(name));
}

pub(super) fn parameter_first_letter(document: &Document, judged: &mut Judged) {
    each_query(document, judged, |name, _| name.starts_with(|c: char| c.is_ascii_alphabetic()));
}

pub(super) fn parameters_optional(document: &Document, judged: &mut Judged) {
    each_query(document, judged, |_, parameter| parameter["required"] != true);
}

pub(super) fn parameter_characters(document: &Document, judged: &mut Judged) {
    each_query(document, judged, |name, _| name.bytes().all(|b| b.is_ascii_alphanumeric() || b"-._~".contains(&b)));
}

/// The paged operations: their name, `page` and `limit`.
fn paged(document: &Document) -> Vec<(String, &Value, Option<&Value>)> {
    let operations = document.operations();
    let of = |operation: &crate::document::Operation<'_>| {
        let named =
            |name: &str| parameters(document).into_iter().find(|(at, p)| *at == operation.name() && p["name"] == name);
        let (name, page) = named("page").or_else(|| named("offset"))?;
        Some((name, page, named("limit").map(|(_, limit)| limit)))
    };
    operations.iter().filter_map(of).collect()
}

pub(super) fn limit_with_page(document: &Document, judged: &mut Judged) {
    for (operation, _, limit) in paged(document) {
        judged.check(limit.is_some(), operation);
    }
}

pub(super) fn page_from_one(document: &Document, judged: &mut Judged) {
    for (operation, page, _) in paged(document) {
        judged.check(page["schema"]["default"] == 1, operation);
    }
}

pub(super) fn limit_twenty(document: &Document, judged: &mut Judged) {
    for (operation, _, limit) in paged(document) {
        judged.check(limit.is_some_and(|limit| limit["schema"]["default"] == 20), operation);
    }
}

pub(super) fn trace_in(document: &Document, judged: &mut Judged) {
    for operation in document.operations() {
        let mut traces = operation.parameters().filter(|p| p["in"] == "header" && p["name"] == "traceparent");
        judged.check(traces.next().is_some_and(|trace| trace["required"] != true), operation.name());
    }
}

pub(super) fn trace_out(document: &Document, judged: &mut Judged) {
    for operation in document.operations() {
        for (status, response) in operation.responses() {
            let header = document.resolve(&response["headers"]["traceparent"]);
            judged.check(!header["schema"].is_null(), format!("{}: {status}", operation.name()));
        }
    }
}

pub(super) fn no_other_trace(document: &Document, judged: &mut Judged) {
    for operation in document.operations() {
        let names = operation.names("header");
        let other = names.iter().any(|name| name.eq_ignore_ascii_case("x-request-id"));
        judged.check(!other || names.contains(&"traceparent"), operation.name());
    }
}

pub(super) fn no_body_to_get(document: &Document, judged: &mut Judged) {
    for operation in document.operations().iter().filter(|operation| operation.method == "get") {
        judged.check(operation.value["requestBody"].is_null(), operation.name());
    }
}
