//! Deviation cases: folds over evaluations, made in the transaction of what caused them.

mod evaluate;
mod ledger;
mod read;
mod touched;

pub(crate) use evaluate::{Cause, evaluate, years};
pub use read::{CaseEvaluation, Deviation, DeviationFilter, deviation, deviations, evaluations};
pub use touched::Touched;
pub(crate) use touched::touched_by;
