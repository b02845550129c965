//! Definitions of indicators on the wire: the same form in and out.

use crate::contract::words;
use crate::reply::Body;
use crate::routes::steering::unread;
use crate::wire::decimal::ExactNumber;
use crate::wire::fields::{Fields, shown};
use crate::wire::link::Links;
use serde::{Deserialize, Serialize};
use utfall_domain::indicator::definition::{Accumulation, Direction, Frequency, Indicator, SeriesBreak, SexSplit};
use utfall_domain::indicator::measure_period::MeasurePeriod;
use utfall_domain::period::Year;
use utfall_domain::row_error::Fault;
use utfall_domain::text::{Code, Key};
use utoipa::ToSchema;

/// En ändrad mätmetod. A change of method: values from here on are not to be held against those before.
#[derive(Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[schema(example = json!({"from": "2019", "text": "Ny enkät"}))]
pub(super) struct SeriesBreakView {
    /// Första perioden med den nya metoden. The first period of the new method.
    #[schema(example = "2019")]
    pub(super) from: String,
    /// Vad som ändrades. What has changed.
    #[schema(min_length = 1, max_length = 2000)]
    pub(super) text: String,
}

/// Ett nyckeltal. A definition of an indicator.
#[derive(Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[schema(example = json!({"key": "sjukfranvaro", "name": "Sjukfrånvaro total", "description": "Andel av ordinarie arbetstid", "unit": "%",
    "least": 0, "greatest": 100, "decimals": 1, "direction": "lower", "frequency": "year", "accumulation": "none",
    "sexSplit": "required", "sexSplitReason": null, "individualBased": true, "source": "Personalsystemet", "sourceKey": "N00090",
    "committee": null, "groups": ["Personal"], "perspective": "Medarbetare", "components": [], "firstYear": 2015, "lastYear": null,
    "breaks": [], "public": true}))]
pub(super) struct IndicatorView {
    /// Nyckel. The key. Needed in a list; in a path it is the path's.
    #[schema(max_length = 100)]
    key: Option<String>,
    /// Namn. The name.
    #[schema(min_length = 1, max_length = 500)]
    name: String,
    /// Vad det betyder och hur det mäts. What it means and how it is measured.
    #[schema(max_length = 20_000)]
    description: Option<String>,
    /// Enhet. The unit of its values: %, index, kr.
    #[schema(max_length = 100)]
    unit: Option<String>,
    /// Skalans lägsta värde. The least value that the scale allows.
    least: Option<ExactNumber>,
    /// Skalans högsta värde. The greatest value that the scale allows.
    greatest: Option<ExactNumber>,
    /// Decimaler när det visas. How many decimals its values are shown with.
    #[serde(default)]
    #[schema(minimum = 0, maximum = 6, default = 0)]
    decimals: u8,
    /// Riktning: higher, lower eller none; none om den saknas. Which way is better; none when it is left out.
    #[schema(extensions(("x-enum" = json!(words::DIRECTIONS))))]
    direction: Option<String>,
    /// Mätfrekvens; irregular om den saknas. How often it is measured; irregular when it is left out.
    #[schema(extensions(("x-enum" = json!(words::FREQUENCIES))))]
    frequency: Option<String>,
    /// Hur värden räknas ihop över tid: sum, average, last eller none; none om det saknas. How values of shorter periods make one of a
    /// longer; none when it is left out.
    #[schema(extensions(("x-enum" = json!(words::ACCUMULATIONS))))]
    accumulation: Option<String>,
    /// Könsuppdelning: required, optional eller not-applicable; optional om den saknas. Whether values are split by sex; optional when it
    /// is left out.
    #[schema(extensions(("x-enum" = json!(words::SEX_SPLITS))))]
    sex_split: Option<String>,
    /// Varför det inte delas upp. Why it is not split; needed when it is not applicable.
    #[schema(max_length = 2000)]
    sex_split_reason: Option<String>,
    /// Individbaserad statistik, som ska delas upp efter kön (14 § förordningen 2001:100). Statistics on individuals, which are to be split
    /// by sex.
    #[serde(default)]
    individual_based: bool,
    /// System som värdena kommer från. The system that its values come from.
    #[schema(max_length = 200)]
    source: Option<String>,
    /// Nyckeln i det systemet, som Koladas. Its key in that system, such as Kolada's.
    #[schema(max_length = 100)]
    source_key: Option<String>,
    /// Nämnden som äger det. The committee that owns it; none for the municipality's.
    #[schema(max_length = 40)]
    committee: Option<String>,
    /// Grupper som det visas i. The groups that it is shown in.
    #[serde(default)]
    groups: Vec<String>,
    /// Perspektiv i styrkort. The perspective that a scorecard shows it under.
    #[schema(max_length = 200)]
    perspective: Option<String>,
    /// Delindikatorer i ett index. The indicators that an index is made of.
    #[serde(default)]
    #[schema(max_items = 50)]
    components: Vec<String>,
    /// Första år. The first year that it is measured.
    #[schema(minimum = 1990, maximum = 2100)]
    first_year: Option<i32>,
    /// Sista år. The last year that it is measured.
    #[schema(minimum = 1990, maximum = 2100)]
    last_year: Option<i32>,
    /// Metodbyten: serien bryts. Changes of method: the series breaks.
    #[serde(default)]
    #[schema(max_items = 50)]
    breaks: Vec<SeriesBreakView>,
    /// Om vem som helst får läsa värdena. Whether anybody may read its values.
    #[serde(default)]
    public: bool,
    /// Länkar; läses inte. Links; not read.
    #[serde(rename = "_links", default, skip_serializing_if = "Option::is_none", deserialize_with = "unread")]
    #[schema(read_only, nullable = false)]
    links: Option<Links>,
}

impl Body for IndicatorView {}

impl IndicatorView {
    /// The indicator that it says; `at` is where it stands, with a slash at its end where it is not empty.
    pub(super) fn read(&self, at: &str, key: Option<&Key>, fields: &mut Fields) -> Option<Indicator> {
        let given = fields.optional(format!("{at}key"), self.key.as_deref(), Key::parse);
        let key = match (key, given) {
            (Some(path), Some(given)) if *path != given => {
                fields.fault(format!("{at}key"), given.as_str(), Fault::Conflict, "is not the key of the path");
                None
            }
            (Some(path), _) => Some(path.clone()),
            (None, None) if self.key.as_deref().unwrap_or_default().is_empty() => {
                fields.fault(format!("{at}key"), "", Fault::Missing, "is needed");
                None
            }
            (None, given) => given,
        };
        let name = fields.needed(format!("{at}name"), &self.name, 500);
        let mut text =
            |field: &str, text: &Option<String>, most| fields.text(format!("{at}{field}"), text.as_deref(), most);
        let description = text("description", &self.description, 20_000);
        let unit = text("unit", &self.unit, 100);
        let sex_split_reason = text("sexSplitReason", &self.sex_split_reason, 2000);
        let source = text("source", &self.source, 200);
        let source_key = text("sourceKey", &self.source_key, 100);
        let perspective = text("perspective", &self.perspective, 200);
        if self.decimals > 6 {
            fields.fault(format!("{at}decimals"), &self.decimals.to_string(), Fault::Bounds, "is more than 6");
        }
        let direction = self.direction.as_deref().map_or(Some(Direction::None), |word| {
            fields.word(format!("{at}direction"), word, Direction::from_code, &Direction::CODES)
        });
        let frequency = self.frequency.as_deref().map_or(Some(Frequency::Irregular), |word| {
            fields.word(format!("{at}frequency"), word, Frequency::from_code, &Frequency::CODES)
        });
        let accumulation = self.accumulation.as_deref().map_or(Some(Accumulation::None), |word| {
            fields.word(format!("{at}accumulation"), word, Accumulation::from_code, &Accumulation::CODES)
        });
        let sex_split = self.sex_split.as_deref().map_or(Some(SexSplit::Optional), |word| {
            fields.word(format!("{at}sexSplit"), word, SexSplit::from_code, &SexSplit::CODES)
        });
        let committee = fields.optional(format!("{at}committee"), self.committee.as_deref(), Code::parse);
        let groups = self.groups.iter().enumerate();
        let groups = groups.map(|(number, group)| fields.needed(format!("{at}groups/{number}"), group, 200)).collect();
        let components = self.components.iter().enumerate();
        let components = components
            .filter_map(|(number, key)| fields.parsed(format!("{at}components/{number}"), key, Key::parse))
            .collect();
        let year = |fields: &mut Fields, field: &str, year: Option<i32>| {
            year.and_then(|year| fields.parsed(format!("{at}{field}"), &year.to_string(), |_| Year::new(year)))
        };
        let first_year = year(fields, "firstYear", self.first_year);
        let last_year = year(fields, "lastYear", self.last_year);
        let breaks = self.breaks.iter().enumerate().filter_map(|(number, one)| {
            let from = fields.parsed(format!("{at}breaks/{number}/from"), &one.from, MeasurePeriod::parse);
            let text = fields.needed(format!("{at}breaks/{number}/text"), &one.text, 2000);
            Some(SeriesBreak { from: from?, text })
        });
        let breaks = breaks.collect();
        Some(Indicator {
            key: key?,
            name,
            description,
            unit,
            least: self.least.map(|least| least.0),
            greatest: self.greatest.map(|greatest| greatest.0),
            decimals: self.decimals,
            direction: direction?,
            frequency: frequency?,
            accumulation: accumulation?,
            sex_split: sex_split?,
            sex_split_reason,
            is_individual_based: self.individual_based,
            source,
            source_key,
            committee,
            groups,
            perspective,
            components,
            first_year,
            last_year,
            breaks,
            is_public: self.public,
        })
    }

    /// The indicator as it is answered.
    pub(super) fn new(one: Indicator, links: Option<Links>) -> Self {
        let one_break = |one: SeriesBreak| SeriesBreakView { from: one.from.to_string(), text: one.text };
        Self {
            key: Some(one.key.to_string()),
            name: one.name,
            description: shown(one.description),
            unit: shown(one.unit),
            least: one.least.map(ExactNumber),
            greatest: one.greatest.map(ExactNumber),
            decimals: one.decimals,
            direction: Some(one.direction.code().into()),
            frequency: Some(one.frequency.code().into()),
            accumulation: Some(one.accumulation.code().into()),
            sex_split: Some(one.sex_split.code().into()),
            sex_split_reason: shown(one.sex_split_reason),
            individual_based: one.is_individual_based,
            source: shown(one.source),
            source_key: shown(one.source_key),
            committee: one.committee.map(|code| code.to_string()),
            groups: one.groups,
            perspective: shown(one.perspective),
            components: one.components.iter().map(ToString::to_string).collect(),
            first_year: one.first_year.map(|year| year.number().into()),
            last_year: one.last_year.map(|year| year.number().into()),
            breaks: one.breaks.into_iter().map(one_break).collect(),
            public: one.is_public,
            links,
        }
    }
}
