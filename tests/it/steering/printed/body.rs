//! Swedish words for bodies. The API takes the words as written, and a committee or a group where somebody knows which.

use serde_json::{Value, json};

/// A responsible body as it is put: the printed words, the committee that they name and the group that they say.
pub fn read(printed: &str, committees: &[Value]) -> Value {
    let words = printed.to_lowercase();
    let group = group(&words);
    let last = || words.rsplit_once(" och ").and_then(|(_, last)| named(last, committees)).filter(|_| group.is_some());
    json!({ "name": printed, "committee": named(&words, committees).or_else(last), "group": group })
}

/// The committee of a code or a name.
fn named<'a>(words: &str, committees: &'a [Value]) -> Option<&'a str> {
    let is = |body: &&Value| {
        ["code", "name"].iter().any(|member| body[member].as_str().is_some_and(|t| t.to_lowercase() == words))
    };
    committees.iter().find(is).and_then(|body| body["code"].as_str())
}

/// A group, only when the words say all of them.
fn group(words: &str) -> Option<&'static str> {
    let all = ["alla ", "samtliga "].iter().find_map(|all| words.strip_prefix(all))?;
    match (all.contains("nämnder"), all.contains("bolag")) {
        (true, true) => Some("all-committees-and-companies"),
        (true, false) => Some("all-committees"),
        (false, true) => Some("all-companies"),
        (false, false) => None,
    }
}

#[test]
fn words_say_a_committee_a_group_or_neither() {
    let committees =
        [json!({ "code": "KS", "name": "Kommunstyrelsen" }), json!({ "code": "KFAST", "name": "Fastigheter AB" })];
    let said = |words: &str| {
        let body = read(words, &committees);
        (body["committee"].clone(), body["group"].clone())
    };
    assert_eq!(said("KS"), (json!("KS"), Value::Null));
    assert_eq!(said("kommunstyrelsen"), (json!("KS"), Value::Null));
    assert_eq!(said("Samtliga nämnder och bolag"), (Value::Null, json!("all-committees-and-companies")));
    assert_eq!(said("alla nämnder och KFAST"), (json!("KFAST"), json!("all-committees")));
    assert_eq!(said("Nämnderna"), (Value::Null, Value::Null), "the committees, but not that it is all of them");
    assert_eq!(said("socialförvaltningen"), (Value::Null, Value::Null));
}
