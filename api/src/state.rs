//! What every handler may use.

use crate::auth::external::{External, ExternalSettings};
use crate::auth::token::Issuer;
use crate::bodies::Bodies;
use crate::contract::Contract;
use crate::kolada::contract::Contracts;
use utfall_persistence::store::Store;

/// How the service is set up.
#[derive(Debug, Clone, Default)]
pub struct Setup {
    /// The absolute address that links begin with, without a slash at its end: `https://utfall.example`.
    pub public_url: String,
    /// Whether the Kolada API's links follow the request and its proxies, since no public address is configured.
    pub follows_host: bool,
    /// Whether the Kolada API takes a token.
    pub is_kolada_closed: bool,
    /// The municipality's own issuer, where there is one.
    pub external: Option<ExternalSettings>,
}

/// The service's dependencies.
pub struct State {
    /// The store.
    pub store: Store,
    /// Signs and verifies tokens.
    pub issuer: Issuer,
    /// The municipality's own issuer.
    pub external: Option<External>,
    /// How many secrets are checked at once, since each takes a core for a while.
    pub checking: tokio::sync::Semaphore,
    /// How it is set up.
    pub setup: Setup,
    /// The contract as it is served, made once.
    pub contract: Contract,
    /// The contracts of the Kolada API.
    pub kolada_contracts: Contracts,
    /// Bodies that are served while they are current.
    pub bodies: Bodies,
}

/// Where the API begins.
pub const BASE: &str = "/utfall/v1";
