//! Vouchers to balances: the `#TRANS` rows of a month, summed per account and objects.
//!
//! A row belongs to its voucher's date, so that the month balances as its vouchers do; where the
//! voucher has no date (it may be left out in files from a pre-system) the row's own date counts.
//! `#RTRANS` and `#BTRANS` tell what was corrected and are repeated by `#TRANS` where they stand, so
//! they are not read.

use super::row::{Balance, Columns};
use super::statement::{Object, Statement};
use crate::delivery::{MAX_ROWS, Unreadable};
use std::borrow::Cow;
use std::collections::{BTreeSet, HashMap};
use utfall_domain::money::Money;
use utfall_domain::row_error::{Fault, RowError};

/// `#TRANS` account {objects} amount date text quantity
const COLUMNS: Columns = Columns { account: 0, amount: 1, quantity: 4 };
/// Where a `#TRANS` line has its own date.
const DATE: usize = 2;

/// The sums of a month's vouchers.
#[derive(Debug, Default)]
pub(super) struct Vouchers<'a> {
    /// The rows of the month, readable or not.
    pub(super) row_count: u32,
    /// The months that have rows.
    pub(super) periods: BTreeSet<String>,
    sums: HashMap<(Cow<'a, str>, Vec<Object<'a>>), Sum>,
    errors: Vec<RowError>,
    date: Cow<'a, str>,
}

#[derive(Debug)]
struct Sum {
    /// The ordinal and line of the first row in it.
    ordinal: u32,
    line: u32,
    ore: i128,
    quantity: Option<i128>,
}

impl<'a> Vouchers<'a> {
    /// Begins a voucher: `#VER` series number date.
    pub(super) fn begin(&mut self, mut statement: Statement<'a>) {
        self.date = statement.take(2);
    }

    /// Adds a row if it is of the month, `201808`.
    pub(super) fn add(&mut self, statement: Statement<'a>, line: u32, month: &str) -> Result<(), Unreadable> {
        let date = if self.date.is_empty() { statement.field(DATE) } else { &self.date };
        let digits = date.len() == 8 && date.bytes().all(|byte| byte.is_ascii_digit());
        let period = if digits { &date[..6] } else { "" };
        if !self.periods.contains(period) {
            self.periods.insert(period.to_owned());
        }
        if digits && period != month {
            return Ok(());
        }
        self.row_count += 1;
        if self.row_count as usize > MAX_ROWS {
            return Err(Unreadable::TooManyRows(MAX_ROWS));
        }
        if !digits && statement.fault.is_none() {
            let reason = "is not the date of a voucher, such as 20180831";
            self.errors.push(RowError::at(self.row_count, Some(line), "period", date, Fault::Format, reason));
            return Ok(());
        }
        let place = (Some(self.row_count), line);
        if let Some(row) = Balance::read(statement, COLUMNS, place, Cow::Borrowed(""), &mut self.errors) {
            self.sum(row);
        }
        Ok(())
    }

    fn sum(&mut self, row: Balance<'a>) {
        let Balance { ordinal, line, period: _, account, objects, ore, amount_text: _, quantity } = row;
        let first = Sum { ordinal: ordinal.unwrap_or_default(), line, ore: 0, quantity: None };
        let sum = self.sums.entry((account, objects)).or_insert(first);
        sum.ore += i128::from(ore);
        if let Some(quantity) = quantity {
            *sum.quantity.get_or_insert(0) += i128::from(quantity);
        }
    }

    /// The sums, and what is wrong with them or their rows.
    pub(super) fn into_balances(self) -> (Vec<Balance<'a>>, Vec<RowError>) {
        let Self { sums, mut errors, .. } = self;
        let mut balances = Vec::with_capacity(sums.len());
        for ((account, objects), Sum { ordinal, line, ore, quantity }) in sums {
            let amount = i64::try_from(ore).ok().and_then(|ore| Money::from_ore(ore).ok());
            let (Some(amount), Ok(quantity)) = (amount, quantity.map(i64::try_from).transpose()) else {
                let reason = "has vouchers that sum to more than an amount may hold";
                errors.push(RowError::at(ordinal, Some(line), "account", &account, Fault::Bounds, reason));
                continue;
            };
            balances.push(Balance {
                ordinal: Some(ordinal),
                line,
                period: Cow::Borrowed(""),
                account,
                objects,
                ore: amount.ore(),
                amount_text: Cow::Owned(amount.to_string()),
                quantity,
            });
        }
        (balances, errors)
    }
}
