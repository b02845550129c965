//! A deviation split into what comes of volume, what comes of price, and the rest.

use super::row::{VolumeFigure, priced, units_and_price};
use crate::money::{AmountError, Money};

/// The parts of a deviation; together they are the deviation, to the öre.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Split {
    /// Budget less outcome, of costs: positive is favourable.
    pub deviation: Money,
    /// What comes of other volumes and periods than planned, at the planned price.
    pub volume: Money,
    /// What comes of another price than planned, at the actual volume.
    pub price: Money,
    /// What is neither: amounts that are not volume times price, and öre of rounding.
    pub rest: Money,
}

/// Splits the deviation of what came out from what was planned. `None` where either has no amount; without volume and price on both sides
/// all of it is rest.
pub fn split(planned: &VolumeFigure, actual: &VolumeFigure) -> Result<Option<Split>, AmountError> {
    let Some((budget, outcome)) = planned.amount()?.zip(actual.amount()?) else { return Ok(None) };
    let deviation = budget.minus(outcome)?;
    let parts = units_and_price(planned).zip(units_and_price(actual));
    let (volume, price) = match parts {
        None => (Money::ZERO, Money::ZERO),
        Some(((planned_units, planned_price), (units, price))) => (
            priced(planned_units.checked_sub(units).ok_or(AmountError::TooLarge)?, planned_price)?,
            priced(units, planned_price.minus(price)?)?,
        ),
    };
    Ok(Some(Split { deviation, volume, price, rest: deviation.minus(volume)?.minus(price)? }))
}

#[cfg(test)]
mod tests {
    use super::super::row::{average, computed};
    use super::*;
    use crate::decimal::Decimal;
    use proptest::prelude::*;

    fn figure(volume: &str, price: i64, periods: &str) -> VolumeFigure {
        let decimal = |text: &str| Some(Decimal::parse(text).unwrap());
        VolumeFigure {
            volume: decimal(volume),
            price: Some(Money::stored(price * 100)),
            periods: decimal(periods),
            amount: None,
        }
    }

    #[test]
    fn linkopings_households_leave_a_rest_of_twelve() {
        let stated = VolumeFigure { amount: Some(Money::stored(14_805_800_000)), ..figure("2061", 8_979, "8") };
        assert_eq!(computed(&stated), Ok(Some(Money::stored(14_804_575_200))));
        assert_eq!(stated.rest(), Ok(Some(Money::stored(1_224_800))));
    }

    #[test]
    fn an_average_is_weighted_by_volume() {
        let rows = [figure("10", 100, "1"), figure("30", 200, "1")];
        assert_eq!(average(&rows), Ok(Some(Money::stored(17_500))));
        assert_eq!(average(&[VolumeFigure { amount: Some(Money::stored(5)), ..VolumeFigure::default() }]), Ok(None));
    }

    proptest! {
        #[test]
        fn volume_price_and_rest_are_the_deviation(
            volumes in proptest::array::uniform2(0_i64..9_999_000_000), prices in proptest::array::uniform2(-99_999_i64..99_999_999),
            periods in proptest::array::uniform2(0_i64..12_000_000), stated in proptest::option::of(-9_999_999_i64..9_999_999_999),
        ) {
            let figure = |at: usize, amount: Option<i64>| VolumeFigure {
                volume: Some(Decimal::stored(volumes[at])), price: Some(Money::stored(prices[at])),
                periods: Some(Decimal::stored(periods[at])), amount: amount.map(Money::stored),
            };
            let (planned, actual) = (figure(0, None), figure(1, stated));
            if let Ok(Some(split)) = split(&planned, &actual) {
                let parts = Money::sum([split.volume, split.price, split.rest]);
                prop_assert_eq!(parts, Ok(split.deviation));
                let budget = planned.amount().unwrap().unwrap();
                prop_assert_eq!(budget.minus(actual.amount().unwrap().unwrap()), Ok(split.deviation));
            }
        }
    }
}
