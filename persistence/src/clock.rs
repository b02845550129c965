//! Time and randomness from outside, so that every test repeats.

use chrono::{DateTime, SubsecRound, Utc};
use std::sync::Arc;

/// Says what time it is.
pub type Clock = Arc<dyn Fn() -> DateTime<Utc> + Send + Sync>;

/// The computer's clock.
pub fn system_clock() -> Clock {
    Arc::new(Utc::now)
}

/// A moment as it is stored: microseconds since 1970, which both databases keep exactly.
pub(crate) fn stamp(moment: DateTime<Utc>) -> i64 {
    moment.trunc_subsecs(6).timestamp_micros()
}

/// The moment of a stored stamp.
pub(crate) fn moment(stamp: i64) -> DateTime<Utc> {
    DateTime::from_timestamp_micros(stamp).unwrap_or_default()
}
