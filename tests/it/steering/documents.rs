//! Printed documents load whole and come back equal, whatever the steering model.

mod assessments;
mod counts;
mod damage;
mod faults;
mod municipalities;
mod others;

use super::compare::{differences, says};
use super::printed::Printed;
use super::{fixture, modelled};
use serde_json::{Value, json};
use utfall_domain::permission::Role;
use utfall_tests::app::TestApp;
use utfall_tests::client::Client;
use utfall_tests::on_both_stores;

const MODELS: [&str; 5] = ["eskilstuna", "linkoping", "katrineholm", "programme-committees", "scorecard"];

/// How many entries a list has.
fn count(value: &Value) -> usize {
    value.as_array().map_or(0, Vec::len)
}

/// Puts back what was exported: nothing changes, and it is read as before.
async fn put_back(client: &Client, chain: &str) {
    let exported = client.get(chain).await;
    let again = client.put(chain, exported.succeeded()).await.succeeded();
    for what in ["addedGoals", "changedGoals", "removedGoals"] {
        assert_eq!(again[what], json!([]), "{what}");
    }
    let unchanged = client.get(chain).await;
    assert_eq!((&unchanged.body, unchanged.header("etag")), (&exported.body, exported.header("etag")));
}

/// A municipality whose committees, steering model and chain are fixtures.
async fn put_fixtures(app: &TestApp, municipality: &str, model: &str) -> Client {
    app.create(municipality, "Staden").await;
    let admin = app.client(Role::Admin, municipality, &[]).await;
    for (path, kind) in [("committees", "committees"), ("steering-models", "models"), ("goal-chains", "chains")] {
        let path = if kind == "committees" { path.to_owned() } else { format!("{path}/{model}") };
        admin.put(&path, fixture(&format!("{kind}/{model}.json"))).await.succeeded();
    }
    admin
}

/// Loads a printed document, exports it and compares; answers how many placements and nodes it has.
async fn round_trip(app: &TestApp, printed: &Printed) -> (usize, usize) {
    let admin = modelled(app, printed).await;
    let chain = format!("goal-chains/{}", printed.model_code);
    let receipt = admin.put(&chain, printed.chain()).await.succeeded();
    let exported = admin.get(&chain).await.succeeded();
    assert_eq!(differences(printed, &printed.nodes(), &exported), Vec::<String>::new());
    let placements = exported["goals"].as_array().unwrap().iter().map(|goal| count(&goal["placements"])).sum();
    let nodes = count(&exported["goals"]);
    assert_eq!((&receipt["placementCount"], &receipt["goalCount"]), (&json!(placements), &json!(nodes)));
    assert_eq!(count(&receipt["addedGoals"]), nodes);
    put_back(&admin, &chain).await;
    (placements, nodes)
}

on_both_stores! {
    async fn printed_chains_load_whole_and_come_back_equal(app) {
        for (document, placements_and_nodes) in
            [("eskilstuna-2017", (81, 78)), ("linkoping-2018-08", (37, 37)), ("katrineholm-2019", (43, 43))]
        {
            let printed = Printed::fixture(document);
            assert_eq!(round_trip(&app, &printed).await, placements_and_nodes, "{document}");
        }
    }

    async fn five_steering_models_are_documents(app) {
        let admin = app.admin().await;
        for model in MODELS {
            let sent = fixture(&format!("models/{model}.json"));
            let path = format!("steering-models/{model}");
            admin.put(&path, sent.clone()).await.succeeded();
            let answer = admin.get(&path).await.succeeded();
            assert!(says(&answer, &sent), "{model}: {answer}");
        }
        assert_eq!(admin.get("steering-models").await.succeeded()["meta"]["totalRecords"], MODELS.len());
    }

    async fn chains_of_two_more_models_come_back_as_they_were_sent(app) {
        for (municipality, model, nodes) in [("1880", "programme-committees", 10), ("1280", "scorecard", 11)] {
            let admin = put_fixtures(&app, municipality, model).await;
            let (chain, sent) = (format!("goal-chains/{model}"), fixture(&format!("chains/{model}.json")));
            let exported = admin.get(&chain).await.succeeded();
            assert_eq!(count(&exported["goals"]), nodes);
            assert!(says(&exported, &sent), "{exported}");
            put_back(&admin, &chain).await;
        }
    }
}
