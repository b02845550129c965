//! The contract as its rules see it: operations, parameters, bodies, fields, with what they refer to in their place.

use serde_json::Value;
use utfall_api::contract::Contract;

/// The generated document.
pub struct Document(pub Value);

/// An operation.
pub struct Operation<'a> {
    document: &'a Document,
    pub path: &'a str,
    pub method: &'a str,
    pub value: &'a Value,
}

/// A body of a request, or of a response with a status.
pub struct Body<'a> {
    pub place: String,
    pub status: Option<&'a str>,
    pub media_type: &'a str,
    pub media: &'a Value,
}

impl Document {
    pub fn new() -> Self {
        let contract = Contract::get().expect("a contract");
        Self(serde_json::from_str(contract.json()).expect("JSON"))
    }

    /// What a `$ref` refers to, or the value itself.
    pub fn resolve<'a>(&'a self, value: &'a Value) -> &'a Value {
        let Some(reference) = value["$ref"].as_str() else { return value };
        let pointer = reference.strip_prefix('#').expect("a reference within the document");
        self.0.pointer(pointer).unwrap_or_else(|| panic!("{reference} refers to nothing"))
    }

    pub fn operations(&self) -> Vec<Operation<'_>> {
        let paths = members(&self.0["paths"]);
        let operations = paths.flat_map(|(path, item)| {
            members(item).map(move |(method, value)| Operation { document: self, path, method, value })
        });
        operations.collect()
    }

    pub fn schemas(&self) -> impl Iterator<Item = (&str, &Value)> {
        members(&self.0["components"]["schemas"])
    }

    /// Every field of every schema, at any depth: where it stands, its name and its schema.
    pub fn fields(&self) -> Vec<(String, &str, &Value)> {
        let mut fields = Vec::new();
        for (name, schema) in self.schemas() {
            collect(name, schema, &mut fields);
        }
        fields
    }

    /// The bodies of every operation.
    pub fn bodies(&self) -> Vec<Body<'_>> {
        self.operations().into_iter().flat_map(|operation| operation.bodies()).collect()
    }
}

impl<'a> Operation<'a> {
    pub fn id(&self) -> &'a str {
        self.value["operationId"].as_str().unwrap_or_default()
    }

    /// `get /api-info`, to say which.
    pub fn name(&self) -> String {
        format!("{} {}", self.method, self.path)
    }

    pub fn is_open(&self) -> bool {
        self.value["security"].as_array().is_some_and(Vec::is_empty)
    }

    pub fn right(&self) -> Option<&'a str> {
        self.value["x-right"].as_str()
    }

    pub fn parameters(&self) -> impl Iterator<Item = &'a Value> {
        let document = self.document;
        self.value["parameters"].as_array().into_iter().flatten().map(|parameter| document.resolve(parameter))
    }

    /// The names of its parameters in `place`: query, path or header.
    pub fn names(&self, place: &str) -> Vec<&'a str> {
        let parameters = self.parameters().filter(|parameter| parameter["in"] == place);
        parameters.filter_map(|parameter| parameter["name"].as_str()).collect()
    }

    pub fn responses(&self) -> impl Iterator<Item = (&'a str, &'a Value)> {
        let document = self.document;
        members(&self.value["responses"]).map(|(status, response)| (status, document.resolve(response)))
    }

    pub fn bodies(&self) -> Vec<Body<'a>> {
        let name = self.name();
        let request = members(&self.value["requestBody"]["content"]).map(|(media_type, media)| Body {
            place: format!("{name}, request, {media_type}"),
            status: None,
            media_type,
            media,
        });
        let responses = self.responses().flat_map(|(status, response)| {
            members(&response["content"]).map(|(media_type, media)| (status, media_type, media)).collect::<Vec<_>>()
        });
        let responses = responses.map(|(status, media_type, media)| Body {
            place: format!("{name}, {status}, {media_type}"),
            status: Some(status),
            media_type,
            media,
        });
        request.chain(responses).collect()
    }
}

impl<'a> Body<'a> {
    /// Its examples.
    pub fn examples(&self) -> Vec<&'a Value> {
        let several = members(&self.media["examples"]).map(|(_, example)| &example["value"]);
        self.media.get("example").into_iter().chain(several).collect()
    }
}

/// The members of an object.
pub fn members(value: &Value) -> impl Iterator<Item = (&str, &Value)> {
    value.as_object().into_iter().flatten().map(|(name, member)| (name.as_str(), member))
}

fn collect<'a>(place: &str, schema: &'a Value, fields: &mut Vec<(String, &'a str, &'a Value)>) {
    for (name, field) in members(&schema["properties"]) {
        fields.push((place.to_owned(), name, field));
        collect(&format!("{place}.{name}"), field, fields);
    }
    for parts in ["allOf", "oneOf", "anyOf"] {
        for part in schema[parts].as_array().into_iter().flatten() {
            collect(place, part, fields);
        }
    }
    if schema["items"].is_object() {
        collect(place, &schema["items"], fields);
    }
}

/// Whether a name is camelCase of letters only.
pub fn is_camel(name: &str) -> bool {
    name.starts_with(|c: char| c.is_ascii_lowercase()) && name.chars().all(|c| c.is_ascii_alphabetic())
}

/// Fails with everything that breaks a rule, not with the first only.
#[track_caller]
pub fn none(rule: &str, findings: &[String]) {
    assert!(findings.is_empty(), "{rule}: {} findings\n  {}", findings.len(), findings.join("\n  "));
}
