//! `Idempotency-Key` (the IETF's draft): a call that creates and is sent again gets the answer that it got, and has one effect.

use crate::problem::{Kind, Problem};
use actix_web::HttpRequest;
use serde_json::value::RawValue;
use sha2::{Digest, Sha256};
use std::collections::BTreeMap;
use utfall_domain::permission::Reach;
use utfall_persistence::idempotency::Asked;

/// The header of a call.
pub const KEY: &str = "idempotency-key";
/// The header of an answer that was given before.
pub const REPLAYED: &str = "idempotent-replayed";

/// What a call that creates asks for, by its key. The body's hash is of what it says: neither the order of its members nor white space counts.
pub fn asked(request: &HttpRequest, reach: &Reach, body: &[u8]) -> Result<Asked, Problem> {
    let key = key(request)?;
    let mut hash = Sha256::new();
    hash.update(request.query_string());
    hash.update([0]);
    if !body.is_empty() {
        canonical(body, &mut hash).map_err(|_| Problem::bad_request("The body cannot be read."))?;
    }
    // Whoever reaches less than another gets no answer of the other's.
    let reach = match reach {
        Reach::All => String::new(),
        Reach::Committees(codes) => format!(" {}", codes.join(",")),
    };
    let operation = format!("{} {}{reach}", request.method(), request.path());
    Ok(Asked { operation, key, fingerprint: hex::encode(hash.finalize()) })
}

fn key(request: &HttpRequest) -> Result<String, Problem> {
    let missing = "Send an Idempotency-Key, such as a new UUID, and the same again when you send the same call again.";
    let mut given = request.headers().get_all(KEY);
    let value = given.next().ok_or_else(|| Problem::bad_request(missing))?;
    let text = value.to_str().unwrap_or_default().trim();
    // The draft's form is a quoted string; most clients send it bare.
    let key = text.strip_prefix('"').and_then(|text| text.strip_suffix('"')).unwrap_or(text);
    let is_plain = (1..=255).contains(&key.len()) && key.bytes().all(|byte| (0x20..0x7f).contains(&byte));
    if !is_plain || given.next().is_some() {
        return Err(Problem::bad_request("Idempotency-Key is one text of 1 to 255 visible ASCII characters."));
    }
    Ok(key.to_owned())
}

/// The refusal of a key that was used for something else.
pub fn used_otherwise() -> Problem {
    let detail = "Nothing is changed: the Idempotency-Key was used for another call. Send a new key with a new call.";
    Problem::new(Kind::Invalid, detail)
}

/// Hashes a JSON value: members by name, texts as they read, numbers as they are written, since no float may stand for an amount.
fn canonical(json: &[u8], hash: &mut Sha256) -> Result<(), serde_json::Error> {
    let text = std::str::from_utf8(json).map_err(serde::de::Error::custom)?.trim();
    match text.as_bytes().first() {
        Some(b'{') => {
            let members: BTreeMap<String, &RawValue> = serde_json::from_str(text)?;
            hash.update(b"{");
            for (name, value) in members {
                hash.update(serde_json::to_vec(&name)?);
                hash.update(b":");
                canonical(value.get().as_bytes(), hash)?;
                hash.update(b",");
            }
            hash.update(b"}");
        }
        Some(b'[') => {
            let items: Vec<&RawValue> = serde_json::from_str(text)?;
            hash.update(b"[");
            for item in items {
                canonical(item.get().as_bytes(), hash)?;
                hash.update(b",");
            }
            hash.update(b"]");
        }
        Some(b'"') => hash.update(serde_json::to_vec(&serde_json::from_str::<String>(text)?)?),
        _ => hash.update(text),
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(json: &str) -> String {
        let mut hash = Sha256::new();
        canonical(json.as_bytes(), &mut hash).unwrap();
        hex::encode(hash.finalize())
    }

    #[test]
    fn what_a_body_says_counts_and_not_how_it_is_written() {
        let body = r#"{"a":[1,{"b":"å","c":null}],"d":12345678901234567.89}"#;
        assert_eq!(of(body), of("{ \"d\" : 12345678901234567.89, \"a\":[1, {\"c\":null,\"b\":\"\\u00e5\"}] }"));
        for other in [
            r#"{"a":[1,{"b":"å","c":null}],"d":12345678901234567.88}"#,
            r#"{"a":[{"b":"å","c":null},1],"d":12345678901234567.89}"#,
            r#"{"a":[1,{"b":"a","c":null}],"d":12345678901234567.89}"#,
            r#"{"a":[1,{"b":"å","c":""}],"d":12345678901234567.89}"#,
            r#"{"a":["1",{"b":"å","c":null}],"d":12345678901234567.89}"#,
        ] {
            assert_ne!(of(body), of(other), "{other}");
        }
    }
}
