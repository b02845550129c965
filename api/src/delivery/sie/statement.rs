//! One line of a SIE file: a label, fields apart by blanks or tabs, and perhaps a list of objects in braces.

use std::borrow::Cow;

/// An object: the number of its dimension and its code.
pub(super) type Object<'a> = (Cow<'a, str>, Cow<'a, str>);

/// A line taken apart.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Statement<'a> {
    /// The fields after the label, without the list of objects.
    pub(super) fields: Vec<Cow<'a, str>>,
    /// The objects, in the order of their dimensions; empty codes are left out.
    pub(super) objects: Vec<Object<'a>>,
    /// The text after the label.
    pub(super) text: &'a str,
    /// What is wrong with the line, to be read after its text.
    pub(super) fault: Option<&'static str>,
}

impl<'a> Statement<'a> {
    /// Takes a line apart from after its label.
    pub(super) fn read(text: &'a str) -> Self {
        let text = text.trim();
        let mut statement = Self { text, ..Self::default() };
        let mut in_braces: Option<Vec<Cow<'a, str>>> = None;
        let mut rest = text;
        while let Some(first) = rest.chars().next() {
            match (first, &mut in_braces) {
                ('{', None) => {
                    in_braces = Some(Vec::new());
                    rest = &rest[1..];
                }
                ('{', Some(_)) => return statement.with("has a list of objects within a list"),
                ('}', Some(parts)) => {
                    let pairs = std::mem::take(parts);
                    if !statement.take_objects(pairs) {
                        return statement.with("has an object without a code");
                    }
                    in_braces = None;
                    rest = &rest[1..];
                }
                ('}', None) => return statement.with("closes a list of objects that is not open"),
                (_, parts) => {
                    let Some((field, after)) = field(rest) else {
                        return statement.with("has a quote that is never closed");
                    };
                    parts.as_mut().unwrap_or(&mut statement.fields).push(field);
                    rest = after;
                }
            }
            rest = rest.trim_start();
        }
        if in_braces.is_some() { statement.with("has a list of objects that is never closed") } else { statement }
    }

    /// A field, empty when the line has fewer.
    pub(super) fn field(&self, index: usize) -> &str {
        self.fields.get(index).map_or("", AsRef::as_ref)
    }

    /// A field to keep.
    pub(super) fn take(&mut self, index: usize) -> Cow<'a, str> {
        self.fields.get_mut(index).map(std::mem::take).unwrap_or_default()
    }

    fn with(mut self, fault: &'static str) -> Self {
        self.fault = Some(fault);
        self
    }

    fn take_objects(&mut self, parts: Vec<Cow<'a, str>>) -> bool {
        let mut parts = parts.into_iter();
        while let Some(dimension) = parts.next() {
            match parts.next() {
                Some(code) if code.trim().is_empty() => {}
                Some(code) => self.objects.push((dimension, code)),
                None => return false,
            }
        }
        self.objects.sort();
        true
    }
}

/// The first field, and what follows it. A quoted one may hold blanks, braces and `\"`. `None` when a quote is not closed.
fn field(text: &str) -> Option<(Cow<'_, str>, &str)> {
    let Some(quoted) = text.strip_prefix('"') else {
        let end = text.find(|c: char| c.is_whitespace() || matches!(c, '{' | '}' | '"')).unwrap_or(text.len());
        return Some((Cow::Borrowed(&text[..end]), &text[end..]));
    };
    let mut from = 0;
    loop {
        let at = from + quoted[from..].find('"')?;
        if !quoted[..at].ends_with('\\') {
            let (inside, after) = (&quoted[..at], &quoted[at + 1..]);
            let escaped = inside.contains("\\\"");
            let field = if escaped { Cow::Owned(inside.replace("\\\"", "\"")) } else { Cow::Borrowed(inside) };
            return Some((field, after));
        }
        from = at + 1;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn parts(line: &str) -> (Vec<String>, Vec<(String, String)>, Option<&'static str>) {
        let Statement { fields, objects, fault, .. } = Statement::read(line);
        let objects = objects.into_iter().map(|(dimension, code)| (dimension.into_owned(), code.into_owned()));
        (fields.into_iter().map(Cow::into_owned).collect(), objects.collect(), fault)
    }

    fn texts<const N: usize>(texts: [&str; N]) -> Vec<String> {
        texts.map(str::to_owned).to_vec()
    }

    #[test]
    fn blanks_tabs_quotes_and_escapes() {
        assert_eq!(parts(" 0\t201808   4551 {} -1.50").0, texts(["0", "201808", "4551", "-1.50"]));
        assert_eq!(parts(r#" 1930 "Bank \"A\" {x}""#).0, texts(["1930", r#"Bank "A" {x}"#]));
        assert_eq!(parts(r#" "" "" 20180801 "C:\temp""#).0, texts(["", "", "20180801", r"C:\temp"]));
    }

    #[test]
    fn objects_are_sorted_and_empty_ones_left_out() {
        let pair = |dimension: &str, code: &str| (dimension.to_owned(), code.to_owned());
        assert_eq!(parts(r#"{"6" "P 1" 1 10 2 ""} 5"#).1, [pair("1", "10"), pair("6", "P 1")]);
        assert_eq!(parts("4551{ }5").0, texts(["4551", "5"]));
    }

    #[test]
    fn what_is_not_closed_is_a_fault() {
        for line in ["{1 \"10\" 5", "\"abc", "\"abc\\\"", "{1} 5", "}", "{1 {2}} 5"] {
            assert!(parts(line).2.is_some(), "{line}");
        }
    }

    proptest! {
        #[test]
        fn any_line_is_taken_apart(line in "[ -~åäö\t]{0,40}") {
            let _ = Statement::read(&line);
        }
    }
}
