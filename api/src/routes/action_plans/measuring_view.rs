//! How what a measure gives is known, on the wire: entered, or measured on the ledger by code strings against a baseline.

use crate::contract::words;
use crate::wire::amount::Amount;
use crate::wire::fields::Fields;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use utfall_domain::action_plan::{Baseline, CodeFilter, Measuring};
use utfall_domain::code_part::CodePart;
use utfall_domain::row_error::Fault;
use utfall_domain::text::Code;
use utoipa::ToSchema;

/// Kodsträngar: av varje koddel som anges en av koderna, eller en som ligger under. Code strings: of every part that is given one of its
/// codes, or one that hangs under it.
#[derive(Serialize, Deserialize, ToSchema, Default)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
#[schema(example = json!({"activities": ["HVBU"]}))]
struct CodeFilterView {
    /// Konton som mäts. The accounts that are measured.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    accounts: Vec<String>,
    /// Ansvar som mäts. The units that are measured.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    units: Vec<String>,
    /// Verksamheter som mäts. The activities that are measured.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    activities: Vec<String>,
    /// Projekt som mäts. The projects that are measured.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    projects: Vec<String>,
    /// Specifikationer som mäts. The specifications that are measured.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    specifications: Vec<String>,
    /// Arbetsorder som mäts. The work orders that are measured.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    work_orders: Vec<String>,
    /// Objekt som mäts. The objects that are measured.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    objects: Vec<String>,
    /// Motparter som mäts. The counterparties that are measured.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    counterparties: Vec<String>,
}

impl CodeFilterView {
    fn part(&self, part: CodePart) -> &[String] {
        match part {
            CodePart::Account => &self.accounts,
            CodePart::Unit => &self.units,
            CodePart::Activity => &self.activities,
            CodePart::Project => &self.projects,
            CodePart::Specification => &self.specifications,
            CodePart::WorkOrder => &self.work_orders,
            CodePart::Object => &self.objects,
            CodePart::Counterparty => &self.counterparties,
        }
    }

    fn read(&self, at: &str, fields: &mut Fields) -> CodeFilter {
        let mut filter = BTreeMap::new();
        for part in CodePart::ALL {
            let codes = self.part(part).iter().enumerate();
            let codes: Vec<Code> = codes
                .filter_map(|(n, code)| fields.parsed(format!("{at}/{}/{n}", part.list()), code, Code::parse))
                .collect();
            if !codes.is_empty() {
                filter.insert(part, codes);
            }
        }
        if filter.is_empty() {
            fields.fault(at, "", Fault::Missing, "is empty: it names the codes that are measured");
        }
        CodeFilter(filter)
    }
}

impl From<CodeFilter> for CodeFilterView {
    fn from(CodeFilter(mut filter): CodeFilter) -> Self {
        let mut codes = |part| {
            let codes = filter.remove(&part).unwrap_or_default();
            codes.into_iter().map(|code: Code| code.to_string()).collect()
        };
        Self {
            accounts: codes(CodePart::Account),
            units: codes(CodePart::Unit),
            activities: codes(CodePart::Activity),
            projects: codes(CodePart::Project),
            specifications: codes(CodePart::Specification),
            work_orders: codes(CodePart::WorkOrder),
            objects: codes(CodePart::Object),
            counterparties: codes(CodePart::Counterparty),
        }
    }
}

/// Hur effekten blir känd. How what the measure gives is known.
#[derive(Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[schema(example = json!({"kind": "ledger", "filter": {"activities": ["HVBU"]}, "baseline": "last-year", "level": null}))]
pub(super) struct MeasuringView {
    /// entered (rapporteras) eller ledger (mäts i huvudboken). Entered in reports, or measured on the ledger.
    #[schema(extensions(("x-enum" = json!(words::MEASURINGS))))]
    kind: String,
    /// Kodsträngarna som mäts. The code strings that are measured; needed with ledger.
    filter: Option<CodeFilterView>,
    /// Mot vad: budget, last-year eller level. Against what; needed with ledger.
    #[schema(extensions(("x-enum" = json!(words::BASELINES))))]
    baseline: Option<String>,
    /// Nettokostnad för ett helt år i kronor, jämnt fördelad; krävs med level. Net cost of a whole year in kronor, spread evenly; needed
    /// with level.
    level: Option<Amount>,
}

impl MeasuringView {
    pub(super) fn read(&self, at: &str, fields: &mut Fields) -> Option<Measuring> {
        let is_ledger = |kind: &str| words::MEASURINGS.contains(&kind).then_some(kind == words::MEASURINGS[1]);
        if !fields.word(format!("{at}/kind"), &self.kind, is_ledger, &words::MEASURINGS)? {
            return Some(Measuring::Entered);
        }
        let filter = self.filter.as_ref().map(|filter| filter.read(&format!("{at}/filter"), fields));
        if filter.is_none() {
            fields.fault(format!("{at}/filter"), "", Fault::Missing, "is needed to measure on the ledger");
        }
        let baseline = self.baseline(at, fields);
        Some(Measuring::Ledger { filter: filter?, baseline: baseline? })
    }

    fn baseline(&self, at: &str, fields: &mut Fields) -> Option<Baseline> {
        let level = self.level.as_ref().and_then(|level| level.kronor().ok());
        match (self.baseline.as_deref().unwrap_or_default(), level) {
            ("budget", _) => Some(Baseline::Budget),
            ("last-year", _) => Some(Baseline::LastYear),
            ("level", Some(level)) => Some(Baseline::Level(level)),
            ("level", None) => {
                fields.fault(format!("{at}/level"), "", Fault::Missing, "is needed: the baseline is a level");
                None
            }
            (other, _) => {
                let reason = format!("is not one of {}", words::BASELINES.join(", "));
                fields.fault(format!("{at}/baseline"), other, Fault::Format, reason);
                None
            }
        }
    }
}

impl From<Measuring> for MeasuringView {
    fn from(measuring: Measuring) -> Self {
        let kind = measuring.code().to_owned();
        let Measuring::Ledger { filter, baseline } = measuring else {
            return Self { kind, filter: None, baseline: None, level: None };
        };
        let level = if let Baseline::Level(level) = baseline { Some(level.into()) } else { None };
        Self { kind, filter: Some(filter.into()), baseline: Some(baseline.code().into()), level }
    }
}
