//! Action plans: versions that bodies decide, reports on them, and what they give.

mod ahead;
mod figures;
mod measured;
mod put;
mod report;
pub mod version;

pub use ahead::{Ahead, ahead};
pub use figures::{MeasureFigures, PlanFigures, YearFigures, figures};
pub use put::{close, decide, hand_back, propose, put};
pub use report::{RecordedReport, put_report, report, report_resource, reports};
