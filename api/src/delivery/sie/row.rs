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

impl<'a> Balance<'a> {
    /// Reads a line; what is wrong with it goes to `errors` when the posting takes the row.
    pub(super) fn read(
        mut statement: Statement<'a>,
        columns: Columns,
        (ordinal, line): (Option<u32>, u32),
        period: Cow<'a, str>,
        errors: &mut Vec<RowError>,
    ) -> Option<Self> {
        let mut fault = |field: &str, value: &str, reason: String| {
            errors.extend(
                ordinal.map(|row| RowError::at(row, Some(line), field, value, Fault::Format, reason)),
            );
            None
        };
        if let Some(reason) = statement.fault {
            return fault("row", statement.text, reason.to_owned());
        }
        let ore = match ore(statement.field(columns.amount)) {
            Ok(ore) => ore,
            Err(why) => return fault("amount", statement.field(columns.amount), why.to_string()),
        };
        let quantity = match statement.field(columns.quantity) {
            "" => None,
            text => match quantity(text) {
                Some(quantity) => Some(quantity),
                None => {
                    return fault(
                        "quantity",
                        text,
                        "is not a quantity with at most six decimals".to_owned(),
                    );
                }
            },
        };
        Some(Self {
            ordinal,
            line,
            period,
            account: statement.take(columns.account),
            objects: std::mem::take(&mut statement.objects),
            ore,
            amount_text: statement.take(columns.amount),
            quantity,
        })
    }

    /// The dimensions that the row names.
    pub(super) fn dimensions(&self) -> Vec<String> {
        self.objects
            .iter()
            .map(|(dimension, _)| dimension.clone().into_owned())
            .collect()
    }
}

/// An amount in öre: SIE writes kronor with a point and at most two decimals.
pub(super) fn ore(text: &str) -> Result<i64, AmountError> {
    AmountUnit::Kronor.parse(text, DecimalMark::Point).map(Money::ore)
}

/// A quantity in millionths: SIE writes it as an amount, the contract allows six decimals.
fn quantity(text: &str) -> Option<i64> {
    let (negative, digits) = text
        .strip_prefix('-')
        .map_or((false, text), |digits| (true, digits));
    let (whole, decimals) = digits.split_once('.').unwrap_or((digits, "0"));
    let all_digits = |part: &str, most: usize| {
        (1..=most).contains(&part.len()) && part.bytes().all(|byte| byte.is_ascii_digit())
    };
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
