//! Whom a value is for: the municipality, one of its committees or units, or a reference such as Riket.

use crate::text::{Code, MunicipalityCode, TextError};
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use std::fmt;

/// An organisation as observations name it.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Organisation {
    /// A municipality, a region or Riket by its code of four digits: `0580`, `0000`.
    Area(MunicipalityCode),
    /// A group of municipalities: `G123456`.
    Group(String),
    /// A committee of the municipality, also one that has ended: `committee:SN`.
    Committee(Code),
    /// A unit of the municipality: `unit:3102`.
    Unit(Code),
}

const FORM: TextError =
    TextError::Form("is not an organisation: 0580, 0000 (Riket), G123456, committee:SN or unit:3102");

impl Organisation {
    /// Whether others are held against it: Riket, or a group of municipalities.
    pub fn is_reference(&self) -> bool {
        match self {
            Self::Area(code) => code.as_str() == "0000",
            Self::Group(_) => true,
            Self::Committee(_) | Self::Unit(_) => false,
        }
    }

    /// Whether it is a municipality, and not a region (`0005`) or Riket.
    pub fn is_municipality(&self) -> bool {
        matches!(self, Self::Area(code) if !code.as_str().starts_with("00"))
    }

    /// Reads an organisation.
    pub fn parse(text: &str) -> Result<Self, TextError> {
        if let Some((kind, code)) = text.split_once(':') {
            let code = Code::parse(code)?;
            return match kind {
                "committee" => Ok(Self::Committee(code)),
                "unit" => Ok(Self::Unit(code)),
                _ => Err(FORM),
            };
        }
        if let Some(digits) = text.strip_prefix('G') {
            let plain = (4..=6).contains(&digits.len()) && digits.bytes().all(|byte| byte.is_ascii_digit());
            return if plain { Ok(Self::Group(text.to_owned())) } else { Err(FORM) };
        }
        MunicipalityCode::parse(text).map(Self::Area).map_err(|_| FORM)
    }
}

impl fmt::Display for Organisation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Area(code) => code.fmt(f),
            Self::Group(code) => f.write_str(code),
            Self::Committee(code) => write!(f, "committee:{code}"),
            Self::Unit(code) => write!(f, "unit:{code}"),
        }
    }
}

impl Serialize for Organisation {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Organisation {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        Self::parse(&text).map_err(serde::de::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn organisations_are_areas_groups_committees_and_units() {
        for text in ["0580", "0000", "G175807", "committee:SN", "unit:3102"] {
            assert_eq!(Organisation::parse(text).unwrap().to_string(), text);
        }
        for text in ["", "580", "G1", "G12x456", "nämnd:SN", "committee:", "unit:a/b", "Riket"] {
            assert!(Organisation::parse(text).is_err(), "{text}");
        }
    }

    #[test]
    fn regions_and_riket_are_no_municipalities() {
        let all = ["0580", "0000", "0005", "G175807", "committee:SN"];
        let is_municipality = |text: &&str| Organisation::parse(text).unwrap().is_municipality();
        assert_eq!(all.into_iter().filter(is_municipality).collect::<Vec<_>>(), ["0580"]);
    }

    #[test]
    fn riket_and_groups_are_references() {
        let is_reference = |text: &&str| Organisation::parse(text).unwrap().is_reference();
        let all = ["0580", "0000", "G175807", "committee:SN", "unit:3102"];
        assert_eq!(all.into_iter().filter(|text| is_reference(text)).collect::<Vec<_>>(), ["0000", "G175807"]);
    }
}
