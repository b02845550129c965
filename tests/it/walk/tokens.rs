//! Tokens that do not hold: none of them opens any operation but the open ones.

use super::World;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use chrono::Duration;
use jsonwebtoken::{Algorithm, EncodingKey, Header, encode};
use serde_json::{Value, json};
use utfall_api::auth::token::Issuer;
use utfall_domain::permission::Role;
use utfall_domain::text::MunicipalityCode;
use utfall_tests::app::MUNICIPALITY;
use utfall_tests::on_both_stores;

/// A token with claims and a header of one's own, signed by the service's own key.
fn signed(key: &utfall_persistence::identity::SigningKey, header: &Value, claims: &Value) -> String {
    let part = |value: &Value| URL_SAFE_NO_PAD.encode(value.to_string());
    let message = format!("{}.{}", part(header), part(claims));
    let signing = EncodingKey::from_ec_der(&key.private_key);
    let signature = jsonwebtoken::crypto::sign(message.as_bytes(), &signing, Algorithm::ES256).expect("a signature");
    format!("{message}.{signature}")
}

fn decoded(part: &str) -> Value {
    serde_json::from_slice(&URL_SAFE_NO_PAD.decode(part).expect("base64url")).expect("JSON")
}

/// Tokens that must not hold, each with what is wrong about it.
async fn bad_tokens(world: &World) -> Vec<(&'static str, String)> {
    let store = &world.app.state.store;
    let code = MunicipalityCode::parse(MUNICIPALITY).expect("a code");
    let grant = store.grant("walker", Role::Admin, Some(&code), &[]).await.expect("a grant");
    let issuer = &world.app.state.issuer;
    let good = issuer.issue(&grant, store.now(), 5).expect("a token");
    let parts: Vec<&str> = good.split('.').collect();
    let (header, claims) = (decoded(parts[0]), decoded(parts[1]));
    let keys = store.signing_keys().await.expect("keys");
    let key = &keys[0];
    assert!(issuer.verify(&signed(key, &header, &claims)).is_ok(), "what is signed here holds when nothing is changed");
    let with = |of: &Value, name: &str, value: Value| {
        let mut changed = of.clone();
        if value.is_null() {
            changed.as_object_mut().expect("an object").remove(name);
        } else {
            changed[name] = value;
        }
        changed
    };
    let of_claims = |name: &str, value: Value| signed(key, &header, &with(&claims, name, value));
    let of_header = |name: &str, value: Value| signed(key, &with(&header, name, value), &claims);
    let mut shared = Header::new(Algorithm::HS256);
    shared.typ = Some("at+jwt".into());
    shared.kid = header["kid"].as_str().map(str::to_owned);
    let by_public_key = encode(&shared, &claims, &EncodingKey::from_secret(&key.public_key)).expect("a token");
    let text = |value: &Value| URL_SAFE_NO_PAD.encode(value.to_string());
    let none = format!("{}.{}.", text(&with(&header, "alg", json!("none"))), parts[1]);
    let other_claims = format!("{}.{}.{}", parts[0], text(&with(&claims, "sub", json!("somebody"))), parts[2]);
    let foreign = Issuer::new("https://elsewhere.example", &keys).expect("an issuer");
    let hour = 3600;
    let now = store.now().timestamp();
    vec![
        ("garbage", "garbage".into()),
        ("three parts of nothing", "a.b.c".into()),
        ("very long", "x".repeat(5000)),
        ("cut", good[..good.len() - 2].into()),
        ("claims changed", other_claims),
        ("alg none", none),
        ("HS256 with the public key", by_public_key),
        ("expired", issuer.issue(&grant, store.now() - Duration::hours(1), 5).expect("a token")),
        ("not yet", of_claims("nbf", json!(now + hour))),
        ("no exp", of_claims("exp", Value::Null)),
        ("no nbf", of_claims("nbf", Value::Null)),
        ("exp as text", of_claims("exp", json!((now + hour).to_string()))),
        ("no audience", of_claims("aud", Value::Null)),
        ("another audience", of_claims("aud", json!("elsewhere"))),
        ("no issuer", of_claims("iss", Value::Null)),
        ("another issuer", foreign.issue(&grant, store.now(), 5).expect("a token")),
        ("another subject", of_claims("sub", json!("somebody"))),
        ("another municipality", of_claims("municipality", json!("0581"))),
        ("no such grant", of_claims("grant", json!("0191d0c8-7c3e-7c7a-9d7b-3f1f0c1f2a3b"))),
        ("typ JWT", of_header("typ", json!("JWT"))),
        ("typ id+jwt", of_header("typ", json!("id+jwt"))),
        ("no typ", of_header("typ", Value::Null)),
        ("no kid", of_header("kid", Value::Null)),
        ("another kid", of_header("kid", json!("elsewhere"))),
        ("a key of its own", of_header("jku", json!("https://elsewhere.example/keys"))),
    ]
}

on_both_stores! {
    async fn no_token_and_no_token_that_does_not_hold_opens_an_operation(app) {
        let world = World::new(app).await;
        let nobody = world.app.nobody();
        let tokens = bad_tokens(&world).await;
        let as_password = ("a password", "Basic YWRtaW46YWRtaW4=".to_owned());
        let headers = tokens.into_iter().map(|(why, token)| (why, format!("Bearer {token}"))).chain([as_password]);
        let headers: Vec<(&str, String)> = headers.collect();
        for operation in world.operations() {
            let answer = world.send(world.request(&nobody, &operation)).await;
            if operation.is_open() {
                assert_eq!(answer.status, 200);
                continue;
            }
            world.refused(&operation, &answer, 401, "no token");
            assert_eq!(answer.header("www-authenticate"), "Bearer realm=\"utfall\"");
            for (why, header) in &headers {
                let request = world.request(&nobody, &operation).header("Authorization", header);
                let answer = world.send(request).await;
                world.refused(&operation, &answer, 401, why);
                assert!(answer.header("www-authenticate").starts_with("Bearer"), "{why}");
            }
        }
        world.report(&format!("no token, and {} tokens that do not hold", headers.len()));
    }
}
