//! Forecasts (prognoser): the outcome that is expected of a period, as a person enters it on a day, or as a part of the year gives it.

use super::definition::Accumulation;
use super::measure_period::MeasurePeriod;
use super::observation::Sex;
use super::organisation::Organisation;
use super::status::part_of_year;
use super::trend::linear;
use crate::decimal::Decimal;
use crate::period::Year;
use crate::row_error::{Fault, RowError};
use crate::word::words;
use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, HashSet};

words! {
    /// Where a forecast comes from.
    ForecastBasis: 2 {
        /// A person has entered it.
        Entered = "entered",
        /// It is computed, in a straight line from part of the year.
        Computed = "computed",
    }
}

/// A forecast as it was entered.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct IndicatorForecast {
    /// Whom it is for.
    pub organisation: Organisation,
    /// What it expects the outcome of.
    pub period: MeasurePeriod,
    /// Of which sex.
    pub sex: Sex,
    /// The day when it was made.
    pub made_on: NaiveDate,
    /// The expected value; none for one in words.
    pub value: Option<Decimal>,
    /// As written: `3 735`, `Minska`.
    pub text: String,
    /// Who or what says so.
    pub source: String,
}

/// What is wrong with the forecasts of an indicator, each by itself and against the others.
pub fn check(list: &[IndicatorForecast]) -> Vec<RowError> {
    let mut errors = Vec::new();
    let mut seen = HashSet::new();
    for (at, one) in list.iter().enumerate() {
        let mut fault = |field: &str, value: &str, fault: Fault, reason: &str| {
            errors.push(RowError::whole(format!("forecasts/{at}/{field}"), value, fault, reason));
        };
        if !seen.insert((&one.organisation, one.period, one.sex, one.made_on)) {
            let reason = "has another forecast for the same organisation, period and sex";
            fault("madeOn", &one.made_on.to_string(), Fault::Conflict, reason);
        }
        if one.value.is_none() && one.text.is_empty() {
            fault("value", "", Fault::Missing, "is needed, or a text");
        }
    }
    errors
}

/// The newest forecast of a period.
pub fn newest<'a>(
    list: &'a [IndicatorForecast],
    organisation: &Organisation,
    period: MeasurePeriod,
    sex: Sex,
) -> Option<&'a IndicatorForecast> {
    let is_of = |one: &&IndicatorForecast| one.organisation == *organisation && one.period == period && one.sex == sex;
    list.iter().filter(is_of).max_by_key(|one| one.made_on)
}

/// The year in a straight line from the part of it that comes furthest, and that part. Only what is added up makes one, and a year that has
/// its own value needs none.
pub fn computed(
    accumulation: Accumulation,
    year: Year,
    values: &BTreeMap<MeasurePeriod, Decimal>,
) -> Option<(MeasurePeriod, Decimal)> {
    let whole = MeasurePeriod::of_year(year);
    let is_whole = |period: &MeasurePeriod| !period.is_part_of_a_year() && period.last_day() == whole.last_day();
    if accumulation != Accumulation::Sum || values.keys().any(is_whole) {
        return None;
    }
    let part = part_of_year(whole, values.keys().copied())?;
    Some((part, linear(*values.get(&part)?, part)?))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn the_longest_part_that_comes_furthest_makes_the_line() {
        let computed = |accumulation, values: &[(&str, i64)]| {
            let value =
                |(period, value): &(&str, i64)| (MeasurePeriod::parse(period).unwrap(), Decimal::stored(*value));
            let values = values.iter().map(value).collect();
            let computed = computed(accumulation, Year::parse("2018").unwrap(), &values);
            computed.map(|(period, value)| (period.to_string(), value.millionths()))
        };
        let parts = [("2018-06-YTD", 600), ("2018-08-YTD", 800), ("2018-08", 50), ("2017", 1), ("2018-08-R12", 9)];
        assert_eq!(computed(Accumulation::Sum, &parts), Some(("2018-08-YTD".to_owned(), 1200)));
        assert_eq!(computed(Accumulation::Average, &parts), None);
        for whole in ["2018", "2018-12-YTD", "2018-12-R12"] {
            assert_eq!(computed(Accumulation::Sum, &[parts[1], (whole, 1300), ("2018-12", 9)]), None, "{whole}");
        }
    }

    fn forecast(sex: Sex, day: u32, value: Option<i64>, text: &str) -> IndicatorForecast {
        IndicatorForecast {
            organisation: Organisation::parse("0580").unwrap(),
            period: MeasurePeriod::parse("2018").unwrap(),
            sex,
            made_on: NaiveDate::from_ymd_opt(2018, 8, day).unwrap(),
            value: value.map(Decimal::stored),
            text: text.into(),
            source: String::new(),
        }
    }

    #[test]
    fn a_forecast_says_something_and_none_is_made_twice_on_a_day() {
        let list = [
            forecast(Sex::Total, 1, Some(1), ""),
            forecast(Sex::Women, 1, None, "Minska"),
            forecast(Sex::Total, 1, Some(2), ""),
            forecast(Sex::Total, 2, None, ""),
        ];
        let errors = check(&list);
        let listed: Vec<_> = errors.iter().map(|error| (error.field.as_str(), error.fault)).collect();
        assert_eq!(listed, [("forecasts/2/madeOn", Fault::Conflict), ("forecasts/3/value", Fault::Missing)]);
        assert_eq!(check(&list[..2]), []);
    }

    #[test]
    fn another_organisation_period_or_sex_is_another_forecast() {
        let list = [forecast(Sex::Total, 1, Some(1), "")];
        let newest = |organisation, period, sex| {
            let (organisation, period) = (Organisation::parse(organisation), MeasurePeriod::parse(period));
            newest(&list, &organisation.unwrap(), period.unwrap(), sex).is_some()
        };
        assert!(newest("0580", "2018", Sex::Total));
        assert!(!newest("committee:SN", "2018", Sex::Total));
        assert!(!newest("0580", "2018-T3", Sex::Total));
        assert!(!newest("0580", "2018", Sex::Women));
    }

    proptest! {
        #[test]
        fn the_newest_is_the_same_in_whatever_order_they_are_put(days in prop::collection::hash_set(1_u32..29, 1..9)) {
            let list: Vec<_> = days.iter().map(|day| forecast(Sex::Total, *day, Some(i64::from(*day)), "")).collect();
            let newest = newest(&list, &list[0].organisation, list[0].period, Sex::Total).unwrap();
            prop_assert_eq!(newest.value, days.iter().max().map(|day| Decimal::stored(i64::from(*day))));
        }
    }
}
