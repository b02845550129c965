//! No krona twice and none lost.

use super::super::tests::{rows, taken};
use utfall_domain::row_error::Fault;

#[test]
fn object_rows_that_repeat_the_total_leave_a_rest() {
    let delivery = taken(
        "3",
        r#"#RES 0 4551 160.00
         #PSALDO 0 201807 4551 {1 10} 60.00
         #PSALDO 0 201807 4551 {} 60.00
         #PSALDO 0 201808 4551 {1 10} 70.00
         #PSALDO 0 201808 4551 {1 "20"} 20.00
         #PSALDO 0 201808 4551 {} 100.00"#,
    );
    assert_eq!(rows(&delivery), ["4551/10/ 70.00", "4551/20/ 20.00", "4551// 10"]);
    assert_eq!((delivery.rows[2].row, delivery.row_count), (3, 3));
    assert!(delivery.notes.is_empty());
}

#[test]
fn rows_that_are_parts_add_up() {
    let lines = "#RES 0 4551 190.00
         #PSALDO 0 201808 4551 {1 10} 70.00
         #PSALDO 0 201808 4551 {1 20} 20.00
         #PSALDO 0 201808 4551 {} 100.00";
    assert_eq!(rows(&taken("3", lines)), ["4551/10/ 70.00", "4551/20/ 20.00", "4551// 100.00"]);
    let balance = lines.replace(
        "#RES 0 4551 190.00",
        "#IB 0 4551 10.00
         #UB 0 4551 200.00",
    );
    assert_eq!(rows(&taken("3", &balance)), ["4551/10/ 70.00", "4551/20/ 20.00", "4551// 100.00"]);
    // An account without figures of its own is read as the others are.
    let other = format!(
        "{lines}
         #PSALDO 0 201808 5011 {{1 10}} 5.00
         #PSALDO 0 201808 5011 {{}} 7.00"
    );
    assert_eq!(rows(&taken("3", &other))[3..], ["5011/10/ 5.00", "5011// 7.00"]);
}

#[test]
fn without_a_total_row_objects_are_all_there_is() {
    let delivery = taken(
        "3",
        r#"#PSALDO 0 201808 4551 {1 "10" 6 "P 1"} 70.00
         #PSALDO 0 201808 4551 {1 "10"} 20.00
         #PSALDO 0 201808 5011 {6 P2} 1.00
         #PSALDO 0 201808 5011 {1 20} 2.00"#,
    );
    assert_eq!(rows(&delivery), ["4551/10/P 1 70.00", "4551/10/ 20.00", "5011//P2 1.00", "5011/20/ 2.00"]);
}

#[test]
fn the_same_money_by_several_dimensions_counts_once() {
    let twice = "#RES 0 4551 100.00
         #PSALDO 0 201808 4551 {6 P1} 40.00
         #PSALDO 0 201808 4551 {1 10} 70.00
         #PSALDO 0 201808 4551 {} 100.00";
    let delivery = taken("3", twice);
    assert_eq!(rows(&delivery), ["4551/10/ 70.00", "4551// 30"]);
    assert!(
        delivery.notes[0].contains("dimension 6 (Projekt) were left out for account 4551:"),
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
    let combined = format!(
        "{twice}
         #PSALDO 0 201808 5011 {{1 10 6 P1}} 5.00
         #PSALDO 0 201808 5011 {{}} 5.00"
    );
    assert_eq!(rows(&taken("3", &combined))[..3], ["4551//P1 40.00", "4551/10/ 70.00", "4551// -10"]);
}

#[test]
fn what_no_total_decides_is_an_error() {
    let shown = "#RES 0 4551 70.00
         #PSALDO 0 201808 4551 {1 10} 70.00
         #PSALDO 0 201808 4551 {} 70.00
         ";
    let lines = format!(
        "{shown}#PSALDO 0 201808 5011 {{1 10}} 70.00
         #PSALDO 0 201808 5011 {{6 P1}} 30.00"
    );
    let delivery = taken("3", &lines);
    assert_eq!(
        (&*delivery.errors[0].value, delivery.errors[0].fault, delivery.errors[0].row),
        ("5011", Fault::Conflict, Some(3))
    );
    assert_eq!(rows(&delivery), ["4551/10/ 70.00"]);
    let nothing = lines.replace("30.00", "-70.00");
    assert_eq!(rows(&taken("3", &nothing)), ["4551/10/ 70.00", "5011/10/ 70.00", "5011//P1 -70.00"]);
}

#[test]
fn an_account_without_a_total_among_others_is_told_of() {
    let delivery = taken(
        "3",
        "#PSALDO 0 201808 4551 {1 10} 70.00
         #PSALDO 0 201808 4551 {} 70.00
         #PSALDO 0 201808 5011 {1 10} 5.00",
    );
    assert_eq!(rows(&delivery), ["4551/10/ 70.00", "5011/10/ 5.00"]);
    assert!(delivery.notes[0].contains("all there is for account 5011:"), "{:?}", delivery.notes);
}
