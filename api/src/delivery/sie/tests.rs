//! SIE files of a municipality, and the SIE group's own where they are at hand.

use super::*;
use crate::delivery::quoted;
use oem_cp::{Cp437, StrExt};
use std::path::PathBuf;
use utfall_domain::row_error::Fault;

const HEAD: &str = "#FLAGGA 0\n#PROGRAM \"Ekonomi\" 1.0\n#FORMAT PC8\n#GEN 20180905\n#FNAMN \"Exempelköping\"\n#RAR 0 20180101 20181231\n#OMFATTN 20180831\n#DIM 1 \"Ansvar\"\n#DIM 6 Projekt\n#KONTO 4551 \"Köp av huvudverksamhet\"\n";

fn month(text: &str) -> Option<Month> {
    Some(Month::parse(text).unwrap())
}

fn sie(kind: &str, lines: &str) -> Vec<u8> {
    let text = format!("{HEAD}#SIETYP {kind}\n{lines}\n").replace('\n', "\r\n");
    text.to_cp::<Cp437>().unwrap().into_iter().map(u8::from).collect()
}

fn taken(kind: &str, lines: &str) -> Delivery {
    read(&sie(kind, lines), month("2018-08")).unwrap()
}

fn refused(bytes: &[u8], of: &str) -> String {
    match read(bytes, month(of)) {
        Err(Unreadable::Malformed(sentence, None)) => sentence,
        other => panic!("{other:?}"),
    }
}

/// Each row as `account unit project amount`, in the order of the file.
fn rows(delivery: &Delivery) -> Vec<String> {
    let row = |row: &DeliveredRow| {
        let code = |part| quoted(row.code(part)).replace('"', "");
        let codes = [
            code(CodePart::Account),
            code(CodePart::Unit),
            code(CodePart::Project),
        ];
        format!("{} {}", codes.join("/"), row.amount)
    };
    delivery.rows.iter().map(row).collect()
}

#[test]
fn a_month_of_period_balances() {
    let delivery = taken(
        "2",
        "#PSALDO 0 201807 4551 {} 100.00\n#PSALDO\t0\t201808\t4551\t{}\t65251000.00\t12.5\n#PSALDO -1 201808 4551 {} 1.00\n#PSALDO 0 201808 3011 {} -1200.5",
    );
    assert_eq!(rows(&delivery), ["4551// 65251000.00", "3011// -1200.5"]);
    assert_eq!(
        (
            delivery.rows[0].row,
            delivery.rows[0].line,
            &*delivery.rows[0].quantity
        ),
        (1, Some(13), "12.5")
    );
    assert_eq!(
        (delivery.row_count, delivery.encoding, delivery.decimal_mark),
        (2, Some("cp437"), DecimalMark::Point)
    );
    let Declarations {
        basis,
        amount_unit,
        sign_convention,
        ..
    } = delivery.declarations;
    assert_eq!(basis.as_deref(), Some("month"));
    assert_eq!(
        (amount_unit.as_deref(), sign_convention.as_deref()),
        (Some("kr"), Some("debit-positive"))
    );
}

#[test]
fn object_rows_that_repeat_the_total_leave_a_rest() {
    let delivery = taken(
        "3",
        "#RES 0 4551 160.00\n#PSALDO 0 201807 4551 {1 10} 60.00\n#PSALDO 0 201807 4551 {} 60.00\n#PSALDO 0 201808 4551 {1 10} 70.00\n#PSALDO 0 201808 4551 {1 \"20\"} 20.00\n#PSALDO 0 201808 4551 {} 100.00",
    );
    assert_eq!(rows(&delivery), ["4551/10/ 70.00", "4551/20/ 20.00", "4551// 10"]);
    assert_eq!((delivery.rows[2].row, delivery.row_count), (3, 3));
    assert!(delivery.notes.is_empty());
}

#[test]
fn rows_that_are_parts_add_up() {
    let lines = "#RES 0 4551 190.00\n#PSALDO 0 201808 4551 {1 10} 70.00\n#PSALDO 0 201808 4551 {1 20} 20.00\n#PSALDO 0 201808 4551 {} 100.00";
    assert_eq!(
        rows(&taken("3", lines)),
        ["4551/10/ 70.00", "4551/20/ 20.00", "4551// 100.00"]
    );
    let balance = lines.replace("#RES 0 4551 190.00", "#IB 0 4551 10.00\n#UB 0 4551 200.00");
    assert_eq!(
        rows(&taken("3", &balance)),
        ["4551/10/ 70.00", "4551/20/ 20.00", "4551// 100.00"]
    );
    // An account without figures of its own is read as the others are.
    let other = format!("{lines}\n#PSALDO 0 201808 5011 {{1 10}} 5.00\n#PSALDO 0 201808 5011 {{}} 7.00");
    assert_eq!(rows(&taken("3", &other))[3..], ["5011/10/ 5.00", "5011// 7.00"]);
}

#[test]
fn without_a_total_row_objects_are_all_there_is() {
    let delivery = taken(
        "3",
        "#PSALDO 0 201808 4551 {1 \"10\" 6 \"P 1\"} 70.00\n#PSALDO 0 201808 4551 {1 \"10\"} 20.00\n#PSALDO 0 201808 5011 {6 P2} 1.00\n#PSALDO 0 201808 5011 {1 20} 2.00",
    );
    assert_eq!(
        rows(&delivery),
        [
            "4551/10/P 1 70.00",
            "4551/10/ 20.00",
            "5011//P2 1.00",
            "5011/20/ 2.00"
        ]
    );
}

#[test]
fn the_same_money_by_several_dimensions_counts_once() {
    let twice = "#RES 0 4551 100.00\n#PSALDO 0 201808 4551 {6 P1} 40.00\n#PSALDO 0 201808 4551 {1 10} 70.00\n#PSALDO 0 201808 4551 {} 100.00";
    let delivery = taken("3", twice);
    assert_eq!(rows(&delivery), ["4551/10/ 70.00", "4551// 30"]);
    assert!(
        delivery.notes[0].contains("dimension 6 (Projekt) were left out for 1 accounts (4551)"),
        "{:?}",
        delivery.notes
    );
    // Together they make the total, so they are parts of it.
    let apart = twice.replace("70.00", "60.00");
    assert_eq!(rows(&taken("3", &apart)), ["4551//P1 40.00", "4551/10/ 60.00"]);
    // The project rows make it alone.
    let project = twice.replace("{6 P1} 40.00", "{6 P1} 100.00");
    assert_eq!(rows(&taken("3", &project)), ["4551//P1 100.00"]);
    // Combinations are each said once.
    let combined =
        format!("{twice}\n#PSALDO 0 201808 5011 {{1 10 6 P1}} 5.00\n#PSALDO 0 201808 5011 {{}} 5.00");
    assert_eq!(
        rows(&taken("3", &combined))[..3],
        ["4551//P1 40.00", "4551/10/ 70.00", "4551// -10"]
    );
}

#[test]
fn what_no_total_decides_is_an_error() {
    let shown = "#RES 0 4551 70.00\n#PSALDO 0 201808 4551 {1 10} 70.00\n#PSALDO 0 201808 4551 {} 70.00\n";
    let lines = format!("{shown}#PSALDO 0 201808 5011 {{1 10}} 70.00\n#PSALDO 0 201808 5011 {{6 P1}} 30.00");
    let delivery = taken("3", &lines);
    assert_eq!(
        (
            &*delivery.errors[0].value,
            delivery.errors[0].fault,
            delivery.errors[0].row
        ),
        ("5011", Fault::Conflict, Some(3))
    );
    assert_eq!(rows(&delivery), ["4551/10/ 70.00"]);
    let nothing = lines.replace("30.00", "-70.00");
    assert_eq!(
        rows(&taken("3", &nothing)),
        ["4551/10/ 70.00", "5011/10/ 70.00", "5011//P1 -70.00"]
    );
}

#[test]
fn vouchers_are_summed_when_there_are_no_period_balances() {
    let lines = "#VER A 1 20180815 \"Köp\"\n{\n#TRANS 4551 {1 10} 100.10 20180901 \"text\" 2\n   #RTRANS 4551 {1 10} 5.00\n   #TRANS 4551 {\"1\" \"10\"} 0.20 \"\" \"\" 1.5\n   #TRANS 2440 {} -100.30\n}\n#VER A 2 20180731\n{\n#TRANS 4551 {1 10} 7.00\n#TRANS 2440 {} -7.00\n}\n#VER B \"\" \"\"\n{\n#TRANS 2440 {} 1.00 20180801\n}";
    let delivery = taken("4", lines);
    assert_eq!(rows(&delivery), ["4551/10/ 100.3", "2440// -99.3"]);
    assert_eq!(
        (
            &*delivery.rows[0].quantity,
            delivery.row_count,
            &*delivery.rows[0].text
        ),
        ("3.5", 4, "")
    );
    let with_balances = format!("{lines}\n#PSALDO 0 201808 4551 {{}} 107.30");
    assert_eq!(rows(&taken("4", &with_balances)), ["4551// 107.30"]);
}

#[test]
fn a_budget_takes_the_budget_rows_with_their_months() {
    let lines = "#PBUDGET 0 201801 4551 {1 10} 10.00\n#PBUDGET 0 201801 4551 {} 10.00\n#PBUDGET 0 201802 4551 {1 10} 11.00\n#PBUDGET 0 201802 4551 {} 11.00\n#PSALDO 0 201801 4551 {} 5.00";
    let delivery = read(&sie("3", lines), None).unwrap();
    let found: Vec<_> = delivery
        .rows
        .iter()
        .map(|row| (&*row.period, &*row.amount))
        .collect();
    assert_eq!(found, [("2018-01", "10.00"), ("2018-02", "11.00")]);
    assert_eq!(delivery.declarations.basis, None);
}

#[test]
fn bad_rows_are_named_and_the_others_read() {
    let lines = "#PSALDO 0 201808 4551 {1 10} 1.234\n#PSALDO 0 201808 4551 {7 Anna} 5.00\n#PSALDO 0 201808 5011 {1 10 5.00\n#PSALDO 0 2018-08 5011 {} 5.00\n#PSALDO 0 201808 5011 {} 5.00 många\n#PSALDO 0 201808 5012 {} 5.00\n#PSALDO 0 201807 5012 {} 1e5";
    let delivery = taken("3", lines);
    let found: Vec<_> = delivery
        .errors
        .iter()
        .map(|e| (e.row.unwrap(), &*e.field, &*e.value))
        .collect();
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
    assert_eq!(
        delivery.errors[1].reason,
        "is an object of dimension 7, which is no code part"
    );
    assert_eq!(
        (rows(&delivery), delivery.row_count),
        (vec!["5012// 5.00".to_owned()], 6)
    );
}

#[test]
fn dimensions_are_placed_by_name_and_below_each_other() {
    let lines = "#DIM 2 \"Kostnadsbärare\"\n#DIM 3 Verksamhet\n#DIM 4 AKTIVITET\n#DIM 5 motpart\n#PSALDO 0 201808 4551 {1 10 2 101 3 HVBU 5 863} 5.00\n#PSALDO 0 201808 4551 {3 HVBU 4 X} 6.00";
    let delivery = taken("3", lines);
    let codes = |part| delivery.rows[0].code(part);
    assert_eq!(
        (
            codes(CodePart::Unit),
            codes(CodePart::Activity),
            codes(CodePart::Counterparty)
        ),
        ("101", "HVBU", "863")
    );
    assert!(delivery.errors[0].reason.contains("dimension 4 (AKTIVITET)"));
}

#[test]
fn a_month_that_the_file_does_not_tell_of_is_refused() {
    let lines = "#PSALDO 0 201802 4551 {} 1.00\n#PSALDO 0 201807 4551 {} 1.00";
    let file = sie("2", lines);
    assert!(
        refused(&file, "2018-09").contains("no rows for 2018-09: its own year's are from 201802 to 201807")
    );
    assert!(refused(&file, "2017-12").contains("no rows"));
    assert!(refused(&file, "2018-13").contains("no rows"));
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
    assert!(refused(&sie("2", "#VALUTA EUR\n#PSALDO 0 201808 1 {} 1"), "2018-08").contains("EUR"));
    assert!(read(&sie("2", "#PSALDO 0 201808 1 {} 1"), None).is_err());
}

/// The files of other vendors, where they are at hand: every account's rows add up to its total in every month.
#[test]
fn real_files_add_up() {
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../shared/data/sie");
    let files = [
        ("Test2.SE", 2008),
        ("Test3.SE", 1997),
        ("typ3.se", 2012),
        ("Sie3.se", 2014),
        ("periodsaldo_ovnbolag.se", 2011),
    ];
    for (name, year) in files {
        let Ok(bytes) = std::fs::read(folder.join(name)) else {
            continue;
        };
        let mut read_any = 0;
        for number in 1..=12 {
            let Ok(delivery) = read(&bytes, month(&format!("{year}-{number:02}"))) else {
                continue;
            };
            assert!(delivery.errors.is_empty(), "{name}: {:?}", delivery.errors);
            assert_eq!(delivery.encoding, Some("cp437"), "{name}");
            totals_hold(name, &bytes, &format!("{year}{number:02}"), &delivery);
            read_any += delivery.rows.len();
        }
        assert!(read_any > 20, "{name}");
    }
    if let Ok(page) = std::fs::read(folder.join("HAS1_1412.se")) {
        assert!(refused(&page, "2014-12").contains("web page"));
    }
}

fn totals_hold(name: &str, bytes: &[u8], period: &str, delivery: &Delivery) {
    let text = String::from_utf8_lossy(bytes);
    for line in text.lines() {
        let parts: Vec<&str> = line.split_whitespace().collect();
        let [label, "0", of, account, "{}", amount, ..] = parts[..] else {
            continue;
        };
        if label != "#PSALDO" || of != period {
            continue;
        }
        let of_account = delivery
            .rows
            .iter()
            .filter(|row| row.code(CodePart::Account) == account);
        let sum: i64 = of_account.map(|row| row::ore(&row.amount).unwrap()).sum();
        assert_eq!(sum, row::ore(amount).unwrap(), "{name} {period} {account}");
    }
}
