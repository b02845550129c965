//! Delimited text to rows of cells: CSV for postings and code lists, whatever their columns mean.
//!
//! The first line that is not blank is the header. It says the delimiter: `;`, tab or `,`, the one
//! it has most of outside quotes. Quotes follow RFC 4180 to the letter: a quote that is never
//! closed, or closed before the cell ends, would swallow the rows after it, so it is refused.

use super::encoding::{SingleByte, decode};
use super::lines::{Lines, line_of};
use super::{MAX_ROWS, Unreadable, ordinal, quoted};
use csv::StringRecord;
use utfall_domain::row_error::{Fault, RowError};

/// The delimiters, the likelier first.
const DELIMITERS: [u8; 3] = [b';', b'\t', b','];

/// A text with a header and rows.
#[derive(Debug, Clone)]
pub struct Table {
    /// The header's cells, without blanks at their ends.
    pub headers: Vec<String>,
    /// The rows that have as many cells as the header.
    pub rows: Vec<TableRow>,
    /// The rows that have not.
    pub errors: Vec<RowError>,
    /// The rows in the text, of either kind.
    pub row_count: u32,
    /// `utf-8`, `windows-1252` or `cp437`.
    pub encoding: &'static str,
}

/// A row and where it stands.
#[derive(Debug, Clone)]
pub struct TableRow {
    /// The ordinal among the data rows, from 1.
    pub row: u32,
    /// The line that it begins on, from 1.
    pub line: u32,
    /// Its cells, as written.
    pub cells: StringRecord,
}

impl TableRow {
    /// The cell of a column without blanks at its ends; empty when there is no such column.
    pub fn cell(&self, column: usize) -> &str {
        self.cells.get(column).unwrap_or_default().trim()
    }
}

impl Table {
    /// Reads bytes in any of the encodings. Rows without any content are skipped and not counted.
    pub fn read(bytes: &[u8]) -> Result<Self, Unreadable> {
        let (text, encoding) = decode(bytes, SingleByte::Windows1252)?;
        let (start, delimiter) = header_of(&text)?;
        closed_quotes(&text, start, delimiter)?;
        let mut lines = Lines::new(&text);
        let mut reader = csv::ReaderBuilder::new()
            .has_headers(false)
            .flexible(true)
            .delimiter(delimiter)
            .from_reader(&text.as_bytes()[start..]);
        let mut table = Self { headers: Vec::new(), rows: Vec::new(), errors: Vec::new(), row_count: 0, encoding };
        let mut cells = StringRecord::new();
        while reader.read_record(&mut cells).map_err(|_| Unreadable::malformed("The text is no table."))? {
            if cells.iter().all(|cell| cell.trim().is_empty()) {
                continue;
            }
            if table.headers.is_empty() {
                table.headers = cells.iter().map(|cell| cell.trim().to_owned()).collect();
                continue;
            }
            let at = cells.position().map_or(0, |position| usize::try_from(position.byte()).unwrap_or(usize::MAX));
            table.add(std::mem::take(&mut cells), lines.line_at(start.saturating_add(at)), delimiter)?;
        }
        Ok(table)
    }

    fn add(&mut self, cells: StringRecord, line: u32, delimiter: u8) -> Result<(), Unreadable> {
        let index = self.rows.len() + self.errors.len();
        if index >= MAX_ROWS {
            return Err(Unreadable::TooManyRows(MAX_ROWS));
        }
        let row = ordinal(index);
        self.row_count = row;
        if cells.len() == self.headers.len() {
            self.rows.push(TableRow { row, line, cells });
        } else {
            let written: Vec<&str> = cells.iter().collect();
            let reason = format!("has {} cells and the header has {}", cells.len(), self.headers.len());
            let written = written.join(&char::from(delimiter).to_string());
            self.errors.push(RowError::at(row, Some(line), "row", &written, Fault::Format, reason));
        }
        Ok(())
    }
}

/// Where the header begins, and the delimiter. Excel's own first line, `sep=;`, may say it.
fn header_of(text: &str) -> Result<(usize, u8), Unreadable> {
    let start = text.len() - text.trim_start().len();
    let header = text[start..].lines().next().unwrap_or_default();
    if header.is_empty() {
        return Err(Unreadable::malformed("The body is empty: there is no header line."));
    }
    if header.starts_with('<') {
        return Err(Unreadable::malformed(format!(
            "The body is a web page or XML, not a table: it begins with {}.",
            quoted(header)
        )));
    }
    if let Some(&[delimiter]) = header.to_ascii_lowercase().strip_prefix("sep=").map(str::as_bytes)
        && DELIMITERS.contains(&delimiter)
    {
        return Ok((start + header.len(), delimiter));
    }
    let mut counts = [0_usize; DELIMITERS.len()];
    let mut inside = false;
    for byte in header.bytes() {
        inside ^= byte == b'"';
        if let Some(index) = DELIMITERS.iter().position(|&delimiter| delimiter == byte && !inside) {
            counts[index] += 1;
        }
    }
    let mut most = 0;
    for index in 1..DELIMITERS.len() {
        if counts[index] > counts[most] {
            most = index;
        }
    }
    // A header of one column may begin after blanks; of several, a leading tab is an empty cell and is kept.
    let line_start = text[..start].rfind('\n').map_or(0, |at| at + 1);
    Ok((if DELIMITERS[most] == b'\t' { line_start } else { start }, DELIMITERS[most]))
}

/// Checks that every quote that opens a cell closes it.
fn closed_quotes(text: &str, start: usize, delimiter: u8) -> Result<(), Unreadable> {
    let bytes = text.as_bytes();
    if !bytes.contains(&b'"') {
        return Ok(());
    }
    let ends_cell = |at: usize| bytes.get(at).is_none_or(|&byte| byte == delimiter || byte == b'\n' || byte == b'\r');
    let mut at = start;
    let mut cell_begins = true;
    while at < bytes.len() {
        if !(cell_begins && bytes[at] == b'"') {
            cell_begins = ends_cell(at);
            at += 1;
            continue;
        }
        let Some(end) = end_of_quoted(bytes, at + 1) else {
            let line = line_of(bytes, at);
            return Err(Unreadable::malformed(format!("The quote that opens a cell on line {line} is never closed.")));
        };
        if !ends_cell(end) {
            return Err(Unreadable::malformed(format!(
                "On line {} a quote closes a cell and text follows it. Write a quote inside a cell twice.",
                line_of(bytes, end)
            )));
        }
        (at, cell_begins) = (end, false);
    }
    Ok(())
}

/// The place after the quote that closes a cell.
fn end_of_quoted(bytes: &[u8], mut at: usize) -> Option<usize> {
    loop {
        match (bytes.get(at)?, bytes.get(at + 1)) {
            (b'"', Some(b'"')) => at += 2,
            (b'"', _) => return Some(at + 1),
            _ => at += 1,
        }
    }
}

#[cfg(test)]
#[path = "table_tests.rs"]
mod tests;
