//! Rows of a code list as they come in, from JSON or CSV, and what they become.

use crate::delivery::table::{Table, TableRow};
use crate::problem::Problem;
use crate::routes::deliver::unreadable;
use chrono::NaiveDate;
use serde::Serialize;
use utfall_domain::code_plan::{CodeRow, Committee, CommitteeKind, Nature, Validity};
use utfall_domain::period::parse_date;
use utfall_domain::row_error::{Fault, RowError};
use utfall_domain::text::{Code, Name, checked_text};
use utfall_persistence::code_list::ListChanges;
use utoipa::ToSchema;

/// What a list may be sent as.
pub(super) const LIST_TYPES: &[&str] = &["application/json", "text/csv"];
/// How large a list may be: 16 MiB.
pub(super) const LIST_BODY: usize = 16 << 20;
/// How many codes a page holds at most.
pub(super) const LIST_PAGE: i64 = 10_000;

/// A row of any list, cell by cell.
#[derive(Debug, Default)]
pub(super) struct CodeInput {
    pub row: u32,
    pub line: Option<u32>,
    pub code: String,
    pub name: String,
    pub parent: String,
    pub committee: String,
    pub kind: String,
    pub nature: String,
    pub result_line: String,
    pub excluded_from_net_cost: String,
    pub rs_row: String,
    pub outside_frame: String,
    pub valid_from: String,
    pub valid_to: String,
}

/// The fields of a list's CSV, in the contract's name and in Swedish.
const FIELDS: [(&str, &str); 12] = [
    ("code", "kod"),
    ("name", "namn"),
    ("parent", "överordnad"),
    ("committee", "nämnd"),
    ("kind", "slag"),
    ("nature", "kontoslag"),
    ("resultLine", "resultatrad"),
    ("excludedFromNetCost", "utanförNettokostnad"),
    ("rsRow", "rsRad"),
    ("outsideFrame", "utanförRam"),
    ("validFrom", "gällerFrån"),
    ("validTo", "gällerTill"),
];

impl CodeInput {
    fn cell(&mut self, field: &str) -> Option<&mut String> {
        Some(match field {
            "code" => &mut self.code,
            "name" => &mut self.name,
            "parent" => &mut self.parent,
            "committee" => &mut self.committee,
            "kind" => &mut self.kind,
            "nature" => &mut self.nature,
            "resultLine" => &mut self.result_line,
            "excludedFromNetCost" => &mut self.excluded_from_net_cost,
            "rsRow" => &mut self.rs_row,
            "outsideFrame" => &mut self.outside_frame,
            "validFrom" => &mut self.valid_from,
            "validTo" => &mut self.valid_to,
            _ => return None,
        })
    }

    /// The rows of a CSV list that may have these fields.
    pub fn from_csv(bytes: &[u8], allowed: &[&str]) -> Result<Vec<Self>, Problem> {
        let table = Table::read(bytes).map_err(unreadable)?;
        if !table.errors.is_empty() {
            return Err(Problem::invalid(table.errors));
        }
        let fields = header(&table.headers, allowed)?;
        Ok(table.rows.iter().map(|row| Self::from_row(row, &fields)).collect())
    }

    fn from_row(row: &TableRow, fields: &[&'static str]) -> Self {
        let mut input = Self { row: row.row, line: Some(row.line), ..Self::default() };
        for (column, field) in fields.iter().enumerate() {
            if let Some(cell) = input.cell(field) {
                row.cell(column).clone_into(cell);
            }
        }
        input
    }

    /// The committee that the row describes.
    pub fn committee(&self, errors: &mut Vec<RowError>) -> Option<Committee> {
        let mut check = Check { input: self, errors };
        let (code, name) = (check.code("code", &self.code), check.name());
        let kind = check.named("kind", &self.kind, CommitteeKind::from_code);
        let validity = check.validity();
        Some(Committee { code: code?, name: name?, kind: kind.unwrap_or_default(), validity: validity? })
    }

    /// The code that the row describes.
    pub fn code_row(&self, errors: &mut Vec<RowError>) -> Option<CodeRow> {
        let before = errors.len();
        let mut check = Check { input: self, errors };
        let (code, name) = (check.code("code", &self.code), check.name());
        let parent = check.optional_code("parent", &self.parent);
        let committee = check.optional_code("committee", &self.committee);
        let nature = check.named("nature", &self.nature, Nature::from_code);
        let excluded_from_net_cost = check.flag("excludedFromNetCost", &self.excluded_from_net_cost);
        let outside_frame = check.flag("outsideFrame", &self.outside_frame);
        let result_line = check.note("resultLine", &self.result_line);
        let rs_row = check.note("rsRow", &self.rs_row);
        let validity = check.validity();
        if errors.len() > before {
            return None;
        }
        let (code, name, validity) = (code?, name?, validity?);
        Some(CodeRow {
            code,
            name,
            parent,
            validity,
            committee,
            nature,
            result_line,
            excluded_from_net_cost,
            rs_row,
            outside_frame,
        })
    }
}

fn header(headers: &[String], allowed: &[&str]) -> Result<Vec<&'static str>, Problem> {
    let known = || allowed.join(", ");
    let mut fields: Vec<&'static str> = Vec::new();
    for header in headers {
        let lower = header.to_lowercase();
        let found =
            FIELDS.iter().find(|(name, swedish)| name.to_lowercase() == lower || swedish.to_lowercase() == lower);
        let field = found.map(|(name, _)| *name).filter(|name| allowed.contains(name)).ok_or_else(|| {
            Problem::bad_request(format!("The column {header:?} is not known here; there is {}.", known()))
        })?;
        if fields.contains(&field) {
            return Err(Problem::bad_request(format!("The column {header:?} stands twice.")));
        }
        fields.push(field);
    }
    for needed in ["code", "name"] {
        if !fields.contains(&needed) {
            return Err(Problem::bad_request(format!("The column {needed} is missing; there is {}.", known())));
        }
    }
    Ok(fields)
}

struct Check<'a> {
    input: &'a CodeInput,
    errors: &'a mut Vec<RowError>,
}

impl Check<'_> {
    fn fault(&mut self, field: &str, value: &str, fault: Fault, reason: impl Into<String>) {
        self.errors.push(RowError::at(self.input.row, self.input.line, field, value, fault, reason));
    }

    fn code(&mut self, field: &str, text: &str) -> Option<Code> {
        Code::parse(text).map_err(|why| self.fault(field, text, Fault::Format, why.to_string())).ok()
    }

    fn optional_code(&mut self, field: &str, text: &str) -> Option<Code> {
        if text.is_empty() { None } else { self.code(field, text) }
    }

    fn name(&mut self) -> Option<Name> {
        let text = &self.input.name;
        Name::parse(text).map_err(|why| self.fault("name", text, Fault::Format, why.to_string())).ok()
    }

    fn named<T>(&mut self, field: &str, text: &str, from: fn(&str) -> Option<T>) -> Option<T> {
        if text.is_empty() {
            return None;
        }
        let found = from(text);
        if found.is_none() {
            self.fault(field, text, Fault::Format, "is not one of the names that the contract lists");
        }
        found
    }

    fn flag(&mut self, field: &str, text: &str) -> bool {
        match text.to_lowercase().as_str() {
            "" | "false" | "nej" | "0" => false,
            "true" | "ja" | "1" => true,
            _ => {
                self.fault(field, text, Fault::Format, "is not true or false");
                false
            }
        }
    }

    fn note(&mut self, field: &str, text: &str) -> Option<String> {
        match checked_text(text, 100) {
            Ok(text) => Some(text.to_owned()).filter(|text| !text.is_empty()),
            Err(why) => {
                self.fault(field, text, Fault::Format, why.to_string());
                None
            }
        }
    }

    fn validity(&mut self) -> Option<Validity> {
        let from = self.date("validFrom", &self.input.valid_from)?;
        let to = self.date("validTo", &self.input.valid_to)?;
        Some(Validity { from, to })
    }

    /// The outer `None` is a fault, the inner an open end.
    #[expect(clippy::option_option, reason = "a date that cannot be read is not an open end")]
    fn date(&mut self, field: &str, text: &str) -> Option<Option<NaiveDate>> {
        if text.is_empty() {
            return Some(None);
        }
        match parse_date(text) {
            // Systems write these for open ends.
            Ok(date) if matches!(date.to_string().as_str(), "0001-01-01" | "9999-12-31") => Some(None),
            Ok(date) => Some(Some(date)),
            Err(_) => {
                self.fault(field, text, Fault::Format, "is not a date such as 2018-09-01");
                None
            }
        }
    }
}

/// Vad inläsningen ändrade. What loading a list changed, by code.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(example = json!({"count": 10, "addedCodes": ["HVBU"], "changedCodes": [], "endedCodes": [], "removedCodes": []}))]
pub(super) struct ListChangesView {
    /// Rader i listan. Rows in the list.
    pub count: usize,
    /// Nya koder. New codes.
    pub added_codes: Vec<String>,
    /// Ändrade koder. Codes with another name, place or property.
    pub changed_codes: Vec<String>,
    /// Avslutade koder. Codes that were left out but are used, and so end today.
    pub ended_codes: Vec<String>,
    /// Borttagna koder. Codes that were left out and never used.
    pub removed_codes: Vec<String>,
}

impl crate::reply::Body for ListChangesView {}

impl ListChangesView {
    pub fn new(count: usize, changes: ListChanges) -> Self {
        let ListChanges { added, changed, ended, removed } = changes;
        Self { count, added_codes: added, changed_codes: changed, ended_codes: ended, removed_codes: removed }
    }
}
