//! `asOf`: which moment of recording is asked for.

use chrono::{DateTime, Utc};
use serde::de::Error as _;
use serde::{Deserialize, Deserializer};
use utfall_domain::period::parse_as_of;
use utoipa::IntoParams;

/// A moment of recorded time; a bare date means the end of that day in Stockholm.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct AsOf(pub DateTime<Utc>);

impl<'de> Deserialize<'de> for AsOf {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        parse_as_of(&text).map(Self).map_err(|why| D::Error::custom(format!("{text:?} {why}")))
    }
}

/// Vilken tidpunkt. Which moment.
#[derive(Deserialize, IntoParams)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct AsOfQuery {
    /// Som registrerat då: en tidpunkt, eller slutet av ett datum. As recorded then: at a moment, or at the end of a date (2018-12-31).
    #[param(value_type = Option<String>)]
    pub as_of: Option<AsOf>,
}
