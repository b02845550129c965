//! Frames: the bridge from last year's closing, transfers that sum to zero, the budget against the frame, and investments.

use serde_json::{Value, json};
use utfall_domain::permission::Role;
use utfall_tests::client::Client;
use utfall_tests::on_both_stores;
use utfall_tests::scenario::code_plan;
use utfall_tests::steering::decision;

/// Eskilstuna's frame for 2017: printed changes sum to 12,3 mnkr, and the wages of row 92 are what is missing.
fn eskilstuna() -> Value {
    json!({ "opening": 365_300_000,
        "changes": [
            { "key": "ifo", "label": "IFO", "type": "volume", "amount": 10_200_000 },
            { "key": "ledning", "label": "Ledning och stöd", "type": "other", "amount": 2_100_000 },
            { "key": "loner", "label": "Nya löner för tre kvartal", "type": "wages", "amount": 5_200_000, "note": "process rad 92" }],
        "reserve": { "percent": 1, "uses": [{ "amount": 3_828_000, "reason": "Minskar underbalansen i budgeten." }] },
        "plannedSavings": [{ "label": "Hemmaplanslösningar", "amount": 7_700_000 }],
        "statedChanges": 12_300_000, "statedClosing": 382_800_000, "footnotes": ["I ledningen finns nya löner för tre kvartal 2017."] })
}

async fn committees(client: &Client) {
    let committees = json!({ "committees": [{ "code": "SN", "name": "Socialnämnden" }, { "code": "KS", "name": "Kommunstyrelsen", "kind": "executive" }] });
    client.put("committees", committees).await.succeeded();
}

on_both_stores! {
    async fn eskilstunas_bridge_says_what_its_print_leaves_out(app) {
        let admin = code_plan(&app).await;
        let path = "committees/SN/frames/2017";
        let frame = admin.put(path, eskilstuna()).await.succeeded();
        assert_eq!((&frame["opening"], &frame["openedBy"], &frame["closing"]), (&json!(365_300_000), &json!("stated"), &json!(382_800_000)));
        let steps: Vec<i64> = frame["steps"].as_array().unwrap().iter().map(|step| step["amount"].as_i64().unwrap()).collect();
        assert_eq!(steps, [10_200_000, 2_100_000, 5_200_000]);
        assert_eq!(frame["findings"], json!([{ "of": "changes", "stated": 12_300_000, "computed": 17_500_000, "difference": -5_200_000 }]));
        assert_eq!(frame["reserve"], json!({ "required": 3_828_000, "used": 3_828_000, "left": 0, "fulfilled": false }));
        assert_eq!(frame["againstBudget"], Value::Null, "without a budget there is nothing to hold against it");
        admin.put_csv("budgets/2017/original?amountUnit=tkr", "account;unit;activity;amount\n4551;3102;HVBU;392000\n").await.succeeded();
        let frame = admin.get(path).await.succeeded();
        assert_eq!(frame["againstBudget"], json!({ "budget": 392_000_000, "overFrame": 9_200_000, "plannedSavings": 7_700_000,
                                                   "unfunded": 1_500_000, "unallocated": 0 }));
        let csv = admin.get_as(path, "text/csv").await;
        assert!(csv.body.ends_with("closing,Utgående ram,total,382800000\n"), "{}", csv.body);
        // The year after opens with this closing; an opening that is stated otherwise is said.
        let next = json!({ "opening": 380_000_000, "changes": [{ "key": "eff", "label": "Effektivisering", "type": "efficiency", "amount": -2_000_000,
                                                                 "terms": { "condition": "om intäkterna ökar" } }] });
        let next = admin.put("committees/SN/frames/2018", next).await.succeeded();
        assert_eq!((&next["openedBy"], &next["opening"], &next["closing"]), (&json!("last-year"), &json!(382_800_000), &json!(382_800_000)));
        assert_eq!(next["closingWithConditional"], 380_800_000);
        assert_eq!(next["findings"][0]["of"], "opening");
        let list = admin.get("frames?committee=SN").await.succeeded();
        let years: Vec<_> = list["frames"].as_array().unwrap().iter().map(|frame| frame["year"].clone()).collect();
        assert_eq!(years, [json!(2018), json!(2017)]);
    }

    async fn a_transfer_is_seen_from_both_committees_and_sums_to_zero(app) {
        let admin = code_plan(&app).await;
        committees(&admin).await;
        for committee in ["SN", "KS"] {
            admin.put(&format!("committees/{committee}/frames/2018"), json!({ "opening": 100_000 })).await.succeeded();
        }
        let transfer = json!({ "year": 2018, "fromCommittee": "SN", "toCommittee": "KS", "label": "Bosocial verksamhet", "amount": 3_800,
                               "terms": { "effectiveMonth": "2018-09", "fullYearEffect": 11_600 } });
        admin.put("frame-transfers/bosocialt", transfer.clone()).await.succeeded();
        let closing = async |committee: &str, year: i32| admin.get(&format!("committees/{committee}/frames/{year}")).await.succeeded();
        let (from, to) = (closing("SN", 2018).await, closing("KS", 2018).await);
        assert_eq!((&from["closing"], &to["closing"]), (&json!(96_200), &json!(103_800)));
        assert_eq!((&from["steps"][0]["counterpart"], &to["steps"][0]["counterpart"]), (&json!("KS"), &json!("SN")));
        for committee in ["SN", "KS"] {
            admin.put(&format!("committees/{committee}/frames/2019"), json!({})).await.succeeded();
        }
        let next = (closing("SN", 2019).await["opening"].clone(), closing("KS", 2019).await["opening"].clone());
        assert_eq!(next, (json!(88_400), json!(111_600)), "a full year of it is taken from one and given to the other");
        let mut wrong = transfer.clone();
        (wrong["toCommittee"], wrong["amount"]) = (json!("SN"), json!(-1));
        let problem = admin.put("frame-transfers/annan", wrong).await.refused(422);
        let pointers: Vec<_> = problem["errors"].as_array().unwrap().iter().map(|e| e["pointer"].as_str().unwrap()).collect();
        assert_eq!(pointers, ["/toCommittee", "/amount"]);
        let own = app.client(Role::Controller, "0580", &["KS"]).await;
        assert_eq!(own.get("frame-transfers").await.json()["meta"]["totalRecords"], 1);
        own.put("frame-transfers/annan", transfer).await.refused(403);
        own.get("committees/SN/frames/2018").await.refused(404);
        let change = json!({ "changes": [{ "key": "a", "label": "A", "type": "transfer", "amount": 1 }] });
        let problem = admin.put("committees/SN/frames/2020", change).await.refused(422);
        assert_eq!(problem["errors"][0]["pointer"], "/changes/0/type");
    }

    async fn katrineholms_investments_are_carried_over_as_information_and_on_request(app) {
        let admin = code_plan(&app).await;
        let projects = json!({ "projects": [{ "code": "940201", "name": "Digitalisering" }, { "code": "946019", "name": "Möbler" },
                                            { "code": "940300", "name": "Arbetsmiljö" }] });
        admin.put("projects", projects).await.succeeded();
        let csv = "account;unit;project;amount\n4551;3102;946019;378000\n4551;3102;940300;169000\n4551;3102;;9\n";
        admin.put_csv("outcomes/2019-12/ledger", csv).await.succeeded();
        let carry = |amount: i64, kind: &str, why: &str| json!({ "amount": amount, "kind": kind, "justification": why });
        let frame = json!({ "projects": [
            { "project": "940201", "label": "Digitalisering/utveckling data", "original": 400_000, "carryOver": carry(400_000, "request", "Kostnader kommer 2020") },
            { "project": "946019", "label": "Möbler o inventarier ny våning", "original": 475_000, "carryOver": carry(97_000, "information", "Komplettering behövs") },
            { "project": "940300", "label": "Arbetsmiljöinvesteringar", "original": 1_200_000 }] });
        let frame = admin.put("committees/SN/investment-frames/2019", frame).await.succeeded();
        assert_eq!(frame["total"], json!({ "budget": 2_075_000, "used": 547_000, "unused": 1_528_000, "carried": 497_000, "left": 1_031_000 }));
        assert_eq!((&frame["carriedAsInformation"], &frame["carriedAsRequest"]), (&json!(97_000), &json!(400_000)));
        assert_eq!(frame["projects"][2]["figures"]["left"], 1_031_000);
        let table = admin.get("reports/investment-tables?committee=SN&years=2018,2019&amountUnit=tkr").await.succeeded();
        let unused: Vec<_> = table["rows"].as_array().unwrap().iter().map(|row| row["figures"]["unused"].clone()).collect();
        assert_eq!(unused, [json!(400), json!(97), json!(1_031)]);
        assert_eq!(table["totals"][0]["figures"]["unused"], 1_528);
        let wrong = json!({ "projects": [{ "project": "NONE", "label": "X", "original": 1, "carryOver": { "amount": 0, "kind": "request", "justification": "" } }] });
        let problem = admin.put("committees/SN/investment-frames/2020", wrong).await.refused(422);
        let pointers: Vec<_> = problem["errors"].as_array().unwrap().iter().map(|e| e["pointer"].as_str().unwrap()).collect();
        assert_eq!(pointers, ["/projects/0/carryOver/amount", "/projects/0/carryOver/justification", "/projects/0/project"]);
    }

    async fn a_revision_of_the_budget_rests_on_a_decision(app) {
        let admin = code_plan(&app).await;
        let path = "budgets/2018/original";
        admin.post(&format!("{path}/decisions"), decision("2017-12-18")).await.refused(404);
        for amount in [100, 120] {
            let csv = format!("account;unit;activity;amount\n4551;3102;HVBU;{amount}\n");
            admin.put_csv(path, csv).await.succeeded();
            let decided = admin.post(&format!("{path}/decisions"), decision("2017-12-18")).await;
            assert_eq!(decided.status, 201);
            assert_eq!(admin.post(&format!("{path}/decisions"), decision("2017-12-18")).await.status, 200);
        }
        let page = admin.get(&format!("{path}/decisions")).await.succeeded();
        let revisions: Vec<_> = page["decisions"].as_array().unwrap().iter().map(|one| one["revision"].clone()).collect();
        assert_eq!(revisions, [json!(2), json!(1)]);
        app.role(Role::Controller).await.post(&format!("{path}/decisions"), decision("2017-12-18")).await.refused(403);
    }
}
