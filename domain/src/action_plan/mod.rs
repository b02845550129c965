//! Action plans (åtgärdsplaner): what a committee does about a deficit, what that is planned to give, and what it gives.
//!
//! A plan answers deviation cases, or a need that is stated before the year begins. The municipality's plan for the balance
//! requirement answers a negative result (kommunallagen 11 kap. 12 §: it is made good within three years, by a plan that the council
//! decides).

mod coverage;
mod filter;
mod measure;
mod plan;
mod planned;
mod report;
mod status;

pub use coverage::{Coverage, Deficit, need_of};
pub use filter::{Baseline, CodeFilter, Measuring, measured};
pub use measure::{Certainty, Measure, PlannedEffect, Volume};
pub use plan::{ActionPlan, NeedPart, Purpose};
pub use planned::{planned_after, planned_in_year, planned_through};
pub use report::{EffectReport, MeasureReport, MeasureState, realised};
pub use status::{Lateness, MeasureStatus, status};
