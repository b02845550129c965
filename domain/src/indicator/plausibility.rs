//! What looks wrong in values and is flagged, never refused: a source may be right where a rule of thumb is not.

use super::definition::{Accumulation, Indicator};
use super::measure_period::MeasurePeriod;
use super::observation::{ObservationKey, Sex};
use super::organisation::Organisation;
use crate::decimal::Decimal;
use crate::word::words;
use std::collections::BTreeMap;

words! {
    /// What looks wrong.
    Flag: 5 {
        /// Women and men do not add up to the total of a count.
        SexesDoNotAddUp = "sexes-do-not-add-up",
        /// The total of a share or a mean lies outside what women and men have.
        TotalOutsideSexes = "total-outside-sexes",
        /// The value is outside the scale, or far from the size of the others: a unit may be wrong.
        OutOfScale = "out-of-scale",
        /// A part of a year stands beside full years.
        PartOfAYear = "part-of-a-year",
        /// The split by sex that is required is not there.
        SexSplitMissing = "sex-split-missing",
    }
}

/// Something that looks wrong, and where.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Flagged {
    /// Which value.
    pub key: ObservationKey,
    /// What looks wrong.
    pub flag: Flag,
    /// The numbers that say so.
    pub detail: String,
}

/// How many times greater or smaller than the median of the others a value is before its unit is doubted.
const FAR: i128 = 100;

/// What looks wrong in an indicator's values, of one organisation or several.
pub fn flags(indicator: &Indicator, values: &BTreeMap<ObservationKey, Decimal>) -> Vec<Flagged> {
    let mut flagged = Vec::new();
    let mut by_place: BTreeMap<(&Organisation, MeasurePeriod), BTreeMap<Sex, Decimal>> = BTreeMap::new();
    let mut by_organisation: BTreeMap<&Organisation, Vec<(&ObservationKey, Decimal)>> = BTreeMap::new();
    for (key, value) in values {
        by_place.entry((&key.organisation, key.period)).or_default().insert(key.sex, *value);
        by_organisation.entry(&key.organisation).or_default().push((key, *value));
    }
    let of = |organisation: &Organisation, period, sex| ObservationKey {
        indicator: indicator.key.clone(),
        organisation: organisation.clone(),
        period,
        sex,
    };
    for ((organisation, period), sexes) in &by_place {
        let key = || of(organisation, *period, Sex::Total);
        if let (Some(total), Some(women), Some(men)) =
            (sexes.get(&Sex::Total), sexes.get(&Sex::Women), sexes.get(&Sex::Men))
        {
            let detail = format!("T {total}, K {women}, M {men}");
            let sum = women.millionths().saturating_add(men.millionths());
            let is_count = indicator.accumulation == Accumulation::Sum;
            let adds_up = sum == total.millionths();
            if is_count && !adds_up {
                flagged.push(Flagged { key: key(), flag: Flag::SexesDoNotAddUp, detail });
            } else if !adds_up && !(women.min(men)..=women.max(men)).contains(&total) {
                // Neither a count nor a share: nobody has said which it is.
                flagged.push(Flagged { key: key(), flag: Flag::TotalOutsideSexes, detail });
            }
        } else if indicator.sex_split == super::definition::SexSplit::Required
            && matches!(organisation, Organisation::Committee(_) | Organisation::Unit(_) | Organisation::Area(_))
        {
            let has: Vec<&str> = sexes.keys().map(|sex| sex.code()).collect();
            flagged.push(Flagged {
                key: key(),
                flag: Flag::SexSplitMissing,
                detail: format!("has {}", has.join(", ")),
            });
        }
    }
    for values in by_organisation.values() {
        let any_full = values.iter().any(|(key, _)| !key.period.is_part_of_a_year());
        for (key, value) in values {
            let outside = indicator.least.is_some_and(|least| *value < least)
                || indicator.greatest.is_some_and(|greatest| *value > greatest);
            if outside || is_far(*value, values) {
                let detail = format!("{value} {}", indicator.unit);
                flagged.push(Flagged { key: (*key).clone(), flag: Flag::OutOfScale, detail });
            }
            if any_full && key.period.is_part_of_a_year() && indicator.accumulation == Accumulation::Sum {
                let detail = format!("{} covers {} months", key.period, key.period.months());
                flagged.push(Flagged { key: (*key).clone(), flag: Flag::PartOfAYear, detail });
            }
        }
    }
    flagged
}

/// Whether a value is far from the median of the others of its sex. Two others at least are needed to say so.
fn is_far(value: Decimal, all: &[(&ObservationKey, Decimal)]) -> bool {
    let mut others: Vec<i128> = all.iter().map(|(_, other)| i128::from(other.millionths()).abs()).collect();
    if others.len() < 3 {
        return false;
    }
    others.sort_unstable();
    let median = others[others.len() / 2];
    let size = i128::from(value.millionths()).abs();
    median > 0 && size > 0 && (size > median * FAR || size * FAR < median)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::indicator::definition::tests::indicator;
    use crate::indicator::definition::{Direction, SexSplit};

    fn found(indicator: &Indicator, values: &[(&str, Sex, &str)]) -> Vec<Flag> {
        let key = |period: &str, sex| ObservationKey {
            indicator: indicator.key.clone(),
            organisation: Organisation::parse("0483").unwrap(),
            period: MeasurePeriod::parse(period).unwrap(),
            sex,
        };
        let values = values.iter().map(|(period, sex, value)| (key(period, *sex), Decimal::parse(value).unwrap()));
        flags(indicator, &values.collect()).into_iter().map(|one| one.flag).collect()
    }

    #[test]
    fn counts_add_up_and_shares_lie_between() {
        let share = indicator(Direction::Lower);
        let count = Indicator { accumulation: Accumulation::Sum, ..share.clone() };
        let values = |total| [("2019", Sex::Total, total), ("2019", Sex::Women, "33"), ("2019", Sex::Men, "36")];
        assert_eq!(found(&count, &values("69")), []);
        assert_eq!(found(&count, &values("70")), [Flag::SexesDoNotAddUp]);
        assert_eq!(found(&share, &values("35")), []);
        assert_eq!(found(&share, &values("69")), [], "a count that adds up");
        assert_eq!(found(&share, &values("25")), [Flag::TotalOutsideSexes]);
        let required = Indicator { sex_split: SexSplit::Required, ..share };
        assert_eq!(found(&required, &[("2019", Sex::Total, "7")]), [Flag::SexSplitMissing]);
    }

    #[test]
    fn a_unit_error_and_a_part_of_a_year_are_seen() {
        let count = Indicator { accumulation: Accumulation::Sum, ..indicator(Direction::None) };
        let years = [
            ("2016", Sex::Total, "52.1"),
            ("2017", Sex::Total, "49"),
            ("2018", Sex::Total, "51"),
            ("2019", Sex::Total, "5261"),
        ];
        assert_eq!(found(&count, &years), [Flag::OutOfScale]);
        let part = [("2017", Sex::Total, "3691"), ("2018-08-YTD", Sex::Total, "2490")];
        assert_eq!(found(&count, &part), [Flag::PartOfAYear]);
        let scaled = Indicator { greatest: Some(Decimal::parse("100").unwrap()), ..indicator(Direction::Higher) };
        assert_eq!(found(&scaled, &[("2019", Sex::Total, "101")]), [Flag::OutOfScale]);
    }
}
