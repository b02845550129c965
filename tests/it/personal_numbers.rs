//! Personal identity numbers in what is sent: refused by place, or flagged, and nowhere to be read afterwards.

use reqwest::Method;
use serde_json::json;
use utfall_api::personal_numbers::Policy;
use utfall_api::state::Setup;
use utfall_tests::app::TestApp;
use utfall_tests::database::Kind;
use utfall_tests::on_both_stores;
use utfall_tests::scenario::{august, before_august};

const NUMBER: &str = "811218-9876";

on_both_stores! {
    async fn texts_that_hold_one_are_refused_by_place(app) {
        let admin = before_august(&app).await;
        let receipt = august(&admin).await.succeeded();
        let case = receipt["deviations"][0]["deviationId"].as_str().unwrap();
        let said = json!({ "text": "Dyr placering.", "causes": [{ "cause": "other", "text": format!("Gäller {NUMBER}."), "amount": 1 }] });
        let refused = admin.post(&format!("deviations/{case}/explanations"), said).await;
        let problem = refused.refused(422);
        assert_eq!(problem["errors"][0]["pointer"], "/causes/0/text");
        assert!(problem["errors"][0]["reason"].as_str().unwrap().contains("personal identity number"));
        let csv = format!("account;unit;amount;text\n4551;3102;1;Vård\n4551;3102;2;{NUMBER}\n");
        let in_file = admin.put_csv("outcomes/2018-08/spare", csv).await;
        assert_eq!(in_file.refused(422)["errors"][0]["line"], 3);
        let escaped = r#"{"text":"Dyr placering.","causes":[{"cause":"other","text":"Gäller 811218\u002d9876.","amount":1}]}"#;
        let path = format!("deviations/{case}/explanations");
        let escaped = admin.send(admin.request(Method::POST, &path).header("Content-Type", "application/json").body(escaped)).await;
        assert_eq!(escaped.refused(422)["errors"][0]["pointer"], "/causes/0/text");
        let mut all = vec![refused, in_file, escaped];
        for query in ["reason=811218-9876", "reason=811218%2D9876", "reason=G%C3%A4ller%20811218-9876", "reason=%38%311218-9876"] {
            let in_query = admin.put(&format!("indicators/kurs?{query}"), json!({ "name": "Kurs", "unit": "kr" })).await;
            assert!(in_query.refused(400)["detail"].as_str().unwrap().contains("personal identity number"), "{}", in_query.body);
            all.push(in_query);
        }
        assert!(all.iter().all(|answer| !answer.body.contains(NUMBER)));
        assert!(!admin.get("audit-events?limit=1000").await.body.contains(NUMBER));
    }
}

#[tokio::test]
async fn where_they_are_flagged_the_answer_says_so() {
    let app = TestApp::start_as(Kind::Sqlite, Setup { personal_numbers: Policy::Flag, ..Setup::default() }).await;
    let admin = before_august(&app).await;
    let csv = format!("account;unit;amount;text\n4551;3102;2;{NUMBER}\n");
    let posted = admin.put_csv("outcomes/2018-08/spare", csv).await;
    posted.succeeded();
    assert_eq!(posted.header("utfall-flags"), "personal-number");
    let plain = admin.put_csv("outcomes/2018-08/spare", "account;unit;amount;text\n4551;3102;2;Vård\n").await;
    plain.succeeded();
    assert_eq!(plain.header("utfall-flags"), "");
    let asked = admin.get(&format!("audit-events?subject={NUMBER}")).await;
    asked.succeeded();
    assert_eq!(asked.header("utfall-flags"), "personal-number");
}
