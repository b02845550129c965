//! Calls that create and are sent again: one effect, one answer. The figures are of `reliability`'s promises I1 to I4.

use serde_json::{Value, json};
use utfall_domain::permission::Role;
use utfall_tests::app::{MUNICIPALITY, OTHER, TestApp};
use utfall_tests::client::Client;
use utfall_tests::on_both_stores;
use utfall_tests::scenario::{august, before_august};
use utfall_tests::tries::tries;

/// A case to explain, and its address.
async fn to_explain(app: &TestApp) -> (Client, String) {
    let admin = before_august(app).await;
    let receipt = august(&admin).await.succeeded();
    let case = receipt["deviations"][0]["deviationId"].as_str().expect("a case").to_owned();
    (admin, format!("deviations/{case}/explanations"))
}

fn said(text: &str) -> Value {
    json!({ "text": text, "causes": [{ "cause": "volume", "text": "Fler placeringar.", "amount": -1000 }], "difference": "Som i juli." })
}

async fn explanations(client: &Client, path: &str) -> i64 {
    client.get(path).await.succeeded()["meta"]["totalRecords"].as_i64().expect("a number")
}

on_both_stores! {
    async fn the_same_call_again_gets_the_same_answer_and_has_no_other_effect(app) {
        let (admin, path) = to_explain(&app).await;
        let body = said("Dyrare vård.").to_string();
        let first = admin.post_once(&path, Some("a"), body.clone()).await;
        assert_eq!((first.status.as_u16(), first.header("idempotent-replayed")), (201, "false"));
        // The world moves on; another explanation is the newest.
        admin.post_once(&path, Some("b"), said("Något annat.").to_string()).await.succeeded();
        let events = admin.get("audit-events").await.succeeded()["meta"]["totalRecords"].clone();
        let written_otherwise = format!(" {} ", serde_json::to_string_pretty(&said("Dyrare vård.")).unwrap());
        let renewed = app.client(Role::Admin, MUNICIPALITY, &[]).await;
        let elsewhere = Client::with_token(app.replica().await, MUNICIPALITY, &app.token(Role::Admin, MUNICIPALITY, &[]).await);
        let mut tried = 0;
        for client in [&admin, &renewed, &elsewhere] {
            for body in [&body, &written_otherwise] {
                for key in ["a", "\"a\""] {
                    let again = client.post_once(&path, Some(key), body.clone()).await;
                    assert_eq!((again.status, &again.body), (first.status, &first.body));
                    for header in ["location", "etag", "content-type"] {
                        assert_eq!(again.header(header), first.header(header), "{header}");
                    }
                    assert_eq!(again.header("idempotent-replayed"), "true");
                    tried += 1;
                }
            }
        }
        while tried < tries(12, 1_000) {
            let again = elsewhere.post_once(&path, Some("a"), body.clone()).await;
            assert_eq!((again.status, &again.body, again.header("idempotent-replayed")), (first.status, &first.body, "true"));
            tried += 1;
        }
        assert_eq!(explanations(&admin, &path).await, 2);
        assert_eq!(admin.get("audit-events").await.succeeded()["meta"]["totalRecords"], events);
        println!("I1, {:?}: {tried} replays, also from another instance: 1 effect, byte-equal", app.kind);
    }

    async fn a_key_for_something_else_and_a_call_without_one_are_refused(app) {
        let (admin, path) = to_explain(&app).await;
        admin.post_once(&path, Some("a"), said("Dyrare vård.").to_string()).await.succeeded();
        let others = tries(20, 100);
        for number in 0..others {
            let other = admin.post_once(&path, Some("a"), said(&format!("Dyrare vård, {number}.")).to_string()).await;
            assert!(other.refused(422)["detail"].as_str().unwrap().contains("used for another call"));
        }
        let long = "x".repeat(256);
        for key in [None, Some(""), Some("\"\""), Some(long.as_str()), Some("a\tb")] {
            admin.post_once(&path, key, said("Utan nyckel.").to_string()).await.refused(400);
        }
        let longest = "x".repeat(255);
        admin.post_once(&path, Some(&longest), said("Längsta nyckeln.").to_string()).await.succeeded();
        assert_eq!(explanations(&admin, &path).await, 2);
        println!("I2, {:?}: {others} bodies that differ: 422; 5 keys that are none: 400; 0 effects", app.kind);
    }

    async fn at_the_same_time_one_runs_and_the_others_get_its_answer(app) {
        let (admin, path) = to_explain(&app).await;
        let (rounds, at_once) = (tries(5, 100), tries(16, 64));
        for round in 0..rounds {
            let key = format!("round-{round}");
            let body = said(&format!("Omgång {round}.")).to_string();
            let calls = (0..at_once).map(|_| admin.post_once(&path, Some(&key), body.clone()));
            let answers = futures_util::future::join_all(calls).await;
            let new = answers.iter().filter(|answer| answer.header("idempotent-replayed") == "false").count();
            assert_eq!(new, 1);
            assert!(answers.iter().all(|answer| answer.status.as_u16() == 201 && answer.body == answers[0].body));
            assert_eq!(explanations(&admin, &path).await, i64::try_from(round).expect("a number") + 1);
        }
        println!("I3, {:?}: {rounds} rounds of {at_once} at once: 1 effect each", app.kind);
    }

    async fn a_key_is_the_municipalitys_the_operations_and_what_one_reaches(app) {
        let (admin, path) = to_explain(&app).await;
        let body = said("Dyrare vård.").to_string();
        admin.post_once(&path, Some("a"), body.clone()).await.succeeded();
        app.create(OTHER, "Norrköping").await;
        let stranger = app.client(Role::Admin, OTHER, &[]).await;
        stranger.post_once(&path, Some("a"), body.clone()).await.refused(404);
        let bound = app.client(Role::Admin, MUNICIPALITY, &["KS"]).await;
        bound.post_once(&path, Some("a"), body.clone()).await.refused(404);
        app.client(Role::Reader, MUNICIPALITY, &[]).await.post_once(&path, Some("a"), body).await.refused(403);
        // The same key of another operation is another key.
        let spare = admin.put_csv("outcomes/2016-01/spare", "account;unit;amount\n4551;3102;1\n").await.succeeded();
        let withdrawal = format!("postings/{}/withdrawals", spare["postingId"].as_str().unwrap());
        let withdrawn = admin.post_once(&withdrawal, Some("a"), json!({ "reason": "Fel fil." }).to_string()).await;
        assert_eq!((withdrawn.status.as_u16(), withdrawn.header("idempotent-replayed")), (201, "false"));
        let again = admin.post_once(&withdrawal, Some("a"), json!({ "reason": "Fel fil." }).to_string()).await;
        assert_eq!((again.body.as_str(), again.header("idempotent-replayed")), (withdrawn.body.as_str(), "true"));
        println!("I4, {:?}: 0 answers to another municipality, committee or role; one key of two operations: two effects", app.kind);
    }

    async fn what_was_released_is_released_once(app) {
        let admin = before_august(&app).await;
        let new = "account;unit;project;amount\n4551;3102;P1;7,50\n";
        let held = admin.put_csv("outcomes/2016-02/spare?onUnknownCode=quarantine", new).await.succeeded();
        let release = format!("postings/{}/releases", held["postingId"].as_str().unwrap());
        // A refusal is not kept: when the codes are there, the same key does it.
        admin.post_once(&release, Some("a"), "").await.refused(422);
        admin.put("projects", json!({ "projects": [{ "code": "P1", "name": "Ett" }] })).await.succeeded();
        let released = admin.post_once(&release, Some("a"), "").await;
        assert_eq!(released.status.as_u16(), 201);
        let again = admin.post_once(&release, Some("a"), "").await;
        assert_eq!((again.status.as_u16(), again.body.as_str(), again.header("idempotent-replayed")), (201, released.body.as_str(), "true"));
        admin.post_once(&release, Some("b"), "").await.refused(409);
    }
}
