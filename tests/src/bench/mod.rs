//! How fast a month is taken in: a posting over HTTP beside the database's own bulk load of the same rows, in the same run.

pub mod baseline;
pub mod figures;
pub mod history;
pub mod month;
pub mod plan;
mod postgres;
mod reports;
mod security;
pub mod series;
mod sqlite;

use crate::client::Client;
use crate::database::Kind;
use crate::promises::service::Service;
use baseline::Baseline;
use figures::{Bar, Samples, heading, line};
use month::{Changed, Month};
use std::time::{Duration, Instant};

/// A first post takes at most so many times the database's own delete and bulk load.
const FIRST: f64 = 2.0;
/// A re-post takes at most so many times the first post.
const AGAIN: f64 = 2.0;
/// One row in so many is changed by the re-post: 5 %.
const CHANGED: usize = 20;

/// How much to measure.
#[derive(Debug, Clone, Copy)]
pub struct Settings {
    /// What the months are made from.
    pub seed: u64,
    /// The rows of a month.
    pub rows: u32,
    /// How often each act is measured.
    pub rounds: u64,
}

#[derive(Default)]
struct Measured {
    own: Samples,
    first: Samples,
    again: Samples,
}

/// A format that a month is sent in.
#[derive(Clone, Copy)]
struct Format {
    name: &'static str,
    media_type: &'static str,
    write: fn(&Month) -> String,
}

const FORMATS: [Format; 2] = [
    Format { name: "CSV", media_type: "text/csv", write: Month::csv },
    Format { name: "JSON", media_type: "application/json", write: Month::json },
];

/// Measures one database and prints its table; says whether every bar holds.
///
/// # Panics
/// When the service refuses what it should take, or says that something else has changed than what has.
pub async fn run(kind: Kind, settings: Settings) -> bool {
    let service = Service::new(kind).await;
    let admin = service.client();
    let first = Month::new(settings.seed, settings.rows as usize);
    let mut again = first.clone();
    let changed = again.change(CHANGED);
    post(&admin, FORMATS[0], 0, &first).await;
    let mut baseline = Baseline::of(&service).await;
    let mut measured = FORMATS.map(|_| Measured::default());
    for round in 0..settings.rounds {
        for (at, (format, measured)) in FORMATS.into_iter().zip(&mut measured).enumerate() {
            let number = 1 + round * 2 + at as u64;
            measured.own.add(baseline.load().await);
            let (took, receipt) = post(&admin, format, number, &first).await;
            assert_eq!(receipt["changes"]["added"], settings.rows, "{receipt}");
            measured.first.add(took);
            let (took, receipt) = post(&admin, format, number, &again).await;
            assert_eq!(receipt["changes"], changed.as_receipt(), "the receipt says what was changed");
            measured.again.add(took);
        }
    }
    let holds = show(kind, &baseline, settings, &measured, changed);
    reports::time(&admin, &first).await;
    holds
}

fn show(
    kind: Kind,
    baseline: &Baseline,
    settings: Settings,
    measured: &[Measured; FORMATS.len()],
    changed: Changed,
) -> bool {
    let Settings { seed, rows, rounds } = settings;
    heading(&format!("{kind:?}: a month of {rows} rows, {rounds} rounds, seed {seed}"));
    let mut holds = true;
    for (format, measured) in FORMATS.iter().zip(measured) {
        line(baseline.name(), &measured.own, rows, None);
        let bar = Bar { of: "the database's own", median: measured.own.median(), most: FIRST };
        holds &= line(&format!("first post, {}", format.name), &measured.first, rows, Some(bar));
        let bar = Bar { of: "the first post", median: measured.first.median(), most: AGAIN };
        holds &= line(&format!("re-post, 5 % changed, {}", format.name), &measured.again, rows, Some(bar));
    }
    let Changed { added, removed, changed, .. } = changed;
    println!("  every re-post's receipt: {added} added, {removed} removed, {changed} changed, net to the öre");
    holds
}

/// Posts a month of the year 2018 as a source of its own number, and says how long it took.
async fn post(client: &Client, format: Format, number: u64, month: &Month) -> (Duration, serde_json::Value) {
    let body = (format.write)(month);
    let path = format!("outcomes/2018-{:02}/ledger-{}", number % 12 + 1, number / 12);
    let began = Instant::now();
    let answer = client.put_as(&path, format.media_type, body).await;
    let took = began.elapsed();
    (took, answer.succeeded())
}
