//! One period row or voucher row, read as far as its amount.

use super::statement::{Object, Statement};
use std::borrow::Cow;
use utfall_domain::money::{AmountError, AmountUnit, DecimalMark, Money};
use utfall_domain::row_error::{Fault, RowError};

/// A row: what an account and its objects changed by.
#[derive(Debug, Clone)]
pub(super) struct Balance<'a> {
    /// Its ordinal among the rows that the posting takes; `None` for a row of another month, which is evidence only.
    pub(super) ordinal: Option<u32>,
    /// The line of the file.
    pub(super) line: u32,
    /// `201808`; empty for a voucher.
    pub(super) period: Cow<'a, str>,
    /// The account.
    pub(super) account: Cow<'a, str>,
    /// The objects, in the order of their dimensions.
    pub(super) objects: Vec<Object<'a>>,
    /// The amount in öre.
    pub(super) ore: i64,
    /// The amount as it is handed on.
    pub(super) amount_text: Cow<'a, str>,
    /// The quantity in millionths.
    pub(super) quantity: Option<i64>,
}

/// Which fields of a label's lines are what.
#[derive(Debug, Clone, Copy)]
pub(super) struct Columns {
    pub(super) account: usize,
    pub(super) amount: usize,
    pub(super) quantity: usize,
}

/// A field, its value and what is wrong with it.
type Wrong<'s> = (&'static str, &'s str, String);

impl Columns {
    /// The amount in öre and the quantity in millionths.
    fn figures<'s>(self, statement: &'s Statement<'_>) -> Result<(i64, Option<i64>), Wrong<'s>> {
        if let Some(reason) = statement.fault {
            return Err(("row", statement.text, reason.to_owned()));
        }
        let (amount, counted) = (statement.field(self.amount), statement.field(self.quantity));
        let ore = ore(amount).map_err(|why| ("amount", amount, why.to_string()))?;
        if counted.is_empty() {
            return Ok((ore, None));
        }
        let reason = "is not a quantity: at most 12 digits before and 6 after the decimal point";
        let quantity = quantity(counted).ok_or_else(|| ("quantity", counted, reason.to_owned()))?;
        Ok((ore, Some(quantity)))
    }
}

impl<'a> Balance<'a> {
    /// Reads a line; what is wrong with it goes to `errors` when the posting takes the row.
    pub(super) fn read(
        mut statement: Statement<'a>,
        columns: Columns,
        (ordinal, line): (Option<u32>, u32),
        period: Cow<'a, str>,
        errors: &mut Vec<RowError>,
    ) -> Option<Self> {
        let (ore, quantity) = match columns.figures(&statement) {
            Ok(figures) => figures,
            Err((field, value, reason)) => {
                let error = |row| RowError::at(row, Some(line), field, value, Fault::Format, reason);
                errors.extend(ordinal.map(error));
                return None;
            }
        };
        Some(Self {
            ordinal,
            line,
            period,
            account: statement.take(columns.account),
            amount_text: statement.take(columns.amount),
            objects: statement.objects,
            ore,
            quantity,
        })
    }

    /// The dimensions that the row names.
    pub(super) fn dimensions(&self) -> Vec<String> {
        self.objects.iter().map(|(dimension, _)| dimension.clone().into_owned()).collect()
    }
}

/// An amount in öre: SIE writes kronor with a point and at most two decimals.
pub(super) fn ore(text: &str) -> Result<i64, AmountError> {
    AmountUnit::Kronor.parse(text, DecimalMark::Point).map(Money::ore)
}

/// A quantity in millionths: SIE writes it as an amount, the contract allows six decimals.
fn quantity(text: &str) -> Option<i64> {
    let (negative, digits) = text.strip_prefix('-').map_or((false, text), |digits| (true, digits));
    let (whole, decimals) = digits.split_once('.').unwrap_or((digits, "0"));
    let all_digits =
        |part: &str, most: usize| (1..=most).contains(&part.len()) && part.bytes().all(|byte| byte.is_ascii_digit());
    if !all_digits(whole, 12) || !all_digits(decimals, 6) {
        return None;
    }
    let millionths: i64 = format!("{whole}{decimals:0<6}").parse().ok()?;
    Some(if negative { -millionths } else { millionths })
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use utfall_domain::posting::format_quantity;

    proptest! {
        #[test]
        fn quantities_come_back(millionths in -999_999_999_999_999_999_i64..=999_999_999_999_999_999) {
            prop_assert_eq!(quantity(&format_quantity(millionths)), Some(millionths));
        }
    }
}
