//! Personal identity numbers in what is sent: refused, or told of in the answer, as the operator has set. The number itself is never
//! answered, logged or kept in the audit trail.

use crate::problem::Problem;
use serde_json::value::RawValue;
use std::collections::BTreeMap;
use utfall_domain::personal_number::found;
use utfall_domain::row_error::{Fault, RowError};

/// The header of an answer to a call that held some, where they are let through.
pub const FLAGS: &str = "utfall-flags";

/// What becomes of a call that holds a personal number.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, clap::ValueEnum)]
pub enum Policy {
    /// It is refused, with every place.
    #[default]
    Refuse,
    /// It is let through, and the answer says so.
    Flag,
}

/// That a call held personal numbers and was let through, kept beside the request.
#[derive(Debug, Clone, Copy)]
pub struct Flagged;

const WHY: &str = "holds a personal identity number, which has no place here";

/// Every place of a body that holds a personal number: of JSON its texts, by pointer; of other bodies its lines.
pub fn faults(body: &[u8], is_json: bool) -> Vec<RowError> {
    let places = found(body);
    if places.is_empty() && !(is_json && is_escaped(body)) {
        return Vec::new();
    }
    if is_json {
        let mut faults = Vec::new();
        // A body that cannot be read is refused for that.
        if let Ok(text) = std::str::from_utf8(body) {
            let _ = texts(text.trim(), &mut String::new(), 0, &mut faults);
        }
        return faults;
    }
    // A number of a column may look like one; there it takes the sign, or the century.
    let is_plain_number = |place: &(usize, usize)| place.1 - place.0 == 10;
    let lines = places.iter().filter(|place| !is_plain_number(place)).map(|(first, _)| line(body, *first));
    let mut faults: Vec<RowError> =
        lines.map(|line| RowError { line: Some(line), ..RowError::whole("text", "", Fault::Format, WHY) }).collect();
    faults.dedup_by_key(|fault| fault.line);
    faults
}

/// The refusal of a call for these places.
pub fn refused(faults: Vec<RowError>, is_json: bool) -> Problem {
    let problem = Problem::invalid(faults);
    if is_json { problem.in_document() } else { problem }
}

/// Whether a query holds one, however it is encoded.
pub fn in_query(query: &str) -> bool {
    let holds = |text: &str| !found(text.as_bytes()).is_empty();
    form_urlencoded::parse(query.as_bytes()).any(|(name, value)| holds(&name) || holds(&value))
}

/// Whether JSON writes a digit or a sign by its number, as some writers do: `\u002b` is `+`.
fn is_escaped(json: &[u8]) -> bool {
    json.split(|byte| *byte == b'\\').skip(1).any(|rest| rest.starts_with(b"u002") || rest.starts_with(b"u003"))
}

fn line(body: &[u8], at: usize) -> u32 {
    let line = body[..at].split(|byte| *byte == b'\n').count();
    u32::try_from(line).unwrap_or(u32::MAX)
}

/// How deep a body is looked into; a deeper one is refused for that.
const DEEPEST: usize = 40;

fn texts(json: &str, at: &mut String, depth: usize, faults: &mut Vec<RowError>) -> Result<(), serde_json::Error> {
    if depth > DEEPEST {
        return Ok(());
    }
    let below = |name: &str, value: &RawValue, at: &mut String, faults: &mut Vec<RowError>| {
        let length = at.len();
        if length > 0 {
            at.push('/');
        }
        at.push_str(&name.replace('~', "~0").replace('/', "~1"));
        let result = texts(value.get(), at, depth + 1, faults);
        at.truncate(length);
        result
    };
    match json.as_bytes().first() {
        Some(b'{') => {
            for (name, value) in serde_json::from_str::<BTreeMap<String, &RawValue>>(json)? {
                if found(name.as_bytes()).is_empty() {
                    below(&name, value, at, faults)?;
                } else {
                    faults.push(RowError::whole(at.as_str(), "", Fault::Format, WHY));
                }
            }
        }
        Some(b'[') => {
            for (number, value) in serde_json::from_str::<Vec<&RawValue>>(json)?.into_iter().enumerate() {
                below(&number.to_string(), value, at, faults)?;
            }
        }
        Some(b'"') if !found(serde_json::from_str::<String>(json)?.as_bytes()).is_empty() => {
            faults.push(RowError::whole(at.as_str(), "", Fault::Format, WHY));
        }
        _ => {}
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_of_a_body_are_looked_at_and_numbers_are_not() {
        let body = r#"{"amount":8112189876,"measures":[{"text":"Flytt"},{"text":"Gäller 811218-9876"}]}"#;
        let fields: Vec<String> = faults(body.as_bytes(), true).into_iter().map(|fault| fault.field).collect();
        assert_eq!(fields, ["measures/1/text"]);
        let csv = "account;unit;amount;text\n4551;3102;8112189876;Vård\n4551;3102;1;811218-9876\n";
        let lines: Vec<_> = faults(csv.as_bytes(), false).into_iter().map(|fault| fault.line).collect();
        assert_eq!(lines, [Some(3)]);
    }
}
