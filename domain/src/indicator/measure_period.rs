//! Periods of measurement: a year, a part of one, the year so far, or the last twelve months.

use crate::period::{Month, PeriodError, Year};
use chrono::NaiveDate;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use std::fmt;

/// A period that a value is for: `2018`, `2018-08`, `2018-08-YTD`, `2018-T2`, `2018-Q3`, `2018-H1`, `2018-08-R12`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct MeasurePeriod {
    year: Year,
    span: Span,
}

/// Which part of the year, or which months up to one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
enum Span {
    /// One month.
    Month(u8),
    /// A quarter, 1 to 4.
    Quarter(u8),
    /// A tertial, 1 to 3: four months.
    Tertial(u8),
    /// A half year, 1 or 2.
    Half(u8),
    /// January through the month.
    YearToDate(u8),
    /// The twelve months that end with the month.
    Rolling(u8),
    /// The whole year.
    Year,
}

impl MeasurePeriod {
    /// A whole year.
    pub const fn of_year(year: Year) -> Self {
        Self { year, span: Span::Year }
    }

    /// Reads a period.
    pub fn parse(text: &str) -> Result<Self, PeriodError> {
        let (year, rest) = text.split_once('-').unwrap_or((text, ""));
        let year = Year::parse(year).map_err(|_| PeriodError::Measure)?;
        let digit = |text: &str, most: u8| {
            let number = text.parse().ok().filter(|number| (1..=most).contains(number) && text.len() == 1);
            number.ok_or(PeriodError::Measure)
        };
        let month = |text: &str| -> Result<u8, PeriodError> {
            let month = Month::parse(&format!("{year}-{text}")).map_err(|_| PeriodError::Measure)?;
            if month.is_closing() { Err(PeriodError::Measure) } else { Ok(month.number()) }
        };
        let span = match rest {
            "" if !text.contains('-') => Span::Year,
            _ if rest.starts_with('T') => Span::Tertial(digit(&rest[1..], 3)?),
            _ if rest.starts_with('Q') => Span::Quarter(digit(&rest[1..], 4)?),
            _ if rest.starts_with('H') => Span::Half(digit(&rest[1..], 2)?),
            _ => match rest.split_once('-') {
                None => Span::Month(month(rest)?),
                Some((number, "YTD")) => Span::YearToDate(month(number)?),
                Some((number, "R12")) => Span::Rolling(month(number)?),
                Some(_) => return Err(PeriodError::Measure),
            },
        };
        Ok(Self { year, span })
    }

    /// The year that it ends in.
    pub const fn year(self) -> Year {
        self.year
    }

    /// The month, if it is one.
    pub const fn month(self) -> Option<u8> {
        match self.span {
            Span::Month(month) => Some(month),
            _ => None,
        }
    }

    /// The same part of the year before.
    #[must_use]
    pub const fn a_year_before(self) -> Self {
        Self { year: self.year.previous(), span: self.span }
    }

    /// Whether it is shorter than twelve months, so that a count of it cannot be held against a full year.
    pub const fn is_part_of_a_year(self) -> bool {
        !matches!(self.span, Span::Year | Span::Rolling(_) | Span::YearToDate(12))
    }

    /// How many months it covers.
    pub const fn months(self) -> u8 {
        match self.span {
            Span::Month(_) => 1,
            Span::Quarter(_) => 3,
            Span::Tertial(_) => 4,
            Span::Half(_) => 6,
            Span::YearToDate(month) => month,
            Span::Rolling(_) | Span::Year => 12,
        }
    }

    const fn last_month(self) -> u8 {
        match self.span {
            Span::Month(month) | Span::YearToDate(month) | Span::Rolling(month) => month,
            Span::Quarter(part) => part * 3,
            Span::Tertial(part) => part * 4,
            Span::Half(part) => part * 6,
            Span::Year => 12,
        }
    }

    /// The last day that it covers.
    pub fn last_day(self) -> NaiveDate {
        Month::new(self.year, self.last_month()).map_or(NaiveDate::MAX, Month::last_day)
    }

    /// The periods of which this one is the sum: its months, where it is made of whole months of one year.
    pub fn months_of_it(self) -> Vec<Self> {
        let last = self.last_month();
        let first = last.saturating_sub(self.months()) + 1;
        if matches!(self.span, Span::Rolling(month) if month != 12) {
            return Vec::new();
        }
        (first..=last).map(|month| Self { year: self.year, span: Span::Month(month) }).collect()
    }

    /// Before others by the last day, then the longer first.
    fn order(self) -> (i16, u8, std::cmp::Reverse<u8>, Span) {
        (self.year.number(), self.last_month(), std::cmp::Reverse(self.months()), self.span)
    }
}

impl PartialOrd for MeasurePeriod {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for MeasurePeriod {
    fn cmp(&self, other: &Self) -> std::cmp::Ordering {
        self.order().cmp(&other.order())
    }
}

impl fmt::Display for MeasurePeriod {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let year = self.year;
        match self.span {
            Span::Year => write!(f, "{year}"),
            Span::Month(month) => write!(f, "{year}-{month:02}"),
            Span::Quarter(part) => write!(f, "{year}-Q{part}"),
            Span::Tertial(part) => write!(f, "{year}-T{part}"),
            Span::Half(part) => write!(f, "{year}-H{part}"),
            Span::YearToDate(month) => write!(f, "{year}-{month:02}-YTD"),
            Span::Rolling(month) => write!(f, "{year}-{month:02}-R12"),
        }
    }
}

impl Serialize for MeasurePeriod {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for MeasurePeriod {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        Self::parse(&text).map_err(serde::de::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn period(text: &str) -> MeasurePeriod {
        MeasurePeriod::parse(text).unwrap()
    }

    #[test]
    fn periods_are_written_as_they_are_read() {
        for text in ["2018", "2018-08", "2018-08-YTD", "2018-T2", "2018-Q3", "2018-H1", "2018-08-R12"] {
            assert_eq!(period(text).to_string(), text);
        }
        for text in [
            "2018-",
            "2018-13",
            "2018-T4",
            "2018-Q5",
            "2018-H3",
            "2018-T",
            "2018-8",
            "2018-08-R6",
            "18",
            "2018-T02",
            "2018-Té",
        ] {
            assert!(MeasurePeriod::parse(text).is_err(), "{text}");
        }
    }

    #[test]
    fn parts_of_a_year_are_told_from_full_years() {
        for (text, part, months) in
            [("2018", false, 12), ("2018-08-YTD", true, 8), ("2018-12-YTD", false, 12), ("2018-08-R12", false, 12)]
        {
            assert_eq!((period(text).is_part_of_a_year(), period(text).months()), (part, months), "{text}");
        }
        assert_eq!(period("2018-T2").last_day().to_string(), "2018-08-31");
        let months: Vec<String> = period("2018-T2").months_of_it().iter().map(ToString::to_string).collect();
        assert_eq!(months, ["2018-05", "2018-06", "2018-07", "2018-08"]);
    }

    #[test]
    fn periods_are_in_the_order_that_they_end() {
        let mut all: Vec<_> = ["2019-01", "2018", "2018-12", "2018-T1", "2018-08"].map(period).into();
        all.sort();
        let all: Vec<String> = all.iter().map(ToString::to_string).collect();
        assert_eq!(all, ["2018-T1", "2018-08", "2018", "2018-12", "2019-01"]);
    }
}
