//! Forecasts that are made and scored: what the ledger suggests for the year, and how far forecasts have missed.

mod accuracy;
mod history;
mod proposal;

pub use accuracy::{Score, Snapshot, score};
pub use history::{Departure, THRESHOLD, Tilt, YEARS_BACK, departure, weights};
pub use proposal::{BackTest, Interval, Method, Proposal, Years, interval, propose, proposed};
