//! What measures are planned to give: in a month, in a year, and in what is left of a year.

use super::measure::{Measure, PlannedEffect};
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

/// What a measure is planned to give in a month of a year, 1 to 12.
pub fn planned_in_month(measure: &Measure, year: Year, month: u8) -> Result<Money, AmountError> {
    let at = usize::from(month.clamp(1, 12)) - 1;
    Money::sum(measure.effects.iter().map(|effect| by_month(effect, year)[at]))
}

/// What a measure is planned to give in a year.
pub fn planned_in_year(measure: &Measure, year: Year) -> Result<Money, AmountError> {
    planned_after(measure, year, 0)
}

/// What a measure is planned to give in a year after a month: what a forecast of that month has not seen yet.
pub fn planned_after(measure: &Measure, year: Year, month: u8) -> Result<Money, AmountError> {
    let left = |effect: &PlannedEffect| by_month(effect, year).into_iter().skip(month.into());
    Money::sum(measure.effects.iter().flat_map(left))
}

#[cfg(test)]
pub(super) mod tests {
    use super::super::filter::Measuring;
    use super::super::measure::Certainty;
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
        assert_eq!(planned_in_year(&measure, year), Ok(Money::stored(1_170)));
        assert_eq!(planned_after(&measure, year, 8), Ok(Money::stored(370)));
        assert_eq!(planned_in_month(&measure, year, 12), Ok(Money::stored(20)));
    }

    proptest! {
        #[test]
        fn months_sum_to_the_year(ore in -9_999_999_999_i64..=9_999_999_999, at in 1_u8..=12, single in -999_999_i64..=999_999) {
            let year = Year::parse("2019").unwrap();
            let month = Month::new(year, at).unwrap().to_string();
            let measure = measure("m", &[("2019", ore), (&month, single)]);
            let months = Money::sum((1..=12).map(|month| planned_in_month(&measure, year, month).unwrap()));
            prop_assert_eq!(months, planned_in_year(&measure, year));
            let (through, after) = (
                Money::sum((1..=at).map(|month| planned_in_month(&measure, year, month).unwrap())).unwrap(),
                planned_after(&measure, year, at).unwrap(),
            );
            prop_assert_eq!(through.plus(after), planned_in_year(&measure, year));
        }
    }
}
