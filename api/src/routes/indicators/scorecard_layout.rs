//! Laying out a scorecard: what stands in its rows, made of definitions, values and targets.

use super::scorecard_view::{
    ScorecardForecastView, ScorecardGroupView, ScorecardOutcomeView, ScorecardRankingView, ScorecardReferenceView,
    ScorecardRowView,
};
use crate::wire::decimal::ExactNumber;
use crate::wire::fields::shown;
use std::collections::BTreeMap;
use utfall_domain::decimal::Decimal;
use utfall_domain::indicator::definition::{Indicator, SexSplit};
use utfall_domain::indicator::forecast::{ForecastBasis, IndicatorForecast, computed, newest};
use utfall_domain::indicator::measure_period::MeasurePeriod;
use utfall_domain::indicator::observation::{ObservationKey, Observed, Sex};
use utfall_domain::indicator::organisation::Organisation;
use utfall_domain::indicator::ranking::{Ranking, ranking};
use utfall_domain::indicator::scorecard::ScorecardGroup;
use utfall_domain::indicator::trend::trend;
use utfall_domain::period::Year;
use utfall_domain::text::Code;
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

    /// Whom a row is for: the committee where it has values, else the municipality; where neither has any, whom a forecast is for.
    fn shown_for(&self, indicator: &Indicator) -> Organisation {
        let has_values = |organisation: &Organisation| {
            let mut keys = self.measured.values.keys();
            keys.any(|key| key.indicator == indicator.key && key.organisation == *organisation)
        };
        let has_forecast = || {
            self.entered(indicator)
                .iter()
                .any(|one| one.organisation == self.organisation && one.period.year() == self.year)
        };
        let own = has_values(&self.organisation) || (!has_values(&self.municipality) && has_forecast());
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
        let totals = values_of(&own, Sex::Total);
        let last = totals.last_key_value().map(|(period, value)| (*period, *value));
        let before = last.and_then(|(period, _)| totals.get(&period.a_year_before()));
        let broken = last.is_some_and(|(period, _)| indicator.breaks_between(period.a_year_before(), period).is_some());
        let trend =
            last.zip(before).filter(|_| !broken).map(|((_, now), before)| trend(indicator.direction, *before, now));
        let forecasts = self.forecasts(indicator, &organisation, &own);
        let computed = computed(indicator.accumulation, self.year, &totals);
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
            rankings: self.rankings(indicator, &own),
            forecasts,
            computed_forecast: computed.map(|(_, value)| ExactNumber(value)),
            trend: trend.map(utfall_domain::indicator::trend::Trend::code),
            sex_split_missing,
            targets: self.targets(indicator, &organisation),
        }
    }

    /// The forecast of the year for each sex: the one that was entered last, else the computed.
    fn forecasts(
        &self,
        indicator: &Indicator,
        organisation: &Organisation,
        own: &[(&ObservationKey, &Observed)],
    ) -> Vec<ScorecardForecastView> {
        let year = MeasurePeriod::of_year(self.year);
        let entered = self.entered(indicator);
        let of = |sex: Sex| {
            let entered = newest(entered, organisation, year, sex).map(|one| ScorecardForecastView {
                period: year.to_string(),
                sex: sex.code(),
                basis: ForecastBasis::Entered.code(),
                value: one.value.map(ExactNumber),
                text: shown(one.text.clone()),
                made_on: Some(one.made_on.to_string()),
                source: shown(one.source.clone()),
            });
            entered.or_else(|| {
                let (from, value) = computed(indicator.accumulation, self.year, &values_of(own, sex))?;
                Some(ScorecardForecastView {
                    period: year.to_string(),
                    sex: sex.code(),
                    basis: ForecastBasis::Computed.code(),
                    value: Some(ExactNumber(value)),
                    text: None,
                    made_on: None,
                    source: Some(from.to_string()),
                })
            })
        };
        Sex::ALL.into_iter().filter_map(of).collect()
    }

    fn entered(&self, indicator: &Indicator) -> &[IndicatorForecast] {
        self.measured.forecasts.get(indicator.key.as_str()).map(Vec::as_slice).unwrap_or_default()
    }

    /// Where the municipality's own outcomes stand among other municipalities'.
    fn rankings(&self, indicator: &Indicator, own: &[(&ObservationKey, &Observed)]) -> Vec<ScorecardRankingView> {
        let of = |(own, observed): &(&ObservationKey, &Observed)| {
            let others = self.measured.values.iter().filter(|(key, _)| {
                (&key.indicator, key.period, key.sex) == (&own.indicator, own.period, own.sex)
                    && key.organisation != own.organisation
                    && key.organisation.is_municipality()
            });
            let others: Vec<Decimal> = others.filter_map(|(_, other)| other.value).collect();
            let value = observed.value.filter(|_| own.organisation.is_municipality())?;
            let Ranking { position, count } = ranking(indicator.direction, value, &others)?;
            Some(ScorecardRankingView { period: own.period.to_string(), sex: own.sex.code(), position, count })
        };
        own.iter().filter_map(of).collect()
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
}

/// The values of a sex.
fn values_of(own: &[(&ObservationKey, &Observed)], sex: Sex) -> BTreeMap<MeasurePeriod, Decimal> {
    let of = own.iter().filter(|(key, _)| key.sex == sex);
    of.filter_map(|(key, observed)| Some((key.period, observed.value?))).collect()
}
