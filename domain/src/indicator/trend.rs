//! The trend: where a series is going, apart from any target. And the forecast that a part of a year gives, marked as computed.

use super::definition::Direction;
use super::measure_period::MeasurePeriod;
use crate::decimal::Decimal;
use crate::word::words;

words! {
    /// Where a series is going between two periods of the same kind.
    Trend: 5 {
        /// It goes the better way.
        Better = "better",
        /// It goes the worse way.
        Worse = "worse",
        /// It rises, and neither way is better.
        Rising = "rising",
        /// It falls, and neither way is better.
        Falling = "falling",
        /// It stays.
        Unchanged = "unchanged",
    }
}

/// The trend from one value to the next.
pub fn trend(direction: Direction, before: Decimal, now: Decimal) -> Trend {
    match (now.cmp(&before), direction) {
        (std::cmp::Ordering::Equal, _) => Trend::Unchanged,
        (std::cmp::Ordering::Greater, Direction::Higher) | (std::cmp::Ordering::Less, Direction::Lower) => {
            Trend::Better
        }
        (std::cmp::Ordering::Less, Direction::Higher) | (std::cmp::Ordering::Greater, Direction::Lower) => Trend::Worse,
        (std::cmp::Ordering::Greater, Direction::None) => Trend::Rising,
        (std::cmp::Ordering::Less, Direction::None) => Trend::Falling,
    }
}

/// The year that a count of a part of it gives, in a straight line: 2 490 in eight months gives 3 735. None for what is not a part.
pub fn linear(value: Decimal, period: MeasurePeriod) -> Option<Decimal> {
    if !period.is_part_of_a_year() {
        return None;
    }
    let months = i128::from(period.months());
    let product = i128::from(value.millionths()) * 12;
    let half = if product < 0 { -months / 2 } else { months / 2 };
    i64::try_from((product + half) / months).ok().map(Decimal::stored)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_forecast_of_eight_months_is_a_straight_line() {
        let period = MeasurePeriod::parse("2018-08-YTD").unwrap();
        let forecast = linear(Decimal::parse("2490").unwrap(), period).unwrap();
        assert_eq!(forecast.to_string(), "3735");
        assert_eq!(linear(Decimal::stored(1), MeasurePeriod::parse("2018").unwrap()), None);
    }

    #[test]
    fn less_sick_leave_is_better() {
        let (seven, eight) = (Decimal::stored(7), Decimal::stored(8));
        assert_eq!(trend(Direction::Lower, eight, seven), Trend::Better);
        assert_eq!(trend(Direction::None, eight, seven), Trend::Falling);
    }
}
