//! The months of earlier years: as weights that a budget is spread by, and as what a budget's own months are compared with.

use crate::distribution::Profile;
use crate::money::Money;
use crate::word::words;

/// How many years back history goes, unless another number is asked for.
pub const YEARS_BACK: i16 = 3;
/// From which share of the year's budget a departure is warned about, unless another is asked for: 5 %, in hundredths of a percent.
pub const THRESHOLD: i64 = 500;

/// Weights from the months of earlier years together; `None` where no month is above zero. A month below zero weighs nothing.
pub fn weights(months: &[Money; 12]) -> Option<Profile> {
    let largest = months.iter().map(|month| month.ore()).max().unwrap_or_default().max(0);
    // Weights are 32 bits wide: amounts that are wider lose their last digits, all by the same share.
    let scale = largest / i64::from(u32::MAX) + 1;
    let weights = months.map(|month| u32::try_from(month.ore().max(0) / scale).unwrap_or_default());
    Profile::new(&weights)
}

words! {
    /// Which way a budget leans from history.
    Tilt: 3 {
        /// Framtung: more early than history has; it shows a surplus that is not there.
        FrontLoaded = "front-loaded",
        /// Baktung: less early than history has; it shows a deficit that is not there.
        BackLoaded = "back-loaded",
        /// Som historiken.
        InLine = "in-line",
    }
}

/// How a budget departs from history.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Departure {
    /// Month by month, the budget from January through it less what history would have had by then.
    pub months: [Money; 12],
    /// The month with the largest difference, 1 to 12.
    pub month: u8,
    /// Which way it leans, if that is more than the threshold.
    pub tilt: Tilt,
}

/// Compares a budget's months with history's weights; a threshold is a share of the year's budget, in hundredths of a percent.
pub fn departure(budget: &[Money; 12], history: &Profile, threshold: i64) -> Departure {
    let year: i64 = budget.iter().map(|month| month.ore()).sum();
    let expected = history.spread(Money::stored(year));
    let mut sum = 0;
    let months = std::array::from_fn(|at| {
        sum += budget[at].ore() - expected[at].ore();
        Money::stored(sum)
    });
    let largest = (0..12_usize).max_by_key(|at| (months[*at].abs(), std::cmp::Reverse(*at))).unwrap_or_default();
    let passes = i128::from(months[largest].abs().ore()) * 10_000 > i128::from(threshold) * i128::from(year.abs());
    let tilt = match (passes, months[largest].ore() > 0) {
        (false, _) => Tilt::InLine,
        (true, true) => Tilt::FrontLoaded,
        (true, false) => Tilt::BackLoaded,
    };
    #[expect(clippy::cast_possible_truncation, reason = "a month is 1 to 12")]
    Departure { months, month: largest as u8 + 1, tilt }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_front_loaded_budget_is_seen_and_an_even_one_on_even_history_is_not() {
        let even = [Money::stored(100); 12];
        assert_eq!(departure(&even, &Profile::EVEN, 0).tilt, Tilt::InLine);
        let mut front = even;
        (front[0], front[11]) = (Money::stored(180), Money::stored(20));
        let found = departure(&front, &Profile::EVEN, 500);
        assert_eq!((found.tilt, found.month, found.months[0]), (Tilt::FrontLoaded, 1, Money::stored(80)));
        assert_eq!(departure(&front, &Profile::EVEN, 700).tilt, Tilt::InLine);
        front.reverse();
        assert_eq!(departure(&front, &Profile::EVEN, 500).tilt, Tilt::BackLoaded);
    }

    proptest! {
        #[test]
        fn history_spreads_to_the_ore(months in proptest::array::uniform12(-9_999_999_999_i64..=99_999_999_999), year in -9_999_999_i64..=9_999_999_999) {
            if let Some(profile) = weights(&months.map(Money::stored)) {
                let spread = profile.spread(Money::stored(year));
                prop_assert_eq!(spread.iter().map(|month| month.ore()).sum::<i64>(), year);
                for (month, part) in months.iter().zip(spread) {
                    prop_assert!(*month > 0 || part.is_zero());
                }
            } else {
                prop_assert!(months.iter().all(|month| *month <= 0));
            }
        }
    }
}
