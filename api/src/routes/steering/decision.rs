//! Decisions (beslut) on the wire: body, date, paragraph, diary number and points.

use crate::wire::fields::{Fields, shown};
use serde::{Deserialize, Serialize};
use utfall_domain::period::parse_date;
use utfall_domain::steering::edition::Decision;
use utoipa::ToSchema;

/// Ett beslut. A decision of a body.
#[derive(Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[schema(example = json!({"body": "Socialnämnden", "date": "2019-02-14", "paragraph": "§ 32", "diaryNumber": "SN 2019-17",
    "points": ["Verksamhetsplanen fastställs."]}))]
pub(in crate::routes) struct DecisionView {
    /// Instans. The body that decided.
    #[schema(min_length = 1, max_length = 200)]
    body: String,
    /// Beslutsdatum, inte dagen då beslutet registreras. The day of the decision, not the day when it is recorded.
    #[schema(format = "date", example = "2019-02-14")]
    date: String,
    /// Paragraf. The paragraph of the minutes.
    #[schema(max_length = 40)]
    paragraph: Option<String>,
    /// Diarienummer. The diary number.
    #[schema(max_length = 100)]
    diary_number: Option<String>,
    /// Beslutspunkter. The points of the decision, as in the minutes.
    #[serde(default)]
    points: Vec<String>,
}

impl DecisionView {
    pub(in crate::routes) fn read(&self, fields: &mut Fields) -> Option<Decision> {
        let body = fields.needed("body", &self.body, 200);
        let date =
            fields.parsed("date", &self.date, |text| parse_date(text).map_err(|_| "is not a date such as 2019-02-14"));
        let paragraph = fields.text("paragraph", self.paragraph.as_deref(), 40);
        let diary_number = fields.text("diaryNumber", self.diary_number.as_deref(), 100);
        let points = self.points.iter().enumerate();
        let points = points.map(|(at, text)| fields.needed(format!("points/{at}"), text, 2000)).collect();
        Some(Decision { body, date: date?, paragraph, diary_number, points })
    }
}

impl From<Decision> for DecisionView {
    fn from(decision: Decision) -> Self {
        Self {
            body: decision.body,
            date: decision.date.to_string(),
            paragraph: shown(decision.paragraph),
            diary_number: shown(decision.diary_number),
            points: decision.points,
        }
    }
}
