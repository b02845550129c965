//! Reports: units, signs, spans, depth, history, versions.

use reqwest::Method;
use serde_json::{Value, json};
use utfall_tests::on_both_stores;
use utfall_tests::scenario::{august, before_august, code_plan};

fn operating(query: &str) -> String {
    format!("reports/operating-summary?committee=SN&period=2018-08{query}")
}

on_both_stores! {
    async fn units_round_and_signs_turn_but_deviations_stay_favourable(app) {
        let admin = before_august(&app).await;
        august(&admin).await.succeeded();
        let total = async |query: &str| admin.get(&operating(query)).await.succeeded()["total"]["values"].clone();
        assert_eq!(total("&amountUnit=mnkr").await,
                   json!({ "outcome": 320.9, "outcomePreviousYear": 290.4, "change": 30.5, "deviation": -10.9 }));
        assert_eq!(total("&amountUnit=tkr&signConvention=result").await,
                   json!({ "outcome": -320_864, "outcomePreviousYear": -290_371, "change": -30_493, "deviation": -10_944 }));
        assert_eq!(total("").await["outcome"], 320_864_000);
        admin.get(&operating("&amountUnit=SEK")).await.refused(400);
        admin.get(&operating("&by=colour")).await.refused(400);
        admin.get("reports/operating-summary?committee=SN").await.refused(422);
        admin.get("reports/operating-summary?committee=XX&period=2018-08").await.refused(404);
    }

    async fn the_difference_between_shown_rows_and_shown_total_is_delivered(app) {
        let admin = code_plan(&app).await;
        let csv = "account;unit;activity;amount\n4551;3102;HVBU;1500\n4551;3102;HVBV;1500\n4551;3102;FAM;1500\n";
        admin.put_csv("outcomes/2018-08/ledger", csv).await.succeeded();
        let report = admin.get(&operating("&amountUnit=tkr")).await.succeeded();
        // Three rows of 1,5 are shown as 2 each; the total of 4,5 is shown as 5.
        assert_eq!(report["total"]["values"]["outcome"], 5);
        assert_eq!(report["roundingDifference"]["outcome"], 1);
    }

    async fn a_report_is_csv_too(app) {
        let admin = before_august(&app).await;
        august(&admin).await.succeeded();
        let csv = admin.get_as(&operating("&amountUnit=tkr"), "text/csv").await;
        let lines: Vec<&str> = csv.body.lines().collect();
        assert_eq!(lines[0], "code,label,kind,outcome,outcomePreviousYear,change,deviation");
        assert_eq!(lines[3], "HVBU,HVB unga,line,65251,50658,14593,-10968");
        assert_eq!(lines[10], ",Summa,total,320864,290371,30493,-10944");
        assert_eq!(admin.get_as(&operating(""), "image/png").await.refused(406)["status"], 406);
    }

    async fn by_unit_and_account_sum_to_the_same(app) {
        let admin = before_august(&app).await;
        august(&admin).await.succeeded();
        for by in ["unit", "account"] {
            for depth in [1, 2] {
                let report = admin.get(&operating(&format!("&amountUnit=tkr&by={by}&depth={depth}"))).await.succeeded();
                assert_eq!(report["total"]["values"]["outcome"], 320_864, "{by}");
            }
        }
        let units = admin.get(&operating("&by=unit&depth=1")).await.succeeded();
        assert_eq!((&units["rows"][0]["code"], &units["rows"][0]["kind"]), (&json!("31"), &json!("group")));
        let units = admin.get(&operating("&by=unit&depth=2")).await.succeeded();
        assert_eq!((&units["rows"][0]["code"], &units["rows"][0]["kind"]), (&json!("3102"), &json!("line")));
    }

    async fn what_stands_outside_the_frame_has_a_total_of_its_own(app) {
        let admin = code_plan(&app).await;
        let activities = json!({ "activities": [{ "code": "A", "name": "Inom" }, { "code": "R", "name": "Flyktingmottagning", "outsideFrame": true }] });
        admin.put("activities", activities).await.succeeded();
        let csv = "account;unit;activity;amount\n4551;3102;A;10\n4551;3102;R;5\n";
        admin.put_csv("outcomes/2018-08/ledger", csv).await.succeeded();
        let report = admin.get(&operating("")).await.succeeded();
        assert_eq!(report["total"]["values"]["outcome"], 15);
        assert_eq!(report["totalWithinFrame"]["values"]["outcome"], 10);
    }

    async fn as_of_reads_what_stood(app) {
        let admin = before_august(&app).await;
        august(&admin).await.succeeded();
        let moment = |at: chrono::DateTime<chrono::Utc>| at.to_rfc3339_opts(chrono::SecondsFormat::Micros, true);
        let before = moment(chrono::Utc::now());
        let same = admin.get(&operating(&format!("&amountUnit=tkr&asOf={before}"))).await.succeeded();
        let corrected = "account;unit;activity;amount\n4551;3102;HVBU;1\n";
        admin.put_csv("outcomes/2018-08/ledger?basis=accumulated&amountUnit=tkr", corrected).await.succeeded();
        let now = admin.get(&operating("&amountUnit=tkr")).await.succeeded();
        assert_eq!(now["total"]["values"]["outcome"], 1);
        let then = admin.get(&operating(&format!("&amountUnit=tkr&asOf={before}"))).await.succeeded();
        assert_eq!(then, same);
        assert_eq!(then["total"]["values"]["outcome"], 320_864);
        let cases = admin.get(&format!("deviations?state=open&limit=100&asOf={before}")).await.succeeded();
        assert_eq!(cases["meta"]["totalRecords"], 8);
        // Before anything was posted there was nothing, and before the municipality there was no committee.
        admin.get(&operating("&asOf=2018-12-31")).await.refused(404);
        admin.get(&operating("&asOf=yesterday")).await.refused(400);
    }

    async fn a_known_version_is_not_sent_again(app) {
        let admin = before_august(&app).await;
        let first = admin.get(&operating("")).await;
        let etag = first.header("etag").to_owned();
        let again = |path: String| admin.send(admin.request(Method::GET, &path).header("If-None-Match", &etag));
        let unchanged = again(operating("")).await;
        assert_eq!((unchanged.status.as_u16(), unchanged.body.as_str()), (304, ""));
        assert_eq!(first.header("cache-control"), "private, no-cache");
        august(&admin).await.succeeded();
        assert_eq!(again(operating("")).await.status, 200);
    }

    async fn a_report_names_the_forecast_that_it_uses(app) {
        let admin = before_august(&app).await;
        let forecast = |amount: i64| format!("unit;activity;amount\n3102;HVBU;{amount}\n");
        admin.put_csv("forecasts/2018-08/administration", forecast(7)).await.succeeded();
        admin.put_csv("forecasts/2018-10/controller", forecast(9)).await.succeeded();
        let read = async |query: &str| -> (Value, Value, Value) {
            let report = admin.get(&format!("reports/forecast-summary?committee=SN&{query}")).await.succeeded();
            (report["forecastSource"].clone(), report["forecastPeriod"].clone(), report["total"]["values"]["forecast"].clone())
        };
        assert_eq!(read("period=2018-08").await, (json!("administration"), json!("2018-08"), json!(7)));
        assert_eq!(read("period=2018-08&forecastSource=controller").await.2, 475_169_000);
        assert_eq!(read("period=2018-12").await, (json!("controller"), json!("2018-10"), json!(9)));
    }
}
