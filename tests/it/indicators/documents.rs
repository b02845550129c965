//! The indicators of printed documents load with values, sexes, references, texts and targets, and come back equal.

use super::compare::{is_as_printed, points, printed, read, unsaid};
use super::printed::{Printed, list, targets, text};
use super::{counts, defined, send, standing};
use serde_json::{Value, json};
use std::collections::HashSet;
use utfall_tests::client::Client;
use utfall_tests::on_both_stores;

/// The documents: how many indicators, values and targets each prints.
const DOCUMENTS: [(&str, usize, usize, usize); 3] =
    [("eskilstuna-2017", 42, 51, 9), ("linkoping-2018-08", 40, 64, 23), ("katrineholm-2019", 168, 411, 1)];

/// Puts all targets; answers how many.
async fn put_targets(client: &Client, document: &Printed) -> usize {
    let mut count = 0;
    for one in document.indicators() {
        let targets = targets(one);
        if !targets.is_empty() {
            count += targets.len();
            let path = format!("indicators/{}/targets", text(one, "key"));
            client.put(&path, json!({ "targets": targets })).await.succeeded();
        }
    }
    count
}

/// The definitions say what was sent, and there are no others.
async fn definitions_are_equal(client: &Client, document: &Printed) {
    let answer = client.get("indicators?limit=1000").await.succeeded();
    let answered = list(&answer, "indicators");
    assert_eq!(answered.len(), document.indicators().len());
    for sent in list(&document.definitions(), "indicators") {
        let found = answered.iter().find(|one| one["key"] == sent["key"]).expect("an indicator that was sent");
        assert_eq!(unsaid(found, sent), Vec::<String>::new(), "{}", sent["key"]);
    }
}

/// What the series and the targets say, indicator by indicator.
async fn series_and_targets(client: &Client, document: &Printed) -> Vec<Value> {
    let mut all = Vec::new();
    for one in document.indicators() {
        let path = format!("indicators/{}", text(one, "key"));
        all.extend(points(&client.get(&format!("{path}/series")).await.succeeded()));
        let answer = client.get(&format!("{path}/targets")).await;
        if targets(one).is_empty() {
            answer.refused(404);
        } else {
            let answer = answer.succeeded();
            assert!(is_as_printed(one, list(&answer, "targets")), "{answer}");
        }
    }
    all
}

on_both_stores! {
    async fn three_documents_load_and_come_back_equal(app) {
        for (name, indicators, values, target_count) in DOCUMENTS {
            let document = Printed::fixture(name);
            let client = defined(&app, &document).await;
            let rows = document.observations();
            let receipt = send(&client, &rows).await.succeeded();
            assert_eq!(counts(&receipt), [values as u64, 0, 0, 0], "{name}");
            assert_eq!(receipt["rowCount"], values);
            assert_eq!(document.indicators().len(), indicators);
            assert_eq!(put_targets(&client, &document).await, target_count, "{name}");

            definitions_are_equal(&client, &document).await;
            let expected = printed(&document);
            assert_eq!(expected.len(), values);
            let observations = standing(&client).await;
            assert_eq!(read(&document, observations.as_array().unwrap()), expected, "{name}");
            let series = series_and_targets(&client, &document).await;
            assert_eq!(read(&document, &series), expected, "{name}: series");
        }
    }

    async fn the_same_again_changes_nothing(app) {
        for (name, _, values, target_count) in DOCUMENTS {
            let document = Printed::fixture(name);
            let client = defined(&app, &document).await;
            let rows = document.observations();
            let first = send(&client, &rows).await.succeeded();
            put_targets(&client, &document).await;
            let before = client.get("observations?limit=10000").await;

            let again = client.put("indicators", document.definitions()).await.succeeded();
            assert_eq!((&again["addedIndicators"], &again["changedIndicators"]), (&json!([]), &json!([])));
            let receipt = send(&client, &rows).await.succeeded();
            assert_eq!(counts(&receipt), [0, 0, 0, values as u64], "{name}");
            assert_eq!(receipt["flags"], first["flags"], "{name}");
            assert_eq!(put_targets(&client, &document).await, target_count);
            let after = client.get("observations?limit=10000").await;
            assert_eq!((&after.body, after.header("etag")), (&before.body, before.header("etag")), "{name}");
        }
    }

    async fn an_index_names_the_indicators_that_it_is_made_of(app) {
        let client = defined(&app, &Printed::fixture("katrineholm-2019")).await;
        for (index, components) in [
            ("hr-hme-totalt", ["hr-hme-delindex-motivation", "hr-hme-delindex-ledarskap", "hr-hme-delindex-styrning"]),
            ("resultat-i-undersokningen-kring-hallbart-medarbetarengagemang",
             ["hme-delindex-ledarskap", "hme-delindex-motivation", "hme-delindex-styrning"]),
        ] {
            let answer = client.get(&format!("indicators/{index}")).await.succeeded();
            assert_eq!(answer["components"], json!(components), "{index}");
        }
    }
}

#[test]
fn no_two_printed_values_are_the_same_value() {
    for (name, ..) in DOCUMENTS {
        let rows = Printed::fixture(name).observations();
        let key = |row: &Value| ["indicator", "organisation", "period", "sex"].map(|member| row[member].to_string());
        let keys: HashSet<_> = rows.iter().map(key).collect();
        assert_eq!(keys.len(), rows.len(), "{name}");
    }
}

#[test]
fn a_damaged_answer_is_seen() {
    let document = Printed::fixture("katrineholm-2019");
    let rows = document.observations();
    let expected = printed(&document);
    assert_eq!(read(&document, &rows), expected);
    assert_ne!(read(&document, &rows[1..]), expected);
    assert_ne!(read(&document, &[rows.as_slice(), &rows[..1]].concat()), expected);
    for (member, value) in [
        ("indicator", json!("x")),
        ("organisation", json!("0000")),
        ("period", json!("2010")),
        ("sex", json!("K")),
        ("value", json!(-1)),
        ("text", Value::Null),
        ("caution", json!("x")),
    ] {
        let mut damaged = rows.clone();
        damaged[0][member] = value;
        assert_ne!(read(&document, &damaged), expected, "{member}");
    }
}
