//! What every operation of the contract has in common, written once: path parameters, headers, problems, examples.

use super::{examples, names, parameters, problems, prose, words};
use crate::state::BASE;
use serde_json::{Map, Value, json};

/// Finishes the generated document.
pub(super) fn finish(mut document: Value) -> Value {
    document["openapi"] = json!("3.1.0");
    document["info"] = prose::info();
    document["externalDocs"] = prose::external_docs();
    document["servers"] = prose::servers();
    document["security"] = json!([{ "bearerAuth": [] }, { "clientCredentials": [] }]);
    document["tags"] = prose::tags();
    examples::fill_links(&mut document["components"]["schemas"]);
    close_inputs(&mut document["components"]["schemas"]);
    share(&mut document);
    document["paths"] = paths(&document);
    let components = &mut document["components"];
    parameters::add_forms(&mut components["schemas"]);
    components["securitySchemes"] = prose::security_schemes();
    components["headers"] = parameters::headers();
    components["parameters"] = parameters::parameters();
    components["responses"] = problems::components();
    names::rename_schemas(&mut document);
    words::list(&mut document);
    document
}

fn paths(document: &Value) -> Value {
    let mut paths = Map::new();
    for (path, item) in document["paths"].as_object().into_iter().flatten() {
        let mut item = item.clone();
        for (method, operation) in item.as_object_mut().into_iter().flatten() {
            if let Some(operation) = operation.as_object_mut() {
                finish_operation(path, method, operation, &document["components"]["schemas"]);
            }
        }
        paths.insert(path.strip_prefix(BASE).unwrap_or(path).to_owned(), item);
    }
    Value::Object(paths)
}

fn finish_operation(path: &str, method: &str, operation: &mut Map<String, Value>, schemas: &Value) {
    let if_match = operation.get("x-if-match").and_then(Value::as_str).map(str::to_owned);
    let is_file = operation.remove("x-file").is_some();
    let traits = problems::Traits {
        is_open: operation.get("security").is_some(),
        has_body: operation.contains_key("requestBody"),
        heeds_if_match: method == "put" || if_match.is_some(),
        needs_if_match: if_match.as_deref() == Some("required"),
        is_ledger: operation.get("tags").is_some_and(|tags| tags[0] == "Ledger"),
        has_a_rule: parameters::have_a_rule(operation.get("parameters")),
        is_file,
    };
    if let Some(Value::String(handler)) = operation.get_mut("operationId") {
        *handler = names::operation_id(handler);
    }
    let mut all = parameters::of_path(path);
    all.push(json!({ "$ref": "#/components/parameters/Traceparent" }));
    if traits.heeds_if_match {
        all.push(json!({ "$ref": "#/components/parameters/IfMatch" }));
    }
    let creates = method == "post" && operation.get("responses").is_some_and(|of| of.get("201").is_some());
    if creates {
        all.push(json!({ "$ref": "#/components/parameters/IdempotencyKey" }));
    }
    if method == "get" && !is_file {
        all.push(json!({ "$ref": "#/components/parameters/IfNoneMatch" }));
    }
    if let Some(Value::Array(mut own)) = operation.remove("parameters") {
        own.iter_mut().for_each(parameters::bound);
        all.extend(own);
    }
    operation.insert("parameters".into(), Value::Array(all));
    if let Some(body) = operation.get_mut("requestBody") {
        examples::add(body, schemas, path);
    }
    let Some(Value::Object(responses)) = operation.get_mut("responses") else { return };
    for (status, response) in responses.iter_mut() {
        examples::add(response, schemas, path);
        headers(status, &traits, response);
        if creates && matches!(status.as_str(), "200" | "201") {
            response["headers"]["Idempotent-Replayed"] = json!({ "$ref": "#/components/headers/IdempotentReplayed" });
        }
    }
    problems::add(responses, &traits);
    if method == "get" && !is_file {
        responses.insert("304".into(), json!({ "$ref": "#/components/responses/NotModified" }));
    }
}

/// What is sent has the members that are named, and no others: those that are not known are refused.
fn close_inputs(schemas: &mut Value) {
    for (name, schema) in schemas.as_object_mut().into_iter().flatten() {
        if name.ends_with("Input") && schema.get("properties").is_some() && schema.get("additionalProperties").is_none()
        {
            schema["additionalProperties"] = json!(false);
        }
    }
}

fn headers(status: &str, traits: &problems::Traits, response: &mut Value) {
    let mut add = |name: &str, component: &str| {
        response["headers"][name] = json!({ "$ref": format!("#/components/headers/{component}") });
    };
    add("traceparent", "Traceparent");
    if matches!(status, "201" | "202") {
        add("Location", "Location");
    }
    if matches!(status, "200" | "201") && !traits.is_file {
        add("ETag", "ETag");
    }
}

/// A type that a generic one holds is written out in it; where a schema has that very form, it is referred to.
fn share(document: &mut Value) {
    let schemas = document["components"]["schemas"].as_object().into_iter().flatten();
    let named: Vec<(String, Value)> = schemas.map(|(name, schema)| (name.clone(), schema.clone())).collect();
    for (_, schema) in document["components"]["schemas"].as_object_mut().into_iter().flatten() {
        let properties = schema.get_mut("properties").and_then(Value::as_object_mut);
        for (_, property) in
            properties.into_iter().flatten().filter(|(_, property)| property.get("properties").is_some())
        {
            if let Some((name, _)) = named.iter().find(|(_, named)| named == property) {
                *property = json!({ "$ref": format!("#/components/schemas/{name}") });
            }
        }
    }
}
