//! SIE dimensions to code parts.
//!
//! A dimension whose `#DIM` or `#UNDERDIM` name is a Swedish word for a code part is that part, whatever
//! its number. Otherwise the numbers that SIE reserves count: 1 is the unit (kostnadsställe), 2 counts
//! under 1, 6 is the project. A dimension below another (`#UNDERDIM`, or 2 below 1) names the same part
//! more closely: where a row has both, the lower one's code stands. When two dimensions have names for one
//! part, the contract's own word wins and the other has none. A dimension without a part cannot be stored,
//! and a row that uses one is an error that names it.

use super::row::Balance;
use crate::delivery::field::Field;
use std::borrow::Cow;
use std::collections::HashMap;
use utfall_domain::code_part::CodePart;
use utfall_domain::delivery::DeliveredRow;
use utfall_domain::row_error::{Fault, RowError};

/// How far down a dimension may lie; a circle of them ends too.
const MOST_LEVELS: usize = 8;

/// Other words that ledgers use for the parts.
const WORDS: [(&str, CodePart); 6] = [
    ("kostnadsställe", CodePart::Unit),
    ("ansvarsenhet", CodePart::Unit),
    ("ansvarsställe", CodePart::Unit),
    ("resultatenhet", CodePart::Unit),
    ("enhet", CodePart::Unit),
    ("aktivitet", CodePart::Activity),
];

/// The dimensions of a file.
#[derive(Debug, Default)]
pub(super) struct Dimensions<'a> {
    declared: HashMap<Cow<'a, str>, Declared<'a>>,
    /// The fields that some dimension names by the contract's own word.
    exact: Vec<Field>,
}

#[derive(Debug, Default)]
struct Declared<'a> {
    name: Cow<'a, str>,
    above: Option<Cow<'a, str>>,
    /// The field that the name says, and whether it says it by the contract's own word.
    named: Option<(Field, bool)>,
}

impl<'a> Dimensions<'a> {
    /// Notes a `#DIM`, or an `#UNDERDIM` with the dimension above it.
    pub(super) fn declare(&mut self, number: Cow<'a, str>, name: Cow<'a, str>, above: Option<Cow<'a, str>>) {
        let named = by_name(&name);
        if let Some((field, true)) = named
            && !self.exact.contains(&field)
        {
            self.exact.push(field);
        }
        self.declared.insert(number, Declared { name, above, named });
    }

    /// The field that a dimension's codes belong to.
    pub(super) fn field(&self, number: &str) -> Option<Field> {
        let mut number = number;
        for _ in 0..MOST_LEVELS {
            if let Some((field, exact)) = self.declared.get(number).and_then(|declared| declared.named) {
                return (exact || !self.exact.contains(&field)).then_some(field);
            }
            match (number, self.above(number)) {
                ("1", _) => return Some(Field::Code(CodePart::Unit)),
                ("6", _) => return Some(Field::Code(CodePart::Project)),
                (_, Some(above)) => number = above,
                (_, None) => return None,
            }
        }
        None
    }

    /// A dimension as a sentence names it: `7 (Anställd)`.
    pub(super) fn label(&self, number: &str) -> String {
        match self.declared.get(number) {
            Some(declared) if !declared.name.is_empty() => format!("{number} ({})", declared.name.trim()),
            _ => number.to_owned(),
        }
    }

    /// Puts the codes of a balance's objects into a row.
    pub(super) fn place(&self, balance: &Balance<'_>, row: &mut DeliveredRow) -> Result<(), RowError> {
        let error = |field: &str, value: &str, fault, reason: String| {
            RowError::at(row.row, row.line, field, value, fault, reason)
        };
        let mut placed: Vec<(Field, &str, &str)> = Vec::with_capacity(balance.objects.len());
        for (dimension, code) in &balance.objects {
            let Some(field) = self.field(dimension) else {
                let reason = format!("is an object of dimension {}, which is no code part", self.label(dimension));
                return Err(error("dimension", code, Fault::Format, reason));
            };
            match placed.iter_mut().find(|(other, _, _)| *other == field) {
                None => placed.push((field, dimension, code)),
                Some((_, _, other)) if *other == code => {}
                Some((_, upper, _)) if self.below(upper, dimension) => {}
                Some(place) if self.below(dimension, place.1) => *place = (field, dimension, code),
                Some((_, other, _)) => {
                    let (one, two) = (self.label(other), self.label(dimension));
                    let reason = format!("and another code stand for {}: dimensions {one} and {two}", field.name());
                    return Err(error(field.name(), code, Fault::Conflict, reason));
                }
            }
        }
        for (field, _, code) in placed {
            code.trim().clone_into(field.slot(row));
        }
        Ok(())
    }

    fn above(&self, number: &str) -> Option<&str> {
        let declared = self.declared.get(number).and_then(|declared| declared.above.as_deref());
        declared.or((number == "2").then_some("1"))
    }

    /// Whether a dimension lies below another.
    fn below(&self, number: &str, upper: &str) -> bool {
        let mut at = self.above(number);
        for _ in 0..MOST_LEVELS {
            match at {
                Some(above) if above == upper => return true,
                Some(above) => at = self.above(above),
                None => return false,
            }
        }
        false
    }
}

/// The field that a dimension's name says, and whether it says it by the contract's own word.
fn by_name(name: &str) -> Option<(Field, bool)> {
    let name = name.trim().to_lowercase();
    let placed = |field: &Field| match field {
        Field::Code(part) => *part != CodePart::Account,
        field => *field == Field::Committee,
    };
    let exact = Field::ALL.into_iter().filter(placed).find(|field| field.swedish() == name);
    let other = || WORDS.iter().find(|(word, _)| *word == name).map(|(_, part)| (Field::Code(*part), false));
    exact.map(|field| (field, true)).or_else(other)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn municipal() -> Dimensions<'static> {
        let mut dimensions = Dimensions::default();
        for (number, name) in [
            ("1", "Avdelning"),
            ("3", "VERKSAMHET"),
            ("4", "Aktivitet"),
            ("5", "Motpart"),
            ("6", "Objekt"),
            ("7", "Anställd"),
            ("9", "Nämnd"),
        ] {
            dimensions.declare(number.into(), name.into(), None);
        }
        dimensions.declare("21".into(), "Lag".into(), Some("1".into()));
        dimensions
    }

    #[test]
    fn names_win_over_numbers_and_the_contracts_words_over_others() {
        let dimensions = municipal();
        let field = |number| dimensions.field(number);
        assert_eq!(field("1"), Some(Field::Code(CodePart::Unit)));
        assert_eq!(field("2"), Some(Field::Code(CodePart::Unit)));
        assert_eq!(field("21"), Some(Field::Code(CodePart::Unit)));
        assert_eq!(field("3"), Some(Field::Code(CodePart::Activity)));
        assert_eq!((field("4"), field("7"), field("8")), (None, None, None));
        assert_eq!(field("6"), Some(Field::Code(CodePart::Object)));
        assert_eq!(field("9"), Some(Field::Committee));
        assert_eq!(Dimensions::default().field("6"), Some(Field::Code(CodePart::Project)));
    }

    #[test]
    fn a_circle_of_dimensions_ends() {
        let mut dimensions = Dimensions::default();
        dimensions.declare("20".into(), "A".into(), Some("21".into()));
        dimensions.declare("21".into(), "B".into(), Some("20".into()));
        assert_eq!(dimensions.field("20"), None);
        assert!(!dimensions.below("20", "1"));
    }
}
