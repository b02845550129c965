//! Deviation cases: folds over evaluations, made in the transaction of what caused them, and their answers.

pub mod answer;
mod evaluate;
pub mod explanation;
mod ledger;
mod read;
mod touched;

pub(crate) use evaluate::{Cause, evaluate, years};
pub use read::{CaseEvaluation, Deviation, DeviationFilter, deviation, deviations, deviations_of, evaluations};
pub use touched::Touched;
pub(crate) use touched::touched_by;
