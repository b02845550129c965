//! Steering: models, chains of goals, plans and follow-ups with their editions, internal control.

pub mod assessment;
pub mod assignment;
pub mod chain;
pub mod edition;
pub mod follow_up;
pub mod goal;
pub mod internal_control;
pub mod model;
pub mod plan;

use crate::error::{Refusal, StoreError};
use utfall_domain::steering::chain::Faults;

/// Refuses a chain that is at fault: in the document, or in goals that could not stay as they are.
fn refuse_chain(faults: Faults) -> Result<(), StoreError> {
    crate::put::refuse(faults.document)?;
    match faults.others.as_slice() {
        [] => Ok(()),
        others => {
            let shown = others.iter().take(20).cloned().collect::<Vec<_>>().join("; ");
            let sentence =
                format!("{} goals that are not in the document could not stay as they are: {shown}", others.len());
            Err(Refusal::Conflict(sentence).into())
        }
    }
}
