//! Personal identity numbers and coordination numbers in text. They have no place in what a municipality plans and follows up (GDPR, article
//! 87; lag 2018:218, 3 kap. 10 §), so text that holds one is told of.
//!
//! Forms: `811218-9876`, `811218+9876`, `19811218-9876`, and without the sign. The last digit is a check digit (the Swedish Tax Agency's
//! SKV 704); a coordination number has 60 added to its day. Organisation numbers have a month of 20 or more, and are never taken for one.

/// Where text holds personal numbers: the first byte and the byte after the last, of each.
pub fn found(text: &[u8]) -> Vec<(usize, usize)> {
    let mut found = Vec::new();
    let mut at = 0;
    while let Some(first) = text[at..].iter().position(u8::is_ascii_digit).map(|offset| at + offset) {
        let (end, digits) = candidate(text, first);
        at = end;
        if stands_alone(text, first, end) && digits.is_some_and(|digits| is_one(&digits)) {
            found.push((first, end));
        }
    }
    found
}

/// The end of what begins with a digit, and its digits when there are as many as a personal number has.
fn candidate(text: &[u8], first: usize) -> (usize, Option<Vec<u8>>) {
    let run = |from: usize| text[from..].iter().take_while(|byte| byte.is_ascii_digit()).count();
    let length = run(first);
    let end = first + length;
    if matches!(length, 6 | 8) && matches!(text.get(end), Some(b'-' | b'+')) && run(end + 1) == 4 {
        let digits = text[first..end].iter().chain(&text[end + 1..end + 5]).copied().collect();
        return (end + 5, Some(digits));
    }
    let digits = matches!(length, 10 | 12).then(|| text[first..end].to_vec());
    (end, digits)
}

/// Whether it is no part of a longer word or of an amount with decimals.
fn stands_alone(text: &[u8], first: usize, end: usize) -> bool {
    let is_word = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'_';
    let before = first.checked_sub(1).map(|at| text[at]);
    let is_decimal = matches!(text.get(end), Some(b'.' | b',')) && text.get(end + 1).is_some_and(u8::is_ascii_digit);
    let is_after_point = matches!(before, Some(b'.' | b',' | b'-')) && first >= 2 && text[first - 2].is_ascii_digit();
    !before.is_some_and(is_word) && !text.get(end).copied().is_some_and(is_word) && !is_decimal && !is_after_point
}

fn is_one(digits: &[u8]) -> bool {
    let number = |part: &[u8]| part.iter().fold(0_u32, |sum, digit| sum * 10 + u32::from(digit - b'0'));
    let (century, ten) = digits.split_at(digits.len() - 10);
    let (month, day) = (number(&ten[2..4]), number(&ten[4..6]));
    let day = if day > 60 { day - 60 } else { day };
    let is_leap = |year: u32| year.is_multiple_of(4) && (!year.is_multiple_of(100) || year.is_multiple_of(400));
    let is_in_time = century.is_empty() || matches!(number(century), 18..=20);
    let february = if century.is_empty() || is_leap(number(&digits[..4])) { 29 } else { 28 };
    let days = match month {
        2 => february,
        4 | 6 | 9 | 11 => 30,
        1..=12 => 31,
        _ => 0,
    };
    is_in_time && (1..=days).contains(&day) && checks(ten)
}

/// The check digit: every other digit doubled, the digits of all summed, to a multiple of ten.
fn checks(ten: &[u8]) -> bool {
    let sum: u32 = ten
        .iter()
        .enumerate()
        .map(|(at, digit)| {
            let value = u32::from(digit - b'0') * if at % 2 == 0 { 2 } else { 1 };
            value / 10 + value % 10
        })
        .sum();
    sum.is_multiple_of(10)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn holds(text: &str) -> bool {
        !found(text.as_bytes()).is_empty()
    }

    /// The tenth digit of nine.
    fn with_check(nine: &str) -> String {
        (0..10).map(|digit| format!("{nine}{digit}")).find(|ten| checks(ten.as_bytes())).unwrap()
    }

    #[test]
    fn numbers_are_found_in_every_form_and_nothing_like_them() {
        for text in [
            "811218-9876",
            "Placering av 811218-9876 (HVB)",
            "19811218-9876",
            "811218+9876",
            "8112189876",
            "198112189876",
            "811278-9873",
            "Ärende:811218-9876.",
            "\"811218-9876\"",
            "Nr -811218-9876",
            "5 811218-9876",
        ] {
            assert!(holds(text), "{text}");
        }
        for text in [
            "811218-9877",
            "811318-9876",
            "810229-98",
            "556677-1234",
            "212000-0449",
            "8112189876,50",
            "8112189876.00",
            "A8112189876",
            "1-811218-9876",
            "2018-08-31",
            "070-123 45 67",
            "811218 9876",
            "",
        ] {
            assert!(!holds(text), "{text}");
        }
    }

    #[test]
    fn a_day_is_one_that_its_month_has() {
        for (day, is_one) in [
            ("20000229", true),
            ("20040229", true),
            ("19000229", false),
            ("20030229", false),
            ("20030228", true),
            ("20030131", true),
            ("20030132", false),
            ("20030331", true),
            ("20030430", true),
            ("20030431", false),
            ("20030630", true),
            ("20030631", false),
            ("20030930", true),
            ("20030931", false),
            ("20031130", true),
            ("20031131", false),
            ("20031231", true),
            ("20030100", false),
            ("20030161", true),
            ("20030191", true),
            ("20030192", false),
            ("20030490", true),
            ("20030491", false),
            ("20031301", false),
            ("20030001", false),
            ("17990101", false),
            ("21000101", false),
        ] {
            let ten = with_check(&format!("{}123", &day[2..]));
            assert_eq!(holds(&format!("{}{ten}", &day[..2])), is_one, "{day}");
        }
        // Without its century the year of a 29 February is any that has one.
        assert!(holds(&with_check("030229123")));
    }

    proptest! {
        #[test]
        fn every_valid_number_is_found(year in 0..100_u32, month in 1..13_u32, day in 1..29_u32, serial in 0..1000_u32, form in 0..4, is_coordination: bool) {
            let day = if is_coordination { day + 60 } else { day };
            let ten = with_check(&format!("{year:02}{month:02}{day:02}{serial:03}"));
            let number = match form {
                0 => format!("{}-{}", &ten[..6], &ten[6..]),
                1 => format!("19{}-{}", &ten[..6], &ten[6..]),
                2 => format!("20{ten}"),
                _ => ten,
            };
            let text = format!("Gäller {number}, enligt beslut.");
            let found = found(text.as_bytes());
            prop_assert_eq!(found.len(), 1);
            prop_assert_eq!(&text[found[0].0..found[0].1], number);
        }

        #[test]
        fn organisation_numbers_and_amounts_are_not(group in 1..10_u32, third in 2..10_u32, rest in 0..1_000_000_u32, amount in 0..1_000_000_000_i64) {
            let nine = format!("{group}0{third}{rest:06}");
            let ten = with_check(&nine);
            let organisation = format!("{}-{}", &ten[..6], &ten[6..]);
            prop_assert!(!holds(&organisation), "{}", organisation);
            let amount = format!("{},{:02}", amount / 100, amount % 100);
            prop_assert!(!holds(&amount), "{}", amount);
        }
    }
}
