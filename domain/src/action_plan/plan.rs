//! An action plan as a document.

use super::measure::Measure;
use super::planned::planned_after;
use crate::money::{AmountError, Money};
use crate::period::{Period, Year};
use crate::row_error::{Fault, RowError};
use crate::text::{Code, Key, Name};
use crate::word::words;
use serde::{Deserialize, Serialize};
use std::collections::HashMap;

words! {
    /// What a plan is for.
    Purpose: 3 {
        /// It answers deviation cases.
        Deviation = "deviation",
        /// It answers a need that is stated, before the year or beside the cases.
        Need = "need",
        /// Balanskravet: the municipality's plan for a negative result, decided by the council.
        Balance = "balance",
    }
}

/// A part of a stated need: last year's deficit, revenues that fall away.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct NeedPart {
    /// What it is.
    pub label: Name,
    /// How much; positive is to be covered.
    pub amount: Money,
}

/// What a version of an action plan holds.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ActionPlan {
    /// The committee whose plan it is; the council for the balance requirement.
    pub committee: Code,
    /// What it is for.
    pub purpose: Purpose,
    /// The first year that it is for.
    pub year: Year,
    /// The last year that it is for.
    pub through: Year,
    /// Its title.
    pub title: Name,
    /// What it says as a whole.
    pub text: String,
    /// The deviation cases that it answers, by id.
    pub answers: Vec<String>,
    /// The need that it answers, part by part.
    pub needs: Vec<NeedPart>,
    /// What is planned in all, where measures have no amounts of their own.
    pub planned: Vec<super::measure::PlannedEffect>,
    /// Its measures.
    pub measures: Vec<Measure>,
}

/// The most years that a plan is for.
const MOST_YEARS: i16 = 3;

impl ActionPlan {
    /// The years that it is for.
    pub fn years(&self) -> impl Iterator<Item = Year> + use<> {
        (self.year.number()..=self.through.number()).filter_map(|year| Year::new(year.into()).ok())
    }

    /// The need as it is stated; `None` when it is not.
    pub fn stated_need(&self) -> Result<Option<Money>, AmountError> {
        if self.needs.is_empty() {
            return Ok(None);
        }
        Money::sum(self.needs.iter().map(|part| part.amount)).map(Some)
    }

    /// What it is planned to give in a year: the whole's effects, or its measures'.
    pub fn planned_in(&self, year: Year) -> Result<Money, AmountError> {
        self.planned_after(year, 0)
    }

    /// What it is planned to give in a year after a month.
    pub fn planned_after(&self, year: Year, month: u8) -> Result<Money, AmountError> {
        let measures = self.measures.iter().map(|measure| measure.effects.as_slice());
        let parts = measures.chain([self.planned.as_slice()]).map(|effects| planned_after(effects, year, month));
        Money::sum(parts.collect::<Result<Vec<_>, _>>()?)
    }

    /// What is wrong with it by itself; fields are JSON pointers.
    pub fn check(&self) -> Vec<RowError> {
        let mut errors = Vec::new();
        let years = self.through.number() - self.year.number() + 1;
        if !(1..=MOST_YEARS).contains(&years) {
            let reason = "is before the first year, or makes more than three years";
            errors.push(RowError::whole("through", &self.through.to_string(), Fault::Bounds, reason));
        }
        let needed = match self.purpose {
            Purpose::Deviation => {
                self.answers.is_empty().then_some(("answers", "is empty: it names the cases that it answers"))
            }
            Purpose::Need | Purpose::Balance => {
                self.needs.is_empty().then_some(("needs", "is empty: it states the need that it answers"))
            }
        };
        if let Some((field, reason)) = needed {
            errors.push(RowError::whole(field, "", Fault::Missing, reason));
        }
        for (at, id) in self.answers.iter().enumerate() {
            if self.answers[..at].contains(id) {
                errors.push(RowError::whole(format!("answers/{at}"), id, Fault::Conflict, "is named twice"));
            }
        }
        if !self.planned.is_empty() && self.measures.iter().any(|measure| !measure.effects.is_empty()) {
            let reason = "stands beside effects of measures: the plan has the whole's, or each one's";
            errors.push(RowError::whole("plannedEffects", "", Fault::Conflict, reason));
        }
        self.check_periods(&mut errors);
        self.check_measures(&mut errors);
        errors
    }

    /// Every effect is in the plan's years, and no month is the closing entries.
    fn check_periods(&self, errors: &mut Vec<RowError>) {
        let own = self.planned.iter().enumerate().map(|(at, effect)| (format!("plannedEffects/{at}"), effect));
        let of_measures = self.measures.iter().enumerate().flat_map(|(at, measure)| {
            let effects = measure.effects.iter().enumerate();
            effects.map(move |(n, effect)| (format!("measures/{at}/effects/{n}"), effect))
        });
        for (field, effect) in own.chain(of_measures) {
            let year = effect.period.year();
            let is_closing = matches!(effect.period, Period::Month(month) if month.is_closing());
            if year < self.year || year > self.through || is_closing {
                let reason = "is no month or year of the plan's";
                errors.push(RowError::whole(
                    format!("{field}/period"),
                    &effect.period.to_string(),
                    Fault::Bounds,
                    reason,
                ));
            }
        }
    }

    fn check_measures(&self, errors: &mut Vec<RowError>) {
        let mut seen: HashMap<&Key, Option<&Key>> = HashMap::new();
        for (at, measure) in self.measures.iter().enumerate() {
            if seen.insert(&measure.key, measure.depends_on.as_ref()).is_some() {
                let field = format!("measures/{at}/key");
                errors.push(RowError::whole(field, measure.key.as_str(), Fault::Conflict, "stands twice in the list"));
            }
            if let (Some(start), Some(due)) = (measure.start, measure.due)
                && due < start
            {
                let reason = "is before the measure begins";
                errors.push(RowError::whole(format!("measures/{at}/due"), &due.to_string(), Fault::Conflict, reason));
            }
        }
        for (at, measure) in self.measures.iter().enumerate() {
            let Some(first) = &measure.depends_on else { continue };
            let field = format!("measures/{at}/dependsOn");
            if !seen.contains_key(first) {
                let reason = "is not a measure of the plan";
                errors.push(RowError::whole(field, first.as_str(), Fault::UnknownCode, reason));
            } else if leads_back(&measure.key, &seen) {
                let reason = "waits, by way of others, for the measure itself";
                errors.push(RowError::whole(field, first.as_str(), Fault::Conflict, reason));
            }
        }
    }
}

/// Whether a chain of dependencies comes back to where it began.
fn leads_back(key: &Key, depends_on: &HashMap<&Key, Option<&Key>>) -> bool {
    let next = |key: &Key| depends_on.get(key).copied().flatten();
    std::iter::successors(next(key), |at| next(at)).take(depends_on.len()).any(|at| at == key)
}

#[cfg(test)]
mod tests {
    use super::super::planned::tests::measure;
    use super::*;

    fn plan(measures: Vec<Measure>) -> ActionPlan {
        ActionPlan {
            committee: Code::parse("SN").unwrap(),
            purpose: Purpose::Need,
            year: Year::parse("2019").unwrap(),
            through: Year::parse("2019").unwrap(),
            title: Name::parse("Åtgärdsplan inför 2019").unwrap(),
            text: String::new(),
            answers: Vec::new(),
            needs: vec![NeedPart { label: Name::parse("Underskott 2018").unwrap(), amount: Money::stored(100) }],
            planned: Vec::new(),
            measures,
        }
    }

    fn fields(plan: &ActionPlan) -> Vec<String> {
        plan.check().into_iter().map(|error| error.field).collect()
    }

    #[test]
    fn dependencies_name_measures_and_do_not_go_in_circles() {
        let after = |key: &str, first: &str| Measure { depends_on: Key::parse(first).ok(), ..measure(key, &[]) };
        assert_eq!(fields(&plan(vec![after("a", "b"), after("b", "c"), measure("c", &[])])), Vec::<String>::new());
        let circle = plan(vec![after("a", "b"), after("b", "a"), after("d", "nowhere")]);
        assert_eq!(fields(&circle), ["measures/0/dependsOn", "measures/1/dependsOn", "measures/2/dependsOn"]);
    }

    #[test]
    fn effects_are_in_the_plans_years_and_a_plan_says_what_it_is_for() {
        let mut wrong = plan(vec![measure("a", &[("2019", 1), ("2020-01", 1)]), measure("a", &[])]);
        assert_eq!(fields(&wrong), ["measures/0/effects/1/period", "measures/1/key"]);
        wrong.through = Year::parse("2022").unwrap();
        (wrong.purpose, wrong.measures) = (Purpose::Deviation, Vec::new());
        assert_eq!(fields(&wrong), ["through", "answers"]);
    }
}
