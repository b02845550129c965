//! What is wrong with one row of a delivery: everything is collected, never the first only.

use std::fmt;

/// One thing wrong, named by row, field, value and reason.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RowError {
    /// The ordinal of the data row, from 1 (a CSV header is not counted); `None` when it concerns the whole delivery.
    pub row: Option<u32>,
    /// The line of the file, where the delivery has lines.
    pub line: Option<u32>,
    /// The field, by its name in the contract: `account`, `amount`, `controlTotals.net`.
    pub field: String,
    /// The value as it was given, shortened to 100 characters.
    pub value: String,
    /// What kind of fault it is.
    pub fault: Fault,
    /// Why it cannot be taken, to be read after the value.
    pub reason: String,
}

/// The kinds of fault, so that a client can act on them without reading prose.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fault {
    /// The value does not follow the field's grammar.
    Format,
    /// A value that must be there is missing.
    Missing,
    /// The code is in no list of the municipality.
    UnknownCode,
    /// The code exists, but not in that month.
    InvalidCode,
    /// Two values that exclude or contradict each other.
    Conflict,
    /// A stated total differs from its rows.
    ControlTotal,
    /// The row is for a committee that the caller may not write.
    OutsideGrant,
    /// A value outside its bounds.
    Bounds,
}

impl Fault {
    /// Its name in the contract.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Format => "format",
            Self::Missing => "missing",
            Self::UnknownCode => "unknown-code",
            Self::InvalidCode => "invalid-code",
            Self::Conflict => "conflict",
            Self::ControlTotal => "control-total",
            Self::OutsideGrant => "outside-grant",
            Self::Bounds => "bounds",
        }
    }
}

impl RowError {
    /// A fault in a field of the whole delivery.
    pub fn whole(field: impl Into<String>, value: &str, fault: Fault, reason: impl Into<String>) -> Self {
        Self { row: None, line: None, field: field.into(), value: shortened(value), fault, reason: reason.into() }
    }

    /// A fault in a field of a row.
    pub fn at(
        row: u32,
        line: Option<u32>,
        field: impl Into<String>,
        value: &str,
        fault: Fault,
        reason: impl Into<String>,
    ) -> Self {
        Self { row: Some(row), line, ..Self::whole(field, value, fault, reason) }
    }
}

impl fmt::Display for RowError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(row) = self.row {
            write!(f, "row {row}: ")?;
        }
        write!(f, "{} {:?} {}", self.field, self.value, self.reason)
    }
}

fn shortened(value: &str) -> String {
    value.chars().take(100).collect()
}
