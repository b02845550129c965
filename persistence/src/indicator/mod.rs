//! Indicators as they are kept: definitions, observations, targets, forecasts and scorecards.

pub mod definition;
pub mod forecast;
pub mod observation;
pub mod scorecard;
pub mod series;
pub mod target;

mod organisation;
mod whole;
