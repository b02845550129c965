//! Clients as they are sent and answered.

use crate::auth::verifying::VerifyingKey;
use crate::contract::words;
use crate::wire::fields::Fields;
use crate::wire::link::Links;
use serde::{Deserialize, Serialize};
use utfall_domain::client::{Client, PublicKey};
use utfall_domain::permission::Role;
use utfall_domain::row_error::Fault;
use utfall_domain::text::{Code, Name};
use utoipa::ToSchema;

/// En klient: ett system eller en person som kommunen släpper in. A client: a system or a person that the municipality lets in.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[schema(example = json!({"name": "Hypergene", "role": "reader", "committees": ["SN"]}))]
pub(super) struct ClientDocument {
    /// Namn. What it is called.
    #[schema(min_length = 1, max_length = 200)]
    pub name: String,
    /// Rollen; vad den får göra står i tabellen för bearerAuth. The role; what it may do is in the table of bearerAuth.
    #[schema(extensions(("x-enum" = json!(words::CLIENT_ROLES))))]
    pub role: String,
    /// Bara för dessa nämnder; tom: för alla. For these committees only; empty: for all of them.
    #[serde(default)]
    #[schema(max_items = 100)]
    pub committees: Vec<String>,
    /// Vem den är hos kommunens egen utfärdare, vars tokens då släpper in den; saknas: den hämtar tokens här. Who it is to the
    /// municipality's own issuer, whose tokens then let it in; left out: it gets its tokens here.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(max_length = 200)]
    pub subject: Option<String>,
    /// Publika nycklar som dess intyg signeras med. The public keys that its assertions are signed with.
    #[serde(default)]
    #[schema(max_items = 5)]
    pub keys: Vec<PublicKeyView>,
    /// Om den är avstängd. Whether it is let in no more; its tokens end at once.
    #[serde(default)]
    pub closed: bool,
}

/// En publik nyckel som JSON Web Key (RFC 7517). A public key as a JSON Web Key: EC on P-256 (ES256), OKP on Ed25519 (`EdDSA`) or RSA of at
/// least 2,048 bits (RS256).
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"kid": "2026", "kty": "OKP", "crv": "Ed25519", "x": "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"}))]
pub(super) struct PublicKeyView {
    /// Nyckelns namn. What it is called, in the header of assertions.
    #[schema(min_length = 1, max_length = 100)]
    kid: String,
    /// Nyckelns slag: EC, OKP eller RSA. The type of the key.
    #[schema(max_length = 10)]
    kty: String,
    /// Kurvan: P-256 eller Ed25519. The curve.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(max_length = 20)]
    crv: Option<String>,
    /// Första koordinaten, base64url. The first coordinate.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(max_length = 100)]
    x: Option<String>,
    /// Andra koordinaten, base64url. The second coordinate.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(max_length = 100)]
    y: Option<String>,
    /// Modulus, base64url. The modulus of an RSA key.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(max_length = 2000)]
    n: Option<String>,
    /// Exponenten, base64url. The exponent of an RSA key.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(max_length = 20)]
    e: Option<String>,
}

/// En klient som den är sparad. A client as it is kept.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(example = json!({"clientKey": "hypergene", "clientId": "0580.hypergene",
    "content": {"name": "Hypergene", "role": "reader", "committees": ["SN"], "keys": [], "closed": false},
    "_links": {"self": {"href": "https://utfall.example/utfall/v1/municipalities/0580/clients/hypergene", "rel": "self", "method": "GET"}}}))]
pub(super) struct ClientView {
    /// Klientens nyckel i kommunen. Its key in the municipality.
    pub client_key: String,
    /// Vad den kallar sig vid /oauth2/token. What it calls itself at /oauth2/token, its `client_id`.
    pub client_id: String,
    /// Vad som sparats om den. What was put.
    pub content: ClientDocument,
    #[serde(rename = "_links")]
    pub links: Links,
}

impl ClientDocument {
    /// Reads the document; what is wrong is noted field by field.
    pub(super) fn read(self, fields: &mut Fields) -> Option<Client> {
        let name = fields.parsed("name", &self.name, Name::parse);
        let of_client = |word: &str| Role::from_code(word).filter(|role| *role != Role::PlatformAdmin);
        let role = fields.word("role", &self.role, of_client, &words::CLIENT_ROLES);
        let mut committees: Vec<Code> = Vec::with_capacity(self.committees.len());
        for (at, code) in self.committees.iter().enumerate() {
            committees.extend(fields.parsed(format!("committees/{at}"), code, Code::parse));
        }
        committees.sort_unstable();
        committees.dedup();
        let subject = fields.optional("subject", self.subject.as_deref(), Name::parse);
        let mut keys: Vec<PublicKey> = Vec::with_capacity(self.keys.len());
        for (at, key) in self.keys.into_iter().enumerate() {
            let key = PublicKey::from(key);
            if let Err(why) = VerifyingKey::from_jwk(&key) {
                fields.fault(format!("keys/{at}"), &key.kid, Fault::Format, why.to_string());
            }
            if key.kid.is_empty() || keys.iter().any(|other| other.kid == key.kid) {
                fields.fault(format!("keys/{at}/kid"), &key.kid, Fault::Conflict, "is empty, or another key's");
            }
            keys.push(key);
        }
        if keys.len() > 5 {
            fields.fault("keys", &keys.len().to_string(), Fault::Bounds, "is more than 5 keys");
        }
        if committees.len() > 100 {
            fields.fault("committees", &committees.len().to_string(), Fault::Bounds, "is more than 100 committees");
        }
        Some(Client { name: name?, role: role?, committees, subject, keys, closed: self.closed })
    }
}

impl From<Client> for ClientDocument {
    fn from(client: Client) -> Self {
        let Client { name, role, committees, subject, keys, closed } = client;
        Self {
            name: name.to_string(),
            role: role.code().into(),
            committees: committees.iter().map(ToString::to_string).collect(),
            subject: subject.map(|subject| subject.to_string()),
            keys: keys.into_iter().map(PublicKeyView::from).collect(),
            closed,
        }
    }
}

impl From<PublicKeyView> for PublicKey {
    fn from(PublicKeyView { kid, kty, crv, x, y, n, e }: PublicKeyView) -> Self {
        Self { kid, kty, crv, x, y, n, e }
    }
}

impl From<PublicKey> for PublicKeyView {
    fn from(PublicKey { kid, kty, crv, x, y, n, e }: PublicKey) -> Self {
        Self { kid, kty, crv, x, y, n, e }
    }
}
