//! I6: no update is lost. (I5, writers of one month, is in `durability`.)

use serde_json::json;
use utfall_domain::permission::Role;
use utfall_tests::on_both_stores;
use utfall_tests::scenario::code_plan;
use utfall_tests::tries::tries;

on_both_stores! {
    async fn i6_of_two_changes_to_one_version_one_is_made(app) {
        let admin = code_plan(&app).await;
        let path = "report-layouts/drift";
        let layout = |title: String| json!({ "title": title, "amountUnit": "tkr", "signConvention": "cost-positive", "lines": [{ "key": "vard", "label": "Vård", "kind": "line", "activities": ["HVBU"] }] });
        admin.put(path, layout("Första".into())).await.succeeded();
        admin.put(path, layout("Utan version".into())).await.refused(428);
        for foreign in ["\"another\"", "W/\"1\"", "1"] {
            let request = admin.request(reqwest::Method::PUT, path).header("If-Match", foreign);
            admin.send(request.json(&layout("Främmande".into()))).await.refused(412);
        }
        // A tag that is nobody's is not the first version's either.
        let platform = app.client(Role::PlatformAdmin, "0581", &[]).await;
        assert_eq!(platform.put("", json!({ "name": "Norrköping" })).await.succeeded()["dataVersion"], 1);
        let foreign = platform.request(reqwest::Method::PUT, "").header("If-Match", "\"another\"");
        platform.send(foreign.json(&json!({ "name": "Norrköpings kommun" }))).await.refused(412);
        let rounds = tries(25, 1_000);
        for round in 0..rounds {
            let etag = admin.get(path).await.header("etag").to_owned();
            let change = |who: &str| {
                let body = layout(format!("{who} {round}"));
                admin.send(admin.request(reqwest::Method::PUT, path).header("If-Match", &etag).json(&body))
            };
            let (one, other) = tokio::join!(change("Ett"), change("Annat"));
            let mut statuses = [one.status.as_u16(), other.status.as_u16()];
            statuses.sort_unstable();
            assert_eq!(statuses, [200, 412], "round {round}: {} {}", one.body, other.body);
            let kept = admin.get(path).await.succeeded()["content"]["title"].as_str().expect("a title").to_owned();
            let won = if one.status == 200 { "Ett" } else { "Annat" };
            assert_eq!(kept, format!("{won} {round}"));
        }
        println!("I6, {:?}: {rounds} rounds of two changes to one version: one made, one 412; without a version 428", app.kind);
    }
}
