//! JSON as it is read: nested so deep and no deeper, and named by pointer where it does not fit.

use crate::problem::Problem;
use serde::de::DeserializeOwned;
use utfall_domain::decimal::DecimalError;
use utfall_domain::row_error::{Fault, RowError};

/// How deep a body may be nested.
const DEEPEST: usize = 32;

/// Reads JSON; a body that does not fit is named by pointer.
pub fn from_json<T: DeserializeOwned>(bytes: &[u8]) -> Result<T, Problem> {
    let text = std::str::from_utf8(bytes).map_err(|_| Problem::bad_request("The body is not UTF-8."))?;
    if let Some(depth) = too_deep(text) {
        return Err(Problem::bad_request(format!("The body is nested deeper than {depth} levels.")));
    }
    let mut reader = serde_json::Deserializer::from_str(text);
    let value = serde_path_to_error::deserialize(&mut reader).map_err(|error| {
        let pointer = pointer(error.path());
        let reason = plain(&error.into_inner());
        if let Some((number, why)) = unfit_number(&reason) {
            let error = RowError::whole(pointer.trim_start_matches('/'), number, Fault::Format, why);
            return Problem::invalid(vec![error]).in_document();
        }
        Problem::at_pointer(
            format!("The body does not have the form of this resource at {pointer}: {reason}."),
            Some(pointer),
        )
    })?;
    reader.end().map_err(|_| Problem::bad_request("There is more after the end of the JSON body."))?;
    Ok(value)
}

/// The number that was not read, and why, where JSON has it as a number of the right type: 2018.0 is an integer there, and a number has
/// any number of digits. Such a number has its form and breaks a rule.
fn unfit_number(reason: &str) -> Option<(&str, String)> {
    let exact = DecimalError.to_string();
    if let Some(number) = reason.strip_suffix(&exact) {
        return Some((number.trim().trim_matches('"'), exact));
    }
    let (number, expected) = reason.strip_prefix("invalid type: floating point `")?.split_once("`, expected ")?;
    let is_whole = number.ends_with(".0") && expected.starts_with(['i', 'u']);
    is_whole.then(|| (number, "has a decimal point: a whole number is written without".to_owned()))
}

fn too_deep(text: &str) -> Option<usize> {
    let (mut depth, mut in_string, mut escaped) = (0_usize, false, false);
    for byte in text.bytes() {
        match byte {
            _ if escaped => escaped = false,
            b'\\' if in_string => escaped = true,
            b'"' => in_string = !in_string,
            b'[' | b'{' if !in_string => depth += 1,
            b']' | b'}' if !in_string => depth = depth.saturating_sub(1),
            _ => {}
        }
        if depth > DEEPEST {
            return Some(DEEPEST);
        }
    }
    None
}

fn pointer(path: &serde_path_to_error::Path) -> String {
    use serde_path_to_error::Segment;
    path.iter()
        .map(|segment| match segment {
            Segment::Seq { index } => format!("/{index}"),
            Segment::Map { key } => format!("/{}", key.replace('~', "~0").replace('/', "~1")),
            Segment::Enum { variant } => format!("/{variant}"),
            Segment::Unknown => "/".into(),
        })
        .collect()
}

/// What serde says of a value, without where it stands in the text.
fn plain(error: &serde_json::Error) -> String {
    let text = error.to_string();
    let end = text.rfind(" at line ").unwrap_or(text.len());
    text[..end].chars().take(200).collect()
}

#[cfg(test)]
mod tests {
    use super::{DEEPEST, too_deep};

    #[test]
    fn depth_counts_brackets_that_stand_open_and_none_in_texts() {
        let open = |levels: usize| "[{".repeat(levels / 2) + &"[".repeat(levels % 2);
        let (most, more) = (open(DEEPEST), open(DEEPEST + 1));
        let inner = open(DEEPEST - 1);
        let fitting = [
            most.clone(),
            "[]{}".repeat(DEEPEST),
            format!("{inner}\"{more}\""),
            format!(r#"{inner}"\"{more}""#),
            format!(r#"{inner}"]","}}"["#),
        ];
        for text in fitting {
            assert_eq!(too_deep(&text), None, "{text}");
        }
        let deeper = [
            more.clone(),
            format!(r#""\\"{more}"#),
            format!(r#""[","\"]"{more}"#),
            format!(r#"{most}"]","}}"["#),
            format!("[]{{}}{more}"),
        ];
        for text in deeper {
            assert_eq!(too_deep(&text), Some(DEEPEST), "{text}");
        }
    }
}
