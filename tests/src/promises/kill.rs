//! An acknowledged posting survives `kill -9`; one that is not is there whole or not at all.

use super::oracle;
use crate::client::Client;
use crate::database::{Kind, TestDatabase};
use crate::random::Random;
use crate::served::Served;
use reqwest::Method;
use std::fmt::Write as _;
use std::time::Duration;
use utfall_api::demo::linkoping;

/// What the rounds showed.
#[derive(Debug, Clone, Copy, Default)]
pub struct Figures {
    /// Rounds.
    pub rounds: u64,
    /// Postings that were acknowledged before the kill.
    pub acknowledged: u64,
    /// Postings that were not acknowledged, and found whole.
    pub whole: u64,
    /// Postings that were not acknowledged, and not there at all.
    pub absent: u64,
}

/// How many rows a posting has.
const ROWS: u64 = 5_000;

/// Posts, kills at a seeded moment, starts again, sends the same again, and asks the oracle.
pub async fn rounds(kind: Kind, rounds: u64, seed: u64) -> Figures {
    let database = TestDatabase::empty(kind).await;
    let mut random = Random::new(seed);
    let mut figures = Figures { rounds, ..Figures::default() };
    let mut served = Served::start(&database);
    prepare(&served, &database).await;
    for round in 0..rounds {
        let client = served.client(&database, &["--role", "admin", "--municipality", "0580"]);
        // Every second round replaces the month of the round before.
        let month = round / 2;
        let path = format!("outcomes/{}-{:02}/ledger", 2015 + month / 12, month % 12 + 1);
        let csv = delivery(&mut random);
        let (pid, wait) = (served.pid(), Duration::from_millis(random.below(400)));
        let killer = std::thread::spawn(move || {
            std::thread::sleep(wait);
            Served::signal(pid, "-KILL");
        });
        let request = client.request(Method::PUT, &path).header("Content-Type", "text/csv").body(csv.clone());
        let answer = request.send().await;
        let receipt = match answer {
            Ok(answer) if answer.status().is_success() => answer.text().await.ok(),
            _ => None,
        };
        killer.join().expect("a kill");
        served.ended();
        served = Served::start(&database);
        let client = served.client(&database, &["--role", "admin", "--municipality", "0580"]);
        settle(&client, &path, &csv, receipt, round, &mut figures).await;
        oracle::hold(&database, kind, &client).await;
    }
    figures
}

/// Sends the same again: what was acknowledged is unchanged, what was not is there once after it.
async fn settle(client: &Client, path: &str, csv: &str, receipt: Option<String>, round: u64, figures: &mut Figures) {
    let again = client.put_csv(path, csv).await.succeeded();
    assert_eq!(again["entryCount"], ROWS, "round {round}");
    assert_eq!(again["revision"], round % 2 + 1, "round {round}: a revision was lost or doubled");
    if let Some(receipt) = receipt {
        let receipt: serde_json::Value = serde_json::from_str(&receipt).expect("a receipt");
        assert_eq!(again["unchanged"], true, "round {round}: an acknowledged posting was lost");
        assert_eq!(again["postingId"], receipt["postingId"], "round {round}");
        figures.acknowledged += 1;
    } else if again["unchanged"] == true {
        figures.whole += 1;
    } else {
        figures.absent += 1;
    }
}

async fn prepare(served: &Served, database: &TestDatabase) {
    let platform = served.client(database, &["--role", "platform-admin"]);
    platform.put("", serde_json::json!({ "name": "Linköping" })).await.succeeded();
    let admin = served.client(database, &["--role", "admin", "--municipality", "0580"]);
    for (path, body) in [
        ("committees", linkoping::COMMITTEES.to_owned()),
        ("accounts", linkoping::ACCOUNTS.to_owned()),
        ("units", linkoping::UNITS.to_owned()),
        ("activities", linkoping::activities()),
    ] {
        admin.put_as(path, "application/json", body).await.succeeded();
    }
}

fn delivery(random: &mut Random) -> String {
    let mut csv = "account;unit;activity;amount;text\n".to_owned();
    for row in 0..ROWS {
        let activity = linkoping::ACTIVITIES[usize::try_from(random.below(9)).unwrap_or(0)];
        let ore = random.below(100_000_000);
        let _ = writeln!(csv, "{};3102;{};{}.{:02};{row}", activity.account, activity.code, ore / 100, ore % 100);
    }
    csv
}
