//! Reading the fields of a JSON document: everything wrong is collected, each fault with the pointer to its field.

use crate::problem::{Kind, Problem};
use serde::de::Error as _;
use serde::{Deserialize, Deserializer};
use std::fmt::Display;
use utfall_domain::row_error::{Fault, RowError};
use utfall_domain::text::checked_text;

/// The faults found so far. A field's place is its JSON pointer without the first slash: `goals/3/title`.
#[derive(Debug, Default)]
pub struct Fields {
    errors: Vec<RowError>,
}

impl Fields {
    /// Notes a fault.
    pub fn fault(&mut self, at: impl Into<String>, value: &str, fault: Fault, reason: impl Into<String>) {
        self.errors.push(RowError::whole(at, value, fault, reason));
    }

    /// A value of a grammar.
    pub fn parsed<T, E: Display>(
        &mut self,
        at: impl Into<String>,
        text: &str,
        parse: impl FnOnce(&str) -> Result<T, E>,
    ) -> Option<T> {
        parse(text).map_err(|why| self.fault(at, text, Fault::Format, why.to_string())).ok()
    }

    /// A value of a grammar that may be left out; null is none.
    pub fn optional<T, E: Display>(
        &mut self,
        at: impl Into<String>,
        text: Option<&str>,
        parse: impl FnOnce(&str) -> Result<T, E>,
    ) -> Option<T> {
        self.parsed(at, text?, parse)
    }

    /// One of some words.
    pub fn word<T>(
        &mut self,
        at: impl Into<String>,
        text: &str,
        from: impl FnOnce(&str) -> Option<T>,
        words: &[&str],
    ) -> Option<T> {
        self.parsed(at, text, |text| from(text).ok_or_else(|| format!("is not one of {}", words.join(", "))))
    }

    /// A text of at most so many characters; empty when it is left out.
    pub fn text(&mut self, at: impl Into<String>, text: Option<&str>, most: usize) -> String {
        let text = text.unwrap_or_default();
        self.parsed(at, text, |text| checked_text(text, most).map(str::to_owned)).unwrap_or_default()
    }

    /// A text that must say something.
    pub fn needed(&mut self, at: impl Into<String>, text: &str, most: usize) -> String {
        let at = at.into();
        if text.trim().is_empty() {
            self.fault(at, text, Fault::Missing, "is needed");
            return String::new();
        }
        self.text(at, Some(text), most)
    }

    /// The whole, if nothing is wrong.
    pub fn done<T>(self, whole: Option<T>) -> Result<T, Problem> {
        if !self.errors.is_empty() {
            return Err(Problem::invalid(self.errors).in_document());
        }
        whole.ok_or_else(|| Problem::new(Kind::Internal, "A field was not read and no fault was noted."))
    }
}

/// A text of JSON that may be left out or null; an empty one is a slip of its sender and refused. For serde's `deserialize_with`.
pub fn filled<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<String>, D::Error> {
    match Option::deserialize(deserializer)? {
        Some(empty) if String::is_empty(&empty) => Err(D::Error::custom("is empty: leave it out, or say null")),
        text => Ok(text),
    }
}

/// A text as it is answered: null where there is none.
pub fn shown(text: String) -> Option<String> {
    (!text.is_empty()).then_some(text)
}
