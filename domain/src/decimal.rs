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

    /// Reads a JSON number of any length, such as `33.333333333333336` or `1e-05`, to six decimals, half away from zero; says
    /// whether that changed it.
    pub fn rounded(text: &str) -> Result<(Self, bool), DecimalError> {
        let (negative, digits) = text.strip_prefix('-').map_or((false, text), |rest| (true, rest));
        let (mantissa, exponent) = digits.split_once(['e', 'E']).unwrap_or((digits, "0"));
        let exponent: i32 = exponent.trim_start_matches('+').parse().map_err(|_| DecimalError)?;
        let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
        let digits = format!("{whole}{fraction}");
        let plain = (1..=30).contains(&digits.len()) && digits.bytes().all(|byte| byte.is_ascii_digit());
        let number: i128 = digits.parse().ok().filter(|_| plain && !whole.is_empty()).ok_or(DecimalError)?;
        // How many places the point moves to the right to leave millionths.
        let fraction_length = i32::try_from(fraction.len()).map_err(|_| DecimalError)?;
        let places = exponent.saturating_sub(fraction_length).saturating_add(6);
        let power = |places: u32| 10_i128.checked_pow(places);
        let (millionths, exact) = if places >= 0 {
            let scaled = power(places.unsigned_abs()).and_then(|power| number.checked_mul(power));
            (if number == 0 { 0 } else { scaled.ok_or(DecimalError)? }, true)
        } else {
            match power(places.unsigned_abs()) {
                Some(power) => ((number + power / 2) / power, number % power == 0),
                None => (0, number == 0),
            }
        };
        let millionths = i64::try_from(millionths).ok().filter(|number| *number <= 999_999_999_999_999);
        let millionths = millionths.ok_or(DecimalError)?;
        Ok((Self(if negative { -millionths } else { millionths }), !exact))
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

    #[test]
    fn long_numbers_are_rounded_and_say_so() {
        for (text, read, changed) in [
            ("33.333333333333336", "33.333333", true),
            ("-0.0000005", "-0.000001", true),
            ("0.0000004", "0", true),
            ("1e-05", "0.00001", false),
            ("1.50", "1.5", false),
            ("1.500000000", "1.5", false),
            ("2E+3", "2000", false),
            ("0e99", "0", false),
            ("1.5e-2147483648", "0", true),
            ("12", "12", false),
        ] {
            let (decimal, rounded) = Decimal::rounded(text).unwrap();
            assert_eq!((decimal.to_string().as_str(), rounded), (read, changed), "{text}");
        }
        for text in ["", "-", ".5", "1e", "1e40", "NaN", "1,5", "99999999999999999999", "--1", "1e2147483647"] {
            assert!(Decimal::rounded(text).is_err(), "{text}");
        }
    }

    proptest! {
        #[test]
        fn rounding_leaves_what_is_exact(millionths in -999_999_999_999_999_i64..=999_999_999_999_999) {
            let decimal = Decimal::stored(millionths);
            prop_assert_eq!(Decimal::rounded(&decimal.to_string()), Ok((decimal, false)));
        }

        #[test]
        fn what_is_written_is_read_as_itself(millionths in -999_999_999_999_999_i64..=999_999_999_999_999) {
            let decimal = Decimal::stored(millionths);
            prop_assert_eq!(Decimal::parse(&decimal.to_string()), Ok(decimal));
        }
    }
}
