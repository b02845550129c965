//! The files of other vendors, where they are at hand: every account's rows add up to its total in every month.

use super::*;
use std::path::PathBuf;

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
            let delivery = read(&bytes, Month::parse(&format!("{year}-{number:02}")).ok()).unwrap();
            if delivery.errors.iter().any(|error| error.field == "period") {
                continue; // The file tells of other months.
            }
            assert!(delivery.errors.is_empty(), "{name}: {:?}", delivery.errors);
            assert_eq!(delivery.encoding, Some("cp437"), "{name}");
            totals_hold(name, &bytes, &format!("{year}{number:02}"), &delivery);
            read_any += delivery.rows.len();
        }
        assert!(read_any > 20, "{name}");
    }
    if let Ok(page) = std::fs::read(folder.join("HAS1_1412.se")) {
        let refused = read(&page, Month::parse("2014-12").ok());
        assert!(matches!(refused, Err(Unreadable::Malformed(sentence, None)) if sentence.contains("web page")));
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
        let of_account = delivery.rows.iter().filter(|row| row.code(CodePart::Account) == account);
        let sum: i64 = of_account.map(|row| row::ore(&row.amount).unwrap()).sum();
        assert_eq!(sum, row::ore(amount).unwrap(), "{name} {period} {account}");
    }
}
