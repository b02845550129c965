//! What measures are planned to give: in a month, in a year, and in what is left of a year.

use super::measure::PlannedEffect;
use crate::distribution::Profile;
use crate::money::{AmountError, Money};
use crate::period::{Period, Year};

/// What an effect gives in each month of a year: all of it in its month, or a year's spread evenly.
fn by_month(effect: &PlannedEffect, year: Year) -> [Money; 12] {
    match effect.period {
        Period::Year(of) if of == year => Profile::EVEN.spread(effect.amount),
        Period::Month(month) if month.year() == year => {
            std::array::from_fn(
                |at| {
                    if at + 1 == usize::from(month.number().min(12)) { effect.amount } else { Money::ZERO }
                },
            )
        }
        Period::Year(_) | Period::Month(_) => [Money::ZERO; 12],
    }
}

/// What effects give in a year.
pub fn planned_in_year(effects: &[PlannedEffect], year: Year) -> Result<Money, AmountError> {
    planned_after(effects, year, 0)
}

/// What effects give in a year after a month: what a forecast of that month has not seen yet.
pub fn planned_after(effects: &[PlannedEffect], year: Year, month: u8) -> Result<Money, AmountError> {
    let left = |effect: &PlannedEffect| by_month(effect, year).into_iter().skip(month.into());
    Money::sum(effects.iter().flat_map(left))
}

/// What effects give in a year through a month.
pub fn planned_through(effects: &[PlannedEffect], year: Year, month: u8) -> Result<Money, AmountError> {
    planned_in_year(effects, year)?.minus(planned_after(effects, year, month)?)
}

#[cfg(test)]
pub(super) mod tests {
    use super::super::filter::Measuring;
    use super::super::measure::{Certainty, Measure};
    use super::*;
    use crate::period::Month;
    use crate::text::{Key, Name};
    use proptest::prelude::*;

    pub(in super::super) fn measure(key: &str, effects: &[(&str, i64)]) -> Measure {
        let effect = |(period, ore): &(&str, i64)| PlannedEffect {
            period: Period::parse(period).unwrap(),
            amount: Money::stored(*ore),
        };
        Measure {
            key: Key::parse(key).unwrap(),
            title: Name::parse("Färre placeringar").unwrap(),
            description: String::new(),
            role: String::new(),
            start: None,
            due: None,
            certainty: Certainty::Likely,
            depends_on: None,
            awaits: String::new(),
            volume: None,
            effects: effects.iter().map(effect).collect(),
            measuring: Measuring::Entered,
        }
    }

    #[test]
    fn a_years_effect_falls_evenly_and_a_reversing_one_counts_with_its_sign() {
        let year = Year::parse("2019").unwrap();
        let measure = measure("m", &[("2019", 1_200), ("2019-11", 50), ("2019-12", -80), ("2020", 9)]);
        assert_eq!(planned_in_year(&measure.effects, year), Ok(Money::stored(1_170)));
        assert_eq!(planned_after(&measure.effects, year, 8), Ok(Money::stored(370)));
        assert_eq!(planned_through(&measure.effects, year, 8), Ok(Money::stored(800)));
    }

    proptest! {
        #[test]
        fn months_sum_to_the_year(ore in -9_999_999_999_i64..=9_999_999_999, at in 1_u8..=12, single in -999_999_i64..=999_999) {
            let year = Year::parse("2019").unwrap();
            let month = Month::new(year, at).unwrap().to_string();
            let measure = measure("m", &[("2019", ore), (&month, single)]);
            let whole = planned_in_year(&measure.effects, year).unwrap();
            prop_assert_eq!(whole, Money::stored(ore + single));
            for through in 0..=12 {
                let (before, after) = (planned_through(&measure.effects, year, through), planned_after(&measure.effects, year, through));
                prop_assert_eq!(before.unwrap().plus(after.unwrap()), Ok(whole));
            }
        }
    }
}
