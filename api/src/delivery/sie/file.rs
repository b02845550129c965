//! The lines of a SIE file that a posting needs.

use super::dimensions::Dimensions;
use super::row::{Balance, Columns, ore};
use super::statement::Statement;
use super::vouchers::Vouchers;
use crate::delivery::{MAX_ROWS, Unreadable, quoted};
use std::borrow::Cow;
use std::collections::{BTreeSet, HashMap};
use utfall_domain::period::Month;
use utfall_domain::row_error::{Fault, RowError};

/// `#PSALDO` and `#PBUDGET` year period account {objects} amount quantity
const COLUMNS: Columns = Columns { account: 2, amount: 3, quantity: 4 };

/// A file, read for one month of outcomes or for a year's budget.
#[derive(Debug, Default)]
pub(super) struct SieFile<'a> {
    pub(super) dimensions: Dimensions<'a>,
    /// The period rows of the file's own year: those of other months have no ordinal.
    pub(super) balances: Vec<Balance<'a>>,
    /// The month's vouchers, of a file of type 4.
    pub(super) vouchers: Vouchers<'a>,
    /// The change of each account in the year, in öre; of no use for a budget.
    pub(super) changes: HashMap<Cow<'a, str>, i64>,
    pub(super) errors: Vec<RowError>,
    /// `201808`, or `None` for a budget.
    month: Option<&'a str>,
    /// `2`, `3` or `4`.
    kind: Cow<'a, str>,
    first_day: Cow<'a, str>,
    covered_until: Cow<'a, str>,
    results: HashMap<Cow<'a, str>, i64>,
    /// The months that have period rows.
    periods: BTreeSet<String>,
    rows: u32,
}

impl<'a> SieFile<'a> {
    /// Reads a file for a month, `201808`, or for a budget.
    pub(super) fn read(text: &'a str, month: Option<&'a str>) -> Result<Self, Unreadable> {
        begins_as_sie(text)?;
        let mut file = Self { month, ..Self::default() };
        for (line, number) in text.lines().zip(1_u32..) {
            let line = line.trim();
            if line.starts_with('#') {
                let end = line.find(char::is_whitespace).unwrap_or(line.len());
                file.line(&line[..end], &line[end..], number)?;
            }
        }
        for (account, result) in std::mem::take(&mut file.results) {
            file.changes.insert(account, result);
        }
        file.has_the_kind_of_rows()?;
        Ok(file)
    }

    /// Whether the rows are the vouchers'.
    pub(super) fn by_voucher(&self) -> bool {
        self.month.is_some() && self.rows == 0 && self.periods.is_empty()
    }

    /// The rows that the posting takes, readable or not.
    pub(super) fn row_count(&self) -> u32 {
        if self.by_voucher() { self.vouchers.row_count } else { self.rows }
    }

    fn line(&mut self, label: &str, rest: &'a str, line: u32) -> Result<(), Unreadable> {
        match (label, self.month) {
            ("#IB" | "#UB" | "#RES", Some(_)) => self.change(label, Statement::read(rest)),
            ("#PSALDO", Some(_)) | ("#PBUDGET", None) => self.balance(Statement::read(rest), line)?,
            ("#VER", Some(_)) => self.vouchers.begin(Statement::read(rest)),
            ("#TRANS", Some(month)) => self.vouchers.add(Statement::read(rest), line, month)?,
            ("#SIETYP" | "#VALUTA" | "#RAR" | "#OMFATTN" | "#DIM" | "#UNDERDIM", _) => {
                self.head(label, Statement::read(rest))?;
            }
            _ => {}
        }
        Ok(())
    }

    fn head(&mut self, label: &str, mut statement: Statement<'a>) -> Result<(), Unreadable> {
        match label {
            "#SIETYP" => self.kind = statement.take(0),
            "#RAR" if statement.field(0) == "0" => self.first_day = statement.take(1),
            "#OMFATTN" => self.covered_until = statement.take(0),
            "#DIM" => self.dimensions.declare(statement.take(0), statement.take(1), None),
            "#UNDERDIM" => {
                let above = statement.take(2);
                self.dimensions.declare(statement.take(0), statement.take(1), Some(above));
            }
            "#VALUTA" if !statement.field(0).eq_ignore_ascii_case("SEK") => {
                let currency = quoted(statement.field(0));
                let sentence = format!("The file's amounts are in {currency} (#VALUTA); only SEK can be taken.");
                return Err(Unreadable::malformed(sentence));
            }
            _ => {}
        }
        Ok(())
    }

    /// Notes what the file says that an account changed by: year account amount.
    fn change(&mut self, label: &str, mut statement: Statement<'a>) {
        let ("0", Ok(amount)) = (statement.field(0), ore(statement.field(2))) else {
            return;
        };
        let account = statement.take(1);
        let (changes, signed) = match label {
            "#RES" => (&mut self.results, amount),
            "#UB" => (&mut self.changes, amount),
            _ => (&mut self.changes, -amount),
        };
        let change = changes.entry(account).or_default();
        *change = change.saturating_add(signed);
    }

    fn balance(&mut self, mut statement: Statement<'a>, line: u32) -> Result<(), Unreadable> {
        let unreadable = statement.fault.is_some();
        if statement.field(0) != "0" && !unreadable {
            return Ok(());
        }
        let period = statement.take(1);
        let is_period = period.len() == 6 && period.bytes().all(|byte| byte.is_ascii_digit());
        if is_period && !self.periods.contains(&*period) {
            self.periods.insert(period.clone().into_owned());
        }
        let wanted = unreadable || !is_period || self.month.is_none_or(|month| period == month);
        self.rows += u32::from(wanted);
        let ordinal = wanted.then_some(self.rows);
        if self.rows as usize > MAX_ROWS || self.balances.len() > 12 * MAX_ROWS {
            return Err(Unreadable::TooManyRows(MAX_ROWS));
        }
        if !is_period && !unreadable {
            let reason = "is not a period of year and month, such as 201808";
            self.errors.push(RowError::at(self.rows, Some(line), "period", &period, Fault::Format, reason));
        } else if let Some(row) = Balance::read(statement, COLUMNS, (ordinal, line), period, &mut self.errors) {
            self.balances.push(row);
        }
        Ok(())
    }

    fn has_the_kind_of_rows(&self) -> Result<(), Unreadable> {
        let by_voucher = self.by_voucher();
        let missing = match self.kind.chars().next() {
            None => "The file does not say its type (#SIETYP).",
            Some('1') => {
                "The file is of SIE type 1, which has balances of the year only; types 2, 3 and 4 have months."
            }
            Some('2' | '3') if by_voucher => "The file has no balances per period of its own year (#PSALDO 0).",
            Some('4') if by_voucher && self.vouchers.periods.is_empty() => {
                "The file has neither balances per period of its own year (#PSALDO 0) nor vouchers (#TRANS)."
            }
            Some('2'..='4') if self.month.is_none() && self.rows == 0 => {
                "The file has no budget of its own year (#PBUDGET 0)."
            }
            Some('2'..='4') => return Ok(()),
            Some(_) => "The file is of no SIE type that is known: 2, 3 and 4 can be posted.",
        };
        Err(Unreadable::malformed(missing))
    }

    /// What is wrong when the month is none that the file tells of. A month within them may well be without rows.
    pub(super) fn outside(&self, month: Month) -> Option<RowError> {
        let wanted = self.month.filter(|_| self.row_count() == 0)?;
        let periods = if self.by_voucher() { &self.vouchers.periods } else { &self.periods };
        let (first, last) = (periods.first()?, periods.last()?);
        let since = first.as_str().min(month_of(&self.first_day).unwrap_or(first));
        let until = last.as_str().max(month_of(&self.covered_until).unwrap_or(last));
        if (since..=until).contains(&wanted) {
            return None;
        }
        let reason = format!("the file has no rows for it: its own year's are from {first} to {last}");
        Some(RowError::whole("period", &month.to_string(), Fault::Conflict, reason))
    }

    /// A note when the file ends within the month.
    pub(super) fn cut_short(&self, month: Month) -> Option<String> {
        let last_day = month.last_day().format("%Y%m%d").to_string();
        let until = self.covered_until.as_ref();
        let short = month_of(until) == self.month && until < last_day.as_str();
        short.then(|| format!("The file's balances end on {until} (#OMFATTN), before {month} does."))
    }
}

/// The month of a date, `20180831`.
fn month_of(date: &str) -> Option<&str> {
    (date.len() == 8 && date.bytes().all(|byte| byte.is_ascii_digit())).then(|| &date[..6])
}

fn begins_as_sie(text: &str) -> Result<(), Unreadable> {
    let first = text.trim_start().lines().next().unwrap_or_default();
    if first.split_whitespace().next() == Some("#FLAGGA") {
        return Ok(());
    }
    let sentence = match first {
        "" => "The body is empty: a SIE file begins with #FLAGGA.".to_owned(),
        _ if first.starts_with('<') => {
            let begins = quoted(first);
            format!("The body is a web page or XML, not a SIE file of type 1-4: it begins with {begins}.")
        }
        _ => format!("The body is not a SIE file: it begins with {} and not with #FLAGGA.", quoted(first)),
    };
    Err(Unreadable::malformed(sentence))
}
