//! Indicators (nyckeltal): what is measured, what came out, what was aimed at, and how the two compare.
//!
//! Read the modules in this order.

pub mod measure_period;
pub mod organisation;

pub mod definition;
pub mod observation;
pub mod plausibility;

pub mod budget;
pub mod forecast;
pub mod ranking;
pub mod scorecard;
pub mod status;
pub mod target;
pub mod total;
pub mod trend;
