//! The embedded issuer: signs access tokens, and verifies its own.
//!
//! The library accepts tokens without `aud`, `iss` or `nbf` unless told otherwise, so everything is told: algorithms bound
//! to keys, every claim required, `typ` checked here, thirty seconds of leeway, and no key from a token's own header.

use crate::auth::verifying::{LEEWAY, VerifyingKey, header};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use chrono::{DateTime, Utc};
use jsonwebtoken::{Algorithm, EncodingKey, Header, encode};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError, RwLock};
use std::time::{Duration, Instant};
use utfall_domain::client::PublicKey;
use utfall_persistence::error::StoreError;
use utfall_persistence::identity::{Grant, SigningKey};
use utfall_persistence::store::Store;

/// Who our tokens are for.
pub const AUDIENCE: &str = "utfall";
/// The type of an access token (RFC 9068).
pub const TYPE: &str = "at+jwt";

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
    keys: RwLock<Arc<Keys>>,
    looked: Mutex<Option<Instant>>,
    verified: moka::sync::Cache<[u8; 32], Arc<Verified>>,
}

/// The keys that are in use.
struct Keys {
    stored: Vec<SigningKey>,
    signing: (String, EncodingKey),
    verifying: HashMap<String, VerifyingKey>,
    jwks: String,
}

/// A token that has been verified, and the key that it was verified with.
struct Verified {
    kid: String,
    claims: Arc<Claims>,
}

/// How many verified tokens are remembered.
pub(super) const REMEMBERED: u64 = 10_000;

/// How often a key that is not known is looked for.
const LOOK_EVERY: Duration = Duration::from_secs(1);

/// A token that does not hold; why is for the log, not for the caller.
#[derive(Debug, thiserror::Error)]
pub enum TokenError {
    /// Something of it.
    #[error("{0}")]
    Broken(&'static str),
    /// It names a key that is not there, or not there yet.
    #[error("kid is not known")]
    UnknownKey,
}

impl Keys {
    fn new(stored: &[SigningKey]) -> Result<Self, StoreError> {
        let broken = || StoreError::Corrupt("a signing key".into());
        let newest = stored.first().ok_or_else(broken)?;
        let mut verifying = HashMap::new();
        let mut published = Vec::new();
        for key in stored {
            let (x, y) = coordinates(&key.public_key).ok_or_else(broken)?;
            published.push(serde_json::json!({
                "kty": "EC", "crv": "P-256", "alg": "ES256", "use": "sig", "kid": key.kid, "x": x, "y": y,
            }));
            let (kid, kty, crv) = (key.kid.clone(), "EC".into(), Some("P-256".into()));
            let jwk = PublicKey { kid, kty, crv, x: Some(x), y: Some(y), ..PublicKey::default() };
            verifying.insert(key.kid.clone(), VerifyingKey::from_jwk(&jwk).map_err(|_| broken())?);
        }
        Ok(Self {
            stored: stored.to_vec(),
            signing: (newest.kid.clone(), EncodingKey::from_ec_der(&newest.private_key)),
            verifying,
            jwks: serde_json::json!({ "keys": published }).to_string(),
        })
    }
}

impl Issuer {
    /// An issuer of that name, with the store's keys, newest first.
    pub fn new(name: &str, keys: &[SigningKey]) -> Result<Self, StoreError> {
        let keys = RwLock::new(Arc::new(Keys::new(keys)?));
        let verified = moka::sync::Cache::new(REMEMBERED);
        Ok(Self { name: name.into(), keys, looked: Mutex::default(), verified })
    }

    fn keys(&self) -> Arc<Keys> {
        Arc::clone(&self.keys.read().unwrap_or_else(PoisonError::into_inner))
    }

    /// Takes the keys that stand now: those made since are known, those retired are not.
    pub async fn reload(&self, store: &Store) -> Result<(), StoreError> {
        let stored = store.signing_keys().await?;
        if stored != self.keys().stored {
            let keys = Arc::new(Keys::new(&stored)?);
            *self.keys.write().unwrap_or_else(PoisonError::into_inner) = keys;
        }
        Ok(())
    }

    /// The claims of a token that holds, also where another instance has begun to sign with a key since the keys were last taken. For keys
    /// that are not there the store is asked once a second at most, whoever sends how many of them.
    pub async fn verify_current(&self, token: &str, store: &Store) -> Result<Arc<Claims>, TokenError> {
        match self.verify(token) {
            Err(TokenError::UnknownKey) if self.may_look() => {
                if let Err(error) = self.reload(store).await {
                    tracing::warn!(%error, "the signing keys could not be read; those known go on holding");
                }
                self.verify(token)
            }
            verified => verified,
        }
    }

    fn may_look(&self) -> bool {
        let mut looked = self.looked.lock().unwrap_or_else(PoisonError::into_inner);
        let may = looked.is_none_or(|at| at.elapsed() >= LOOK_EVERY);
        if may {
            *looked = Some(Instant::now());
        }
        may
    }

    /// Its name, which is the public address.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The public keys, as `/.well-known/jwks.json` shows them.
    pub fn jwks(&self) -> String {
        self.keys().jwks.clone()
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
        self.sign(TYPE, &claims)
    }

    /// Signs claims as something of a type.
    pub fn sign(&self, typ: &str, claims: &impl Serialize) -> Result<String, TokenError> {
        let keys = self.keys();
        let mut header = Header::new(Algorithm::ES256);
        header.typ = Some(typ.into());
        header.kid = Some(keys.signing.0.clone());
        encode(&header, claims, &keys.signing.1).map_err(|_| TokenError::Broken("it could not be signed"))
    }

    /// The claims of a token that holds. One that has been verified is remembered by its hash, since a signature costs more to check
    /// than a kept body to serve; its times and its key are checked all the same.
    pub fn verify(&self, token: &str) -> Result<Arc<Claims>, TokenError> {
        let hash: [u8; 32] = Sha256::digest(token).into();
        let keys = self.keys();
        if let Some(verified) = self.verified.get(&hash) {
            let Verified { kid, claims } = verified.as_ref();
            let now = Utc::now().timestamp();
            let (before, after) = (claims.nbf - LEEWAY.cast_signed(), claims.exp + LEEWAY.cast_signed());
            return if (before..after).contains(&now) && keys.verifying.contains_key(kid) {
                Ok(Arc::clone(claims))
            } else {
                Err(TokenError::Broken("the token's time is over"))
            };
        }
        let (kid, claims) = self.verify_anew(&keys, token)?;
        let claims = Arc::new(claims);
        self.verified.insert(hash, Arc::new(Verified { kid, claims: Arc::clone(&claims) }));
        Ok(claims)
    }

    fn verify_anew(&self, keys: &Keys, token: &str) -> Result<(String, Claims), TokenError> {
        let header = header(token)?;
        if header.typ.as_deref() != Some(TYPE) {
            return Err(TokenError::Broken("typ is not at+jwt"));
        }
        let kid = header.kid.ok_or(TokenError::Broken("kid is missing"))?;
        let key = keys.verifying.get(&kid).ok_or(TokenError::UnknownKey)?;
        let claims = key.claims(token, (&self.name, &[AUDIENCE]), &["exp", "nbf", "aud", "iss", "sub"])?;
        Ok((kid, claims))
    }
}

/// The base64url coordinates of an uncompressed point: 04, then x and y of 32 bytes each.
fn coordinates(public_key: &[u8]) -> Option<(String, String)> {
    let point = public_key.strip_prefix(&[4]).filter(|rest| rest.len() == 64)?;
    Some((URL_SAFE_NO_PAD.encode(&point[..32]), URL_SAFE_NO_PAD.encode(&point[32..])))
}
