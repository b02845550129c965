//! Volumes and prices, accrual adjustments and agreed levels.

use serde_json::{Value, json};
use utfall_tests::client::Client;
use utfall_tests::on_both_stores;
use utfall_tests::scenario::code_plan;

/// Katrineholm's chart of accounts, its budget and its outcome of 2019, in kronor that round to every printed cell.
pub async fn katrineholm(admin: &Client) {
    let account = |code: &str, name: &str, nature: &str| json!({ "code": code, "name": name, "nature": nature });
    let accounts = json!({ "accounts": [
        account("3000", "Verksamhetens intäkter", "revenue"), account("4100", "Ekonomiskt bistånd", "cost"),
        account("4600", "Köpt huvudverksamhet", "cost"), account("5000", "Personalkostnader", "cost"),
        account("7400", "Utredningskonsulter", "cost"), account("6900", "Övriga kostnader", "cost")] });
    admin.put("accounts", accounts).await.succeeded();
    let outcome = "account;committee;amount\n3000;SN;29781700\n4100;SN;-61901900\n4600;SN;-68597300\n5000;SN;-92727300\n7400;SN;-8663900\n6900;SN;-25342950\n";
    let budget = "account;committee;profile;amount\n3000;SN;even;28684000\n4100;SN;even;-49979950\n4600;SN;even;-38428850\n5000;SN;even;-95471650\n7400;SN;even;0\n6900;SN;even;-26009600\n";
    admin.put_csv("budgets/2019/original?signConvention=result", budget).await.succeeded();
    let rules = json!({ "rules": [{ "basis": "year-to-date", "level": "committee" }] });
    admin.put("deviation-policies/SN", rules).await.succeeded();
    admin.put_csv("outcomes/2019-12/ledger?signConvention=result&basis=accumulated", outcome).await.succeeded();
}

/// Its thirteen months restated to twelve.
pub async fn twelve_months(admin: &Client) {
    let adjustment = |key: &str, account: &str, amount: i64| {
        json!({ "key": key, "label": key, "amount": amount, "belongsTo": 2018,
        "account": account, "reason": "Periodisering återupptogs 2019: året har tretton månader." })
    };
    let adjustments = json!({ "adjustments": [adjustment("placeringar", "4600", 6_441_000), adjustment("konsulter", "7400", 931_000)] });
    admin.put("accrual-adjustments/2019/SN", adjustments).await.succeeded();
}

fn cells(line: &Value) -> Vec<Value> {
    line["cells"].as_array().expect("cells").iter().map(|cell| cell["amount"].clone()).collect()
}

on_both_stores! {
    async fn katrineholms_thirteen_months_are_restated_beside_what_is_booked(app) {
        let admin = code_plan(&app).await;
        katrineholm(&admin).await;
        twelve_months(&admin).await;
        let columns = "outcome-2019,restated-2019,budget-2019,deviation:budget-2019:outcome-2019,deviation:budget-2019:restated-2019";
        let report = admin.get(&format!("reports/result-statements?committee=SN&amountUnit=tkr&signConvention=result&columns={columns}")).await.succeeded();
        let net = report["lines"].as_array().unwrap().iter().find(|line| line["code"] == "net-cost").expect("net cost").clone();
        assert_eq!(cells(&net), [json!(-227_452), json!(-220_080), json!(-181_206), json!(-46_246), json!(-38_874)]);
        let restated: Vec<_> = report["restatements"].as_array().unwrap().iter().map(|one| one["amount"].clone()).collect();
        assert_eq!(restated, [json!(-6_441_000), json!(-931_000)]);
        assert!(report["restatements"][0]["reason"].as_str().unwrap().contains("tretton månader"));
        // What is taken from 2019 is given to 2018, which has nothing booked here.
        let year = admin.get("reports/result-statements?committee=SN&columns=restated-2018").await.succeeded();
        assert_eq!(year["lines"][0]["cells"][0]["absent"], "no-outcome");
    }

    async fn a_tolerated_deficit_is_a_comparison_of_its_own(app) {
        let admin = code_plan(&app).await;
        katrineholm(&admin).await;
        let level = json!({ "label": "Ekonomi i balans, KS mars", "amount": -30_000_000,
                            "decision": { "body": "Kommunstyrelsen", "date": "2019-03-27" } });
        admin.put("committees/SN/agreed-levels/2019", level).await.succeeded();
        let case = admin.get("deviations?level=committee&year=2019").await.succeeded()["deviations"][0].clone();
        assert_eq!((&case["amount"], &case["required"]), (&json!(-46_245_600), &json!("action-plan")));
        assert_eq!(case["agreedLevel"], json!({ "label": "Ekonomi i balans, KS mars", "amount": -30_000_000, "deviation": -16_245_600 }));
    }

    async fn linkopings_households_by_volume_and_price_leave_a_rest_of_twelve(app) {
        let admin = code_plan(&app).await;
        admin.put_csv("outcomes/2018-08/ledger?basis=accumulated&amountUnit=tkr", "account;unit;activity;amount\n4511;3102;EKB;148058\n").await.succeeded();
        let rows = json!({ "through": "2018-08", "rows": [{ "key": "hushall", "label": "Ekonomiskt bistånd", "volumeUnit": "hushåll per månad",
            "activity": "EKB", "budget": { "volume": 2_100, "price": 9_000, "periods": 8 },
            "outcome": { "volume": 2_061, "price": 8_979, "periods": 8, "amount": 148_058_000 }, "previousYear": { "amount": 141_472_000 } },
            { "key": "ovrigt", "label": "Övrigt", "budget": { "amount": 500 }, "outcome": { "amount": 700 } }],
            "averages": [{ "key": "alla", "label": "Alla", "rows": ["hushall"] }] });
        admin.put("volume-assumptions/2018/SN", rows).await.succeeded();
        let found = admin.get("volume-assumptions/2018/SN?rows=hushall").await.succeeded();
        let row = &found["rows"][0];
        assert_eq!(row["outcomeAmount"], json!({ "amount": 148_058_000, "computed": 148_045_752, "rest": 12_248 }));
        assert_eq!(row["ledgerAmount"], 148_058_000);
        // (2 100 - 2 061) x 8 x 9 000, 2 061 x 8 x (9 000 - 8 979), and the stated amount's rest.
        assert_eq!(row["againstBudget"], json!({ "deviation": 3_142_000, "volumePart": 2_808_000, "pricePart": 346_248, "rest": -12_248 }));
        assert_eq!(row["againstPreviousYear"]["rest"], -6_586_000, "an amount only is all rest");
        assert_eq!(found["rows"][1]["againstBudget"]["rest"], -200);
        assert_eq!(found["averages"][0]["budgetPrice"], 9_000);
        assert_eq!(found["averages"][1]["key"], "rows");
        admin.get("volume-assumptions/2018/SN?rows=nowhere").await.refused(422);
        let wrong = json!({ "rows": [{ "key": "a", "label": "A", "activity": "NONE", "outcome": { "volume": 1 } },
                                     { "key": "a", "label": "A", "outcome": { "volume": 999_999_999, "price": 9_999_999_999_999_i64 } }] });
        let problem = admin.put("volume-assumptions/2019/SN", wrong).await.refused(422);
        let pointers: Vec<_> = problem["errors"].as_array().unwrap().iter().map(|e| e["pointer"].as_str().unwrap()).collect();
        assert_eq!(pointers, ["/rows/0/outcome/price", "/rows/1/key", "/rows/1/outcome/volume", "/rows/0/activity"]);
    }

    async fn what_restates_a_year_says_why_and_where(app) {
        let admin = code_plan(&app).await;
        let wrong = json!({ "adjustments": [{ "key": "a", "label": "A", "amount": 1, "belongsTo": 2019, "account": "NONE", "reason": "x" },
                                            { "key": "a", "label": "A", "amount": 1, "belongsTo": 2018, "reason": " " }] });
        let problem = admin.put("accrual-adjustments/2019/SN", wrong).await.refused(422);
        assert_eq!(problem["errors"][0]["pointer"], "/adjustments/1/reason");
        twelve_months(&{ katrineholm(&admin).await; admin.clone() }).await;
        let page = admin.get("accrual-adjustments?year=2019").await.succeeded();
        assert_eq!((&page["meta"]["totalRecords"], &page["accrualAdjustments"][0]["signConvention"]), (&json!(1), &json!("debit-positive")));
        admin.put("accrual-adjustments/2019/XX", json!({ "adjustments": [] })).await.refused(404);
    }
}
