//! Scorecards on the wire: what is put, and what is answered with outcomes, targets and statuses.

use crate::contract::words;
use crate::reply::Body;
use crate::wire::csv::{Cell, Table};
use crate::wire::decimal::ExactNumber;
use crate::wire::fields::Fields;
use crate::wire::link::Links;
use serde::{Deserialize, Serialize};
use utfall_domain::indicator::scorecard::{Scorecard, ScorecardGroup};
use utfall_domain::period::Year;
use utfall_domain::text::{Code, Key, Name};
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
pub(super) struct ScorecardOutcomeView {
    /// Perioden. The period.
    pub(super) period: String,
    /// Kön. The sex.
    #[schema(extensions(("x-enum" = json!(words::SEXES))))]
    pub(super) sex: &'static str,
    /// Värdet. The value.
    pub(super) value: Option<ExactNumber>,
    /// Vad det är, eller varför det saknas. What it is, or why there is no value.
    #[schema(extensions(("x-enum" = json!(words::OBSERVATION_STATUSES))))]
    pub(super) status: &'static str,
    /// Som det står skrivet. As written.
    pub(super) text: Option<String>,
}

/// Helårsprognosen för ett kön. The forecast of the year for a sex: the one that was entered last, else the computed.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(example = json!({"period": "2018", "sex": "T", "basis": "entered", "value": 6.9, "text": "6,9 %", "madeOn": "2018-08-31",
    "source": "HR"}))]
pub(super) struct ScorecardForecastView {
    /// Perioden som väntas. The period whose outcome is expected.
    pub(super) period: String,
    /// Kön. The sex.
    #[schema(extensions(("x-enum" = json!(words::SEXES))))]
    pub(super) sex: &'static str,
    /// Inlagd av en person (entered), eller beräknad linjärt av del av året (computed). Entered by a person, or computed in a straight line
    /// from part of the year.
    #[schema(extensions(("x-enum" = json!(words::FORECAST_BASES))))]
    pub(super) basis: &'static str,
    /// Det väntade värdet. The expected value.
    pub(super) value: Option<ExactNumber>,
    /// Som den står skriven. As written.
    pub(super) text: Option<String>,
    /// Dagen då den gjordes, för en inlagd. The day when it was made, of an entered one.
    #[schema(format = "date", example = "2018-08-31")]
    pub(super) made_on: Option<String>,
    /// Vem eller vad som säger det; för en beräknad perioden som den är beräknad av. Who or what says so; for a computed one, the period that
    /// it is computed from.
    pub(super) source: Option<String>,
}

/// Ett referensområdes värde. The value of a reference area, for a period and sex that the row has an outcome of.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(example = json!({"organisation": "0000", "period": "2018", "sex": "T", "value": 6.6, "text": "6,6 %", "distance": 0.4}))]
pub(super) struct ScorecardReferenceView {
    /// Referensområdet: 0000 (Riket) eller en grupp. The reference area: 0000 (Riket) or a group.
    pub(super) organisation: String,
    /// Perioden. The period.
    pub(super) period: String,
    /// Kön. The sex.
    #[schema(extensions(("x-enum" = json!(words::SEXES))))]
    pub(super) sex: &'static str,
    /// Områdets värde. The area's value.
    pub(super) value: ExactNumber,
    /// Som det står skrivet. As written.
    pub(super) text: Option<String>,
    /// Radens utfall minus områdets värde. The row's outcome less the area's value.
    pub(super) distance: Option<ExactNumber>,
}

/// Platsen bland kommunerna. The place among the municipalities that have a value of the same period and sex.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(example = json!({"period": "2018", "sex": "T", "position": 3, "count": 21}))]
pub(super) struct ScorecardRankingView {
    /// Perioden. The period.
    pub(super) period: String,
    /// Kön. The sex.
    #[schema(extensions(("x-enum" = json!(words::SEXES))))]
    pub(super) sex: &'static str,
    /// Platsen, 1 för den bästa; lika värden delar den. The place, 1 for the best; equal values share it.
    #[schema(minimum = 1)]
    pub(super) position: usize,
    /// Antal kommuner som jämförs, den egna medräknad. How many municipalities are compared, its own among them.
    #[schema(minimum = 2)]
    pub(super) count: usize,
}

/// Ett målvärde och hur utfallet står mot det. A target, and how the outcome of the same period stands against it.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(example = json!({"period": "2018", "organisation": "0580", "sex": "T", "operator": "at-most", "value": 7.3, "unit": null, "group": null,
    "text": "7,3 %", "status": "met", "reason": "reached", "comparedWith": 7.3, "relativeTo": null,
    "reference": null, "referenceValue": null, "outcome": 7, "partOfYear": null, "distance": -0.3, "tolerance": null}))]
pub(super) struct ScorecardTargetView {
    /// Perioden. The period.
    pub(super) period: Option<String>,
    /// Organisationen. The organisation.
    pub(super) organisation: String,
    /// Kön. The sex.
    #[schema(extensions(("x-enum" = json!(words::SEXES))))]
    pub(super) sex: &'static str,
    /// Operatorn som användes. The operator that was used: the target's, or what the indicator's direction says.
    #[schema(extensions(("x-enum" = json!(words::OPERATORS))))]
    pub(super) operator: Option<&'static str>,
    /// Målvärdet. The target's value.
    pub(super) value: Option<ExactNumber>,
    /// Målvärdets enhet när den är en annan. The target's unit, where it is another.
    pub(super) unit: Option<String>,
    /// Gruppen. The group that it is for.
    pub(super) group: Option<String>,
    /// Som det står skrivet. The words as written.
    pub(super) text: Option<String>,
    /// Status: met, partly, not-met eller not-assessed. The computed status.
    #[schema(extensions(("x-enum" = json!(words::STATUSES))))]
    pub(super) status: &'static str,
    /// Varför. Why.
    #[schema(extensions(("x-enum" = json!(words::STATUS_REASONS))))]
    pub(super) reason: &'static str,
    /// Värdet som utfallet jämfördes med. The value that the outcome was compared with.
    pub(super) compared_with: Option<ExactNumber>,
    /// Vad målvärdet är procent av. What the target's value is a percent of.
    #[schema(extensions(("x-enum" = json!(words::RELATIVE_TO))))]
    pub(super) relative_to: Option<&'static str>,
    /// Nyckeltalet, organisationen, eller nämnden vars budget det är (committee:SN). The indicator, the organisation, or the committee whose
    /// budget it is.
    pub(super) reference: Option<String>,
    /// Värdet som målvärdet är procent av, i nyckeltalets enhet. The value that it is a percent of, in the indicator's unit.
    pub(super) reference_value: Option<ExactNumber>,
    /// Utfallet. The outcome.
    pub(super) outcome: Option<ExactNumber>,
    /// Den del av året som har ett utfall, när målvärdet gäller hela året och året saknar utfall. The part of the year that has an outcome,
    /// where the target is for the whole year and that has none.
    pub(super) part_of_year: Option<String>,
    /// Utfallet minus värdet. Outcome less the value compared with.
    pub(super) distance: Option<ExactNumber>,
    /// Toleransen. The tolerance.
    pub(super) tolerance: Option<ExactNumber>,
}

/// En rad i ett styrkort. A row of a scorecard.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(example = json!({"indicator": "sjukfranvaro", "name": "Sjukfrånvaro total", "unit": "%", "decimals": 1, "outcomes": [],
    "references": [], "rankings": [], "forecasts": [], "computedForecast": null, "trend": "better", "sexSplitMissing": false, "targets": []}))]
pub(super) struct ScorecardRowView {
    /// Nyckeltalet. The indicator.
    pub(super) indicator: String,
    /// Namnet. Its name.
    pub(super) name: String,
    /// Enheten. Its unit.
    pub(super) unit: Option<String>,
    /// Decimaler. How many decimals it is shown with.
    pub(super) decimals: u8,
    /// Utfallen, tre år före och året. The outcomes of three years before, and of the year.
    pub(super) outcomes: Vec<ScorecardOutcomeView>,
    /// Riket och grupper för utfallens perioder och kön. Riket and groups, for the periods and sexes of the outcomes.
    pub(super) references: Vec<ScorecardReferenceView>,
    /// Platsen bland kommunerna, för kommunens eget utfall; tom när ingen riktning är bättre. The place among municipalities, of the
    /// municipality's own outcomes; empty where neither way is better.
    pub(super) rankings: Vec<ScorecardRankingView>,
    /// Helårsprognoserna, en för varje kön som har någon: inlagda går före beräknade. The forecasts of the year, one for each sex that has
    /// any: entered ones go before computed ones.
    pub(super) forecasts: Vec<ScorecardForecastView>,
    /// Helårsprognosen för T, beräknad linjärt av del av året, också när en är inlagd. The forecast of the year for T, computed in a straight
    /// line from part of it, also where one is entered.
    pub(super) computed_forecast: Option<ExactNumber>,
    /// Utvecklingen mellan de två senaste. The trend between the last two of the same kind.
    #[schema(extensions(("x-enum" = json!(words::TRENDS))))]
    pub(super) trend: Option<&'static str>,
    /// Könsuppdelning krävs och saknas. The split by sex is required and not there.
    pub(super) sex_split_missing: bool,
    /// Målvärdena, var och en med status; utan målvärde en rad som säger det. The targets, each with its status; without one, a line that
    /// says so.
    pub(super) targets: Vec<ScorecardTargetView>,
}

/// En grupp i ett styrkort. A group of a scorecard.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(example = json!({"perspective": "Medarbetare", "heading": "Personal", "rows": []}))]
pub(super) struct ScorecardGroupView {
    /// Perspektivet. The perspective.
    pub(super) perspective: Option<String>,
    /// Rubriken. The heading.
    pub(super) heading: String,
    /// Raderna. The rows.
    pub(super) rows: Vec<ScorecardRowView>,
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

impl ScorecardForecastView {
    /// The value, or the words where there is none.
    fn cell(&self) -> Cell {
        match self.value {
            Some(value) => Cell::maybe(Some(value.0)),
            None => Cell::text(self.text.clone().unwrap_or_default()),
        }
    }
}

impl Body for ScorecardView {
    const IS_TABLE: bool = true;

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
            "forecast",
            "forecastBasis",
        ];
        let mut rows = Vec::new();
        for group in &self.groups {
            for row in &group.rows {
                for target in &row.targets {
                    let forecast = row.forecasts.iter().find(|forecast| forecast.sex == target.sex);
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
                        forecast.map_or_else(|| Cell::text(""), ScorecardForecastView::cell),
                        Cell::text(forecast.map_or("", |forecast| forecast.basis)),
                    ]);
                }
            }
        }
        Some(Table::new(headers, rows))
    }
}
