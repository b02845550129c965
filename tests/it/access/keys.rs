//! Keys: a client's own, by which it proves itself, and the issuer's, which take over from one another.

use super::{access, ask, change, error, hypergene};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jsonwebtoken::{Algorithm, EncodingKey, Header, encode};
use serde_json::{Value, json};
use std::time::{Duration, Instant};
use utfall_api::auth::token::Issuer;
use utfall_domain::permission::Role;
use utfall_domain::text::MunicipalityCode;
use utfall_persistence::identity::SigningKey;
use utfall_tests::app::{MUNICIPALITY, TestApp};
use utfall_tests::client::{Answer, Client};
use utfall_tests::on_both_stores;
use utfall_tests::served::utfall;

/// A key of the client's own: made as the issuer's are, and taken out of its hands.
async fn own_key(app: &TestApp) -> (SigningKey, Value) {
    let store = &app.state.store;
    let key = store.rotate_signing_key().await.expect("a key");
    store.rotate_signing_key().await.expect("another");
    assert!(store.retire_signing_key(&key.kid).await.expect("a retired key"));
    let part = |from: usize| URL_SAFE_NO_PAD.encode(&key.public_key[from..from + 32]);
    let jwk = json!({ "kid": "own", "kty": "EC", "crv": "P-256", "x": part(1), "y": part(33) });
    (key, jwk)
}

fn assertion(key: &SigningKey, claims: &Value) -> String {
    let mut header = Header::new(Algorithm::ES256);
    header.kid = Some("own".into());
    encode(&header, claims, &EncodingKey::from_ec_der(&key.private_key)).expect("an assertion")
}

async fn by_assertion(app: &TestApp, assertion: &str) -> Answer {
    let kind = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";
    ask(app, &[("grant_type", "client_credentials"), ("client_assertion_type", kind), ("client_assertion", assertion)])
        .await
}

fn utfall_keys(app: &TestApp, arguments: &[&str]) -> (bool, String) {
    let mut command = utfall();
    command.arg("keys").arg(arguments[0]).args(["--database-url", &app.database.url]).args(&arguments[1..]);
    let output = command.output().expect("a run");
    let said = if output.status.success() { output.stdout } else { output.stderr };
    (output.status.success(), String::from_utf8_lossy(&said).trim().to_owned())
}

on_both_stores! {
    async fn a_client_proves_itself_by_its_own_key_once_with_each_assertion(app) {
        let admin = app.admin().await;
        hypergene(&admin, "reader").await;
        let (key, jwk) = own_key(&app).await;
        change(&admin, |client| client["keys"] = json!([jwk])).await;
        let now = app.state.store.now().timestamp();
        let endpoint = format!("{}/oauth2/token", app.state.setup.public_url);
        let claims = json!({ "iss": "0580.hypergene", "sub": "0580.hypergene", "aud": endpoint, "jti": "1", "exp": now + 60 });
        let good = assertion(&key, &claims);
        app.bearer(MUNICIPALITY, &access(&by_assertion(&app, &good).await)).get("committees").await.succeeded();
        assert_eq!(error(&by_assertion(&app, &good).await, 401), "invalid_client");
        for (name, value) in [("jti", json!("")), ("jti", Value::Null), ("exp", json!(now - 60)), ("exp", json!(now + 3600)), ("exp", Value::Null),
                              ("aud", json!("https://elsewhere.example")), ("aud", Value::Null), ("iss", json!("0580.other")),
                              ("sub", json!("0580.other")), ("sub", json!("0581.hypergene"))] {
            let mut changed = claims.clone();
            changed["jti"] = json!(format!("{name}{value}"));
            changed[name] = value.clone();
            if value.is_null() {
                changed.as_object_mut().unwrap().remove(name);
            }
            let refused = by_assertion(&app, &assertion(&key, &changed)).await;
            assert_eq!(error(&refused, 401), "invalid_client", "{name} {value}");
        }
        let (other, _) = own_key(&app).await;
        assert_eq!(error(&by_assertion(&app, &assertion(&other, &claims)).await, 401), "invalid_client");
        for nonsense in ["x", "a.b.c", ""] {
            assert_eq!(error(&by_assertion(&app, nonsense).await, 401), "invalid_client");
        }
    }

    async fn a_key_that_another_instance_signs_with_is_known_at_once(app) {
        app.admin().await;
        let replica = app.replica().await;
        app.state.store.rotate_signing_key().await.unwrap();
        app.state.issuer.reload(&app.state.store).await.unwrap();
        let token = app.token(Role::Reader, MUNICIPALITY, &[]).await;
        Client::with_token(replica, MUNICIPALITY, &token).get("committees").await.succeeded();
    }

    async fn keys_that_are_not_known_are_looked_for_once_a_second(app) {
        app.admin().await;
        let (store, second) = (&app.state.store, Duration::from_secs(1));
        let code = MunicipalityCode::parse(MUNICIPALITY).unwrap();
        let grant = store.grant("anna", Role::Reader, Some(&code), &[]).await.unwrap();
        let here = Issuer::new("us", &store.signing_keys().await.unwrap()).unwrap();
        let elsewhere = async || {
            store.rotate_signing_key().await.unwrap();
            let there = Issuer::new("us", &store.signing_keys().await.unwrap()).unwrap();
            there.issue(&grant, store.now(), 5).unwrap()
        };
        // Where the machine takes a second for what takes milliseconds, it tells nothing and is done again.
        for _ in 0..10 {
            let began = Instant::now();
            here.verify_current(&elsewhere().await, store).await.unwrap();
            let next = elsewhere().await;
            let refused = here.verify_current(&next, store).await.is_err();
            let took = began.elapsed();
            tokio::time::sleep(second).await;
            here.verify_current(&next, store).await.unwrap();
            tokio::time::sleep(second).await;
            if took < second {
                assert!(refused, "the store was asked twice within {took:?}");
                return;
            }
        }
        panic!("the machine is too slow to tell");
    }

    async fn the_issuers_keys_take_over_from_one_another(app) {
        app.admin().await;
        let issuer = &app.state.issuer;
        let old = app.role(Role::Reader).await;
        let (_, before) = utfall_keys(&app, &["list"]);
        let first = before.split(' ').next().unwrap().to_owned();
        let (made, second) = utfall_keys(&app, &["rotate"]);
        assert!(made && second != first);
        issuer.reload(&app.state.store).await.unwrap();
        let published = app.nobody().get("/.well-known/jwks.json").await.succeeded();
        let kids: Vec<_> = published["keys"].as_array().unwrap().iter().map(|key| key["kid"].as_str().unwrap()).collect();
        assert_eq!(kids, [second.as_str(), first.as_str()]);
        assert!(!published.to_string().contains("\"d\""));
        let new = app.role(Role::Reader).await;
        old.get("committees").await.succeeded();
        new.get("committees").await.succeeded();
        let (retired, why) = utfall_keys(&app, &["retire", &second]);
        assert!(!retired && why.contains("rotate first"), "{why}");
        assert!(utfall_keys(&app, &["retire", &first]).0);
        assert!(!utfall_keys(&app, &["retire", &first]).0);
        issuer.reload(&app.state.store).await.unwrap();
        old.get("committees").await.refused(401);
        new.get("committees").await.succeeded();
    }
}
