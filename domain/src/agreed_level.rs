//! Agreed levels: a deviation that is agreed separately, such as a deficit that the executive tolerates. A year is compared with it beside its
//! budget; it changes neither the budget nor the deviation.

use crate::money::Money;
use crate::period::Year;
use crate::steering::edition::Decision;
use crate::text::{Code, Name};
use serde::{Deserialize, Serialize};

/// A committee's agreed level for a year.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AgreedLevel {
    /// The committee.
    pub committee: Code,
    /// The year.
    pub year: Year,
    /// What it is called: `Ekonomi i balans, KS mars`.
    pub label: Name,
    /// The deviation that is agreed: negative is a tolerated deficit.
    pub amount: Money,
    /// Why.
    pub reason: String,
    /// The decision.
    pub decision: Option<Decision>,
}
