//! Parsed strings: what they hold is bounded, trimmed and free of control characters.

use serde::{Deserialize, Serialize};
use std::fmt;

/// A text that cannot be taken.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum TextError {
    /// Nothing but blanks.
    #[error("is empty")]
    Empty,
    /// More characters than allowed.
    #[error("is longer than {0} characters")]
    TooLong(usize),
    /// A control character or one that turns the direction of writing.
    #[error("holds a control character")]
    Control,
    /// Not the form that is asked for.
    #[error("{0}")]
    Form(&'static str),
}

/// Checks a free text: at most `most` characters, no control characters but the line break, no bidirectional overrides.
pub fn checked_text(text: &str, most: usize) -> Result<&str, TextError> {
    let text = text.trim();
    if text.chars().count() > most {
        return Err(TextError::TooLong(most));
    }
    let forbidden = |c: char| {
        (c.is_control() && c != '\n') || matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{feff}')
    };
    if text.chars().any(forbidden) { Err(TextError::Control) } else { Ok(text) }
}

/// A text that stands in one path segment and in a spreadsheet's cell as it is, of 1 to `most` characters.
fn identifier(text: &str, most: usize) -> Result<String, TextError> {
    let text = checked_text(text, most)?;
    if text.is_empty() {
        return Err(TextError::Empty);
    }
    if matches!(text, "." | "..") || text.starts_with(['=', '+', '-', '@']) {
        return Err(TextError::Form(
            "is . or .., or begins with = + - or @, which a path or a spreadsheet would take for its own",
        ));
    }
    if text.contains(['/', '\\', '\n', '?', '#', '%', '"', '<', '>']) {
        return Err(TextError::Form("holds one of / \\ ? # % \" < > or a line break, which a code may not"));
    }
    Ok(text.to_owned())
}

/// The code of a goal, a plan, a follow-up or an indicator, as its document has it: `P25`, `SN-2019`. At most 100 characters.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Key(String);

impl Key {
    /// Reads a key; it must stand in one path segment, so `/` and `\` are not allowed.
    pub fn parse(text: &str) -> Result<Self, TextError> {
        identifier(text, 100).map(Self)
    }

    /// The text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::borrow::Borrow<str> for Key {
    fn borrow(&self) -> &str {
        &self.0
    }
}

/// A code of the municipality's own: `4551`, `HVBU`, `SN`. At most 40 characters, without blanks at its ends.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Code(String);

impl Code {
    /// Reads a code; it must stand in one path segment, so `/` and `\` are not allowed.
    pub fn parse(text: &str) -> Result<Self, TextError> {
        identifier(text, 40).map(Self)
    }

    /// The text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Code {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::borrow::Borrow<str> for Code {
    fn borrow(&self) -> &str {
        &self.0
    }
}

/// SCB's code of a municipality: four digits, "0580".
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct MunicipalityCode(String);

impl MunicipalityCode {
    /// Reads four digits.
    pub fn parse(text: &str) -> Result<Self, TextError> {
        if text.len() == 4 && text.bytes().all(|byte| byte.is_ascii_digit()) {
            Ok(Self(text.to_owned()))
        } else {
            Err(TextError::Form("is not a municipality code of four digits, such as 0580"))
        }
    }

    /// The text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for MunicipalityCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// A name shown to people: 1 to 200 characters.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Name(String);

impl Name {
    /// Reads a name.
    pub fn parse(text: &str) -> Result<Self, TextError> {
        match checked_text(text, 200)? {
            "" => Err(TextError::Empty),
            text if text.contains('\n') => Err(TextError::Control),
            text => Ok(Self(text.to_owned())),
        }
    }

    /// The text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Name {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// The name of a source of postings: `ledger`, `original`, `controller`. Lower-case letters, digits and single hyphens.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Source(String);

impl Source {
    /// Reads 1 to 40 characters that begin with a letter.
    pub fn parse(text: &str) -> Result<Self, TextError> {
        let form = text.len() <= 40
            && text.starts_with(|c: char| c.is_ascii_lowercase())
            && !text.ends_with('-')
            && !text.contains("--")
            && text.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-');
        if form {
            Ok(Self(text.to_owned()))
        } else {
            Err(TextError::Form(
                "is not a source name: lower-case letters a-z, digits and single hyphens, at most 40, such as ledger",
            ))
        }
    }

    /// The text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Source {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_are_one_path_segment() {
        assert_eq!(Code::parse(" HVBU ").unwrap().as_str(), "HVBU");
        assert!(Code::parse("ÅÄÖ 1").is_ok());
        for text in ["", "  ", "..", "=1", "a/b", "a\u{0}b", "a\u{202e}b", "x".repeat(41).as_str()] {
            assert!(Code::parse(text).is_err(), "{text:?}");
        }
    }

    #[test]
    fn sources_are_lower_case_and_hyphenated() {
        assert!(Source::parse("re-budgeted").is_ok());
        for text in ["", "Ledger", "a--b", "a-", "-a", "1a", "å"] {
            assert!(Source::parse(text).is_err(), "{text:?}");
        }
    }
}
