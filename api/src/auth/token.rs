//! The embedded issuer and the one verifier.
//!
//! The library accepts tokens without `aud`, `iss` or `nbf` unless told otherwise, so everything is told: algorithms bound
//! to keys, every claim required, `typ` checked here, thirty seconds of leeway, and no key from a token's own header.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use chrono::{DateTime, Utc};
use jsonwebtoken::{Algorithm, DecodingKey, EncodingKey, Header, Validation, decode, decode_header, encode};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use std::collections::HashMap;
use std::sync::Arc;
use utfall_persistence::error::StoreError;
use utfall_persistence::identity::{Grant, SigningKey};

/// Who our tokens are for.
pub const AUDIENCE: &str = "utfall";
/// The type of an access token (RFC 9068).
const TYPE: &str = "at+jwt";
/// How far clocks may differ.
const LEEWAY: u64 = 30;

/// The claims of an access token.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Claims {
    /// Who issued it.
    pub iss: String,
    /// Who it is for.
    pub aud: String,
    /// Who bears it.
    pub sub: String,
    /// The grant that it speaks for; rights are read from the grant, not from here.
    pub grant: String,
    /// The municipality; none for a platform administrator.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub municipality: Option<String>,
    /// When it was issued.
    pub iat: i64,
    /// Not before.
    pub nbf: i64,
    /// Not after.
    pub exp: i64,
    /// Its id.
    pub jti: String,
}

/// Signs and verifies.
pub struct Issuer {
    name: String,
    signing: (String, EncodingKey),
    verifying: HashMap<String, DecodingKey>,
    jwks: String,
    verified: moka::sync::Cache<[u8; 32], Arc<Claims>>,
}

/// How many verified tokens are remembered.
const REMEMBERED: u64 = 10_000;

/// A token that does not hold; why is for the log, not for the caller.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
pub struct TokenError(&'static str);

impl Issuer {
    /// An issuer of that name, with the store's keys, newest first.
    pub fn new(name: &str, keys: &[SigningKey]) -> Result<Self, StoreError> {
        let broken = || StoreError::Corrupt("a signing key".into());
        let newest = keys.first().ok_or_else(broken)?;
        let mut verifying = HashMap::new();
        let mut published = Vec::new();
        for key in keys {
            let (x, y) = coordinates(&key.public_key).ok_or_else(broken)?;
            let decoding = DecodingKey::from_ec_components(&x, &y).map_err(|_| broken())?;
            verifying.insert(key.kid.clone(), decoding);
            published.push(serde_json::json!({
                "kty": "EC", "crv": "P-256", "alg": "ES256", "use": "sig", "kid": key.kid, "x": x, "y": y,
            }));
        }
        Ok(Self {
            name: name.into(),
            signing: (newest.kid.clone(), EncodingKey::from_ec_der(&newest.private_key)),
            verifying,
            jwks: serde_json::json!({ "keys": published }).to_string(),
            verified: moka::sync::Cache::new(REMEMBERED),
        })
    }

    /// The public keys, as `/.well-known/jwks.json` shows them.
    pub fn jwks(&self) -> &str {
        &self.jwks
    }

    /// A token for a grant.
    pub fn issue(&self, grant: &Grant, now: DateTime<Utc>, minutes: u32) -> Result<String, TokenError> {
        let claims = Claims {
            iss: self.name.clone(),
            aud: AUDIENCE.into(),
            sub: grant.subject.clone(),
            grant: grant.grant_id.clone(),
            municipality: grant.municipality.clone(),
            iat: now.timestamp(),
            nbf: now.timestamp(),
            exp: now.timestamp() + i64::from(minutes) * 60,
            jti: uuid::Uuid::new_v4().to_string(),
        };
        let mut header = Header::new(Algorithm::ES256);
        header.typ = Some(TYPE.into());
        header.kid = Some(self.signing.0.clone());
        encode(&header, &claims, &self.signing.1).map_err(|_| TokenError("the token could not be signed"))
    }

    /// The claims of a token that holds. One that has been verified is remembered by its hash, since a signature costs more to check
    /// than a kept body to serve; its times are checked all the same.
    pub fn verify(&self, token: &str) -> Result<Arc<Claims>, TokenError> {
        let hash: [u8; 32] = Sha256::digest(token).into();
        if let Some(claims) = self.verified.get(&hash) {
            let now = Utc::now().timestamp();
            let (before, after) = (claims.nbf - LEEWAY.cast_signed(), claims.exp + LEEWAY.cast_signed());
            return if (before..after).contains(&now) {
                Ok(claims)
            } else {
                Err(TokenError("the token's time is over"))
            };
        }
        let claims = Arc::new(self.verify_anew(token)?);
        self.verified.insert(hash, Arc::clone(&claims));
        Ok(claims)
    }

    fn verify_anew(&self, token: &str) -> Result<Claims, TokenError> {
        let header = decode_header(token).map_err(|_| TokenError("the header cannot be read"))?;
        if header.typ.as_deref() != Some(TYPE) {
            return Err(TokenError("typ is not at+jwt"));
        }
        if header.jku.is_some() || header.jwk.is_some() || header.x5u.is_some() || header.x5c.is_some() {
            return Err(TokenError("the header brings a key of its own"));
        }
        let kid = header.kid.ok_or(TokenError("kid is missing"))?;
        let key = self.verifying.get(&kid).ok_or(TokenError("kid is not ours"))?;
        let mut validation = Validation::new(Algorithm::ES256);
        validation.leeway = LEEWAY;
        validation.validate_nbf = true;
        validation.set_audience(&[AUDIENCE]);
        validation.set_issuer(&[&self.name]);
        validation.set_required_spec_claims(&["exp", "nbf", "aud", "iss", "sub"]);
        decode::<Claims>(token, key, &validation)
            .map(|data| data.claims)
            .map_err(|_| TokenError("signature or claims do not hold"))
    }
}

/// The base64url coordinates of an uncompressed point: 04, then x and y of 32 bytes each.
fn coordinates(public_key: &[u8]) -> Option<(String, String)> {
    let point = public_key.strip_prefix(&[4]).filter(|rest| rest.len() == 64)?;
    Some((URL_SAFE_NO_PAD.encode(&point[..32]), URL_SAFE_NO_PAD.encode(&point[32..])))
}
