//! Parameters that are one of a few words.

use crate::problem::Problem;
use utfall_domain::money::AmountUnit;

/// Reads a parameter; `reason` says of any other word which there are.
pub(super) fn word<T>(
    name: &str,
    text: Option<&str>,
    read: fn(&str) -> Option<T>,
    reason: &str,
) -> Result<Option<T>, Problem> {
    text.map(|text| read(text).ok_or_else(|| Problem::parameter(name, text, reason))).transpose()
}

/// The unit that amounts are asked for in, where one is.
pub(super) fn amount_unit(text: Option<&str>) -> Result<Option<AmountUnit>, Problem> {
    word("amountUnit", text, AmountUnit::from_code, "is not kr, tkr or mnkr")
}
