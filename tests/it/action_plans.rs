//! Action plans: what they cover of the need, what comes true, and how measures stand.

use serde_json::{Value, json};
use utfall_domain::permission::Role;
use utfall_tests::client::Client;
use utfall_tests::on_both_stores;
use utfall_tests::scenario::code_plan;
use utfall_tests::steering::decision;

async fn decide(secretary: &Client, admin: &Client, version: &str, plan: Value) -> Value {
    secretary.put(version, plan).await.succeeded();
    secretary.post(&format!("{version}/proposals"), json!({})).await.succeeded();
    admin.post(&format!("{version}/decisions"), decision("2018-12-18")).await.succeeded()
}

/// Katrineholm's plan before 2019: a need of two parts, and measures that add up to 17 562 tkr.
fn katrineholm() -> Value {
    let measure = |key: &str, title: &str, amount: i64| {
        json!({ "key": key, "title": title, "certainty": "likely", "role": "förvaltningschef", "start": "2019-01-01", "due": "2019-12-31",
                "effects": [{ "period": "2019", "amount": amount }] })
    };
    json!({ "committee": "SN", "purpose": "need", "year": 2019, "title": "Åtgärdsplan inför 2019",
            "needs": [{ "label": "2018 års underskott", "amount": 21_144_000 }, { "label": "Minskade intäkter i budget", "amount": 35_644_000 }],
            "measures": [measure("stod", "Minskat försörjningsstöd", 2_000_000), measure("placeringar", "Hemmaplanslösningar", 15_562_000)] })
}

on_both_stores! {
    async fn katrineholm_covers_31_percent_of_the_need_and_81_of_that_comes_true(app) {
        let admin = code_plan(&app).await;
        let secretary = app.role(Role::Secretary).await;
        decide(&secretary, &admin, "action-plans/inför-2019/versions/1", katrineholm()).await;
        let report = json!({ "text": "Rapport till nämnden i december.", "measures": [
            { "measure": "stod", "state": "done", "realised": -3_300_000, "comment": "Försörjningsstödet ökade i stället." },
            { "measure": "placeringar", "state": "done", "realised": 17_600_000 }] });
        secretary.put("action-plans/inför-2019/effects/2019-12", report).await.succeeded();
        let plan = admin.get("action-plans/inför-2019").await.succeeded();
        let coverage = &plan["coverage"];
        assert_eq!((&coverage["need"], &coverage["planned"], &coverage["realised"]), (&json!(56_788_000), &json!(17_562_000), &json!(14_300_000)));
        assert_eq!((&coverage["plannedOfNeed"], &coverage["realisedOfPlanned"]), (&json!(30.93), &json!(81.43)));
        assert_eq!(coverage["uncovered"], 39_226_000);
        let measures = admin.get("action-plans/inför-2019/measures").await.succeeded();
        let stood = &measures["measures"][0];
        assert_eq!((&stood["planned"], &stood["realised"], &stood["comment"]),
                   (&json!(2_000_000), &json!(-3_300_000), &json!("Försörjningsstödet ökade i stället.")));
        let csv = admin.get_as("action-plans/inför-2019/measures", "text/csv").await;
        assert!(csv.body.contains("stod,Minskat försörjningsstöd,done,in-time,false,2000000,2000000,-3300000,"), "{}", csv.body);
    }

    async fn a_measure_is_measured_on_the_ledger_against_its_baseline(app) {
        let admin = code_plan(&app).await;
        let activities = json!({ "activities": [{ "code": "HVB", "name": "HVB" }, { "code": "HVBU", "name": "HVB unga", "parent": "HVB" },
                                                { "code": "FAM", "name": "Familjehem" }] });
        admin.put("activities", activities).await.succeeded();
        let month = async |year: i32, month: u32, young: i64| {
            let csv = format!("account;unit;activity;amount\n4551;3102;HVBU;{young}\n4551;3102;FAM;77\n");
            admin.put_csv(&format!("outcomes/{year}-{month:02}/ledger"), csv).await.succeeded();
        };
        for (at, young) in [(1, 100), (2, 110), (3, 120)] {
            month(2018, at, young).await;
            month(2019, at, young - 30).await;
        }
        admin.put_csv("budgets/2019/original", "account;unit;activity;profile;amount\n4551;3102;HVB;even;1080\n").await.succeeded();
        let measured = |key: &str, baseline: &str, start: &str| json!({ "key": key, "title": key, "certainty": "certain", "start": start,
            "effects": [{ "period": "2019", "amount": 360 }],
            "measuring": { "kind": "ledger", "filter": { "activities": ["HVB"], "accounts": ["4551"] }, "baseline": baseline, "level": 1320 } });
        let plan = json!({ "committee": "SN", "purpose": "need", "year": 2019, "title": "Plan", "needs": [{ "label": "Underskott", "amount": 720 }],
            "measures": [measured("last-year", "last-year", "2018-11-01"), measured("from-february", "last-year", "2019-02-10"),
                         measured("budget", "budget", "2019-01-01"), measured("level", "level", "2019-01-01"),
                         { "key": "entered", "title": "Rapporteras", "certainty": "uncertain" }] });
        secretary_decides(&app, &admin, plan).await;
        let measures = admin.get("action-plans/p/measures").await.succeeded();
        let given: Vec<(&Value, &Value)> = measures["measures"].as_array().unwrap().iter().map(|one| (&one["realised"], &one["notRealised"])).collect();
        assert_eq!(given[0], (&json!(90), &Value::Null), "three months, thirty less in each");
        assert_eq!(given[1], (&json!(60), &Value::Null), "from the month when it began");
        assert_eq!(given[2], (&json!(30), &Value::Null), "270 of the budget less 240, though the budget is on the code above");
        assert_eq!(given[3], (&json!(90), &Value::Null), "1 320 a year is 330 in three months");
        assert_eq!(given[4], (&Value::Null, &json!("not-reported")));
        assert_eq!(measures["measures"][0]["plannedToDate"], 90);
        let plan = admin.get("action-plans/p").await.succeeded();
        assert_eq!((&plan["coverage"]["realised"], &plan["coverage"]["planned"]), (&json!(270), &json!(1_440)));
        assert_eq!(plan["coverage"]["years"][0]["through"], "2019-03");
    }

    async fn a_revision_supersedes_and_an_earlier_one_stays_readable(app) {
        let admin = code_plan(&app).await;
        let secretary = app.role(Role::Secretary).await;
        let version = "action-plans/p/versions/1";
        decide(&secretary, &admin, version, katrineholm()).await;
        let mut revised = katrineholm();
        revised["measures"][0]["effects"][0]["amount"] = json!(0);
        secretary.put("action-plans/p/versions/2", revised.clone()).await.refused(422);
        secretary.put("action-plans/p/versions/2?reason=Gav%20inte%20v%C3%A4ntat%20utfall", revised).await.succeeded();
        assert_eq!(admin.get("action-plans/p").await.json()["version"], 1, "until it is decided the first one speaks");
        secretary.post("action-plans/p/versions/2/proposals", json!({})).await.succeeded();
        let returned = admin.post("action-plans/p/versions/2/returns", json!({ "reason": "Underlag saknas." })).await.succeeded();
        assert_eq!(returned["state"], "draft");
        secretary.post("action-plans/p/versions/2/proposals", json!({})).await.succeeded();
        admin.post("action-plans/p/versions/2/decisions", decision("2019-05-20")).await.succeeded();
        let now = admin.get("action-plans/p").await.succeeded();
        assert_eq!((&now["version"], &now["coverage"]["planned"]), (&json!(2), &json!(15_562_000)));
        let old = admin.get(version).await.succeeded();
        assert_eq!((&old["state"], &old["supersededBy"], &old["coverage"]["planned"]), (&json!("superseded"), &json!(2), &json!(17_562_000)));
        assert_eq!(admin.get("action-plans/p?decidedAsOf=2019-01-15").await.json()["version"], 1);
        assert_eq!(admin.get("action-plans/p/versions").await.json()["meta"]["totalRecords"], 2);
    }

    async fn what_is_wrong_is_named_by_its_place(app) {
        let admin = code_plan(&app).await;
        let wrong = json!({ "committee": "XX", "purpose": "deviation", "year": 2019, "through": 2022, "title": "", "answers": ["nowhere"],
            "measures": [{ "key": "a", "title": "A", "certainty": "maybe", "dependsOn": "b" }] });
        let problem = admin.put("action-plans/p/versions/1", wrong).await.refused(422);
        let pointers = |problem: &Value| -> Vec<String> {
            problem["errors"].as_array().unwrap().iter().map(|error| error["pointer"].as_str().unwrap().to_owned()).collect()
        };
        assert_eq!(pointers(&problem), ["/title", "/measures/0/certainty"]);
        let wrong = json!({ "committee": "XX", "purpose": "deviation", "year": 2019, "through": 2022, "title": "Plan", "answers": ["nowhere"],
            "measures": [{ "key": "a", "title": "A", "certainty": "likely", "dependsOn": "b", "effects": [{ "period": "2025", "amount": 1 }],
                           "measuring": { "kind": "ledger", "filter": { "activities": ["NONE"] }, "baseline": "budget" } }] });
        let problem = admin.put("action-plans/p/versions/1", wrong).await.refused(422);
        assert_eq!(pointers(&problem), ["/through", "/measures/0/effects/0/period", "/measures/0/dependsOn", "/committee", "/answers/0",
                                        "/measures/0/measuring/filter/activities/0"]);
    }

    async fn the_plan_for_the_balance_requirement_is_the_councils(app) {
        let admin = code_plan(&app).await;
        let committees = json!({ "committees": [{ "code": "SN", "name": "Socialnämnden" },
                                                { "code": "KF", "name": "Kommunfullmäktige", "kind": "council" }] });
        admin.put("committees", committees).await.succeeded();
        let secretary = app.role(Role::Secretary).await;
        let plan = |committee: &str| json!({ "committee": committee, "purpose": "balance", "year": 2019, "through": 2021,
            "title": "Plan för att återställa det negativa resultatet", "needs": [{ "label": "Negativt balanskravsresultat 2018", "amount": 30 }],
            "plannedEffects": [{ "period": "2019", "amount": 12 }, { "period": "2020", "amount": 12 }, { "period": "2021", "amount": 12 }] });
        let problem = secretary.put("action-plans/balans/versions/1", plan("SN")).await.refused(422);
        assert_eq!(problem["errors"][0]["pointer"], "/committee");
        secretary.put("action-plans/balans/versions/1", plan("KF")).await.succeeded();
        secretary.post("action-plans/balans/versions/1/proposals", json!({})).await.succeeded();
        let problem = admin.post("action-plans/balans/versions/1/decisions", decision("2019-02-14")).await.refused(422);
        assert_eq!(problem["errors"][0]["pointer"], "/body");
        let council = json!({ "body": "Kommunfullmäktige", "date": "2019-02-25", "paragraph": "§ 12" });
        let decided = admin.post("action-plans/balans/versions/1/decisions", council).await.succeeded();
        assert_eq!((&decided["coverage"]["planned"], &decided["coverage"]["uncovered"]), (&json!(36), &json!(0)));
        assert_eq!(decided["coverage"]["years"].as_array().unwrap().len(), 3);
    }

    async fn another_committees_plan_is_not_there(app) {
        let admin = code_plan(&app).await;
        let committees = json!({ "committees": [{ "code": "SN", "name": "Socialnämnden" }, { "code": "KS", "name": "Kommunstyrelsen" }] });
        admin.put("committees", committees).await.succeeded();
        admin.put("action-plans/p/versions/1", katrineholm()).await.succeeded();
        let other = app.client(Role::Secretary, "0580", &["KS"]).await;
        for path in ["action-plans/p", "action-plans/p/versions", "action-plans/p/versions/1", "action-plans/p/measures", "action-plans/p/effects"] {
            other.get(path).await.refused(404);
        }
        assert_eq!(other.get("action-plans").await.json()["meta"]["totalRecords"], 0);
        other.put("action-plans/p/versions/1", katrineholm()).await.refused(404);
        other.post("action-plans/p/versions/1/proposals", json!({})).await.refused(404);
        other.put("action-plans/p/effects/2019-03", json!({})).await.refused(404);
    }
}

async fn secretary_decides(app: &utfall_tests::app::TestApp, admin: &Client, plan: Value) {
    let secretary = app.role(Role::Secretary).await;
    decide(&secretary, admin, "action-plans/p/versions/1", plan).await;
}
