//! Spreading a year's amount over its months, exact to the öre.

use crate::money::Money;

/// Twelve weights, one a month: whole numbers, none negative, not all zero.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Profile([u32; 12]);

impl Profile {
    /// Every month the same.
    pub const EVEN: Self = Self([1; 12]);

    /// A profile of weights; `None` unless they are twelve and one is above zero.
    pub fn new(weights: &[u32]) -> Option<Self> {
        let weights: [u32; 12] = weights.try_into().ok()?;
        weights.iter().any(|&weight| weight > 0).then_some(Self(weights))
    }

    /// The weights.
    pub const fn weights(&self) -> [u32; 12] {
        self.0
    }

    /// Spreads an amount by largest remainder: every month gets its share rounded towards zero, and the öre that are left go
    /// to the months with the largest remainders, the earlier month first.
    pub fn spread(&self, amount: Money) -> [Money; 12] {
        let total: i128 = self.0.iter().map(|&weight| i128::from(weight)).sum();
        let ore = i128::from(amount.ore());
        let share = |weight: u32| ore * i128::from(weight);
        let mut months = self.0.map(|weight| share(weight) / total);
        let mut order: [usize; 12] = std::array::from_fn(|month| month);
        order.sort_by_key(|&month| std::cmp::Reverse((share(self.0[month]) % total).abs()));
        let mut left = ore - months.iter().sum::<i128>();
        for month in order {
            if left == 0 {
                break;
            }
            months[month] += left.signum();
            left -= left.signum();
        }
        #[expect(clippy::cast_possible_truncation, reason = "no share is larger than the amount")]
        months.map(|ore| Money::stored(ore as i64))
    }
}

/// How many years a profile of history takes: 3 for `history-3`; `None` for another profile.
pub fn history_years(name: &str) -> Option<u8> {
    let years = name.strip_prefix("history-")?.parse().ok()?;
    (1..=5).contains(&years).then_some(years)
}

/// What the history of a committee and an activity is kept under among the profiles; without an activity, of all of the committee's.
pub fn history_key(name: &str, committee: &str, activity: &str) -> String {
    // No code holds a control character.
    [name, committee, activity].join("\u{1f}")
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn the_earlier_month_gets_the_odd_ore() {
        let months = Profile::EVEN.spread(Money::stored(-14));
        assert_eq!(months.map(Money::ore), [-2, -2, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1]);
    }

    proptest! {
        #[test]
        fn months_sum_to_the_year_and_none_is_an_ore_off(
            ore in -999_999_999_999_999_i64..=999_999_999_999_999,
            weights in proptest::array::uniform12(0_u32..=u32::MAX),
        ) {
            prop_assume!(weights.iter().any(|&weight| weight > 0));
            let months = Profile::new(&weights).unwrap().spread(Money::stored(ore));
            prop_assert_eq!(months.iter().map(|month| month.ore()).sum::<i64>(), ore);
            let total: i128 = weights.iter().map(|&weight| i128::from(weight)).sum();
            for (month, weight) in months.iter().zip(weights) {
                let exact = i128::from(ore) * i128::from(weight);
                prop_assert!((i128::from(month.ore()) * total - exact).abs() < total);
                prop_assert!(weight > 0 || month.is_zero());
            }
        }
    }
}
