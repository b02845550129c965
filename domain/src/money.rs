//! Exact money: an integer count of öre.
//!
//! Nothing here knows a float. One grammar reads an amount, whatever carried it:
//! `-?[0-9]{1,13}(\.[0-9]{1,2})?`. At 15 significant digits every client that uses
//! doubles reads and writes an amount back exactly.

use serde::{Deserialize, Serialize};
use std::fmt;
use std::ops::Neg;

/// The largest amount that the grammar can write: 9 999 999 999 999.99 kr.
const MAX_ORE: i64 = 999_999_999_999_999;

/// An amount in öre. The sign is the ledger's: debit positive, so costs are positive and revenues negative.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Money(i64);

/// Why an amount cannot be taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum AmountError {
    /// The text does not follow the grammar.
    #[error(
        "is not an amount: digits, at most 13 before and 2 after the decimal mark, no exponent, no plus sign, no blanks"
    )]
    Grammar,
    /// The amount, or a sum of amounts, needs more than 15 digits.
    #[error("is too large: an amount has at most 13 digits before the decimal mark")]
    TooLarge,
}

impl Money {
    /// Nothing: 0 kr.
    pub const ZERO: Self = Self(0);

    /// An amount from its count of öre.
    ///
    /// # Errors
    /// [`AmountError::TooLarge`] when the grammar could not write it.
    pub fn from_ore(ore: i64) -> Result<Self, AmountError> {
        if ore.unsigned_abs() > MAX_ORE.unsigned_abs() { Err(AmountError::TooLarge) } else { Ok(Self(ore)) }
    }

    /// An amount that a store of ours already checked. Sums of such amounts are checked where they are made.
    pub const fn stored(ore: i64) -> Self {
        Self(ore)
    }

    /// The count of öre.
    pub const fn ore(self) -> i64 {
        self.0
    }

    /// Whether it is exactly nothing.
    pub const fn is_zero(self) -> bool {
        self.0 == 0
    }

    /// The amount without its sign.
    #[must_use]
    pub const fn abs(self) -> Self {
        Self(self.0.abs())
    }

    /// The sum, refused when it needs more than 15 digits.
    pub fn plus(self, other: Self) -> Result<Self, AmountError> {
        self.0.checked_add(other.0).ok_or(AmountError::TooLarge).and_then(Self::from_ore)
    }

    /// The difference, refused when it needs more than 15 digits.
    pub fn minus(self, other: Self) -> Result<Self, AmountError> {
        self.plus(-other)
    }

    /// The sum of many amounts. The order does not matter: partial sums may pass the bound, the whole may not.
    pub fn sum(amounts: impl IntoIterator<Item = Self>) -> Result<Self, AmountError> {
        let total: i128 = amounts.into_iter().map(|amount| i128::from(amount.0)).sum();
        i64::try_from(total).map_err(|_| AmountError::TooLarge).and_then(Self::from_ore)
    }

    /// Reads the grammar with a decimal point, as JSON writes it.
    pub fn parse(text: &str) -> Result<Self, AmountError> {
        AmountUnit::Kronor.parse(text, DecimalMark::Point)
    }

    /// The share of `whole` as a percentage with two decimals, in hundredths: 2.57 % is 257. `None` when there is no whole.
    pub fn percent_of(self, whole: Self) -> Option<i64> {
        if whole.is_zero() {
            return None;
        }
        let hundredths = round_div(i128::from(self.0) * 10_000, i128::from(whole.0.abs()));
        i64::try_from(hundredths).ok()
    }
}

impl Neg for Money {
    type Output = Self;
    fn neg(self) -> Self {
        Self(-self.0)
    }
}

/// Writes kronor with a point and as many decimals as are needed: `12`, `12.5`, `-0.05`.
impl fmt::Display for Money {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write_scaled(f, self.0, 2)
    }
}

/// Writes an integer scaled by ten to the `decimals`, without trailing zeros.
fn write_scaled(f: &mut fmt::Formatter<'_>, value: i64, decimals: u32) -> fmt::Result {
    let scale = 10_u64.pow(decimals);
    let (whole, mut rest) = (value.unsigned_abs() / scale, value.unsigned_abs() % scale);
    if value < 0 {
        f.write_str("-")?;
    }
    write!(f, "{whole}")?;
    if rest == 0 {
        return Ok(());
    }
    let mut width = decimals as usize;
    while rest % 10 == 0 {
        rest /= 10;
        width -= 1;
    }
    write!(f, ".{rest:0width$}")
}

/// Divides with rounding half away from zero.
pub(crate) fn round_div(dividend: i128, divisor: i128) -> i128 {
    let (quotient, rest) = (dividend / divisor, dividend % divisor);
    if rest.abs() * 2 >= divisor.abs() { quotient + dividend.signum() * divisor.signum() } else { quotient }
}

/// Which mark a text writes before its decimals. JSON knows the point only; a CSV cell may use either.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DecimalMark {
    /// `12.50`
    Point,
    /// `12,50` or `12.50`
    Either,
}

/// The unit that a delivery or a report writes its amounts in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
pub enum AmountUnit {
    /// kr: kronor with up to two decimals.
    #[default]
    Kronor,
    /// tkr: thousands of kronor.
    Thousands,
    /// mnkr: millions of kronor.
    Millions,
}

impl AmountUnit {
    /// Every unit, in growing order.
    pub const ALL: [Self; 3] = [Self::Kronor, Self::Thousands, Self::Millions];

    /// `kr`, `tkr` or `mnkr`.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Kronor => "kr",
            Self::Thousands => "tkr",
            Self::Millions => "mnkr",
        }
    }

    /// The unit of that code.
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|unit| unit.code() == code)
    }

    /// How many öre one of the unit is.
    pub(crate) const fn ore(self) -> i64 {
        match self {
            Self::Kronor => 100,
            Self::Thousands => 100_000,
            Self::Millions => 100_000_000,
        }
    }

    /// Reads an amount that is written in this unit.
    pub fn parse(self, text: &str, mark: DecimalMark) -> Result<Money, AmountError> {
        let (negative, digits) = match text.strip_prefix('-') {
            Some(digits) => (true, digits),
            None => (false, text),
        };
        let at = digits.find(|c| c == '.' || (c == ',' && mark == DecimalMark::Either));
        let (whole, decimals) = match at {
            Some(at) => (&digits[..at], Some(&digits[at + 1..])),
            None => (digits, None),
        };
        let all_digits = |part: &str, most: usize| {
            (1..=most).contains(&part.len()) && part.bytes().all(|byte| byte.is_ascii_digit())
        };
        if !all_digits(whole, 13) || !decimals.is_none_or(|part| all_digits(part, 2)) {
            return Err(AmountError::Grammar);
        }
        let number = |part: &str| part.bytes().fold(0_i64, |sum, byte| sum * 10 + i64::from(byte - b'0'));
        let hundredths = match decimals {
            Some(part) if part.len() == 1 => number(part) * 10,
            Some(part) => number(part),
            None => 0,
        };
        let ore = (number(whole) * 100 + hundredths).checked_mul(self.ore() / 100).ok_or(AmountError::TooLarge)?;
        Money::from_ore(if negative { -ore } else { ore })
    }

    /// Writes an amount in this unit, with as many decimals as it takes to be exact.
    pub fn exact(self, amount: Money) -> String {
        let decimals = match self {
            Self::Kronor => 2,
            Self::Thousands => 5,
            Self::Millions => 8,
        };
        ShownAmount { steps: amount.ore(), decimals }.to_string()
    }

    /// Rounds an amount to what a report in this unit shows: kr exactly, tkr to whole, mnkr to one decimal,
    /// half away from zero. The one place where Utfall rounds.
    pub fn shown(self, amount: Money) -> ShownAmount {
        let (step, decimals) = match self {
            Self::Kronor => (1, 2),
            Self::Thousands => (100_000, 0),
            Self::Millions => (10_000_000, 1),
        };
        let steps = round_div(i128::from(amount.ore()), step);
        #[expect(clippy::cast_possible_truncation, reason = "an i64 divided by a positive step fits an i64")]
        ShownAmount { steps: steps as i64, decimals }
    }
}

/// An amount as a report shows it: a whole number of steps, each ten to the minus `decimals` of the unit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ShownAmount {
    steps: i64,
    decimals: u32,
}

impl ShownAmount {
    /// The difference between two amounts shown in the same unit.
    #[must_use]
    pub fn minus(self, other: Self) -> Self {
        debug_assert_eq!(self.decimals, other.decimals, "both are shown in one unit");
        Self { steps: self.steps.saturating_sub(other.steps), decimals: self.decimals }
    }

    /// The sum of two amounts shown in the same unit; only a `roundingDifference` may be made of it.
    #[must_use]
    pub fn plus(self, other: Self) -> Self {
        debug_assert_eq!(self.decimals, other.decimals, "both are shown in one unit");
        Self { steps: self.steps.saturating_add(other.steps), decimals: self.decimals }
    }
}

impl fmt::Display for ShownAmount {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write_scaled(f, self.steps, self.decimals)
    }
}

/// Which way an amount points.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
pub enum SignConvention {
    /// The ledger's: debit positive, so costs are positive and revenues negative.
    #[default]
    DebitPositive,
    /// A result statement's: revenues positive, costs negative.
    Result,
    /// A net cost table's: net cost positive.
    CostPositive,
}

impl SignConvention {
    /// Every convention.
    pub const ALL: [Self; 3] = [Self::DebitPositive, Self::Result, Self::CostPositive];

    /// `debit-positive`, `result` or `cost-positive`.
    pub const fn code(self) -> &'static str {
        match self {
            Self::DebitPositive => "debit-positive",
            Self::Result => "result",
            Self::CostPositive => "cost-positive",
        }
    }

    /// The convention of that code.
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|convention| convention.code() == code)
    }

    /// From this convention to the ledger's sign, or back: the turn is its own inverse.
    #[must_use]
    pub fn turn(self, amount: Money) -> Money {
        match self {
            Self::DebitPositive | Self::CostPositive => amount,
            Self::Result => -amount,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn odd_amounts_are_refused_and_never_rounded() {
        for text in [
            "",
            "-",
            "NaN",
            "Infinity",
            "1e5",
            "1E400",
            "1_000",
            "+5",
            ".5",
            "5.",
            "0x10",
            "1 000",
            "1,5",
            "１２",
            "١٢",
            "−5",
            "1.234",
            "12345678901234",
            "--1",
            "1.2.3",
            " 1",
            "1 ",
        ] {
            assert_eq!(Money::parse(text), Err(AmountError::Grammar), "{text:?}");
        }
        assert_eq!(AmountUnit::Thousands.parse("9999999999999", DecimalMark::Point), Err(AmountError::TooLarge));
    }

    #[test]
    fn minus_zero_is_zero() {
        assert_eq!(Money::parse("-0"), Ok(Money::ZERO));
        assert_eq!(Money::parse("-0.00"), Ok(Money::ZERO));
    }

    #[test]
    fn units_scale_exactly() {
        assert_eq!(AmountUnit::Thousands.parse("65251", DecimalMark::Point), Money::parse("65251000"));
        assert_eq!(AmountUnit::Millions.parse("-11,9", DecimalMark::Either), Money::parse("-11900000"));
    }

    #[test]
    fn a_report_rounds_half_away_from_zero() {
        let shown = |unit: AmountUnit, kronor: &str| unit.shown(Money::parse(kronor).unwrap()).to_string();
        assert_eq!(shown(AmountUnit::Thousands, "1500"), "2");
        assert_eq!(shown(AmountUnit::Thousands, "-1500"), "-2");
        assert_eq!(shown(AmountUnit::Thousands, "1499.99"), "1");
        assert_eq!(shown(AmountUnit::Millions, "-11850000"), "-11.9");
        assert_eq!(shown(AmountUnit::Kronor, "-0.05"), "-0.05");
    }

    #[test]
    fn percent_has_two_decimals() {
        let money = |kronor: &str| Money::parse(kronor).unwrap();
        assert_eq!(money("-11900").percent_of(money("463269")), Some(-257));
        assert_eq!(money("1").percent_of(Money::ZERO), None);
    }

    #[test]
    fn the_largest_amount_is_taken_and_one_more_is_not() {
        for sign in [1, -1] {
            assert_eq!(Money::from_ore(sign * MAX_ORE).map(Money::ore), Ok(sign * MAX_ORE));
            assert_eq!(Money::from_ore(sign * (MAX_ORE + 1)), Err(AmountError::TooLarge));
        }
    }

    #[test]
    fn a_sign_convention_is_its_code_and_its_turn() {
        let known = [("debit-positive", 5), ("result", -5), ("cost-positive", 5)];
        assert_eq!(SignConvention::ALL.map(SignConvention::code), known.map(|(code, _)| code));
        for (code, turned) in known {
            let convention = SignConvention::from_code(code).unwrap();
            assert_eq!((convention.code(), convention.turn(Money::stored(5)).ore()), (code, turned));
            assert_eq!(convention.turn(convention.turn(Money::stored(5))), Money::stored(5));
        }
        assert_eq!(SignConvention::from_code("credit-positive"), None);
    }

    #[test]
    fn nothing_is_written_without_a_sign() {
        assert_eq!(
            (Money::ZERO.to_string(), Money::parse("-0").unwrap().to_string()),
            ("0".to_owned(), "0".to_owned())
        );
    }

    #[test]
    fn halves_are_rounded_away_from_zero() {
        for (dividend, divisor, rounded) in [
            (4, 10, 0),
            (5, 10, 1),
            (14, 10, 1),
            (15, 10, 2),
            (-4, 10, 0),
            (-5, 10, -1),
            (-15, 10, -2),
            (5, -10, -1),
            (-5, -10, 1),
            (1, 3, 0),
            (2, 3, 1),
        ] {
            assert_eq!(round_div(dividend, divisor), rounded, "{dividend} / {divisor}");
        }
    }

    proptest! {
        #[test]
        fn every_amount_comes_back_as_written(ore in -MAX_ORE..=MAX_ORE) {
            let amount = Money::from_ore(ore).unwrap();
            prop_assert_eq!(Money::parse(&amount.to_string()), Ok(amount));
        }

        #[test]
        fn no_text_panics_and_what_is_taken_fits(text in "[-+0-9.,eE ]{0,20}") {
            if let Ok(amount) = AmountUnit::Kronor.parse(&text, DecimalMark::Either) {
                prop_assert!(amount.ore().abs() <= MAX_ORE);
            }
        }

        #[test]
        fn sums_do_not_depend_on_order(mut ore in proptest::collection::vec(-MAX_ORE..=MAX_ORE, 0..50)) {
            let sum = |ore: &[i64]| Money::sum(ore.iter().map(|&ore| Money::stored(ore)));
            let forwards = sum(&ore);
            ore.reverse();
            prop_assert_eq!(forwards, sum(&ore));
        }
    }
}
