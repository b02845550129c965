//! Amounts and other exact numbers as JSON number tokens: written and read digit by digit, never through a float.

use serde::de::Error as _;
use serde::ser::Error as _;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use serde_json::value::RawValue;
use std::borrow::Cow;
use std::fmt;
use utfall_domain::money::{AmountUnit, Money, ShownAmount};
use utoipa::openapi::{KnownFormat, ObjectBuilder, RefOr, Schema, SchemaFormat, schema::Type};
use utoipa::{PartialSchema, ToSchema};

/// An amount in the unit that its document names.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Amount(String);

impl Amount {
    /// An amount as a report shows it.
    pub fn shown(amount: ShownAmount) -> Self {
        Self(amount.to_string())
    }

    /// An amount as a unit shows it: rounded where the unit rounds.
    pub fn in_unit(unit: AmountUnit, amount: Money) -> Self {
        Self::shown(unit.shown(amount))
    }

    /// An amount in a unit, with as many decimals as it takes to be exact.
    pub fn exact_in(unit: AmountUnit, amount: Money) -> Self {
        Self(unit.exact(amount))
    }

    /// The digits.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The amount in kronor.
    pub fn kronor(&self) -> Result<Money, utfall_domain::money::AmountError> {
        Money::parse(&self.0)
    }
}

/// In kronor, exactly.
impl From<Money> for Amount {
    fn from(amount: Money) -> Self {
        Self(amount.to_string())
    }
}

impl fmt::Display for Amount {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl Serialize for Amount {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serialize_number(&self.0, serializer)
    }
}

impl<'de> Deserialize<'de> for Amount {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let raw = Box::<RawValue>::deserialize(deserializer)?;
        let token = raw.get().trim();
        let text = token.strip_prefix('"').and_then(|rest| rest.strip_suffix('"')).unwrap_or(token);
        Money::parse(text).map_err(|why| D::Error::custom(format!("{text:?} {why}")))?;
        Ok(Self(text.to_owned()))
    }
}

impl ToSchema for Amount {
    fn name() -> Cow<'static, str> {
        "Amount".into()
    }
}

impl PartialSchema for Amount {
    fn schema() -> RefOr<Schema> {
        ObjectBuilder::new()
            .schema_type(Type::Number)
            .format(Some(SchemaFormat::KnownFormat(KnownFormat::Double)))
            .minimum(Some(-9_999_999_999_999.99))
            .maximum(Some(9_999_999_999_999.99))
            .multiple_of(Some(0.01))
            .description(Some(
                "Exakt belopp: högst 13 siffror före och 2 efter decimalpunkten. An exact amount: at most 13 digits before \
                 and 2 after the decimal point, in the unit and the sign convention that the document names.",
            ))
            .examples([serde_json::json!(65_251_000)])
            .into()
    }
}

/// A percentage with up to two decimals.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Percent(i64);

impl Percent {
    /// From hundredths of a percent.
    pub const fn from_hundredths(hundredths: i64) -> Self {
        Self(hundredths)
    }

    /// In hundredths of a percent.
    pub const fn hundredths(self) -> i64 {
        self.0
    }
}

impl fmt::Display for Percent {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        Money::stored(self.0).fmt(f)
    }
}

impl Serialize for Percent {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serialize_number(&self.to_string(), serializer)
    }
}

impl<'de> Deserialize<'de> for Percent {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let amount = Amount::deserialize(deserializer)?;
        amount.kronor().map(|amount| Self(amount.ore())).map_err(D::Error::custom)
    }
}

impl ToSchema for Percent {
    fn name() -> Cow<'static, str> {
        "Percent".into()
    }
}

impl PartialSchema for Percent {
    fn schema() -> RefOr<Schema> {
        ObjectBuilder::new()
            .schema_type(Type::Number)
            .minimum(Some(-9_999_999_999_999.99))
            .maximum(Some(9_999_999_999_999.99))
            .multiple_of(Some(0.01))
            .description(Some("Procent med högst två decimaler. A percentage with at most two decimals: -2.57."))
            .examples([serde_json::json!(-2.57)])
            .into()
    }
}

/// Writes a number's digits as they are.
pub(crate) fn serialize_number<S: Serializer>(text: &str, serializer: S) -> Result<S::Ok, S::Error> {
    RawValue::from_string(text.to_owned()).map_err(S::Error::custom)?.serialize(serializer)
}
