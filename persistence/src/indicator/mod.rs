//! Indicators as they are kept: definitions, observations, targets and scorecards.

pub mod definition;
pub mod observation;
pub mod scorecard;
pub mod series;
pub mod target;
