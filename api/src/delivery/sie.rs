//! SIE files (types 2, 3 and 4) to rows: a month of outcomes, or a year's budget by month.
//!
//! An outcome of a month takes the file's `#PSALDO 0` rows of that month: the month's change, debit
//! positive. A type 4 file without any such row is a list of vouchers, and its `#TRANS` rows of
//! vouchers dated in the month are summed per account and objects. A posting without a month (a
//! budget) takes the `#PBUDGET 0` rows, each with its month. Only year 0, the file's own, is read:
//! the year before may be there in one lump.
//!
//! Rows for a whole account and rows for its objects may say the same money twice: [`balances`] has
//! the rule. The dimensions of the objects become code parts: [`dimensions`] has the rule.

mod balances;
mod dimensions;
mod file;
mod row;
mod statement;
mod views;
mod vouchers;

use super::encoding::{SingleByte, decode};
use super::{Declarations, Delivery, Unreadable};
use balances::settle;
use file::SieFile;
use row::Balance;
use utfall_domain::code_part::CodePart;
use utfall_domain::delivery::DeliveredRow;
use utfall_domain::money::DecimalMark;
use utfall_domain::period::Month;
use utfall_domain::posting::format_quantity;

pub(super) fn read(bytes: &[u8], month: Option<Month>) -> Result<Delivery, Unreadable> {
    let (text, encoding) = decode(bytes, SingleByte::Cp437)?;
    let wanted = month.map(|month| format!("{}{:02}", month.year(), month.number()));
    let file = SieFile::read(&text, wanted.as_deref())?;
    let outside = month.and_then(|month| file.outside(month));
    let mut notes: Vec<String> = month.and_then(|month| file.cut_short(month)).into_iter().collect();
    let (row_count, by_voucher, mut errors) = (file.row_count(), file.by_voucher(), file.errors);
    errors.extend(outside);
    let balances = if by_voucher {
        let (balances, faults) = file.vouchers.into_balances();
        errors.extend(faults);
        balances
    } else {
        let settled = settle(file.balances, &file.changes, &file.dimensions);
        errors.extend(settled.errors);
        notes.extend(settled.notes);
        settled.rows
    };
    let mut rows = Vec::with_capacity(balances.len());
    for balance in balances {
        let mut row = delivered(&balance, month.is_none());
        match file.dimensions.place(&balance, &mut row) {
            Ok(()) => rows.push(row),
            Err(error) => errors.push(error),
        }
    }
    rows.sort_unstable_by_key(|row| row.row);
    errors.sort_by_key(|error| (error.row, error.line));
    Ok(Delivery {
        rows,
        errors,
        declarations: declarations(month),
        decimal_mark: DecimalMark::Point,
        encoding: Some(encoding),
        row_count,
        notes,
    })
}

/// What every SIE file is by its standard. A budget has no basis: its rows carry their months.
fn declarations(month: Option<Month>) -> Declarations {
    Declarations {
        basis: month.map(|_| "month".to_owned()),
        amount_unit: Some("kr".to_owned()),
        sign_convention: Some("debit-positive".to_owned()),
        ..Declarations::default()
    }
}

/// The row without the codes of its objects.
fn delivered(balance: &Balance<'_>, with_period: bool) -> DeliveredRow {
    let mut row = DeliveredRow {
        row: balance.ordinal.unwrap_or_default(),
        line: Some(balance.line),
        amount: balance.amount_text.clone().into_owned(),
        quantity: balance.quantity.map(format_quantity).unwrap_or_default(),
        ..DeliveredRow::default()
    };
    row.codes[CodePart::Account.index()] = balance.account.clone().into_owned();
    if with_period && let Some((year, month)) = balance.period.split_at_checked(4) {
        row.period = format!("{year}-{month}");
    }
    row
}

#[cfg(test)]
mod tests;
#[cfg(test)]
mod vendor_tests;
