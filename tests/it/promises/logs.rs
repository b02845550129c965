//! L4: nothing personal and nothing secret stands in the logs or in an error.

use serde_json::json;
use utfall_tests::client::Client;
use utfall_tests::database::{Kind, TestDatabase};
use utfall_tests::served::{Served, utfall};

const NUMBERS: [&str; 4] = ["811218-9876", "19811218-9876", "8112189876", "811278-9873"];

#[tokio::test]
async fn l4_logs_and_errors_hold_nothing_personal_or_secret() {
    let database = TestDatabase::empty(Kind::Sqlite).await;
    let (mut served, log) = Served::logged(&database);
    let platform = served.client(&database, &["--role", "platform-admin"]);
    platform.put("", json!({ "name": "Linköping" })).await.succeeded();
    let listen = served.address.to_string();
    let token = |role: &str| {
        let output = utfall()
            .args(["token", "--database-url", &database.url, "--listen", &listen, "--subject", "logged"])
            .args(["--role", role, "--municipality", "0580"])
            .output()
            .expect("a token");
        String::from_utf8(output.stdout).expect("text").trim().to_owned()
    };
    let bearer = token("admin");
    let admin = Client::with_token(served.address, "0580", &bearer);
    admin.put("clients/hypergene", json!({ "role": "reader", "name": "Hypergene" })).await.succeeded();
    let kept = admin.put("clients/hypergene/secrets/first", json!({ "revoked": false })).await.succeeded();
    let secret = kept["secret"].as_str().expect("a secret").to_owned();
    let mut errors = String::new();
    for number in NUMBERS {
        for (path, body) in [
            ("committees", json!({ "committees": [{ "code": "SN", "name": number }] })),
            ("committees", json!({ number: [] })),
            (&*format!("report-layouts/{number}"), json!({ "title": "A", "lines": [] })),
            (&*format!("report-layouts/a?reason={number}"), json!({ "title": "A", "lines": [] })),
        ] {
            let answer = admin.put(path, body).await;
            assert!(!answer.status.is_server_error());
            // The address that was called comes back to who called it, and is in no log.
            errors += &answer.body.replace(&format!("report-layouts/{number}"), "");
        }
        errors += &admin.put_as("committees", "application/json", format!("{{\"{number}")).await.body;
        errors += &admin.get(&format!("committees?colour={number}")).await.body;
        errors += &admin.get(&format!("postings/{number}")).await.body.replace(&format!("postings/{number}"), "");
    }
    let form = [("grant_type", "client_credentials"), ("client_id", "0580.hypergene"), ("client_secret", &*secret)];
    let given = admin.send(reqwest::Client::new().post(admin.url("/oauth2/token")).form(&form)).await;
    let access = given.json()["access_token"].as_str().expect("a token").to_owned();
    let wrong =
        [("grant_type", "client_credentials"), ("client_id", "0580.hypergene"), ("client_secret", "wrong-secret-xyz")];
    errors += &admin.send(reqwest::Client::new().post(admin.url("/oauth2/token")).form(&wrong)).await.body;
    errors += &Client::with_token(served.address, "0580", &format!("{bearer}x")).get("committees").await.body;
    errors += &admin.get(&format!("committees?access_token={bearer}")).await.body;
    Served::signal(served.pid(), "-TERM");
    served.ended();
    let log = log.join().expect("a log");
    assert!(log.lines().count() > 20, "the log is read: {log}");
    let parts = |token: &str| token.split('.').skip(1).map(str::to_owned).collect::<Vec<_>>();
    let mut planted: Vec<String> = NUMBERS.map(str::to_owned).to_vec();
    planted.extend([secret, "wrong-secret-xyz".to_owned()]);
    planted.extend(parts(&bearer).into_iter().chain(parts(&access)));
    for (what, text) in [("the log", &log), ("an error", &errors)] {
        let hits: Vec<&String> = planted.iter().filter(|planted| text.contains(planted.as_str())).collect();
        assert!(hits.is_empty(), "{what} holds {hits:?}");
    }
    for line in log.lines() {
        assert!(serde_json::from_str::<serde_json::Value>(line).is_ok(), "no JSON: {line}");
    }
    println!(
        "L4: {} log lines and {} bytes of errors searched for {} planted: 0 hits",
        log.lines().count(),
        errors.len(),
        planted.len()
    );
}

#[tokio::test]
async fn a_log_that_nobody_reads_stops_no_call() {
    let database = TestDatabase::empty(Kind::Sqlite).await;
    let served = Served::unheard(&database);
    let platform = served.client(&database, &["--role", "platform-admin"]);
    platform.put("", json!({ "name": "Linköping" })).await.succeeded();
    assert_eq!(platform.get("").await.succeeded()["name"], "Linköping");
}
