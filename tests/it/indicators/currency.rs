//! Series are served from memory, and are never older than the last write: on the service that took it, and on another.

use serde_json::json;
use utfall_domain::permission::Role;
use utfall_tests::app::MUNICIPALITY;
use utfall_tests::client::Client;
use utfall_tests::on_both_stores;

const SERIES: &str = "indicators/sjukfranvaro/series?organisations=0580";

on_both_stores! {
    async fn a_write_is_in_the_next_read_of_every_replica(app) {
        let first = app.admin().await;
        let token = app.token(Role::Admin, MUNICIPALITY, &[]).await;
        let second = Client::with_token(app.replica().await, MUNICIPALITY, &token);
        first.put("indicators/sjukfranvaro", json!({ "name": "Sjukfrånvaro" })).await.succeeded();
        for value in 1..=40 {
            let row = json!({ "indicator": "sjukfranvaro", "period": "2018", "value": value });
            let writer = if value % 2 == 0 { &first } else { &second };
            writer.post("observations", json!({ "observations": [row] })).await.succeeded();
            for reader in [&first, &second, &first] {
                let answer = reader.get(SERIES).await.succeeded();
                assert_eq!(answer["series"][0]["points"][0]["value"], value, "{answer}");
            }
        }
    }

    async fn what_is_known_is_not_sent_again_until_it_changes(app) {
        let client = app.admin().await;
        client.put("indicators/sjukfranvaro", json!({ "name": "Sjukfrånvaro" })).await.succeeded();
        for form in ["application/json", "text/csv", "application/vnd.json-stat+json"] {
            let etag = client.get_as(SERIES, form).await.header("etag").to_owned();
            let known = async || {
                let request = client.request(reqwest::Method::GET, SERIES).header("Accept", form);
                client.send(request.header("If-None-Match", &etag)).await
            };
            for _ in 0..2 {
                let answer = known().await;
                assert_eq!((answer.status.as_u16(), answer.body.as_str()), (304, ""), "{form}");
            }
            let row = json!({ "indicator": "sjukfranvaro", "period": "2018", "value": form.len() });
            client.post("observations", json!({ "observations": [row] })).await.succeeded();
            let answer = known().await;
            assert_eq!(answer.status, 200, "{form}");
            assert!(answer.header("content-type").starts_with(form) && answer.body.contains(&form.len().to_string()));
        }
    }

    async fn a_grant_that_is_taken_back_opens_no_kept_body(app) {
        let client = app.admin().await;
        client.put("indicators/sjukfranvaro", json!({ "name": "Sjukfrånvaro" })).await.succeeded();
        let reader = app.role(Role::Reader).await;
        reader.get(SERIES).await.succeeded();
        let subject = format!("reader-of-{MUNICIPALITY}");
        let code = utfall_domain::text::MunicipalityCode::parse(MUNICIPALITY).expect("a code");
        let grant = app.state.store.grant(&subject, Role::Reader, Some(&code), &[]).await.expect("a grant");
        app.state.store.revoke(&grant.grant_id).await.expect("a revocation");
        reader.get(SERIES).await.refused(401);
    }
}
