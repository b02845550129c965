//! The main job: a month of outcomes in, the operating summary and the deviation cases out. Linköping, 31 August 2018.

use serde_json::{Value, json};
use utfall_api::demo::linkoping::{self, ACTIVITIES};
use utfall_tests::on_both_stores;
use utfall_tests::scenario::{august, before_august, code_plan};

const OPERATING: &str =
    "reports/operating-summary?committee=SN&period=2018-08&by=activity&amountUnit=tkr&signConvention=cost-positive";
const FORECAST: &str =
    "reports/forecast-summary?committee=SN&period=2018-08&by=activity&amountUnit=tkr&signConvention=cost-positive";

/// The values of a report's rows by code, and of its total.
fn values(report: &Value) -> (Vec<(String, Value)>, Value) {
    let rows = report["rows"].as_array().expect("rows");
    let rows = rows.iter().map(|row| (row["code"].as_str().expect("a code").to_owned(), row["values"].clone()));
    (rows.collect(), report["total"]["values"].clone())
}

on_both_stores! {
    async fn the_operating_summary_gives_every_printed_figure(app) {
        let admin = before_august(&app).await;
        assert_eq!(august(&admin).await.status, 201);
        let (rows, total) = values(&admin.get(OPERATING).await.succeeded());
        let printed: Vec<(String, Value)> = ACTIVITIES
            .iter()
            .map(|a| {
                let change = a.outcome - a.outcome_previous;
                let values = json!({ "outcome": a.outcome, "outcomePreviousYear": a.outcome_previous, "change": change,
                                     "deviation": a.deviation });
                (a.code.to_owned(), values)
            })
            .collect();
        assert_eq!(rows, printed);
        // The original contradicts itself in HVB vuxna's change (14 541) and so in two totals; the figures are what its rows give.
        assert_eq!(rows[3].1["change"], 14_000);
        assert_eq!(total, json!({ "outcome": 320_864, "outcomePreviousYear": 290_371, "change": 30_493, "deviation": -10_944 }));
    }

    async fn the_forecast_summary_gives_every_printed_figure(app) {
        let admin = before_august(&app).await;
        august(&admin).await.succeeded();
        let report = admin.get(FORECAST).await.succeeded();
        let (rows, total) = values(&report);
        let printed: Vec<(String, Value)> = ACTIVITIES
            .iter()
            .map(|a| {
                let values = json!({ "forecast": a.forecast, "budget": a.budget, "deviation": a.budget - a.forecast,
                                     "outcomePreviousYear": a.closing_previous });
                (a.code.to_owned(), values)
            })
            .collect();
        assert_eq!(rows, printed);
        assert_eq!(total, json!({ "forecast": 475_169, "budget": 463_269, "deviation": -11_900, "outcomePreviousYear": 351_504 }));
        assert_eq!(report["forecastSource"], "controller");
    }

    async fn the_printed_total_of_2017_is_refused_and_the_difference_is_said(app) {
        let admin = code_plan(&app).await;
        let path = "outcomes/2017-08/ledger?basis=accumulated&amountUnit=tkr&controlNet=289830";
        let problem = admin.put_csv(path, linkoping::delivery(|a| a.outcome_previous)).await.refused(422);
        assert_eq!(problem["errors"][0]["field"], "controlTotals.net");
        assert!(problem["detail"].as_str().unwrap().contains("541 tkr"), "{problem}");
        assert_eq!(problem["controlTotals"][0], json!({ "key": "net", "stated": 289_830_000, "computed": 290_371_000,
                                                        "difference": 541_000 }));
        admin.get("outcomes/2017-08/ledger").await.refused(404);
    }

    async fn the_receipt_names_eight_cases(app) {
        let admin = before_august(&app).await;
        let receipt = august(&admin).await.succeeded();
        let cases: Vec<(String, i64, String, String)> = receipt["deviations"]
            .as_array()
            .unwrap()
            .iter()
            .map(|case| {
                let text = |field: &str| case[field].as_str().unwrap().to_owned();
                (text("code"), case["amount"].as_i64().unwrap() / 1000, text("required"), text("event"))
            })
            .collect();
        let plan = |code: &str, amount| (code.to_owned(), amount, "action-plan".to_owned(), "opened".to_owned());
        let explanation = |code: &str, amount| (code.to_owned(), amount, "explanation".to_owned(), "opened".to_owned());
        assert_eq!(cases, [
            plan("SN", -10_944),
            plan("BOS", -489),
            explanation("EKB", 3_019),
            explanation("FAM", 2_538),
            explanation("GEM", 561),
            plan("HVBU", -10_968),
            plan("HVBV", -8_320),
            explanation("UTR", 2_715),
        ]);
        let listed = admin.get("deviations?committee=SN&year=2018&state=open").await.succeeded();
        assert_eq!(listed["meta"]["totalRecords"], 8);
    }
}
