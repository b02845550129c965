//! Values as Kolada gives them.

use crate::indicator::observation::ObservationStatus;

/// What Kolada says of a value that there is.
pub const THERE: &str = "";
/// What Kolada says of one that there is not. It tells no reasons apart; they stay in the observation.
pub const MISSING: &str = "Missing";

/// What an imported value is, by whether it has a number.
pub const fn observed_status(has_number: bool) -> ObservationStatus {
    if has_number { ObservationStatus::Final } else { ObservationStatus::NotMeasured }
}
