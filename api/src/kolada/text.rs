//! Texts in an address, as Kolada's clients write them: percent-encoded UTF-8, or Latin-1 by older ones.

use percent_encoding::percent_decode_str;
use std::collections::HashSet;

/// Decodes a text; bytes that are not UTF-8 are read as Latin-1. A NUL, which no text of ours holds and PostgreSQL refuses, becomes
/// the mark of what cannot be read.
pub(super) fn decoded(raw: &str) -> String {
    let bytes: Vec<u8> = percent_decode_str(raw).collect();
    let text = String::from_utf8(bytes);
    let text = text.unwrap_or_else(|error| encoding_rs::mem::decode_latin1(error.as_bytes()).into_owned());
    text.replace('\0', "\u{fffd}")
}

/// The parts of a list: comma-separated, trimmed, without empty ones and without repeats.
pub(super) fn parts<'a>(texts: impl IntoIterator<Item = &'a str>) -> Vec<String> {
    let mut seen = HashSet::new();
    let parts = texts.into_iter().flat_map(|text| text.split(',')).map(str::trim).filter(|part| !part.is_empty());
    parts.filter(|part| seen.insert(*part)).map(str::to_owned).collect()
}

/// The parameters of a query, in their order; a name may come several times, and nothing is refused.
#[derive(Debug)]
pub(super) struct Query(Vec<(String, String)>);

impl Query {
    pub(super) fn read(raw: &str) -> Self {
        let pairs = raw.split('&').filter(|pair| !pair.is_empty()).map(|pair| {
            let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
            (decoded(name), decoded(&value.replace('+', " ")))
        });
        Self(pairs.collect())
    }

    /// Every value of some names.
    pub(super) fn list(&self, names: &[&str]) -> Vec<String> {
        parts(self.0.iter().filter(|(name, _)| names.contains(&name.as_str())).map(|(_, value)| value.as_str()))
    }

    /// The last value of a name: who follows a link and adds a parameter means the one that is added.
    pub(super) fn last(&self, wanted: &str) -> Option<&str> {
        let mut values = self.0.iter().filter(|(name, _)| name == wanted).map(|(_, value)| value.trim());
        values.next_back().filter(|value| !value.is_empty())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lists_are_read_however_they_are_written() {
        for text in ["N1,N2", "N1%2CN2", "N1,%20N2", "N1,,N2,N1,"] {
            assert_eq!(parts([decoded(text).as_str()]), ["N1", "N2"], "{text}");
        }
        let query = Query::read("kpi_id=A&kpi_id=B,C&page=1&page=2&&title=&");
        assert_eq!(query.list(&["kpi_id"]), ["A", "B", "C"]);
        assert_eq!((query.last("page"), query.last("title"), query.last("other")), (Some("2"), None, None));
    }

    #[test]
    fn latin_1_is_read_where_it_is_not_utf_8() {
        assert_eq!(decoded("%C3%85re"), "Åre");
        assert_eq!(decoded("%C5re"), "Åre");
        assert_eq!(decoded("a%00b"), "a\u{fffd}b");
    }
}
