//! What a JSON body may and may not be.

use super::*;
use utfall_domain::code_part::CodePart;

fn taken(body: &str) -> Delivery {
    read(body.as_bytes()).unwrap_or_else(|error| panic!("{body}: {error:?}"))
}

fn refused(body: impl AsRef<[u8]>) -> (String, Option<String>) {
    match read(body.as_ref()) {
        Err(Unreadable::Malformed(sentence, pointer)) => (sentence, pointer),
        other => panic!("{:?}: {other:?}", String::from_utf8_lossy(body.as_ref())),
    }
}

fn pointer(body: impl AsRef<[u8]>) -> String {
    refused(body).1.unwrap_or_default()
}

const WHOLE: &str = r#"{"basis":"month","amountUnit":"tkr","signConvention":"result","status":"proposal","profile":"even",
        "controlTotals":{"rowCount":2,"debit":"10.50","credit":-3,"net":7.50,
        "committees":[{"committee":"SN","net":7.5}],"accountClasses":[{"accountClass":4,"net":"7.50"}]},
        "entries":[{"account":"4551","unit":3102,"committee":"SN","activity":"HVBU","project":null,"specification":"s",
        "workOrder":"w","object":"o","counterparty":"c","period":"2018-08","profile":"even","amount":10.50,
        "quantity":"1.5","text":"f\u00f6rskola 😀 \ud83d\ude00"},{"amount":"-3"}]}"#;

#[test]
fn declarations_and_control_totals_are_read() {
    let declarations = taken(WHOLE).declarations;
    assert_eq!(declarations.basis.as_deref(), Some("month"));
    assert_eq!(declarations.amount_unit.as_deref(), Some("tkr"));
    assert_eq!(declarations.sign_convention.as_deref(), Some("result"));
    assert_eq!((declarations.status.as_deref(), declarations.profile.as_deref()), (Some("proposal"), Some("even")));
    let totals = declarations.control_totals.as_ref().unwrap();
    assert_eq!((totals.row_count, totals.debit.as_deref()), (Some(2), Some("10.50")));
    assert_eq!((totals.credit.as_deref(), totals.net.as_deref()), (Some("-3"), Some("7.50")));
    assert_eq!((&*totals.committees[0].key, &*totals.committees[0].net), ("SN", "7.5"));
    assert_eq!((&*totals.account_classes[0].key, &*totals.account_classes[0].net), ("4", "7.50"));
}

#[test]
fn entries_are_read() {
    let delivery = taken(WHOLE);
    let row = &delivery.rows[0];
    assert_eq!((row.code(CodePart::Unit), row.code(CodePart::Project)), ("3102", ""));
    assert_eq!((&*row.amount, &*row.quantity, &*row.text), ("10.50", "1.5", "förskola 😀 😀"));
    assert_eq!((row.row, delivery.rows[1].row, delivery.row_count), (1, 2, 2));
    assert_eq!((delivery.decimal_mark, delivery.encoding), (DecimalMark::Point, None));
}

#[test]
fn amounts_arrive_as_they_were_written() {
    for token in
        ["1e5", "1E400", "12345678901234567.89", "-0", "-0.00", "1.234", "0.10", "99999999999999999999999999.99"]
    {
        let delivery = taken(&format!(r#"{{"entries":[{{"amount":{token}}},{{"amount":"{token}"}}]}}"#));
        assert_eq!(delivery.rows.iter().map(|row| &*row.amount).collect::<Vec<_>>(), [token, token]);
    }
    for text in ["NaN", "1_000", "+5", " 1", "1,5", "१", "−5"] {
        assert_eq!(taken(&format!(r#"{{"entries":[{{"amount":"{text}"}}]}}"#)).rows[0].amount, text);
    }
    for token in ["NaN", "Infinity", "+5", ".5", "5.", "0x10", "1_000", "01", "1 000", "-"] {
        refused(format!(r#"{{"entries":[{{"amount":{token}}}]}}"#));
    }
}

#[test]
fn a_wrong_type_is_an_error_of_its_row_only() {
    let delivery = taken(
        r#"{"entries":[{"account":true,"unit":4.5,"amount":[1],"text":7},7,{"account":-1},{"account":1e3},
        {"account":{"a":1,"a":2}},{"period":201808},{"account":"4551","amount":1}]}"#,
    );
    let found: Vec<_> =
        delivery.errors.iter().map(|error| (error.row.unwrap(), &*error.field, &*error.value)).collect();
    assert_eq!(
        found,
        [
            (1, "account", "true"),
            (1, "unit", "4.5"),
            (1, "amount", "[1]"),
            (1, "text", "7"),
            (2, "entries", "7"),
            (3, "account", "-1"),
            (4, "account", "1e3"),
            (5, "account", "{\"a\":1,\"a\":2}"),
            (6, "period", "201808"),
        ]
    );
    assert!(delivery.errors.iter().all(|error| error.fault == Fault::Format));
    assert_eq!((delivery.rows.len(), delivery.rows[0].row, delivery.row_count), (1, 7, 7));
}

#[test]
fn unknown_and_repeated_names_are_pointed_at() {
    assert_eq!(pointer(r#"{"entries":[],"extra":1}"#), "/extra");
    assert_eq!(pointer(r#"{"entries":[],"entries":[]}"#), "/entries");
    assert_eq!(pointer(r#"{"entries":[{"amount":1},{"a/b~":2}]}"#), "/entries/1/a~1b~0");
    assert_eq!(pointer(r#"{"entries":[{"amount":1,"amount":1}]}"#), "/entries/0/amount");
    assert_eq!(pointer(r#"{"entries":[{"amount":1,"\u0061mount":1}]}"#), "/entries/0/amount");
    assert_eq!(pointer(r#"{"entries":[],"controlTotals":{"sum":1}}"#), "/controlTotals/sum");
    let twice = r#"{"entries":[],"controlTotals":{"committees":[{"committee":"A","net":1,"net":1}]}}"#;
    assert_eq!(pointer(twice), "/controlTotals/committees/0/net");
    assert!(refused(r#"{"entries":[],"extra":1}"#).0.contains("known are basis, amountUnit"));
}

#[test]
fn wrong_types_outside_the_rows_are_pointed_at() {
    for (body, place) in [
        ("[]", ""),
        ("{}", "/entries"),
        (r#"{"entries":null}"#, "/entries"),
        (r#"{"entries":{}}"#, "/entries"),
        (r#"{"entries":[],"basis":1}"#, "/basis"),
        (r#"{"entries":[],"controlTotals":[]}"#, "/controlTotals"),
        (r#"{"entries":[],"controlTotals":{"rowCount":-1}}"#, "/controlTotals/rowCount"),
        (r#"{"entries":[],"controlTotals":{"rowCount":1.0}}"#, "/controlTotals/rowCount"),
        (r#"{"entries":[],"controlTotals":{"net":true}}"#, "/controlTotals/net"),
        (r#"{"entries":[],"controlTotals":{"committees":[{"net":1}]}}"#, "/controlTotals/committees/0"),
    ] {
        assert_eq!(pointer(body), place, "{body}");
    }
    assert_eq!(taken(r#"{"entries":[],"basis":null,"controlTotals":null}"#).declarations, Declarations::default());
}

#[test]
fn damaged_bodies_say_where() {
    for (body, part) in [
        (&br#"{"entries":[{"amount":1}"#[..], "ends before it is complete at line 1"),
        (b"{\"entries\":[]}\n}", "follows the JSON value at line 2"),
        (b"{\"entries\":[]}{}", "follows the JSON value"),
        (b"{\"entries\":[{\"text\":\"\xE5\"}]}", "byte 22 begins no character"),
        (b"\xFF\xFE{\0", "not UTF-8"),
        (b"{\"entries\":[\0]}", "cannot be read at line 1, column 13"),
        (b"  ", "empty"),
        (b"konto;belopp\n1;2", "cannot be read at line 1, column 1"),
    ] {
        assert!(refused(body).0.contains(part), "{:?}", refused(body));
    }
    assert_eq!(pointer(r#"{"entries":[{"text":"\ud800"}]}"#), "/entries/0/text");
    assert_eq!(pointer(r#"{"entries":[{"\udc00":1}]}"#), "/entries/0");
    assert!(read("\u{feff}{\"entries\":[]}".as_bytes()).is_ok());
}

#[test]
fn depth_is_bounded_and_cheap_to_see() {
    let nested = |depth: usize| format!(r#"{{"entries":[{{"text":{}{}}}]}}"#, "[".repeat(depth), "]".repeat(depth));
    assert_eq!(taken(&nested(29)).errors.len(), 1);
    assert!(refused(nested(30)).0.contains("deeper than 32 levels"));
    assert!(refused("[".repeat(10_000)).0.contains("deeper than 32 levels"));
    assert_eq!(taken(&format!(r#"{{"entries":[{{"text":"{}\""}}]}}"#, "[".repeat(99))).rows.len(), 1);
}

#[test]
fn too_many_rows_are_not_read() {
    let body = format!(r#"{{"entries":[1{}]}}"#, ",1".repeat(MAX_ROWS));
    assert_eq!(read(body.as_bytes()), Err(Unreadable::TooManyRows(MAX_ROWS)));
}
