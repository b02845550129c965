//! What must not slip past: lost updates, other committees' documents, goals that others lean on, and checks that are sidestepped.

use reqwest::Method;
use serde_json::{Value, json};
use utfall_domain::permission::Role;
use utfall_tests::client::{Answer, Client};
use utfall_tests::on_both_stores;
use utfall_tests::scenario::code_plan;
use utfall_tests::steering::{chain, decision, follow_up, goal, model, plan};

async fn act(client: &Client, path: &str, etag: &str, body: Value) -> Answer {
    client.send(client.request(Method::POST, path).header("If-Match", etag).json(&body)).await
}

fn pointers(problem: &Value) -> Vec<&str> {
    problem["errors"].as_array().unwrap().iter().filter_map(|error| error["pointer"].as_str()).collect()
}

async fn two_committees(admin: &Client) {
    let committees = json!({ "committees": [{ "code": "SN", "name": "Socialnämnden" }, { "code": "KS", "name": "Kommunstyrelsen" }] });
    admin.put("committees", committees).await.succeeded();
}

on_both_stores! {
    async fn what_somebody_else_has_changed_is_not_overwritten(app) {
        let admin = code_plan(&app).await;
        chain(&admin, &[goal("P1", "Mål")]).await;
        let read = admin.get("goal-chains/m").await;
        let one = admin.get("goals/P1").await;
        let mut changed = one.json();
        changed["title"] = json!("Ett annat mål");
        admin.put_if("goals/P1", one.header("etag"), changed).await.succeeded();
        admin.put_if("goal-chains/m", read.header("etag"), read.json()).await.refused(412);
        act(&admin, "goals/P1/withdrawals", one.header("etag"), json!({ "reason": "Gammalt" })).await.refused(412);
        // Whoever proposes proposes what they have read: the text, and the goals that a draft shows.
        admin.put("plans/p/versions/1", plan("Plan", &["P1"])).await.succeeded();
        let draft = admin.get("plans/p/versions/1").await;
        let path = "plans/p/versions/1/proposals";
        admin.put_if("plans/p/versions/1", draft.header("etag"), plan("Ändrad plan", &["P1"])).await.succeeded();
        act(&admin, path, draft.header("etag"), json!({})).await.refused(412);
        let draft = admin.get("plans/p/versions/1").await;
        let one = admin.get("goals/P1").await;
        let mut changed = one.json();
        changed["title"] = json!("Ett tredje mål");
        admin.put_if("goals/P1", one.header("etag"), changed).await.succeeded();
        act(&admin, path, draft.header("etag"), json!({})).await.refused(412);
        act(&admin, path, admin.get("plans/p/versions/1").await.header("etag"), json!({})).await.succeeded();
    }

    async fn a_document_stays_one_committees_and_one_years(app) {
        let admin = code_plan(&app).await;
        two_committees(&admin).await;
        let secretary = app.role(Role::Secretary).await;
        chain(&admin, &[goal("P1", "Mål")]).await;
        admin.put("plans/p/versions/1", plan("Plan", &["P1"])).await.succeeded();
        admin.post("plans/p/versions/1/proposals", json!({})).await.succeeded();
        secretary.post("plans/p/versions/1/decisions", decision("2019-02-14")).await.succeeded();
        secretary.post("plans/p/versions/1/decisions", decision("2019-02-14")).await.succeeded();
        admin.put("plans/p/versions/2?reason=Ny", plan("Plan", &["P1"])).await.succeeded();
        let draft = admin.get("plans/p/versions/2").await;
        let mut stolen = plan("Plan", &[]);
        (stolen["committee"], stolen["year"]) = (json!("KS"), json!(2025));
        let problem = admin.put_if("plans/p/versions/2", draft.header("etag"), stolen).await.refused(422);
        assert_eq!(pointers(&problem), ["/committee", "/year"]);
    }

    async fn committees_that_steering_uses_are_ended_and_not_removed(app) {
        let admin = code_plan(&app).await;
        two_committees(&admin).await;
        let mut own = goal("K1", "Eget mål");
        own["committee"] = json!("KS");
        own["waitingFor"] = json!({ "committee": "SN" });
        own["responsibles"] = json!([]);
        chain(&admin, &[own]).await;
        admin.put("follow-ups/f/editions/1", follow_up("KS", &[("K1", "met")])).await.succeeded();
        let only = json!({ "committees": [{ "code": "SN", "name": "Socialnämnden" }] });
        let changes = admin.put("committees", only).await.succeeded();
        assert_eq!((&changes["endedCodes"], &changes["removedCodes"]), (&json!(["KS"]), &json!([])));
        admin.get("follow-ups/f").await.succeeded();
        let export = admin.get("goal-chains/m").await.json();
        admin.put("goal-chains/m", export).await.succeeded();
    }

    async fn goals_that_others_lean_on_stay(app) {
        let admin = code_plan(&app).await;
        two_committees(&admin).await;
        let mut target = goal("S1", "Socialnämndens");
        (target["committee"], target["targets"]) = (json!("SN"), json!([{ "period": "2018", "text": "Öka", "operator": "increase" }]));
        let mut leaning = json!({ "code": "K2", "level": "commitment", "title": "Lutar", "committee": "KS", "placements": [{}] });
        leaning["references"] = json!([{ "goal": "S1", "period": "2018" }]);
        let mut loose = model();
        loose["levels"][1]["mayBeSkipped"] = json!(true);
        admin.put("steering-models/m", loose.clone()).await.succeeded();
        admin.put("goal-chains/m", json!({ "goals": [target, leaning] })).await.succeeded();
        let one = admin.get("goals/S1").await;
        let mut bare = one.json();
        bare["targets"] = json!([]);
        let problem = admin.put_if("goals/S1", one.header("etag"), bare).await.refused(409);
        assert!(problem["detail"].as_str().unwrap().contains("K2"), "{problem}");
        admin.put("goal-chains/m?committee=SN", json!({ "goals": [] })).await.refused(409);
        let standing = admin.get("steering-models/m").await;
        loose["levels"][1]["carries"] = json!(["assessment"]);
        admin.put_if("steering-models/m", standing.header("etag"), loose).await.refused(409);
        // A code or a placement that is another's is at fault where the document brings it.
        let share = json!({ "goals": [{ "code": "K3", "level": "goal", "title": "Ny", "committee": "KS", "placements": [{}] },
            { "code": "S1", "level": "goal", "title": "Tagen", "committee": "KS", "placements": [{}] },
            { "code": "K4", "level": "goal", "title": "Ny", "committee": "KS", "placements": [{}, { "placement": "S1" }] }] });
        let problem = admin.put("goal-chains/m?committee=KS", share).await.refused(422);
        assert_eq!(pointers(&problem), ["/goals/1/code", "/goals/1/placements/0/placement", "/goals/2/placements/1/placement"]);
    }

    async fn a_checklist_is_not_sidestepped(app) {
        let admin = code_plan(&app).await;
        chain(&admin, &[goal("P1", "Mål"), goal("P2", "Annat")]).await;
        let wrong_year = plan("Plan 2019", &[]);
        admin.put("plans/p/versions/1", wrong_year).await.succeeded();
        let mut content = follow_up("SN", &[("P1", "met")]);
        (content["plan"], content["explanations"]) = (json!("p"), json!([{ "deviationId": "nonsens", "text": "?" }]));
        let problem = admin.put("follow-ups/f/editions/1", content).await.refused(422);
        assert_eq!(pointers(&problem), ["/plan", "/explanations/0/deviationId"]);
        // A plan of the year that is not decided is missed, though the follow-up names none.
        let mut of_year = plan("Plan 2018", &["P1"]);
        of_year["year"] = json!(2018);
        admin.put("plans/q/versions/1", of_year).await.succeeded();
        let draft = admin.put("follow-ups/f/editions/1", follow_up("SN", &[("P1", "met"), ("P2", "met")])).await.succeeded();
        assert_eq!((&draft["checks"][2]["check"], &draft["checks"][2]["gaps"][0]["code"]), (&json!("plan-decided"), &json!("q")));
        let late = json!({ "steps": [{ "code": "1", "title": "Attest", "dueMonth": "2035-01" }] });
        admin.put("internal-control-plans/2018/SN", late).await.refused(422);
        // What was assessed on a scale that has changed since is refused at submission, and so can be mended.
        let standing = admin.get("steering-models/m").await;
        let mut renamed = model();
        renamed["scales"][0]["labels"][0]["code"] = json!("gron");
        admin.put_if("steering-models/m", standing.header("etag"), renamed).await.succeeded();
        let problem = admin.post("follow-ups/f/editions/1/submissions", json!({})).await.refused(422);
        assert_eq!(problem["errors"][0]["field"], "assessments/0/label");
    }

    async fn goals_of_a_decided_plan_are_assessed_though_they_are_withdrawn(app) {
        let admin = code_plan(&app).await;
        let secretary = app.role(Role::Secretary).await;
        chain(&admin, &[goal("P1", "Mål"), goal("P2", "Överges")]).await;
        let mut content = plan("Plan", &["P1", "P2"]);
        content["year"] = json!(2018);
        admin.put("plans/p/versions/1", content).await.succeeded();
        admin.post("plans/p/versions/1/proposals", json!({})).await.succeeded();
        secretary.post("plans/p/versions/1/decisions", decision("2018-02-14")).await.succeeded();
        admin.post("goals/P2/withdrawals", json!({ "reason": "Överges" })).await.succeeded();
        let mut report = follow_up("SN", &[("P1", "met"), ("P2", "not-met")]);
        report["plan"] = json!("p");
        admin.put("follow-ups/f/editions/1", report).await.succeeded();
        let submitted = admin.post("follow-ups/f/editions/1/submissions", json!({})).await.succeeded();
        assert_eq!((&submitted["outcomes"][1]["goal"], &submitted["outcomes"][1]["status"]), (&json!("P2"), &json!("not-met")));
        // A later edition that is decided first is not overtaken by an earlier one.
        let mut second = submitted["content"].clone();
        second["assessments"][0]["label"] = json!("partly");
        admin.put("follow-ups/f/editions/2?reason=Fel", second).await.succeeded();
        admin.post("follow-ups/f/editions/2/submissions", json!({})).await.succeeded();
        admin.post("follow-ups/f/editions/2/decisions", decision("2018-10-25")).await.succeeded();
        admin.post("follow-ups/f/editions/1/decisions", decision("2018-11-25")).await.refused(409);
    }

    async fn a_commitment_is_computed_from_the_targets_that_it_refers_to(app) {
        let admin = code_plan(&app).await;
        let mut wide = goal("P1", "Nöjda");
        wide["targets"] = json!([{ "period": "2017", "value": 78, "operator": "at-least" }, { "period": "2018", "value": 79, "operator": "at-least" }]);
        let commitment = |code: &str, periods: &[&str]| {
            let references: Vec<Value> = periods.iter().map(|period| json!({ "goal": "P1", "period": period })).collect();
            json!({ "code": code, "level": "commitment", "title": code, "placements": [{ "parent": "P1" }], "references": references })
        };
        chain(&admin, &[wide, commitment("C1", &["2017"]), commitment("C2", &["2017", "2018"])]).await;
        let mut report = follow_up("SN", &[]);
        let of = |period: &str, label: &str| json!({ "goal": "P1", "target": period, "basis": "expected", "label": label });
        report["assessments"] = json!([of("2017", "met"), of("2018", "not-met")]);
        let draft = admin.put("follow-ups/f/editions/1", report.clone()).await.succeeded();
        let computed: Vec<(Value, Value)> = draft["outcomes"].as_array().unwrap().iter()
            .map(|one| (one["goal"].clone(), one["computedStatus"].clone())).collect();
        assert_eq!(computed, [(json!("P1"), Value::Null), (json!("C1"), json!("met")), (json!("C2"), json!("not-met"))]);
        assert_eq!(draft["outcomes"][0]["status"], "partly");
        report["assessments"].as_array_mut().unwrap().push(of("2020", "met"));
        let etag = admin.get("follow-ups/f/editions/1").await.header("etag").to_owned();
        let problem = admin.put_if("follow-ups/f/editions/1", &etag, report).await.refused(422);
        assert_eq!(pointers(&problem), ["/assessments/2/target"]);
    }

    async fn one_committees_comment_does_not_hide_anothers(app) {
        let admin = code_plan(&app).await;
        two_committees(&admin).await;
        let own = json!({ "code": "U1", "level": "assignment", "title": "Uppdrag", "responsibles": [{ "committee": "SN" }], "placements": [{}] });
        chain(&admin, &[own]).await;
        let path = "assignments/U1/status-comments";
        let comment = |committee: &str, day: &str| json!({ "committee": committee, "writtenOn": day, "label": "not-met" });
        admin.post(path, comment("SN", "2020-02-07")).await.succeeded();
        let stranger = app.client(Role::Secretary, "0580", &["KS"]).await;
        stranger.post(path, comment("KS", "2020-02-08")).await.refused(422);
        stranger.post(path, comment("SN", "2020-02-08")).await.refused(404);
        admin.post(path, comment("SN", "2999-01-01")).await.refused(422);
        assert_eq!(stranger.get(path).await.json()["meta"]["totalRecords"], 0);
        assert_eq!(stranger.get("assignments").await.json()["assignments"][0]["latest"], Value::Null);
    }
}
