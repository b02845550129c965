//! Deliveries of observations: CSV as well as JSON, all or nothing, corrections and deletions that are kept.

use super::compare::{printed, read};
use super::printed::Printed;
use super::{counts, defined, measured, send, standing};
use serde_json::{Value, json};
use utfall_tests::client::{Answer, Client};
use utfall_tests::on_both_stores;

/// The columns as a Swedish spreadsheet has them, and the members that they are.
const COLUMNS: [(&str, &str); 10] = [
    ("Nyckeltal", "indicator"),
    ("Organisation", "organisation"),
    ("Period", "period"),
    ("Kön", "sex"),
    ("Värde", "value"),
    ("Status", "status"),
    ("Text", "text"),
    ("Försiktighet", "caution"),
    ("MättFrån", "measuredFrom"),
    ("MättTill", "measuredTo"),
];

/// Rows as a spreadsheet saves them: semicolons, decimal commas, quotes.
fn csv(rows: &[Value]) -> String {
    let cell = |value: &Value| match value {
        Value::Null => String::new(),
        Value::Number(number) => number.to_string().replace('.', ","),
        value => format!("\"{}\"", value.as_str().expect("a text").replace('"', "\"\"")),
    };
    let line = |row: &Value| COLUMNS.map(|(_, member)| cell(&row[member])).join(";");
    let lines = std::iter::once(COLUMNS.map(|(header, _)| header).join(";")).chain(rows.iter().map(line));
    lines.map(|line| line + "\r\n").collect()
}

async fn send_csv(client: &Client, body: String) -> Answer {
    let request = client.request(reqwest::Method::POST, "observations").header("Content-Type", "text/csv");
    client.send(request.body(body)).await
}

/// The rows and fields that a refusal lists.
fn listed(problem: &Value) -> Vec<(u64, String)> {
    let errors = problem["errors"].as_array().expect("errors").iter();
    errors.map(|error| (error["row"].as_u64().unwrap_or(0), error["field"].as_str().unwrap_or("").to_owned())).collect()
}

on_both_stores! {
    async fn a_spreadsheet_says_the_same_as_json(app) {
        let document = Printed::fixture("katrineholm-2019");
        let client = defined(&app, &document).await;
        let rows = document.observations();
        let receipt = send_csv(&client, csv(&rows)).await.succeeded();
        assert_eq!(counts(&receipt), [411, 0, 0, 0]);
        let observations = standing(&client).await;
        assert_eq!(read(&document, observations.as_array().unwrap()), printed(&document));
        let same = send(&client, &rows).await.succeeded();
        assert_eq!(counts(&same), [0, 0, 0, 411]);
        assert_eq!(standing(&client).await, observations);
    }

    async fn one_bad_row_among_many_stores_nothing(app) {
        let document = Printed::fixture("linkoping-2018-08");
        let client = defined(&app, &document).await;
        let good = document.observations();
        for (member, value) in
            [("period", json!("2018-13")), ("sex", json!("F")), ("organisation", json!("Riket")),
             ("indicator", json!("okänt")), ("measuredTo", json!("2018-02-30")), ("status", json!("suppressed"))]
        {
            let mut rows = good.clone();
            rows[9][member] = value;
            let field = if member == "status" { "value" } else { member };
            for answer in [send(&client, &rows).await, send_csv(&client, csv(&rows)).await] {
                assert_eq!(listed(&answer.refused(422)), [(10, field.to_owned())], "{member}");
            }
        }
        let twice = [good.clone(), vec![good[9].clone()]].concat();
        assert_eq!(listed(&send(&client, &twice).await.refused(422)), [(65, "indicator".to_owned())]);
        assert_eq!(standing(&client).await, json!([]));
    }

    async fn corrections_and_deletions_are_kept(app) {
        let document = Printed::fixture("katrineholm-2019");
        let client = measured(&app, &document).await;
        let all = standing(&client).await;
        let last = all.as_array().unwrap().iter().map(|one| one["dataVersion"].as_i64().unwrap()).max().unwrap();
        let before = app.state.store.now().to_rfc3339_opts(chrono::SecondsFormat::Micros, true);
        let row = |sex: &str| json!({ "indicator": "sjukfranvaro-total", "period": "2019", "sex": sex });
        let (mut corrected, mut deleted) = (row("T"), row("M"));
        corrected["value"] = json!(7.1);
        corrected["text"] = json!("7,1%");
        deleted["deleted"] = json!(true);
        let mut same = row("K");
        same["value"] = json!(7.5);
        same["text"] = json!("7,5%");
        let receipt = send(&client, &[corrected, deleted.clone(), same]).await.succeeded();
        assert_eq!(counts(&receipt), [0, 1, 1, 1]);

        let changed = client.get(&format!("observations?changedSince={last}")).await.succeeded();
        let changed: Vec<Value> = changed["observations"].as_array().unwrap().iter()
            .map(|one| json!([one["indicator"], one["sex"], one["value"], one["status"], one["deleted"]])).collect();
        assert_eq!(changed, [json!(["sjukfranvaro-total", "M", null, null, true]),
                             json!(["sjukfranvaro-total", "T", 7.1, "final", false])]);
        let own = "observations?indicators=sjukfranvaro-total&organisations=0483";
        let values = |answer: Value| -> Vec<Value> {
            answer["observations"].as_array().unwrap().iter().map(|one| json!([one["sex"], one["value"]])).collect()
        };
        let now = values(client.get(own).await.succeeded());
        assert_eq!(now, [json!(["K", 7.5]), json!(["T", 7.1])]);
        let then = values(client.get(&format!("{own}&asOf={before}")).await.succeeded());
        assert_eq!(then, [json!(["K", 7.5]), json!(["M", 5.5]), json!(["T", 7])]);
        let all_then = client.get(&format!("observations?limit=10000&asOf={before}")).await.succeeded();
        assert_eq!(all_then["observations"], all);
        // What is gone already is not deleted again.
        assert_eq!(counts(&send(&client, &[deleted]).await.succeeded()), [0, 0, 0, 1]);
    }
}
