//! Statements: their layouts as they are kept, and the sums of their columns, read from rollups.

mod layout;
mod sums;

pub use layout::{layout, layout_resource, layouts, put_layout};
pub use sums::{Asked, ColumnSums, Used, column_sums, reasons};
