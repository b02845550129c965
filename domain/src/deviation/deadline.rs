//! When a case is to be answered. Deadlines are computed when they are read and never stored.

use chrono::{Days, NaiveDate};

/// A day by which a case is to be answered, and whether it has passed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Deadline {
    /// The last day.
    pub day: NaiveDate,
    /// Whether it has passed without an answer.
    pub is_missed: bool,
}

impl Deadline {
    /// The deadline of what has been required since a day, by a rule that gives so many days; today's date says whether it is missed.
    pub fn of(required_since: NaiveDate, days: u16, is_answered: bool, today: NaiveDate) -> Self {
        let day = required_since.checked_add_days(Days::new(days.into())).unwrap_or(NaiveDate::MAX);
        Self { day, is_missed: !is_answered && today > day }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_day_is_in_time() {
        let day = |text: &str| text.parse::<NaiveDate>().unwrap();
        let on = |today: &str, answered| Deadline::of(day("2018-09-05"), 30, answered, day(today));
        assert_eq!(on("2018-10-05", false), Deadline { day: day("2018-10-05"), is_missed: false });
        assert!(on("2018-10-06", false).is_missed);
        assert!(!on("2018-10-06", true).is_missed);
    }
}
