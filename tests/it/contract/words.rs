//! Words: every description says it in Swedish and in English.

use crate::document::{Document, none};
use serde_json::Value;

/// Words that an English sentence of the contract has one of, and no Swedish one.
const ENGLISH: &str = "the a an of is are it its and or not to for from when which who why what how by with on out only as one \
    this that they there where was were everything replaces reads until whether busy entries entry changes costs budgets name \
    account accounts unit units activity activities project projects specification specifications object objects order orders \
    committee committees kind links outcomes amounts amount deviation deviations postings posting state level basis \
    another new computed less rows code control summaries";

fn words(text: &str) -> impl Iterator<Item = String> {
    text.split(|c: char| !c.is_alphanumeric() && c != '-').filter(|word| !word.is_empty()).map(str::to_lowercase)
}

fn is_english(sentence: &str) -> bool {
    let english: Vec<&str> = ENGLISH.split_whitespace().collect();
    words(sentence).any(|word| english.contains(&word.as_str()))
}

/// The sentences of a text.
fn sentences(text: &str) -> Vec<String> {
    let text = text.replace('\n', " ");
    text.split_inclusive(['.', '?', '!']).map(|s| s.trim().to_owned()).filter(|s| !s.is_empty()).collect()
}

/// Swedish first, English after it: the first sentence has no English word, and a later one has.
fn is_bilingual(text: &str) -> bool {
    let sentences = sentences(text);
    let function_words = ["the", "of", "is", "are", "and", "which", "that", "what"];
    let first_is_swedish =
        sentences.first().is_some_and(|first| !words(first).any(|word| function_words.contains(&word.as_str())));
    first_is_swedish && sentences.iter().skip(1).any(|sentence| is_english(sentence))
}

/// Every description of the document but those of examples: where it stands and what it says.
fn descriptions(place: &str, value: &Value, found: &mut Vec<(String, String)>) {
    match value {
        Value::Object(members) => {
            for (name, member) in members {
                match (name.as_str(), member) {
                    ("example" | "examples" | "default" | "enum", _) => {}
                    ("description", Value::String(text)) => found.push((place.to_owned(), text.clone())),
                    _ => descriptions(&format!("{place}/{name}"), member, found),
                }
            }
        }
        Value::Array(items) => {
            items.iter().enumerate().for_each(|(at, item)| descriptions(&format!("{place}/{at}"), item, found));
        }
        _ => {}
    }
}

#[test]
fn every_description_is_swedish_and_english() {
    let Document(document) = Document::new();
    let mut found = Vec::new();
    descriptions("", &document, &mut found);
    assert!(found.len() > 500, "only {} descriptions", found.len());
    let one_language = found.iter().filter(|(_, text)| !is_bilingual(text));
    none("both languages", &one_language.map(|(place, text)| format!("{place}: {text}")).collect::<Vec<_>>());
    assert!(!is_bilingual("The accounts. A list."), "the rule sees a Swedish sentence missing");
    assert!(!is_bilingual("Kontona. En lista."), "the rule sees an English sentence missing");
}

#[test]
fn everything_is_described() {
    let document = Document::new();
    let said = |value: &Value| value["description"].as_str().is_some_and(|text| !text.trim().is_empty());
    let mut findings = Vec::new();
    for operation in document.operations() {
        if !said(operation.value) || operation.value["summary"].as_str().is_none_or(|text| text.len() < 8) {
            findings.push(format!("{}: summary and description", operation.name()));
        }
        for parameter in operation.parameters().filter(|parameter| !said(parameter)) {
            findings.push(format!("{}: {}", operation.name(), parameter["name"]));
        }
        for (status, response) in operation.responses() {
            if !said(response) {
                findings.push(format!("{}: {status}", operation.name()));
            }
            for (name, header) in crate::document::members(&response["headers"]) {
                if !said(document.resolve(header)) {
                    findings.push(format!("{}: {status} {name}", operation.name()));
                }
            }
        }
    }
    findings.extend(document.schemas().filter(|(_, schema)| !said(schema)).map(|(name, _)| name.to_owned()));
    for (place, name, field) in document.fields() {
        // A field that refers is described where it refers to, or beside the reference.
        let alternatives = field["oneOf"].as_array().into_iter().flatten();
        if !said(field) && !said(document.resolve(field)) && !alternatives.into_iter().any(said) {
            findings.push(format!("{place}.{name}"));
        }
    }
    none("descriptions", &findings);
}
