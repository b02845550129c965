//! What is a table and what is not.

use super::*;
use proptest::prelude::*;

fn cells(table: &Table) -> Vec<(u32, u32, Vec<&str>)> {
    let cells = |row| (0..table.headers.len()).map(|column| TableRow::cell(row, column)).collect();
    table.rows.iter().map(|row| (row.row, row.line, cells(row))).collect()
}

#[test]
fn rows_know_their_number_and_line_whatever_ends_a_line() {
    for end in ["\n", "\r\n", "\r"] {
        let text = ["", "konto ; belopp", "", " ;", "1; 2 ", "\"a;b", "c\";3", "x", "4;5", ""].join(end);
        let table = Table::read(text.as_bytes()).unwrap();
        let two_lines = ["a;b", "c"].join(end);
        assert_eq!(table.headers, ["konto", "belopp"]);
        assert_eq!(
            cells(&table),
            [(1, 5, vec!["1", "2"]), (2, 6, vec![&*two_lines, "3"]), (4, 9, vec!["4", "5"])],
            "{end:?}"
        );
        assert_eq!((table.errors[0].row, table.errors[0].line, &*table.errors[0].value), (Some(3), Some(8), "x"));
        assert_eq!((table.errors[0].reason.as_str(), table.row_count), ("has 1 cells and the header has 2", 4));
    }
}

#[test]
fn the_header_says_the_delimiter() {
    for (text, expected) in [
        ("a;b;c\n1;2,5;3", vec!["1", "2,5", "3"]),
        ("a,b,c\n1,\"2,5\",3", vec!["1", "2,5", "3"]),
        ("a\tb\tc\n1\t2,5\t3", vec!["1", "2,5", "3"]),
        ("\"a,x,y\";b;c\n1;\"2\"\"\";3", vec!["1", "2\"", "3"]),
        ("sep=,\r\na,b,c\r\n1,5\" rör,3", vec!["1", "5\" rör", "3"]),
    ] {
        assert_eq!(cells(&Table::read(text.as_bytes()).unwrap())[0].2, expected, "{text}");
    }
    assert_eq!(Table::read(b"code\n1\n2").unwrap().rows.len(), 2);
}

#[test]
fn what_is_no_table_says_so() {
    for (text, part) in [
        ("", "empty"),
        (" \r\n ", "empty"),
        ("<!DOCTYPE html><html>", "web page"),
        ("a;b\n1;\"2\n3;4\n", "line 2 is never closed"),
        ("a;b\n1;2\n3;\"x\n4;\"y\"\n", "On line 4 a quote closes"),
    ] {
        let Err(Unreadable::Malformed(sentence, None)) = Table::read(text.as_bytes()) else { panic!("{text}") };
        assert!(sentence.contains(part), "{sentence}");
    }
}

proptest! {
    #[test]
    fn what_a_csv_writer_wrote_comes_back(rows in proptest::collection::vec(proptest::collection::vec("[a-zåäö0-9\",;\n\t=-]{1,6}", 3), 0..20)) {
        let mut writer = csv::WriterBuilder::new().delimiter(b';').from_writer(Vec::new());
        writer.write_record(["a", "b", "c"]).unwrap();
        let rows: Vec<_> = rows.into_iter().filter(|row| row.iter().any(|cell| !cell.trim().is_empty())).collect();
        for row in &rows { writer.write_record(row).unwrap(); }
        let table = Table::read(&writer.into_inner().unwrap()).unwrap();
        let read: Vec<Vec<String>> = table.rows.iter().map(|row| row.cells.iter().map(str::to_owned).collect()).collect();
        prop_assert_eq!(read, rows);
    }
}
