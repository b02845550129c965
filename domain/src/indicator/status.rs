//! The computed status: an observation held against the target of the same period, with the rule and the inputs that gave it.
//! It never overwrites what a person has said.

use super::definition::{Direction, Indicator};
use super::measure_period::MeasurePeriod;
use super::target::IndicatorTarget;
use crate::decimal::Decimal;
use crate::money::round_div;
use crate::steering::scale::Status;
use crate::steering::target::Operator;
use crate::word::words;

words! {
    /// Why a status is what it is.
    Reason: 13 {
        /// The outcome reaches the target.
        Reached = "reached",
        /// The outcome is within the tolerance.
        WithinTolerance = "within-tolerance",
        /// The outcome does not reach the target.
        NotReached = "not-reached",
        /// There is no target for the period.
        NoTarget = "no-target",
        /// There is no outcome for the period.
        NoOutcome = "no-outcome",
        /// The target is for the whole year, and only a part of it has an outcome.
        PartOfAYearOnly = "part-of-a-year-only",
        /// The outcome is in words only.
        OutcomeInWords = "outcome-in-words",
        /// The target is in words only.
        TargetInWords = "target-in-words",
        /// Neither the target nor the indicator says which way.
        NoDirection = "no-direction",
        /// The period that a direction is compared with has no value.
        NothingToCompareWith = "nothing-to-compare-with",
        /// The method has changed between the periods that are compared.
        SeriesBreak = "series-break",
        /// The target is in another unit than the indicator.
        OtherUnit = "other-unit",
        /// What the target is relative to has no value.
        NoReference = "no-reference",
    }
}

/// What is compared: everything that a rule needs, looked up.
#[derive(Debug, Clone, Copy, Default)]
pub struct Inputs {
    /// The outcome of the target's period.
    pub outcome: Option<Decimal>,
    /// Whether the outcome is there in words only.
    pub is_outcome_in_words: bool,
    /// The part of the target's year that has an outcome, where the year itself has none.
    pub part_of_year: Option<MeasurePeriod>,
    /// The value of the period that a direction is compared with.
    pub earlier: Option<Decimal>,
    /// What a relative target is a share of.
    pub reference: Option<Decimal>,
}

/// A status with what gave it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Assessed {
    /// The status.
    pub status: Status,
    /// Why.
    pub reason: Reason,
    /// The operator that was used: the target's, or the one that the direction gives.
    pub operator: Option<Operator>,
    /// The value that was compared with: the target's, or what a relative one comes to.
    pub compared_with: Option<Decimal>,
    /// The outcome.
    pub outcome: Option<Decimal>,
    /// The part of the target's year that has an outcome, where that is why there is no status.
    pub part_of_year: Option<MeasurePeriod>,
    /// Outcome less the value compared with.
    pub distance: Option<Decimal>,
}

impl Assessed {
    const fn not(reason: Reason, outcome: Option<Decimal>) -> Self {
        Self {
            status: Status::NotAssessed,
            reason,
            operator: None,
            compared_with: None,
            outcome,
            part_of_year: None,
            distance: None,
        }
    }
}

/// The operator of a target: its own, or the one that the indicator's direction gives when it has a value.
pub const fn operator_of(target: &IndicatorTarget, direction: Direction) -> Option<Operator> {
    match (target.operator, target.value, direction) {
        (Some(operator), ..) => Some(operator),
        (None, Some(_), Direction::Higher) => Some(Operator::AtLeast),
        (None, Some(_), Direction::Lower) => Some(Operator::AtMost),
        _ => None,
    }
}

/// The period that a direction-only target compares with.
pub fn earlier_period(target: &IndicatorTarget) -> MeasurePeriod {
    target.compared_with.unwrap_or_else(|| target.period.a_year_before())
}

/// The part of a target's year that comes furthest, the longest of those, among the periods that have an outcome. None where the
/// target is not for a whole year.
pub fn part_of_year(target: MeasurePeriod, periods: impl IntoIterator<Item = MeasurePeriod>) -> Option<MeasurePeriod> {
    if target != MeasurePeriod::of_year(target.year()) {
        return None;
    }
    let parts = periods.into_iter().filter(|period| period.year() == target.year() && period.is_part_of_a_year());
    parts.max_by_key(|period| (period.last_day(), period.months()))
}

/// Why there is no outcome to compare.
fn without_outcome(inputs: &Inputs) -> Assessed {
    match (inputs.is_outcome_in_words, inputs.part_of_year) {
        (true, _) => Assessed::not(Reason::OutcomeInWords, None),
        (false, Some(part)) => Assessed { part_of_year: Some(part), ..Assessed::not(Reason::PartOfAYearOnly, None) },
        (false, None) => Assessed::not(Reason::NoOutcome, None),
    }
}

/// The status of an indicator for a target.
pub fn assess(indicator: &Indicator, target: Option<&IndicatorTarget>, inputs: &Inputs) -> Assessed {
    let Some(target) = target else { return Assessed::not(Reason::NoTarget, inputs.outcome) };
    let Some(outcome) = inputs.outcome else { return without_outcome(inputs) };
    if !target.unit.is_empty() && target.unit != indicator.unit {
        return Assessed::not(Reason::OtherUnit, Some(outcome));
    }
    let Some(operator) = operator_of(target, indicator.direction) else {
        let reason = if target.value.is_none() { Reason::TargetInWords } else { Reason::NoDirection };
        return Assessed::not(reason, Some(outcome));
    };
    match operator {
        Operator::Measure | Operator::Follow => judged(operator, Some(outcome), None, true, None),
        Operator::Baseline => Assessed::not(Reason::NoTarget, Some(outcome)),
        Operator::Increase | Operator::Decrease | Operator::Maintain => {
            if indicator.breaks_between(earlier_period(target), target.period).is_some() {
                return Assessed::not(Reason::SeriesBreak, Some(outcome));
            }
            let Some(earlier) = inputs.earlier else {
                return Assessed::not(Reason::NothingToCompareWith, Some(outcome));
            };
            direction(operator, outcome, earlier, target.tolerance)
        }
        _ => {
            let Some(goal) = goal(target, inputs) else { return Assessed::not(Reason::NoReference, Some(outcome)) };
            level(operator, outcome, goal, target)
        }
    }
}

/// The value that a target comes to: its own, or its percent of what it is relative to.
fn goal(target: &IndicatorTarget, inputs: &Inputs) -> Option<Decimal> {
    let value = target.value?;
    if target.relative_to.is_none() {
        return Some(value);
    }
    let product = i128::from(value.millionths()) * i128::from(inputs.reference?.millionths());
    // Percent of millionths times millionths: half away from zero.
    let divisor = 100_000_000_i128;
    i64::try_from(round_div(product, divisor)).ok().map(Decimal::stored)
}

fn level(operator: Operator, outcome: Decimal, goal: Decimal, target: &IndicatorTarget) -> Assessed {
    let upper = target.upper.unwrap_or(goal);
    let reached = match operator {
        Operator::AtLeast => outcome >= goal,
        Operator::AtMost => outcome <= goal,
        Operator::Above => outcome > goal,
        Operator::Below => outcome < goal,
        Operator::Between => goal <= outcome && outcome <= upper,
        _ => outcome == goal,
    };
    let nearest = if operator == Operator::Between && outcome > upper { upper } else { goal };
    judged(operator, Some(outcome), Some(nearest), reached, target.tolerance)
}

fn direction(operator: Operator, outcome: Decimal, earlier: Decimal, tolerance: Option<Decimal>) -> Assessed {
    let tolerated = tolerance.map_or(0, Decimal::millionths);
    let difference = outcome.millionths().saturating_sub(earlier.millionths());
    let reached = match operator {
        Operator::Increase => difference > 0,
        Operator::Decrease => difference < 0,
        _ => difference.abs() <= tolerated,
    };
    let tolerance = if operator == Operator::Maintain { None } else { tolerance };
    judged(operator, Some(outcome), Some(earlier), reached, tolerance)
}

fn judged(
    operator: Operator,
    outcome: Option<Decimal>,
    goal: Option<Decimal>,
    reached: bool,
    tolerance: Option<Decimal>,
) -> Assessed {
    let distance = outcome.zip(goal).map(|(a, b)| Decimal::stored(a.millionths().saturating_sub(b.millionths())));
    let near = distance.zip(tolerance).is_some_and(|(distance, most)| distance.millionths().abs() <= most.millionths());
    let (status, reason) = match (reached, near) {
        (true, _) => (Status::Met, Reason::Reached),
        (false, true) => (Status::Partly, Reason::WithinTolerance),
        (false, false) => (Status::NotMet, Reason::NotReached),
    };
    Assessed { status, reason, operator: Some(operator), compared_with: goal, outcome, part_of_year: None, distance }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::indicator::definition::tests::indicator;
    use crate::indicator::observation::Sex;
    use crate::indicator::target::Reference;
    use proptest::prelude::*;

    fn number(text: &str) -> Decimal {
        Decimal::parse(text).unwrap()
    }

    fn target(operator: Option<Operator>, value: Option<&str>) -> IndicatorTarget {
        IndicatorTarget {
            period: MeasurePeriod::parse("2016").unwrap(),
            organisation: None,
            sex: Sex::Total,
            operator,
            value: value.map(number),
            upper: None,
            relative_to: None,
            compared_with: None,
            tolerance: None,
            unit: String::new(),
            group: String::new(),
            text: String::new(),
        }
    }

    fn outcome(value: &str) -> Inputs {
        Inputs { outcome: Some(number(value)), ..Inputs::default() }
    }

    #[test]
    fn eskilstunas_sick_leave_is_not_met_in_2016() {
        let sick = indicator(Direction::None);
        let at_most = target(Some(Operator::AtMost), Some("7.3"));
        let assessed = assess(&sick, Some(&at_most), &outcome("7.5"));
        assert_eq!((assessed.status, assessed.reason), (Status::NotMet, Reason::NotReached));
        assert_eq!(assessed.distance, Some(number("0.2")));
        let none = assess(&sick, Some(&at_most), &Inputs::default());
        assert_eq!((none.status, none.reason), (Status::NotAssessed, Reason::NoOutcome));
    }

    #[test]
    fn what_is_not_there_is_said_and_not_guessed() {
        let reason =
            |direction, target: Option<&IndicatorTarget>, inputs| assess(&indicator(direction), target, inputs).reason;
        let seven = outcome("7");
        assert_eq!(reason(Direction::Lower, None, &seven), Reason::NoTarget);
        assert_eq!(reason(Direction::None, Some(&target(None, Some("7"))), &seven), Reason::NoDirection);
        assert_eq!(reason(Direction::Lower, Some(&target(None, Some("7"))), &seven), Reason::Reached);
        assert_eq!(reason(Direction::Lower, Some(&target(None, None)), &seven), Reason::TargetInWords);
        assert_eq!(
            reason(Direction::Lower, Some(&target(Some(Operator::Increase), None)), &seven),
            Reason::NothingToCompareWith
        );
        let words = Inputs { is_outcome_in_words: true, ..Inputs::default() };
        assert_eq!(reason(Direction::Lower, Some(&target(None, Some("7"))), &words), Reason::OutcomeInWords);
        let other = IndicatorTarget { unit: "kr".into(), ..target(None, Some("7")) };
        assert_eq!(reason(Direction::Lower, Some(&other), &seven), Reason::OtherUnit);
        let relative =
            IndicatorTarget { relative_to: Some(Reference::Budget), ..target(Some(Operator::AtMost), Some("1")) };
        assert_eq!(reason(Direction::Lower, Some(&relative), &seven), Reason::NoReference);
    }

    #[test]
    fn a_part_of_the_year_is_named_where_the_year_has_no_outcome() {
        let period = |text: &str| MeasurePeriod::parse(text).unwrap();
        let part = |target, periods: &[&str]| part_of_year(period(target), periods.iter().copied().map(period));
        let all = ["2018-01", "2018-T2", "2018-08", "2018-08-YTD", "2018-08-R12", "2017-H1"];
        assert_eq!(part("2018", &all), Some(period("2018-08-YTD")), "the furthest, and the longest of those");
        assert_eq!(part("2018", &["2018-T2", "2018-08"]), Some(period("2018-T2")));
        assert_eq!(part("2018", &["2018", "2018-08-R12", "2018-12-YTD", "2017-08"]), None);
        assert_eq!(part("2018-T2", &["2018-08"]), None, "a target for a part of a year");

        let target = target(Some(Operator::AtMost), Some("7.3"));
        let inputs = Inputs { part_of_year: Some(period("2016-08")), ..Inputs::default() };
        let assessed = assess(&indicator(Direction::None), Some(&target), &inputs);
        assert_eq!((assessed.status, assessed.reason), (Status::NotAssessed, Reason::PartOfAYearOnly));
        assert_eq!((assessed.outcome, assessed.part_of_year), (None, Some(period("2016-08"))));
        let words = Inputs { is_outcome_in_words: true, ..inputs };
        assert_eq!(assess(&indicator(Direction::None), Some(&target), &words).reason, Reason::OutcomeInWords);
        let whole = Inputs { outcome: Some(number("7.5")), ..inputs };
        assert_eq!(assess(&indicator(Direction::None), Some(&target), &whole).reason, Reason::NotReached);
    }

    #[test]
    fn a_relative_target_is_a_percent_of_its_reference() {
        let relative =
            IndicatorTarget { relative_to: Some(Reference::Budget), ..target(Some(Operator::AtMost), Some("1")) };
        let inputs = Inputs { reference: Some(number("380")), ..outcome("3.8") };
        let assessed = assess(&indicator(Direction::Lower), Some(&relative), &inputs);
        assert_eq!((assessed.status, assessed.compared_with), (Status::Met, Some(number("3.8"))));
    }

    #[test]
    fn near_enough_is_partly() {
        let near = IndicatorTarget { tolerance: Some(number("0.2")), ..target(Some(Operator::AtMost), Some("7.3")) };
        let status = |value| assess(&indicator(Direction::Lower), Some(&near), &outcome(value)).status;
        assert_eq!([status("7.3"), status("7.5"), status("7.6")], [Status::Met, Status::Partly, Status::NotMet]);
    }

    proptest! {
        #[test]
        fn only_a_part_of_the_very_year_stands_in_for_it(months in prop::collection::vec((2015_i32..2018, 1_u8..=12), 0..20)) {
            let periods = months.iter().map(|(year, month)| MeasurePeriod::parse(&format!("{year}-{month:02}")).unwrap());
            let part = part_of_year(MeasurePeriod::parse("2016").unwrap(), periods);
            let last = months.iter().filter(|(year, _)| *year == 2016).map(|(_, month)| *month).max();
            prop_assert_eq!(part.and_then(MeasurePeriod::month), last);
        }

        #[test]
        fn at_least_and_below_exclude_each_other(value in -1_000_i64..1_000, goal in -1_000_i64..1_000) {
            let (value, goal) = (Decimal::stored(value), Decimal::stored(goal));
            let inputs = Inputs { outcome: Some(value), ..Inputs::default() };
            let met = |operator| {
                let target = IndicatorTarget { value: Some(goal), ..target(Some(operator), None) };
                assess(&indicator(Direction::None), Some(&target), &inputs).status == Status::Met
            };
            prop_assert!(met(Operator::AtLeast) != met(Operator::Below));
            prop_assert!(met(Operator::AtMost) != met(Operator::Above));
            prop_assert_eq!(met(Operator::Equal), met(Operator::AtLeast) && met(Operator::AtMost));
        }
    }
}
