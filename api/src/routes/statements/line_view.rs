//! The lines of a layout on the wire: what each sums, and what it is a part of.

use crate::contract::words;
use crate::wire::fields::{Fields, shown};
use serde::{Deserialize, Serialize};
use utfall_domain::code_plan::Nature;
use utfall_domain::money::SignConvention;
use utfall_domain::rollup::Dimension;
use utfall_domain::row_error::Fault;
use utfall_domain::statement::{From as Source, LayoutLine, LineRole, Wanted};
use utfall_domain::text::{Code, Key, Name};
use utoipa::ToSchema;

/// En rad i en uppställning. A line of a layout; it takes its values from codes of one code part, from income-statement lines, from a nature,
/// from everything, from other lines, or has only what is stated.
#[derive(Serialize, Deserialize, ToSchema, Default)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
#[schema(example = json!({"key": "bistand", "label": "varav ekonomiskt bistånd", "kind": "of-which", "parent": "kostnader",
    "accounts": ["4551"]}))]
pub(super) struct LayoutLineView {
    /// Nyckel. Its key.
    #[schema(min_length = 1, max_length = 100)]
    key: String,
    /// Texten. What it is called.
    #[schema(min_length = 1, max_length = 200)]
    label: String,
    /// Slag: line, of-which, subtotal, total, comparison eller heading. What it is.
    #[schema(extensions(("x-enum" = json!(words::LINE_ROLES))))]
    kind: String,
    /// Raden som den är en del av (varav), högst två nivåer. The line that it is a part of, at most two deep.
    #[schema(max_length = 100)]
    parent: Option<String>,
    /// Konton som summeras, med underliggande. The accounts that it sums, with what hangs under them.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    accounts: Vec<String>,
    /// Ansvar som summeras, med underliggande. The units that it sums, with what hangs under them.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    units: Vec<String>,
    /// Verksamheter som summeras, med underliggande. The activities that it sums, with what hangs under them.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    activities: Vec<String>,
    /// Resultaträkningsrader som summeras. The lines of the income statement that it sums.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    result_lines: Vec<String>,
    /// Kontoslag som summeras: revenue eller cost. The nature whose accounts it sums.
    #[schema(extensions(("x-enum" = json!(words::SUMMED_NATURES))))]
    nature: Option<String>,
    /// Allt inom nettokostnaden. Whether it sums everything within net cost.
    everything: bool,
    /// Rader som läggs ihop. The lines before it that it adds.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    plus_lines: Vec<String>,
    /// Rader som dras ifrån. The lines before it that it subtracts.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    minus_lines: Vec<String>,
    /// Teckenkonvention när den inte är tabellens. The sign convention where it is not the table's.
    #[schema(extensions(("x-enum" = json!(words::SIGNS))))]
    sign_convention: Option<String>,
    /// Fotnotsmärke. The mark of a footnote to it.
    #[schema(max_length = 10)]
    mark: Option<String>,
}

impl LayoutLineView {
    pub(super) fn read(&self, at: usize, fields: &mut Fields) -> Option<LayoutLine> {
        let at = |field: &str| format!("lines/{at}/{field}");
        let key = fields.parsed(at("key"), &self.key, Key::parse);
        let label = fields.parsed(at("label"), &self.label, Name::parse);
        let role = fields.word(at("kind"), &self.kind, LineRole::from_code, &LineRole::CODES);
        let parent = fields.optional(at("parent"), self.parent.as_deref(), Key::parse);
        let mark = fields.text(at("mark"), self.mark.as_deref(), 10);
        let sign = fields.optional(at("signConvention"), self.sign_convention.as_deref(), |text| {
            SignConvention::from_code(text).ok_or("is not debit-positive, result or cost-positive")
        });
        let from = self.source(&at, fields);
        Some(LayoutLine { key: key?, label: label?, role: role?, parent, from: from?, sign, mark })
    }

    /// What it takes its values from: one thing, or nothing.
    fn source(&self, at: &impl Fn(&str) -> String, fields: &mut Fields) -> Option<Source> {
        let mut found: Vec<(&str, Source)> = Vec::new();
        let lists = [
            ("accounts", Dimension::Account, &self.accounts),
            ("units", Dimension::Unit, &self.units),
            ("activities", Dimension::Activity, &self.activities),
        ];
        for (field, dimension, list) in lists.into_iter().filter(|(_, _, list)| !list.is_empty()) {
            let codes = list.iter().enumerate();
            let codes = codes.filter_map(|(n, code)| fields.parsed(at(&format!("{field}/{n}")), code, Code::parse));
            found.push((field, Source::Ledger(Wanted::Codes(dimension, codes.collect()))));
        }
        if !self.result_lines.is_empty() {
            found.push(("resultLines", Source::Ledger(Wanted::ResultLines(self.result_lines.clone()))));
        }
        if let Some(text) = &self.nature {
            let nature = match text.as_str() {
                "revenue" => Some(Nature::Revenue),
                "cost" => Some(Nature::Cost),
                _ => None,
            };
            let nature = fields.word(at("nature"), text, |_| nature, &words::SUMMED_NATURES)?;
            found.push(("nature", Source::Ledger(Wanted::Nature(nature))));
        }
        if self.everything {
            found.push(("everything", Source::Ledger(Wanted::Everything)));
        }
        if !self.plus_lines.is_empty() || !self.minus_lines.is_empty() {
            let mut keys = |field: &str, list: &[String]| {
                let list = list.iter().enumerate();
                list.filter_map(|(n, key)| fields.parsed(at(&format!("{field}/{n}")), key, Key::parse)).collect()
            };
            let (plus, minus) = (keys("plusLines", &self.plus_lines), keys("minusLines", &self.minus_lines));
            found.push(("plusLines", Source::Lines { plus, minus }));
        }
        if let Some((field, _)) = found.get(1) {
            let reason = format!("stands beside {}: a line takes its values from one thing", found[0].0);
            fields.fault(at(field), "", Fault::Conflict, reason);
            return None;
        }
        Some(found.pop().map_or(Source::Stated, |(_, source)| source))
    }
}

impl From<LayoutLine> for LayoutLineView {
    fn from(line: LayoutLine) -> Self {
        let LayoutLine { key, label, role, parent, from, sign, mark } = line;
        let mut view = Self {
            key: key.to_string(),
            label: label.to_string(),
            kind: role.code().into(),
            parent: parent.map(|key| key.to_string()),
            sign_convention: sign.map(|sign| sign.code().into()),
            mark: shown(mark),
            ..Self::default()
        };
        let texts = |codes: Vec<Code>| codes.into_iter().map(|code| code.to_string()).collect();
        let keys = |keys: Vec<Key>| keys.into_iter().map(|key| key.to_string()).collect();
        match from {
            Source::Ledger(Wanted::Codes(Dimension::Account, codes)) => view.accounts = texts(codes),
            Source::Ledger(Wanted::Codes(Dimension::Unit, codes)) => view.units = texts(codes),
            Source::Ledger(Wanted::Codes(Dimension::Activity, codes)) => view.activities = texts(codes),
            Source::Ledger(Wanted::ResultLines(lines)) => view.result_lines = lines,
            Source::Ledger(Wanted::Nature(nature)) => view.nature = Some(nature.code().into()),
            Source::Ledger(Wanted::Everything) => view.everything = true,
            Source::Lines { plus, minus } => (view.plus_lines, view.minus_lines) = (keys(plus), keys(minus)),
            Source::Stated => {}
        }
        view
    }
}
