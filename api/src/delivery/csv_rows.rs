//! CSV to rows: the header line says which column is which field, in English or Swedish.

use super::field::Field;
use super::table::{Table, TableRow};
use super::{Declarations, Delivery, Unreadable, quoted};
use utfall_domain::delivery::DeliveredRow;
use utfall_domain::money::DecimalMark;

pub(super) fn read(bytes: &[u8]) -> Result<Delivery, Unreadable> {
    let Table { headers, rows, errors, row_count, encoding } = Table::read(bytes)?;
    let columns = columns(&headers)?;
    Ok(Delivery {
        rows: rows.into_iter().map(|row| delivered(&columns, &row)).collect(),
        errors,
        declarations: Declarations::default(),
        decimal_mark: DecimalMark::Either,
        encoding: Some(encoding),
        row_count,
        notes: Vec::new(),
    })
}

fn columns(headers: &[String]) -> Result<Vec<Field>, Unreadable> {
    let mut columns: Vec<Field> = Vec::with_capacity(headers.len());
    for (index, header) in headers.iter().enumerate() {
        let Some(field) = Field::named(header) else {
            let what = if header.is_empty() { "has no name".to_owned() } else { format!("is {}", quoted(header)) };
            let sentence = format!("Column {} {what}, which is none of {}.", index + 1, Field::known());
            return Err(Unreadable::malformed(sentence));
        };
        if let Some(first) = columns.iter().position(|&column| column == field) {
            let (one, other) = (quoted(&headers[first]), quoted(header));
            let sentence = format!("Columns {} and {} are the same field: {one} and {other}.", first + 1, index + 1);
            return Err(Unreadable::malformed(sentence));
        }
        columns.push(field);
    }
    if columns.contains(&Field::Amount) {
        Ok(columns)
    } else {
        let sentence = format!("No column is amount (belopp). A header may name {}.", Field::known());
        Err(Unreadable::malformed(sentence))
    }
}

fn delivered(columns: &[Field], from: &TableRow) -> DeliveredRow {
    let mut row = DeliveredRow { row: from.row, line: Some(from.line), ..DeliveredRow::default() };
    for (index, field) in columns.iter().enumerate() {
        let cell = from.cell(index);
        if !cell.is_empty() {
            cell.clone_into(field.slot(&mut row));
        }
    }
    row
}

#[cfg(test)]
mod tests {
    use super::*;
    use utfall_domain::code_part::CodePart;

    fn refused(text: &str) -> String {
        match read(text.as_bytes()) {
            Err(Unreadable::Malformed(sentence, None)) => sentence,
            other => panic!("{text}: {other:?}"),
        }
    }

    #[test]
    fn the_example_of_the_design_is_read() {
        let delivery = read(b"account;unit;activity;project;amount\n4551;3102;HVBU;;65251000,00\n").unwrap();
        let row = &delivery.rows[0];
        assert_eq!((row.row, row.line, row.amount.as_str()), (1, Some(2), "65251000,00"));
        assert_eq!((row.code(CodePart::Account), row.code(CodePart::Unit)), ("4551", "3102"));
        assert_eq!((row.code(CodePart::Activity), row.code(CodePart::Project)), ("HVBU", ""));
        assert_eq!((delivery.decimal_mark, delivery.encoding), (DecimalMark::Either, Some("utf-8")));
        assert_eq!((delivery.row_count, delivery.errors.len()), (1, 0));
        assert_eq!(delivery.declarations, Declarations::default());
    }

    #[test]
    fn swedish_headers_in_any_case_and_every_field() {
        let header = "KONTO\tAnsvar\tNämnd\tVerksamhet\tProjekt\tSpecifikation\tArbetsorder\tObjekt\tMotpart\tPeriod\tProfil\tBelopp\tKvantitet\tText";
        let cells = "1\t2\t3\t4\t5\t6\t7\t8\t9\t10\t11\t12\t13\t Hej å hå ";
        let row = &read(format!("{header}\r\n{cells}").as_bytes()).unwrap().rows[0];
        assert_eq!(row.codes, ["1", "2", "4", "5", "6", "7", "8", "9"].map(str::to_owned));
        assert_eq!((&*row.committee, &*row.period, &*row.profile), ("3", "10", "11"));
        assert_eq!((&*row.amount, &*row.quantity, &*row.text), ("12", "13", "Hej å hå"));
    }

    #[test]
    fn a_header_that_is_not_understood_is_named() {
        assert!(refused("konto;saldo\n1;2").contains("Column 2 is \"saldo\", which is none of account (konto), unit"));
        assert!(refused("konto;belopp;\n1;2;").contains("Column 3 has no name"));
        assert!(refused("konto;Account;belopp\n1;2;3").contains("Columns 1 and 2 are the same field"));
        assert!(refused("konto;ansvar\n1;2").contains("No column is amount (belopp)"));
        assert!(refused("{\"entries\":[]}").contains("Column 1 is"));
    }

    #[test]
    fn a_bad_row_does_not_hide_the_others() {
        let delivery = read(b"konto;belopp\n1;2;3\n4;5\n").unwrap();
        assert_eq!((delivery.rows.len(), delivery.errors.len(), delivery.row_count), (1, 1, 2));
        assert_eq!(delivery.rows[0].row, 2);
    }
}
