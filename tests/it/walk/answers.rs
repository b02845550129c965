//! What is answered: every operation succeeds, and what it says fits the contract to the letter.

use super::{World, bears_the_common_headers, json_example, method};
use crate::document::{Operation, members};
use reqwest::Method;
use serde_json::Value;
use std::collections::BTreeSet;
use utfall_tests::client::Answer;
use utfall_tests::on_both_stores;

const TRACE: &str = "4bf92f3577b34da6a3ce929d0e0e4736";

/// An answer that succeeded is as the contract says: its status, its type, its headers and its body.
fn fits(world: &World, operation: &Operation, answer: &Answer) {
    let name = format!("{} {}", operation.id(), answer.status);
    let status = answer.status.as_u16().to_string();
    let (_, response) =
        operation.responses().find(|(listed, _)| *listed == status).unwrap_or_else(|| panic!("{name} is not listed"));
    let media_type = answer.header("content-type").split(';').next().unwrap_or_default().to_owned();
    let media = &response["content"][&media_type];
    assert!(media.is_object(), "{name}: {media_type} is not listed");
    if media_type == "application/json" {
        let faults = world.schemas.faults(&media["schema"], &answer.json());
        assert_eq!(faults, Vec::<String>::new(), "{name}: {}", answer.body);
    }
    bears_the_common_headers(answer, &name);
    for (header, _) in members(&response["headers"]) {
        assert!(!answer.header(header).is_empty(), "{name}: {header} is promised");
    }
    assert_eq!(response["headers"]["ETag"].is_null(), answer.header("etag").is_empty(), "{name}: ETag");
}

/// Every link of an answer, at any depth.
fn links(value: &Value, found: &mut Vec<(String, Value)>) {
    match value {
        Value::Object(object) => {
            for (name, link) in members(object.get("_links").unwrap_or(&Value::Null)) {
                found.push((name.to_owned(), link.clone()));
            }
            object.values().for_each(|member| links(member, found));
        }
        Value::Array(items) => items.iter().for_each(|item| links(item, found)),
        _ => {}
    }
}

/// The request for an operation with the version that stands, where there is one to read.
async fn on_what_stands(world: &World, operation: &Operation<'_>) -> reqwest::RequestBuilder {
    let client = world.entitled(operation);
    let request = client.request(method(operation), &world.place(operation));
    if operation.method != "put" {
        return request;
    }
    let standing = world.send(world.admin.request(Method::GET, &world.place(operation))).await;
    match standing.header("etag") {
        "" => request,
        etag => request.header("If-Match", etag),
    }
}

on_both_stores! {
    async fn every_operation_succeeds_as_the_contract_says(app) {
        let world = World::new(app).await;
        let base = format!("http://{}", world.app.address);
        let (mut succeeded, mut followed) = (BTreeSet::new(), BTreeSet::new());
        for operation in world.operations() {
            let request = on_what_stands(&world, &operation).await;
            let request = match json_example(&operation) {
                Some(example) => request.json(example),
                None => request,
            };
            let answer = world.send(request).await;
            assert!(answer.status.is_success(), "{}: {} {}", operation.id(), answer.status, answer.body);
            fits(&world, &operation, &answer);
            succeeded.insert(operation.id().to_owned());
            if operation.id() == "getPostingFile" {
                continue;
            }
            let mut found = Vec::new();
            links(&answer.json(), &mut found);
            for (relation, link) in found {
                let href = link["href"].as_str().expect("href");
                assert_eq!(link["rel"], relation.as_str(), "{}", operation.id());
                assert!(href.starts_with(&format!("{base}/utfall/v1/")), "{href}");
                // A link to read leads to something; a link to act leads to something that takes that method.
                let (verb, path) = (link["method"].as_str().expect("method"), href.strip_prefix(&base).expect("a path"));
                if verb == "GET" && followed.insert(path.to_owned()) {
                    let there = world.send(world.entitled(&operation).request(Method::GET, path)).await;
                    assert_eq!(there.status, 200, "{} of {}: {path}", relation, operation.id());
                } else {
                    let options = world.send(world.admin.request(Method::OPTIONS, path)).await;
                    assert!(options.header("allow").contains(verb), "{path} takes {verb}");
                }
            }
        }
        assert_eq!(succeeded.len(), world.operations().len());
        world.report(&format!("every operation succeeds, {} links lead somewhere", followed.len()));
    }

    async fn every_example_of_a_request_can_be_sent_as_it_is(app) {
        let world = World::new(app).await;
        let mut sent = 0;
        for operation in world.operations() {
            for body in operation.bodies().into_iter().filter(|body| body.status.is_none()) {
                for example in body.examples() {
                    let text = example.as_str().map_or_else(|| example.to_string(), str::to_owned);
                    let request = on_what_stands(&world, &operation).await.header("Content-Type", body.media_type);
                    let answer = world.send(request.body(text)).await;
                    assert!(answer.status.is_success(), "{}: {}", body.place, answer.body);
                    fits(&world, &operation, &answer);
                    sent += 1;
                }
            }
        }
        world.report(&format!("{sent} examples of requests are taken"));
    }

    async fn reads_negotiate_and_know_what_the_caller_has(app) {
        let world = World::new(app).await;
        let (mut with_tag, mut as_csv) = (0, 0);
        for operation in world.operations().iter().filter(|operation| operation.method == "get") {
            let (id, client) = (operation.id(), world.entitled(operation));
            let request = || client.request(Method::GET, &world.place(operation));
            let given = format!("00-{TRACE}-00f067aa0ba902b7-01");
            let answer = world.send(request().header("traceparent", &given)).await;
            assert_eq!(answer.status, 200, "{id}");
            let trace: Vec<&str> = answer.header("traceparent").split('-').collect();
            assert_eq!((trace[1], trace[2] == "00f067aa0ba902b7"), (TRACE, false), "{id}: the trace goes on, the span is ours");
            let etag = answer.header("etag").to_owned();
            if !etag.is_empty() {
                with_tag += 1;
                for known in [etag.clone(), format!("W/{etag}"), format!("\"0-x\", {etag}"), "*".into()] {
                    let same = world.send(request().header("If-None-Match", &known)).await;
                    assert_eq!((same.status.as_u16(), same.body.as_str(), same.header("etag")), (304, "", &*etag), "{id} {known}");
                    bears_the_common_headers(&same, id);
                }
                assert!(operation.responses().any(|(status, _)| status == "304"), "{id}: 304 is not listed");
                assert_eq!(world.send(request().header("If-None-Match", "\"another-json\"")).await.status, 200, "{id}");
            }
            let (_, listed) = operation.responses().find(|(status, _)| *status == "200").expect("200");
            let offers_csv = listed["content"]["text/csv"].is_object();
            if id == "getPostingFile" {
                continue;
            }
            let csv = world.send(request().header("Accept", "text/csv")).await;
            if offers_csv {
                as_csv += 1;
                fits(&world, operation, &csv);
                assert!(csv.header("content-type").starts_with("text/csv") && csv.body.contains(','), "{id}: {}", csv.body);
                assert_ne!(csv.header("etag"), etag, "{id}: another representation has another tag");
                let excel = world.send(request().header("Accept", "text/csv;variant=excel")).await;
                assert!(excel.body.starts_with('\u{feff}') && excel.body.contains(';'), "{id}");
            } else {
                world.refused(operation, &csv, 406, "text/csv");
            }
            let image = world.send(request().header("Accept", "image/png")).await;
            world.refused(operation, &image, 406, "image/png");
        }
        world.report(&format!("{with_tag} reads have a version and answer 304, {as_csv} are CSV too"));
    }
}
