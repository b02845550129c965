//! Whether a value fits a schema of the contract to the letter: types, bounds, formats, and no field that is not in it.

use crate::document::{Document, members};
use jsonschema::{Draft, Registry, Validator};
use serde_json::{Value, json};
use std::collections::HashMap;
use std::sync::{Arc, LazyLock, Mutex};

/// A document's schemas, closed: a field that a schema does not name is a fault.
pub struct Schemas {
    document: Registry<'static>,
    made: Mutex<HashMap<String, Arc<Validator>>>,
}

/// Where the document is for schemas that refer to it.
const DOCUMENT: &str = "urn:utfall:contract";

static OF_THE_CONTRACT: LazyLock<Schemas> = LazyLock::new(|| Schemas::new(&Document::new()));

impl Schemas {
    pub fn new(document: &Document) -> Self {
        let mut closed = document.0["components"]["schemas"].clone();
        let open = prefixed(&closed, "#/components/schemas/", "#/open/");
        for (_, schema) in closed.as_object_mut().into_iter().flatten() {
            close(schema);
        }
        let document = json!({ "components": { "schemas": closed }, "open": open });
        let document = Registry::new().add(DOCUMENT, document).and_then(jsonschema::RegistryBuilder::prepare);
        Self { document: document.expect("schemas that can be read"), made: Mutex::default() }
    }

    /// Those of the contract, each made once for all tests.
    pub fn of_the_contract() -> &'static Self {
        &OF_THE_CONTRACT
    }

    /// What is wrong with a value; nothing when it fits.
    pub fn faults(&self, schema: &Value, value: &Value) -> Vec<String> {
        let validator = self.validator(schema);
        let fault =
            |error: jsonschema::ValidationError| format!("{} at {:?}", error, error.instance_path().to_string());
        validator.iter_errors(value).map(fault).collect()
    }

    fn validator(&self, schema: &Value) -> Arc<Validator> {
        let mut made = self.made.lock().expect("validators");
        let validator = made.entry(schema.to_string()).or_insert_with(|| {
            let mut schema = schema.clone();
            close(&mut schema);
            let schema = prefixed(&schema, "#/", &format!("{DOCUMENT}#/"));
            let options = jsonschema::options().with_draft(Draft::Draft202012).should_validate_formats(true);
            let validator = options.with_registry(&self.document).build(&schema);
            Arc::new(validator.expect("a schema that can be read"))
        });
        validator.clone()
    }
}

/// Closes a schema. What is put together of parts is closed as a whole; its parts are then the open ones.
fn close(schema: &mut Value) {
    if schema["allOf"].is_array() {
        schema["allOf"] = prefixed(&schema["allOf"], "#/components/schemas/", "#/open/");
        schema["unevaluatedProperties"] = json!(false);
        return;
    }
    let Some(object) = schema.as_object_mut() else { return };
    if object.contains_key("properties") {
        object.insert("unevaluatedProperties".into(), json!(false));
    }
    for (name, member) in object {
        match name.as_str() {
            "properties" => member.as_object_mut().into_iter().flatten().for_each(|(_, field)| close(field)),
            "items" => close(member),
            "oneOf" | "anyOf" => member.as_array_mut().into_iter().flatten().for_each(close),
            _ => {}
        }
    }
}

/// The same with other references.
fn prefixed(value: &Value, from: &str, to: &str) -> Value {
    match value {
        Value::String(text) => {
            text.strip_prefix(from).map_or_else(|| value.clone(), |rest| format!("{to}{rest}").into())
        }
        Value::Array(items) => items.iter().map(|item| prefixed(item, from, to)).collect(),
        Value::Object(_) => {
            members(value).map(|(name, member)| (name.to_owned(), prefixed(member, from, to))).collect()
        }
        other => other.clone(),
    }
}

#[test]
fn a_field_too_many_and_a_value_too_long_are_faults() {
    let schemas = Schemas::of_the_contract();
    let problem = json!({ "$ref": "#/components/schemas/Municipality" });
    let links = json!({ "self": { "href": "https://utfall.example/", "rel": "self", "method": "GET" } });
    let fits = json!({ "code": "0580", "name": "Linköping", "dataVersion": 1, "_links": links });
    assert_eq!(schemas.faults(&problem, &fits), Vec::<String>::new());
    let mut unknown = fits.clone();
    unknown["colour"] = json!("red");
    assert_eq!(schemas.faults(&problem, &unknown).len(), 1);
    let amount = json!({ "$ref": "#/components/schemas/Amount" });
    assert_eq!(schemas.faults(&amount, &json!(0.005)).len(), 1);
    assert!(schemas.faults(&amount, &json!(9_999_999_999_999.99)).is_empty());
}
