//! Which keys an issuer may sign with: EC on P-256, Ed25519, RSA of 2,048 bits; published, or in a file.

use super::fetching::{Issuer, KEYS};
use aws_lc_rs::encoding::{AsDer, Pkcs8V1Der, PublicKeyX509Der};
use aws_lc_rs::rsa::{KeyPair as RsaKeyPair, KeySize};
use aws_lc_rs::signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, Ed25519KeyPair, KeyPair as _};
use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use jsonwebtoken::{Algorithm, EncodingKey, Header, encode};
use serde_json::{Value, json};
use std::time::Duration;
use utfall_api::auth::external::{BETWEEN, KeySource};
use utfall_api::auth::verifying::{LEEWAY, VerifyingKey};
use utfall_tests::app::MUNICIPALITY;

/// What every key here is called: a token may name a key, and not choose its algorithm by that.
const KID: &str = "k";

/// A pair of keys, made for the test.
struct Pair {
    algorithm: Algorithm,
    signing: EncodingKey,
    public: Value,
    pem: String,
}

fn pem(what: &str, der: &[u8]) -> String {
    format!("-----BEGIN {what}-----\n{}\n-----END {what}-----\n", STANDARD.encode(der))
}

fn public_pem(key: &impl AsDer<PublicKeyX509Der<'static>>) -> String {
    pem("PUBLIC KEY", key.as_der().unwrap().as_ref())
}

fn elliptic() -> Pair {
    let pair = EcdsaKeyPair::generate(&ECDSA_P256_SHA256_FIXED_SIGNING).unwrap();
    let point = pair.public_key().as_ref();
    let (x, y) = (URL_SAFE_NO_PAD.encode(&point[1..33]), URL_SAFE_NO_PAD.encode(&point[33..]));
    Pair {
        algorithm: Algorithm::ES256,
        signing: EncodingKey::from_ec_der(pair.to_pkcs8v1().unwrap().as_ref()),
        public: json!({ "kid": KID, "kty": "EC", "crv": "P-256", "x": x, "y": y }),
        pem: public_pem(pair.public_key()),
    }
}

fn edwards() -> Pair {
    let pair = Ed25519KeyPair::generate().unwrap();
    Pair {
        algorithm: Algorithm::EdDSA,
        signing: EncodingKey::from_ed_der(pair.to_pkcs8v1().unwrap().as_ref()),
        public: json!({ "kid": KID, "kty": "OKP", "crv": "Ed25519", "x": URL_SAFE_NO_PAD.encode(pair.public_key()) }),
        pem: public_pem(pair.public_key()),
    }
}

fn rsa() -> Pair {
    let pair = RsaKeyPair::generate(KeySize::Rsa2048).unwrap();
    let private = AsDer::<Pkcs8V1Der>::as_der(&pair).unwrap();
    // RFC 8017, A.1.1: a sequence of the modulus, 257 bytes with its leading zero, and the exponent, 3 bytes.
    let numbers = pair.public_key().as_ref();
    let (n, e) = (URL_SAFE_NO_PAD.encode(&numbers[9..265]), URL_SAFE_NO_PAD.encode(&numbers[267..]));
    Pair {
        algorithm: Algorithm::RS256,
        signing: EncodingKey::from_rsa_pem(pem("PRIVATE KEY", private.as_ref()).as_bytes()).unwrap(),
        public: json!({ "kid": KID, "kty": "RSA", "n": n, "e": e }),
        pem: public_pem(pair.public_key()),
    }
}

/// A token of the issuer that a pair of keys has signed, and that holds for so many seconds.
fn token(issuer: &Issuer, pair: &Pair, seconds: i64) -> String {
    let now = chrono::Utc::now().timestamp();
    let claims = json!({ "iss": issuer.url, "aud": "utfall", "sub": "anna", "municipality": MUNICIPALITY, "exp": now + seconds });
    let mut header = Header::new(pair.algorithm);
    (header.typ, header.kid) = (Some("at+jwt".into()), Some(KID.into()));
    encode(&header, &claims, &pair.signing).unwrap()
}

#[tokio::test]
async fn keys_of_each_algorithm_hold_published_or_in_a_file() {
    let issuer = Issuer::start().await;
    let directory = tempfile::tempdir().unwrap();
    let file = directory.path().join("key.pem");
    let all = [elliptic(), edwards(), rsa()];
    for pair in &all {
        for other in &all {
            let holds = pair.algorithm == other.algorithm;
            issuer.pages.publish(KEYS, &json!({ "keys": [other.public] }));
            let token = token(&issuer, pair, 300);
            let told = format!("{:?} by a key for {:?}", pair.algorithm, other.algorithm);
            assert_eq!(issuer.reader(BETWEEN).verify(&token).await.is_ok(), holds, "{told}");
            std::fs::write(&file, &other.pem).unwrap();
            let of_file = issuer.reader_of(KeySource::Pem(file.clone()), BETWEEN);
            assert_eq!(of_file.verify(&token).await.is_ok(), holds, "{told}, in a file");
        }
    }
}

#[tokio::test]
async fn a_token_that_was_let_in_holds_as_long_as_clocks_may_differ_and_no_longer() {
    let issuer = Issuer::start().await;
    let pair = elliptic();
    issuer.pages.publish(KEYS, &json!({ "keys": [pair.public] }));
    let reader = issuer.reader(BETWEEN);
    let leeway = LEEWAY.cast_signed();
    let ending = token(&issuer, &pair, 5 - leeway);
    for _ in 0..2 {
        reader.verify(&ending).await.unwrap();
    }
    tokio::time::sleep(Duration::from_secs(6)).await;
    assert!(reader.verify(&ending).await.is_err());
    assert!(reader.verify(&token(&issuer, &pair, -1 - leeway)).await.is_err());
}

#[test]
fn keys_that_are_short_or_of_another_kind_are_refused_with_why() {
    let refused = |jwk: &Value| {
        VerifyingKey::from_jwk(&serde_json::from_value(jwk.clone()).unwrap()).err().map(|why| why.to_string())
    };
    let with = |pair: &Pair, name: &str, value: Value| {
        let mut jwk = pair.public.clone();
        jwk[name] = value;
        jwk
    };
    let (elliptic, edwards, rsa) = (elliptic(), edwards(), rsa());
    for pair in [&elliptic, &edwards, &rsa] {
        assert_eq!(refused(&pair.public), None, "{:?}", pair.algorithm);
    }
    let bytes = |length: usize| Value::from(URL_SAFE_NO_PAD.encode(vec![0xC3; length]));
    for (jwk, why) in [
        (with(&rsa, "n", bytes(255)), "is shorter than 2,048 bits"),
        (with(&rsa, "n", "+".into()), "has an n that is not base64url"),
        (with(&rsa, "e", Value::Null), "lacks e"),
        (with(&rsa, "crv", "P-256".into()), "is not EC on P-256, OKP on Ed25519 or RSA"),
        (with(&edwards, "x", bytes(31)), "is no point of 32 bytes"),
        (with(&edwards, "crv", "X25519".into()), "is not EC on P-256, OKP on Ed25519 or RSA"),
        (with(&elliptic, "y", bytes(33)), "is no point of 32 bytes each way"),
        (with(&elliptic, "y", Value::Null), "lacks y"),
        (with(&elliptic, "crv", "P-384".into()), "is not EC on P-256, OKP on Ed25519 or RSA"),
    ] {
        assert_eq!(refused(&jwk).as_deref(), Some(why), "{jwk}");
    }
    assert_eq!(refused(&with(&rsa, "n", bytes(512))), None, "4,096 bits");
}
