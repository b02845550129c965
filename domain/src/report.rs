//! The operating summary and the forecast summary: sums of the ledger, cut at a depth of a tree, with their deviations.

use crate::code_plan::{CodeTree, DateSpan};
use crate::money::{AmountError, Money};
use std::collections::BTreeMap;

/// A column of sums that the ledger gives.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Column {
    /// The outcome in the span.
    Outcome,
    /// The outcome in the same span of the year before.
    OutcomePreviousYear,
    /// The adopted budget.
    Budget,
    /// The forecast that the report uses.
    Forecast,
}

/// One sum of the ledger: net cost on a leaf code as posted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LedgerSum {
    /// Which column it counts in.
    pub column: Column,
    /// The committee.
    pub committee: String,
    /// The leaf code; empty when the entries have none.
    pub code: String,
    /// Whether it stands outside the budget frame.
    pub outside_frame: bool,
    /// Net cost in the span, cost positive.
    pub amount: Money,
    /// Net cost of the year that is spread on no month; only budgets have it.
    pub undistributed: bool,
}

/// Why a value is not there.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Absent {
    /// No budget at all is posted for it.
    NoBudget,
    /// Its budget, or part of it, is for the year without a profile.
    NotPeriodised,
    /// No forecast is posted.
    NoForecast,
    /// No outcome is posted.
    NoOutcome,
    /// It is given on a code above the rows, and compares with nothing on that code itself.
    Undistributed,
    /// An accumulated delivery covers the period and more, and says nothing of the period alone.
    AccumulatedSpan,
    /// Nobody has reported it.
    NotReported,
    /// Nothing is stated, and it is not computed.
    NotStated,
}

impl Absent {
    /// Its name in the contract.
    pub const fn code(self) -> &'static str {
        match self {
            Self::NoBudget => "no-budget",
            Self::NotPeriodised => "not-periodised",
            Self::NoForecast => "no-forecast",
            Self::NoOutcome => "no-outcome",
            Self::Undistributed => "undistributed",
            Self::AccumulatedSpan => "accumulated-span",
            Self::NotReported => "not-reported",
            Self::NotStated => "not-stated",
        }
    }
}

/// A value, or why there is none.
pub type Value = Result<Money, Absent>;

/// The sums of one row, column by column.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct RowSums {
    outcome: Option<Money>,
    previous: Option<Money>,
    budget: Option<Money>,
    forecast: Option<Money>,
    not_periodised: bool,
}

impl RowSums {
    /// Adds a sum of the ledger.
    pub fn add(&mut self, sum: &LedgerSum) -> Result<(), AmountError> {
        let slot = match sum.column {
            Column::Outcome => &mut self.outcome,
            Column::OutcomePreviousYear => &mut self.previous,
            Column::Budget => &mut self.budget,
            Column::Forecast => &mut self.forecast,
        };
        *slot = Some(slot.unwrap_or_default().plus(sum.amount)?);
        self.not_periodised |= sum.undistributed;
        Ok(())
    }

    /// The outcome; nothing posted on a row is zero.
    pub fn outcome(&self) -> Money {
        self.outcome.unwrap_or_default()
    }

    /// The outcome of the year before.
    pub fn previous(&self) -> Money {
        self.previous.unwrap_or_default()
    }

    /// The outcome's growth from the year before.
    pub fn change(&self) -> Result<Money, AmountError> {
        self.outcome().minus(self.previous())
    }

    /// The year's or the span's budget.
    pub fn budget(&self) -> Value {
        self.budget.ok_or(Absent::NoBudget)
    }

    /// The budget of the span, if it is spread on months.
    pub fn periodised_budget(&self) -> Value {
        if self.not_periodised { Err(Absent::NotPeriodised) } else { self.budget() }
    }

    /// The forecast.
    pub fn forecast(&self) -> Value {
        self.forecast.ok_or(Absent::NoForecast)
    }

    /// Periodised budget less outcome: positive is favourable.
    pub fn deviation_to_date(&self) -> Result<Value, AmountError> {
        self.periodised_budget().map(|budget| budget.minus(self.outcome())).transposed()
    }

    /// Budget less forecast: positive is favourable. A row that the forecast leaves out is forecast as nothing, once
    /// there is a forecast at all.
    pub fn forecast_deviation(&self, any_forecast: bool) -> Result<Value, AmountError> {
        if !any_forecast {
            return Ok(Err(Absent::NoForecast));
        }
        self.budget().map(|budget| budget.minus(self.forecast.unwrap_or_default())).transposed()
    }
}

/// Turns a value of a checked sum inside out, so that `?` takes the overflow.
trait Transposed {
    fn transposed(self) -> Result<Value, AmountError>;
}

impl Transposed for Result<Result<Money, AmountError>, Absent> {
    fn transposed(self) -> Result<Value, AmountError> {
        match self {
            Ok(sum) => sum.map(Ok),
            Err(absent) => Ok(Err(absent)),
        }
    }
}

/// What a row of a report stands for. The rows of a report share its total among them: no amount is shown twice.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum RowKind {
    /// A code without codes under it.
    Line,
    /// A code with what hangs under it.
    Group,
    /// What is given on a code itself and not on the codes under it, which have rows of their own.
    Undistributed,
}

impl RowKind {
    /// Its name in the contract.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Line => "line",
            Self::Group => "group",
            Self::Undistributed => "undistributed",
        }
    }
}

/// A row of a report.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReportRow {
    /// The code; empty for entries without one.
    pub code: String,
    /// The code's name in the span.
    pub label: String,
    /// What it stands for.
    pub kind: RowKind,
    /// Whether it stands outside the budget frame.
    pub outside_frame: bool,
    /// Its sums.
    pub sums: RowSums,
}

/// The rows of a report and their total, with and without what stands outside the frame.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Report {
    /// In the order of the code list; entries without a code last.
    pub rows: Vec<ReportRow>,
    /// The sum of all.
    pub total: RowSums,
    /// The sum of what stands within the budget frame.
    pub within_frame: RowSums,
}

/// Cuts sums at a depth of the tree: 1 gives a row for each root.
pub fn report(sums: &[LedgerSum], tree: &CodeTree, depth: usize, span: DateSpan) -> Result<Report, AmountError> {
    let order: std::collections::HashMap<&str, usize> =
        tree.rows().iter().enumerate().rev().map(|(at, row)| (row.code.as_str(), at)).collect();
    let place =
        |code: &str| order.get(code).copied().unwrap_or(if code.is_empty() { usize::MAX } else { usize::MAX - 1 });
    let mut rows: BTreeMap<(usize, String, bool), RowSums> = BTreeMap::new();
    let mut report = Report { rows: Vec::new(), total: RowSums::default(), within_frame: RowSums::default() };
    for sum in sums {
        let code = tree.node_at_depth(&sum.code, depth, span).code;
        rows.entry((place(code), code.to_owned(), sum.outside_frame)).or_default().add(sum)?;
        report.total.add(sum)?;
        if !sum.outside_frame {
            report.within_frame.add(sum)?;
        }
    }
    for ((_, code, outside_frame), sums) in rows {
        let label = tree.at(&code, span).or_else(|| tree.latest(&code)).map(|row| row.name.to_string());
        let kind = kind_of(tree, &code, depth, span);
        report.rows.push(ReportRow { code, label: label.unwrap_or_default(), kind, outside_frame, sums });
    }
    Ok(report)
}

/// What a row for a code stands for, where the tree is cut at a depth.
pub(crate) fn kind_of(tree: &CodeTree, code: &str, depth: usize, span: DateSpan) -> RowKind {
    if !tree.has_children(code, span) {
        RowKind::Line
    } else if tree.is_coarse(code, depth, span) {
        RowKind::Undistributed
    } else {
        RowKind::Group
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::code_plan::tests::row;
    use crate::period::Month;

    fn sum(column: Column, code: &str, ore: i64) -> LedgerSum {
        let (committee, code, amount) = ("SN".into(), code.into(), Money::stored(ore));
        LedgerSum { column, committee, code, outside_frame: false, amount, undistributed: false }
    }

    fn cut(sums: &[LedgerSum], depth: usize) -> Report {
        let tree = CodeTree::new(vec![row("b", None), row("b1", Some("b")), row("a", None)]);
        report(sums, &tree, depth, Month::parse("2018-08").unwrap().into()).unwrap()
    }

    #[test]
    fn rows_share_the_total_and_follow_the_list() {
        let sums = [sum(Column::Outcome, "a", 1), sum(Column::Outcome, "b1", 2), sum(Column::Budget, "b", 9)];
        let report = cut(&sums, 2);
        let rows: Vec<_> = report.rows.iter().map(|row| (row.code.as_str(), row.kind)).collect();
        assert_eq!(rows, [("b", RowKind::Undistributed), ("b1", RowKind::Line), ("a", RowKind::Line)]);
        assert_eq!(report.total.outcome(), Money::stored(3));
        assert_eq!(cut(&sums, 1).rows[0].kind, RowKind::Group);
    }

    #[test]
    fn no_budget_and_a_budget_for_the_year_give_no_deviation_to_date() {
        let none = cut(&[sum(Column::Outcome, "a", 1)], 1).rows[0].sums;
        assert_eq!(none.deviation_to_date(), Ok(Err(Absent::NoBudget)));
        let year = LedgerSum { undistributed: true, ..sum(Column::Budget, "a", 5) };
        let year = cut(&[sum(Column::Outcome, "a", 1), year], 1).rows[0].sums;
        assert_eq!(year.deviation_to_date(), Ok(Err(Absent::NotPeriodised)));
        assert_eq!(year.budget(), Ok(Money::stored(5)));
    }
}
