//! The history of a case: a fold over its evaluations, oldest first.

use super::event::Event;
use super::rule::Required;
use crate::money::Money;
use chrono::NaiveDate;

/// One evaluation, as the fold needs it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Evaluated {
    /// The day when it was recorded.
    pub day: NaiveDate,
    /// The period that it speaks of: `2018-08`.
    pub period: String,
    /// What it did.
    pub event: Event,
    /// The deviation: positive is favourable.
    pub amount: Money,
}

/// What a period was reported with.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reported {
    /// The period.
    pub period: String,
    /// The deviation of its last evaluation; nothing once nothing deviates.
    pub amount: Money,
}

/// How a case stands after its evaluations.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct History {
    /// Whether it is open.
    pub is_open: bool,
    /// The period evaluated last, and its deviation.
    pub last: Option<Reported>,
    /// The period before that, and what was said of it last: what an explanation tells the difference from.
    pub previous: Option<Reported>,
    /// The day from which it has required what it requires now: opened, reopened, or changed its sign.
    pub required_since: Option<NaiveDate>,
}

impl History {
    /// The history of evaluations, oldest first.
    pub fn of<'a>(evaluations: impl IntoIterator<Item = &'a Evaluated>) -> Self {
        evaluations.into_iter().fold(Self::default(), Self::then)
    }

    /// After one more evaluation.
    #[must_use]
    fn then(self, now: &Evaluated) -> Self {
        let required = self.required();
        let same_period = self.last.as_ref().is_some_and(|last| last.period == now.period);
        let previous = if same_period { self.previous } else { self.last };
        let after = Self {
            is_open: now.event.leaves_open(),
            last: Some(Reported { period: now.period.clone(), amount: now.amount }),
            previous,
            required_since: self.required_since,
        };
        let goes_on = required.is_some() && required == after.required();
        let required_since = if goes_on { after.required_since } else { after.is_open.then_some(now.day) };
        Self { required_since, ..after }
    }

    /// What it requires while it is open.
    pub fn required(&self) -> Option<Required> {
        self.last.as_ref().filter(|_| self.is_open).map(|last| Required::of(last.amount))
    }

    /// The deviation less that of the period before: positive has become better. Nothing was reported before the first.
    pub fn difference(&self) -> Option<Money> {
        let (last, previous) = (self.last.as_ref()?, self.previous.as_ref()?);
        last.amount.minus(previous.amount).ok()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::deviation::event::{Before, event};
    use crate::deviation::finding::Finding;
    use crate::deviation::rule::{DeviationBasis, Level, Rule};
    use proptest::prelude::*;

    fn day(number: u32) -> NaiveDate {
        NaiveDate::from_ymd_opt(2018, 1, 1).unwrap() + chrono::Days::new(number.into())
    }

    fn evaluated(at: u32, period: &str, event: Event, ore: i64) -> Evaluated {
        Evaluated { day: day(at), period: period.into(), event, amount: Money::stored(ore) }
    }

    #[test]
    fn a_correction_of_the_same_month_leaves_the_month_before_as_what_is_compared_with() {
        let history = History::of(&[
            evaluated(1, "2018-01", Event::Opened, -10),
            evaluated(2, "2018-02", Event::Changed, -30),
            evaluated(3, "2018-02", Event::Changed, -25),
        ]);
        assert_eq!(history.difference(), Some(Money::stored(-15)));
        assert_eq!((history.required_since, history.required()), (Some(day(1)), Some(Required::ActionPlan)));
    }

    #[test]
    fn a_new_sign_and_a_reopening_start_the_time_anew() {
        let turned = [evaluated(1, "2018-01", Event::Opened, -10), evaluated(5, "2018-02", Event::Changed, 10)];
        assert_eq!(History::of(&turned).required_since, Some(day(5)));
        let again = [
            evaluated(1, "2018-01", Event::Opened, -10),
            evaluated(2, "2018-02", Event::Closed, 0),
            evaluated(9, "2018-03", Event::Reopened, -10),
        ];
        assert_eq!(History::of(&again).required_since, Some(day(9)));
        assert_eq!(History::of(&again[..2]).required(), None);
    }

    proptest! {
        /// The store keeps events; replayed, they give what the findings said all along.
        #[test]
        fn a_cases_history_replays_to_its_state(amounts in proptest::collection::vec(-2_i64..=2, 1..24)) {
            let rule = Rule { basis: DeviationBasis::YearToDate, level: Level::Committee, depth: 1, threshold_amount: None,
                              threshold_percent: None, deadline_days: None };
            let (mut kept, mut before): (Vec<Evaluated>, Option<Before>) = (Vec::new(), None);
            for (at, &ore) in (0_u32..).zip(&amounts) {
                let (budget, amount) = (Money::stored(100), Money::stored(ore));
                let finding = Finding { rule: rule.clone(), budget, actual: budget.minus(amount).unwrap(), amount,
                                        percent: None, fires: rule.fires(amount, budget) };
                if let Some(event) = event(before, Some(&finding)) {
                    kept.push(evaluated(at, &format!("2018-{:02}", at % 12 + 1), event, ore));
                    before = Some(Before { open: event.leaves_open(), amount, budget, actual: finding.actual });
                }
                let history = History::of(&kept);
                prop_assert_eq!(history.is_open, ore != 0);
                prop_assert_eq!(history.required(), (ore != 0).then(|| Required::of(amount)));
            }
        }
    }
}
