//! What Eskilstuna's plan counts, and what stands twice in it.

use super::put_back;
use crate::steering::loaded;
use crate::steering::printed::{Printed, list, text};
use serde_json::{Value, json};
use std::collections::BTreeMap;
use utfall_tests::client::Client;
use utfall_tests::on_both_stores;

async fn commitments(client: &Client, under: &str) -> Value {
    let page = client.get(&format!("goals?steeringModel=eskilstuna&kind=commitment{under}")).await.succeeded();
    page["meta"]["totalRecords"].clone()
}

/// Every placement, with the code of the goal that stands there and the placement above.
fn placements(exported: &Value) -> BTreeMap<String, (String, Option<String>)> {
    let of = |goal: &Value| {
        let code = text(goal, "code").to_owned();
        let place = move |place: &Value| {
            (text(place, "placement").to_owned(), (code.clone(), place["parent"].as_str().map(str::to_owned)))
        };
        list(goal, "placements").iter().map(place).collect::<Vec<_>>()
    };
    list(exported, "goals").iter().flat_map(of).collect()
}

on_both_stores! {
    async fn thirty_commitments_are_seventeen_and_thirteen(app) {
        let admin = loaded(&app, &Printed::fixture("eskilstuna-2017")).await;
        assert_eq!(commitments(&admin, "").await, 30);
        assert_eq!(commitments(&admin, "&under=HU").await, 17);
        assert_eq!(commitments(&admin, "&under=EO").await, 13);
        assert_eq!(commitments(&admin, "&origin=council").await, 13, "17 are stated, and 13 can be recognised");
    }

    async fn a_goal_printed_twice_is_one_goal_with_two_places_and_the_children_of_each(app) {
        let admin = loaded(&app, &Printed::fixture("eskilstuna-2017")).await;
        let places = placements(&admin.get("goal-chains/eskilstuna").await.succeeded());
        let goal = admin.get("goals/P5").await.succeeded();
        let own: Vec<&str> = list(&goal, "placements").iter().map(|place| text(place, "placement")).collect();
        assert_eq!(own, ["P5", "P5#2"]);
        let root = |mut at: String| {
            let mut above = Vec::new();
            while let Some(parent) = places[&at].1.clone() {
                above.push(parent.clone());
                at = parent;
            }
            above
        };
        assert_eq!(root("P5".into()), ["1.demokrati.trygghet", "1.demokrati", "1", "HU"]);
        assert_eq!(root("P5#2".into()), ["4.demokrati.trygghet", "4.demokrati", "4", "HU"]);
        let children = |of: &str| -> Vec<&str> {
            places.values().filter(|(_, parent)| parent.as_deref() == Some(of)).map(|(goal, _)| goal.as_str()).collect()
        };
        assert_eq!(children("P5"), ["mans-vald-mot-kvinnor", "valdsbejakande-extremism"]);
        assert_eq!(children("P5#2"), ["barns-rattigheter"]);
        let places_of = |code: &str| places.values().filter(|(goal, _)| goal == code).count();
        let firsts = places.iter().filter(|(key, (code, _))| *key == code).map(|(key, _)| key.as_str());
        let twice: Vec<&str> = firsts.filter(|key| places_of(key) == 2).collect();
        assert_eq!(twice, ["1.demokrati", "1.demokrati.trygghet", "P5"]);
        assert_eq!(commitments(&admin, "&under=P5").await, 3);
    }

    async fn a_committee_puts_back_its_own_share_and_nothing_changes(app) {
        let admin = loaded(&app, &Printed::fixture("linkoping-2018-08")).await;
        let whole = admin.get("goal-chains/linkoping").await;
        let share = admin.get("goal-chains/linkoping?committee=SN").await.succeeded();
        assert_eq!(list(&share, "goals").len(), 12, "what the committee has set");
        put_back(&admin, "goal-chains/linkoping?committee=SN").await;
        assert_eq!(admin.get("goal-chains/linkoping").await.body, whole.body, "others stand where they stood");
        admin.post("goals/kf-naringsliv/withdrawals", json!({ "reason": "Det har inga nämndmål." })).await.succeeded();
        put_back(&admin, "goal-chains/linkoping").await;
    }

    async fn prose_rests_on_what_is_printed(app) {
        let printed = Printed::fixture("eskilstuna-2017");
        let admin = loaded(&app, &printed).await;
        for over in list(&printed.overlay, "goals") {
            let code = text(over, "code");
            let print = printed.printings().iter().find(|print| text(print, "key") == code).expect("a printed goal");
            assert!(text(print, "commentSummary").contains(text(over, "restsOn")), "{code}");
            let goal = admin.get(&format!("goals/{code}")).await.succeeded();
            assert!(crate::steering::compare::says(&goal, &over["adds"]), "{goal}");
        }
    }

    async fn a_commitment_that_refers_to_two_goals_is_met_only_when_both_are(app) {
        let admin = loaded(&app, &Printed::fixture("eskilstuna-2017")).await;
        let path = "follow-ups/SN-2017/editions/1";
        let mut etag = "*".to_owned();
        for (children, families, status) in [
            (Some("uppfyllt"), Some("uppfyllt"), "met"),
            (Some("uppfyllt"), Some("ej-uppfyllt"), "not-met"),
            (Some("ej-uppfyllt"), Some("uppfyllt"), "not-met"),
            (Some("uppfyllt"), Some("delvis"), "partly"),
            (Some("uppfyllt"), None, "not-assessed"),
            (None, Some("uppfyllt"), "not-assessed"),
        ] {
            let said = [("P25", children), ("P26", families)].into_iter().filter(|(_, label)| label.is_some());
            let assessments: Vec<Value> =
                said.map(|(goal, label)| json!({ "goal": goal, "basis": "achieved", "label": label })).collect();
            let body = json!({ "committee": "SN", "kind": "year", "period": "2017", "cutOff": "2017-12-31",
                "steeringModel": "eskilstuna", "title": "Årsredovisning 2017", "assessments": assessments });
            let put = if etag == "*" { admin.put(path, body).await } else { admin.put_if(path, &etag, body).await };
            let edition = put.succeeded();
            put.header("etag").clone_into(&mut etag);
            let mut outcomes = list(&edition, "outcomes").iter();
            let outcome = outcomes.find(|one| one["goal"] == "nojdhet-barn-unga").expect("an outcome");
            assert_eq!(outcome["computedStatus"], status, "{children:?} {families:?}");
            let inputs: Vec<&str> = list(outcome, "inputs").iter().map(|input| text(input, "goal")).collect();
            assert_eq!(inputs, ["P25", "P26"]);
            assert_eq!(outcome["status"], "not-assessed", "what is computed never replaces what a person says");
        }
    }
}
