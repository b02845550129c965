//! Observations as they come in, from JSON or CSV, and what they become.

use crate::contract::words;
use crate::delivery::table::Table;
use crate::problem::Problem;
use crate::routes::deliver::unreadable;
use crate::wire::decimal::ExactNumber;
use crate::wire::fields::filled;
use serde::{Deserialize, Serialize};
use std::fmt::Display;
use utfall_domain::decimal::Decimal;
use utfall_domain::indicator::measure_period::MeasurePeriod;
use utfall_domain::indicator::observation::{Observation, ObservationKey, ObservationStatus, Observed, Sex};
use utfall_domain::indicator::organisation::Organisation;
use utfall_domain::period::parse_date;
use utfall_domain::row_error::{Fault, RowError};
use utfall_domain::text::{Key, checked_text};
use utoipa::ToSchema;

/// Ett utfall att läsa in. An observation to load.
#[derive(Debug, Default, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[schema(example = json!({"indicator": "sjukfranvaro", "organisation": "0580", "period": "2018", "sex": "T", "value": 7,
    "status": "final", "text": "7 %", "caution": null, "measuredFrom": "2017-12-01", "measuredTo": "2018-11-30",
    "extractedOn": "2019-01-28", "deleted": false}))]
pub(super) struct ObservationInput {
    /// Nyckeltalet. The indicator.
    #[schema(min_length = 1, max_length = 100)]
    pub(super) indicator: String,
    /// Organisationen; kommunen om den saknas. Whom it is for: 0580, 0000 (Riket), G123456, committee:SN or unit:3102; the municipality when
    /// it is left out.
    #[schema(example = "0580")]
    pub(super) organisation: Option<String>,
    /// Perioden. The period: 2018, 2018-08, 2018-08-YTD, 2018-T2, 2018-Q3, 2018-H1 or 2018-08-R12.
    #[schema(example = "2018")]
    pub(super) period: String,
    /// Kön: T, K eller M; T om det saknas. The sex; T when it is left out.
    #[schema(extensions(("x-enum" = json!(words::SEXES))))]
    pub(super) sex: Option<String>,
    /// Värdet. The value.
    pub(super) value: Option<ExactNumber>,
    /// Status; final om den saknas, not-measured utan värde och text. What it is; final when it is left out, not-measured without value and text.
    #[schema(extensions(("x-enum" = json!(words::OBSERVATION_STATUSES))))]
    pub(super) status: Option<String>,
    /// Som det står skrivet, eller utfallet i ord. As written, or the outcome in words.
    #[schema(max_length = 2000)]
    pub(super) text: Option<String>,
    /// Vad man ska vara försiktig med. What to be careful about.
    #[schema(max_length = 2000)]
    pub(super) caution: Option<String>,
    /// Första mätdag. The first day that was measured.
    #[schema(format = "date", example = "2017-12-01")]
    #[serde(default, deserialize_with = "filled")]
    pub(super) measured_from: Option<String>,
    /// Sista mätdag, eller mätdagen. The last day that was measured, or the day of measuring.
    #[schema(format = "date", example = "2018-11-30")]
    #[serde(default, deserialize_with = "filled")]
    pub(super) measured_to: Option<String>,
    /// Uttagsdag ur källan. The day when it was taken out of its source.
    #[schema(format = "date", example = "2019-01-28")]
    #[serde(default, deserialize_with = "filled")]
    pub(super) extracted_on: Option<String>,
    /// Utfallet tas bort och lämnar en gravsten. The value is deleted and leaves a tombstone.
    #[serde(default)]
    pub(super) deleted: bool,
}

/// The fields of the CSV, in the contract's name and in Swedish.
const FIELDS: [(&str, &str); 12] = [
    ("indicator", "nyckeltal"),
    ("organisation", "organisation"),
    ("period", "period"),
    ("sex", "kön"),
    ("value", "värde"),
    ("status", "status"),
    ("text", "text"),
    ("caution", "försiktighet"),
    ("measuredFrom", "mättFrån"),
    ("measuredTo", "mättTill"),
    ("extractedOn", "uttaget"),
    ("deleted", "borttaget"),
];

/// The rows that can be read, and what is wrong with the others.
pub(super) type Judged = (Vec<Observation>, Vec<RowError>);

/// A row as text, cell by cell, before anything is judged.
struct Row<'a> {
    number: u32,
    line: Option<u32>,
    cells: [&'a str; FIELDS.len()],
}

/// Reads the rows of a JSON body.
pub(super) fn of_json(rows: &[ObservationInput], own: &str) -> Judged {
    let values: Vec<String> =
        rows.iter().map(|row| row.value.map(|value| value.0.to_string()).unwrap_or_default()).collect();
    let row = |(at, row): (usize, &ObservationInput)| {
        fn text(text: Option<&String>) -> &str {
            text.map(String::as_str).unwrap_or_default()
        }
        // The row's own cells are made here so that CSV and JSON are judged by the same rules.
        let cells: [String; FIELDS.len()] = [
            row.indicator.clone(),
            text(row.organisation.as_ref()).to_owned(),
            row.period.clone(),
            text(row.sex.as_ref()).to_owned(),
            values[at].clone(),
            text(row.status.as_ref()).to_owned(),
            text(row.text.as_ref()).to_owned(),
            text(row.caution.as_ref()).to_owned(),
            text(row.measured_from.as_ref()).to_owned(),
            text(row.measured_to.as_ref()).to_owned(),
            text(row.extracted_on.as_ref()).to_owned(),
            if row.deleted { "true".to_owned() } else { String::new() },
        ];
        (u32::try_from(at + 1).unwrap_or(u32::MAX), cells)
    };
    let rows: Vec<(u32, [String; FIELDS.len()])> = rows.iter().enumerate().map(row).collect();
    judged(
        rows.iter().map(|(number, cells)| Row {
            number: *number,
            line: None,
            cells: cells.each_ref().map(String::as_str),
        }),
        own,
    )
}

/// Reads the rows of a CSV body.
pub(super) fn of_csv(bytes: &[u8], own: &str) -> Result<Judged, Problem> {
    let table = Table::read(bytes).map_err(unreadable)?;
    if !table.errors.is_empty() {
        return Err(Problem::invalid(table.errors));
    }
    let mut places = [None; FIELDS.len()];
    for (column, header) in table.headers.iter().enumerate() {
        let named = |(name, swedish): &(&str, &str)| {
            name.eq_ignore_ascii_case(header) || swedish.to_lowercase() == header.to_lowercase()
        };
        let known = FIELDS.iter().map(|(name, swedish)| format!("{name} ({swedish})")).collect::<Vec<_>>().join(", ");
        let Some(field) = FIELDS.iter().position(named) else {
            return Err(Problem::bad_request(format!(
                "Column {} is {header:?}, which is none of {known}.",
                column + 1
            )));
        };
        if places[field].replace(column).is_some() {
            return Err(Problem::bad_request(format!("Two columns are {}.", FIELDS[field].0)));
        }
    }
    for needed in [0, 2] {
        if places[needed].is_none() {
            let (name, swedish) = FIELDS[needed];
            return Err(Problem::bad_request(format!("No column is {name} ({swedish}).")));
        }
    }
    let rows = table.rows.iter().map(|row| Row {
        number: row.row,
        line: Some(row.line),
        cells: places.map(|place| place.map_or("", |column| row.cell(column))),
    });
    Ok(judged(rows, own))
}

fn judged<'a>(rows: impl Iterator<Item = Row<'a>>, own: &str) -> Judged {
    let mut errors = Vec::new();
    let observations: Vec<Observation> = rows.filter_map(|row| row.read(own, &mut errors)).collect();
    (observations, errors)
}

impl Row<'_> {
    fn read(&self, own: &str, errors: &mut Vec<RowError>) -> Option<Observation> {
        let before = errors.len();
        let [indicator, organisation, period, sex, value, status, text, caution, from, to, extracted, deleted] =
            self.cells;
        let mut check = Check { row: self, errors };
        let indicator = check.parsed(0, indicator, Key::parse);
        let organisation =
            check.parsed(1, if organisation.is_empty() { own } else { organisation }, Organisation::parse);
        let period = check.parsed(2, period, MeasurePeriod::parse);
        let sex = check.word(3, if sex.is_empty() { "T" } else { sex }, Sex::from_code, &Sex::CODES);
        // A spreadsheet's decimal comma is a decimal point, and its blanks part thousands.
        let digits: String = value.chars().filter(|c| !matches!(c, ' ' | '\u{a0}' | '\u{202f}')).collect();
        let digits = digits.replace(',', ".").replace('\u{2212}', "-");
        let value = if value.is_empty() { None } else { check.parsed(4, &digits, Decimal::parse) };
        let default = if value.is_none() && text.is_empty() { "not-measured" } else { "final" };
        let status = if status.is_empty() { default } else { status };
        let status = check.word(5, status, ObservationStatus::from_code, &ObservationStatus::CODES);
        let text = check.parsed(6, text, |text| checked_text(text, 2000).map(str::to_owned));
        let caution = check.parsed(7, caution, |text| checked_text(text, 2000).map(str::to_owned));
        let measured_from = check.day(8, from);
        let measured_to = check.day(9, to);
        let extracted_on = check.day(10, extracted);
        let deleted = match deleted.to_lowercase().as_str() {
            "" | "false" | "nej" | "0" => false,
            "true" | "ja" | "1" => true,
            _ => {
                check.fault(11, deleted, "is not true or false");
                false
            }
        };
        if errors.len() > before {
            return None;
        }
        let key = ObservationKey { indicator: indicator?, organisation: organisation?, period: period?, sex: sex? };
        if deleted {
            return Some(Observation { row: self.number, line: self.line, key, observed: None });
        }
        let observed = Observed {
            value,
            status: status?,
            text: text?,
            caution: caution?,
            measured_from,
            measured_to,
            extracted_on,
        };
        Some(Observation { row: self.number, line: self.line, key, observed: Some(observed) })
    }
}

/// Collects what is wrong with a row.
struct Check<'a, 'r> {
    row: &'a Row<'r>,
    errors: &'a mut Vec<RowError>,
}

impl Check<'_, '_> {
    fn fault(&mut self, field: usize, value: &str, reason: impl Into<String>) {
        let (name, _) = FIELDS[field];
        self.errors.push(RowError::at(self.row.number, self.row.line, name, value, Fault::Format, reason));
    }

    fn parsed<T, E: Display>(
        &mut self,
        field: usize,
        text: &str,
        parse: impl FnOnce(&str) -> Result<T, E>,
    ) -> Option<T> {
        parse(text).map_err(|why| self.fault(field, text, why.to_string())).ok()
    }

    fn word<T>(&mut self, field: usize, text: &str, from: fn(&str) -> Option<T>, words: &[&str]) -> Option<T> {
        self.parsed(field, text, |text| from(text).ok_or_else(|| format!("is not one of {}", words.join(", "))))
    }

    fn day(&mut self, field: usize, text: &str) -> Option<chrono::NaiveDate> {
        if text.is_empty() {
            return None;
        }
        self.parsed(field, text, |text| parse_date(text).map_err(|_| "is not a date such as 2018-08-31"))
    }
}
