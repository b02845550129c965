//! CSV out: plain (comma, point) and for Excel (semicolon, decimal comma, byte order mark). Text cells that a spreadsheet
//! would take for a formula are escaped; numbers are not, so that negative numbers stay numbers.

/// A cell: text is escaped, a number is written with the variant's decimal mark.
#[derive(Debug, Clone)]
pub enum Cell {
    /// A text.
    Text(String),
    /// An exact number with a decimal point.
    Number(String),
    /// Nothing.
    Empty,
}

impl Cell {
    /// A text cell.
    pub fn text(text: impl Into<String>) -> Self {
        Self::Text(text.into())
    }

    /// A number cell.
    pub fn number(number: impl std::fmt::Display) -> Self {
        Self::Number(format!("{number}"))
    }

    /// A number cell, or an empty one.
    pub fn maybe(number: Option<impl std::fmt::Display>) -> Self {
        number.map_or(Self::Empty, Self::number)
    }
}

/// How to write.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Variant {
    /// Comma, decimal point, UTF-8.
    Plain,
    /// Semicolon, decimal comma, UTF-8 with a byte order mark.
    Excel,
}

/// A table: headers and rows.
#[derive(Debug, Clone, Default)]
pub struct Table {
    headers: Vec<String>,
    rows: Vec<Vec<Cell>>,
}

impl Table {
    /// A table of named columns.
    pub fn new(headers: impl IntoIterator<Item = impl Into<String>>, rows: Vec<Vec<Cell>>) -> Self {
        Self { headers: headers.into_iter().map(Into::into).collect(), rows }
    }

    /// The table as text.
    pub fn write(&self, variant: Variant) -> Vec<u8> {
        let delimiter = if variant == Variant::Plain { b',' } else { b';' };
        let mut writer = csv::WriterBuilder::new().delimiter(delimiter).from_writer(Vec::new());
        let _ = writer.write_record(&self.headers);
        for row in &self.rows {
            let _ = writer.write_record(row.iter().map(|cell| written(cell, variant)));
        }
        let body = writer.into_inner().unwrap_or_default();
        if variant == Variant::Plain { body } else { [b"\xEF\xBB\xBF".as_slice(), &body].concat() }
    }
}

fn written(cell: &Cell, variant: Variant) -> String {
    match cell {
        Cell::Empty => String::new(),
        Cell::Number(number) if variant == Variant::Excel => number.replace('.', ","),
        Cell::Number(number) => number.clone(),
        Cell::Text(text) => escaped(text),
    }
}

/// A text that begins like a formula gets an apostrophe before it, which spreadsheets do not show.
fn escaped(text: &str) -> String {
    let formula = ['=', '+', '-', '@', '\t', '\r', '\0', '＝', '＋', '－', '＠'];
    if text.starts_with(formula) { format!("'{text}") } else { text.to_owned() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_like_formulas_are_escaped_and_numbers_are_not() {
        let rows = vec![vec![Cell::text("=1+1"), Cell::number("-10.5")], vec![Cell::text("a;b"), Cell::Empty]];
        let table = Table::new(["label", "amount"], rows);
        assert_eq!(String::from_utf8(table.write(Variant::Plain)).unwrap(), "label,amount\n'=1+1,-10.5\na;b,\n");
        let excel = table.write(Variant::Excel);
        assert_eq!(String::from_utf8(excel).unwrap(), "\u{feff}label;amount\n'=1+1;-10,5\n\"a;b\";\n");
    }
}
