//! Plans: proposed, decided, revised and compared, and read as they were recorded and as they were decided.

use serde_json::{Value, json};
use utfall_domain::permission::Role;
use utfall_tests::on_both_stores;
use utfall_tests::scenario::code_plan;
use utfall_tests::steering::{chain, decision, goal, plan};

on_both_stores! {
    async fn a_decided_plan_is_revised_compared_and_read_as_it_was(app) {
        let admin = code_plan(&app).await;
        let secretary = app.role(Role::Secretary).await;
        chain(&admin, &[goal("P25", "Nöjda barn"), goal("P26", "Trygga barn"), goal("P27", "Skolgång")]).await;
        let content = plan("Verksamhetsplan 2019", &["P25", "P26"]);
        let put = secretary.put("plans/SN-2019/versions/1", content.clone()).await;
        assert_eq!(put.status, 201);
        assert_eq!(put.json()["state"], "draft");
        secretary.post("plans/SN-2019/versions/1/proposals", json!({})).await.succeeded();
        admin.post("plans/SN-2019/versions/1/decisions", decision("2019-02-14")).await.succeeded();
        let first = admin.get("plans/SN-2019").await;
        let shown = first.succeeded();
        assert_eq!((&shown["state"], &shown["version"]), (&json!("decided"), &json!(1)));
        assert_eq!(shown["decision"], decision("2019-02-14"));
        assert_eq!(shown["goals"].as_array().map(Vec::len), Some(2));
        let between = app.state.store.now().to_rfc3339_opts(chrono::SecondsFormat::Micros, true);

        // What happens to the goals afterwards does not touch what is decided.
        let standing = admin.get("goals/P25").await;
        let mut changed = standing.succeeded();
        changed["title"] = json!("Nöjda barn och unga");
        admin.put_if("goals/P25", standing.header("etag"), changed).await.succeeded();
        assert_eq!(admin.get("plans/SN-2019").await.body, first.body);

        // A decided version never changes; a revision is the next one, and says why.
        let mut revised = plan("Verksamhetsplan 2019, reviderad", &["P25", "P27"]);
        revised["sections"][0]["text"] = json!("Nämndens uppdrag har utökats.");
        let etag = admin.get("plans/SN-2019/versions/1").await.header("etag").to_owned();
        secretary.put_if("plans/SN-2019/versions/1", &etag, revised.clone()).await.refused(409);
        let problem = secretary.put("plans/SN-2019/versions/2", revised.clone()).await.refused(422);
        assert_eq!(problem["errors"][0]["field"], "reason");
        secretary.put("plans/SN-2019/versions/3?reason=Hopp", revised.clone()).await.refused(422);
        secretary.put("plans/SN-2019/versions/2?reason=Utökat%20uppdrag", revised).await.succeeded();
        assert_eq!(admin.get("plans/SN-2019").await.body, first.body, "a draft does not speak for the plan");
        secretary.post("plans/SN-2019/versions/2/proposals", json!({})).await.succeeded();
        admin.post("plans/SN-2019/versions/2/decisions", decision("2019-02-13")).await.refused(422);
        admin.post("plans/SN-2019/versions/2/decisions", decision("2019-06-13")).await.succeeded();

        // Both ways of reading history give the first version, byte for byte.
        assert_eq!(admin.get("plans/SN-2019?decidedAsOf=2019-02-15").await.body, first.body);
        assert_eq!(admin.get(&format!("plans/SN-2019?asOf={between}")).await.body, first.body);
        assert_eq!(admin.get("plans/SN-2019?decidedAsOf=2019-06-13").await.json()["version"], 2);
        admin.get("plans/SN-2019?decidedAsOf=2019-02-13").await.refused(404);
        assert_eq!(admin.get("plans/SN-2019").await.json()["version"], 2);
        let old = admin.get("plans/SN-2019/versions/1").await.succeeded();
        assert_eq!((&old["state"], &old["supersededBy"]), (&json!("superseded"), &json!(2)));
        assert_eq!(old["content"], shown["content"]);

        let page = admin.get("plans/SN-2019/differences?against=1").await.succeeded();
        let found: Vec<(Value, Value, Value)> = page["differences"].as_array().unwrap().iter()
            .map(|one| (one["part"].clone(), one["key"].clone(), one["change"].clone())).collect();
        let expected = [("plan", json!(null), "changed"), ("section", json!("intro"), "changed"), ("goal", json!("P25"), "changed"),
                        ("goal", json!("P26"), "removed"), ("placement", json!("P26"), "removed"),
                        ("goal", json!("P27"), "added"), ("placement", json!("P27"), "added")];
        assert_eq!(found, expected.map(|(part, key, change)| (json!(part), key, json!(change))));
        let title = json!([{ "field": "title", "before": "Nöjda barn", "after": "Nöjda barn och unga" }]);
        assert_eq!(page["differences"][2]["fields"], title);
        // Another order, and another body under the same name, are differences too.
        let standing = admin.get("goals/P27").await;
        let mut moved = standing.json();
        moved["responsibles"] = json!([{ "name": "SN", "group": "all-committees" }]);
        admin.put_if("goals/P27", standing.header("etag"), moved).await.succeeded();
        let mut turned = plan("Verksamhetsplan 2019, reviderad", &["P27", "P25"]);
        turned["sections"][0]["text"] = json!("Nämndens uppdrag har utökats.");
        secretary.put("plans/SN-2019/versions/3?reason=Ordning", turned).await.succeeded();
        let page = admin.get("plans/SN-2019/differences").await.succeeded();
        let fields: Vec<_> = page["differences"].as_array().unwrap().iter()
            .map(|one| (one["key"].clone(), one["fields"][0]["field"].clone(), one["fields"][0]["after"].clone())).collect();
        assert_eq!(fields, [(json!("P27"), json!("responsibles"), json!("SN [all-committees]")),
                            (Value::Null, json!("order"), json!("P27\nP25"))]);
        let same = admin.get("plans/SN-2019/differences?against=2&version=2").await.succeeded();
        assert_eq!(same["differences"], json!([]));
    }

    async fn whoever_proposes_may_not_decide_and_a_return_makes_a_draft(app) {
        let admin = code_plan(&app).await;
        let secretary = app.role(Role::Secretary).await;
        chain(&admin, &[goal("P25", "Nöjda barn")]).await;
        secretary.put("plans/SN-2019/versions/1", plan("Plan", &["P25"])).await.succeeded();
        secretary.post("plans/SN-2019/versions/1/decisions", decision("2019-02-14")).await.refused(409);
        secretary.post("plans/SN-2019/versions/1/proposals", json!({ "reason": "Till nämnden." })).await.succeeded();
        let problem = secretary.post("plans/SN-2019/versions/1/decisions", decision("2019-02-14")).await.refused(403);
        assert!(problem["detail"].as_str().unwrap().contains("whoever proposes may not decide"));
        let refused = admin.get("audit-events?outcome=refused").await.succeeded();
        assert_eq!(refused["auditEvents"][0]["resource"], "plans/SN-2019/versions/1/decisions");
        admin.post("plans/SN-2019/versions/1/returns", json!({ "reason": "Målvärden saknas." })).await.succeeded();
        let draft = admin.get("plans/SN-2019/versions/1").await;
        assert_eq!((&draft.json()["state"], &draft.json()["proposed"]), (&json!("draft"), &Value::Null));
        let mended = plan("Plan med målvärden", &["P25"]);
        secretary.put("plans/SN-2019/versions/1", mended.clone()).await.refused(428);
        secretary.put_if("plans/SN-2019/versions/1", draft.header("etag"), mended).await.succeeded();
        // The administrator proposes this time, so the secretary may decide.
        admin.post("plans/SN-2019/versions/1/proposals", json!({})).await.succeeded();
        secretary.post("plans/SN-2019/versions/1/decisions", decision("2119-02-14")).await.refused(422);
        secretary.post("plans/SN-2019/versions/1/decisions", decision("2019-02-14")).await.succeeded();
        let events = admin.get("audit-events?resource=plans/SN-2019/versions/1&outcome=done").await.succeeded();
        let actions: Vec<_> = events["auditEvents"].as_array().unwrap().iter()
            .map(|event| (event["action"].as_str().unwrap().to_owned(), event["reason"].as_str().unwrap().to_owned())).collect();
        let expected = [("decide-plan", "Socialnämnden 2019-02-14 § 32"), ("propose-plan", ""), ("set-plan", ""), ("return-plan", "Målvärden saknas."),
                        ("propose-plan", "Till nämnden."), ("set-plan", "")];
        assert_eq!(actions, expected.map(|(action, reason)| (action.to_owned(), reason.to_owned())));
    }

    async fn a_plan_is_loaded_whole_and_comes_back_equal(app) {
        let admin = code_plan(&app).await;
        chain(&admin, &[goal("P25", "Nöjda barn"), goal("P26", "Trygga barn")]).await;
        let content = json!({ "committee": "SN", "year": 2019, "steeringModel": "m", "title": "Plan",
            "sections": [{ "code": "a", "title": "Inledning", "text": "Text\nmed radbrytning." }, { "code": "b", "title": "Tom", "text": null }],
            "goals": [{ "goal": "P26", "text": "Nämndens egna ord." }, { "goal": "P25", "text": null }], "indicators": ["I30"],
            "appendices": [{ "title": "Bilaga", "reference": null }] });
        let put = admin.put("plans/SN-2019/versions/1", content.clone()).await.succeeded();
        assert_eq!(put["content"], content);
        assert_eq!(admin.get("plans/SN-2019").await.json()["content"], content);
        let bad = json!({ "committee": "XX", "year": 1800, "steeringModel": "m", "title": "", "goals": [{ "goal": "P25" }, { "goal": "a/b" }] });
        let problem = admin.put("plans/KS-2019/versions/1", bad).await.refused(422);
        let pointers: Vec<_> = problem["errors"].as_array().unwrap().iter().map(|error| error["pointer"].as_str().unwrap()).collect();
        assert_eq!(pointers, ["/year", "/title", "/goals/1/goal"]);
        let unknown = plan("Plan", &["P25", "P25", "P99"]);
        let problem = admin.put("plans/KS-2019/versions/1", unknown).await.refused(422);
        let pointers: Vec<_> = problem["errors"].as_array().unwrap().iter().map(|error| error["pointer"].as_str().unwrap()).collect();
        assert_eq!(pointers, ["/goals/1/goal", "/goals/2/goal"]);
        admin.get("plans/KS-2019").await.refused(404);
    }

    async fn a_secretary_of_one_committee_reaches_its_plans_only(app) {
        let admin = code_plan(&app).await;
        let committees = json!({ "committees": [{ "code": "SN", "name": "Socialnämnden" }, { "code": "KS", "name": "Kommunstyrelsen" }] });
        admin.put("committees", committees).await.succeeded();
        chain(&admin, &[goal("P25", "Nöjda barn")]).await;
        admin.put("plans/SN-2019/versions/1", plan("Plan", &["P25"])).await.succeeded();
        let other = app.client(Role::Secretary, "0580", &["KS"]).await;
        other.get("plans/SN-2019").await.refused(404);
        other.get("plans/SN-2019/versions").await.refused(404);
        other.put("plans/SN-2019/versions/1", plan("Kapad", &[])).await.refused(404);
        let mut own = plan("Kapad", &[]);
        own["committee"] = json!("KS");
        other.put("plans/SN-2019/versions/1", own.clone()).await.refused(404);
        other.post("plans/SN-2019/versions/1/proposals", json!({})).await.refused(404);
        assert_eq!(other.get("plans").await.json()["meta"]["totalRecords"], 0);
        other.put("plans/KS-2019/versions/1", own).await.succeeded();
        assert_eq!(other.get("plans").await.json()["meta"]["totalRecords"], 1);
        // Its own goals it may set, the municipality's not.
        let mut goal = json!({ "steeringModel": "m", "level": "goal", "title": "Eget", "committee": "KS", "placements": [{}] });
        other.put("goals/KS1", goal.clone()).await.succeeded();
        goal["committee"] = Value::Null;
        other.put("goals/KS2", goal).await.refused(403);
        other.post("goals/P25/withdrawals", json!({ "reason": "Nej" })).await.refused(403);
        other.put("goal-chains/m", json!({ "goals": [] })).await.refused(403);
        let share = json!({ "goals": [{ "code": "KS3", "level": "goal", "title": "Nytt", "committee": "KS", "placements": [{}] }] });
        let changes = other.put("goal-chains/m?committee=KS", share).await.succeeded();
        assert_eq!((&changes["addedGoals"], &changes["removedGoals"]), (&json!(["KS3"]), &json!(["KS1"])));
        assert_eq!(other.get("goals").await.json()["meta"]["totalRecords"], 2);
        let stolen = json!({ "goals": [{ "code": "KS4", "level": "goal", "title": "Nytt", "committee": "SN", "placements": [{}] }] });
        let problem = other.put("goal-chains/m?committee=KS", stolen).await.refused(422);
        assert_eq!(problem["errors"][0]["pointer"], "/goals/0/committee");
    }
}
