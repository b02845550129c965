//! How a measure stands: what is reported, and what the calendar says of it.

use super::measure::Measure;
use super::report::MeasureState;
use crate::word::words;
use chrono::NaiveDate;

words! {
    /// What the calendar says.
    Lateness: 3 {
        /// It is in time.
        InTime = "in-time",
        /// It should have begun.
        LateToBegin = "late-to-begin",
        /// It should be done.
        Late = "late",
    }
}

/// How a measure stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct MeasureStatus {
    /// As it is reported; planned until something is.
    pub state: MeasureState,
    /// As the calendar says.
    pub lateness: Lateness,
    /// Whether it waits for a measure that is not done.
    pub is_waiting: bool,
}

/// The status of a measure on a day; `depended` is the reported state of the measure that it depends on.
pub fn status(
    measure: &Measure,
    reported: Option<MeasureState>,
    depended: Option<MeasureState>,
    today: NaiveDate,
) -> MeasureStatus {
    let state = reported.unwrap_or(MeasureState::Planned);
    let passed = |day: Option<NaiveDate>| day.is_some_and(|day| day < today);
    let lateness = match state {
        MeasureState::Done | MeasureState::Cancelled => Lateness::InTime,
        _ if passed(measure.due) => Lateness::Late,
        MeasureState::Planned if passed(measure.start) => Lateness::LateToBegin,
        MeasureState::Planned | MeasureState::Ongoing => Lateness::InTime,
    };
    let is_ended = matches!(state, MeasureState::Done | MeasureState::Cancelled);
    let is_waiting = !is_ended && measure.depends_on.is_some() && depended != Some(MeasureState::Done);
    MeasureStatus { state, lateness, is_waiting }
}

#[cfg(test)]
mod tests {
    use super::super::planned::tests::measure;
    use super::*;
    use crate::text::Key;

    #[test]
    fn lateness_is_computed_from_the_calendar() {
        let day = |text: &str| text.parse::<NaiveDate>().unwrap();
        let mut one = measure("m", &[]);
        (one.start, one.due) = (Some(day("2019-03-01")), Some(day("2019-06-30")));
        let on = |reported, today: &str| status(&one, reported, None, day(today)).lateness;
        assert_eq!(on(None, "2019-03-01"), Lateness::InTime);
        assert_eq!(on(None, "2019-03-02"), Lateness::LateToBegin);
        assert_eq!(on(Some(MeasureState::Ongoing), "2019-06-30"), Lateness::InTime);
        assert_eq!(on(Some(MeasureState::Ongoing), "2019-07-01"), Lateness::Late);
        assert_eq!(on(Some(MeasureState::Done), "2019-07-01"), Lateness::InTime);
    }

    #[test]
    fn a_measure_waits_for_the_one_it_depends_on() {
        let today = "2019-01-01".parse().unwrap();
        let dependent = Measure { depends_on: Some(Key::parse("first").unwrap()), ..measure("second", &[]) };
        assert!(status(&dependent, None, Some(MeasureState::Ongoing), today).is_waiting);
        assert!(!status(&dependent, None, Some(MeasureState::Done), today).is_waiting);
        assert!(!status(&dependent, Some(MeasureState::Done), None, today).is_waiting);
    }
}
