//! T2, T3: tokens that do not hold. None of them opens any operation but the open ones.

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
use utfall_tests::tries::tries;

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
    let text = |value: &Value| URL_SAFE_NO_PAD.encode(value.to_string());
    let other_claims = format!("{}.{}.{}", parts[0], text(&with(&claims, "sub", json!("somebody"))), parts[2]);
    let foreign = Issuer::new("https://elsewhere.example", &keys).expect("an issuer");
    let hour = 3600;
    let now = store.now().timestamp();
    let mut tokens = shared_secrets(key, &header, &claims);
    tokens.extend(foreign_headers(key, &header, &claims, &parts));
    let signature: String = parts[2].chars().rev().collect();
    tokens.extend([
        ("no signature", format!("{}.{}.", parts[0], parts[1])),
        ("two parts", format!("{}.{}", parts[0], parts[1])),
        ("another signature", format!("{}.{}.{signature}", parts[0], parts[1])),
        ("header changed", format!("{}.{}.{}", text(&with(&header, "cty", json!("JWT"))), parts[1], parts[2])),
        ("five parts", format!("{good}.a.b")),
        (
            "an audience that begins like ours",
            of_claims("aud", json!(format!("{}x", claims["aud"].as_str().unwrap_or_default()))),
        ),
        (
            "an issuer that ends like ours",
            of_claims("iss", json!(format!("x{}", claims["iss"].as_str().unwrap_or_default()))),
        ),
        ("nbf as text", of_claims("nbf", json!(now.to_string()))),
        ("exp as a list", of_claims("exp", json!([now + hour]))),
        ("no subject", of_claims("sub", Value::Null)),
    ]);
    tokens.extend([
        ("garbage", "garbage".into()),
        ("three parts of nothing", "a.b.c".into()),
        ("very long", "x".repeat(5000)),
        ("cut", good[..good.len() - 2].into()),
        ("claims changed", other_claims),
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
    ]);
    tokens
}

/// Tokens whose header says otherwise: no algorithm, a key of their own, a name that leads elsewhere.
fn foreign_headers(
    key: &utfall_persistence::identity::SigningKey,
    header: &Value,
    claims: &Value,
    parts: &[&str],
) -> Vec<(&'static str, String)> {
    let text = |value: &Value| URL_SAFE_NO_PAD.encode(value.to_string());
    let with = |name: &str, value: Value| {
        let mut changed = header.clone();
        changed[name] = value;
        changed
    };
    let of_header = |name: &str, value: Value| signed(key, &with(name, value), claims);
    let mut tokens = Vec::new();
    // No signature, however it is said; with and without the one that is there.
    for none in ["none", "None", "NONE", "nOnE", ""] {
        let head = text(&with("alg", json!(none)));
        tokens.extend([
            ("alg none", format!("{head}.{}.", parts[1])),
            ("alg none", format!("{head}.{}.{}", parts[1], parts[2])),
        ]);
    }
    // Keys that a token brings with it or points to, and names of keys that lead elsewhere.
    let own = json!({ "kty": "EC", "crv": "P-256", "x": "f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU", "y": "x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0" });
    for (name, value) in [
        ("jwk", own),
        ("jku", json!("https://elsewhere.example/keys")),
        ("x5u", json!("https://elsewhere.example/chain.pem")),
        ("x5c", json!(["MIIB"])),
        ("crit", json!(["exp"])),
        ("crit", json!([])),
        ("alg", json!("ES384")),
        ("alg", json!("RS256")),
    ] {
        tokens.push(("a header that is not taken", of_header(name, value)));
    }
    for kid in [
        "",
        "..",
        "../../../../dev/null",
        "/dev/null",
        "' OR '1'='1",
        "x' UNION SELECT 'secret' --",
        "|cat /etc/passwd",
        "http://elsewhere.example/key",
        "%00",
        "\u{0}",
        "*",
        "0",
    ] {
        tokens.push(("a kid that leads elsewhere", of_header("kid", json!(kid))));
    }
    tokens
}

/// Tokens signed as with a shared secret: by what everybody knows of the key, and by secrets that are none.
fn shared_secrets(
    key: &utfall_persistence::identity::SigningKey,
    header: &Value,
    claims: &Value,
) -> Vec<(&'static str, String)> {
    let public = &key.public_key;
    let in_base64 = base64::engine::general_purpose::STANDARD.encode(public);
    let pem = format!("-----BEGIN PUBLIC KEY-----\n{in_base64}\n-----END PUBLIC KEY-----\n");
    let secrets: Vec<(&str, Vec<u8>)> = vec![
        ("a shared secret: the public key", public.clone()),
        ("a shared secret: the public key in base64", in_base64.into_bytes()),
        ("a shared secret: the public key in base64url", URL_SAFE_NO_PAD.encode(public).into_bytes()),
        ("a shared secret: the public key as PEM", pem.clone().into_bytes()),
        ("a shared secret: the public key as PEM, trimmed", pem.trim().as_bytes().to_vec()),
        (
            "a shared secret: the public key in hexadecimal",
            public.iter().flat_map(|byte| format!("{byte:02x}").into_bytes()).collect(),
        ),
        ("a weak secret", b"secret".to_vec()),
        ("a weak secret", b"changeme".to_vec()),
        ("a weak secret", b"utfall".to_vec()),
        ("a weak secret", b"password".to_vec()),
        ("an empty secret", Vec::new()),
    ];
    let signed = |algorithm: Algorithm, secret: &[u8]| {
        let mut head = Header::new(algorithm);
        head.typ = Some("at+jwt".into());
        head.kid = header["kid"].as_str().map(str::to_owned);
        encode(&head, claims, &EncodingKey::from_secret(secret)).expect("a token")
    };
    let by = |(why, secret): &(&'static str, Vec<u8>)| {
        [Algorithm::HS256, Algorithm::HS512].map(|algorithm| (*why, signed(algorithm, secret)))
    };
    secrets.iter().flat_map(by).collect()
}

on_both_stores! {
    async fn no_token_and_no_token_that_does_not_hold_opens_an_operation(app) {
        let world = World::new(app).await;
        let nobody = world.app.nobody();
        let tokens = bad_tokens(&world).await;
        let as_password = ("a password", "Basic YWRtaW46YWRtaW4=".to_owned());
        let headers = tokens.into_iter().map(|(why, token)| (why, format!("Bearer {token}"))).chain([as_password]);
        let headers: Vec<(&str, String)> = headers.collect();
        // Each operation meets some of them, and all when all are asked for.
        let share = tries(6, 1);
        for (at, operation) in world.operations().into_iter().enumerate() {
            let answer = world.send(world.request(&nobody, &operation)).await;
            if operation.is_open() {
                assert_eq!(answer.status, 200);
                continue;
            }
            world.refused(&operation, &answer, 401, "no token");
            assert_eq!(answer.header("www-authenticate"), "Bearer realm=\"utfall\"");
            for (why, header) in headers.iter().skip(at % share).step_by(share) {
                let request = world.request(&nobody, &operation).header("Authorization", header);
                let answer = world.send(request).await;
                world.refused(&operation, &answer, 401, why);
                assert!(answer.header("www-authenticate").starts_with("Bearer"), "{why}");
            }
        }
        world.report(&format!("T2, T3: no token, and one in {share} of {} tokens that do not hold: 0 let in", headers.len()));
    }
}
