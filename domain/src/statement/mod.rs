//! Statements: tables of the ledger whose columns are chosen, by account, activity or unit, with of-which lines, footnotes, and what
//! was printed beside what is computed.

mod column;
mod cut;
mod layout;
mod line;

pub use column::{Column, ColumnKind, Columns, LedgerColumn, Part};
pub use cut::{by_tree, result_statement};
pub use layout::{Footnote, From, LayoutLine, LineRole, ReportLayout, StatedCell, Wanted, laid_out, selected};
pub use line::{Cells, ColumnSum, Line, LineKind, Statement, sum_cells};
