//! How cases are answered: explained, planned, decided, followed up; deadlines, and what becomes the executive's matter.

use chrono::{DateTime, Days, Utc};
use serde_json::{Value, json};
use std::sync::{Arc, Mutex};
use utfall_api::demo::linkoping;
use utfall_domain::period::day_in_stockholm;
use utfall_domain::permission::Role;
use utfall_tests::app::TestApp;
use utfall_tests::client::Client;
use utfall_tests::database::Kind;
use utfall_tests::on_both_stores;
use utfall_tests::scenario::{august, before_august};
use utfall_tests::steering::{chain, decision, follow_up, goal};

/// The open case of a code.
async fn case(client: &Client, code: &str) -> Value {
    let page = client.get("deviations?limit=100").await.succeeded();
    let cases = page["deviations"].as_array().expect("cases").clone();
    cases.into_iter().find(|case| case["code"] == code).expect(code)
}

fn path(case: &Value) -> String {
    format!("deviations/{}/explanations", case["deviationId"].as_str().expect("an id"))
}

fn plan(answers: &[&Value], amount: i64) -> Value {
    let answers: Vec<&Value> = answers.iter().map(|case| &case["deviationId"]).collect();
    json!({ "committee": "SN", "purpose": "deviation", "year": 2018, "title": "Åtgärdsplan HVB", "answers": answers,
            "measures": [{ "key": "hemmaplan", "title": "Hemmaplanslösningar", "certainty": "likely",
                           "effects": [{ "period": "2018-12", "amount": amount }] }] })
}

on_both_stores! {
    async fn a_surplus_says_what_it_consists_of_and_how_it_differs_from_the_month_before(app) {
        let admin = before_august(&app).await;
        august(&admin).await.succeeded();
        let surplus = case(&admin, "FAM").await;
        assert_eq!((&surplus["stage"], &surplus["required"], &surplus["previousPeriod"]), (&json!("open"), &json!("explanation"), &Value::Null));
        let problem = admin.post(&path(&surplus), json!({ "text": "Färre familjehem." })).await.refused(422);
        assert_eq!(problem["errors"][0]["pointer"], "/causes");
        let wrong = json!({ "text": " ", "causes": [{ "cause": "weather" }, { "cause": "other" }], "period": "2018-07" });
        let problem = admin.post(&path(&surplus), wrong).await.refused(422);
        let pointers: Vec<_> = problem["errors"].as_array().unwrap().iter().map(|e| e["pointer"].as_str().unwrap()).collect();
        assert_eq!(pointers, ["/text", "/causes/0/cause", "/causes/1/text"]);
        let said = json!({ "text": "Färre familjehem.", "causes": [{ "cause": "volume", "amount": 2_000_000 }] });
        let explained = admin.post(&path(&surplus), said.clone()).await;
        assert_eq!((explained.status.as_u16(), &explained.json()["unexplained"]), (201, &json!(538_000)));
        assert_eq!(admin.post(&path(&surplus), said.clone()).await.status, 200, "the same again is the same");
        assert_eq!(case(&admin, "FAM").await["stage"], "explained");

        // September deviates otherwise: the case is open again, and tells the difference.
        admin.put_csv("outcomes/2018-09/ledger", "konto;ansvar;verksamhet;belopp\n4552;3102;FAM;6000000\n").await.succeeded();
        let later = case(&admin, "FAM").await;
        assert_eq!((&later["stage"], &later["period"], &later["previousPeriod"]), (&json!("open"), &json!("2018-09"), &json!("2018-08")));
        assert_eq!(later["previousAmount"], 2_538_000);
        let difference = later["amount"].as_f64().unwrap() - 2_538_000.0;
        assert!((later["difference"].as_f64().unwrap() - difference).abs() < 0.01, "{later}");
        let problem = admin.post(&path(&surplus), said.clone()).await.refused(422);
        assert_eq!(problem["errors"][0]["pointer"], "/difference");
        let mut again = said;
        again["difference"] = json!("En månad till med få placeringar.");
        admin.post(&path(&surplus), again).await.succeeded();
        let all = admin.get(&path(&surplus)).await.succeeded();
        assert_eq!((&all["meta"]["totalRecords"], &all["explanations"][0]["period"]), (&json!(2), &json!("2018-09")));
    }

    async fn a_case_goes_from_open_to_planned_decided_followed_up_and_closed(app) {
        let admin = before_august(&app).await;
        august(&admin).await.succeeded();
        let secretary = app.role(Role::Secretary).await;
        let (committee, young, adults) = (case(&admin, "SN").await, case(&admin, "HVBU").await, case(&admin, "HVBV").await);
        let version = "action-plans/hvb/versions/1";
        secretary.put(version, plan(&[&committee, &young, &adults], 5_000_000)).await.succeeded();
        let stage = async || case(&admin, "HVBU").await["stage"].clone();
        assert_eq!(stage().await, "planned");
        secretary.post(&format!("{version}/proposals"), json!({})).await.succeeded();
        assert_eq!(stage().await, "planned");
        secretary.post(&format!("{version}/decisions"), decision("2018-09-20")).await.refused(403);
        let decided = admin.post(&format!("{version}/decisions"), decision("2018-09-20")).await.succeeded();
        assert_eq!(stage().await, "decided");
        // The committee's case speaks for the need; those of its activities are never added to it.
        assert_eq!((&decided["coverage"]["need"], &decided["coverage"]["uncovered"]), (&json!(10_944_000), &json!(5_944_000)));
        let own = case(&admin, "SN").await;
        assert_eq!((&own["uncovered"], &own["escalations"]), (&json!(5_944_000), &json!(["uncovered-deficit"])));
        assert_eq!(case(&admin, "HVBU").await["escalations"], json!([]), "only the committee's case escalates");
        let report = json!({ "measures": [{ "measure": "hemmaplan", "state": "ongoing", "realised": 1_000_000 }] });
        secretary.put("action-plans/hvb/effects/2018-10", report).await.succeeded();
        assert_eq!(stage().await, "following");
        let corrected = linkoping::delivery(|a| if a.code == "HVBU" { a.outcome + a.deviation } else { a.outcome });
        admin.put_csv("outcomes/2018-08/ledger?basis=accumulated&amountUnit=tkr", corrected).await.succeeded();
        assert_eq!(stage().await, "closed");
        let plan = admin.get("action-plans/hvb").await.succeeded();
        assert_eq!(plan["state"], "following", "a case that closes does not close the plan");
        admin.post(&path(&young), json!({ "text": "Klart." })).await.refused(409);
        let closed = secretary.post(&format!("{version}/closures"), json!({ "reason": "Budget i balans." })).await.succeeded();
        assert_eq!((&closed["state"], &closed["closedWhy"]), (&json!("closed"), &json!("Budget i balans.")));
        assert_eq!(case(&admin, "HVBV").await["stage"], "open", "a plan that is ended answers nothing");
    }

    async fn a_follow_up_names_every_deficit_without_plan_and_surplus_without_explanation(app) {
        let admin = before_august(&app).await;
        august(&admin).await.succeeded();
        chain(&admin, &[goal("P25", "Nöjda barn")]).await;
        let path = "follow-ups/SN-2018-08/editions/1";
        admin.put(path, follow_up("SN", &[("P25", "met")])).await.succeeded();
        let refused = async || {
            let problem = admin.post(&format!("{path}/submissions"), json!({})).await.refused(422);
            let errors = problem["errors"].as_array().unwrap().iter();
            let count = |field: &str| errors.clone().filter(|error| error["field"] == field).count();
            (count("deviations-explained"), count("deviations-planned"), problem)
        };
        let (explained, planned, problem) = refused().await;
        assert_eq!((explained, planned), (4, 4));
        assert!(problem["errors"][4]["reason"].as_str().unwrap().contains("no action plan"), "{problem}");
        // An explanation of a case counts as well as one in the follow-up; of a deficit it is no plan.
        for (code, text) in [("FAM", "Färre."), ("HVBU", "Fler.")] {
            let body = json!({ "text": text, "causes": [{ "cause": "volume", "amount": 1 }] });
            admin.post(&format!("deviations/{}/explanations", case(&admin, code).await["deviationId"].as_str().unwrap()), body).await.succeeded();
        }
        let young = case(&admin, "HVBU").await;
        admin.put("action-plans/hvb/versions/1", plan(&[&young], 1)).await.succeeded();
        let (explained, planned, _) = refused().await;
        assert_eq!((explained, planned), (3, 4), "a draft is no plan yet");
        admin.post("action-plans/hvb/versions/1/proposals", json!({})).await.succeeded();
        let (explained, planned, _) = refused().await;
        assert_eq!((explained, planned), (3, 3));
    }
}

/// A service whose clock is set by the test.
async fn clocked(kind: Kind, now: &Arc<Mutex<DateTime<Utc>>>) -> TestApp {
    let now = Arc::clone(now);
    TestApp::start_at(kind, Arc::new(move || *now.lock().expect("the clock"))).await
}

async fn a_missed_deadline_is_the_executives_matter(kind: Kind) {
    let today = Utc::now();
    let day = |days: u64| day_in_stockholm(today + Days::new(days)).to_string();
    let now = Arc::new(Mutex::new(today));
    let app = clocked(kind, &now).await;
    let admin = before_august(&app).await;
    // Tokens go by the computer's clock: they are given out before this one is moved.
    let (reader, secretary) = (app.role(Role::Reader).await, app.role(Role::Secretary).await);
    let etag = admin.get("deviation-policies/SN").await.header("etag").to_owned();
    let rules = json!({ "rules": [{ "basis": "year-to-date", "level": "committee", "deadlineDays": 30 },
                                  { "basis": "year-to-date", "level": "activity", "deadlineDays": 30 }] });
    admin.put_if("deviation-policies/SN", &etag, rules).await.succeeded();
    august(&admin).await.succeeded();
    let list = "escalations?year=2018";
    let open = reader.get("deviations?level=committee").await;
    let tag = open.header("etag").to_owned();
    assert_eq!(open.succeeded()["deviations"][0]["deadline"], day(30));
    assert_eq!(reader.get(list).await.succeeded()["meta"]["totalRecords"], 0);

    *now.lock().expect("the clock") = today + Days::new(31);
    let late = reader.get(list).await.succeeded();
    assert_eq!(late["meta"]["totalRecords"], 1, "the activities' cases are late too, and do not escalate");
    assert_eq!(late["escalations"][0]["escalations"], json!(["deadline-missed"]));
    let request = reader.request(reqwest::Method::GET, "deviations?level=committee").header("If-None-Match", &tag);
    let changed = reader.send(request).await;
    assert_eq!(
        changed.succeeded()["deviations"][0]["deadlineMissed"],
        true,
        "another day is another answer, though no data changed"
    );
    let before = reader.get(&format!("{list}&asOf={}", day(30))).await.succeeded();
    assert_eq!(before["meta"]["totalRecords"], 0);

    let committee = case(&admin, "SN").await;
    secretary.put("action-plans/sn/versions/1", plan(&[&committee], 10_944_000)).await.succeeded();
    secretary.post("action-plans/sn/versions/1/proposals", json!({})).await.succeeded();
    assert_eq!(reader.get(list).await.succeeded()["meta"]["totalRecords"], 0, "a proposed plan answers");
    admin.post("action-plans/sn/versions/1/decisions", decision(&day(0))).await.succeeded();
    assert_eq!(reader.get(list).await.succeeded()["meta"]["totalRecords"], 0, "and covers all of it");
}

#[tokio::test]
async fn a_missed_deadline_is_the_executives_matter_on_sqlite() {
    a_missed_deadline_is_the_executives_matter(Kind::Sqlite).await;
}

#[tokio::test]
async fn a_missed_deadline_is_the_executives_matter_on_postgres() {
    a_missed_deadline_is_the_executives_matter(Kind::Postgres).await;
}
