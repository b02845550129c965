//! Organisation and code plan: loaded whole, read at any time, moving and ending.

use serde_json::json;
use utfall_api::demo::linkoping;
use utfall_tests::on_both_stores;
use utfall_tests::scenario::{august, before_august, code_plan};

on_both_stores! {
    async fn a_list_says_what_changed(app) {
        let admin = code_plan(&app).await;
        let list = json!({ "projects": [{ "code": "P1", "name": "Ett" }, { "code": "P2", "name": "Två", "parent": "P1" }] });
        let first = admin.put("projects", list.clone()).await;
        assert_eq!(first.succeeded(), json!({ "count": 2, "addedCodes": ["P1", "P2"], "changedCodes": [], "endedCodes": [], "removedCodes": [] }));
        let same = admin.put("projects", list).await;
        assert_eq!(same.succeeded()["addedCodes"], json!([]));
        assert_eq!(same.header("etag"), first.header("etag"));
        let list = json!({ "projects": [{ "code": "P2", "name": "Tvåan" }, { "code": "P3", "name": "Tre" }] });
        let changes = admin.put("projects", list).await.succeeded();
        assert_eq!(changes, json!({ "count": 2, "addedCodes": ["P3"], "changedCodes": ["P2"], "endedCodes": [], "removedCodes": ["P1"] }));
    }

    async fn csv_in_is_csv_out(app) {
        let admin = code_plan(&app).await;
        let csv = "kod;namn;överordnad;gällerFrån;gällerTill\nO1;Objekt ett;;2018-01-01;\nO2;Objekt två;O1;;2018-12-31\n";
        admin.put_csv("objects", csv).await.succeeded();
        let out = admin.get_as("objects", "text/csv; variant=excel").await;
        assert_eq!(out.body, "\u{feff}code;name;parent;validFrom;validTo\nO1;Objekt ett;;2018-01-01;\nO2;Objekt två;O1;;2018-12-31\n");
        assert_eq!(out.header("content-type"), "text/csv; charset=utf-8");
    }

    async fn used_codes_are_ended_and_unused_are_removed(app) {
        let admin = before_august(&app).await;
        august(&admin).await.succeeded();
        let mut list: serde_json::Value = serde_json::from_str(linkoping::ACCOUNTS).unwrap();
        let accounts = list["accounts"].as_array_mut().unwrap();
        accounts.retain(|account| account["code"] != "4551");
        accounts.push(json!({ "code": "9999", "name": "Oanvänt", "nature": "asset" }));
        let changes = admin.put("accounts", list.clone()).await.succeeded();
        assert_eq!((&changes["endedCodes"], &changes["addedCodes"]), (&json!(["4551"]), &json!(["9999"])));
        list["accounts"].as_array_mut().unwrap().retain(|account| account["code"] != "9999");
        let changes = admin.put("accounts", list).await.succeeded();
        assert_eq!((&changes["endedCodes"], &changes["removedCodes"]), (&json!([]), &json!(["9999"])));
        let report = admin.get("reports/operating-summary?committee=SN&period=2018-08&amountUnit=tkr").await.succeeded();
        assert_eq!(report["total"]["values"]["outcome"], 320_864);
    }

    async fn a_unit_that_moves_belongs_to_each_committee_in_its_time(app) {
        let admin = code_plan(&app).await;
        let committees = json!({ "committees": [{ "code": "SN", "name": "Socialnämnden" }, { "code": "KS", "name": "Kommunstyrelsen" }] });
        admin.put("committees", committees).await.succeeded();
        let csv = "account;unit;amount\n4551;3102;10\n";
        for month in ["2018-08", "2018-09"] {
            admin.put_csv(&format!("outcomes/{month}/ledger"), csv).await.succeeded();
        }
        let outcome = async |committee: &str| {
            let path = format!("reports/operating-summary?committee={committee}&period=2018-09");
            admin.get(&path).await.succeeded()["total"]["values"]["outcome"].clone()
        };
        assert_eq!((outcome("SN").await, outcome("KS").await), (json!(20), json!(null)));
        let moved = json!({ "units": [
            { "code": "3102", "name": "IFO", "committee": "SN", "validTo": "2018-08-31" },
            { "code": "3102", "name": "IFO", "committee": "KS", "validFrom": "2018-09-01" }] });
        admin.put("units", moved).await.succeeded();
        assert_eq!((outcome("SN").await, outcome("KS").await), (json!(10), json!(10)));
        let of_executive = admin.get("outcomes/2018-09/ledger?committee=KS").await.succeeded();
        assert_eq!(of_executive["meta"]["totalRecords"], 1);
        assert_eq!(admin.get("outcomes/2018-08/ledger?committee=KS").await.succeeded()["meta"]["totalRecords"], 0);
        // A locked month holds against the code plan too.
        admin.put("month-locks/2018-08/SN", json!({ "locked": true })).await.succeeded();
        let away = json!({ "units": [{ "code": "3102", "name": "IFO", "committee": "KS" }] });
        admin.put("units", away).await.refused(409);
    }

    async fn a_code_plan_that_would_orphan_entries_is_refused(app) {
        let admin = code_plan(&app).await;
        admin.put_csv("outcomes/2018-08/ledger", "account;unit;amount\n4551;3102;10\n").await.succeeded();
        let later = json!({ "units": [{ "code": "3102", "name": "IFO", "committee": "SN", "validFrom": "2019-01-01" }] });
        let problem = admin.put("units", later).await.refused(422);
        assert!(problem["detail"].as_str().unwrap().contains("2018-08"), "{problem}");
    }

    async fn bad_lists_are_listed_row_by_row(app) {
        let admin = code_plan(&app).await;
        let list = json!({ "units": [{ "code": "a", "name": "A", "parent": "x" }, { "code": "b", "name": "B", "committee": "ZZ" },
                                     { "code": "c", "name": "" , "validFrom": "2018-13-01" }] });
        let problem = admin.put("units", list).await.refused(422);
        assert_eq!(problem["errors"].as_array().unwrap().len(), 2);
        let list = json!({ "units": [{ "code": "a", "name": "A", "parent": "b" }, { "code": "b", "name": "B", "parent": "a" }] });
        assert_eq!(admin.put("units", list).await.refused(422)["errors"].as_array().unwrap().len(), 2);
        admin.put("accounts", json!({ "accounts": [{ "code": "1", "name": "x" }] })).await.refused(422);
        admin.put("units", json!({ "units": [{ "code": "1", "name": "x", "colour": "red" }] })).await.refused(400);
    }

    async fn if_match_guards_a_list_without_being_asked_for(app) {
        let admin = code_plan(&app).await;
        let etag = admin.get("projects").await.header("etag").to_owned();
        let list = |code: &str| json!({ "projects": [{ "code": code, "name": code }] });
        admin.put_if("projects", &etag, list("P1")).await.succeeded();
        admin.put_if("projects", &etag, list("P2")).await.refused(412);
        admin.put("projects", list("P2")).await.succeeded();
    }

    async fn an_account_outside_net_cost_is_left_out(app) {
        let admin = code_plan(&app).await;
        let accounts = json!({ "accounts": [{ "code": "4551", "name": "Vård", "nature": "cost" },
            { "code": "3911", "name": "Kommunbidrag", "nature": "revenue", "excludedFromNetCost": true },
            { "code": "1910", "name": "Kassa", "nature": "asset" }] });
        admin.put("accounts", accounts.clone()).await.succeeded();
        let csv = "account;committee;amount\n4551;SN;100\n3911;SN;-500\n1910;SN;400\n";
        admin.put_csv("outcomes/2018-08/ledger", csv).await.succeeded();
        let path = "reports/operating-summary?committee=SN&period=2018-08&by=account";
        assert_eq!(admin.get(path).await.succeeded()["total"]["values"]["outcome"], 100);
        let mut changed = accounts;
        changed["accounts"][1]["excludedFromNetCost"] = json!(false);
        admin.put("accounts", changed).await.succeeded();
        assert_eq!(admin.get(path).await.succeeded()["total"]["values"]["outcome"], -400);
    }

    async fn a_unit_that_has_ended_keeps_what_was_booked_on_it(app) {
        let admin = code_plan(&app).await;
        let units = json!({ "units": [{ "code": "31", "name": "Förvaltning", "committee": "SN" },
            { "code": "3102", "name": "IFO", "parent": "31", "validTo": "2018-06-30" }, { "code": "3103", "name": "Vuxen", "parent": "31" }] });
        admin.put("units", units).await.succeeded();
        let csv = |ended: i64, other: i64| format!("account;unit;amount\n4551;3102;{ended}\n4551;3103;{other}\n");
        let post = async |month: &str, body: String| {
            admin.put_csv(&format!("outcomes/{month}/ledger?basis=accumulated"), body).await
        };
        post("2018-06", csv(50, 100)).await.succeeded();
        // Listed as it was, or left out: either way July can be posted.
        post("2018-07", csv(50, 150)).await.succeeded();
        post("2018-08", "account;unit;amount\n4551;3103;210\n".to_owned()).await.succeeded();
        let report = admin.get("reports/operating-summary?committee=SN&period=2018-07&by=unit").await.succeeded();
        assert_eq!((&report["rows"][0]["code"], &report["rows"][0]["values"]["outcome"]), (&json!("31"), &json!(200)));
        assert_eq!(report["rows"].as_array().unwrap().len(), 1);
        let report = admin.get("reports/operating-summary?committee=SN&period=2018-08&by=unit").await.succeeded();
        assert_eq!(report["total"]["values"]["outcome"], 210);
        admin.put_csv("outcomes/2018-09/other?basis=month", csv(1, 1)).await.refused(422);
    }

    async fn a_used_code_may_be_left_out_whatever_its_dates(app) {
        let admin = code_plan(&app).await;
        let units = |codes: &[&str]| {
            let row = |code: &&str| json!({ "code": code, "name": code, "committee": "SN" });
            json!({ "units": codes.iter().map(row).collect::<Vec<_>>() })
        };
        admin.put("units", units(&["U1", "U2"])).await.succeeded();
        let year = chrono::Datelike::year(&chrono::Utc::now());
        let csv = "account;unit;profile;amount\n4551;U1;even;120\n4551;U2;even;120\n";
        admin.put_csv(&format!("budgets/{year}/original"), csv).await.succeeded();
        admin.put_csv(&format!("budgets/{}/original", year + 1), csv).await.succeeded();
        let changes = admin.put("units", units(&["U1"])).await.succeeded();
        assert_eq!(changes["endedCodes"], json!(["U2"]));
        let open_ended = json!({ "projects": [{ "code": "P1", "name": "P1", "validFrom": "0001-01-01", "validTo": "9999-12-31" }] });
        admin.put("projects", open_ended.clone()).await.succeeded();
        assert_eq!(admin.put("projects", open_ended).await.succeeded()["changedCodes"], json!([]));
    }
}
