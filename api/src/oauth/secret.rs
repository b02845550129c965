//! Secrets: made here, shown once, kept as argon2 hashes. Refresh tokens are as long and last shorter; a plain hash is enough for them.

use argon2::password_hash::phc::PasswordHash;
use argon2::{Argon2, PasswordHasher, PasswordVerifier};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use sha2::{Digest, Sha256};

/// A hash that no secret has, checked for clients that are not there so that they take as long as others.
const NOBODY: &str = "$argon2id$v=19$m=19456,t=2,p=1$c29tZXRoaW5nc2FsdHk$VZCLdd5ZBGBkL0DzcJZIDBHx2H3wcv2u2OJfPYmkFr8";

/// A new secret of 256 random bits; none when the machine has no randomness to give.
pub(crate) fn random() -> Option<String> {
    let mut bytes = [0_u8; 32];
    aws_lc_rs::rand::fill(&mut bytes).ok()?;
    Some(URL_SAFE_NO_PAD.encode(bytes))
}

/// The hash that is kept of a client's secret. It takes a core for tens of milliseconds.
pub(crate) fn hashed(secret: &str) -> Option<String> {
    Argon2::default().hash_password(secret.as_bytes()).ok().map(|hash| hash.to_string())
}

/// Whether a secret is one of those hashed. As slow for none as for one.
pub(crate) fn is_one_of(secret: &str, hashes: &[String]) -> bool {
    let holds = |hash: &str| {
        PasswordHash::new(hash).is_ok_and(|hash| Argon2::default().verify_password(secret.as_bytes(), &hash).is_ok())
    };
    let is_one = if hashes.is_empty() { holds(NOBODY) } else { hashes.iter().any(|hash| holds(hash)) };
    is_one && !hashes.is_empty()
}

/// The hash that is kept of a refresh token.
pub(super) fn digest(token: &str) -> String {
    hex::encode(Sha256::digest(token))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_secret_itself_holds() {
        let (one, other) = (random().unwrap(), random().unwrap());
        assert_ne!(one, other);
        let hashes = [hashed(&one).unwrap(), hashed(&one).unwrap()];
        assert_ne!(hashes[0], hashes[1], "each hash has a salt of its own");
        assert!(is_one_of(&one, &hashes) && !is_one_of(&other, &hashes) && !is_one_of(&one, &[]));
        assert!(PasswordHash::new(NOBODY).is_ok());
    }
}
