//! Measures on the wire.

use super::measuring_view::MeasuringView;
use crate::contract::words;
use crate::wire::amount::Amount;
use crate::wire::decimal::ExactNumber;
use crate::wire::fields::{Fields, shown};
use serde::{Deserialize, Serialize};
use utfall_domain::action_plan::{Certainty, Measure, Measuring, PlannedEffect, Volume};
use utfall_domain::period::{Period, parse_date};
use utfall_domain::text::{Key, Name};
use utoipa::ToSchema;

/// En planerad effekt. What is planned in a month, or in a year that it is spread over evenly.
#[derive(Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[schema(example = json!({"period": "2018-10", "amount": 1_500_000}))]
pub(super) struct PlannedEffectView {
    /// Månad eller år. The month or the year.
    #[schema(pattern = "^[0-9]{4}(-(0[1-9]|1[0-2]))?$", example = "2018-10")]
    period: String,
    /// Kronor; positiv sänker nettokostnaden, negativ höjer den. In kronor: positive lowers net cost, negative raises it.
    amount: Amount,
}

impl PlannedEffectView {
    pub(super) fn read(&self, at: &str, fields: &mut Fields) -> Option<PlannedEffect> {
        let period = fields.parsed(format!("{at}/period"), &self.period, Period::parse);
        Some(PlannedEffect { period: period?, amount: self.amount.kronor().ok()? })
    }
}

impl From<PlannedEffect> for PlannedEffectView {
    fn from(effect: PlannedEffect) -> Self {
        let PlannedEffect { period, amount } = effect;
        Self { period: period.to_string(), amount: amount.into() }
    }
}

/// En åtgärd. A measure: what is done, by whom, when, how surely, and what it is planned to give.
#[derive(Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[schema(example = json!({"key": "hemmaplan", "title": "Hemmaplanslösningar i stället för placeringar", "description": "Öppenvård prövas först.",
    "role": "verksamhetschef IFO", "start": "2018-10-01", "due": "2018-12-31", "certainty": "likely", "dependsOn": null,
    "awaits": "Ny upphandling av HVB", "volume": {"count": 5, "unit": "lägenheter"},
    "effects": [{"period": "2018-10", "amount": -200_000}, {"period": "2018-11", "amount": 1_500_000}],
    "measuring": {"kind": "ledger", "filter": {"activities": ["HVBU"]}, "baseline": "budget"}}))]
pub(super) struct MeasureDocument {
    /// Nyckel, samma genom planens versioner. Its key, the same through the plan's versions.
    #[schema(min_length = 1, max_length = 100)]
    key: String,
    /// Rubrik. What it is called.
    #[schema(min_length = 1, max_length = 200)]
    title: String,
    /// Vad som görs. What is done.
    #[schema(max_length = 20_000)]
    description: Option<String>,
    /// Ansvarig roll. The role that answers for it.
    #[schema(max_length = 200)]
    role: Option<String>,
    /// När den börjar. The day when it begins.
    #[schema(format = "date", example = "2018-10-01")]
    start: Option<String>,
    /// När den ska vara klar. The day when it is to be done.
    #[schema(format = "date", example = "2018-12-31")]
    due: Option<String>,
    /// Säkerhet: certain, likely eller uncertain. How sure its effect is.
    #[schema(extensions(("x-enum" = json!(words::CERTAINTIES))))]
    certainty: String,
    /// Åtgärden i planen som måste vara klar först. The measure of the plan that must be done before it.
    #[schema(max_length = 100)]
    depends_on: Option<String>,
    /// Annat som den väntar på. Something else that it waits for.
    #[schema(max_length = 2000)]
    awaits: Option<String>,
    /// Hur många av vad. How many of something.
    volume: Option<MeasureVolumeView>,
    /// Planerade effekter. What it is planned to give.
    #[serde(default)]
    effects: Vec<PlannedEffectView>,
    /// Hur effekten blir känd; entered om det utelämnas. How what it gives is known; entered when it is left out.
    measuring: Option<MeasuringView>,
}

/// En volym. How many of something: five flats.
#[derive(Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[schema(example = json!({"count": 5, "unit": "lägenheter"}))]
struct MeasureVolumeView {
    /// Antal. How many.
    count: ExactNumber,
    /// Av vad. Of what.
    #[schema(min_length = 1, max_length = 100)]
    unit: String,
}

impl MeasureDocument {
    /// Its key and title.
    pub(super) fn named(&self) -> (&str, &str) {
        (&self.key, &self.title)
    }

    pub(super) fn read(&self, at: usize, fields: &mut Fields) -> Option<Measure> {
        let at = |field: &str| format!("measures/{at}/{field}");
        let key = fields.parsed(at("key"), &self.key, Key::parse);
        let title = fields.parsed(at("title"), &self.title, Name::parse);
        let description = fields.text(at("description"), self.description.as_deref(), 20_000);
        let role = fields.text(at("role"), self.role.as_deref(), 200);
        let day = |text: &str| parse_date(text).map_err(|_| "is not a date such as 2018-10-01");
        let start = fields.optional(at("start"), self.start.as_deref(), day);
        let due = fields.optional(at("due"), self.due.as_deref(), day);
        let certainty = fields.word(at("certainty"), &self.certainty, Certainty::from_code, &Certainty::CODES);
        let depends_on = fields.optional(at("dependsOn"), self.depends_on.as_deref(), Key::parse);
        let awaits = fields.text(at("awaits"), self.awaits.as_deref(), 2000);
        let volume = self
            .volume
            .as_ref()
            .map(|volume| Volume { count: volume.count.0, unit: fields.needed(at("volume/unit"), &volume.unit, 100) });
        let effects = self.effects.iter().enumerate();
        let effects = effects.filter_map(|(n, effect)| effect.read(&at(&format!("effects/{n}")), fields)).collect();
        let measuring = match &self.measuring {
            Some(measuring) => measuring.read(&at("measuring"), fields),
            None => Some(Measuring::Entered),
        };
        Some(Measure {
            key: key?,
            title: title?,
            description,
            role,
            start,
            due,
            certainty: certainty?,
            depends_on,
            awaits,
            volume,
            effects,
            measuring: measuring?,
        })
    }
}

impl From<Measure> for MeasureDocument {
    fn from(measure: Measure) -> Self {
        let Measure {
            key,
            title,
            description,
            role,
            start,
            due,
            certainty,
            depends_on,
            awaits,
            volume,
            effects,
            measuring,
        } = measure;
        Self {
            key: key.to_string(),
            title: title.to_string(),
            description: shown(description),
            role: shown(role),
            start: start.map(|day| day.to_string()),
            due: due.map(|day| day.to_string()),
            certainty: certainty.code().into(),
            depends_on: depends_on.map(|key| key.to_string()),
            awaits: shown(awaits),
            volume: volume.map(|volume| MeasureVolumeView { count: ExactNumber(volume.count), unit: volume.unit }),
            effects: effects.into_iter().map(PlannedEffectView::from).collect(),
            measuring: Some(measuring.into()),
        }
    }
}
