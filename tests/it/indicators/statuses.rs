//! Statuses as scorecards compute them: an outcome against the target of its period, and why where it cannot be said.

use super::printed::{Printed, is_target, list, targets, text};
use super::{defined, measured, rows, said, send};
use serde_json::{Value, json};
use std::path::Path;
use utfall_tests::on_both_stores;
use utfall_tests::steering::{chain, follow_up, goal};

/// The goal of a printed chain: its targets by year.
fn printed_goal(document: &str, key: &str) -> Value {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("fixtures/steering/printed/{document}.json"));
    let facts: Value = serde_json::from_str(&std::fs::read_to_string(file).expect("a fixture")).expect("a document");
    list(&facts, "goals").iter().find(|goal| text(goal, "key") == key).expect("a printed goal").clone()
}

on_both_stores! {
    async fn eskilstunas_sick_leave_is_not_met_whatever_the_text_says(app) {
        let document = Printed::fixture("eskilstuna-2017");
        let client = measured(&app, &document).await;
        let is_sick_leave = |one: &&Value| {
            let value = list(one, "values").iter().find(|value| value["period"] == "2016");
            let is_found = value.is_some_and(|value| value["value"] == 7.5);
            is_found && text(one, "title").to_lowercase().contains("sjukfrånvaro")
        };
        let key = text(document.indicators().iter().find(is_sick_leave).expect("the sick leave"), "key");
        let p86 = printed_goal("eskilstuna-2017", "P86");
        let at_most = |target: &Value| {
            json!({ "period": target["period"], "operator": "at-most", "value": target["value"],
                    "text": target["text"] })
        };
        let targets: Vec<Value> = list(&p86, "targets").iter().map(at_most).collect();
        client.put(&format!("indicators/{key}/targets"), json!({ "targets": targets })).await.succeeded();

        // A person says that the goal is met; the comment is the document's.
        chain(&client, &[goal("P86", text(&p86, "title"))]).await;
        let mut content = follow_up("SN", &[("P86", "met")]);
        for (member, value) in [("kind", "year"), ("period", "2016"), ("cutOff", "2016-12-31")] {
            content[member] = json!(value);
        }
        content["assessments"][0]["comment"] = p86["commentSummary"].clone();
        let edition = "follow-ups/SN-2016/editions/1";
        client.put(edition, content).await.succeeded();

        let row = &rows(&client, 2016, &[key]).await[0];
        assert_eq!(said(&row["targets"][0]), json!(["not-met", "not-reached", 7.5, 7.3, 0.2]));
        let outcomes: Vec<Value> =
            list(row, "outcomes").iter().map(|one| json!([one["period"], one["value"], one["text"]])).collect();
        let years = json!([["2014", 6.4, "6,4 %"], ["2015", 7.1, "7,1 %"], ["2016", 7.5, "7,5 %"]]);
        assert_eq!(json!(outcomes), years);
        let kept = client.get(edition).await.succeeded()["content"]["assessments"][0].clone();
        assert_eq!((&kept["label"], &kept["comment"]), (&json!("met"), &p86["commentSummary"]));

        let row = &rows(&client, 2017, &[key]).await[0];
        assert_eq!(said(&row["targets"][0]), json!(["not-assessed", "no-outcome", null, null, null]));
        assert_eq!((&row["targets"][0]["value"], &row["targets"][0]["text"]), (&json!(6.8), &json!("6,8 %")));
    }

    async fn linkopings_rows_without_a_target_say_so(app) {
        let document = Printed::fixture("linkoping-2018-08");
        let client = measured(&app, &document).await;
        for one in document.indicators().iter().filter(|one| !targets(one).is_empty()) {
            let path = format!("indicators/{}/targets", text(one, "key"));
            client.put(&path, json!({ "targets": targets(one) })).await.succeeded();
        }
        let keys: Vec<&str> = document.indicators().iter().map(|one| text(one, "key")).collect();
        let rows = rows(&client, 2018, &keys).await;
        assert_eq!(rows.len(), 40);
        let mut without = 0;
        for row in &rows {
            let one = document.indicator(text(row, "indicator"));
            let printed = list(one, "targets").iter().filter(|target| is_target(target)).count();
            let lines = list(row, "targets");
            if printed == 0 {
                without += 1;
                assert_eq!((lines.len(), &lines[0]["value"], &lines[0]["text"]), (1, &Value::Null, &Value::Null));
            } else {
                assert_eq!(lines.len(), printed, "{row}");
            }
            // A year's target is not held against the part of the year that August is.
            let is_part = |value: &&Value| text(value, "period").starts_with("2018-") && value["text"] != "-";
            let part = list(one, "values").iter().rfind(is_part).map(|value| text(value, "period"));
            let reason = match (printed, part) {
                (0, _) => "no-target",
                (_, Some(_)) => "part-of-a-year-only",
                (_, None) => "no-outcome",
            };
            for line in lines {
                assert_eq!((&line["status"], &line["reason"]), (&json!("not-assessed"), &json!(reason)), "{row}");
                let named = part.filter(|_| printed > 0).unwrap_or_default();
                assert!(text(line, "partOfYear").starts_with(named), "{row}");
                assert_eq!(line["partOfYear"].is_null(), named.is_empty(), "{row}");
            }
        }
        assert_eq!(without, 18);
    }

    async fn the_forecast_that_linkoping_prints_is_the_straight_line(app) {
        let document = Printed::fixture("linkoping-2018-08");
        let client = measured(&app, &document).await;
        let standing = client.get("indicators/anmalningar-barn").await;
        let mut indicator = standing.succeeded();
        indicator["accumulation"] = json!("sum");
        client.put_if("indicators/anmalningar-barn", standing.header("etag"), indicator).await.succeeded();
        let row = &rows(&client, 2018, &["anmalningar-barn"]).await[0];
        assert_eq!(row["computedForecast"], document.indicator("anmalningar-barn")["forecast"]["value"]);
        assert_eq!(row["computedForecast"], 3735);
    }

    async fn katrineholms_sick_leave_has_women_men_and_riket(app) {
        let client = measured(&app, &Printed::fixture("katrineholm-2019")).await;
        let row = &rows(&client, 2019, &["sjukfranvaro-total"]).await[0];
        assert_eq!((&row["name"], &row["unit"]), (&json!("Sjukfrånvaro total, (%)"), &json!("%")));
        let outcomes: Vec<Value> =
            list(row, "outcomes").iter().map(|one| json!([one["sex"], one["value"], one["text"]])).collect();
        assert_eq!(json!(outcomes), json!([["T", 7, "7%"], ["K", 7.5, "7,5%"], ["M", 5.5, "5,5%"]]));
        assert_eq!(row["outcomes"][0]["period"], "2019");
        assert_eq!(said(&row["targets"][0]), json!(["not-assessed", "no-target", 7, null, null]));
        assert_eq!(row["sexSplitMissing"], false);
        let riket = json!([{ "organisation": "0000", "period": "2019", "sex": "T", "value": 6.6, "text": "6,6%", "distance": 0.4 }]);
        assert_eq!(row["references"], riket);
    }

    async fn a_total_outside_what_women_and_men_have_is_flagged_and_kept(app) {
        let document = Printed::fixture("katrineholm-2019");
        let client = defined(&app, &document).await;
        let receipt = send(&client, &document.observations()).await.succeeded();
        let key = "andel-av-barn-som-kommunen-placerar-i-familjehem-pa-institution";
        let flag = list(&receipt, "flags").iter().find(|one| one["indicator"] == key);
        let flag = flag.expect("a share of 25 % where women have 76 % and men 55 %");
        assert_eq!((&flag["flag"], &flag["detail"]), (&json!("total-outside-sexes"), &json!("T 25, K 76, M 55")));
    }
}
