//! Rankings: where the municipality stands among others, beside the status and not in its place.

use super::rows;
use serde_json::{Value, json};
use utfall_tests::on_both_stores;

on_both_stores! {
    async fn a_place_among_municipalities_is_no_status(app) {
        let client = app.admin().await;
        let committees = json!({ "committees": [{ "code": "SN", "name": "Socialnämnden", "kind": "committee" }] });
        client.put("committees", committees).await.succeeded();
        for (key, direction) in [("sjukfranvaro", "lower"), ("invanare", "none")] {
            let definition = json!({ "name": key, "unit": "%", "direction": direction });
            client.put(&format!("indicators/{key}"), definition).await.succeeded();
            let values = [("0580", 7.0), ("0581", 6.5), ("0180", 8.0), ("0483", 7.0), ("0000", 1.0), ("0005", 1.0)];
            let values = values.map(|(organisation, value)| {
                json!({ "indicator": key, "organisation": organisation, "period": "2018", "value": value })
            });
            client.post("observations", json!({ "observations": values })).await.succeeded();
        }
        let target = json!({ "targets": [{ "period": "2018", "value": 6.0 }] });
        client.put("indicators/sjukfranvaro/targets", target).await.succeeded();
        let rows: Vec<Value> = rows(&client, 2018, &["sjukfranvaro", "invanare"]).await;
        // Riket and the region are no municipalities; an equal value shares the place.
        assert_eq!(rows[0]["rankings"], json!([{ "period": "2018", "sex": "T", "position": 2, "count": 4 }]));
        assert_eq!(rows[0]["targets"][0]["status"], "not-met");
        assert_eq!(rows[1]["rankings"], json!([]));
    }
}
