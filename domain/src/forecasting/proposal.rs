//! Proposals: what the outcome so far suggests for the year, by a method that is named, with the interval that the method's own errors give.

use crate::money::{AmountError, Money, round_div};
use crate::word::words;
use std::collections::BTreeMap;

words! {
    /// How a forecast is proposed.
    Method: 3 {
        /// Linjärt: the outcome so far by its months, times twelve.
        Linear = "linear",
        /// Periodiseringsprofil: the outcome so far by the share of the year that history has had by then.
        Profile = "profile",
        /// Som förra året: the outcome so far, and what last year had left.
        LastYear = "last-year",
    }
}

/// What a proposal is made from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Proposal {
    /// Through which month, 1 to 12.
    pub month: u8,
    /// The outcome from January through it.
    pub to_date: Money,
    /// What earlier years had by then, and in all; for a profile.
    pub history: Option<(Money, Money)>,
    /// What last year had left after the month.
    pub last_year_left: Option<Money>,
}

/// The year by a method; `None` where it lacks what the method needs.
pub fn propose(method: Method, from: &Proposal) -> Result<Option<Money>, AmountError> {
    match method {
        Method::Linear => scaled(from.to_date, 12, from.month.into()).map(Some),
        Method::Profile => match from.history {
            Some((by_then, whole)) if !by_then.is_zero() => {
                scaled(from.to_date, whole.ore().into(), by_then.ore().into()).map(Some)
            }
            _ => Ok(None),
        },
        Method::LastYear => from.last_year_left.map(|left| from.to_date.plus(left)).transpose(),
    }
}

fn scaled(amount: Money, by: i128, of: i128) -> Result<Money, AmountError> {
    let exact = i128::from(amount.ore()).checked_mul(by).ok_or(AmountError::TooLarge)?;
    i64::try_from(round_div(exact, of)).map_err(|_| AmountError::TooLarge).and_then(Money::from_ore)
}

/// An earlier year: what the method would have said at the same month, and what the year became.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct BackTest {
    /// What the method would have said.
    pub proposed: Money,
    /// What the year became.
    pub became: Money,
}

/// Between what a proposal lies, if the year goes as one of the earlier years did.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Interval {
    /// The lowest.
    pub low: Money,
    /// The highest.
    pub high: Money,
    /// How many earlier years it comes from.
    pub years: usize,
}

/// The interval of a proposal: the proposal times what each earlier year became of what was proposed of it. `None` without earlier years.
pub fn interval(proposal: Money, earlier: &[BackTest]) -> Result<Option<Interval>, AmountError> {
    let usable: Vec<&BackTest> = earlier.iter().filter(|year| !year.proposed.is_zero()).collect();
    let became = usable.iter().map(|year| scaled(proposal, year.became.ore().into(), year.proposed.ore().into()));
    let became = became.collect::<Result<Vec<_>, _>>()?;
    let bounds = became.iter().min().copied().zip(became.iter().max().copied());
    Ok(bounds.map(|(low, high)| Interval { low, high, years: usable.len() }))
}

/// Earlier years by month, 1 to 13; only those whose outcome is whole.
pub type Years = BTreeMap<i16, [Money; 13]>;

/// What a method needs of the years before one.
fn made_from(month: u8, to_date: Money, before: &Years, year: i16) -> Result<Proposal, AmountError> {
    let earlier = || before.range(..year).map(|(_, months)| months);
    let by_then = Money::sum(earlier().flat_map(|months| months.iter().take(month.into()).copied()))?;
    let whole = Money::sum(earlier().flat_map(|months| months.iter().copied()))?;
    let left = before.get(&(year - 1)).map(|months| Money::sum(months.iter().skip(month.into()).copied()));
    let history = earlier().next().map(|_| (by_then, whole));
    Ok(Proposal { month, to_date, history, last_year_left: left.transpose()? })
}

/// The year by a method, and the interval of the same method at the same month in the earlier years.
pub fn proposed(
    method: Method,
    (year, month): (i16, u8),
    to_date: Money,
    years: &Years,
) -> Result<Option<(Money, Option<Interval>)>, AmountError> {
    let Some(value) = propose(method, &made_from(month, to_date, years, year)?)? else { return Ok(None) };
    let mut earlier = Vec::new();
    for (number, months) in years.range(..year) {
        let by_then = Money::sum(months.iter().take(month.into()).copied())?;
        let became = Money::sum(months.iter().copied())?;
        let said = propose(method, &made_from(month, by_then, years, *number)?)?;
        earlier.extend(said.map(|proposed| BackTest { proposed, became }));
    }
    Ok(Some((value, interval(value, &earlier)?)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn ore(ore: i64) -> Money {
        Money::stored(ore)
    }

    #[test]
    fn each_method_says_what_it_says() {
        let from = Proposal {
            month: 8,
            to_date: ore(2_490),
            history: Some((ore(600), ore(1_000))),
            last_year_left: Some(ore(1_111)),
        };
        assert_eq!(propose(Method::Linear, &from), Ok(Some(ore(3_735))));
        assert_eq!(propose(Method::Profile, &from), Ok(Some(ore(4_150))));
        assert_eq!(propose(Method::LastYear, &from), Ok(Some(ore(3_601))));
        let bare = Proposal { history: None, last_year_left: None, ..from };
        assert_eq!((propose(Method::Profile, &bare), propose(Method::LastYear, &bare)), (Ok(None), Ok(None)));
    }

    #[test]
    fn the_interval_is_what_the_method_missed_by_before() {
        let earlier =
            [BackTest { proposed: ore(100), became: ore(110) }, BackTest { proposed: ore(200), became: ore(180) }];
        assert_eq!(interval(ore(1_000), &earlier), Ok(Some(Interval { low: ore(900), high: ore(1_100), years: 2 })));
        assert_eq!(interval(ore(1_000), &[]), Ok(None));
    }

    #[test]
    fn earlier_years_give_the_interval_of_their_own_misses() {
        let year = |first: i64, second: i64| {
            let mut months = [Money::ZERO; 13];
            (months[0], months[11]) = (ore(first), ore(second));
            months
        };
        let years = Years::from([(2016, year(100, 1_300)), (2017, year(100, 1_000))]);
        // Linear at January says 1 200 of both; they became 1 400 and 1 100.
        let (value, interval) = proposed(Method::Linear, (2018, 1), ore(200), &years).unwrap().unwrap();
        assert_eq!((value, interval), (ore(2_400), Some(Interval { low: ore(2_200), high: ore(2_800), years: 2 })));
        // Last year's way: 2017 would have been said as 100 + 1 300, and became 1 100.
        let (value, interval) = proposed(Method::LastYear, (2018, 1), ore(200), &years).unwrap().unwrap();
        assert_eq!((value, interval.unwrap().years), (ore(1_200), 1));
    }

    proptest! {
        #[test]
        fn a_year_that_went_evenly_is_proposed_as_it_became(monthly in 1_i64..999_999, month in 1_u8..=12) {
            let months = i64::from(month);
            let from = Proposal { month, to_date: ore(monthly * months), history: Some((ore(months), ore(12))),
                                  last_year_left: Some(ore(monthly * (12 - months))) };
            for method in Method::ALL {
                prop_assert_eq!(propose(method, &from), Ok(Some(ore(monthly * 12))));
            }
        }
    }
}
