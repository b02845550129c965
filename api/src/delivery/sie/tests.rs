//! SIE files of a municipality.

use super::*;
use oem_cp::{Cp437, StrExt};

const HEAD: &str = r#"#FLAGGA 0
         #PROGRAM "Ekonomi" 1.0
         #FORMAT PC8
         #GEN 20180905
         #FNAMN "Exempelköping"
         #RAR 0 20180101 20181231
         #OMFATTN 20180831
         #DIM 1 "Ansvar"
         #DIM 6 Projekt
         #KONTO 4551 "Köp av huvudverksamhet"
         "#;

fn month(text: &str) -> Option<Month> {
    Month::parse(text).ok()
}

fn sie(kind: &str, lines: &str) -> Vec<u8> {
    let text = format!("{HEAD}#SIETYP {kind}\n{lines}\n").replace('\n', "\r\n");
    text.to_cp::<Cp437>().unwrap().into_iter().map(u8::from).collect()
}

pub(super) fn taken(kind: &str, lines: &str) -> Delivery {
    read(&sie(kind, lines), month("2018-08")).unwrap()
}

fn refused(bytes: &[u8], of: &str) -> String {
    match read(bytes, month(of)) {
        Err(Unreadable::Malformed(sentence, None)) => sentence,
        other => panic!("{other:?}"),
    }
}

/// Each row as `account/unit/project amount`, in the order of the file.
pub(super) fn rows(delivery: &Delivery) -> Vec<String> {
    let row = |row: &DeliveredRow| {
        let [account, unit, project] =
            [CodePart::Account, CodePart::Unit, CodePart::Project].map(|part| row.code(part));
        format!("{account}/{unit}/{project} {}", row.amount)
    };
    delivery.rows.iter().map(row).collect()
}

#[test]
fn a_month_of_period_balances() {
    let delivery = taken(
        "2",
        "#PSALDO 0 201807 4551 {} 100.00
         #PSALDO	0	201808	4551	{}	65251000.00	12.5
         #PSALDO -1 201808 4551 {} 1.00
         #PSALDO 0 201808 3011 {} -1200.5",
    );
    assert_eq!(rows(&delivery), ["4551// 65251000.00", "3011// -1200.5"]);
    assert_eq!((delivery.rows[0].row, delivery.rows[0].line, &*delivery.rows[0].quantity), (1, Some(13), "12.5"));
    assert_eq!((delivery.row_count, delivery.encoding, delivery.decimal_mark), (2, Some("cp437"), DecimalMark::Point));
    let Declarations { basis, amount_unit, sign_convention, .. } = delivery.declarations;
    assert_eq!(basis.as_deref(), Some("month"));
    assert_eq!((amount_unit.as_deref(), sign_convention.as_deref()), (Some("kr"), Some("debit-positive")));
}

#[test]
fn vouchers_are_summed_when_there_are_no_period_balances() {
    let lines = r#"#VER A 1 20180815 "Köp"
         {
         #TRANS 4551 {1 10} 100.10 20180901 "text" 2
            #RTRANS 4551 {1 10} 5.00
            #TRANS 4551 {"1" "10"} 0.20 "" "" 1.5
            #TRANS 2440 {} -100.30
         }
         #VER A 2 20180731
         {
         #TRANS 4551 {1 10} 7.00
         #TRANS 2440 {} -7.00
         }
         #VER B "" ""
         {
         #TRANS 2440 {} 1.00 20180801
         }"#;
    let delivery = taken("4", lines);
    assert_eq!(rows(&delivery), ["4551/10/ 100.3", "2440// -99.3"]);
    assert_eq!((&*delivery.rows[0].quantity, delivery.row_count, &*delivery.rows[0].text), ("3.5", 4, ""));
    let with_balances = format!(
        "{lines}
         #PSALDO 0 201808 4551 {{}} 107.30"
    );
    assert_eq!(rows(&taken("4", &with_balances)), ["4551// 107.30"]);
}

#[test]
fn a_budget_takes_the_budget_rows_with_their_months() {
    let lines = "#PBUDGET 0 201801 4551 {1 10} 10.00
         #PBUDGET 0 201801 4551 {} 10.00
         #PBUDGET 0 201802 4551 {1 10} 11.00
         #PBUDGET 0 201802 4551 {} 11.00
         #PSALDO 0 201801 4551 {} 5.00";
    let delivery = read(&sie("3", lines), None).unwrap();
    let found: Vec<_> = delivery.rows.iter().map(|row| (&*row.period, &*row.amount)).collect();
    assert_eq!(found, [("2018-01", "10.00"), ("2018-02", "11.00")]);
    assert_eq!(delivery.declarations.basis, None);
}

#[test]
fn bad_rows_are_named_and_the_others_read() {
    let lines = "#PSALDO 0 201808 4551 {1 10} 1.234
         #PSALDO 0 201808 4551 {7 Anna} 5.00
         #PSALDO 0 201808 5011 {1 10 5.00
         #PSALDO 0 2018-08 5011 {} 5.00
         #PSALDO 0 201808 5011 {} 5.00 många
         #PSALDO 0 201808 5012 {} 5.00
         #PSALDO 0 201807 5012 {} 1e5";
    let delivery = taken("3", lines);
    let found: Vec<_> = delivery.errors.iter().map(|e| (e.row.unwrap(), &*e.field, &*e.value)).collect();
    let broken = "0 201808 5011 {1 10 5.00";
    assert_eq!(
        found,
        [
            (1, "amount", "1.234"),
            (2, "dimension", "Anna"),
            (3, "row", broken),
            (4, "period", "2018-08"),
            (5, "quantity", "många")
        ]
    );
    assert_eq!(delivery.errors[1].reason, "is an object of dimension 7, which is no code part");
    assert_eq!((rows(&delivery), delivery.row_count), (vec!["5012// 5.00".to_owned()], 6));
}

#[test]
fn dimensions_are_placed_by_name_and_below_each_other() {
    let lines = r#"#DIM 2 "Kostnadsbärare"
         #DIM 3 Verksamhet
         #DIM 4 AKTIVITET
         #DIM 5 motpart
         #PSALDO 0 201808 4551 {1 10 2 101 3 HVBU 5 863} 5.00
         #PSALDO 0 201808 4551 {3 HVBU 4 X} 6.00"#;
    let delivery = taken("3", lines);
    let codes = |part| delivery.rows[0].code(part);
    assert_eq!(
        (codes(CodePart::Unit), codes(CodePart::Activity), codes(CodePart::Counterparty)),
        ("101", "HVBU", "863")
    );
    assert!(delivery.errors[0].reason.contains("dimension 4 (AKTIVITET)"));
}

#[test]
fn a_month_that_the_file_does_not_tell_of_is_refused() {
    let lines = "#PSALDO 0 201802 4551 {} 1.00
         #PSALDO 0 201807 4551 {} 1.00";
    let file = sie("2", lines);
    for other in ["2018-09", "2017-12", "2018-13"] {
        let errors = read(&file, month(other)).unwrap().errors;
        assert_eq!((errors.len(), &*errors[0].field, &*errors[0].value), (1, "period", other));
        assert!(errors[0].reason.contains("no rows for it: its own year's are from 201802 to 201807"));
    }
    for quiet in ["2018-01", "2018-03", "2018-08"] {
        assert_eq!(read(&file, month(quiet)).unwrap().row_count, 0, "{quiet}");
    }
    let closing = sie("2", "#PSALDO 0 201813 4551 {} 1.00");
    assert_eq!(read(&closing, month("2018-13")).unwrap().row_count, 1);
    let early = String::from_utf8_lossy(&file).replace("#OMFATTN 20180831", "#OMFATTN 20180815");
    assert!(read(early.as_bytes(), month("2018-08")).unwrap().notes[0].contains("end on 20180815"));
}

#[test]
fn what_is_no_sie_file_says_so() {
    assert!(refused(b"<!DOCTYPE HTML><html>", "2018-08").contains("web page"));
    assert!(refused(b"<?xml version=\"1.0\"?><Sie>", "2018-08").contains("XML"));
    assert!(refused(b"", "2018-08").contains("empty"));
    assert!(refused(b"konto;belopp", "2018-08").contains("not with #FLAGGA"));
    assert!(refused(b"#FLAGGA 0\n#PSALDO 0 201808 1 {} 1", "2018-08").contains("#SIETYP"));
    assert!(refused(&sie("1", "#RES 0 4551 1.00"), "2018-08").contains("type 1"));
    assert!(refused(&sie("2", "#RES 0 4551 1.00"), "2018-08").contains("#PSALDO"));
    assert!(refused(&sie("4", "#RES 0 4551 1.00"), "2018-08").contains("#TRANS"));
    assert!(refused(&sie("9", "#PSALDO 0 201808 1 {} 1"), "2018-08").contains("no SIE type"));
    assert!(
        refused(
            &sie(
                "2",
                "#VALUTA EUR
         #PSALDO 0 201808 1 {} 1"
            ),
            "2018-08"
        )
        .contains("EUR")
    );
    assert!(read(&sie("2", "#PSALDO 0 201808 1 {} 1"), None).is_err());
}
