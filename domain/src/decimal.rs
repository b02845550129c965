//! Exact decimals for targets and indicators: up to six decimals, never through a float.

use serde::{Deserialize, Serialize};
use std::fmt;

/// A number of at most fifteen digits, at most six of them decimals, kept as millionths.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Decimal(i64);

/// A number that cannot be read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("is not a number such as 7.3: digits, at most six of them after a decimal point, and at most fifteen in all")]
pub struct DecimalError;

const DECIMALS: usize = 6;

impl Decimal {
    /// How many millionths one is.
    pub(crate) const SCALE: i64 = 1_000_000;

    /// Reads `-?[0-9]{1,12}(\.[0-9]{1,6})?` of at most fifteen digits.
    pub fn parse(text: &str) -> Result<Self, DecimalError> {
        let (negative, digits) = text.strip_prefix('-').map_or((false, text), |rest| (true, rest));
        let (whole, fraction) = digits.split_once('.').unwrap_or((digits, "0"));
        let plain = |part: &str, most: usize| {
            (1..=most).contains(&part.len()) && part.bytes().all(|byte| byte.is_ascii_digit())
        };
        let significant = whole.trim_start_matches('0').len() + digits.split_once('.').map_or(0, |(_, f)| f.len());
        if !plain(whole, 12) || !plain(fraction, DECIMALS) || significant > 15 {
            return Err(DecimalError);
        }
        let whole: i64 = whole.parse().map_err(|_| DecimalError)?;
        let fraction: i64 = format!("{fraction:0<DECIMALS$}").parse().map_err(|_| DecimalError)?;
        let millionths = whole * Self::SCALE + fraction;
        Ok(Self(if negative { -millionths } else { millionths }))
    }

    /// The number as it was stored.
    pub const fn stored(millionths: i64) -> Self {
        Self(millionths)
    }

    /// In millionths.
    pub const fn millionths(self) -> i64 {
        self.0
    }
}

impl fmt::Display for Decimal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let sign = if self.0 < 0 { "-" } else { "" };
        let (whole, fraction) =
            (self.0.unsigned_abs() / Self::SCALE.unsigned_abs(), self.0.unsigned_abs() % Self::SCALE.unsigned_abs());
        let fraction = format!("{fraction:06}");
        match fraction.trim_end_matches('0') {
            "" => write!(f, "{sign}{whole}"),
            fraction => write!(f, "{sign}{whole}.{fraction}"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn odd_numbers_are_refused() {
        for text in
            ["", "-", "1.", ".5", "+5", "1e3", "1,5", "1.1234567", "1234567890123", "NaN", "٣", "1234567890.123456"]
        {
            assert!(Decimal::parse(text).is_err(), "{text}");
        }
        for (text, read) in [("-0", "0"), ("7.30", "7.3"), ("-0.5", "-0.5"), ("123456789.123456", "123456789.123456")] {
            assert_eq!(Decimal::parse(text).unwrap().to_string(), read);
        }
    }

    proptest! {
        #[test]
        fn what_is_written_is_read_as_itself(millionths in -999_999_999_999_999_i64..=999_999_999_999_999) {
            let decimal = Decimal::stored(millionths);
            prop_assert_eq!(Decimal::parse(&decimal.to_string()), Ok(decimal));
        }
    }
}
