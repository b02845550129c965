//! Each version's own contract: what it says is served, and what is served is what it says.

use super::in_both_worlds;
use super::world::{World, items, read};
use crate::document::{Document, Operation, members, none};
use crate::schema::Schemas;
use reqwest::Method;
use serde_json::{Value, json};
use std::path::Path;
use utfall_api::kolada::Version;
use utfall_api::kolada::contract::Contracts;
use utfall_tests::app::TestApp;
use utfall_tests::client::Answer;
use utfall_tests::database::Kind;
use utfall_tests::served::utfall;

const VERSIONS: [Version; 2] = [Version::V2, Version::V3];

fn document(version: Version) -> Document {
    let contracts = Contracts::get().expect("contracts");
    Document(serde_json::from_str(contracts.of(version)).expect("JSON"))
}

/// How an example stands in an address.
fn encoded(value: &Value) -> String {
    let text = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b',' | b'-');
    text.bytes().map(|byte| if plain(byte) { char::from(byte).to_string() } else { format!("%{byte:02X}") }).collect()
}

/// Where an operation is called, with the examples of its path; one of them may be another.
fn place(version: Version, operation: &Operation, other: Option<(&str, &str)>) -> String {
    let mut path = format!("{}{}", version.name(), operation.path);
    for parameter in operation.parameters().filter(|parameter| parameter["in"] == "path") {
        let name = parameter["name"].as_str().expect("a name");
        let example = match other {
            Some((changed, value)) if changed == name => value.to_owned(),
            _ => encoded(&parameter["example"]),
        };
        path = path.replace(&format!("{{{name}}}"), &example);
    }
    assert!(!path.contains('{'), "{path} has a parameter that is not described");
    path
}

/// The query parameters of an operation, each with its example or its default.
fn queries(operation: &Operation) -> Vec<String> {
    let query = operation.parameters().filter(|parameter| parameter["in"] == "query");
    let pair = |parameter: &Value| {
        let value = parameter.get("example").unwrap_or(&parameter["schema"]["default"]);
        assert!(!value.is_null(), "{}: {parameter} has neither example nor default", operation.id());
        format!("{}={}", parameter["name"].as_str().expect("a name"), encoded(value))
    };
    query.map(pair).collect()
}

/// An answer has a status that the operation lists, and its body fits.
#[track_caller]
fn fits(schemas: &Schemas, operation: &Operation, answer: &Answer, status: u16, path: &str) -> Value {
    assert_eq!(answer.status.as_u16(), status, "{path}: {}", answer.body);
    let text = status.to_string();
    let (_, response) = operation
        .responses()
        .find(|(listed, _)| *listed == text)
        .unwrap_or_else(|| panic!("{path}: {status} is not listed"));
    let schema = &response["content"]["application/json"]["schema"];
    assert!(schema.is_object(), "{path}: {status} has no schema");
    assert_eq!(schemas.faults(schema, &answer.json()), Vec::<String>::new(), "{path}: {}", answer.body);
    answer.json()
}

#[test]
fn the_committed_files_are_what_the_routes_say() {
    let contracts = Contracts::get().expect("contracts");
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../openapi");
    for version in VERSIONS {
        let name = format!("kolada-{}.json", version.name());
        let committed = std::fs::read_to_string(folder.join(&name)).expect("a committed contract");
        assert!(
            committed == contracts.of(version),
            "openapi/{name} is not what the routes say: run `make openapi` and review the diff"
        );
        let printed = utfall().args(["openapi", "--kolada", version.name()]).output().expect("a contract");
        assert!(printed.status.success() && printed.stdout == committed.as_bytes(), "{name}");
    }
}

#[tokio::test]
async fn both_contracts_are_served_as_they_are_printed() {
    let app = TestApp::start(Kind::Sqlite).await;
    let contracts = Contracts::get().expect("contracts");
    for version in VERSIONS {
        for path in ["openapi.json", "openapi.json/"] {
            let served = read(&app, &format!("{}/{path}", version.name())).await;
            assert_eq!((served.status.as_u16(), served.body.as_str()), (200, contracts.of(version)));
            assert_eq!(served.header("content-type"), "application/json");
            assert!(!served.header("etag").is_empty());
        }
    }
}

#[test]
fn everything_is_described_in_swedish_and_in_english() {
    for version in VERSIONS {
        let document = document(version);
        let mut findings = Vec::new();
        let mut two = |at: &str, text: &Value| {
            let text = text.as_str().unwrap_or_default();
            if text.matches(". ").count() < 1 || !text.ends_with('.') {
                findings.push(format!("{at}: {text:?} is not a sentence in each language"));
            }
        };
        for operation in document.operations() {
            two(&operation.name(), &operation.value["summary"]);
            for parameter in operation.parameters() {
                two(&format!("{} {}", operation.name(), parameter["name"]), &parameter["description"]);
            }
            for (status, response) in operation.responses() {
                two(&format!("{} {status}", operation.name()), &response["description"]);
            }
        }
        for (name, schema) in document.schemas() {
            two(name, &schema["description"]);
        }
        for (place, name, field) in document.fields().iter().filter(|(place, ..)| !place.starts_with("Error")) {
            // What may be null says what it is beside its type.
            let described = field["oneOf"]
                .as_array()
                .into_iter()
                .flatten()
                .chain([*field])
                .find(|one| one["description"].is_string());
            two(&format!("{place}.{name}"), &described.unwrap_or(field)["description"]);
        }
        none(version.name(), &findings);
        let mut ids: Vec<&str> = document.operations().iter().map(Operation::id).collect();
        let count = ids.len();
        ids.sort_unstable();
        ids.dedup();
        assert_eq!((ids.len(), count), (count, if version == Version::V2 { 19 } else { 21 }));
    }
}

#[test]
fn every_field_is_promised_but_those_that_version_2_leaves_out() {
    let mut optional = Vec::new();
    for version in VERSIONS {
        let document = document(version);
        for (name, schema) in document.schemas() {
            let required: Vec<&str> =
                schema["required"].as_array().into_iter().flatten().filter_map(Value::as_str).collect();
            let fields = members(&schema["properties"]).map(|(field, _)| field);
            optional.extend(
                fields
                    .filter(|field| !required.contains(field))
                    .map(|field| format!("{} {name}.{field}", version.name())),
            );
        }
    }
    assert_eq!(optional, ["v2 Value.is_deleted"]);
}

#[test]
fn the_examples_of_the_schemas_fit_them() {
    for version in VERSIONS {
        let document = document(version);
        let schemas = Schemas::new(&document);
        let mut judged = 0;
        for (name, schema) in document.schemas().filter(|(_, schema)| schema["example"].is_object()) {
            let reference = json!({ "$ref": format!("#/components/schemas/{name}") });
            assert_eq!(schemas.faults(&reference, &schema["example"]), Vec::<String>::new(), "{name}");
            judged += 1;
        }
        assert_eq!(judged, 8, "{}", version.name());
    }
}

/// Calls an operation plainly, with each of its parameters, and with all of them.
async fn walk(world: &World, version: Version, schemas: &Schemas, operation: &Operation<'_>) -> usize {
    let (path, queries) = (place(version, operation, None), queries(operation));
    let mut calls = vec![path.clone(), format!("{path}?{}", queries.join("&"))];
    calls.extend(queries.iter().map(|query| format!("{path}?{query}")));
    for call in &calls {
        let page = fits(schemas, operation, &world.read(call).await, 200, call);
        // Without a name that they know, /data/ and /oudata/ have nothing to say.
        let narrows = !path.ends_with('/') || ["_id=", "year=", "from_date="].iter().any(|name| call.contains(name));
        assert_eq!(items(&page).is_empty(), !narrows, "{call}: {page}");
        // A page of one, so that the links are seen.
        let one = fits(
            schemas,
            operation,
            &world.read(&format!("{call}{}per_page=1&page=2", if call.contains('?') { "&" } else { "?" })).await,
            200,
            call,
        );
        let previous = if version == Version::V2 { "previous_page" } else { "previous_url" };
        assert!(one[previous].is_string(), "{call}: {one}");
    }
    calls.len() * 2
}

in_both_worlds! { filled:
    async fn every_operation_answers_as_its_contract_says(world) {
        for version in VERSIONS {
            let document = document(version);
            let schemas = Schemas::new(&document);
            let mut calls = 0;
            for operation in document.operations() {
                calls += walk(&world, version, &schemas, &operation).await;
            }
            println!("{}, {:?}: {} operations, {calls} calls", version.name(), world.app.kind, document.operations().len());
            assert!(calls > 150, "{calls} calls");
        }
    }

    async fn every_operation_refuses_as_its_contract_says(world) {
        for version in VERSIONS {
            let document = document(version);
            let schemas = Schemas::new(&document);
            let unreadable = if version == Version::V2 { 400 } else { 422 };
            for operation in document.operations() {
                let path = place(version, &operation, None);
                let unknown = format!("{}/unknown/", path.trim_end_matches('/'));
                let unknown = if operation.path.matches('/').count() == 1 { format!("{unknown}x") } else { unknown };
                fits(&schemas, &operation, &world.read(&unknown).await, 404, &unknown);
                for method in [Method::POST, Method::PUT, Method::DELETE] {
                    let nobody = world.app.nobody();
                    let answer = nobody.send(nobody.request(method, &format!("/kolada/{path}"))).await;
                    assert_eq!((answer.status.as_u16(), answer.header("allow")), (405, "GET, HEAD, OPTIONS"), "{path}");
                    let error = json!({ "$ref": "#/components/schemas/Error" });
                    assert_eq!(schemas.faults(&error, &answer.json()), Vec::<String>::new(), "{path}");
                }
                let mut bad: Vec<String> = ["page=0", "per_page=0", "per_page=x"].map(|query| format!("{path}?{query}")).to_vec();
                if operation.names("path").contains(&"year") {
                    bad.push(place(version, &operation, Some(("year", "x"))));
                }
                for (name, query) in [("from_date", "from_date=x"), ("year", "year=x")] {
                    if operation.names("query").contains(&name) {
                        bad.push(format!("{path}?{query}"));
                    }
                }
                for call in bad {
                    fits(&schemas, &operation, &world.read(&call).await, unreadable, &call);
                }
            }
        }
    }
}
