//! Periods as they are printed, and the period and the days of measuring that they mean.

use chrono::{Datelike, NaiveDate};

/// The months, short and whole.
const MONTHS: [(&str, &str); 12] = [
    ("jan", "januari"),
    ("feb", "februari"),
    ("mars", "mars"),
    ("apr", "april"),
    ("maj", "maj"),
    ("juni", "juni"),
    ("juli", "juli"),
    ("aug", "augusti"),
    ("sep", "september"),
    ("okt", "oktober"),
    ("nov", "november"),
    ("dec", "december"),
];
const NUMBERS: [&str; 12] = ["en", "två", "tre", "fyra", "fem", "sex", "sju", "åtta", "nio", "tio", "elva", "tolv"];

/// A period, and the days of measuring where they are printed.
#[derive(Debug, PartialEq, Eq)]
pub struct Measured {
    /// As the service writes it.
    pub period: String,
    /// The first day.
    pub from: Option<NaiveDate>,
    /// The last day, or the only one.
    pub to: Option<NaiveDate>,
}

fn words(text: &str) -> impl Iterator<Item = &str> {
    text.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty())
}

/// The months that a text names: from the first to the last, or the only one.
fn months(text: &str) -> Option<(usize, usize)> {
    let number = |word: &str| MONTHS.iter().position(|(short, whole)| [*short, *whole].contains(&word));
    let named: Vec<usize> = words(text).filter_map(number).map(|at| at + 1).collect();
    named.first().copied().zip(named.last().copied())
}

/// `30/11` of a year; none for what is no day, such as `31/11`.
fn day(text: &str, year: i32) -> Option<NaiveDate> {
    let (day, month) = text.split_once('/')?;
    NaiveDate::from_ymd_opt(year, month.parse().ok()?, day.parse().ok()?)
}

/// The days of `1/12-30/11` or `30/11`: the first is of the year before where it would come after the last.
fn days(text: &str, year: i32) -> (Option<NaiveDate>, Option<NaiveDate>) {
    let text = text.trim_matches(|c: char| !c.is_ascii_digit());
    let (from, to) = text.split_once('-').map_or((None, text), |(from, to)| (Some(from), to));
    let to = day(to, year);
    let from = from.and_then(|from| day(from, year)).zip(to);
    (from.and_then(|(from, to)| if to < from { from.with_year(year - 1) } else { Some(from) }), to)
}

/// Reads a printed period. What names no year is of the document's, what was before (`föregående`) of the year before.
pub fn read(printed: &str, frequency: &str, document: i32) -> Measured {
    let lower = printed.to_lowercase();
    let is_year = |word: &&str| word.len() == 4 && word.bytes().all(|byte| byte.is_ascii_digit());
    let found = words(&lower).find(is_year);
    let year = match found {
        Some(year) => year.parse().expect("four digits"),
        None if words(&lower).any(|word| word == "föregående") => document - 1,
        None => document,
    };
    let rest = found.map_or_else(|| lower.clone(), |year| lower.replacen(year, "", 1));
    let (from, to) = days(&rest, year);
    let suffix = suffix(rest.trim(), frequency);
    Measured { period: format!("{year}{suffix}"), from, to }
}

/// What follows the year: the part that is printed, or what the frequency makes of a bare year or month.
fn suffix(rest: &str, frequency: &str) -> String {
    let month = rest.strip_prefix('-').and_then(|month| month.parse::<usize>().ok());
    let first = words(rest).find_map(|word| NUMBERS.iter().position(|number| *number == word));
    match (month, months(rest), first) {
        (Some(month), ..) => match frequency {
            "month" | "point in time" => format!("-{month:02}"),
            "rolling 12 months" => format!("-{month:02}-R12"),
            // What is measured by the year, or from January, is so far when a month is printed.
            _ => format!("-{month:02}-YTD"),
        },
        (None, Some((1, last)), _) if last > 1 => format!("-{last:02}-YTD"),
        (None, Some((first, last)), _) if first == last => format!("-{last:02}"),
        (None, None, Some(number)) if words(rest).any(|word| word == "första") => format!("-{:02}-YTD", number + 1),
        (None, None, None) if rest.is_empty() => match months(frequency) {
            Some((1, last)) => format!("-{last:02}-YTD"),
            _ => String::new(),
        },
        _ => String::new(),
    }
}

#[test]
fn printed_periods_are_read_by_one_rule() {
    for (printed, frequency, period) in [
        ("2019", "", "2019"),
        ("2016", "rolling 12 months", "2016"),
        ("2016-11", "rolling 12 months", "2016-11-R12"),
        ("2016", "jan-aug", "2016-08-YTD"),
        ("2018-08", "jan-aug average", "2018-08-YTD"),
        ("2018-08", "year", "2018-08-YTD"),
        ("2018-08", "month", "2018-08"),
        ("2016-11", "point in time", "2016-11"),
        ("2019 (dec)", "", "2019-12"),
        ("jan-aug 2019", "", "2019-08-YTD"),
        ("2018 (januari t o m juni)", "", "2018-06-YTD"),
        ("2019 (årets sju första månader)", "", "2019-07-YTD"),
        ("2019 (årets första tio månader)", "", "2019-10-YTD"),
        ("2019 (senaste halvåret)", "", "2019"),
        ("senaste mätning", "survey", "2018"),
        ("föregående mätning", "survey", "2017"),
    ] {
        assert_eq!(
            read(printed, frequency, 2018),
            Measured { period: period.into(), from: None, to: None },
            "{printed}"
        );
    }
}

#[test]
fn days_of_measuring_are_kept_where_they_exist() {
    for (printed, from, to) in [
        ("2019 (1/12-30/11)", Some("2018-12-01"), Some("2019-11-30")),
        ("2018 (1/1-31/12)", Some("2018-01-01"), Some("2018-12-31")),
        ("2018 (30/11)", None, Some("2018-11-30")),
        ("2019 (31/11)", None, None),
    ] {
        let read = read(printed, "", 2019);
        let days = [read.from, read.to].map(|day| day.map(|day| day.to_string()));
        assert_eq!(days.each_ref().map(Option::as_deref), [from, to], "{printed}");
        assert_eq!(read.period, printed[..4]);
    }
}
