//! Indicators: what printed documents measure, loaded, compared, held against targets.

mod budgets;
mod compare;
mod currency;
mod deliveries;
mod documents;
mod forecasts;
mod json_stat;
mod periods;
mod printed;
mod rankings;
mod reasons;
mod sex_split;
mod statuses;

use printed::{Printed, list, text};
use serde_json::{Value, json};
use utfall_domain::permission::Role;
use utfall_tests::app::TestApp;
use utfall_tests::client::{Answer, Client};

/// A municipality whose social committee has defined the indicators of a printed document, and measured none yet.
async fn defined(app: &TestApp, printed: &Printed) -> Client {
    let code = printed.municipality();
    app.create(code, text(&printed.facts["municipality"], "name")).await;
    let admin = app.client(Role::Admin, code, &[]).await;
    let committee = json!({ "code": "SN", "name": printed.facts["committee"], "kind": "committee" });
    admin.put("committees", json!({ "committees": [committee] })).await.succeeded();
    let receipt = admin.put("indicators", printed.definitions()).await.succeeded();
    assert_eq!(receipt["count"], printed.indicators().len());
    admin
}

/// A municipality that has loaded all that a printed document measures, but no targets.
async fn measured(app: &TestApp, printed: &Printed) -> Client {
    let admin = defined(app, printed).await;
    send(&admin, &printed.observations()).await.succeeded();
    admin
}

/// Sends observations.
async fn send(client: &Client, rows: &[Value]) -> Answer {
    client.post("observations", json!({ "observations": rows })).await
}

/// All observations as they stand.
async fn standing(client: &Client) -> Value {
    client.get("observations?limit=10000").await.succeeded()["observations"].clone()
}

/// A scorecard of the social committee with some indicators: its rows.
async fn rows(client: &Client, year: i32, keys: &[&str]) -> Vec<Value> {
    let path = format!("scorecards/{year}/SN");
    let card = json!({ "groups": [{ "heading": "Styrkort", "indicators": keys }] });
    let standing = client.get(&path).await;
    if standing.status.is_success() {
        client.put_if(&path, standing.header("etag"), card).await.succeeded();
    } else {
        client.put(&path, card).await.succeeded();
    }
    list(&client.get(&path).await.succeeded()["groups"][0], "rows").to_vec()
}

/// What a target's line says: status, reason, outcome, what it is compared with, and the distance.
fn said(target: &Value) -> Value {
    json!([target["status"], target["reason"], target["outcome"], target["comparedWith"], target["distance"]])
}

/// A receipt's counts: added, changed, deleted and unchanged.
fn counts(receipt: &Value) -> [u64; 4] {
    let count = |member: &str| receipt[member].as_u64().unwrap_or_else(|| panic!("{member} of {receipt}"));
    ["addedCount", "changedCount", "deletedCount", "unchangedCount"].map(count)
}
