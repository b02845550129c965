//! Scorecards on the wire: what is put, and what is answered with outcomes, targets and statuses.

use crate::contract::words;
use crate::reply::Body;
use crate::wire::csv::{Cell, Table};
use crate::wire::decimal::ExactNumber;
use crate::wire::fields::{Fields, shown};
use crate::wire::link::Links;
use serde::{Deserialize, Serialize};
use utfall_domain::decimal::Decimal;
use utfall_domain::indicator::definition::{Accumulation, Indicator, SexSplit};
use utfall_domain::indicator::measure_period::MeasurePeriod;
use utfall_domain::indicator::observation::{ObservationKey, Observed, Sex};
use utfall_domain::indicator::organisation::Organisation;
use utfall_domain::indicator::scorecard::{Scorecard, ScorecardGroup};
use utfall_domain::indicator::status::{Assessed, Inputs, assess, earlier_period};
use utfall_domain::indicator::target::{IndicatorTarget, Reference};
use utfall_domain::indicator::trend::{linear, trend};
use utfall_domain::period::Year;
use utfall_domain::text::{Code, Key, Name};
use utfall_persistence::indicator::scorecard::Measured;
use utoipa::ToSchema;

/// En grupp nyckeltal. A group of indicators under a perspective.
#[derive(Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[schema(example = json!({"perspective": "Medarbetare", "heading": "Nyckeltal (rullande 12 mån)", "indicators": ["sjukfranvaro"]}))]
pub(super) struct ScorecardGroupInput {
    /// Perspektivet. The perspective.
    #[schema(max_length = 200)]
    perspective: Option<String>,
    /// Rubriken. The heading.
    #[schema(min_length = 1, max_length = 200)]
    heading: String,
    /// Nyckeltalen, i ordning; ett kan stå på flera ställen. The indicators, in order; one may stand in several places.
    indicators: Vec<String>,
}

/// Ett styrkort att sätta. A scorecard to set.
#[derive(Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[schema(example = json!({"groups": [{"perspective": "Medarbetare", "heading": "Personal", "indicators": ["sjukfranvaro"]}]}))]
pub(super) struct ScorecardInput {
    /// Grupperna, i ordning. The groups, in order.
    #[schema(max_items = 200)]
    groups: Vec<ScorecardGroupInput>,
}

impl ScorecardInput {
    pub(super) fn read(&self, committee: Code, year: Year, fields: &mut Fields) -> Scorecard {
        let groups = self.groups.iter().enumerate().filter_map(|(at, group)| {
            let perspective = fields.text(format!("groups/{at}/perspective"), group.perspective.as_deref(), 200);
            let heading = fields.parsed(format!("groups/{at}/heading"), &group.heading, Name::parse);
            let indicators = group.indicators.iter().enumerate();
            let indicators = indicators
                .filter_map(|(number, key)| fields.parsed(format!("groups/{at}/indicators/{number}"), key, Key::parse))
                .collect();
            Some(ScorecardGroup { perspective, heading: heading?, indicators })
        });
        Scorecard { committee, year, groups: groups.collect() }
    }
}

/// Ett utfall i ett styrkort. An outcome of a scorecard.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(example = json!({"period": "2018", "sex": "T", "value": 7, "status": "final", "text": "7 %"}))]
struct ScorecardOutcomeView {
    /// Perioden. The period.
    period: String,
    /// Kön. The sex.
    #[schema(extensions(("x-enum" = json!(words::SEXES))))]
    sex: &'static str,
    /// Värdet. The value.
    value: Option<ExactNumber>,
    /// Vad det är, eller varför det saknas. What it is, or why there is no value.
    #[schema(extensions(("x-enum" = json!(words::OBSERVATION_STATUSES))))]
    status: &'static str,
    /// Som det står skrivet. As written.
    text: Option<String>,
}

/// Ett målvärde och hur utfallet står mot det. A target, and how the outcome of the same period stands against it.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(example = json!({"period": "2018", "organisation": "0580", "sex": "T", "operator": "at-most", "value": 7.3, "unit": null, "group": null,
    "text": "7,3 %", "status": "met", "reason": "reached", "comparedWith": 7.3, "outcome": 7, "distance": -0.3, "tolerance": null}))]
struct ScorecardTargetView {
    /// Perioden. The period.
    period: Option<String>,
    /// Organisationen. The organisation.
    organisation: String,
    /// Kön. The sex.
    #[schema(extensions(("x-enum" = json!(words::SEXES))))]
    sex: &'static str,
    /// Operatorn som användes. The operator that was used: the target's, or what the indicator's direction says.
    #[schema(extensions(("x-enum" = json!(words::OPERATORS))))]
    operator: Option<&'static str>,
    /// Målvärdet. The target's value.
    value: Option<ExactNumber>,
    /// Målvärdets enhet när den är en annan. The target's unit, where it is another.
    unit: Option<String>,
    /// Gruppen. The group that it is for.
    group: Option<String>,
    /// Som det står skrivet. The words as written.
    text: Option<String>,
    /// Status: met, partly, not-met eller not-assessed. The computed status.
    #[schema(extensions(("x-enum" = json!(words::STATUSES))))]
    status: &'static str,
    /// Varför. Why.
    #[schema(extensions(("x-enum" = json!(words::STATUS_REASONS))))]
    reason: &'static str,
    /// Värdet som utfallet jämfördes med. The value that the outcome was compared with.
    compared_with: Option<ExactNumber>,
    /// Utfallet. The outcome.
    outcome: Option<ExactNumber>,
    /// Utfallet minus värdet. Outcome less the value compared with.
    distance: Option<ExactNumber>,
    /// Toleransen. The tolerance.
    tolerance: Option<ExactNumber>,
}

/// En rad i ett styrkort. A row of a scorecard.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(example = json!({"indicator": "sjukfranvaro", "name": "Sjukfrånvaro total", "unit": "%", "decimals": 1, "outcomes": [],
    "computedForecast": null, "trend": "better", "sexSplitMissing": false, "targets": []}))]
pub(super) struct ScorecardRowView {
    /// Nyckeltalet. The indicator.
    indicator: String,
    /// Namnet. Its name.
    name: String,
    /// Enheten. Its unit.
    unit: Option<String>,
    /// Decimaler. How many decimals it is shown with.
    decimals: u8,
    /// Utfallen, tre år före och året. The outcomes of three years before, and of the year.
    outcomes: Vec<ScorecardOutcomeView>,
    /// Helårsprognos, beräknad linjärt av del av året. A forecast of the year, computed in a straight line from part of it.
    computed_forecast: Option<ExactNumber>,
    /// Utvecklingen mellan de två senaste. The trend between the last two of the same kind.
    #[schema(extensions(("x-enum" = json!(words::TRENDS))))]
    trend: Option<&'static str>,
    /// Könsuppdelning krävs och saknas. The split by sex is required and not there.
    sex_split_missing: bool,
    /// Målvärdena, var och en med status; utan målvärde en rad som säger det. The targets, each with its status; without one, a line that
    /// says so.
    targets: Vec<ScorecardTargetView>,
}

/// En grupp i ett styrkort. A group of a scorecard.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(example = json!({"perspective": "Medarbetare", "heading": "Personal", "rows": []}))]
pub(super) struct ScorecardGroupView {
    /// Perspektivet. The perspective.
    perspective: Option<String>,
    /// Rubriken. The heading.
    heading: String,
    /// Raderna. The rows.
    rows: Vec<ScorecardRowView>,
}

/// Ett styrkort. A committee's scorecard of a year.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(example = json!({"committee": "SN", "year": 2018, "groups": [], "_links": {}}))]
pub(super) struct ScorecardView {
    /// Nämnden. The committee.
    pub(super) committee: String,
    /// År. The year.
    pub(super) year: i16,
    /// Grupperna. The groups.
    pub(super) groups: Vec<ScorecardGroupView>,
    #[serde(rename = "_links")]
    pub(super) links: Links,
}

impl Body for ScorecardView {
    fn table(&self) -> Option<Table> {
        let headers = vec![
            "perspective",
            "heading",
            "indicator",
            "name",
            "unit",
            "outcome",
            "target",
            "status",
            "reason",
            "text",
        ];
        let mut rows = Vec::new();
        for group in &self.groups {
            for row in &group.rows {
                for target in &row.targets {
                    rows.push(vec![
                        Cell::text(group.perspective.clone().unwrap_or_default()),
                        Cell::text(&group.heading),
                        Cell::text(&row.indicator),
                        Cell::text(&row.name),
                        Cell::text(row.unit.clone().unwrap_or_default()),
                        Cell::maybe(target.outcome.map(|value| value.0)),
                        Cell::maybe(target.value.map(|value| value.0)),
                        Cell::text(target.status),
                        Cell::text(target.reason),
                        Cell::text(target.text.clone().unwrap_or_default()),
                    ]);
                }
            }
        }
        Some(Table { headers, rows })
    }
}

/// Lays out a scorecard for the organisation that it shows.
pub(super) struct Layout<'a> {
    pub(super) measured: &'a Measured,
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
            computed_forecast: forecast.map(ExactNumber),
            trend: trend.map(utfall_domain::indicator::trend::Trend::code),
            sex_split_missing,
            targets: self.targets(indicator, &organisation),
        }
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
            let assessed = assess(indicator, Some(target), &self.inputs(indicator, organisation, target));
            shown_target(Some(target), organisation, &assessed)
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

    fn inputs(&self, indicator: &Indicator, organisation: &Organisation, target: &IndicatorTarget) -> Inputs {
        let value = |period| self.value(&indicator.key, organisation, period, target.sex);
        let outcome = value(target.period);
        let reference = match &target.relative_to {
            None | Some(Reference::Budget) => None,
            Some(Reference::Indicator(key)) => self.value(key, organisation, target.period, target.sex),
            Some(Reference::Organisation(other)) => self.value(&indicator.key, other, target.period, target.sex),
        };
        Inputs {
            outcome: outcome.and_then(|one| one.value),
            is_outcome_in_words: outcome.is_some_and(|one| one.value.is_none() && !one.text.is_empty()),
            earlier: value(earlier_period(target)).and_then(|one| one.value),
            reference: reference.and_then(|one| one.value),
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
        outcome: assessed.outcome.map(ExactNumber),
        distance: assessed.distance.map(ExactNumber),
        tolerance: target.and_then(|target| target.tolerance).map(ExactNumber),
    }
}
