//! Links: what leads on from a representation. Absolute, with the method to use, as the national profile asks.

use serde::Serialize;
use utoipa::ToSchema;

/// En länk. A link.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[schema(example = json!({"href": "https://utfall.example/utfall/v1/municipalities/0580", "rel": "self", "method": "GET"}))]
pub struct Link {
    /// Fullständig adress. The absolute address.
    #[schema(format = "uri")]
    pub href: String,
    /// Relation. The relation, IANA's where one fits.
    pub rel: String,
    /// HTTP-metod. The method to use.
    pub method: String,
}

impl Link {
    /// A link to read.
    pub fn get(rel: &str, href: String) -> Self {
        Self { href, rel: rel.into(), method: "GET".into() }
    }

    /// A link to act.
    pub fn act(rel: &str, method: &str, href: String) -> Self {
        Self { href, rel: rel.into(), method: method.into() }
    }
}

/// Länkar. Links by relation; which ones are there depends on the state and the caller. Relations are IANA's where one fits;
/// changes, withdraw and release are our own.
#[derive(Debug, Clone, Default, Serialize, ToSchema)]
#[schema(example = json!({"self": {"href": "https://utfall.example/utfall/v1/municipalities/0580", "rel": "self", "method": "GET"}}))]
pub struct Links {
    /// Denna resurs. This representation.
    #[serde(rename = "self", skip_serializing_if = "Option::is_none")]
    #[schema(required = true, nullable = false)]
    pub own: Option<Link>,
    /// Första sidan. The first page.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub first: Option<Link>,
    /// Föregående sida. The page before.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub prev: Option<Link>,
    /// Nästa sida. The page after.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub next: Option<Link>,
    /// Sista sidan. The last page.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub last: Option<Link>,
    /// Överordnad resurs. What it belongs to.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub up: Option<Link>,
    /// Innehållet. What it consists of: its entries.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub item: Option<Link>,
    /// Källan. Where it came from: the raw file, the posting.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub via: Option<Link>,
    /// Ändringarna. What it changed against the revision before.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub changes: Option<Link>,
    /// Återta. Withdraw it, with a reason.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub withdraw: Option<Link>,
    /// Släpp ur karantän. Release it, once its codes are there.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub release: Option<Link>,
}
