//! The terms of a frame change or a transfer, on the wire.

use crate::routes::steering::DecisionView;
use crate::wire::amount::Amount;
use crate::wire::fields::{Fields, shown};
use serde::{Deserialize, Serialize};
use utfall_domain::frame::Terms;
use utfall_domain::period::Month;
use utoipa::ToSchema;

/// Villkor. On which terms the frame is changed.
#[derive(Serialize, Deserialize, ToSchema, Default)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[schema(example = json!({"oneOff": false, "effectiveMonth": "2018-07", "fullYearEffect": 4_000_000, "condition": null,
    "decision": {"body": "Kommunfullmäktige", "date": "2017-11-28", "paragraph": "§ 212"}}))]
pub(super) struct TermsView {
    /// Bara för året. Whether it is for the year only.
    #[serde(default)]
    one_off: bool,
    /// Månaden från vilken den gäller. The month from which it holds.
    #[schema(pattern = "^[0-9]{4}-(0[1-9]|1[0-2])$", example = "2018-07")]
    effective_month: Option<String>,
    /// Helårseffekten i kronor, när den gäller en del av året. What it is in a full year, in kronor, where it holds for a part of this one.
    full_year_effect: Option<Amount>,
    /// Vad den är villkorad av; fast när det utelämnas. What it depends on; firm when it is left out.
    #[schema(max_length = 2000)]
    condition: Option<String>,
    /// Beslutet. The decision.
    decision: Option<DecisionView>,
}

impl TermsView {
    pub(super) fn read(&self, at: &str, fields: &mut Fields) -> Terms {
        let effective = fields.optional(format!("{at}effectiveMonth"), self.effective_month.as_deref(), Month::parse);
        let condition = fields.text(format!("{at}condition"), self.condition.as_deref(), 2000);
        let decision = self.decision.as_ref().and_then(|decision| decision.read(fields));
        let full_year = self.full_year_effect.as_ref().and_then(|amount| amount.kronor().ok());
        Terms { is_one_off: self.one_off, effective, full_year, condition, decision }
    }
}

impl From<Terms> for TermsView {
    fn from(terms: Terms) -> Self {
        let Terms { is_one_off, effective, full_year, condition, decision } = terms;
        Self {
            one_off: is_one_off,
            effective_month: effective.map(|month| month.to_string()),
            full_year_effect: full_year.map(Amount::from),
            condition: shown(condition),
            decision: decision.map(Into::into),
        }
    }
}
