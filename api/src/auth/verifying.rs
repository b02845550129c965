//! Keys that tokens are verified with, each bound to one algorithm: a token's own header chooses neither.

use crate::auth::token::TokenError;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jsonwebtoken::{Algorithm, DecodingKey, Header, Validation, decode, decode_header};
use serde::de::DeserializeOwned;
use utfall_domain::client::PublicKey;

/// How far clocks may differ, in seconds.
pub const LEEWAY: u64 = 30;
/// The shortest modulus of an RSA key, in bytes: 2,048 bits.
const RSA: usize = 256;

/// A public key and the algorithm that it is for.
#[derive(Clone)]
pub struct VerifyingKey {
    algorithm: Algorithm,
    key: DecodingKey,
}

/// A key that cannot be used; why, to be read after the key.
#[derive(Debug, Clone, Copy, thiserror::Error)]
#[error("{0}")]
pub struct KeyError(&'static str);

impl VerifyingKey {
    /// Reads a JSON Web Key: EC on P-256 is for ES256, OKP on Ed25519 for `EdDSA`, RSA of at least 2,048 bits for RS256.
    pub fn from_jwk(jwk: &PublicKey) -> Result<Self, KeyError> {
        let member = |name: &'static str, value: &Option<String>| value.clone().ok_or(KeyError(name));
        let made = match (jwk.kty.as_str(), jwk.crv.as_deref()) {
            ("EC", Some("P-256")) => {
                let (x, y) = (member("lacks x", &jwk.x)?, member("lacks y", &jwk.y)?);
                whole(&x, 32).and(whole(&y, 32)).ok_or(KeyError("is no point of 32 bytes each way"))?;
                (Algorithm::ES256, DecodingKey::from_ec_components(&x, &y))
            }
            ("OKP", Some("Ed25519")) => {
                let x = member("lacks x", &jwk.x)?;
                whole(&x, 32).ok_or(KeyError("is no point of 32 bytes"))?;
                (Algorithm::EdDSA, DecodingKey::from_ed_components(&x))
            }
            ("RSA", None) => {
                let (n, e) = (member("lacks n", &jwk.n)?, member("lacks e", &jwk.e)?);
                let modulus = URL_SAFE_NO_PAD.decode(&n).map_err(|_| KeyError("has an n that is not base64url"))?;
                if modulus.len() < RSA {
                    return Err(KeyError("is shorter than 2,048 bits"));
                }
                (Algorithm::RS256, DecodingKey::from_rsa_components(&n, &e))
            }
            _ => return Err(KeyError("is not EC on P-256, OKP on Ed25519 or RSA")),
        };
        let (algorithm, key) = made;
        Ok(Self { algorithm, key: key.map_err(|_| KeyError("cannot be read"))? })
    }

    /// Reads a PEM: which algorithm it is for is tried, since the file says it in its own way.
    pub fn from_pem(pem: &[u8]) -> Result<Self, KeyError> {
        type Read = fn(&[u8]) -> Result<DecodingKey, jsonwebtoken::errors::Error>;
        let kinds: [(Algorithm, Read); 3] = [
            (Algorithm::ES256, DecodingKey::from_ec_pem),
            (Algorithm::EdDSA, DecodingKey::from_ed_pem),
            (Algorithm::RS256, DecodingKey::from_rsa_pem),
        ];
        let found = kinds.into_iter().find_map(|(algorithm, read)| Some(Self { algorithm, key: read(pem).ok()? }));
        found.ok_or(KeyError("holds no public key of EC, Ed25519 or RSA"))
    }

    /// The claims of a token that this key has signed, for one of these audiences, by that issuer, now, with these claims at least.
    pub fn claims<T: DeserializeOwned + Clone>(
        &self,
        token: &str,
        (issuer, audiences): (&str, &[&str]),
        required: &[&str],
    ) -> Result<T, TokenError> {
        let mut validation = Validation::new(self.algorithm);
        validation.leeway = LEEWAY;
        validation.validate_nbf = true;
        validation.set_audience(audiences);
        validation.set_issuer(&[issuer]);
        validation.set_required_spec_claims(required);
        decode::<T>(token, &self.key, &validation)
            .map(|data| data.claims)
            .map_err(|_| TokenError::Broken("signature or claims do not hold"))
    }
}

/// Decodes base64url that holds so many bytes.
fn whole(text: &str, bytes: usize) -> Option<Vec<u8>> {
    URL_SAFE_NO_PAD.decode(text).ok().filter(|decoded| decoded.len() == bytes)
}

/// The header of a token that brings no key of its own.
pub fn header(token: &str) -> Result<Header, TokenError> {
    let header = decode_header(token).map_err(|_| TokenError::Broken("the header cannot be read"))?;
    if header.jku.is_some() || header.jwk.is_some() || header.x5u.is_some() || header.x5c.is_some() {
        return Err(TokenError::Broken("the header brings a key of its own"));
    }
    // RFC 7515, 4.1.11: what is critical must be understood, and we understand no extension.
    if header.crit.is_some() {
        return Err(TokenError::Broken("the header has critical extensions"));
    }
    Ok(header)
}
