//! The lines of a statement, and the sums that they are made of.

use super::column::{Column, Columns, LedgerColumn, Part};
use crate::money::{AmountError, Money};
use crate::report::{Absent, Value};

/// The values of a line, column by column.
pub type Cells = Vec<Value>;

/// One sum of the ledger for a column.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ColumnSum {
    /// The place of the column.
    pub column: usize,
    /// The leaf code; empty when the entries have none.
    pub code: String,
    /// Whether it stands outside the budget frame.
    pub outside_frame: bool,
    /// Costs within net cost.
    pub cost: Money,
    /// Revenues within net cost; negative.
    pub revenue: Money,
    /// Outside net cost: municipal allocation, carried result, balance accounts.
    pub excluded: Money,
}

impl ColumnSum {
    /// The part of net cost that a column shows.
    pub fn part(&self, part: Part) -> Result<Money, AmountError> {
        match part {
            Part::Net => self.cost.plus(self.revenue),
            Part::Cost => Ok(self.cost),
            Part::Revenue => Ok(self.revenue),
        }
    }
}

/// What a line is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LineKind {
    /// A line of its own.
    Line,
    /// A code with what hangs under it.
    Group,
    /// What is given on a code itself and not on those under it.
    Undistributed,
    /// A part of the line above it; it counts in no sum.
    OfWhich,
    /// A sum of lines.
    Subtotal,
    /// The sum of all.
    Total,
    /// Something to compare with, from outside the ledger.
    Comparison,
    /// A heading.
    Heading,
}

impl LineKind {
    /// Its name in the contract.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Line => "line",
            Self::Group => "group",
            Self::Undistributed => "undistributed",
            Self::OfWhich => "of-which",
            Self::Subtotal => "subtotal",
            Self::Total => "total",
            Self::Comparison => "comparison",
            Self::Heading => "heading",
        }
    }

    /// Whether it shares the total with the other lines.
    pub const fn counts(self) -> bool {
        matches!(self, Self::Line | Self::Group | Self::Undistributed)
    }
}

/// A line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Line {
    /// Its code, or its key in a layout.
    pub code: String,
    /// What it is called.
    pub label: String,
    /// What it is.
    pub kind: LineKind,
    /// How deep it stands among of-which lines; 0 for the others.
    pub depth: u8,
    /// Its values.
    pub cells: Cells,
}

/// A statement.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Statement {
    /// The lines, in order.
    pub lines: Vec<Line>,
    /// The total; a layout has it among its lines.
    pub total: Option<Cells>,
}

/// The cells of some sums: ledger columns as they sum, and those that are computed from others. `absent` says of a column why nothing is
/// known of it.
pub fn sum_cells<'a>(
    columns: &Columns,
    sums: impl IntoIterator<Item = &'a ColumnSum>,
    absent: &[Option<Absent>],
    amount: impl Fn(&ColumnSum, LedgerColumn) -> Result<Money, AmountError>,
) -> Result<Cells, AmountError> {
    let mut ledger: Vec<i128> = vec![0; columns.0.len()];
    for sum in sums {
        if let Some((_, Column::Ledger(column))) = columns.0.get(sum.column) {
            ledger[sum.column] += i128::from(amount(sum, *column)?.ore());
        }
    }
    let mut cells: Cells = Vec::with_capacity(columns.0.len());
    for (at, (_, column)) in columns.0.iter().enumerate() {
        let cell = match column {
            Column::Ledger(_) => match absent.get(at).copied().flatten() {
                Some(why) => Err(why),
                None => Ok(i64::try_from(ledger[at]).map_err(|_| AmountError::TooLarge).and_then(Money::from_ore)?),
            },
            Column::Change { from, to } => difference(cells[*to], cells[*from])?,
            Column::Deviation { budget, actual } => difference(cells[*budget], cells[*actual])?,
        };
        cells.push(cell);
    }
    Ok(cells)
}

/// One value less another; absent where either is.
pub(super) fn difference(value: Value, less: Value) -> Result<Value, AmountError> {
    Ok(match (value, less) {
        (Ok(value), Ok(less)) => Ok(value.minus(less)?),
        (Err(absent), _) | (_, Err(absent)) => Err(absent),
    })
}
