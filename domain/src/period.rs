//! Fiscal years, months and the dates that bound them. The fiscal year is the calendar year.

use chrono::{DateTime, Datelike, NaiveDate, NaiveTime, TimeZone, Utc};
use chrono_tz::Europe::Stockholm;
use serde::{Deserialize, Serialize};
use std::fmt;

/// A fiscal year between 1990 and 2100.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Year(i16);

/// A period that cannot be read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum PeriodError {
    /// Not a year of four digits from 1990 to 2100.
    #[error("is not a year between 1990 and 2100, such as 2018")]
    Year,
    /// Not a month of the ledger.
    #[error("is not a month such as 2018-08 (2018-13 holds the closing entries)")]
    Month,
    /// Not a period of measurement.
    #[error("is not a period such as 2018, 2018-08, 2018-08-YTD, 2018-T2, 2018-Q3, 2018-H1 or 2018-08-R12")]
    Measure,
    /// Not a date or a moment.
    #[error("is not a date such as 2018-08-31 or a moment such as 2018-08-31T12:00:00Z")]
    Moment,
}

impl Year {
    /// The year of that number.
    pub fn new(year: i32) -> Result<Self, PeriodError> {
        i16::try_from(year).ok().filter(|year| (1990..=2100).contains(year)).map(Self).ok_or(PeriodError::Year)
    }

    /// Reads `2018`.
    pub fn parse(text: &str) -> Result<Self, PeriodError> {
        digits(text, 4).ok_or(PeriodError::Year).and_then(Self::new)
    }

    /// The number.
    pub const fn number(self) -> i16 {
        self.0
    }

    /// The year before.
    #[must_use]
    pub const fn previous(self) -> Self {
        Self(self.0 - 1)
    }
}

impl fmt::Display for Year {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:04}", self.0)
    }
}

/// A month of the ledger: 1 to 12, or 13 for the closing entries, which are part of the year but of no month.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Month {
    year: Year,
    number: u8,
}

impl Month {
    /// The month of that number, 1 to 13.
    pub fn new(year: Year, number: u8) -> Result<Self, PeriodError> {
        if (1..=13).contains(&number) { Ok(Self { year, number }) } else { Err(PeriodError::Month) }
    }

    /// Reads `2018-08`.
    pub fn parse(text: &str) -> Result<Self, PeriodError> {
        let (year, month) = text.split_once('-').ok_or(PeriodError::Month)?;
        let number = digits(month, 2).and_then(|month| u8::try_from(month).ok()).ok_or(PeriodError::Month)?;
        Self::new(Year::parse(year).map_err(|_| PeriodError::Month)?, number)
    }

    /// The fiscal year.
    pub const fn year(self) -> Year {
        self.year
    }

    /// 1 to 13.
    pub const fn number(self) -> u8 {
        self.number
    }

    /// Whether it holds the closing entries.
    pub const fn is_closing(self) -> bool {
        self.number == 13
    }

    /// The first day that counts to it; closing entries belong to the last day of the year.
    pub fn first_day(self) -> NaiveDate {
        if self.is_closing() { self.last_day() } else { day(self.year.0, self.number, 1) }
    }

    /// The last day that counts to it.
    pub fn last_day(self) -> NaiveDate {
        match self.number {
            12 | 13 => day(self.year.0, 12, 31),
            number => day(self.year.0, number + 1, 1).pred_opt().unwrap_or(NaiveDate::MIN),
        }
    }

    /// The month that a date falls in.
    pub fn of(date: NaiveDate) -> Result<Self, PeriodError> {
        #[expect(clippy::cast_possible_truncation, reason = "a calendar month is 1 to 12")]
        Self::new(Year::new(date.year())?, date.month() as u8)
    }
}

impl fmt::Display for Month {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}-{:02}", self.year, self.number)
    }
}

/// What a posting is made for: an outcome and a forecast for a month, a budget for a year.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Period {
    /// A whole year.
    Year(Year),
    /// One month.
    Month(Month),
}

impl Period {
    /// Reads `2018` or `2018-08`.
    pub fn parse(text: &str) -> Result<Self, PeriodError> {
        if text.len() == 4 { Year::parse(text).map(Self::Year) } else { Month::parse(text).map(Self::Month) }
    }

    /// The fiscal year.
    pub const fn year(self) -> Year {
        match self {
            Self::Year(year) => year,
            Self::Month(month) => month.year(),
        }
    }

    /// The month, if it is one.
    pub const fn month(self) -> Option<Month> {
        match self {
            Self::Year(_) => None,
            Self::Month(month) => Some(month),
        }
    }
}

impl fmt::Display for Period {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Year(year) => year.fmt(f),
            Self::Month(month) => month.fmt(f),
        }
    }
}

/// Reads `asOf`: an RFC 3339 moment in any time zone, or a bare date, which means the end of that day in Stockholm.
pub fn parse_as_of(text: &str) -> Result<DateTime<Utc>, PeriodError> {
    if let Ok(moment) = DateTime::parse_from_rfc3339(text) {
        return Ok(moment.with_timezone(&Utc));
    }
    let date = parse_date(text)?;
    let next = date.succ_opt().ok_or(PeriodError::Moment)?.and_time(NaiveTime::MIN);
    let midnight = Stockholm.from_local_datetime(&next).earliest().ok_or(PeriodError::Moment)?;
    Ok(midnight.with_timezone(&Utc) - chrono::TimeDelta::microseconds(1))
}

/// Reads `2018-08-31`, exactly ten characters.
pub fn parse_date(text: &str) -> Result<NaiveDate, PeriodError> {
    let digits_and_hyphens =
        |(at, byte): (usize, u8)| if at == 4 || at == 7 { byte == b'-' } else { byte.is_ascii_digit() };
    if text.len() != 10 || !text.bytes().enumerate().all(digits_and_hyphens) {
        return Err(PeriodError::Moment);
    }
    NaiveDate::parse_from_str(text, "%Y-%m-%d").map_err(|_| PeriodError::Moment)
}

/// The calendar day in Stockholm at a moment.
pub fn day_in_stockholm(moment: DateTime<Utc>) -> NaiveDate {
    moment.with_timezone(&Stockholm).date_naive()
}

fn day(year: i16, month: u8, day: u32) -> NaiveDate {
    NaiveDate::from_ymd_opt(i32::from(year), u32::from(month), day).unwrap_or(NaiveDate::MIN)
}

fn digits(text: &str, count: usize) -> Option<i32> {
    (text.len() == count && text.bytes().all(|byte| byte.is_ascii_digit())).then(|| text.parse().ok())?
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn odd_months_are_refused() {
        for text in ["2026-14", "2026-00", "26-01", "2026-1", "2026", "2026-010", "２０２６-01", "1989-01", "+026-01"]
        {
            assert!(Month::parse(text).is_err(), "{text:?}");
        }
        assert_eq!(Month::parse("2018-13").unwrap().to_string(), "2018-13");
    }

    #[test]
    fn months_have_their_days() {
        let month = |text| Month::parse(text).unwrap();
        assert_eq!(month("2020-02").last_day().to_string(), "2020-02-29");
        assert_eq!(month("2018-13").first_day().to_string(), "2018-12-31");
    }

    #[test]
    fn a_bare_date_means_the_end_of_that_day_in_stockholm() {
        assert_eq!(parse_as_of("2018-08-31").unwrap().to_rfc3339(), "2018-08-31T21:59:59.999999+00:00");
        assert_eq!(parse_as_of("2018-01-31").unwrap().to_rfc3339(), "2018-01-31T22:59:59.999999+00:00");
        assert_eq!(parse_as_of("2018-08-31T12:00:00+02:00").unwrap().to_rfc3339(), "2018-08-31T10:00:00+00:00");
        for text in ["2018-8-31", "+2018-8-31", "-2018-8-31", "2018-02-30"] {
            assert!(parse_as_of(text).is_err(), "{text}");
        }
    }
}
