//! Laying out a scorecard: what stands in its rows, made of definitions, values and targets.

use super::scorecard_view::{
    ScorecardGroupView, ScorecardOutcomeView, ScorecardReferenceView, ScorecardRowView, ScorecardTargetView,
};
use crate::wire::decimal::ExactNumber;
use crate::wire::fields::shown;
use utfall_domain::decimal::Decimal;
use utfall_domain::indicator::budget::{budget_committee, in_unit};
use utfall_domain::indicator::definition::{Accumulation, Indicator, SexSplit};
use utfall_domain::indicator::measure_period::MeasurePeriod;
use utfall_domain::indicator::observation::{ObservationKey, Observed, Sex};
use utfall_domain::indicator::organisation::Organisation;
use utfall_domain::indicator::scorecard::ScorecardGroup;
use utfall_domain::indicator::status::{Assessed, Inputs, assess, earlier_period, part_of_year};
use utfall_domain::indicator::target::{IndicatorTarget, Reference};
use utfall_domain::indicator::trend::{linear, trend};
use utfall_domain::period::Year;
use utfall_domain::text::{Code, Key};
use utfall_persistence::indicator::scorecard::Measured;

/// Lays out a scorecard for the organisation that it shows.
pub(super) struct Layout<'a> {
    pub(super) measured: &'a Measured,
    pub(super) committee: &'a Code,
    /// Whether the caller may read a committee's figures.
    pub(super) may_read: &'a dyn Fn(&Code) -> bool,
    pub(super) organisation: Organisation,
    pub(super) municipality: Organisation,
    pub(super) year: Year,
}

impl Layout<'_> {
    pub(super) fn group(&self, group: &ScorecardGroup) -> ScorecardGroupView {
        let rows = group.indicators.iter().filter_map(|key| self.measured.indicators.get(key.as_str()));
        ScorecardGroupView {
            perspective: shown(group.perspective.clone()),
            heading: group.heading.to_string(),
            rows: rows.map(|indicator| self.row(indicator)).collect(),
        }
    }

    /// The committee's own values where it has some, else the municipality's.
    fn shown_for(&self, indicator: &Indicator) -> Organisation {
        let own = self
            .measured
            .values
            .keys()
            .any(|key| key.indicator == indicator.key && key.organisation == self.organisation);
        if own { self.organisation.clone() } else { self.municipality.clone() }
    }

    fn row(&self, indicator: &Indicator) -> ScorecardRowView {
        let organisation = self.shown_for(indicator);
        let of = |key: &&ObservationKey| key.indicator == indicator.key && key.organisation == organisation;
        let mut own: Vec<(&ObservationKey, &Observed)> =
            self.measured.values.iter().filter(|(key, _)| of(key)).collect();
        own.sort_by_key(|(key, _)| (key.period, key.sex));
        let outcome = |(key, observed): &(&ObservationKey, &Observed)| ScorecardOutcomeView {
            period: key.period.to_string(),
            sex: key.sex.code(),
            value: observed.value.map(ExactNumber),
            status: observed.status.code(),
            text: shown(observed.text.clone()),
        };
        let totals: Vec<(MeasurePeriod, Decimal)> = own
            .iter()
            .filter(|(key, _)| key.sex == Sex::Total)
            .filter_map(|(key, observed)| Some((key.period, observed.value?)))
            .collect();
        let last = totals.last().copied();
        let before = last.and_then(|(period, _)| totals.iter().find(|(other, _)| *other == period.a_year_before()));
        let broken = last.is_some_and(|(period, _)| indicator.breaks_between(period.a_year_before(), period).is_some());
        let trend = last
            .zip(before)
            .filter(|_| !broken)
            .map(|((_, now), (_, before))| trend(indicator.direction, *before, now));
        let forecast = totals
            .iter()
            .rev()
            .find(|(period, _)| period.year() == self.year)
            .filter(|_| indicator.accumulation == Accumulation::Sum)
            .and_then(|(period, value)| linear(*value, *period));
        let in_year = |sex: Sex| own.iter().any(|(key, _)| key.period.year() == self.year && key.sex == sex);
        let sex_split_missing =
            indicator.sex_split == SexSplit::Required && !(in_year(Sex::Women) && in_year(Sex::Men));
        ScorecardRowView {
            indicator: indicator.key.to_string(),
            name: indicator.name.clone(),
            unit: shown(indicator.unit.clone()),
            decimals: indicator.decimals,
            outcomes: own.iter().map(outcome).collect(),
            references: self.references(&own),
            computed_forecast: forecast.map(ExactNumber),
            trend: trend.map(utfall_domain::indicator::trend::Trend::code),
            sex_split_missing,
            targets: self.targets(indicator, &organisation),
        }
    }

    /// What reference areas have for the same periods and sexes.
    fn references(&self, own: &[(&ObservationKey, &Observed)]) -> Vec<ScorecardReferenceView> {
        let of = |(own, observed): &(&ObservationKey, &Observed)| {
            let same = self.measured.values.iter().filter(|(key, _)| {
                (&key.indicator, key.period, key.sex) == (&own.indicator, own.period, own.sex)
                    && key.organisation.is_reference()
            });
            let line = |(key, area): (&ObservationKey, &Observed)| {
                let value = area.value?;
                let distance = observed.value.map(|own| own.millionths().saturating_sub(value.millionths()));
                Some(ScorecardReferenceView {
                    organisation: key.organisation.to_string(),
                    period: key.period.to_string(),
                    sex: key.sex.code(),
                    value: ExactNumber(value),
                    text: shown(area.text.clone()),
                    distance: distance.map(Decimal::stored).map(ExactNumber),
                })
            };
            same.filter_map(line).collect::<Vec<_>>()
        };
        own.iter().flat_map(of).collect()
    }

    fn targets(&self, indicator: &Indicator, organisation: &Organisation) -> Vec<ScorecardTargetView> {
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
