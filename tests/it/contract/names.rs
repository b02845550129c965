//! Names: paths, parameters, fields, operations and schemas.

use crate::document::{Document, is_camel, none};
use std::collections::BTreeMap;

/// Segments that are not plural: `api-info` is the profile's own, a report is called by its name, and a posting has one file.
const SINGULAR: [&str; 5] = ["api-info", "operating-summary", "forecast-summary", "goal-coverage", "file"];

#[test]
fn path_segments_are_plural_nouns_in_kebab_case() {
    let document = Document::new();
    let mut findings = Vec::new();
    for operation in document.operations() {
        for segment in operation.path.split('/').skip(1) {
            let name = segment.strip_prefix('{').and_then(|segment| segment.strip_suffix('}'));
            let fine = match name {
                Some(name) => is_camel(name),
                None => {
                    segment.split('-').all(|word| !word.is_empty() && word.bytes().all(|b| b.is_ascii_lowercase()))
                        && (segment.ends_with('s') || SINGULAR.contains(&segment))
                }
            };
            if !fine {
                findings.push(format!("{segment} in {}", operation.path));
            }
        }
    }
    none("path segments", &findings);
}

#[test]
fn fields_and_parameters_are_camel_case_letters() {
    let document = Document::new();
    let mut findings = Vec::new();
    for (place, name, _) in document.fields() {
        if name != "_links" && !is_camel(name) {
            findings.push(format!("{place}.{name}"));
        }
    }
    for operation in document.operations() {
        for name in operation.names("query").into_iter().chain(operation.names("path")) {
            if !is_camel(name) {
                findings.push(format!("{name} of {}", operation.name()));
            }
        }
    }
    none("names", &findings);
}

#[test]
fn lists_are_named_in_plural() {
    let document = Document::new();
    let is_list = |field: &serde_json::Value| {
        field["type"] == "array" || field["type"].as_array().is_some_and(|types| types.iter().any(|t| t == "array"))
    };
    let wrong = document.fields().into_iter().filter(|(_, name, field)| is_list(field) && !name.ends_with('s'));
    none("lists", &wrong.map(|(place, name, _)| format!("{place}.{name}")).collect::<Vec<_>>());
}

#[test]
fn operations_have_a_name_of_their_own_and_one_known_tag() {
    let document = Document::new();
    let tags: Vec<&str> =
        document.0["tags"].as_array().expect("tags").iter().filter_map(|tag| tag["name"].as_str()).collect();
    let mut names: BTreeMap<String, u32> = BTreeMap::new();
    let mut used: Vec<String> = Vec::new();
    let mut findings = Vec::new();
    for operation in document.operations() {
        *names.entry(operation.id().to_lowercase()).or_default() += 1;
        if !is_camel(operation.id()) {
            findings.push(format!("{} is called {:?}", operation.name(), operation.id()));
        }
        match operation.value["tags"].as_array().map(Vec::as_slice) {
            Some([tag]) if tags.iter().any(|known| tag == known) => used.push(tag.as_str().unwrap_or_default().into()),
            other => findings.push(format!("{}: tags are {other:?}", operation.name())),
        }
    }
    findings.extend(names.into_iter().filter(|(_, count)| *count > 1).map(|(name, _)| format!("{name} twice")));
    findings
        .extend(tags.iter().filter(|tag| !used.iter().any(|u| u == *tag)).map(|tag| format!("no operation has {tag}")));
    none("operations", &findings);
}

#[test]
fn schema_names_are_words_and_differ_in_more_than_case() {
    let document = Document::new();
    let mut names: BTreeMap<String, u32> = BTreeMap::new();
    let mut findings = Vec::new();
    for (name, _) in document.schemas() {
        *names.entry(name.to_lowercase()).or_default() += 1;
        if !name.starts_with(|c: char| c.is_ascii_uppercase()) || !name.chars().all(|c| c.is_ascii_alphabetic()) {
            findings.push(name.to_owned());
        }
    }
    findings.extend(names.into_iter().filter(|(_, count)| *count > 1).map(|(name, _)| format!("{name} twice")));
    none("schema names", &findings);
}

#[test]
fn query_parameters_are_optional_and_paging_is_the_same_everywhere() {
    let document = Document::new();
    let mut findings = Vec::new();
    let mut paged = 0;
    for operation in document.operations() {
        let query: Vec<_> = operation.parameters().filter(|parameter| parameter["in"] == "query").collect();
        let schema = |name: &str| query.iter().find(|parameter| parameter["name"] == name).map(|p| &p["schema"]);
        findings.extend(
            query
                .iter()
                .filter(|p| p["required"] == true)
                .map(|p| format!("{}: {} is required", operation.name(), p["name"])),
        );
        match (schema("page"), schema("limit")) {
            (None, None) => {}
            (Some(page), Some(limit)) => {
                paged += 1;
                let is_documented = limit["maximum"].as_i64().is_some_and(|most| most >= 20);
                if page["default"] != 1 || limit["default"] != 20 || limit["minimum"] != 1 || !is_documented {
                    findings.push(format!("{}: {page} {limit}", operation.name()));
                }
            }
            _ => findings.push(format!("{}: page and limit go together", operation.name())),
        }
    }
    assert!(paged >= 10, "only {paged} operations have pages");
    none("query parameters", &findings);
}
