//! What is called otherwise in the contract than in the code: schemas lose their `View`, operations are camelCase.

use serde_json::{Map, Value};

/// Schemas whose name in the contract is not their type's without `View`.
const RENAMED: &[(&str, &str)] = &[
    ("EntriesView", "EntryPage"),
    ("LockedView", "LockedMonth"),
    // `Object` is a word of its own in most languages that clients are generated for.
    ("ObjectView", "ObjectCode"),
    ("ReportView_OperatingValues", "OperatingSummary"),
    ("ReportRowView_OperatingValues", "OperatingSummaryRow"),
    ("ReportTotal_OperatingValues", "OperatingSummaryTotal"),
    ("ReportView_ForecastValues", "ForecastSummary"),
    ("ReportRowView_ForecastValues", "ForecastSummaryRow"),
    ("ReportTotal_ForecastValues", "ForecastSummaryTotal"),
    ("OperatingValues", "OperatingSummaryValues"),
    ("ForecastValues", "ForecastSummaryValues"),
    ("TouchedView", "TouchedDeviation"),
];

const PREFIX: &str = "#/components/schemas/";

/// Renames the schemas, and what refers to them.
pub(super) fn rename_schemas(document: &mut Value) {
    let schemas = document["components"]["schemas"].as_object().into_iter().flatten();
    let renamed: Map<String, Value> = schemas.map(|(name, schema)| (schema_name(name), schema.clone())).collect();
    document["components"]["schemas"] = Value::Object(renamed);
    refer(document);
}

fn schema_name(name: &str) -> String {
    let renamed = RENAMED.iter().find(|(from, _)| *from == name).map(|(_, to)| *to);
    renamed.unwrap_or_else(|| name.strip_suffix("View").unwrap_or(name)).to_owned()
}

fn refer(value: &mut Value) {
    match value {
        Value::Object(members) => {
            if let Some(Value::String(reference)) = members.get_mut("$ref")
                && let Some(name) = reference.strip_prefix(PREFIX)
            {
                *reference = format!("{PREFIX}{}", schema_name(name));
            }
            members.values_mut().for_each(refer);
        }
        Value::Array(items) => items.iter_mut().for_each(refer),
        _ => {}
    }
}

/// `list_month_locks` as `listMonthLocks`.
pub(super) fn operation_id(handler: &str) -> String {
    let mut id = String::with_capacity(handler.len());
    for (place, word) in handler.split('_').enumerate() {
        let (first, rest) = word.split_at(word.len().min(1));
        id.push_str(&if place == 0 { first.to_owned() } else { first.to_uppercase() });
        id.push_str(rest);
    }
    id
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_the_contracts_own() {
        assert_eq!(schema_name("MunicipalityView"), "Municipality");
        assert_eq!(schema_name("ReportView_ForecastValues"), "ForecastSummary");
        assert_eq!(operation_id("list_month_locks"), "listMonthLocks");
    }
}
