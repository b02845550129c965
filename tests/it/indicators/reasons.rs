//! Why a status cannot be said: the outcome is of a part of the year, or in words. And what reference areas have beside it.

use super::printed::{Printed, list};
use super::{defined, rows, said, send};
use serde_json::{Value, json};
use utfall_domain::kolada::area::{Group, GroupKind, Member};
use utfall_persistence::kolada::catalogue::Entries;
use utfall_tests::app::TestApp;
use utfall_tests::client::Client;
use utfall_tests::on_both_stores;

const KEY: &str = "indicators/svar";

fn row(organisation: &str, period: &str, sex: &str, value: Option<f64>, text: Option<&str>) -> Value {
    json!({ "indicator": "svar", "organisation": organisation, "period": period, "sex": sex, "value": value, "text": text })
}

/// An indicator with a target for the year 2019, and no outcome.
async fn targeted(client: &Client) {
    client.put(KEY, json!({ "name": "Svar inom två dagar", "unit": "%", "direction": "higher" })).await.succeeded();
    let targets = json!({ "targets": [{ "period": "2019", "value": 80 }, { "period": "2019-T2", "value": 80 }] });
    client.put(&format!("{KEY}/targets"), targets).await.succeeded();
}

/// What the two targets say: of the year, and of the second tertial.
async fn reasons(client: &Client) -> [Value; 2] {
    let row = &rows(client, 2019, &["svar"]).await[0];
    let line = |target: &Value| json!([target["status"], target["reason"], target["outcome"], target["partOfYear"]]);
    [line(&row["targets"][0]), line(&row["targets"][1])]
}

/// Puts a group of municipalities into the platform's catalogue.
async fn group(app: &TestApp, code: &str) {
    let members = vec![Member { code: "0483".into(), title: "Katrineholm".into() }];
    let group = Group { code: code.into(), title: "Mindre städer".into(), kind: GroupKind::Areas, members };
    app.state.store.put_catalogue(&Entries { groups: vec![group], ..Entries::default() }).await.expect("a catalogue");
}

on_both_stores! {
    async fn a_part_of_the_year_is_named_and_not_held_against_the_years_target(app) {
        let client = defined(&app, &Printed::fixture("katrineholm-2019")).await;
        targeted(&client).await;
        let none = json!(["not-assessed", "no-outcome", null, null]);
        assert_eq!(reasons(&client).await, [none.clone(), none.clone()]);

        // Another sex and another organisation are not the target's.
        let others = [row("0483", "2019-08-YTD", "K", Some(85.0), None), row("0000", "2019-08-YTD", "T", Some(90.0), None)];
        send(&client, &others).await.succeeded();
        assert_eq!(reasons(&client).await, [none.clone(), none.clone()]);

        send(&client, &[row("0483", "2019-08-YTD", "T", Some(85.0), None)]).await.succeeded();
        let part = |period: &str| json!(["not-assessed", "part-of-a-year-only", null, period]);
        assert_eq!(reasons(&client).await, [part("2019-08-YTD"), none]);
        send(&client, &[row("0483", "2019-T2", "T", Some(78.0), None)]).await.succeeded();
        assert_eq!(reasons(&client).await, [part("2019-08-YTD"), json!(["not-met", "not-reached", 78, null])]);
        send(&client, &[row("0483", "2019", "T", Some(82.5), None)]).await.succeeded();
        assert_eq!(reasons(&client).await[0], json!(["met", "reached", 82.5, null]));
    }

    async fn an_outcome_in_words_is_not_assessed_and_said_to_be_one(app) {
        let client = defined(&app, &Printed::fixture("katrineholm-2019")).await;
        targeted(&client).await;
        let words = [row("0483", "2019-08", "T", Some(85.0), None), row("0483", "2019", "T", None, Some("Arbete pågår"))];
        send(&client, &words).await.succeeded();
        let lines = &rows(&client, 2019, &["svar"]).await[0];
        assert_eq!(said(&lines["targets"][0]), json!(["not-assessed", "outcome-in-words", null, null, null]));
        assert_eq!(lines["targets"][0]["partOfYear"], Value::Null);

        // What says why there is no value is no outcome in words.
        let mut absent = row("0483", "2019", "T", None, Some("-"));
        absent["status"] = json!("not-measured");
        send(&client, &[absent]).await.succeeded();
        assert_eq!(reasons(&client).await[0], json!(["not-assessed", "part-of-a-year-only", null, "2019-08"]));
    }

    async fn references_are_riket_and_groups_of_the_same_period_and_sex(app) {
        let client = defined(&app, &Printed::fixture("katrineholm-2019")).await;
        targeted(&client).await;
        group(&app, "G175807").await;
        send(&client, &[
            row("0483", "2018", "T", Some(81.5), None), row("0483", "2019", "T", Some(82.5), None),
            row("0483", "2019", "K", Some(84.0), None), row("0483", "2019", "M", None, Some("Få svar")),
            row("0000", "2018", "T", Some(79.0), None), row("0000", "2019", "K", Some(85.0), None),
            row("0000", "2019", "M", Some(79.0), None), row("0000", "2019-08", "T", Some(70.0), None),
            row("0000", "2017", "T", Some(70.0), None), row("G175807", "2019", "T", Some(80.0), Some("80 %")),
            row("0480", "2019", "T", Some(99.0), None),
        ]).await.succeeded();
        let row = &rows(&client, 2019, &["svar"]).await[0];
        let line = |one: &Value| json!([one["organisation"], one["period"], one["sex"], one["value"], one["distance"]]);
        let lines: Vec<Value> = list(row, "references").iter().map(line).collect();
        assert_eq!(json!(lines), json!([
            ["0000", "2018", "T", 79, 2.5], ["G175807", "2019", "T", 80, 2.5], ["0000", "2019", "K", 85, -1],
            ["0000", "2019", "M", 79, null],
        ]));
        assert_eq!(list(row, "references")[1]["text"], "80 %");
    }
}
