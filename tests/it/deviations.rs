//! Deviation cases: opened, changed and closed in the transaction of what caused them; never an invented deviation.

mod answers;

use serde_json::{Value, json};
use utfall_api::demo::linkoping;
use utfall_tests::client::Client;
use utfall_tests::on_both_stores;
use utfall_tests::scenario::{august, before_august, code_plan};

async fn open_cases(client: &Client) -> Vec<(String, Value)> {
    let page = client.get("deviations?state=open&limit=100").await.succeeded();
    let rows = page["deviations"].as_array().expect("deviations");
    rows.iter().map(|case| (case["code"].as_str().unwrap_or_default().to_owned(), case["amount"].clone())).collect()
}

on_both_stores! {
    async fn a_corrected_month_changes_and_closes_cases_and_history_shows_both(app) {
        let admin = before_august(&app).await;
        august(&admin).await.succeeded();
        // HVB unga lands on its budget, Bosocial verksamhet turns to a surplus.
        let corrected = linkoping::delivery(|a| match a.code {
            "HVBU" => a.outcome + a.deviation,
            "BOS" => a.outcome + a.deviation - 11,
            _ => a.outcome,
        });
        let receipt = admin.put_csv("outcomes/2018-08/ledger?basis=accumulated&amountUnit=tkr", corrected).await.succeeded();
        let touched: Vec<(Value, Value, Value)> = receipt["deviations"].as_array().unwrap().iter()
            .map(|case| (case["code"].clone(), case["event"].clone(), case["required"].clone())).collect();
        assert_eq!(touched, [
            (json!("SN"), json!("changed"), json!("explanation")),
            (json!("BOS"), json!("changed"), json!("explanation")),
            (json!("HVBU"), json!("closed"), Value::Null),
        ]);
        let id = receipt["deviations"][2]["deviationId"].as_str().unwrap();
        let case = admin.get(&format!("deviations/{id}")).await.succeeded();
        assert_eq!((&case["state"], &case["amount"]), (&json!("closed"), &json!(0)));
        let history: Vec<_> = case["evaluations"].as_array().unwrap().iter()
            .map(|e| (e["event"].clone(), e["amount"].clone())).collect();
        assert_eq!(history, [(json!("opened"), json!(-10_968_000)), (json!("closed"), json!(0))]);
        assert_eq!(case["evaluations"][1]["postingId"], receipt["postingId"]);
    }

    async fn a_case_tells_its_rule_and_what_is_required(app) {
        let admin = before_august(&app).await;
        let receipt = august(&admin).await.succeeded();
        let cases = admin.get("deviations?level=committee").await.succeeded();
        let case = &cases["deviations"][0];
        assert_eq!(case["required"], "action-plan");
        assert_eq!((&case["budget"], &case["actual"], &case["amount"]), (&json!(309_920_000), &json!(320_864_000), &json!(-10_944_000)));
        assert_eq!(case["percent"], -3.53);
        assert_eq!(case["rule"]["basis"], "year-to-date");
        assert_eq!(case["openedByPosting"], receipt["postingId"]);
    }

    async fn a_year_budget_without_a_profile_is_not_periodised_and_opens_nothing(app) {
        let admin = code_plan(&app).await;
        admin.put_as("deviation-policies/SN", "application/json", linkoping::POLICY).await.succeeded();
        admin.put_csv("budgets/2018/original", "account;unit;activity;amount\n4551;3102;HVBU;100\n").await.succeeded();
        let receipt = admin.put_csv("outcomes/2018-08/ledger", "account;unit;activity;amount\n4551;3102;HVBU;500\n").await;
        assert_eq!(receipt.succeeded()["deviations"], json!([]));
        let report = admin.get("reports/operating-summary?committee=SN&period=2018-08").await.succeeded();
        assert_eq!(report["rows"][0]["values"]["deviation"], Value::Null);
        assert_eq!(report["rows"][0]["absents"][2], json!({ "column": "deviation", "reason": "not-periodised" }));
        let none = admin.get("reports/operating-summary?committee=SN&period=2017-08").await.succeeded();
        let last = none["total"]["absents"].as_array().unwrap().last().unwrap();
        assert_eq!(last, &json!({ "column": "deviation", "reason": "no-outcome" }));
    }

    async fn a_policy_that_changes_evaluates_the_cases_anew(app) {
        let admin = before_august(&app).await;
        august(&admin).await.succeeded();
        let policy = admin.get("deviation-policies/SN").await;
        let etag = policy.header("etag").to_owned();
        let rules = json!({ "rules": [{ "basis": "year-to-date", "level": "activity", "depth": 1, "thresholdAmount": 5_000_000,
                                        "thresholdPercent": 10 }] });
        admin.put("deviation-policies/SN", rules.clone()).await.refused(428);
        admin.put_if("deviation-policies/SN", "\"0-json\"", rules.clone()).await.refused(412);
        admin.put_if("deviation-policies/SN", &etag, rules).await.succeeded();
        assert_eq!(open_cases(&admin).await, [("HVBU".into(), json!(-10_968_000)), ("HVBV".into(), json!(-8_320_000))]);
        let bad = json!({ "rules": [{ "basis": "weekly", "level": "committee", "thresholdAmount": -1 }] });
        let problem = admin.put("deviation-policies/SN", bad).await.refused(422);
        assert_eq!(problem["errors"].as_array().unwrap().len(), 2);
        admin.put("deviation-policies/XX", json!({ "rules": [] })).await.refused(404);
    }

    async fn a_forecast_deficit_opens_a_case_of_its_own(app) {
        let admin = before_august(&app).await;
        let etag = admin.get("deviation-policies/SN").await.header("etag").to_owned();
        let rules = json!({ "rules": [{ "basis": "forecast", "level": "committee" }] });
        admin.put_if("deviation-policies/SN", &etag, rules).await.succeeded();
        let page = admin.get("deviations?basis=forecast&state=open").await.succeeded();
        let case = &page["deviations"][0];
        assert_eq!((&case["amount"], &case["percent"], &case["period"]), (&json!(-11_900_000), &json!(-2.57), &json!("2018-08")));
    }

    async fn committees_are_judged_each_by_its_own_months_and_forecasts(app) {
        let admin = code_plan(&app).await;
        let committees = json!({ "committees": [{ "code": "SN", "name": "Socialnämnden" }, { "code": "KS", "name": "Kommunstyrelsen" }] });
        admin.put("committees", committees).await.succeeded();
        let rules = json!({ "rules": [{ "basis": "year-to-date", "level": "committee" }, { "basis": "forecast", "level": "committee" }] });
        for committee in ["SN", "KS"] {
            admin.put(&format!("deviation-policies/{committee}"), rules.clone()).await.succeeded();
        }
        admin.put_csv("budgets/2018/original", "account;committee;profile;amount\n4551;SN;even;120\n4551;KS;even;1200\n").await.succeeded();
        let posted = admin.put_csv("outcomes/2018-01/ledger", "account;committee;amount\n4551;SN;11\n").await.succeeded();
        let codes: Vec<_> = posted["deviations"].as_array().unwrap().iter().map(|case| case["code"].clone()).collect();
        assert_eq!(codes, ["SN"], "the executive has posted nothing, which is not a surplus");
        let report = admin.get("reports/operating-summary?committee=KS&period=2018-01").await.succeeded();
        assert_eq!(report["total"]["values"]["outcome"], Value::Null);
        assert_eq!(report["total"]["absents"][0]["reason"], "no-outcome");
        // Another committee's later month does not move this one's case.
        let february = admin.put_csv("outcomes/2018-02/executive", "account;committee;amount\n4551;KS;90\n").await.succeeded();
        let codes: Vec<_> = february["deviations"].as_array().unwrap().iter().map(|case| case["code"].clone()).collect();
        assert_eq!(codes, ["KS"]);
        // Nor does another committee's forecast close it.
        admin.put_csv("forecasts/2018-02/executive", "committee;amount\nKS;1300\n").await.succeeded();
        let social = admin.put_csv("forecasts/2018-02/social", "committee;amount\nSN;130\n").await.succeeded();
        let touched: Vec<_> = social["deviations"].as_array().unwrap().iter().map(|c| (c["code"].clone(), c["event"].clone())).collect();
        assert_eq!(touched, [(json!("SN"), json!("opened"))]);
        let report = admin.get("reports/forecast-summary?committee=KS&period=2018-02").await.succeeded();
        assert_eq!(report["total"]["values"]["forecast"], 1300);
        let all = admin.get("reports/forecast-summary?period=2018-02").await.succeeded();
        assert_eq!(all["total"]["values"]["forecast"], 1430);
        let bound = app.client(utfall_domain::permission::Role::Poster, "0580", &["KS"]).await;
        let own = bound.put_csv("outcomes/2018-03/executive", "account;committee;amount\n4551;KS;500\n").await.succeeded();
        assert!(own["deviations"].as_array().unwrap().iter().all(|case| case["committee"] == "KS"));
    }

    async fn a_budget_on_a_coarse_code_opens_no_case_below_or_on_it(app) {
        let admin = code_plan(&app).await;
        let activities = json!({ "activities": [{ "code": "A", "name": "A" }, { "code": "A1", "name": "A1", "parent": "A" }] });
        admin.put("activities", activities).await.succeeded();
        let rules = json!({ "rules": [{ "basis": "year-to-date", "level": "activity", "depth": 2 }] });
        admin.put("deviation-policies/SN", rules).await.succeeded();
        admin.put_csv("budgets/2018/original", "account;unit;activity;profile;amount\n4551;3102;A;even;1200\n").await.succeeded();
        let posted = admin.put_csv("outcomes/2018-01/ledger", "account;unit;activity;amount\n4551;3102;A1;40\n").await.succeeded();
        assert_eq!(posted["deviations"], json!([]));
        let report = admin.get("reports/operating-summary?committee=SN&period=2018-01&depth=2").await.succeeded();
        assert_eq!(report["rows"][0]["kind"], "undistributed");
        assert_eq!(report["rows"][0]["absents"].as_array().unwrap().last().unwrap()["reason"], "undistributed");
        assert_eq!(report["total"]["values"]["deviation"], 60);
    }

    async fn closing_entries_are_no_month_by_themselves(app) {
        let admin = before_august(&app).await;
        august(&admin).await.succeeded();
        let csv = "account;unit;activity;amount\n4551;3102;HVBU;5\n";
        let receipt = admin.put_csv("outcomes/2018-13/ledger", csv).await.succeeded();
        assert_eq!(receipt["deviations"], json!([]));
    }
}
