//! Clients that prove themselves by a secret.

use super::{TOKEN, access, ask, by_secret, change, error, hypergene, secret};
use reqwest::Method;
use serde_json::json;
use utfall_domain::permission::Role;
use utfall_tests::app::MUNICIPALITY;
use utfall_tests::on_both_stores;
use utfall_tests::scenario::code_plan;

on_both_stores! {
    async fn a_client_gets_a_token_by_its_secret_and_nothing_else(app) {
        let admin = code_plan(&app).await;
        let secret = hypergene(&admin, "reader").await;
        let by_form = access(&by_secret(&app, "0580.hypergene", &secret).await);
        app.bearer(MUNICIPALITY, &by_form).get("committees").await.succeeded();
        let nobody = app.nobody();
        let basic = nobody.request(Method::POST, TOKEN).basic_auth("0580.hypergene", Some(&secret));
        let by_header = access(&nobody.send(basic.form(&[("grant_type", "client_credentials")])).await);
        let reader = app.bearer(MUNICIPALITY, &by_header);
        reader.get("committees").await.succeeded();
        reader.put("projects", json!({ "projects": [] })).await.refused(403);
        reader.get("clients").await.refused(403);
        for (id, secret) in [("0580.hypergene", "wrong"), ("0581.hypergene", &secret), ("0580.nobody", &secret), ("x", &secret)] {
            let refused = by_secret(&app, id, secret).await;
            assert_eq!(error(&refused, 401), "invalid_client", "{id}");
            assert!(refused.header("www-authenticate").starts_with("Basic"));
        }
    }

    async fn a_request_that_cannot_be_read_says_why(app) {
        let secret = hypergene(&app.admin().await, "reader").await;
        let proof = [("client_id", "0580.hypergene"), ("client_secret", secret.as_str())];
        let with = |more: &[(&'static str, &'static str)]| [&proof[..], more].concat();
        assert_eq!(error(&ask(&app, &with(&[])).await, 400), "invalid_request");
        assert_eq!(error(&ask(&app, &with(&[("grant_type", "password")])).await, 400), "unsupported_grant_type");
        let twice = [("grant_type", "client_credentials"), ("grant_type", "client_credentials")];
        assert_eq!(error(&ask(&app, &with(&twice)).await, 400), "invalid_request");
        let scope = [("grant_type", "client_credentials"), ("scope", "everything")];
        assert_eq!(error(&ask(&app, &with(&scope)).await, 400), "invalid_scope");
        assert_eq!(error(&ask(&app, &[("grant_type", "client_credentials")]).await, 401), "invalid_client");
        let nobody = app.nobody();
        let json = nobody.request(Method::POST, TOKEN).json(&json!({ "grant_type": "client_credentials" }));
        assert_eq!(error(&nobody.send(json).await, 415), "invalid_request");
        let read = nobody.get(TOKEN).await;
        assert_eq!((read.status.as_u16(), read.header("allow")), (405, "POST, OPTIONS"));
    }

    async fn one_secret_takes_over_from_another_without_a_stop(app) {
        let admin = app.admin().await;
        let first = hypergene(&admin, "reader").await;
        let second = secret(&admin, "second").await;
        let third = admin.put("clients/hypergene/secrets/third", json!({ "revoked": false })).await;
        assert!(third.refused(409)["detail"].as_str().unwrap().contains("revoke one first"));
        for secret in [&first, &second] {
            access(&by_secret(&app, "0580.hypergene", secret).await);
        }
        // Shown once, and never again.
        let standing = admin.get("clients/hypergene/secrets/first").await;
        assert!(standing.succeeded()["secret"].is_null() && !standing.body.contains(&first) && !standing.body.contains("argon2"));
        admin.put("clients/hypergene/secrets/first", json!({ "revoked": true })).await.refused(428);
        let revoked = admin.put_if("clients/hypergene/secrets/first", standing.header("etag"), json!({ "revoked": true })).await;
        assert_eq!(revoked.succeeded()["revoked"], true);
        assert_eq!(error(&by_secret(&app, "0580.hypergene", &first).await, 401), "invalid_client");
        access(&by_secret(&app, "0580.hypergene", &second).await);
        let back = admin.put_if("clients/hypergene/secrets/first", revoked.header("etag"), json!({ "revoked": false })).await;
        back.refused(409);
        let listed = admin.get("clients/hypergene/secrets").await.succeeded();
        let listed: Vec<_> = listed["secrets"].as_array().unwrap().iter().map(|one| (one["secretKey"].clone(), one["revoked"].clone())).collect();
        assert_eq!(listed, [(json!("first"), json!(true)), (json!("second"), json!(false))]);
        let events = admin.get("audit-events?limit=3").await;
        assert!(events.body.contains("revoke-client-secret") && !events.body.contains(&second));
    }

    async fn a_role_that_is_changed_and_a_client_that_is_closed_count_from_the_next_request(app) {
        let admin = code_plan(&app).await;
        let secret = hypergene(&admin, "controller").await;
        let token = access(&by_secret(&app, "0580.hypergene", &secret).await);
        let before = app.bearer(MUNICIPALITY, &token);
        before.get("committees").await.succeeded();
        change(&admin, |client| client["name"] = json!("Hypergene, ekonomi")).await;
        before.get("committees").await.succeeded();
        change(&admin, |client| client["role"] = json!("reader")).await;
        before.get("committees").await.refused(401);
        let reader = app.bearer(MUNICIPALITY, &access(&by_secret(&app, "0580.hypergene", &secret).await));
        reader.put("month-locks/2018-01/SN", json!({ "locked": true, "reason": "x" })).await.refused(403);
        change(&admin, |client| client["committees"] = json!(["SN"])).await;
        reader.get("committees").await.refused(401);
        let bound = app.bearer(MUNICIPALITY, &access(&by_secret(&app, "0580.hypergene", &secret).await));
        bound.get("postings").await.refused(404);
        change(&admin, |client| client["closed"] = json!(true)).await;
        bound.get("committees").await.refused(401);
        assert_eq!(error(&by_secret(&app, "0580.hypergene", &secret).await, 401), "invalid_client");
    }

    async fn a_client_that_cannot_be_let_in_is_refused_field_by_field(app) {
        let admin = code_plan(&app).await;
        let bad = json!({ "name": "", "role": "platform-admin", "committees": ["NO"], "keys": [{ "kid": "a", "kty": "EC", "crv": "P-384" }] });
        let problem = admin.put("clients/x", bad).await.refused(422);
        let pointers: Vec<_> = problem["errors"].as_array().unwrap().iter().map(|one| one["pointer"].as_str().unwrap()).collect();
        assert_eq!(pointers, ["/name", "/role", "/keys/0"]);
        let unknown = json!({ "name": "X", "role": "reader", "committees": ["NO"] });
        assert_eq!(admin.put("clients/x", unknown).await.refused(422)["errors"][0]["pointer"], "/committees/0");
        let private = json!({ "name": "X", "role": "reader", "keys": [{ "kid": "a", "kty": "OKP", "crv": "Ed25519", "x": "a", "d": "a" }] });
        admin.put("clients/x", private).await.refused(400);
        // Who is bound to committees gives nobody more than that.
        let bound = app.client(Role::Admin, MUNICIPALITY, &["SN"]).await;
        bound.put("clients/x", json!({ "name": "X", "role": "admin" })).await.refused(403);
    }
}
