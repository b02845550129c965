//! Exact decimals of targets and indicators as JSON number tokens, never through a float.

use super::amount::serialize_number;
use serde::de::Error as _;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use serde_json::value::RawValue;
use std::borrow::Cow;
use utfall_domain::decimal::Decimal;
use utoipa::openapi::{ObjectBuilder, RefOr, Schema, schema::Type};
use utoipa::{PartialSchema, ToSchema};

/// An exact number with at most six decimals.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ExactNumber(pub Decimal);

impl Serialize for ExactNumber {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serialize_number(&self.0.to_string(), serializer)
    }
}

impl<'de> Deserialize<'de> for ExactNumber {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let raw = Box::<RawValue>::deserialize(deserializer)?;
        let token = raw.get().trim();
        let text = token.strip_prefix('"').and_then(|rest| rest.strip_suffix('"')).unwrap_or(token);
        Decimal::parse(text).map(Self).map_err(|why| D::Error::custom(format!("{text:?} {why}")))
    }
}

impl ToSchema for ExactNumber {
    fn name() -> Cow<'static, str> {
        "ExactNumber".into()
    }
}

impl PartialSchema for ExactNumber {
    fn schema() -> RefOr<Schema> {
        ObjectBuilder::new()
            .schema_type(Type::Number)
            .minimum(Some(-999_999_999_999.0))
            .maximum(Some(999_999_999_999.0))
            .multiple_of(Some(0.000_001))
            .description(Some(
                "Exakt tal: högst femton siffror, varav högst sex decimaler. An exact number: at most fifteen digits, at most \
                 six of them decimals.",
            ))
            .examples([serde_json::json!(7.3)])
            .into()
    }
}
