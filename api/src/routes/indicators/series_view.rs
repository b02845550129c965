//! Series on the wire: as JSON, as a table, and as JSON-stat.

use crate::contract::words;
use crate::reply::Body;
use crate::wire::csv::{Cell, Table};
use crate::wire::decimal::ExactNumber;
use crate::wire::fields::shown;
use crate::wire::json_stat::{DataCell, Dimension, dataset};
use crate::wire::link::Links;
use serde::Serialize;
use std::collections::{BTreeSet, HashMap};
use utfall_domain::decimal::Decimal;
use utfall_domain::indicator::definition::Indicator;
use utfall_domain::indicator::measure_period::MeasurePeriod;
use utfall_domain::indicator::observation::{ObservationStatus, Sex};
use utfall_domain::indicator::total::{TotalOf, totals};
use utfall_domain::indicator::trend::trend;
use utfall_persistence::error::StoreError;
use utfall_persistence::indicator::series::SeriesValue;
use utoipa::ToSchema;

/// En punkt i en serie. A point of a series.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(example = json!({"period": "2018", "value": 7, "status": "final", "text": null, "caution": null, "trend": "better",
    "seriesBreak": null, "deleted": false}))]
pub(super) struct PointView {
    /// Perioden. The period.
    period: String,
    /// Värdet. The value.
    value: Option<ExactNumber>,
    /// Status; saknas för ett borttaget. What it is, or why there is no value; none for a deleted one.
    #[schema(extensions(("x-enum" = json!(words::OBSERVATION_STATUSES))))]
    status: Option<String>,
    /// Som det står skrivet. As written, or the outcome in words.
    text: Option<String>,
    /// Vad man ska vara försiktig med. What to be careful about.
    caution: Option<String>,
    /// Utvecklingen sedan samma del av året före: better, worse, rising, falling eller unchanged. The trend since the same part of the year
    /// before; none across a change of method.
    #[schema(extensions(("x-enum" = json!(words::TRENDS))))]
    trend: Option<&'static str>,
    /// Metodbyte från och med perioden. A change of method from this period on.
    series_break: Option<String>,
    /// Om det är borttaget. Whether it is deleted.
    deleted: bool,
}

/// En serie. A series: one indicator, organisation and sex, in the order of time.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(example = json!({"indicator": "sjukfranvaro", "name": "Sjukfrånvaro total", "unit": "%", "decimals": 1, "organisation": "0580",
    "sex": "T", "points": []}))]
pub(super) struct OneSeriesView {
    /// Nyckeltalet. The indicator.
    indicator: String,
    /// Namnet. Its name.
    name: String,
    /// Enheten. Its unit.
    unit: Option<String>,
    /// Decimaler när det visas. How many decimals its values are shown with.
    decimals: u8,
    /// Organisationen. The organisation.
    organisation: String,
    /// Kön. The sex.
    #[schema(extensions(("x-enum" = json!(words::SEXES))))]
    sex: String,
    /// Punkterna, i tidsordning. The points, in the order of time.
    points: Vec<PointView>,
}

/// Serier. Series, by indicator, organisation and sex.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(example = json!({"series": [{"indicator": "sjukfranvaro", "name": "Sjukfrånvaro total", "unit": "%", "decimals": 1,
    "organisation": "0580", "sex": "T", "points": []}], "_links": {}}))]
pub(super) struct SeriesView {
    /// Serierna. The series.
    series: Vec<OneSeriesView>,
    #[serde(rename = "_links")]
    links: Links,
}

impl SeriesView {
    /// The series of some values.
    pub(super) fn new(
        indicators: &[&Indicator],
        values: &[SeriesValue],
        total: Option<TotalOf>,
        links: Links,
    ) -> Result<Self, StoreError> {
        let mut series: Vec<OneSeriesView> = Vec::new();
        let indicators: HashMap<&str, &Indicator> = indicators.iter().map(|one| (one.key.as_str(), *one)).collect();
        let mut rows: Vec<(&Indicator, &SeriesValue, MeasurePeriod, Sex)> = Vec::with_capacity(values.len());
        for value in values {
            let (period, sex) = value.when()?;
            if let Some(indicator) = indicators.get(value.indicator.as_str()) {
                rows.push((indicator, value, period, sex));
            }
        }
        rows.sort_by(|a, b| {
            (&a.1.indicator, &a.1.organisation, a.3, a.2).cmp(&(&b.1.indicator, &b.1.organisation, b.3, b.2))
        });
        for same in
            rows.chunk_by(|a, b| (&a.1.indicator, &a.1.organisation, a.3) == (&b.1.indicator, &b.1.organisation, b.3))
        {
            let (indicator, first, _, sex) = same[0];
            let known: Vec<(MeasurePeriod, Decimal)> =
                same.iter().filter_map(|(_, value, period, _)| Some((*period, value.value()?))).collect();
            let points = match total {
                None => same.iter().map(|(_, value, period, _)| point(indicator, value, *period, &known)).collect(),
                Some(of) => made(indicator, of, &known),
            };
            series.push(OneSeriesView {
                indicator: first.indicator.clone(),
                name: indicator.name.clone(),
                unit: shown(indicator.unit.clone()),
                decimals: indicator.decimals,
                organisation: first.organisation.clone(),
                sex: sex.code().into(),
                points,
            });
        }
        Ok(Self { series, links })
    }
}

/// The totals of a series of months as points.
fn made(indicator: &Indicator, of: TotalOf, known: &[(MeasurePeriod, Decimal)]) -> Vec<PointView> {
    let totals = totals(indicator.accumulation, of, &known.iter().copied().collect());
    let point = |(period, value): &(MeasurePeriod, Decimal)| PointView {
        period: period.to_string(),
        value: Some(ExactNumber(*value)),
        status: Some(ObservationStatus::Final.code().into()),
        text: None,
        caution: None,
        trend: trend_at(indicator, *period, *value, &totals),
        series_break: indicator.breaks.iter().find(|one| one.from == *period).map(|one| one.text.clone()),
        deleted: false,
    };
    totals.iter().map(point).collect()
}

/// The trend since the same part of the year before; none across a change of method.
fn trend_at(
    indicator: &Indicator,
    period: MeasurePeriod,
    now: Decimal,
    known: &[(MeasurePeriod, Decimal)],
) -> Option<&'static str> {
    let before = period.a_year_before();
    let (_, earlier) = known.iter().find(|(other, _)| *other == before)?;
    let is_broken = indicator.breaks_between(before, period).is_some();
    (!is_broken).then(|| trend(indicator.direction, *earlier, now).code())
}

fn point(
    indicator: &Indicator,
    value: &SeriesValue,
    period: MeasurePeriod,
    known: &[(MeasurePeriod, Decimal)],
) -> PointView {
    PointView {
        period: value.period.clone(),
        value: value.value().map(ExactNumber),
        status: shown(value.status.clone()),
        text: shown(value.words.clone()),
        caution: shown(value.caution.clone()),
        trend: value.value().and_then(|now| trend_at(indicator, period, now, known)),
        series_break: indicator.breaks.iter().find(|one| one.from == period).map(|one| one.text.clone()),
        deleted: value.is_deleted,
    }
}

impl Body for SeriesView {
    const IS_TABLE: bool = true;
    const IS_DATASET: bool = true;

    fn table(&self) -> Option<Table> {
        let text = |text: &Option<String>| Cell::text(text.clone().unwrap_or_default());
        let row = |one: &OneSeriesView, point: &PointView| {
            vec![
                Cell::text(&one.indicator),
                Cell::text(&one.name),
                text(&one.unit),
                Cell::text(&one.organisation),
                Cell::text(&one.sex),
                Cell::text(&point.period),
                Cell::maybe(point.value.map(|value| value.0)),
                text(&point.status),
                text(&point.text),
                text(&point.caution),
            ]
        };
        let rows = self.series.iter().flat_map(|one| one.points.iter().map(move |point| row(one, point)));
        let headers =
            vec!["indicator", "name", "unit", "organisation", "sex", "period", "value", "status", "text", "caution"];
        Some(Table::new(headers, rows.collect()))
    }

    fn json_stat(&self) -> Option<serde_json::Value> {
        let points = || self.series.iter().flat_map(|one| one.points.iter().map(move |point| (one, point)));
        let mut periods: Vec<MeasurePeriod> =
            points().filter_map(|(_, point)| MeasurePeriod::parse(&point.period).ok()).collect();
        periods.sort();
        periods.dedup();
        let unique = |of: fn(&OneSeriesView) -> (String, String)| -> Vec<(String, String)> {
            self.series.iter().map(of).collect::<BTreeSet<_>>().into_iter().collect()
        };
        let sexes = [("T", "Totalt"), ("K", "Kvinnor"), ("M", "Män")];
        let there: BTreeSet<&str> = self.series.iter().map(|one| one.sex.as_str()).collect();
        let sexes = sexes.into_iter().filter(|(sex, _)| there.contains(sex));
        let dimensions = [
            Dimension {
                id: "indicator",
                label: "Nyckeltal",
                role: Some("metric"),
                categories: unique(|one| (one.indicator.clone(), one.name.clone())),
            },
            Dimension {
                id: "organisation",
                label: "Organisation",
                role: Some("geo"),
                categories: unique(|one| (one.organisation.clone(), one.organisation.clone())),
            },
            Dimension {
                id: "period",
                label: "Period",
                role: Some("time"),
                categories: periods.iter().map(|period| (period.to_string(), period.to_string())).collect(),
            },
            Dimension {
                id: "sex",
                label: "Kön",
                role: None,
                categories: sexes.map(|(sex, label)| (sex.to_owned(), label.to_owned())).collect(),
            },
        ];
        let at = |dimension: usize, id: &str| {
            dimensions[dimension].categories.iter().position(|(known, _)| known == id).unwrap_or_default()
        };
        let cell = |(one, point): (&OneSeriesView, &PointView)| DataCell {
            place: vec![at(0, &one.indicator), at(1, &one.organisation), at(2, &point.period), at(3, &one.sex)],
            value: point.value.map(|value| value.0.to_string()),
            status: if point.deleted { "deleted".into() } else { point.status.clone().unwrap_or_default() },
        };
        let cells: Vec<DataCell> = points().map(cell).collect();
        let label = match self.series.as_slice() {
            [one, ..] if dimensions[0].categories.len() == 1 => one.name.clone(),
            _ => "Nyckeltal".to_owned(),
        };
        Some(dataset(&label, None, &dimensions, &cells))
    }
}
