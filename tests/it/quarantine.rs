//! Quarantine: a delivery with unknown codes is held outside the ledger until they are there.

use serde_json::json;
use utfall_tests::on_both_stores;
use utfall_tests::scenario::code_plan;

const NEW_ACTIVITY: &str = "account;unit;activity;amount\n4551;3102;NEW;7,50\n4551;3102;HVBU;1\n";

async fn with_new_activity(admin: &utfall_tests::client::Client) {
    let mut list: serde_json::Value =
        serde_json::from_str(&utfall_api::demo::linkoping::activities()).expect("activities");
    list["activities"].as_array_mut().expect("a list").push(json!({ "code": "NEW", "name": "Ny verksamhet" }));
    admin.put("activities", list).await.succeeded();
}

on_both_stores! {
    async fn a_held_delivery_is_released_when_its_codes_are_there(app) {
        let admin = code_plan(&app).await;
        let path = "outcomes/2018-08/ledger?onUnknownCode=quarantine";
        let answer = admin.put_csv(path, NEW_ACTIVITY).await;
        assert_eq!(answer.status, 202);
        let held = answer.json();
        let id = held["postingId"].as_str().unwrap().to_owned();
        assert!(answer.header("location").ends_with(&format!("/postings/{id}")));
        assert_eq!(held["errors"][0]["value"], "NEW");
        assert_eq!(admin.get(&format!("postings/{id}")).await.succeeded()["state"], "held");
        admin.get("outcomes/2018-08/ledger").await.refused(404);
        let problem = admin.post(&format!("postings/{id}/releases"), json!({})).await.refused(422);
        assert_eq!(problem["errors"][0]["fault"], "unknown-code");
        with_new_activity(&admin).await;
        let released = admin.post(&format!("postings/{id}/releases"), json!({})).await;
        assert_eq!(released.status, 201);
        assert_eq!(released.json()["postingId"], id.as_str());
        assert_eq!(admin.get("outcomes/2018-08/ledger").await.succeeded()["meta"]["totalRecords"], 2);
        admin.post(&format!("postings/{id}/releases"), json!({})).await.refused(409);
    }

    async fn a_newer_delivery_abandons_a_held_one(app) {
        let admin = code_plan(&app).await;
        let held = admin.put_csv("outcomes/2018-08/ledger?onUnknownCode=quarantine", NEW_ACTIVITY).await.json();
        let id = held["postingId"].as_str().unwrap();
        admin.put_csv("outcomes/2018-08/ledger", "account;unit;amount\n4551;3102;1\n").await.succeeded();
        assert_eq!(admin.get(&format!("postings/{id}")).await.succeeded()["state"], "abandoned");
        with_new_activity(&admin).await;
        admin.post(&format!("postings/{id}/releases"), json!({})).await.refused(409);
    }

    async fn only_unknown_codes_are_held(app) {
        let admin = code_plan(&app).await;
        let path = "outcomes/2018-08/ledger?onUnknownCode=quarantine";
        admin.put_csv(path, NEW_ACTIVITY.replace("7,50", "7,505")).await.refused(422);
        let wrong_total = format!("{path}&controlNet=9");
        with_new_activity(&admin).await;
        admin.put_csv(&wrong_total, NEW_ACTIVITY).await.refused(422);
    }

    async fn a_repeat_is_held_once_and_an_equal_delivery_abandons_what_is_held(app) {
        let admin = code_plan(&app).await;
        let standing = "account;unit;amount\n4551;3102;1\n";
        admin.put_csv("outcomes/2018-08/ledger", standing).await.succeeded();
        let hold = async || admin.put_csv("outcomes/2018-08/ledger?onUnknownCode=quarantine", NEW_ACTIVITY).await.json();
        let (first, again) = (hold().await, hold().await);
        assert_eq!(first["postingId"], again["postingId"]);
        let before = chrono::Utc::now().to_rfc3339_opts(chrono::SecondsFormat::Micros, true);
        assert_eq!(admin.put_csv("outcomes/2018-08/ledger", standing).await.succeeded()["unchanged"], true);
        let path = format!("postings/{}", first["postingId"].as_str().unwrap());
        assert_eq!(admin.get(&path).await.succeeded()["state"], "abandoned");
        assert_eq!(admin.get(&format!("{path}?asOf={before}")).await.succeeded()["state"], "held");
        let bound = app.client(utfall_domain::permission::Role::Poster, "0580", &["SN"]).await;
        bound.put_csv("outcomes/2018-08/ledger?onUnknownCode=quarantine", NEW_ACTIVITY).await.refused(422);
    }
}
