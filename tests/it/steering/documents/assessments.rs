//! Assessments and marks of printed reports come back in the follow-ups that they were loaded as.

use super::{count, put_fixtures};
use crate::steering::loaded;
use crate::steering::printed::{Printed, list, text};
use serde_json::{Value, json};
use utfall_tests::on_both_stores;

/// The label of the scale of a goal's level, as the service answers the model.
fn label<'a>(model: &'a Value, level: &Value, code: &Value) -> Option<&'a Value> {
    let level = list(model, "levels").iter().find(|one| one["code"] == *level)?;
    let scale = list(model, "scales").iter().find(|scale| scale["code"] == level["scale"])?;
    list(scale, "labels").iter().find(|label| label["code"] == *code)
}

on_both_stores! {
    async fn assessments_and_marks_come_back_equal(app) {
        for (document, marked, unmarked) in [("linkoping-2018-08", 12, 0), ("katrineholm-2019", 15, 11)] {
            let printed = Printed::fixture(document);
            let admin = loaded(&app, &printed).await;
            let sent = printed.follow_up().expect("a report");
            let path = format!("follow-ups/{document}/editions/1");
            admin.put(&path, sent.clone()).await.succeeded();
            let edition = admin.get(&path).await.succeeded();
            let model = admin.get(&format!("steering-models/{}", printed.model_code)).await.succeeded();
            let said = list(&edition["content"], "assessments");
            let judged = list(&edition, "judgements");
            assert_eq!((said.len(), judged.len()), (count(&sent["assessments"]), count(&sent["assessments"])));
            let mut found = 0;
            for print in printed.printings() {
                let at = said.iter().position(|one| one["goal"] == print["key"]);
                let (assessment, mark) = (&print["assessment"], &print["mark"]);
                if assessment.is_null() && mark.is_null() {
                    assert!(at.is_none_or(|at| said[at]["label"].is_null()), "{print}");
                    continue;
                }
                let at = at.unwrap_or_else(|| panic!("nothing is said of {print}"));
                let goal = admin.get(&format!("goals/{}", text(print, "key"))).await.succeeded();
                let label = label(&model, &goal["level"], &said[at]["label"]).expect("a label of the level's scale");
                let expected = if assessment.is_null() { &json!("not-assessed") } else { assessment };
                let came = (&label["mark"], &label["status"], &judged[at]["status"]);
                assert_eq!(came, (mark, expected, expected), "{print}");
                assert_eq!((&said[at]["comment"], &judged[at]["goal"]), (&print["commentSummary"], &print["key"]));
                let mut outcomes = list(&edition, "outcomes").iter();
                let outcome = outcomes.find(|one| one["goal"] == print["key"]).expect("an outcome");
                assert_eq!((&outcome["status"], &outcome["title"]), (expected, &print["title"]));
                found += 1;
            }
            let labelled = said.iter().filter(|one| !one["label"].is_null()).count();
            assert_eq!((found, labelled, count(&edition["outcomes"])), (marked, marked, marked), "{document}");
            let mut checks = list(&edition, "checks").iter();
            let check = checks.find(|check| check["check"] == "goals-assessed").expect("a check");
            assert_eq!(count(&check["gaps"]), unmarked, "goals that the committee answers for and prints no mark of");
        }
    }

    async fn a_goal_of_twelve_bodies_has_twelve_comments_and_marks(app) {
        let printed = Printed::fixture("katrineholm-2019");
        let admin = loaded(&app, &printed).await;
        let shared = "rm-samverkansformer";
        let goal = admin.get(&format!("goals/{shared}")).await.succeeded();
        let bodies: Vec<&str> = list(&goal, "responsibles").iter().map(|body| text(body, "committee")).collect();
        assert_eq!(bodies.len(), 12);
        let labels = ["cirkel", "fyrkant", "romb", "streck"];
        for (at, body) in bodies.iter().enumerate() {
            let own = admin.get(&format!("goals?committee={body}&level=resultatmal&limit=100")).await.succeeded();
            let said = |goal: &Value| {
                json!({ "goal": goal["code"], "basis": "achieved", "label": labels[at % 4],
                        "comment": format!("{body} om {}", text(goal, "title")) })
            };
            let assessments: Vec<Value> = list(&own, "goals").iter().map(said).collect();
            let follow_up = json!({ "committee": body, "kind": "year", "period": "2019", "cutOff": "2019-12-31",
                "steeringModel": "katrineholm", "title": "Årsredovisning 2019", "assessments": assessments });
            let edition = format!("follow-ups/{body}-2019/editions/1");
            admin.put(&edition, follow_up).await.succeeded();
            admin.post(&format!("{edition}/submissions"), json!({})).await.succeeded();
        }
        let page = admin.get(&format!("goals/{shared}/assessments?limit=100")).await.succeeded();
        assert_eq!(page["meta"]["totalRecords"], 12);
        for (at, body) in bodies.iter().enumerate() {
            let own = list(&page, "assessments").iter().find(|one| one["committee"] == *body).expect("the body's own");
            assert_eq!(own["comment"], format!("{body} om {}", text(&goal, "title")));
            assert_eq!(own["label"], labels[at % 4]);
        }
    }

    async fn commitments_beside_the_chain_are_marked_on_a_scale_of_their_own(app) {
        let admin = put_fixtures(&app, "1880", "programme-committees").await;
        let marks =
            [("kg-barnratt", "fungerar-bra"), ("kg-digitalisering", "utvecklas"), ("kg-klimat", "behover-stod")];
        let said = |(goal, label): (&str, &str)| json!({ "goal": goal, "basis": "achieved", "label": label });
        let mut follow_up = json!({ "committee": "PN-SOC", "kind": "interim", "period": "2020-08",
            "cutOff": "2020-08-31", "steeringModel": "programme-committees", "title": "Delårsrapport",
            "assessments": marks.map(said) });
        let edition = admin.put("follow-ups/PN-SOC-2020-08/editions/1", follow_up.clone()).await.succeeded();
        let statuses: Vec<&str> = list(&edition, "judgements").iter().map(|one| text(one, "status")).collect();
        assert_eq!(statuses, ["met", "partly", "not-met"]);
        follow_up["assessments"][1]["label"] = json!("uppnas");
        let problem = admin.put("follow-ups/PN-SOC-2020-12/editions/1", follow_up).await.refused(422);
        assert_eq!(problem["errors"][0]["pointer"], "/assessments/1/label", "a label of the goals' scale");
    }
}
