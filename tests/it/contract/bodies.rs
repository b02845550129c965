//! Bodies: each has an example, and each example fits its schema to the letter.

use crate::document::{Body, Document, none};
use crate::schema::Schemas;

#[test]
fn every_body_has_an_example() {
    let document = Document::new();
    let without = document.bodies().into_iter().filter(|body| body.examples().is_empty());
    none("examples", &without.map(|body| body.place).collect::<Vec<_>>());
}

#[test]
fn json_is_offered_wherever_there_is_a_body() {
    let document = Document::new();
    let mut findings = Vec::new();
    for operation in document.operations() {
        let bodies = operation.bodies();
        let mut statuses: Vec<Option<&str>> = bodies.iter().map(|body| body.status).collect();
        statuses.dedup();
        for status in statuses.into_iter().filter(|status| status.is_none_or(|status| status < "400")) {
            let of = |body: &&Body| body.status == status && body.media_type == "application/json";
            if !bodies.iter().any(|body| of(&body)) {
                findings.push(format!("{} {status:?}", operation.name()));
            }
        }
    }
    none("JSON", &findings);
}

#[test]
fn every_example_of_a_body_fits_its_schema() {
    let document = Document::new();
    let schemas = Schemas::of_the_contract();
    let (mut findings, mut tried) = (Vec::new(), 0);
    for body in document.bodies() {
        for example in body.examples() {
            tried += 1;
            let faults = schemas.faults(&body.media["schema"], example);
            findings.extend(faults.into_iter().map(|fault| format!("{}: {fault}", body.place)));
        }
    }
    assert!(tried > 300, "only {tried} examples");
    none("examples of bodies", &findings);
}

#[test]
fn every_schema_has_an_example_that_fits() {
    let document = Document::new();
    let schemas = Schemas::of_the_contract();
    let mut findings = Vec::new();
    for (name, schema) in document.schemas() {
        let examples = schema["examples"].as_array().into_iter().flatten().chain(schema.get("example"));
        for example in examples {
            let reference = serde_json::json!({ "$ref": format!("#/components/schemas/{name}") });
            findings.extend(schemas.faults(&reference, example).into_iter().map(|fault| format!("{name}: {fault}")));
        }
    }
    none("examples of schemas", &findings);
}

#[test]
fn every_parameter_that_has_an_example_takes_it() {
    let document = Document::new();
    let schemas = Schemas::of_the_contract();
    let mut findings = Vec::new();
    for operation in document.operations() {
        for parameter in operation.parameters() {
            for value in [parameter.get("example"), parameter["schema"].get("default")].into_iter().flatten() {
                let faults = schemas.faults(&parameter["schema"], value);
                findings
                    .extend(faults.into_iter().map(|f| format!("{}, {}: {f}", operation.name(), parameter["name"])));
            }
        }
    }
    none("examples of parameters", &findings);
}

#[test]
fn every_date_has_an_example_of_its_own_in_universal_time() {
    let document = Document::new();
    let mut findings = Vec::new();
    let mut dates = 0;
    for (place, name, field) in document.fields() {
        let example = field["example"].as_str().unwrap_or_default();
        let fine = match field["format"].as_str() {
            Some("date") => example.len() == 10,
            Some("date-time") => example.ends_with('Z') && example.len() <= "2018-09-05T06:00:00.000000Z".len(),
            _ => continue,
        };
        dates += 1;
        if !fine {
            findings.push(format!("{place}.{name}: {example:?}"));
        }
    }
    assert!(dates > 20, "only {dates} dates");
    none("dates", &findings);
}

#[test]
fn amounts_declare_their_bounds() {
    let document = Document::new();
    let amount = &document.0["components"]["schemas"]["Amount"];
    assert_eq!((&amount["type"], &amount["multipleOf"]), (&"number".into(), &0.01.into()));
    assert_eq!(
        (&amount["minimum"], &amount["maximum"]),
        (&(-9_999_999_999_999.99).into(), &9_999_999_999_999.99.into())
    );
    // Every field that is an amount says so by this one schema.
    let floats = document.fields().into_iter().filter(|(_, name, field)| {
        let is_number = field["type"] == "number" || field["type"] == serde_json::json!(["number", "null"]);
        is_number && *name != "quantity"
    });
    none("numbers", &floats.map(|(place, name, _)| format!("{place}.{name}")).collect::<Vec<_>>());
}
