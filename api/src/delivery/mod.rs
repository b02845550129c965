//! The readers: the bytes of a posting or of a code list become rows of text.
//!
//! Nothing here judges a code, a month or an amount; that is the domain's. What is decided here is
//! only where a row begins and ends, which field a cell belongs to and which letters its bytes are.
//! A row that cannot be read is one [`RowError`] and the rest go on; a body that cannot be read at
//! all is an [`Unreadable`] with one sentence for a person.

pub mod encoding;
pub mod table;

mod csv_rows;
mod field;
mod json;
mod json_members;
mod json_rows;
mod lines;
mod sie;

use utfall_domain::delivery::DeliveredRow;
use utfall_domain::money::DecimalMark;
use utfall_domain::period::Month;
use utfall_domain::row_error::RowError;

/// The most rows that one delivery or code list may hold. A large municipality's month is a tenth of it.
pub const MAX_ROWS: usize = 500_000;

/// What a reader hands over.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Delivery {
    /// The rows that could be read, in the delivery's order.
    pub rows: Vec<DeliveredRow>,
    /// The rows that could not, to be listed with the errors of the validation.
    pub errors: Vec<RowError>,
    /// What the body says about itself: a JSON body's members, what a SIE file is by its format, nothing for CSV.
    pub declarations: Declarations,
    /// The decimal mark that the amounts may use.
    pub decimal_mark: DecimalMark,
    /// `utf-8`, `windows-1252` or `cp437` for CSV and SIE; JSON is always UTF-8 and says nothing.
    pub encoding: Option<&'static str>,
    /// The rows in the delivery, readable or not.
    pub row_count: u32,
    /// What the sender should know though nothing is wrong: rows of a SIE file that repeat others, a month cut short.
    pub notes: Vec<String>,
}

/// What a delivery says about itself, as texts that the caller validates.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Declarations {
    /// `month` or `accumulated`.
    pub basis: Option<String>,
    /// `kr`, `tkr` or `mnkr`.
    pub amount_unit: Option<String>,
    /// `debit-positive`, `result` or `cost-positive`.
    pub sign_convention: Option<String>,
    /// `adopted` or `proposal`, of a budget.
    pub status: Option<String>,
    /// The period profile of a budget's year amounts.
    pub profile: Option<String>,
    /// The totals that the sender counted.
    pub control_totals: Option<ControlTotals>,
}

/// Totals that the sender counted, to be verified. Amounts are the tokens as written.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ControlTotals {
    /// How many rows were sent.
    pub row_count: Option<u32>,
    /// The sum of the debit amounts.
    pub debit: Option<String>,
    /// The sum of the credit amounts.
    pub credit: Option<String>,
    /// The sum of all amounts.
    pub net: Option<String>,
    /// The net per committee.
    pub committees: Vec<KeyedTotal>,
    /// The net per account class.
    pub account_classes: Vec<KeyedTotal>,
}

/// The net of one committee or one account class.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct KeyedTotal {
    /// The committee's code or the account class.
    pub key: String,
    /// The amount as written.
    pub net: String,
}

/// Why a body cannot be read at all.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Unreadable {
    /// It does not have the form of its format: a sentence, and a JSON pointer to the place in a JSON body.
    Malformed(String, Option<String>),
    /// Its bytes are no text that we can be sure of: a sentence.
    Encoding(String),
    /// It has more rows than this.
    TooManyRows(usize),
}

impl Unreadable {
    /// A body without a place to point at.
    fn malformed(sentence: impl Into<String>) -> Self {
        Self::Malformed(sentence.into(), None)
    }
}

/// The formats of a posting.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Format {
    /// `text/csv`
    Csv,
    /// `application/json`
    Json,
    /// `application/x-sie`
    Sie,
}

/// Reads a posting. The month is the posting's, and `None` for a year's budget: a SIE file holds a whole year.
pub fn read(format: Format, bytes: &[u8], period_month: Option<Month>) -> Result<Delivery, Unreadable> {
    match format {
        Format::Csv => csv_rows::read(bytes),
        Format::Json => json_rows::read(bytes),
        Format::Sie => sie::read(bytes, period_month),
    }
}

/// The ordinal of a row from its index: 0 is row 1.
fn ordinal(index: usize) -> u32 {
    u32::try_from(index).unwrap_or(u32::MAX).saturating_add(1)
}

/// A text from outside, short enough for a sentence.
fn quoted(text: &str) -> String {
    let short: String = text.chars().take(60).map(|c| if c.is_control() { ' ' } else { c }).collect();
    format!("\"{short}\"")
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn no_bytes_make_a_reader_panic(bytes in proptest::collection::vec(any::<u8>(), 0..400)) {
            for format in [Format::Csv, Format::Json, Format::Sie] {
                let _ = read(format, &bytes, Month::parse("2018-08").ok());
            }
        }

        #[test]
        fn no_likely_text_makes_a_reader_panic(
            csv in "(konto|amount|;|,|\t|\"|\n|\r\n|4551|-12,5|å|sep=){0,60}",
            json in "(\\{|\\}|\\[|\\]|\"|entries|amount|:|,|1|null|\\\\ud800|\\\\){0,60}",
            sie in "(#FLAGGA 0\n)?(#SIETYP [1-4]\n)?(#PSALDO|#PBUDGET|#TRANS|#VER|#DIM|#RAR| 0| 201808| 4551|\\{|\\}| 1| \"x|\"| -1.5|\n|\t|\\\\){0,80}",
        ) {
            let _ = read(Format::Csv, csv.as_bytes(), None);
            let _ = read(Format::Json, json.as_bytes(), None);
            for month in [None, Month::parse("2018-08").ok()] {
                let _ = read(Format::Sie, sie.as_bytes(), month);
            }
        }
    }
}
