//! Totals over time: values of months as one of a longer period, only as the indicator's accumulation allows.

use super::definition::Accumulation;
use super::measure_period::MeasurePeriod;
use crate::decimal::Decimal;
use crate::word::words;
use std::collections::{BTreeMap, BTreeSet};

words! {
    /// The longer periods that months make.
    TotalOf: 4 {
        /// Helår.
        Year = "year",
        /// Halvår.
        HalfYear = "half-year",
        /// Tertial.
        Tertial = "tertial",
        /// Kvartal.
        Quarter = "quarter",
    }
}

impl TotalOf {
    /// The period of this kind that a month is part of.
    fn holding(self, month: MeasurePeriod) -> Option<MeasurePeriod> {
        let number = month.month()?;
        let year = month.year();
        let text = match self {
            Self::Year => return Some(MeasurePeriod::of_year(year)),
            Self::HalfYear => format!("{year}-H{}", (number - 1) / 6 + 1),
            Self::Tertial => format!("{year}-T{}", (number - 1) / 4 + 1),
            Self::Quarter => format!("{year}-Q{}", (number - 1) / 3 + 1),
        };
        MeasurePeriod::parse(&text).ok()
    }
}

/// The total of some values, in the order of time; none where the accumulation makes none, there are none, or it overflows.
pub fn total(accumulation: Accumulation, values: &[Decimal]) -> Option<Decimal> {
    let last = values.last()?;
    let sum = || values.iter().try_fold(0_i64, |sum, value| sum.checked_add(value.millionths()));
    match accumulation {
        Accumulation::None => None,
        Accumulation::Last => Some(*last),
        Accumulation::Sum => sum().map(Decimal::stored),
        Accumulation::Average => {
            let (sum, count) = (sum()?, i64::try_from(values.len()).ok()?);
            // Half away from zero.
            let half = if sum < 0 { -(count / 2) } else { count / 2 };
            Some(Decimal::stored(sum.checked_add(half)? / count))
        }
    }
}

/// The totals of a series of months; a longer period of which a month is missing has none.
pub fn totals(
    accumulation: Accumulation,
    of: TotalOf,
    series: &BTreeMap<MeasurePeriod, Decimal>,
) -> Vec<(MeasurePeriod, Decimal)> {
    let periods: BTreeSet<MeasurePeriod> = series.keys().filter_map(|month| of.holding(*month)).collect();
    let made = |period: MeasurePeriod| {
        let months: Option<Vec<Decimal>> =
            period.months_of_it().iter().map(|month| series.get(month).copied()).collect();
        Some((period, total(accumulation, &months?)?))
    };
    periods.into_iter().filter_map(made).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn months(values: &[i64]) -> BTreeMap<MeasurePeriod, Decimal> {
        let month = |(at, value): (usize, &i64)| {
            (MeasurePeriod::parse(&format!("2018-{:02}", at + 1)).unwrap(), Decimal::stored(*value))
        };
        values.iter().enumerate().map(month).collect()
    }

    #[test]
    fn months_make_a_total_only_as_the_accumulation_allows() {
        let series = months(&[10, 20, 31, 40]);
        let of = |accumulation| {
            let made = totals(accumulation, TotalOf::Quarter, &series);
            made.into_iter().map(|(period, value)| (period.to_string(), value.millionths())).collect::<Vec<_>>()
        };
        assert_eq!(of(Accumulation::Sum), [("2018-Q1".to_owned(), 61)]);
        assert_eq!(of(Accumulation::Average), [("2018-Q1".to_owned(), 20)]);
        assert_eq!(of(Accumulation::Last), [("2018-Q1".to_owned(), 31)]);
        assert_eq!(of(Accumulation::None), []);
        assert_eq!(totals(Accumulation::Sum, TotalOf::Year, &series), [], "a year of four months is no year");
    }

    proptest! {
        #[test]
        fn quarters_add_up_to_the_year(values in prop::collection::vec(-1_000_000_i64..1_000_000, 12)) {
            let series = months(&values);
            let sum = |of| totals(Accumulation::Sum, of, &series).iter().map(|(_, value)| value.millionths()).sum::<i64>();
            prop_assert_eq!(sum(TotalOf::Quarter), sum(TotalOf::Year));
            prop_assert_eq!(sum(TotalOf::Tertial), sum(TotalOf::HalfYear));
        }
    }
}
