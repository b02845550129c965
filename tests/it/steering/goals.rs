//! Goals: set one by one, listed in bounded time, read as they were, and what a chain lacks.

use serde_json::{Value, json};
use utfall_tests::on_both_stores;
use utfall_tests::scenario::code_plan;
use utfall_tests::steering::{chain, goal, model};

on_both_stores! {
    async fn ten_thousand_goals_page_with_the_same_few_statements(app) {
        let admin = code_plan(&app).await;
        let mut goals = vec![json!({ "code": "A", "level": "area", "title": "Område", "placements": [{}] })];
        goals.extend((1..10_000).map(|number| {
            let mut one = goal(&format!("G{number}"), &format!("Mål {number}"));
            one["placements"] = json!([{ "parent": "A" }]);
            one["targets"] = json!([{ "period": "2018", "operator": "at-least", "value": number, "text": "minst" }]);
            one
        }));
        chain(&admin, &goals).await;
        let statements = async |path: &str| {
            let before = app.state.store.statements();
            let page = admin.get(path).await.succeeded();
            (app.state.store.statements() - before, page)
        };
        for filter in ["", "&committee=SN", "&under=A&kind=goal", "&steeringModel=m&level=goal&year=2018"] {
            let (few, small) = statements(&format!("goals?limit=10{filter}")).await;
            let (many, large) = statements(&format!("goals?limit=1000{filter}")).await;
            assert_eq!(large["goals"].as_array().map(Vec::len), Some(1000));
            assert!(small["meta"]["totalRecords"].as_i64().unwrap() >= 9_999, "{filter}");
            assert_eq!(few, many, "{filter}: the statements do not grow with the page");
            assert!(few <= 5, "{filter}: {few}");
            let (last, page) = statements(&format!("goals?limit=1000&page=10{filter}")).await;
            assert!(last == few && page["goals"].as_array().map(Vec::len) >= Some(999), "{filter}");
        }
        let again = admin.put("goal-chains/m", json!({ "goals": goals })).await.succeeded();
        assert_eq!((&again["addedGoals"], &again["changedGoals"], &again["removedGoals"]), (&json!([]), &json!([]), &json!([])));
    }

    async fn a_goal_is_set_changed_withdrawn_and_read_as_it_was(app) {
        let admin = code_plan(&app).await;
        chain(&admin, &[json!({ "code": "A", "level": "area", "title": "Område", "placements": [{}] })]).await;
        let body = json!({ "steeringModel": "m", "level": "goal", "title": "Nöjda barn", "text": "Enkät", "origin": "council",
            "horizon": "2016-2019", "responsibles": [{ "name": "alla nämnder och bolag", "group": "all-committees-and-companies" }],
            "criterion": "När indexet är nått.", "condition": "om ramen höjs", "waitingFor": { "name": "Kommunstyrelsen" },
            "targets": [{ "period": "2016", "text": "77", "value": 77 }, { "period": "2017", "operator": "between", "value": 77.5, "upper": 80 }],
            "indicators": ["I30"], "activitySteps": [{ "text": "Enkät", "quantity": 2, "unit": "enkäter", "dueMonth": "2016-12",
                "followUpMonths": ["2016-06"], "state": "ongoing" }],
            "placements": [{ "parent": "A", "text": "Här" }] });
        let created = admin.put("goals/P25?reason=Antagen%20plan", body.clone()).await;
        assert_eq!(created.status, 201);
        let read = admin.get("goals/P25").await;
        assert_eq!(read.json(), created.json());
        for (member, value) in body.as_object().unwrap() {
            let shown = &read.json()[member];
            match member.as_str() {
                "responsibles" | "targets" | "waitingFor" | "activitySteps" | "placements" => assert!(includes(shown, value), "{member}: {shown}"),
                _ => assert_eq!(shown, value, "{member}"),
            }
        }
        let before = app.state.store.now().to_rfc3339_opts(chrono::SecondsFormat::Micros, true);
        let mut changed = read.json();
        changed["title"] = json!("Nöjda barn och unga");
        admin.put("goals/P25", changed.clone()).await.refused(428);
        let put = admin.put_if("goals/P25", read.header("etag"), changed.clone()).await;
        admin.put_if("goals/P25", read.header("etag"), changed.clone()).await.refused(412);
        let same = admin.put_if("goals/P25", put.header("etag"), changed).await;
        assert_eq!((same.status.as_u16(), same.header("etag")), (200, put.header("etag")));
        assert_eq!(admin.get(&format!("goals/P25?asOf={before}")).await.body, read.body);
        let event = &admin.get("audit-events?resource=goals/P25").await.json()["auditEvents"][1];
        assert_eq!((&event["action"], &event["reason"]), (&json!("set-goal"), &json!("Antagen plan")));
        let why = json!({ "reason": "Ersatt" });
        admin.post("goals/A/withdrawals", why.clone()).await.refused(409);
        admin.post("goals/P25/withdrawals", why.clone()).await.succeeded();
        admin.get("goals/P25").await.refused(404);
        admin.post("goals/P25/withdrawals", why.clone()).await.refused(409);
        admin.post("goals/nothing/withdrawals", why).await.refused(404);
        assert_eq!(admin.get(&format!("goals/P25?asOf={before}")).await.body, read.body);
        admin.put("goals/P25", body).await.succeeded();
    }

    async fn a_model_keeps_the_chain_that_stands_on_it(app) {
        let admin = code_plan(&app).await;
        chain(&admin, &[goal("P25", "Nöjda barn")]).await;
        let standing = admin.get("steering-models/m").await;
        let mut fewer = model();
        fewer["levels"].as_array_mut().unwrap().remove(1);
        let problem = admin.put_if("steering-models/m", standing.header("etag"), fewer).await.refused(409);
        assert!(problem["detail"].as_str().unwrap().contains("P25 is of the level goal, which the model lacks"));
        let mut more = model();
        more["name"] = json!("Styrmodell 2");
        more["levels"][1]["kind"] = json!("commitment");
        let before = app.state.store.now().to_rfc3339_opts(chrono::SecondsFormat::Micros, true);
        admin.put_if("steering-models/m", standing.header("etag"), more).await.succeeded();
        assert_eq!(admin.get(&format!("steering-models/m?asOf={before}")).await.body, standing.body, "its version before");
        let mut many = goal("P26", "För mycket");
        let target = json!({ "period": "2018", "text": "Öka" });
        (many["steeringModel"], many["targets"]) = (json!("m"), Value::Array(vec![target; 201]));
        let problem = admin.put("goals/P26", many).await.refused(422);
        assert_eq!(problem["errors"][0]["pointer"], "/targets");
        assert_eq!(admin.get("goals?kind=commitment").await.json()["meta"]["totalRecords"], 1);
        let mut broken = model();
        broken["levels"][1]["scale"] = json!("other");
        broken["levels"][2]["kind"] = json!("dream");
        let problem = admin.put("steering-models/n", broken).await.refused(422);
        assert_eq!(problem["errors"][0]["pointer"], "/levels/2/kind");
    }

    async fn coverage_lists_what_a_chain_lacks(app) {
        let admin = code_plan(&app).await;
        let mut covered = goal("P25", "Nöjda barn");
        covered["indicators"] = json!(["I30", "I31"]);
        covered["targets"] = json!([{ "period": "2018", "text": "Öka", "indicator": "I30" }]);
        let commitment = json!({ "code": "C1", "level": "commitment", "title": "Åtagande", "placements": [{ "parent": "P25" }],
                                 "indicators": ["I1"], "targets": [{ "period": "2018", "operator": "increase", "text": "Öka", "indicator": "I1" }] });
        chain(&admin, &[covered, commitment, goal("P26", "Trygga barn")]).await;
        let gaps = async |query: &str| {
            let page = admin.get(&format!("reports/goal-coverage?steeringModel=m{query}")).await.succeeded();
            let gaps = page["gaps"].as_array().unwrap().iter();
            gaps.map(|gap| (gap["goal"].as_str().unwrap().to_owned(), gap["gap"].as_str().unwrap().to_owned(), gap["part"].clone()))
                .collect::<Vec<(String, String, Value)>>()
        };
        let gap = |goal: &str, gap: &str, part: Value| (goal.to_owned(), gap.to_owned(), part);
        assert_eq!(gaps("").await, [
            gap("P25", "target-without-operator", json!("2018")),
            gap("P25", "indicator-without-target", json!("I31")),
            gap("C1", "no-responsible", Value::Null),
            gap("P26", "no-indicator", Value::Null),
            gap("P26", "no-commitment", Value::Null),
        ]);
        assert_eq!(gaps("&committee=SN&gap=no-commitment").await, [gap("P26", "no-commitment", Value::Null)]);
        // A target of the indicator's own is a target.
        admin.put("indicators/I31", json!({ "name": "Nöjdhet" })).await.succeeded();
        let targets = json!({ "targets": [{ "period": "2018", "operator": "at-least", "value": 80 }] });
        admin.put("indicators/I31/targets", targets).await.succeeded();
        assert_eq!(gaps("&gap=indicator-without-target").await, []);
    }
}

/// Whether a shown value says everything that was sent, and maybe more.
fn includes(shown: &Value, sent: &Value) -> bool {
    match (shown, sent) {
        (Value::Object(shown), Value::Object(sent)) => {
            sent.iter().all(|(name, value)| shown.get(name).is_some_and(|shown| includes(shown, value)))
        }
        (Value::Array(shown), Value::Array(sent)) => {
            shown.len() == sent.len() && shown.iter().zip(sent).all(|(shown, sent)| includes(shown, sent))
        }
        _ => shown == sent,
    }
}
