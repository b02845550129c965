//! Coverage: how much of the deficit the plan covers, and how much of the plan has come true.

use crate::deviation::{DeviationBasis, Level};
use crate::money::{AmountError, Money};

/// A deficit that a plan answers: the amount of an open case that is negative.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Deficit {
    /// What was compared.
    pub basis: DeviationBasis,
    /// On which level.
    pub level: Level,
    /// The deviation; negative.
    pub amount: Money,
}

/// The need that a plan is held against: what it states, else the full-year deficit of the cases that it answers.
///
/// Cases of different levels or bases speak of the same money and are never added. The forecast is of the full year and speaks
/// before the year to date; the committee's case speaks before those of its activities, and those before its units'.
pub fn need_of(stated: Option<Money>, deficits: &[Deficit]) -> Result<Option<Money>, AmountError> {
    if stated.is_some() {
        return Ok(stated);
    }
    let deficits = || deficits.iter().filter(|deficit| deficit.amount < Money::ZERO);
    let rank = |deficit: &Deficit| (deficit.basis != DeviationBasis::Forecast, deficit.level);
    let Some(foremost) = deficits().map(rank).min() else { return Ok(None) };
    Money::sum(deficits().filter(|deficit| rank(deficit) == foremost).map(|deficit| -deficit.amount)).map(Some)
}

/// What a plan covers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Coverage {
    /// The need; `None` when nothing is stated and no case that the plan answers is negative.
    pub need: Option<Money>,
    /// What its measures are planned to give.
    pub planned: Money,
    /// What they have given; `None` while nothing is reported or measured.
    pub realised: Option<Money>,
}

impl Coverage {
    /// Planned of the need, in hundredths of a percent; `None` when there is no need.
    pub fn planned_of_need(&self) -> Option<i64> {
        self.planned.percent_of(self.need.filter(|need| *need > Money::ZERO)?)
    }

    /// Realised of planned, in hundredths of a percent; `None` when nothing is planned or nothing is known of what has come true.
    pub fn realised_of_planned(&self) -> Option<i64> {
        self.realised?.percent_of(Some(self.planned).filter(|planned| *planned > Money::ZERO)?)
    }

    /// What is left of the need when all that is planned comes true; never below zero.
    pub fn uncovered(&self) -> Result<Option<Money>, AmountError> {
        self.need.map(|need| Ok(need.minus(self.planned)?.max(Money::ZERO))).transpose()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn katrineholm_covers_31_percent_and_81_of_that_came_true() {
        let tkr = |amount: i64| Money::stored(amount * 100_000);
        let coverage = Coverage { need: Some(tkr(56_788)), planned: tkr(17_562), realised: Some(tkr(14_300)) };
        assert_eq!(coverage.planned_of_need(), Some(3_093));
        assert_eq!(coverage.realised_of_planned(), Some(8_143));
        assert_eq!(coverage.uncovered(), Ok(Some(tkr(39_226))));
    }

    #[test]
    fn the_committees_forecast_speaks_for_the_full_year_and_levels_are_not_added() {
        use DeviationBasis::{Forecast, YearToDate};
        let deficit = |basis, level, ore| Deficit { basis, level, amount: Money::stored(ore) };
        let all = [
            deficit(YearToDate, Level::Committee, -70),
            deficit(Forecast, Level::Activity, -60),
            deficit(Forecast, Level::Activity, -50),
            deficit(Forecast, Level::Committee, -100),
        ];
        assert_eq!(need_of(None, &all), Ok(Some(Money::stored(100))));
        assert_eq!(need_of(None, &all[..3]), Ok(Some(Money::stored(110))));
        assert_eq!(need_of(None, &all[..1]), Ok(Some(Money::stored(70))));
        assert_eq!(need_of(Some(Money::stored(9)), &all), Ok(Some(Money::stored(9))));
        assert_eq!(need_of(None, &[deficit(Forecast, Level::Committee, 5)]), Ok(None));
    }

    proptest! {
        #[test]
        fn coverage_never_divides_by_zero(
            need in proptest::option::of(-99_i64..=99), planned in -99_i64..=99, realised in proptest::option::of(-99_i64..=99),
        ) {
            let money = |ore: Option<i64>| ore.map(Money::stored);
            let coverage = Coverage { need: money(need), planned: Money::stored(planned), realised: money(realised) };
            prop_assert_eq!(coverage.planned_of_need().is_some(), need.is_some_and(|need| need > 0));
            prop_assert_eq!(coverage.realised_of_planned().is_some(), realised.is_some() && planned > 0);
            let uncovered = coverage.uncovered().unwrap();
            prop_assert_eq!(uncovered.is_some(), need.is_some());
            prop_assert!(uncovered.is_none_or(|uncovered| uncovered >= Money::ZERO));
        }
    }
}
