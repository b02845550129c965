//! The municipality's own issuer (Keycloak, Entra ID, any that publishes its keys): its tokens are verified, never issued, here.
//!
//! Keys are fetched at the start, again and again, and when a token names one that is not known, at most twice a minute. While the
//! issuer is down the keys that are known go on holding.

use crate::auth::token::{REMEMBERED, TokenError};
use crate::auth::verifying::{LEEWAY, VerifyingKey, header};
use chrono::Utc;
use serde::Deserialize;
use serde_json::{Map, Value};
use sha2::{Digest, Sha256};
use std::collections::HashMap;
use std::path::PathBuf;
use std::sync::{Arc, PoisonError, RwLock};
use std::time::{Duration, Instant};
use utfall_domain::client::PublicKey;

/// The shortest time between two fetches of keys, where no other is set.
pub const BETWEEN: Duration = Duration::from_secs(30);
/// How long a fetch may take.
const DEADLINE: Duration = Duration::from_secs(5);
/// How large an answer of the issuer may be, in bytes.
const LARGEST: usize = 256 << 10;
/// How many of its keys are taken.
const MOST_KEYS: usize = 50;

/// How the municipality's own issuer is set up.
#[derive(Debug, Clone)]
pub struct ExternalSettings {
    /// Its name, as `iss` has it.
    pub issuer: String,
    /// Who its tokens must be for.
    pub audience: String,
    /// The `typ` of its access tokens: `at+jwt`, or `JWT` where it says no more.
    pub token_type: String,
    /// Which claim says who bears the token.
    pub subject_claim: String,
    /// What says of which municipality.
    pub municipality: MunicipalityFrom,
    /// Where its keys are.
    pub keys: KeySource,
    /// The shortest time between two fetches of them.
    pub between: Duration,
}

/// What says of which municipality a bearer is.
#[derive(Debug, Clone)]
pub enum MunicipalityFrom {
    /// A claim.
    Claim(String),
    /// It is always this one.
    Always(String),
}

/// Where the keys of an issuer are.
#[derive(Debug, Clone)]
pub enum KeySource {
    /// Where its discovery document says.
    Discovery,
    /// At an address.
    Jwks(String),
    /// In a file, for good.
    Pem(PathBuf),
}

/// Who bears a token of the issuer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Bearer {
    /// Of which municipality.
    pub municipality: String,
    /// Who, as the issuer says it.
    pub subject: String,
}

struct Verified {
    kid: String,
    from: i64,
    until: i64,
    bearer: Bearer,
}

type Keys = HashMap<String, VerifyingKey>;

/// The municipality's own issuer.
pub struct External {
    settings: ExternalSettings,
    http: reqwest::Client,
    keys: RwLock<Arc<Keys>>,
    fetched: tokio::sync::Mutex<Option<Instant>>,
    verified: moka::sync::Cache<[u8; 32], Arc<Verified>>,
}

/// An issuer that cannot be used.
#[derive(Debug, thiserror::Error)]
#[error("the issuer {issuer}: {why}")]
pub struct ExternalError {
    issuer: String,
    why: String,
}

/// The one key of a file has no name.
const ONLY: &str = "";

impl External {
    /// Sets it up. What is wrong with the settings refuses the start; an issuer that is down does not.
    pub fn new(settings: ExternalSettings) -> Result<Self, ExternalError> {
        let wrong = |why: String| ExternalError { issuer: settings.issuer.clone(), why };
        let mut keys = Keys::new();
        match &settings.keys {
            KeySource::Pem(path) => {
                let pem = std::fs::read(path).map_err(|error| wrong(format!("{}: {error}", path.display())))?;
                let key = VerifyingKey::from_pem(&pem).map_err(|why| wrong(format!("{} {why}", path.display())))?;
                keys.insert(ONLY.into(), key);
            }
            KeySource::Jwks(address) => is_safe(address).map_err(wrong)?,
            KeySource::Discovery => is_safe(&settings.issuer).map_err(wrong)?,
        }
        let http = reqwest::Client::builder().timeout(DEADLINE).redirect(reqwest::redirect::Policy::none());
        let http = http.build().map_err(|error| wrong(error.to_string()))?;
        let verified = moka::sync::Cache::new(REMEMBERED);
        Ok(Self { settings, http, keys: RwLock::new(Arc::new(keys)), fetched: tokio::sync::Mutex::default(), verified })
    }

    fn keys(&self) -> Arc<Keys> {
        Arc::clone(&self.keys.read().unwrap_or_else(PoisonError::into_inner))
    }

    /// Fetches the keys anew, unless that was just done. When it fails, those that are known go on holding.
    pub async fn refresh(&self) {
        // Who comes while another fetches does not wait for it: a crowd of unknown tokens is answered at once.
        let Ok(mut fetched) = self.fetched.try_lock() else { return };
        let is_early = fetched.is_some_and(|at| at.elapsed() < self.settings.between);
        if is_early || matches!(self.settings.keys, KeySource::Pem(_)) {
            return;
        }
        *fetched = Some(Instant::now());
        match self.fetch().await {
            Ok(keys) => *self.keys.write().unwrap_or_else(PoisonError::into_inner) = Arc::new(keys),
            Err(why) => tracing::warn!(why, "the issuer's keys could not be fetched; those known go on holding"),
        }
    }

    async fn fetch(&self) -> Result<Keys, String> {
        #[derive(Deserialize)]
        struct Configuration {
            issuer: String,
            jwks_uri: String,
        }
        #[derive(Deserialize)]
        struct KeySet {
            keys: Vec<Map<String, Value>>,
        }
        let address = match &self.settings.keys {
            KeySource::Jwks(address) => address.clone(),
            _ => {
                let issuer = self.settings.issuer.trim_end_matches('/');
                let bytes = self.read(&format!("{issuer}/.well-known/openid-configuration")).await?;
                let found: Configuration = serde_json::from_slice(&bytes).map_err(|error| error.to_string())?;
                if found.issuer != self.settings.issuer {
                    return Err(format!("its configuration is that of {}", found.issuer));
                }
                is_safe(&found.jwks_uri)?;
                found.jwks_uri
            }
        };
        let set: KeySet = serde_json::from_slice(&self.read(&address).await?).map_err(|error| error.to_string())?;
        let mut keys = Keys::new();
        for mut jwk in set.keys.into_iter().take(MOST_KEYS) {
            if jwk.get("use").is_some_and(|of| of != "sig") {
                continue;
            }
            // A lone key may be without a name.
            jwk.entry("kid").or_insert_with(|| ONLY.into());
            let read = serde_json::from_value::<PublicKey>(Value::Object(jwk));
            // Keys of other algorithms are not ours to judge.
            if let Some((kid, key)) =
                read.ok().and_then(|jwk| Some((jwk.kid.clone(), VerifyingKey::from_jwk(&jwk).ok()?)))
            {
                keys.insert(kid, key);
            }
        }
        if keys.is_empty() { Err("it publishes no key for ES256, EdDSA or RS256".into()) } else { Ok(keys) }
    }

    async fn read(&self, address: &str) -> Result<Vec<u8>, String> {
        let mut answer = self.http.get(address).send().await.map_err(|error| error.without_url().to_string())?;
        if !answer.status().is_success() {
            return Err(format!("it answered {}", answer.status().as_u16()));
        }
        let mut bytes = Vec::new();
        while let Some(chunk) = answer.chunk().await.map_err(|error| error.without_url().to_string())? {
            bytes.extend_from_slice(&chunk);
            if bytes.len() > LARGEST {
                return Err("its answer is larger than 256 KiB".into());
            }
        }
        Ok(bytes)
    }

    /// Who bears a token that holds; one that has been verified is remembered by its hash, its times and its key are checked all the same.
    pub async fn verify(&self, token: &str) -> Result<Bearer, TokenError> {
        let hash: [u8; 32] = Sha256::digest(token).into();
        let now = Utc::now().timestamp();
        if let Some(verified) = self.verified.get(&hash) {
            let holds = (verified.from..verified.until).contains(&now) && self.keys().contains_key(&verified.kid);
            return if holds {
                Ok(verified.bearer.clone())
            } else {
                Err(TokenError::Broken("the token's time is over"))
            };
        }
        let verified = match self.verify_anew(token) {
            Err(TokenError::UnknownKey) => {
                self.refresh().await;
                self.verify_anew(token)?
            }
            verified => verified?,
        };
        let bearer = verified.bearer.clone();
        self.verified.insert(hash, Arc::new(verified));
        Ok(bearer)
    }

    fn verify_anew(&self, token: &str) -> Result<Verified, TokenError> {
        let settings = &self.settings;
        let header = header(token)?;
        let plain = |typ: &str| typ.to_ascii_lowercase().trim_start_matches("application/").to_owned();
        if header.typ.as_deref().map(plain) != Some(plain(&settings.token_type)) {
            return Err(TokenError::Broken("typ is not that of an access token"));
        }
        let keys = self.keys();
        let kid = if keys.contains_key(ONLY) { String::new() } else { header.kid.unwrap_or_default() };
        let key = keys.get(&kid).ok_or(TokenError::UnknownKey)?;
        let expected = (settings.issuer.as_str(), &[settings.audience.as_str()][..]);
        let claims: Map<String, Value> = key.claims(token, expected, &["exp", "aud", "iss", "sub"])?;
        let time = |name: &str| claims.get(name).map(Value::as_i64);
        let until = time("exp").flatten().ok_or(TokenError::Broken("exp is not a time"))?;
        let from = match time("nbf") {
            Some(from) => from.ok_or(TokenError::Broken("nbf is not a time"))?,
            None => i64::MIN / 2,
        };
        let text =
            |name: &str| claims.get(name).and_then(Value::as_str).filter(|text| !text.is_empty()).map(str::to_owned);
        let subject = text(&settings.subject_claim).ok_or(TokenError::Broken("it says not who bears it"))?;
        let municipality = match &settings.municipality {
            MunicipalityFrom::Always(code) => code.clone(),
            MunicipalityFrom::Claim(name) => {
                text(name).ok_or(TokenError::Broken("it says not of which municipality"))?
            }
        };
        let leeway = LEEWAY.cast_signed();
        Ok(Verified { kid, from: from - leeway, until: until + leeway, bearer: Bearer { municipality, subject } })
    }
}

/// Keys come over TLS, or from this very machine.
fn is_safe(address: &str) -> Result<(), String> {
    let url = reqwest::Url::parse(address).map_err(|error| format!("{address} is no address: {error}"))?;
    let is_near = matches!(url.host_str(), Some("localhost" | "127.0.0.1" | "[::1]"));
    match url.scheme() {
        "https" => Ok(()),
        "http" if is_near => Ok(()),
        _ => Err(format!("{address} is not https")),
    }
}
