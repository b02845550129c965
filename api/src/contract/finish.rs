//! What every operation of the contract has in common, written once: path parameters, trace context, problems, examples.

use super::prose;
use crate::state::BASE;
use serde_json::{Map, Value, json};

/// Finishes the generated document.
pub(super) fn finish(mut document: Value) -> Value {
    document["openapi"] = json!("3.1.0");
    document["info"] = prose::info();
    document["externalDocs"] = prose::external_docs();
    document["servers"] = prose::servers();
    document["security"] = json!([{ "bearerAuth": [] }]);
    document["tags"] = prose::tags();
    document["paths"] = paths(&document);
    let problem = json!({ "$ref": "#/components/schemas/Problem" });
    let components = &mut document["components"];
    components["securitySchemes"] = prose::security_schemes();
    components["headers"] = prose::headers();
    components["parameters"] = prose::parameters();
    components["responses"] = prose::responses(&problem);
    rename(&mut document, "ProblemView", "Problem");
    document
}

fn paths(document: &Value) -> Value {
    let mut paths = Map::new();
    for (path, item) in document["paths"].as_object().into_iter().flatten() {
        let mut item = item.clone();
        for (method, operation) in item.as_object_mut().into_iter().flatten() {
            finish_operation(path, method, operation, &document["components"]["schemas"]);
        }
        paths.insert(path.strip_prefix(BASE).unwrap_or(path).to_owned(), item);
    }
    Value::Object(paths)
}

fn finish_operation(path: &str, method: &str, operation: &mut Value, schemas: &Value) {
    let mut parameters = path_parameters(path);
    parameters.push(json!({ "$ref": "#/components/parameters/Traceparent" }));
    if method == "put" {
        parameters.push(json!({ "$ref": "#/components/parameters/IfMatch" }));
    }
    if method == "get" {
        parameters.push(json!({ "$ref": "#/components/parameters/IfNoneMatch" }));
    }
    parameters.extend(operation["parameters"].as_array().into_iter().flatten().cloned());
    operation["parameters"] = json!(parameters);
    example(&mut operation["requestBody"], schemas);
    let open = operation["security"].is_array();
    let has_body = operation["requestBody"].is_object();
    let Some(responses) = operation["responses"].as_object_mut() else { return };
    for response in responses.values_mut() {
        example(response, schemas);
    }
    for (status, name) in prose::PROBLEMS {
        let of_token = matches!(*status, "401" | "403");
        let of_body = matches!(*status, "409" | "412" | "413" | "415" | "422" | "428");
        if (of_token && open) || (of_body && !has_body) {
            continue;
        }
        responses.entry(*status).or_insert_with(|| json!({ "$ref": format!("#/components/responses/{name}") }));
    }
    for (status, response) in responses {
        if response.get("$ref").is_none() {
            response_headers(status, method, response);
        }
    }
    if operation["requestBody"].is_null() {
        operation.as_object_mut().map(|operation| operation.remove("requestBody"));
    }
}

fn response_headers(status: &str, method: &str, response: &mut Value) {
    response["headers"]["traceparent"] = json!({ "$ref": "#/components/headers/Traceparent" });
    if matches!(status, "201" | "202") {
        response["headers"]["Location"] = json!({ "$ref": "#/components/headers/Location" });
    }
    if status == "200" && method == "get" {
        response["headers"]["ETag"] = json!({ "$ref": "#/components/headers/ETag" });
    }
}

fn path_parameters(path: &str) -> Vec<Value> {
    let names = path.split('/').filter_map(|part| part.strip_prefix('{')?.strip_suffix('}'));
    names
        .map(|name| {
            let (description, schema, example) = prose::path_parameter(name);
            json!({ "name": name, "in": "path", "required": true, "description": description, "schema": schema,
                    "example": example })
        })
        .collect()
}

/// The example of a body is its schema's, written once where the fields are.
fn example(body: &mut Value, schemas: &Value) {
    for (_, media) in body["content"].as_object_mut().into_iter().flatten() {
        let reference = media["schema"]["$ref"].as_str().map(str::to_owned);
        let name = reference.as_deref().and_then(|reference| reference.rsplit('/').next());
        let example = name.map_or(Value::Null, |name| schemas[name]["example"].clone());
        if !example.is_null() && media.get("example").is_none() && media.get("examples").is_none() {
            media["example"] = example;
        }
    }
    // Indexing makes members that were not there.
    if body["content"].is_null() {
        body.as_object_mut().map(|body| body.remove("content"));
    }
    if body.as_object().is_some_and(Map::is_empty) {
        *body = Value::Null;
    }
}

fn rename(document: &mut Value, from: &str, to: &str) {
    let schemas = document["components"]["schemas"].as_object_mut();
    if let Some(schema) = schemas.and_then(|schemas| schemas.remove(from)) {
        document["components"]["schemas"][to] = schema;
    }
    let (old, new) = (format!("#/components/schemas/{from}"), format!("#/components/schemas/{to}"));
    replace(document, &old, &new);
}

fn replace(value: &mut Value, from: &str, to: &str) {
    match value {
        Value::String(text) if text == from => to.clone_into(text),
        Value::Array(items) => items.iter_mut().for_each(|item| replace(item, from, to)),
        Value::Object(members) => members.values_mut().for_each(|member| replace(member, from, to)),
        _ => {}
    }
}
