//! JSON objects and arrays taken apart into raw values.
//!
//! An object is read by known names only: an unknown or repeated name refuses the body and is pointed at.

use super::{Unreadable, quoted};
use serde::de::{DeserializeSeed, Error, IgnoredAny, MapAccess, SeqAccess, Visitor};
use serde_json::value::RawValue;
use std::fmt;

/// The members of an object, by known names. `Ok(None)` when the value is not an object.
pub(super) fn members<'a, const N: usize>(
    raw: &'a RawValue,
    names: &'static [&'static str; N],
    pointer: impl FnOnce() -> String,
) -> Result<Option<[Option<&'a RawValue>; N]>, Unreadable> {
    if !raw.get().starts_with('{') {
        return Ok(None);
    }
    let mut fault = None;
    let seed = Members { names, fault: &mut fault };
    let read = seed.deserialize(&mut serde_json::Deserializer::from_str(raw.get()));
    match (read, fault) {
        (Ok(members), None) => Ok(Some(members)),
        (_, Some(KeyFault { name, repeated })) => {
            let sentence = if repeated {
                format!("The member {} is there twice.", quoted(&name))
            } else {
                format!("The member {} is not known; known are {}.", quoted(&name), names.join(", "))
            };
            Err(Unreadable::Malformed(sentence, Some(format!("{}/{}", pointer(), escaped(&name)))))
        }
        (Err(_), None) => Err(Unreadable::Malformed(
            "The name of a member has an escape that makes no character.".to_owned(),
            Some(pointer()),
        )),
    }
}

/// The elements of an array, at most `most`. `Ok(None)` when the value is not an array.
pub(super) fn elements(raw: &RawValue, most: usize) -> Result<Option<Vec<&RawValue>>, Unreadable> {
    if !raw.get().starts_with('[') {
        return Ok(None);
    }
    let read = Elements { most }.deserialize(&mut serde_json::Deserializer::from_str(raw.get()));
    read.map(Some).map_err(|_| Unreadable::TooManyRows(most))
}

/// A name as a part of a JSON pointer.
fn escaped(name: &str) -> String {
    name.chars().take(100).collect::<String>().replace('~', "~0").replace('/', "~1")
}

struct KeyFault {
    name: String,
    repeated: bool,
}

struct Members<'n, const N: usize> {
    names: &'static [&'static str; N],
    fault: &'n mut Option<KeyFault>,
}

impl<'de, const N: usize> DeserializeSeed<'de> for Members<'_, N> {
    type Value = [Option<&'de RawValue>; N];

    fn deserialize<D: serde::Deserializer<'de>>(self, reader: D) -> Result<Self::Value, D::Error> {
        reader.deserialize_map(self)
    }
}

impl<'de, const N: usize> Visitor<'de> for Members<'_, N> {
    type Value = [Option<&'de RawValue>; N];

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
        let mut values = [None; N];
        while let Some(key) = map.next_key_seed(Key(self.names))? {
            let fault = match key {
                Ok(index) if values[index].is_none() => {
                    values[index] = Some(map.next_value()?);
                    continue;
                }
                Ok(index) => KeyFault { name: self.names[index].to_owned(), repeated: true },
                Err(name) => KeyFault { name, repeated: false },
            };
            *self.fault = Some(fault);
            return Err(A::Error::custom("refused"));
        }
        Ok(values)
    }
}

/// Finds a member's name among the known ones without keeping it.
struct Key<const N: usize>(&'static [&'static str; N]);

impl<'de, const N: usize> DeserializeSeed<'de> for Key<N> {
    type Value = Result<usize, String>;

    fn deserialize<D: serde::Deserializer<'de>>(self, reader: D) -> Result<Self::Value, D::Error> {
        reader.deserialize_str(self)
    }
}

impl<const N: usize> Visitor<'_> for Key<N> {
    type Value = Result<usize, String>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a name")
    }

    fn visit_str<E: Error>(self, name: &str) -> Result<Self::Value, E> {
        Ok(self.0.iter().position(|known| *known == name).ok_or_else(|| name.to_owned()))
    }
}

struct Elements {
    most: usize,
}

impl<'de> DeserializeSeed<'de> for Elements {
    type Value = Vec<&'de RawValue>;

    fn deserialize<D: serde::Deserializer<'de>>(self, reader: D) -> Result<Self::Value, D::Error> {
        reader.deserialize_seq(self)
    }
}

impl<'de> Visitor<'de> for Elements {
    type Value = Vec<&'de RawValue>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an array")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Self::Value, A::Error> {
        let mut values = Vec::new();
        while values.len() < self.most {
            match seq.next_element()? {
                Some(value) => values.push(value),
                None => return Ok(values),
            }
        }
        match seq.next_element::<IgnoredAny>()? {
            Some(_) => Err(A::Error::custom("refused")),
            None => Ok(values),
        }
    }
}
