//! Layouts: the lines of a printed table, what each sums, and what was printed in its cells. What is stated stands beside what is
//! computed and never replaces it.

use super::column::{Columns, LedgerColumn};
use super::line::{Cells, ColumnSum, Line, LineKind, Statement, difference, sum_cells};
use crate::code_plan::Nature;
use crate::money::{AmountError, AmountUnit, Money, SignConvention};
use crate::report::{Absent, Value};
use crate::rollup::Dimension;
use crate::row_error::{Fault, RowError};
use crate::text::{Code, Key, Name};
use crate::word::words;
use serde::{Deserialize, Serialize};
use std::collections::HashMap;

words! {
    /// What a line of a layout is.
    LineRole: 6 {
        /// En rad.
        Line = "line",
        /// Varav: a part of its parent, which counts in no sum.
        OfWhich = "of-which",
        /// Delsumma.
        Subtotal = "subtotal",
        /// Summa.
        Total = "total",
        /// Jämförelse: something from outside the ledger, that is only stated.
        Comparison = "comparison",
        /// Rubrik.
        Heading = "heading",
    }
}

impl LineRole {
    const fn kind(self) -> LineKind {
        match self {
            Self::Line => LineKind::Line,
            Self::OfWhich => LineKind::OfWhich,
            Self::Subtotal => LineKind::Subtotal,
            Self::Total => LineKind::Total,
            Self::Comparison => LineKind::Comparison,
            Self::Heading => LineKind::Heading,
        }
    }
}

/// Which codes of a dimension a line sums.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Wanted {
    /// These codes, and what hangs under them.
    Codes(Dimension, Vec<Code>),
    /// Accounts of these lines of the income statement.
    ResultLines(Vec<String>),
    /// Accounts of a nature, within net cost.
    Nature(Nature),
    /// Everything within net cost.
    Everything,
}

/// What a line takes its values from.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum From {
    /// The ledger.
    Ledger(Wanted),
    /// Other lines: the sum of some less the sum of others.
    Lines {
        /// These are added.
        plus: Vec<Key>,
        /// These are subtracted.
        minus: Vec<Key>,
    },
    /// Nothing: it has only what is stated.
    Stated,
}

/// A line of a layout.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LayoutLine {
    /// Its key.
    pub key: Key,
    /// What it is called.
    pub label: Name,
    /// What it is.
    pub role: LineRole,
    /// The line that it is a part of, for of-which lines; at most two deep.
    pub parent: Option<Key>,
    /// What it takes its values from.
    pub from: From,
    /// The sign convention of its amounts, where it is not the table's.
    pub sign: Option<SignConvention>,
    /// The mark of a footnote to it.
    pub mark: String,
}

/// What is printed in a cell.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct StatedCell {
    /// The line.
    pub line: Key,
    /// The column's name.
    pub column: String,
    /// The amount, in the ledger's sign unless it is a deviation; none where the cell is empty for a reason.
    pub amount: Option<Money>,
    /// As it was printed: `-0`, `26,8*`.
    pub printed: String,
    /// The mark of a footnote to it.
    pub mark: String,
    /// Why it is empty, or why it differs.
    pub reason: String,
}

/// A footnote.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Footnote {
    /// Its mark.
    pub mark: String,
    /// What it says.
    pub text: String,
}

/// A layout.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReportLayout {
    /// The title of the table.
    pub title: Name,
    /// The unit that it is printed in.
    pub unit: AmountUnit,
    /// The sign convention that it is printed with.
    pub sign: SignConvention,
    /// Its lines, in order.
    pub lines: Vec<LayoutLine>,
    /// What is printed in its cells.
    pub stated: Vec<StatedCell>,
    /// Its footnotes.
    pub footnotes: Vec<Footnote>,
}

/// How deep of-which lines stand at most.
const DEEPEST: u8 = 2;

impl ReportLayout {
    fn line(&self, key: &Key) -> Option<&LayoutLine> {
        self.lines.iter().find(|line| line.key == *key)
    }

    /// How deep a line stands among of-which lines.
    fn depth(&self, line: &LayoutLine) -> u8 {
        let parent = |line: &LayoutLine| line.parent.as_ref().and_then(|parent| self.line(parent));
        let above = std::iter::successors(parent(line), |line| parent(line)).take(usize::from(DEEPEST) + 1).count();
        u8::try_from(above).unwrap_or(u8::MAX)
    }

    /// What is wrong with it by itself; fields are JSON pointers.
    pub fn check(&self) -> Vec<RowError> {
        let mut errors = Vec::new();
        for (at, line) in self.lines.iter().enumerate() {
            let mut fault = |field: &str, value: &str, fault, reason: &str| {
                errors.push(RowError::whole(format!("lines/{at}/{field}"), value, fault, reason));
            };
            if self.lines[..at].iter().any(|before| before.key == line.key) {
                fault("key", line.key.as_str(), Fault::Conflict, "stands twice in the layout");
            }
            match (&line.parent, line.role) {
                (None, LineRole::OfWhich) => fault("parent", "", Fault::Missing, "is needed: the line is of which"),
                (Some(parent), LineRole::OfWhich) if self.line(parent).is_none() => {
                    fault("parent", parent.as_str(), Fault::UnknownCode, "is not a line of the layout");
                }
                (Some(parent), LineRole::OfWhich) if self.depth(line) > DEEPEST => {
                    fault("parent", parent.as_str(), Fault::Bounds, "makes more than two levels of of-which lines");
                }
                (Some(parent), role) if role != LineRole::OfWhich => {
                    fault("parent", parent.as_str(), Fault::Conflict, "is only for of-which lines");
                }
                _ => {}
            }
            if let From::Lines { plus, minus } = &line.from {
                for key in plus.iter().chain(minus) {
                    if !self.lines[..at].iter().any(|before| before.key == *key) {
                        fault("from", key.as_str(), Fault::UnknownCode, "is not a line before it");
                    }
                }
            }
        }
        for (at, cell) in self.stated.iter().enumerate().filter(|(_, cell)| self.line(&cell.line).is_none()) {
            let field = format!("statedCells/{at}/line");
            errors.push(RowError::whole(field, cell.line.as_str(), Fault::UnknownCode, "is not a line of the layout"));
        }
        errors
    }

    /// What is stated of a cell.
    pub fn stated(&self, line: &str, column: &str) -> Option<&StatedCell> {
        self.stated.iter().find(|cell| cell.line.as_str() == line && cell.column == column)
    }

    /// The sign convention of a line.
    pub fn sign_of(&self, line: &str) -> SignConvention {
        self.lines.iter().find(|one| one.key.as_str() == line).and_then(|one| one.sign).unwrap_or(self.sign)
    }
}

/// The amount of a sum that a line selects: what lies outside net cost only where its account is named.
pub fn selected(sum: &ColumnSum, column: LedgerColumn, wanted: &Wanted) -> Result<Money, AmountError> {
    let net = sum.part(column.part)?;
    match wanted {
        Wanted::Codes(Dimension::Account, _) | Wanted::ResultLines(_) => net.plus(sum.excluded),
        Wanted::Codes(..) | Wanted::Nature(_) | Wanted::Everything => Ok(net),
    }
}

/// Lays a statement out. `sums` gives the sums that a line of the ledger selects.
pub fn laid_out<'a>(
    layout: &ReportLayout,
    columns: &Columns,
    absent: &[Option<Absent>],
    sums: impl Fn(&Wanted) -> Vec<&'a ColumnSum>,
) -> Result<Statement, AmountError> {
    let mut cells: HashMap<&str, Cells> = HashMap::new();
    let mut lines = Vec::with_capacity(layout.lines.len());
    for line in &layout.lines {
        let own = match &line.from {
            From::Ledger(wanted) => {
                sum_cells(columns, sums(wanted), absent, |sum, column| selected(sum, column, wanted))?
            }
            From::Lines { plus, minus } => combined(columns, plus, minus, &cells)?,
            From::Stated => stated(layout, line, columns),
        };
        cells.insert(line.key.as_str(), own.clone());
        lines.push(Line {
            code: line.key.to_string(),
            label: line.label.to_string(),
            kind: line.role.kind(),
            depth: layout.depth(line),
            cells: own,
        });
    }
    Ok(Statement { lines, total: None })
}

/// A line that only has what is stated: that is its value, for the lines that are made of it.
fn stated(layout: &ReportLayout, line: &LayoutLine, columns: &Columns) -> Cells {
    let cell = |(name, _): &(String, super::column::Column)| {
        layout.stated(line.key.as_str(), name).and_then(|cell| cell.amount).ok_or(Absent::NotStated)
    };
    columns.0.iter().map(cell).collect()
}

/// Some lines less others. A cell that a line has not stated does not count; where none counts it is absent.
fn combined(
    columns: &Columns,
    plus: &[Key],
    minus: &[Key],
    cells: &HashMap<&str, Cells>,
) -> Result<Cells, AmountError> {
    let sum = |keys: &[Key], at: usize| -> Result<Value, AmountError> {
        let values: Vec<Value> = keys.iter().filter_map(|key| cells.get(key.as_str())).map(|cells| cells[at]).collect();
        let unknown = values.iter().find_map(|value| value.err().filter(|absent| *absent != Absent::NotStated));
        if let Some(absent) = unknown {
            return Ok(Err(absent));
        }
        if values.iter().all(Result::is_err) {
            return Ok(Err(Absent::NotStated));
        }
        Money::sum(values.into_iter().filter_map(Result::ok)).map(Ok)
    };
    let cell = |at: usize| {
        let less = if minus.is_empty() { Ok(Money::ZERO) } else { sum(minus, at)? };
        difference(sum(plus, at)?, less)
    };
    (0..columns.0.len()).map(cell).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn line(key: &str, role: LineRole, parent: Option<&str>, from: From) -> LayoutLine {
        let parse = |text: &str| Key::parse(text).unwrap();
        let label = Name::parse(key).unwrap();
        LayoutLine { key: parse(key), label, role, parent: parent.map(parse), from, sign: None, mark: String::new() }
    }

    fn layout(lines: Vec<LayoutLine>) -> ReportLayout {
        let (unit, sign) = (AmountUnit::Thousands, SignConvention::Result);
        ReportLayout { title: Name::parse("Tabell").unwrap(), unit, sign, lines, stated: vec![], footnotes: vec![] }
    }

    fn codes(code: &str) -> From {
        From::Ledger(Wanted::Codes(Dimension::Activity, vec![Code::parse(code).unwrap()]))
    }

    #[test]
    fn of_which_lines_stand_two_deep_and_lines_are_made_of_those_before_them() {
        let key = |text: &str| Key::parse(text).unwrap();
        let nested = layout(vec![
            line("ifo", LineRole::Line, None, codes("a")),
            line("vard", LineRole::OfWhich, Some("ifo"), codes("a1")),
            line("barn", LineRole::OfWhich, Some("vard"), codes("a11")),
            line("summa", LineRole::Total, None, From::Lines { plus: vec![key("ifo")], minus: vec![] }),
        ]);
        assert_eq!(nested.check(), []);
        assert_eq!(nested.depth(&nested.lines[2]), 2);
        let wrong = layout(vec![
            line("a", LineRole::OfWhich, None, codes("a")),
            line("b", LineRole::OfWhich, Some("nowhere"), codes("a")),
            line("c", LineRole::Total, None, From::Lines { plus: vec![key("d")], minus: vec![] }),
            line("d", LineRole::OfWhich, Some("e"), codes("a")),
            line("e", LineRole::OfWhich, Some("d"), codes("a")),
        ]);
        let fields: Vec<String> = wrong.check().into_iter().map(|error| error.field).collect();
        assert_eq!(fields, ["lines/0/parent", "lines/1/parent", "lines/2/from", "lines/3/parent", "lines/4/parent"]);
    }

    proptest! {
        #[test]
        fn of_which_lines_never_change_a_total(amounts in proptest::collection::vec(-9_999_i64..9_999, 1..6)) {
            let columns = Columns::parse("outcome-2018").unwrap();
            let sum = |at: usize| ColumnSum { column: 0, code: format!("c{at}"), outside_frame: false, cost: Money::stored(amounts[at]),
                                              revenue: Money::ZERO, excluded: Money::ZERO };
            let sums: Vec<ColumnSum> = (0..amounts.len()).map(sum).collect();
            let keys: Vec<Key> = (0..amounts.len()).map(|at| Key::parse(&format!("c{at}")).unwrap()).collect();
            let mut lines: Vec<LayoutLine> =
                (0..amounts.len()).map(|at| line(&format!("c{at}"), LineRole::Line, None, codes(&format!("c{at}")))).collect();
            let total = line("total", LineRole::Total, None, From::Lines { plus: keys, minus: vec![] });
            let of_wanted = |wanted: &Wanted| match wanted {
                Wanted::Codes(_, codes) => sums.iter().filter(|sum| sum.code == codes[0].as_str()).collect(),
                _ => Vec::new(),
            };
            let value = |lines: Vec<LayoutLine>| {
                laid_out(&layout(lines), &columns, &[None], of_wanted).unwrap().lines.pop().unwrap().cells[0]
            };
            let bare = value(lines.iter().cloned().chain([total.clone()]).collect());
            lines.push(line("varav", LineRole::OfWhich, Some("c0"), codes("c0")));
            prop_assert_eq!(value(lines.into_iter().chain([total]).collect()), bare);
            prop_assert_eq!(bare, Ok(Money::stored(amounts.iter().sum())));
        }
    }
}
