//! Follow-ups: refused while incomplete, frozen when submitted, decided, and corrected by a new edition.

use serde_json::{Value, json};
use utfall_api::demo::linkoping;
use utfall_domain::permission::Role;
use utfall_tests::client::Client;
use utfall_tests::on_both_stores;
use utfall_tests::scenario::{august, before_august, code_plan};
use utfall_tests::steering::{chain, decision, follow_up, goal, plan};

/// An explanation of every open case.
async fn explanations(client: &Client) -> Value {
    let open = client.get("deviations?state=open&limit=100").await.succeeded();
    let cases = open["deviations"].as_array().expect("cases").iter();
    cases.map(|case| json!({ "deviationId": case["deviationId"], "text": "Fler placeringar än budgeterat." })).collect()
}

/// A proposed action plan that answers every open deficit.
async fn answer_deficits(client: &Client, plan: &str) {
    let open = client.get("deviations?state=open&limit=100").await.succeeded();
    let deficits =
        open["deviations"].as_array().expect("cases").iter().filter(|case| case["required"] == "action-plan");
    let answers: Vec<&Value> = deficits.map(|case| &case["deviationId"]).collect();
    let body =
        json!({ "committee": "SN", "purpose": "deviation", "year": 2018, "title": "Åtgärdsplan", "answers": answers });
    client.put(&format!("action-plans/{plan}/versions/1"), body).await.succeeded();
    client.post(&format!("action-plans/{plan}/versions/1/proposals"), json!({})).await.succeeded();
}

fn total(edition: &Value) -> Value {
    edition["figures"]["operatingSummary"]["total"]["values"]["outcome"].clone()
}

on_both_stores! {
    async fn an_incomplete_follow_up_is_refused_then_frozen_decided_and_corrected(app) {
        let admin = before_august(&app).await;
        august(&admin).await.succeeded();
        let secretary = app.role(Role::Secretary).await;
        let goals = ["P25", "P26", "P27", "P28"].map(|code| goal(code, &format!("Mål {code}")));
        chain(&admin, &goals).await;
        let mut content = follow_up("SN", &[("P26", "met")]);
        content["explanations"] = explanations(&admin).await;
        answer_deficits(&secretary, "submitted").await;
        let path = "follow-ups/SN-2018-08/editions/1";
        let draft = secretary.put(path, content.clone()).await;
        assert_eq!(draft.succeeded()["content"]["assessments"][0]["comment"], "SN om P26");

        let problem = secretary.post(&format!("{path}/submissions"), json!({})).await.refused(422);
        let missing: Vec<_> = problem["errors"].as_array().unwrap().iter()
            .map(|error| (error["field"].as_str().unwrap(), error["value"].as_str().unwrap(), error["fault"].as_str().unwrap())).collect();
        let check = "goals-assessed";
        assert_eq!(missing, [(check, "P25", "missing"), (check, "P27", "missing"), (check, "P28", "missing")]);
        assert_eq!(secretary.get(path).await.json()["checks"][0]["gaps"].as_array().map(Vec::len), Some(3));

        let explained = content["explanations"].clone();
        content = follow_up("SN", &[("P25", "met"), ("P26", "met"), ("P27", "partly"), ("P28", "unknown")]);
        content["explanations"] = explained;
        secretary.put_if(path, draft.header("etag"), content.clone()).await.succeeded();
        let submitted = secretary.post(&format!("{path}/submissions"), json!({})).await.succeeded();
        assert_eq!((&submitted["state"], total(&submitted)), (&json!("submitted"), json!(320_864_000)));

        // A month posted again does not change what was submitted, and a goal that changes neither.
        let corrected = linkoping::delivery(|a| a.outcome + 1);
        admin.put_csv("outcomes/2018-08/ledger?basis=accumulated&amountUnit=tkr", corrected).await.succeeded();
        let standing = admin.get("goals/P25").await;
        let mut changed = standing.succeeded();
        changed["title"] = json!("Ett annat mål");
        admin.put_if("goals/P25", standing.header("etag"), changed).await.succeeded();
        let after = secretary.get(path).await.succeeded();
        assert_eq!(after, submitted);
        let etag = secretary.get(path).await.header("etag").to_owned();
        secretary.put_if(path, &etag, follow_up("SN", &[])).await.refused(409);

        let decided = secretary.post(&format!("{path}/decisions"), decision("2018-09-27")).await.succeeded();
        assert_eq!((&decided["state"], &decided["decision"]["date"], total(&decided)),
                   (&json!("decided"), &json!("2018-09-27"), json!(320_864_000)));
        let first = secretary.get("follow-ups/SN-2018-08").await.body;

        // A correction is a new edition with a reason; both stay readable.
        content["assessments"][1]["label"] = json!("not-met");
        content["explanations"] = explanations(&admin).await;
        answer_deficits(&secretary, "corrected").await;
        secretary.put("follow-ups/SN-2018-08/editions/2", content.clone()).await.refused(422);
        secretary.put("follow-ups/SN-2018-08/editions/2?reason=R%C3%A4ttad%20bed%C3%B6mning", content).await.succeeded();
        let second = secretary.post("follow-ups/SN-2018-08/editions/2/submissions", json!({})).await.succeeded();
        assert_eq!(total(&second), 320_873_000, "the correction shows the month as it is now");
        assert_eq!(secretary.get("follow-ups/SN-2018-08").await.body, first, "until it is decided the first one speaks");
        secretary.post("follow-ups/SN-2018-08/editions/2/decisions", decision("2018-10-25")).await.succeeded();
        assert_eq!(secretary.get("follow-ups/SN-2018-08").await.json()["edition"], 2);
        assert_eq!(secretary.get("follow-ups/SN-2018-08?decidedAsOf=2018-09-28").await.body, first);
        let old = secretary.get(path).await.succeeded();
        assert_eq!((&old["state"], &old["supersededBy"], total(&old)), (&json!("superseded"), &json!(2), json!(320_864_000)));
        assert_eq!(old["outcomes"][0]["title"], "Mål P25");
        // The goal's page of assessments has the words that stand, once.
        let said = secretary.get("goals/P26/assessments").await.succeeded();
        assert_eq!((&said["meta"]["totalRecords"], &said["assessments"][0]["status"], &said["assessments"][0]["edition"]),
                   (&json!(1), &json!("not-met"), &json!(2)));
    }

    async fn the_checklist_is_computed_from_the_rest(app) {
        let admin = before_august(&app).await;
        chain(&admin, &[goal("P25", "Nöjda barn")]).await;
        admin.put_csv("outcomes/2018-03/ledger", "account;unit;activity;amount\n4551;3102;HVBU;500\n").await.succeeded();
        admin.put("plans/SN-2018/versions/1", {
            let mut draft = plan("Plan", &["P25"]);
            draft["year"] = json!(2018);
            draft
        }).await.succeeded();
        let steps = json!({ "steps": [
            { "code": "1", "title": "Attest", "dueMonth": "2018-06" },
            { "code": "2", "title": "Delegation", "dueMonth": "2018-08", "state": "moved", "movedTo": "Årsredovisningen" },
            { "code": "3", "title": "Jäv", "dueMonth": "2018-11" }] });
        admin.put("internal-control-plans/2018/SN", steps).await.succeeded();
        let mut content = follow_up("SN", &[("P25", "met")]);
        content["plan"] = json!("SN-2018");
        content["sections"] = json!([]);
        let draft = admin.put("follow-ups/SN-2018-08/editions/1", content).await.succeeded();
        let checks: Vec<(Value, Value, Vec<Value>)> = draft["checks"].as_array().unwrap().iter().map(|check| {
            let gaps = check["gaps"].as_array().unwrap().iter().map(|gap| gap["code"].clone()).collect();
            (check["check"].clone(), check["state"].clone(), gaps)
        }).collect();
        let state = |at: usize| (checks[at].0.as_str().unwrap(), checks[at].1.as_str().unwrap());
        assert_eq!(state(0), ("goals-assessed", "done"));
        assert_eq!(state(1), ("chapters-written", "missing"));
        assert_eq!(checks[1].2, ["summary"]);
        assert_eq!(state(2), ("plan-decided", "missing"));
        assert_eq!(state(3), ("months-posted", "missing"));
        let months = ["2018-01", "2018-02", "2018-04", "2018-05", "2018-06", "2018-07", "2018-08"];
        assert_eq!(checks[3].2, months);
        assert_eq!(checks[4].0, "deviations-explained");
        assert_eq!(checks[5].0, "deviations-planned");
        assert_eq!(state(6), ("internal-control-reported", "missing"));
        assert_eq!(checks[6].2, ["1"]);
        admin.post("follow-ups/SN-2018-08/editions/1/submissions", json!({})).await.refused(422);
    }

    async fn twelve_bodies_under_one_goal_have_twelve_comments(app) {
        let admin = app.admin().await;
        let codes: Vec<String> = (1..=12).map(|number| format!("N{number:02}")).collect();
        let committees: Vec<Value> = codes.iter().map(|code| json!({ "code": code, "name": format!("Nämnd {code}") })).collect();
        admin.put("committees", json!({ "committees": committees })).await.succeeded();
        let shared = json!({ "code": "R1", "level": "goal", "title": "Ökad effektivitet", "placements": [{}],
                             "responsibles": [{ "name": "Alla nämnder", "group": "all-committees" }] });
        chain(&admin, &[shared]).await;
        for code in &codes {
            let own = app.client(Role::Secretary, "0580", &[code]).await;
            let path = format!("follow-ups/{code}-2018-08/editions/1");
            own.put(&path, follow_up(code, &[])).await.succeeded();
            let problem = own.post(&format!("{path}/submissions"), json!({})).await.refused(422);
            assert_eq!(problem["errors"][0]["value"], "R1", "a group's goal is each committee's to assess");
            let etag = own.get(&path).await.header("etag").to_owned();
            own.put_if(&path, &etag, follow_up(code, &[("R1", "met")])).await.succeeded();
            own.post(&format!("{path}/submissions"), json!({})).await.succeeded();
        }
        let said = admin.get("goals/R1/assessments?limit=100").await.succeeded();
        let comments: Vec<_> = said["assessments"].as_array().unwrap().iter().map(|one| one["comment"].as_str().unwrap().to_owned()).collect();
        assert_eq!(comments, codes.iter().map(|code| format!("{code} om R1")).collect::<Vec<_>>());
        let own = app.client(Role::Secretary, "0580", &["N03"]).await;
        own.get("follow-ups/N04-2018-08").await.refused(404);
        assert_eq!(own.get("goals/R1/assessments").await.json()["meta"]["totalRecords"], 1);
    }

    async fn comments_are_carried_split_and_dated(app) {
        let admin = code_plan(&app).await;
        chain(&admin, &[goal("P25", "Handläggning"), goal("P26", "Samverkan")]).await;
        let mut before = follow_up("SN", &[("P25", "partly"), ("P26", "met")]);
        (before["period"], before["cutOff"], before["kind"]) = (json!("2018-04"), json!("2018-04-30"), json!("month"));
        admin.put("follow-ups/SN-2018-04/editions/1", before).await.succeeded();
        let mut early = follow_up("SN", &[]);
        early["carriedFrom"] = json!("SN-2018-04");
        admin.put("follow-ups/early/editions/1", early).await.refused(422);
        admin.post("follow-ups/SN-2018-04/editions/1/submissions", json!({})).await.succeeded();
        let mut content = follow_up("SN", &[("P26", "met")]);
        content["carriedFrom"] = json!("SN-2018-04");
        let part = |aspect: &str, label: &str| json!({ "goal": "P25", "aspect": aspect, "basis": "achieved", "label": label });
        content["assessments"].as_array_mut().unwrap().extend([part("handläggningstider", "not-met"), part("delaktighet", "met")]);
        let draft = admin.put("follow-ups/SN-2018-08/editions/1", content.clone()).await.succeeded();
        let carried: Vec<_> = draft["judgements"].as_array().unwrap().iter().map(|one| one["carried"].as_bool().unwrap()).collect();
        assert_eq!(carried, [true, false, false]);
        assert_eq!((&draft["outcomes"][0]["goal"], &draft["outcomes"][0]["status"]), (&json!("P25"), &json!("partly")));
        let whole = admin.put("follow-ups/again/editions/1", content.clone()).await.succeeded();
        let mut judged = follow_up("SN", &[("P25", "met"), ("P26", "met")]);
        judged["carriedFrom"] = json!("SN-2018-04");
        admin.put("follow-ups/frozen/editions/1", judged).await.succeeded();
        let frozen = admin.post("follow-ups/frozen/editions/1/submissions", json!({})).await.succeeded();
        assert_eq!(frozen["judgements"][1]["carried"], whole["judgements"][0]["carried"], "submission changes no mark");
        assert_eq!(admin.get("goals/P26/assessments?limit=1").await.json()["assessments"][0]["carried"], true);
        content["assessments"].as_array_mut().unwrap().push(part("delaktighet", "partly"));
        let etag = admin.get("follow-ups/SN-2018-08/editions/1").await.header("etag").to_owned();
        let problem = admin.put_if("follow-ups/SN-2018-08/editions/1", &etag, content).await.refused(422);
        assert_eq!(problem["errors"][0]["pointer"], "/assessments/3/goal");
        let mut wrong = follow_up("SN", &[("P99", "met"), ("P25", "superb")]);
        wrong["plan"] = json!("nowhere");
        let problem = admin.put("follow-ups/other/editions/1", wrong).await.refused(422);
        let pointers: Vec<_> = problem["errors"].as_array().unwrap().iter().map(|error| error["pointer"].as_str().unwrap()).collect();
        assert_eq!(pointers, ["/plan", "/assessments/0/goal", "/assessments/1/label"]);
    }

    async fn assignments_have_dated_status_comments(app) {
        let admin = code_plan(&app).await;
        let assignment = json!({ "code": "su-e", "level": "assignment", "title": "Fler e-tjänster", "horizon": "2019-2021",
            "targets": [{ "period": "2019-2021", "operator": "at-least", "value": 50, "unit": "e-tjänster", "text": "minst 50" }],
            "responsibles": [{ "committee": "SN" }], "placements": [{}] });
        chain(&admin, &[assignment, goal("P25", "Nöjda barn")]).await;
        let path = "assignments/su-e/status-comments";
        for (date, label) in [("2020-02-07", "partly"), ("2021-02-05", "met"), ("2021-02-05", "met")] {
            let comment = json!({ "committee": "SN", "writtenOn": date, "label": label, "comment": format!("Läget {date}") });
            admin.post(path, comment).await.succeeded();
        }
        let page = admin.get(path).await.succeeded();
        let dates: Vec<_> = page["statusComments"].as_array().unwrap().iter().map(|one| one["writtenOn"].as_str().unwrap()).collect();
        assert_eq!(dates, ["2021-02-05", "2020-02-07"], "the same comment twice is one");
        let list = admin.get("assignments?year=2020&committee=SN").await.succeeded();
        assert_eq!((&list["meta"]["totalRecords"], &list["assignments"][0]["latest"]["label"]), (&json!(1), &json!("met")));
        assert_eq!(admin.get("assignments?year=2018").await.json()["meta"]["totalRecords"], 0);
        admin.get("assignments/P25/status-comments").await.refused(404);
        let wrong = json!({ "committee": "XX", "writtenOn": "2020-02-30", "label": "superb" });
        let problem = admin.post(path, wrong).await.refused(422);
        assert_eq!(problem["errors"][0]["pointer"], "/writtenOn");
    }
}
