//! Statuses in a scorecard: what every target of the year is held against, looked up.

use super::scorecard_layout::Layout;
use super::scorecard_view::ScorecardTargetView;
use crate::wire::decimal::ExactNumber;
use crate::wire::fields::shown;
use utfall_domain::decimal::Decimal;
use utfall_domain::indicator::budget::{budget_committee, in_unit};
use utfall_domain::indicator::definition::Indicator;
use utfall_domain::indicator::measure_period::MeasurePeriod;
use utfall_domain::indicator::observation::{ObservationKey, Observed, Sex};
use utfall_domain::indicator::organisation::Organisation;
use utfall_domain::indicator::status::{Assessed, Inputs, assess, earlier_period, part_of_year};
use utfall_domain::indicator::target::{IndicatorTarget, Reference};
use utfall_domain::text::Key;

impl Layout<'_> {
    /// The targets of the year, each with its status; without one, a line that says so.
    pub(super) fn targets(&self, indicator: &Indicator, organisation: &Organisation) -> Vec<ScorecardTargetView> {
        let all = self.measured.targets.get(indicator.key.as_str()).map(Vec::as_slice).unwrap_or_default();
        let is_own = |target: &&IndicatorTarget| {
            target.period.year() == self.year && target.organisation.as_ref().is_none_or(|own| own == organisation)
        };
        let of_year: Vec<&IndicatorTarget> = all.iter().filter(is_own).collect();
        if of_year.is_empty() {
            let period = MeasurePeriod::of_year(self.year);
            let outcome = self.value(&indicator.key, organisation, period, Sex::Total).and_then(|one| one.value);
            let assessed = assess(indicator, None, &Inputs { outcome, ..Inputs::default() });
            return vec![shown_target(None, organisation, &assessed)];
        }
        let assessed = |target: &&IndicatorTarget| {
            let inputs = self.inputs(indicator, organisation, target);
            let relative_to = target.relative_to.as_ref();
            ScorecardTargetView {
                relative_to: relative_to.map(|relative| relative.kind().code()),
                reference: relative_to.map(|relative| self.reference_name(relative, indicator, organisation)),
                reference_value: inputs.reference.map(ExactNumber),
                ..shown_target(Some(target), organisation, &assess(indicator, Some(target), &inputs))
            }
        };
        of_year.iter().map(assessed).collect()
    }

    fn value(
        &self,
        indicator: &Key,
        organisation: &Organisation,
        period: MeasurePeriod,
        sex: Sex,
    ) -> Option<&Observed> {
        let key = ObservationKey { indicator: indicator.clone(), organisation: organisation.clone(), period, sex };
        self.measured.values.get(&key)
    }

    /// The periods that have an outcome.
    fn periods<'a>(
        &'a self,
        indicator: &'a Indicator,
        organisation: &'a Organisation,
        sex: Sex,
    ) -> impl Iterator<Item = MeasurePeriod> + 'a {
        let is_of = move |key: &ObservationKey| {
            key.indicator == indicator.key && key.organisation == *organisation && key.sex == sex
        };
        let of = self.measured.values.iter().filter(move |(key, observed)| is_of(key) && observed.is_outcome());
        of.map(|(key, _)| key.period)
    }

    /// What a relative target is a share of.
    fn reference_of(
        &self,
        indicator: &Indicator,
        organisation: &Organisation,
        target: &IndicatorTarget,
    ) -> Option<Decimal> {
        let value = |key, of| self.value(key, of, target.period, target.sex)?.value;
        match target.relative_to.as_ref()? {
            Reference::Budget => {
                let committee = budget_committee(organisation, indicator, self.committee);
                let budget = self.measured.budgets.get(committee.as_str()).filter(|_| (self.may_read)(committee))?;
                in_unit(*budget, &indicator.unit)
            }
            Reference::Indicator(key) => value(key, organisation),
            Reference::Organisation(other) => value(&indicator.key, other),
        }
    }

    /// What a relative target is a share of, by its name.
    fn reference_name(&self, reference: &Reference, indicator: &Indicator, organisation: &Organisation) -> String {
        match reference {
            Reference::Budget => {
                let committee = budget_committee(organisation, indicator, self.committee);
                Organisation::Committee(committee.clone()).to_string()
            }
            Reference::Indicator(key) => key.to_string(),
            Reference::Organisation(other) => other.to_string(),
        }
    }

    fn inputs(&self, indicator: &Indicator, organisation: &Organisation, target: &IndicatorTarget) -> Inputs {
        let value = |period| self.value(&indicator.key, organisation, period, target.sex);
        let outcome = value(target.period);
        Inputs {
            outcome: outcome.and_then(|one| one.value),
            is_outcome_in_words: outcome.is_some_and(Observed::is_in_words),
            part_of_year: part_of_year(target.period, self.periods(indicator, organisation, target.sex)),
            earlier: value(earlier_period(target)).and_then(|one| one.value),
            reference: self.reference_of(indicator, organisation, target),
        }
    }
}

fn shown_target(
    target: Option<&IndicatorTarget>,
    organisation: &Organisation,
    assessed: &Assessed,
) -> ScorecardTargetView {
    let words = |of: fn(&IndicatorTarget) -> &String| target.and_then(|target| shown(of(target).clone()));
    ScorecardTargetView {
        period: target.map(|target| target.period.to_string()),
        organisation: organisation.to_string(),
        sex: target.map_or(Sex::Total, |target| target.sex).code(),
        operator: assessed.operator.map(utfall_domain::steering::target::Operator::code),
        value: target.and_then(|target| target.value).map(ExactNumber),
        unit: words(|target| &target.unit),
        group: words(|target| &target.group),
        text: words(|target| &target.text),
        status: assessed.status.code(),
        reason: assessed.reason.code(),
        compared_with: assessed.compared_with.map(ExactNumber),
        relative_to: None,
        reference: None,
        reference_value: None,
        outcome: assessed.outcome.map(ExactNumber),
        part_of_year: assessed.part_of_year.map(|part| part.to_string()),
        distance: assessed.distance.map(ExactNumber),
        tolerance: target.and_then(|target| target.tolerance).map(ExactNumber),
    }
}
