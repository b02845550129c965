//! Clients: the systems and persons that a municipality lets in, each with a role, for all committees or for some.

use crate::permission::Role;
use crate::text::{Code, Name};
use serde::{Deserialize, Serialize};

/// How many secrets of a client hold at the same time: the one in use, and the next.
pub const LIVE_SECRETS: usize = 2;

/// Whom a municipality lets in.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Client {
    /// What it is called: `Hypergene`.
    pub name: Name,
    /// What it may do.
    pub role: Role,
    /// For which committees; empty: for all.
    pub committees: Vec<Code>,
    /// Who it is to the municipality's own issuer, whose tokens then let it in; none: it gets its tokens from us.
    pub subject: Option<Name>,
    /// The public keys that its assertions are signed with.
    pub keys: Vec<PublicKey>,
    /// Whether it is let in no more.
    pub closed: bool,
}

impl Client {
    /// Whether another version of it gives the same rights to the same bearer.
    pub fn lets_in_as(&self, other: &Self) -> bool {
        (self.role, &self.committees, &self.subject, self.closed)
            == (other.role, &other.committees, &other.subject, other.closed)
    }
}

/// A public key as a JSON Web Key (RFC 7517); which members it has depends on its type.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct PublicKey {
    /// Its id.
    pub kid: String,
    /// Its type: `EC`, `OKP` or `RSA`.
    pub kty: String,
    /// The curve: `P-256` or `Ed25519`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub crv: Option<String>,
    /// The first coordinate.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub x: Option<String>,
    /// The second coordinate.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub y: Option<String>,
    /// The modulus.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub n: Option<String>,
    /// The exponent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub e: Option<String>,
}
