//! The rules of the contract, checked over the whole document: what is there is judged, whoever added it.

mod bodies;
mod names;
mod profile;
mod statement;
mod words;

use crate::document::{Document, none};
use serde_json::json;
use std::path::Path;
use utfall_api::contract::Contract;

#[test]
fn the_committed_files_are_what_the_handlers_say() {
    let contract = Contract::get().expect("a contract");
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../openapi");
    for (name, made) in [("openapi.json", contract.json()), ("openapi.yaml", contract.yaml())] {
        let committed = std::fs::read_to_string(folder.join(name)).expect(name);
        assert!(
            committed == made,
            "openapi/{name} is not what the handlers say: run `make openapi` and review the diff"
        );
    }
}

#[test]
fn the_document_says_what_it_is() {
    let Document(document) = Document::new();
    assert_eq!(document["openapi"], "3.1.0");
    let version = document["info"]["version"].as_str().expect("a version");
    assert_eq!(version, env!("CARGO_PKG_VERSION"));
    let major = version.split('.').next().expect("a major version");
    assert_eq!(document["servers"][0]["url"], format!("https://{{host}}/utfall/v{major}"));
    assert_eq!(document["security"], json!([{ "bearerAuth": [] }, { "clientCredentials": [] }]));
    for pointer in ["/info/termsOfService", "/info/contact/url", "/info/license/url", "/externalDocs/url"] {
        let url = document.pointer(pointer).and_then(|url| url.as_str()).expect(pointer);
        assert!(url.starts_with("https://"), "{pointer}: {url}");
    }
    for pointer in
        ["/info/x-sla/availability", "/info/x-sla/responseTime", "/info/x-sla/support", "/info/contact/email"]
    {
        assert!(document.pointer(pointer).is_some_and(serde_json::Value::is_string), "{pointer}");
    }
}

#[test]
fn everything_but_the_open_operations_asks_for_a_right() {
    let document = Document::new();
    let open: Vec<_> = document.operations().iter().filter(|o| o.is_open()).map(|o| o.id().to_owned()).collect();
    assert_eq!(open, ["getApiInfo"]);
    let rights = utfall_domain::permission::Right::ALL.map(utfall_domain::permission::Right::code);
    let wrong = document.operations();
    let wrong = wrong.iter().filter(|o| !o.is_open() && !o.right().is_some_and(|right| rights.contains(&right)));
    none("x-right names a right", &wrong.map(crate::document::Operation::name).collect::<Vec<_>>());
}

#[test]
fn every_reference_refers_to_something_and_every_component_is_used() {
    let document = Document::new();
    let text = document.0.to_string();
    let mut findings = Vec::new();
    for kind in ["schemas", "responses", "parameters", "headers"] {
        for (name, _) in crate::document::members(&document.0["components"][kind]) {
            if !text.contains(&format!("\"#/components/{kind}/{name}\"")) {
                findings.push(format!("{kind}/{name} is used nowhere"));
            }
        }
    }
    for reference in text.split("\"$ref\":\"#").skip(1).filter_map(|rest| rest.split('"').next()) {
        if document.0.pointer(reference).is_none() {
            findings.push(format!("#{reference} is not there"));
        }
    }
    none("references", &findings);
}

#[test]
fn every_response_bears_its_trace_and_every_error_is_a_problem() {
    let document = Document::new();
    let mut findings = Vec::new();
    for operation in document.operations() {
        let statuses: Vec<&str> = operation.responses().map(|(status, _)| status).collect();
        for (status, response) in operation.responses() {
            let at = format!("{}, {status}", operation.name());
            if response["headers"]["traceparent"].is_null() {
                findings.push(format!("{at}: no traceparent"));
            }
            let is_error = status == "default" || status.starts_with(['4', '5']);
            let problem = document.resolve(&response["content"]["application/problem+json"]["schema"]);
            let members: Vec<_> = problem["required"].as_array().into_iter().flatten().collect();
            if is_error
                && !["type", "title", "status", "detail", "instance"].iter().all(|m| members.contains(&&json!(m)))
            {
                findings.push(format!("{at}: not a problem with five members"));
            }
            if matches!(status, "201" | "202") && response["headers"]["Location"].is_null() {
                findings.push(format!("{at}: no Location"));
            }
        }
        let has_body = operation.value["requestBody"].is_object();
        let expected = [
            ("415", has_body),
            ("413", has_body),
            ("422", has_body),
            ("401", !operation.is_open()),
            ("403", !operation.is_open()),
            ("404", !operation.is_open()),
            ("412", operation.method == "put"),
            ("428", operation.value["x-if-match"] == "required"),
        ];
        for (status, _) in expected.iter().filter(|(status, is_due)| *is_due && !statuses.contains(status)) {
            findings.push(format!("{}: {status} is not listed", operation.name()));
        }
        if operation.method == "get" && has_body {
            findings.push(format!("{}: a body to GET", operation.name()));
        }
        if has_body && operation.value["requestBody"]["required"] != true {
            findings.push(format!("{}: its body is not required", operation.name()));
        }
    }
    none("responses", &findings);
}
