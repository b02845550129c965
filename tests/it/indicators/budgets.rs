//! Targets that are a percent of the committee's budget: the adopted budget of the year, as the reports total it.

use super::printed::list;
use super::{rows, said};
use serde_json::{Value, json};
use utfall_domain::permission::Role;
use utfall_tests::app::{MUNICIPALITY, TestApp};
use utfall_tests::client::Client;
use utfall_tests::on_both_stores;
use utfall_tests::scenario::before_august;

/// The deviation at the end of the year is to be at most one percent of the budget.
async fn indicator(client: &Client, key: &str, unit: &str, committee: Option<&str>) {
    let definition = json!({ "name": "Avvikelse", "unit": unit, "direction": "lower", "committee": committee });
    client.put(&format!("indicators/{key}"), definition).await.succeeded();
    let target = json!({ "period": "2018", "value": 1, "relativeTo": "budget", "text": "högst 1 % av budget" });
    client.put(&format!("indicators/{key}/targets"), json!({ "targets": [target] })).await.succeeded();
}

async fn observe(client: &Client, key: &str, organisation: &str, value: Value) {
    let row = json!({ "indicator": key, "organisation": organisation, "period": "2018", "sex": "T", "value": value });
    client.post("observations", json!({ "observations": [row] })).await.succeeded();
}

/// Linköping, with a second committee that has a budget of a million on a unit of its own.
async fn two_committees(app: &TestApp) -> Client {
    let client = before_august(app).await;
    let mut committees = client.get("committees?limit=100").await.succeeded();
    let own = committees["committees"].as_array_mut().expect("committees");
    own.push(json!({ "code": "BN", "name": "Barnnämnden", "kind": "committee" }));
    for committee in own {
        committee.as_object_mut().expect("a committee").remove("_links");
    }
    client.put("committees", json!({ "committees": committees["committees"] })).await.succeeded();
    let budget = "committee;account;period;amount\nBN;4551;2018-03;400000,25\nBN;4551;2018-11;600000\n";
    client.put_csv("budgets/2018/bn", budget).await.succeeded();
    client
}

/// What the forecast summary totals as a committee's budget, in kronor.
async fn budget(client: &Client, committee: &str) -> Value {
    let path = format!("reports/forecast-summary?committee={committee}&period=2018-08&amountUnit=kr");
    client.get(&path).await.succeeded()["total"]["values"]["budget"].clone()
}

async fn target(client: &Client, key: &str) -> Value {
    list(&rows(client, 2018, &[key]).await[0], "targets")[0].clone()
}

on_both_stores! {
    async fn a_target_is_a_percent_of_the_adopted_budget_of_the_reports(app) {
        let client = two_committees(&app).await;
        let total = budget(&client, "SN").await;
        assert!(total.as_i64().expect("whole kronor") > 0, "net cost is positive: {total}");
        for (key, unit, scale) in [("kronor", "kr", 1), ("tusental", "tkr", 1_000), ("miljoner", "mnkr", 1_000_000)] {
            indicator(&client, key, unit, None).await;
            observe(&client, key, "0580", json!(1)).await;
            let line = target(&client, key).await;
            assert_eq!((&line["status"], &line["reason"]), (&json!("met"), &json!("reached")), "{line}");
            assert_eq!((&line["relativeTo"], &line["reference"]), (&json!("budget"), &json!("committee:SN")));
            let reference = line["referenceValue"].as_f64().expect("a budget") * f64::from(scale);
            assert!((reference - total.as_f64().expect("a total")).abs() < 0.01, "{line}: {total}");
        }
        // A proposal is not the budget, and a supplementary budget is.
        let more = "account;unit;period;amount\n4551;3102;2018-12;1000,00\n";
        client.put_csv("budgets/2018/forslag?status=proposal", more).await.succeeded();
        assert_eq!(target(&client, "kronor").await["referenceValue"], total);
        client.put_csv("budgets/2018/tillagg", more).await.succeeded();
        assert_eq!(target(&client, "kronor").await["referenceValue"], total.as_i64().expect("kronor") + 1000);
    }

    async fn the_committee_is_the_values_the_indicators_or_the_scorecards(app) {
        let client = two_committees(&app).await;
        indicator(&client, "agt", "kr", Some("BN")).await;
        observe(&client, "agt", "0580", json!(10_000.01)).await;
        let line = target(&client, "agt").await;
        assert_eq!((&line["reference"], &line["referenceValue"]), (&json!("committee:BN"), &json!(1_000_000.25)));
        assert_eq!(said(&line), json!(["not-met", "not-reached", 10_000.01, 10_000.002_5, 0.007_5]));
        // Another committee's budget is not for who may not read that committee's figures.
        let bound = app.client(Role::Reader, MUNICIPALITY, &["SN"]).await;
        let card = bound.get("scorecards/2018/SN").await.succeeded();
        let line = &card["groups"][0]["rows"][0]["targets"][0];
        assert_eq!(said(line), json!(["not-assessed", "no-reference", 10_000.01, null, null]));

        observe(&client, "agt", "committee:SN", json!(5)).await;
        let line = target(&client, "agt").await;
        assert_eq!((&line["reference"], &line["referenceValue"]), (&json!("committee:SN"), &budget(&client, "SN").await));
    }

    async fn without_a_budget_or_a_unit_of_money_there_is_no_reference(app) {
        let client = before_august(&app).await;
        indicator(&client, "andel", "%", None).await;
        observe(&client, "andel", "0580", json!(1)).await;
        let line = target(&client, "andel").await;
        assert_eq!(said(&line), json!(["not-assessed", "no-reference", 1, null, null]));
        assert_eq!((&line["reference"], &line["referenceValue"]), (&json!("committee:SN"), &Value::Null));
        indicator(&client, "kronor", "kr", None).await;
        let target = json!({ "period": "2017", "value": 1, "relativeTo": "budget" });
        let etag = client.get("indicators/kronor/targets").await;
        client.put_if("indicators/kronor/targets", etag.header("etag"), json!({ "targets": [target] })).await.succeeded();
        let row = json!({ "indicator": "kronor", "period": "2017", "value": 1 });
        client.post("observations", json!({ "observations": [row] })).await.succeeded();
        let line = &rows(&client, 2017, &["kronor"]).await[0]["targets"][0];
        assert_eq!((&line["reason"], &line["referenceValue"]), (&json!("no-reference"), &Value::Null));
    }

    async fn the_budget_is_the_one_that_stood(app) {
        let client = before_august(&app).await;
        indicator(&client, "kronor", "kr", None).await;
        observe(&client, "kronor", "0580", json!(1)).await;
        let before = target(&client, "kronor").await;
        let moment = chrono::Utc::now().to_rfc3339_opts(chrono::SecondsFormat::Micros, true);
        client.put_csv("budgets/2018/tillagg", "account;unit;period;amount\n4551;3102;2018-12;1000,00\n").await.succeeded();
        let card = client.get(&format!("scorecards/2018/SN?asOf={moment}")).await.succeeded();
        assert_eq!(card["groups"][0]["rows"][0]["targets"][0], before);
        assert_ne!(target(&client, "kronor").await, before);
    }
}
