//! Month locks: a committee's month that no posting may change.

use serde_json::{Value, json};
use utfall_tests::client::Client;
use utfall_tests::on_both_stores;
use utfall_tests::scenario::code_plan;

async fn two_committees(app: &utfall_tests::app::TestApp) -> Client {
    let admin = code_plan(app).await;
    let committees = json!({ "committees": [{ "code": "SN", "name": "Socialnämnden" }, { "code": "KS", "name": "Kommunstyrelsen" }] });
    admin.put("committees", committees).await.succeeded();
    post(&admin, "", 1, 2).await.succeeded();
    admin.put("month-locks/2018-08/SN", json!({ "locked": true, "reason": "Beslutad." })).await.succeeded();
    admin
}

async fn post(client: &Client, query: &str, social: i64, executive: i64) -> utfall_tests::client::Answer {
    let csv = format!("account;committee;amount\n4551;SN;{social}\n4551;KS;{executive}\n");
    client.put_csv(&format!("outcomes/2018-08/ledger{query}"), csv).await
}

async fn outcomes(client: &Client) -> (Value, Value) {
    let mut found = Vec::new();
    for committee in ["SN", "KS"] {
        let path = format!("reports/operating-summary?committee={committee}&period=2018-08");
        found.push(client.get(&path).await.succeeded()["total"]["values"]["outcome"].clone());
    }
    (found[0].clone(), found[1].clone())
}

on_both_stores! {
    async fn a_posting_that_changes_a_locked_committee_is_refused(app) {
        let admin = two_committees(&app).await;
        let problem = post(&admin, "", 10, 20).await.refused(409);
        assert_eq!(problem["locks"], json!([{ "period": "2018-08", "committee": "SN" }]));
        assert_eq!(outcomes(&admin).await, (json!(1), json!(2)));
        // Leaving the locked committee's amounts as they are is no change of them.
        post(&admin, "", 1, 20).await.succeeded();
        assert_eq!(outcomes(&admin).await, (json!(1), json!(20)));
    }

    async fn keep_posts_the_others(app) {
        let admin = two_committees(&app).await;
        let receipt = post(&admin, "?onLocked=keep", 10, 20).await.succeeded();
        assert_eq!(receipt["keptLocks"], json!([{ "period": "2018-08", "committee": "SN" }]));
        assert_eq!(outcomes(&admin).await, (json!(1), json!(20)));
        // The nightly repeat changes nothing while the lock holds.
        let again = post(&admin, "?onLocked=keep", 10, 20).await.succeeded();
        assert_eq!((&again["unchanged"], &again["revision"]), (&json!(true), &receipt["revision"]));
        assert_eq!(again["keptLocks"], receipt["keptLocks"]);
        // Once unlocked, the same delivery brings what was kept back.
        let etag = admin.get("month-locks/2018-08/SN").await.header("etag").to_owned();
        admin.put_if("month-locks/2018-08/SN", &etag, json!({ "locked": false, "reason": "Rättelse." })).await.succeeded();
        post(&admin, "?onLocked=keep", 10, 20).await.succeeded();
        assert_eq!(outcomes(&admin).await, (json!(10), json!(20)));
    }

    async fn unlocking_takes_a_reason_and_a_version(app) {
        let admin = two_committees(&app).await;
        let lock = admin.get("month-locks/2018-08/SN").await;
        let etag = lock.header("etag").to_owned();
        admin.put("month-locks/2018-08/SN", json!({ "locked": false, "reason": "Rättelse." })).await.refused(428);
        admin.put_if("month-locks/2018-08/SN", &etag, json!({ "locked": false })).await.refused(422);
        admin.put_if("month-locks/2018-08/SN", "\"1-json\"", json!({ "locked": false, "reason": "x" })).await.refused(412);
        admin.put_if("month-locks/2018-08/SN", &etag, json!({ "locked": false, "reason": "Rättelse." })).await.succeeded();
        post(&admin, "", 10, 20).await.succeeded();
        let events = admin.get("audit-events?resource=month-locks/2018-08/SN").await.succeeded();
        let actions: Vec<_> = events["auditEvents"].as_array().unwrap().iter().map(|e| (e["action"].clone(), e["reason"].clone())).collect();
        assert_eq!(actions, [(json!("unlock-month"), json!("Rättelse.")), (json!("lock-month"), json!("Beslutad."))]);
    }

    async fn a_withdrawal_of_a_locked_month_is_refused(app) {
        let admin = two_committees(&app).await;
        let standing = admin.get("postings?standing=true").await.succeeded();
        let id = standing["postings"][0]["postingId"].as_str().unwrap();
        admin.post(&format!("postings/{id}/withdrawals"), json!({ "reason": "Fel." })).await.refused(409);
    }
}
