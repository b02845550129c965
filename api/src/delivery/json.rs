//! JSON as the raw text that was sent: where a value begins and ends, and what it is, never evaluated.

use super::Unreadable;
use serde_json::value::RawValue;

/// The deepest nesting that is read.
const MAX_DEPTH: usize = 32;

/// What a raw value is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Token<'a> {
    /// `null`
    Null,
    /// A text, decoded.
    Text(String),
    /// A number, as written.
    Number(&'a str),
    /// `true`, `false`, an array or an object.
    Other,
}

/// Checks that the bytes are one JSON value in UTF-8, not nested too deeply, and hands out its raw text.
pub(super) fn document(bytes: &[u8]) -> Result<&RawValue, Unreadable> {
    let bytes = bytes.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(bytes);
    if bytes.iter().all(u8::is_ascii_whitespace) {
        return Err(Unreadable::malformed("The body is empty: a JSON object is expected."));
    }
    if let Some(at) = deeper_than(bytes, MAX_DEPTH) {
        let sentence = format!("The JSON is nested deeper than {MAX_DEPTH} levels at byte {}.", at + 1);
        return Err(Unreadable::malformed(sentence));
    }
    let text = std::str::from_utf8(bytes).map_err(|error| {
        let at = error.valid_up_to() + 1;
        Unreadable::malformed(format!("The JSON is not UTF-8: byte {at} begins no character."))
    })?;
    let mut reader = serde_json::Deserializer::from_str(text);
    let value = <&RawValue as serde::Deserialize>::deserialize(&mut reader).map_err(|error| broken(&error))?;
    match reader.end() {
        Ok(()) => Ok(value),
        Err(error) => Err(Unreadable::malformed(format!("Something follows the JSON value{}.", place(&error)))),
    }
}

fn broken(error: &serde_json::Error) -> Unreadable {
    let what = if error.is_eof() { "The JSON ends before it is complete" } else { "The JSON cannot be read" };
    Unreadable::malformed(format!("{what}{}.", place(error)))
}

fn place(error: &serde_json::Error) -> String {
    format!(" at line {}, column {}", error.line(), error.column())
}

/// Where the nesting passes a depth; a cheap look at brackets outside texts.
fn deeper_than(bytes: &[u8], most: usize) -> Option<usize> {
    let (mut depth, mut inside, mut escaped) = (0_usize, false, false);
    for (at, &byte) in bytes.iter().enumerate() {
        match byte {
            _ if escaped => escaped = false,
            b'\\' if inside => escaped = true,
            b'"' => inside = !inside,
            b'[' | b'{' if !inside => {
                depth += 1;
                if depth > most {
                    return Some(at);
                }
            }
            b']' | b'}' if !inside => depth = depth.saturating_sub(1),
            _ => {}
        }
    }
    None
}

/// What a value is. A text whose escapes make no characters refuses the body.
pub(super) fn token(raw: &RawValue, pointer: impl FnOnce() -> String) -> Result<Token<'_>, Unreadable> {
    match raw.get().as_bytes().first() {
        Some(b'n') => Ok(Token::Null),
        Some(b'"') => match serde_json::from_str(raw.get()) {
            Ok(text) => Ok(Token::Text(text)),
            Err(_) => Err(Unreadable::Malformed(
                "A text has an escape that makes no character, such as half of a surrogate pair.".to_owned(),
                Some(pointer()),
            )),
        },
        Some(b'-' | b'0'..=b'9') => Ok(Token::Number(raw.get())),
        _ => Ok(Token::Other),
    }
}
