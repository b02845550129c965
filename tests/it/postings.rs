//! Postings: revisions, repeats, receipts, withdrawal, files, control totals, every bad row.

use reqwest::Method;
use serde_json::{Value, json};
use utfall_api::demo::linkoping;
use utfall_domain::permission::Role;
use utfall_tests::on_both_stores;
use utfall_tests::scenario::{august, before_august, code_plan};

const HEADER: &str = "account;unit;activity;project;amount\n";

fn month(rows: &str) -> String {
    format!("{HEADER}{rows}")
}

fn faults(problem: &Value) -> Vec<(i64, String, String)> {
    let text = |error: &Value, field: &str| error[field].as_str().unwrap_or_default().to_owned();
    let errors = problem["errors"].as_array().expect("errors");
    errors.iter().map(|e| (e["row"].as_i64().unwrap_or(0), text(e, "field"), text(e, "fault"))).collect()
}

on_both_stores! {
    async fn deliveries_a_b_a_give_three_revisions_and_a_s_amounts(app) {
        let admin = code_plan(&app).await;
        let (a, b) = (month("4551;3102;HVBU;;100,00\n"), month("4551;3102;HVBU;;150,50\n4551;3102;HVBV;;1,00\n"));
        let mut revisions = Vec::new();
        for csv in [&a, &b, &a] {
            let receipt = admin.put_csv("outcomes/2018-08/ledger", csv.clone()).await.succeeded();
            revisions.push((receipt["revision"].clone(), receipt["sums"]["net"].clone(), receipt["changes"].clone()));
        }
        assert_eq!(revisions, [
            (json!(1), json!(100), json!({ "added": 1, "removed": 0, "changed": 0, "net": 100 })),
            (json!(2), json!(151.5), json!({ "added": 1, "removed": 0, "changed": 1, "net": 51.5 })),
            (json!(3), json!(100), json!({ "added": 0, "removed": 1, "changed": 1, "net": -51.5 })),
        ]);
        let entries = admin.get("outcomes/2018-08/ledger").await.succeeded();
        assert_eq!(entries["meta"]["totalRecords"], 1);
        assert_eq!(entries["entries"][0]["amount"], 100);
        let all = admin.get("postings?kind=outcome&source=ledger").await.succeeded();
        let standing: Vec<_> = all["postings"].as_array().unwrap().iter().map(|p| p["standing"].clone()).collect();
        assert_eq!(standing, [json!(true), json!(false), json!(false)]);
    }

    async fn the_same_bytes_again_give_the_same_receipt_and_change_nothing(app) {
        let admin = before_august(&app).await;
        let first = august(&admin).await;
        let again = august(&admin).await;
        assert_eq!((first.status.as_u16(), again.status.as_u16()), (201, 200));
        let (mut first, mut again) = (first.json(), again.json());
        assert_eq!((first["unchanged"].take(), again["unchanged"].take()), (json!(false), json!(true)));
        assert_eq!(first, again);
        let version = admin.get("").await.succeeded()["dataVersion"].clone();
        august(&admin).await.succeeded();
        assert_eq!(admin.get("").await.succeeded()["dataVersion"], version);
        // Other declarations are another delivery, though the bytes are the same.
        let csv = linkoping::delivery(|a| a.outcome);
        let other = admin.put_csv("outcomes/2018-08/ledger?basis=accumulated&amountUnit=kr", csv).await.succeeded();
        assert_eq!(other["revision"], 2);
    }

    async fn json_and_csv_say_the_same(app) {
        let admin = code_plan(&app).await;
        let body = json!({ "basis": "month", "amountUnit": "kr", "signConvention": "result",
            "controlTotals": { "rowCount": 2, "net": -65_251_000.25, "committees": [{ "committee": "SN", "net": -65_251_000.25 }],
                               "accountClasses": [{ "accountClass": "4", "net": "-65251000.25" }] },
            "entries": [{ "account": "4551", "unit": "3102", "activity": "HVBU", "amount": -65_251_000 },
                        { "account": "4551", "committee": "SN", "amount": "-0.25", "quantity": 2.5, "text": "Tillägg" }] });
        let receipt = admin.put("outcomes/2018-08/ledger", body).await.succeeded();
        assert_eq!(receipt["sums"], json!({ "debit": 65_251_000.25, "credit": 0, "net": 65_251_000.25 }));
        let csv = admin.get_as("outcomes/2018-08/ledger", "text/csv").await;
        assert_eq!(csv.body, "row,period,committee,account,unit,activity,project,specification,workOrder,object,counterparty,\
                              amount,quantity,text\n1,2018-08,,4551,3102,HVBU,,,,,,65251000,,\n\
                              2,2018-08,SN,4551,,,,,,,,-0.25,2.5,Tillägg\n".replace("-0.25", "0.25"));
    }

    async fn every_bad_row_is_listed_and_nothing_is_stored(app) {
        let admin = code_plan(&app).await;
        let csv = month("4551;3102;HVBU;;1e5\n9999;3102;XXXX;;1,00\n4551;;HVBU;;1,00\n;3102;HVBU;;1,00\n4551;3102;HVBU;P1;1,234\n");
        let problem = admin.put_csv("outcomes/2018-08/ledger", csv).await.refused(422);
        let expected: Vec<(i64, String, String)> = [
            (1, "amount", "format"),
            (2, "account", "unknown-code"),
            (2, "activity", "unknown-code"),
            (3, "committee", "missing"),
            (4, "account", "missing"),
            (5, "amount", "format"),
            (5, "project", "unknown-code"),
        ].map(|(row, field, fault)| (row, field.to_owned(), fault.to_owned())).into();
        assert_eq!(faults(&problem), expected);
        assert_eq!(problem["errors"][1]["value"], "9999");
        assert_eq!(problem["errors"][1]["line"], 3);
        let body = json!({ "entries": [{ "account": "4551", "unit": "3102", "amount": 1 }, { "account": "9999", "amount": 1 }] });
        let problem = admin.put("outcomes/2018-08/ledger", body).await.refused(422);
        let pointers: Vec<_> = problem["errors"].as_array().unwrap().iter().map(|e| e["pointer"].clone()).collect();
        assert_eq!(pointers, ["/entries/1/committee", "/entries/1/account"]);
        admin.get("outcomes/2018-08/ledger").await.refused(404);
        assert_eq!(admin.get("postings").await.succeeded()["meta"]["totalRecords"], 0);
    }

    async fn odd_amounts_are_refused_by_row_and_field(app) {
        let admin = code_plan(&app).await;
        let odd = ["NaN", "Infinity", "1e5", "1E400", "1_000", "+5", ".5", "5.", "0x10", "1 000", "１２", "١٢", "−5", "1.234",
                   "12345678901234", "9999999999999999.99", "1234567890123456789012345678901234567890", "--1", ""];
        for amount in odd {
            let body = json!({ "entries": [{ "account": "4551", "unit": "3102", "amount": amount }] });
            let problem = admin.put("outcomes/2018-08/ledger", body).await.refused(422);
            assert_eq!(faults(&problem)[0].1, "amount", "{amount:?}");
        }
        for token in ["1e5", "1E400", "12345678901234567.89", "1.234", "1,5"] {
            let body = format!("{{\"entries\":[{{\"account\":\"4551\",\"unit\":\"3102\",\"amount\":{token}}}]}}");
            let answer = admin.put_as("outcomes/2018-08/ledger", "application/json", body).await;
            assert!(answer.status.is_client_error(), "{token}: {}", answer.body);
        }
        let body = "{\"entries\":[{\"account\":\"4551\",\"unit\":\"3102\",\"amount\":-0.00}]}";
        let receipt = admin.put_as("outcomes/2018-08/ledger", "application/json", body).await.succeeded();
        assert_eq!(receipt["sums"]["net"], 0);
        admin.get("outcomes/2018-08/ledger").await.succeeded();
    }

    async fn amounts_are_exact_at_fifteen_digits(app) {
        let admin = code_plan(&app).await;
        let body = "{\"entries\":[{\"account\":\"4551\",\"unit\":\"3102\",\"amount\":9999999999999.98},\
                    {\"account\":\"4552\",\"unit\":\"3102\",\"amount\":0.01}]}";
        let answer = admin.put_as("outcomes/2018-08/ledger", "application/json", body).await;
        answer.succeeded();
        assert!(answer.body.contains("\"net\":9999999999999.99"), "{}", answer.body);
        let past = body.replace("0.01", "0.02");
        let problem = admin.put_as("outcomes/2018-08/ledger", "application/json", past).await.refused(422);
        assert_eq!(faults(&problem)[0].2, "bounds");
    }

    async fn odd_periods_and_sources_are_refused(app) {
        let admin = code_plan(&app).await;
        let csv = month("4551;3102;HVBU;;1\n");
        for period in ["2026-14", "2026-00", "26-01", "2026-1", "2099-01", "2018"] {
            let problem = admin.put_csv(&format!("outcomes/{period}/ledger"), csv.clone()).await.refused(422);
            assert_eq!(problem["errors"][0]["field"], "period", "{period}");
        }
        admin.put_csv("outcomes/2018-08/Ledger", csv.clone()).await.refused(422);
        admin.put_csv("budgets/2018-08/original", csv.clone()).await.refused(422);
        admin.put_csv("outcomes/2018-13/ledger", csv).await.succeeded();
    }

    async fn declarations_are_said_once_and_are_known(app) {
        let admin = code_plan(&app).await;
        let csv = month("4551;3102;HVBU;;1\n");
        admin.put_csv("outcomes/2018-08/ledger?amountUnit=euro", csv.clone()).await.refused(422);
        admin.put_csv("outcomes/2018-08/ledger?amountunit=kr", csv.clone()).await.refused(400);
        admin.put_csv("outcomes/2018-08/ledger?amountUnit=kr&amountUnit=tkr", csv.clone()).await.refused(400);
        admin.put_csv("forecasts/2018-08/controller?basis=month", csv.clone()).await.refused(422);
        admin.put_csv("outcomes/2018-08/ledger?status=proposal", csv).await.refused(422);
        let body = json!({ "amountUnit": "kr", "entries": [{ "account": "4551", "unit": "3102", "amount": 1 }] });
        admin.put("outcomes/2018-08/ledger?amountUnit=kr", body).await.refused(422);
    }

    async fn swedish_headers_decimal_commas_and_old_encodings_are_read(app) {
        let admin = code_plan(&app).await;
        for (source, encoding, oe) in [("a", "windows-1252", 0xF6_u8), ("b", "cp437", 0x94)] {
            let mut csv = b"konto;ansvar;verksamhet;belopp;text\n4551;3102;HVBU;1,50;K".to_vec();
            csv.push(oe);
            csv.extend_from_slice(b"p av v\n".as_slice());
            csv.splice(csv.len() - 1.., [if oe == 0xF6 { 0xE5 } else { 0x86 }, b'r', b'd', b'\n']);
            let receipt = admin.put_as(&format!("outcomes/2018-08/{source}"), "text/csv", csv.clone()).await.succeeded();
            assert_eq!(receipt["encoding"], encoding);
            let entries = admin.get(&format!("outcomes/2018-08/{source}")).await.succeeded();
            assert_eq!(entries["entries"][0]["text"], "Köp av vård");
            assert_eq!(entries["entries"][0]["amount"], 1.5);
            let id = receipt["postingId"].as_str().unwrap();
            let request = admin.request(Method::GET, &format!("postings/{id}/file"));
            let file = request.send().await.unwrap().bytes().await.unwrap();
            assert_eq!(file.as_ref(), csv.as_slice());
        }
    }

    async fn a_withdrawal_needs_a_reason_and_leaves_history(app) {
        let admin = before_august(&app).await;
        let receipt = august(&admin).await.succeeded();
        let id = receipt["postingId"].as_str().unwrap().to_owned();
        admin.post(&format!("postings/{id}/withdrawals"), json!({ "reason": "  " })).await.refused(422);
        let answer = admin.post(&format!("postings/{id}/withdrawals"), json!({ "reason": "Fel fil." })).await;
        assert_eq!(answer.status, 201);
        let withdrawal = answer.json();
        assert_eq!((&withdrawal["revision"], &withdrawal["entryCount"]), (&json!(2), &json!(0)));
        assert_eq!(withdrawal["changes"]["removed"], 9);
        assert_eq!(withdrawal["deviations"].as_array().unwrap().len(), 8);
        assert!(withdrawal["deviations"].as_array().unwrap().iter().all(|case| case["event"] == "closed"));
        admin.post(&format!("postings/{id}/withdrawals"), json!({ "reason": "Igen." })).await.refused(409);
        let old = admin.get(&format!("postings/{id}/entries")).await.succeeded();
        assert_eq!(old["meta"]["totalRecords"], 9);
        // The same file may be sent again: it is a new revision, with its cases reopened.
        let again = august(&admin).await.succeeded();
        assert_eq!((&again["revision"], &again["unchanged"]), (&json!(3), &json!(false)));
        assert!(again["deviations"].as_array().unwrap().iter().all(|case| case["event"] == "reopened"));
    }

    async fn changes_are_told_code_string_by_code_string(app) {
        let admin = code_plan(&app).await;
        admin.put_csv("outcomes/2018-08/ledger", month("4551;3102;HVBU;;1\n4551;3102;HVBV;;2\n")).await.succeeded();
        let receipt = admin.put_csv("outcomes/2018-08/ledger", month("4551;3102;HVBU;;3\n4551;3102;FAM;;4\n")).await;
        let id = receipt.succeeded()["postingId"].as_str().unwrap().to_owned();
        let changes = admin.get(&format!("postings/{id}/changes?limit=2")).await.succeeded();
        assert_eq!(changes["meta"], json!({ "totalRecords": 3, "page": 1, "limit": 2, "count": 2 }));
        let shown: Vec<_> = changes["changes"].as_array().unwrap().iter()
            .map(|c| (c["change"].clone(), c["activity"].clone(), c["difference"].clone())).collect();
        assert_eq!(shown, [(json!("added"), json!("FAM"), json!(4)), (json!("changed"), json!("HVBU"), json!(2))]);
    }

    async fn sources_of_outcomes_add_up_and_entries_are_filtered(app) {
        let admin = code_plan(&app).await;
        admin.put_csv("outcomes/2018-08/ledger", month("4551;3102;HVBU;;100\n4511;3102;EKB;;5\n")).await.succeeded();
        admin.put_csv("outcomes/2018-08/salaries", month("5011;3102;HVBU;;11\n")).await.succeeded();
        let report = admin.get("reports/operating-summary?committee=SN&period=2018-08").await.succeeded();
        assert_eq!(report["total"]["values"]["outcome"], 116);
        let filtered = admin.get("outcomes/2018-08/ledger?activity=EKB").await.succeeded();
        assert_eq!(filtered["entries"][0]["amount"], 5);
        assert_eq!(filtered["meta"]["totalRecords"], 1);
        let of_committee = admin.get("outcomes/2018-08/ledger?committee=SN").await.succeeded();
        assert_eq!(of_committee["meta"]["totalRecords"], 2);
    }

    async fn adopted_budgets_add_up_and_proposals_do_not(app) {
        let admin = code_plan(&app).await;
        let year = |amount: &str| format!("account;unit;activity;profile;amount\n4551;3102;HVBU;even;{amount}\n");
        admin.put_csv("budgets/2018/original", year("1200,10")).await.succeeded();
        admin.put_csv("budgets/2018/supplementary", year("12")).await.succeeded();
        admin.put_csv("budgets/2018/alternative?status=proposal", year("999999")).await.succeeded();
        admin.put_csv("outcomes/2018-01/ledger", month("4551;3102;HVBU;;100\n")).await.succeeded();
        let report = admin.get("reports/operating-summary?committee=SN&period=2018-01").await.succeeded();
        // 1 200,10 over twelve months is 100,01 for January by largest remainder.
        assert_eq!(report["total"]["values"]["deviation"], 1.01);
        let report = admin.get("reports/forecast-summary?committee=SN&period=2018-01").await.succeeded();
        assert_eq!(report["total"]["values"]["budget"], 1212.1);
        assert_eq!(report["total"]["absents"][0]["reason"], "no-forecast");
    }

    async fn a_named_profile_spreads_to_the_ore(app) {
        let admin = code_plan(&app).await;
        let profiles = json!({ "periodProfiles": [{ "code": "summer", "name": "Sommar",
                               "weights": [0, 0, 0, 0, 0, 1, 1, 1, 0, 0, 0, 0] }] });
        admin.put("period-profiles", profiles).await.succeeded();
        let csv = "account;unit;activity;amount\n4551;3102;HVBU;100,00\n";
        admin.put_csv("budgets/2018/original?profile=summer", csv).await.succeeded();
        let entries = admin.get("budgets/2018/original").await.succeeded();
        let months: Vec<_> = entries["entries"].as_array().unwrap().iter()
            .map(|e| (e["period"].clone(), e["amount"].clone())).collect();
        assert_eq!(months, [(json!("2018-06"), json!(33.34)), (json!("2018-07"), json!(33.33)), (json!("2018-08"), json!(33.33))]);
        admin.put_csv("budgets/2018/original?profile=winter", csv).await.refused(422);
    }

    async fn a_bound_token_writes_only_its_own_committees(app) {
        let admin = code_plan(&app).await;
        let committees = json!({ "committees": [{ "code": "SN", "name": "Socialnämnden" }, { "code": "KS", "name": "Kommunstyrelsen" }] });
        admin.put("committees", committees).await.succeeded();
        let poster = app.client(Role::Poster, "0580", &["SN"]).await;
        let own = "account;committee;amount\n4551;SN;1\n";
        let both = "account;committee;amount\n4551;SN;1\n4551;KS;2\n";
        let problem = poster.put_csv("outcomes/2018-08/ledger", both).await.refused(403);
        assert_eq!(problem["committees"], json!(["KS"]));
        poster.put_csv("outcomes/2018-08/ledger", own).await.succeeded();
        admin.put_csv("outcomes/2018-08/ledger", both).await.succeeded();
        // A revision of its own rows would take the other committee's away.
        poster.put_csv("outcomes/2018-08/ledger", own).await.refused(403);
        let entries = poster.get("outcomes/2018-08/ledger").await.succeeded();
        assert_eq!(entries["meta"]["totalRecords"], 1);
        poster.get("reports/operating-summary?committee=KS&period=2018-08").await.refused(404);
        poster.get("outcomes/2018-08/ledger?committee=KS").await.refused(404);
        let report = poster.get("reports/operating-summary?period=2018-08").await.succeeded();
        assert_eq!((&report["committee"], &report["total"]["values"]["outcome"]), (&json!("SN"), &json!(1)));
    }
}
