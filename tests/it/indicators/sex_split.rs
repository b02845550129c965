//! 14 § förordningen (2001:100): statistics on individuals are split by sex, unless there are special reasons.

use super::printed::Printed;
use super::{defined, send};
use serde_json::{Value, json};
use utfall_tests::client::Client;
use utfall_tests::on_both_stores;

const ROW: &str = "indicators/brukare";

/// The indicator of individuals that the tests are about.
fn indicator(sex_split: &str, reason: Option<&str>) -> Value {
    json!({ "name": "Brukare", "unit": "antal", "individualBased": true, "sexSplit": sex_split,
            "sexSplitReason": reason })
}

fn row(organisation: &str, sex: &str, value: i64) -> Value {
    json!({ "indicator": "brukare", "organisation": organisation, "period": "2019", "sex": sex, "value": value })
}

fn flags(receipt: &Value) -> Vec<Value> {
    let flags = receipt["flags"].as_array().expect("flags").iter();
    flags.filter(|one| one["flag"] == "sex-split-missing").map(|one| one["detail"].clone()).collect()
}

/// Whether the scorecard says that the split is missing.
async fn is_missing(client: &Client) -> Value {
    client.get("scorecards/2019/SN").await.succeeded()["groups"][0]["rows"][0]["sexSplitMissing"].clone()
}

on_both_stores! {
    async fn statistics_on_individuals_without_a_split_are_refused_or_flagged(app) {
        let client = defined(&app, &Printed::fixture("katrineholm-2019")).await;
        // Neither split nor a reason: the definition is refused, by the field that is wrong.
        for (sex_split, field) in [("optional", "sexSplit"), ("not-applicable", "sexSplitReason")] {
            let problem = client.put(ROW, indicator(sex_split, None)).await.refused(422);
            assert_eq!(problem["errors"][0]["field"], field);
            let mut listed = indicator(sex_split, None);
            listed["key"] = json!("brukare");
            let problem = client.put("indicators", json!({ "indicators": [listed] })).await.refused(422);
            assert_eq!(problem["errors"][0]["pointer"], format!("/indicators/0/{field}"));
        }
        client.get(ROW).await.refused(404);

        client.put(ROW, indicator("required", None)).await.succeeded();
        let card = json!({ "groups": [{ "heading": "Verksamhet", "indicators": ["brukare"] }] });
        client.put("scorecards/2019/SN", card).await.succeeded();
        assert_eq!(is_missing(&client).await, true);
        let only_total = send(&client, &[row("0483", "T", 9)]).await.succeeded();
        assert_eq!((flags(&only_total), &only_total["addedCount"]), (vec![json!("has T")], &json!(1)));
        assert_eq!(is_missing(&client).await, true);
        let women = send(&client, &[row("0483", "K", 5)]).await.succeeded();
        assert_eq!(flags(&women), [json!("has T, K")]);
        assert_eq!(is_missing(&client).await, true);
        let both = send(&client, &[row("0483", "M", 13)]).await.succeeded();
        assert_eq!(flags(&both), Vec::<Value>::new());
        assert_eq!(is_missing(&client).await, false);
    }

    async fn a_reason_for_no_split_is_enough(app) {
        let client = defined(&app, &Printed::fixture("katrineholm-2019")).await;
        let reason = "Färre än fem personer";
        client.put(ROW, indicator("not-applicable", Some(reason))).await.succeeded();
        let card = json!({ "groups": [{ "heading": "Verksamhet", "indicators": ["brukare"] }] });
        client.put("scorecards/2019/SN", card).await.succeeded();
        let receipt = send(&client, &[row("committee:SN", "T", 9)]).await.succeeded();
        assert_eq!(flags(&receipt), Vec::<Value>::new());
        assert_eq!(is_missing(&client).await, false);
        assert_eq!(client.get(ROW).await.succeeded()["sexSplitReason"], reason);
    }
}
