//! A chain with several faults is refused with all of them, each at its place, and nothing of it is kept.

use crate::steering::modelled;
use crate::steering::printed::{Printed, list};
use serde_json::{Value, json};
use std::collections::BTreeMap;
use utfall_tests::on_both_stores;

fn place_of(chain: &Value, code: &str) -> usize {
    list(chain, "goals").iter().position(|goal| goal["code"] == code).expect("a goal of that code")
}

on_both_stores! {
    async fn every_fault_of_a_chain_is_named_at_its_place_and_nothing_is_kept(app) {
        let printed = Printed::fixture("eskilstuna-2017");
        let admin = modelled(&app, &printed).await;
        let before = admin.get("goal-chains/eskilstuna").await;
        let mut chain = printed.chain();
        let [level, parent, committee, targets] =
            ["1000-jobb", "minskad-sjukfranvaro", "allaktivitetshus-froslunda", "1.kultur-fritid"]
                .map(|code| place_of(&chain, code));
        let faults: BTreeMap<String, Value> = [
            (format!("/goals/{level}/level"), json!("ettarigt")),
            (format!("/goals/{parent}/placements/0/parent"), json!("P86#9")),
            (format!("/goals/{committee}/responsibles/2/committee"), json!("XX")),
            (format!("/goals/{targets}/targets"), json!([{ "period": "2017", "text": "tre", "value": 3 }])),
        ].into();
        for (pointer, value) in &faults {
            *chain.pointer_mut(pointer).expect("a place in the document") = value.clone();
        }
        let problem = admin.put("goal-chains/eskilstuna", chain.clone()).await.refused(422);
        let named: BTreeMap<String, Value> = list(&problem, "errors").iter().map(|error| {
            let pointer = error["pointer"].as_str().expect("a pointer").to_owned();
            let value = chain.pointer(&pointer).expect("a place in what was sent").clone();
            assert!(value.is_array() || error["value"] == value, "{error}");
            (pointer, value)
        }).collect();
        assert_eq!(named, faults);
        assert_eq!(list(&problem, "errors").len(), faults.len());
        let after = admin.get("goal-chains/eskilstuna").await;
        assert_eq!((after.succeeded()["goals"].clone(), after.header("etag")), (json!([]), before.header("etag")));
        assert_eq!(admin.get("goals").await.succeeded()["meta"]["totalRecords"], 0);
    }

    async fn what_cannot_be_read_is_named_at_its_place_too(app) {
        let printed = Printed::fixture("katrineholm-2019");
        let admin = modelled(&app, &printed).await;
        let mut chain = printed.chain();
        let at = place_of(&chain, "rm-resultat-en-procent");
        chain["goals"][at]["targets"][0]["period"] = json!("19");
        chain["goals"][at]["origin"] = json!("kf");
        chain["goals"][0]["code"] = json!("a/b");
        let problem = admin.put("goal-chains/katrineholm", chain).await.refused(422);
        let mut pointers: Vec<&Value> = list(&problem, "errors").iter().map(|error| &error["pointer"]).collect();
        pointers.sort_by_key(ToString::to_string);
        let at = |rest: &str| json!(format!("/goals/{at}/{rest}"));
        assert_eq!(pointers, [&json!("/goals/0/code"), &at("origin"), &at("targets/0/period")]);
        assert_eq!(admin.get("goals").await.succeeded()["meta"]["totalRecords"], 0);
    }
}
