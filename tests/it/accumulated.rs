//! Accumulated deliveries: January through the month, turned into months, re-derived when an earlier month changes.

use serde_json::{Value, json};
use utfall_tests::client::Client;
use utfall_tests::on_both_stores;
use utfall_tests::scenario::code_plan;

async fn post(client: &Client, month: &str, basis: &str, rows: &[(&str, i64)]) -> Value {
    let lines: Vec<String> = rows.iter().map(|(activity, amount)| format!("4551;3102;{activity};{amount}\n")).collect();
    let csv = format!("account;unit;activity;amount\n{}", lines.concat());
    client.put_csv(&format!("outcomes/{month}/ledger?basis={basis}"), csv).await.succeeded()
}

async fn entries(client: &Client, month: &str) -> Vec<(String, i64)> {
    let page = client.get(&format!("outcomes/{month}/ledger?limit=100")).await.succeeded();
    let rows = page["entries"].as_array().expect("entries");
    let mut entries: Vec<_> = rows
        .iter()
        .map(|e| (e["activity"].as_str().unwrap_or_default().to_owned(), e["amount"].as_i64().expect("kronor")))
        .collect();
    entries.sort();
    entries
}

fn rows(rows: &[(&str, i64)]) -> Vec<(String, i64)> {
    rows.iter().map(|(activity, amount)| ((*activity).to_owned(), *amount)).collect()
}

async fn outcome(client: &Client, query: &str) -> Value {
    let report = client.get(&format!("reports/operating-summary?committee=SN&{query}")).await.succeeded();
    report["total"]["values"]["outcome"].clone()
}

on_both_stores! {
    async fn months_are_what_accumulated_deliveries_add(app) {
        let admin = code_plan(&app).await;
        post(&admin, "2018-01", "accumulated", &[("HVBU", 10), ("FAM", 5)]).await;
        post(&admin, "2018-02", "accumulated", &[("HVBU", 25)]).await;
        // FAM disappeared: it counts zero from then, so January's 5 is taken back.
        assert_eq!(entries(&admin, "2018-02").await, rows(&[("FAM", -5), ("HVBU", 15)]));
        assert_eq!(outcome(&admin, "period=2018-02").await, 25);
        assert_eq!(outcome(&admin, "period=2018-02&span=month").await, 10);
    }

    async fn a_first_accumulated_delivery_is_a_span(app) {
        let admin = code_plan(&app).await;
        let receipt = post(&admin, "2018-08", "accumulated", &[("HVBU", 80)]).await;
        assert_eq!(receipt["fromMonth"], "2018-01");
        assert_eq!(outcome(&admin, "period=2018-08").await, 80);
        assert_eq!(outcome(&admin, "period=2018-08&span=month").await, Value::Null);
        assert_eq!(outcome(&admin, "period=2018-05").await, Value::Null);
        let report = admin.get("reports/operating-summary?committee=SN&period=2018-05").await.succeeded();
        assert_eq!(report["total"]["absents"][0], json!({ "column": "outcome", "reason": "accumulated-span" }));
        let september = post(&admin, "2018-09", "accumulated", &[("HVBU", 95)]).await;
        assert_eq!(september["fromMonth"], "2018-09");
        assert_eq!(outcome(&admin, "period=2018-09&span=month").await, 15);
    }

    async fn reposting_an_earlier_month_rederives_the_later_one(app) {
        let admin = code_plan(&app).await;
        post(&admin, "2018-01", "accumulated", &[("HVBU", 10)]).await;
        let february = post(&admin, "2018-02", "accumulated", &[("HVBU", 25)]).await;
        post(&admin, "2018-03", "accumulated", &[("HVBU", 45)]).await;
        let january = post(&admin, "2018-01", "accumulated", &[("HVBU", 12), ("FAM", 1)]).await;
        assert_eq!(january["rederivedPostings"].as_array().unwrap().len(), 1);
        assert_eq!(entries(&admin, "2018-02").await, rows(&[("FAM", -1), ("HVBU", 13)]));
        assert_eq!(entries(&admin, "2018-03").await, rows(&[("HVBU", 20)]));
        assert_eq!(outcome(&admin, "period=2018-02").await, 25);
        let rederived = january["rederivedPostings"][0].as_str().unwrap();
        let shown = admin.get(&format!("postings/{rederived}")).await.succeeded();
        assert_eq!((&shown["revision"], &shown["cause"]), (&json!(2), &json!("re-derivation")));
        assert_eq!(shown["causePostingId"], january["postingId"]);
        // The delivery that it was derived from is still the current one: sent again, it changes nothing.
        let again = post(&admin, "2018-02", "accumulated", &[("HVBU", 25)]).await;
        assert_eq!((&again["unchanged"], &again["revision"]), (&json!(true), &json!(2)));
        assert_ne!(again["postingId"], february["postingId"]);
    }

    async fn a_month_posted_late_shortens_the_span_after_it(app) {
        let admin = code_plan(&app).await;
        post(&admin, "2018-02", "accumulated", &[("HVBU", 30)]).await;
        let january = post(&admin, "2018-01", "month", &[("HVBU", 10)]).await;
        assert_eq!(january["rederivedPostings"].as_array().unwrap().len(), 1);
        assert_eq!(entries(&admin, "2018-02").await, rows(&[("HVBU", 20)]));
        assert_eq!(outcome(&admin, "period=2018-02&span=month").await, 20);
        assert_eq!(outcome(&admin, "period=2018-01").await, 10);
    }

    async fn withdrawing_an_earlier_month_gives_its_amounts_to_the_span_after_it(app) {
        let admin = code_plan(&app).await;
        let january = post(&admin, "2018-01", "month", &[("HVBU", 10)]).await;
        post(&admin, "2018-02", "accumulated", &[("HVBU", 30)]).await;
        let id = january["postingId"].as_str().unwrap();
        admin.post(&format!("postings/{id}/withdrawals"), json!({ "reason": "Fel månad." })).await.succeeded();
        assert_eq!(entries(&admin, "2018-02").await, rows(&[("HVBU", 30)]));
        assert_eq!(outcome(&admin, "period=2018-02").await, 30);
        assert_eq!(outcome(&admin, "period=2018-02&span=month").await, Value::Null);
    }
}
