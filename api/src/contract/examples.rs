//! The examples of bodies: a schema's own, written once where its fields are, with links to where the body stands.

use crate::state::BASE;
use serde_json::{Map, Value, json};

/// Where examples are.
const HOST: &str = "https://utfall.example";

/// Gives the bodies of a request or a response the examples of their schemas.
pub(super) fn add(body: &mut Value, schemas: &Value, path: &str) {
    let Some(Value::Object(content)) = body.get_mut("content") else { return };
    for media in content.values_mut() {
        if media.get("example").is_none() && media.get("examples").is_none() {
            copy(media, schemas);
        }
        if let Some(example) = media.get_mut("example").filter(|example| example.is_object()) {
            link(example, path);
        }
        for (_, example) in media.get_mut("examples").and_then(Value::as_object_mut).into_iter().flatten() {
            link(&mut example["value"], path);
        }
    }
}

fn copy(media: &mut Value, schemas: &Value) {
    let Some(schema) = referred(&media["schema"], schemas) else { return };
    if let Some(example) = schema.get("example") {
        media["example"] = example.clone();
    } else if let Some(Value::Array(alternatives)) = schema.get("oneOf") {
        let all = (1..).zip(alternatives).filter_map(|(number, alternative)| {
            let example = referred(alternative, schemas)?.get("example")?;
            Some((format!("alternative{number}"), json!({ "value": example })))
        });
        media["examples"] = Value::Object(all.collect());
    }
}

fn referred<'a>(schema: &Value, schemas: &'a Value) -> Option<&'a Value> {
    schemas.get(schema["$ref"].as_str()?.rsplit('/').next()?)
}

/// The example of a page or a representation links to itself.
fn link(example: &mut Value, path: &str) {
    if example.get("_links").is_some() {
        let path: Vec<String> = path.split('/').map(example_of).collect();
        let href = format!("{HOST}{}", path.join("/"));
        example["_links"] = json!({ "self": { "href": href, "rel": "self", "method": "GET" } });
    }
}

fn example_of(part: &str) -> String {
    let name = part.strip_prefix('{').and_then(|part| part.strip_suffix('}'));
    name.map_or_else(|| part.to_owned(), |name| super::parameters::path_parameter(name).2.to_owned())
}

/// Fills the links that examples of schemas leave empty, so that the example of a part is whole too.
pub(super) fn fill_links(value: &mut Value) {
    match value {
        Value::Object(members) => {
            if members.get("_links").and_then(Value::as_object).is_some_and(Map::is_empty) {
                let href = format!("{HOST}{BASE}/municipalities/0580");
                members.insert("_links".into(), json!({ "self": { "href": href, "rel": "self", "method": "GET" } }));
            }
            members.values_mut().for_each(fill_links);
        }
        Value::Array(items) => items.iter_mut().for_each(fill_links),
        _ => {}
    }
}

/// A record as it is answered: every field, null where the example has none.
pub(crate) fn whole(fields: &[&str], example: &Value) -> Value {
    fields.iter().map(|field| ((*field).to_owned(), example.get(*field).cloned().unwrap_or_default())).collect()
}

/// A list of one record as CSV is answered.
pub(crate) fn csv_out(fields: &[&str], example: &Value) -> String {
    csv(fields, example, ",")
}

/// A list of one record as CSV may be sent: the fields that the example has.
pub(crate) fn csv_in(fields: &[&str], example: &Value) -> String {
    let given: Vec<&str> = fields.iter().copied().filter(|field| example.get(*field).is_some()).collect();
    csv(&given, example, ";")
}

fn csv(fields: &[&str], example: &Value, mark: &str) -> String {
    let cell = |field: &&str| match &example[*field] {
        Value::Null => String::new(),
        Value::String(text) => text.clone(),
        other => other.to_string(),
    };
    let cells: Vec<String> = fields.iter().map(cell).collect();
    format!("{}\n{}\n", fields.join(mark), cells.join(mark))
}
