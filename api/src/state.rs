//! What every handler may use.

use crate::auth::external::{External, ExternalSettings};
use crate::auth::token::Issuer;
use crate::bodies::Bodies;
use crate::contract::Contract;
use crate::kolada::contract::Contracts;
use crate::limit::Limit;
use crate::personal_numbers::Policy;
use std::num::NonZeroU32;
use utfall_persistence::store::Store;

/// How the service is set up.
#[derive(Debug, Clone, Default)]
pub struct Setup {
    /// The absolute address that links begin with, without a slash at its end: `https://utfall.example`.
    pub public_url: String,
    /// Other addresses that clients use; a call to the host of one gets links that begin with it.
    pub other_urls: Vec<String>,
    /// The origins whose pages may call from a browser.
    pub origins: Vec<String>,
    /// How many calls a second each client may make; none: as many as it can.
    pub calls_a_second: Option<NonZeroU32>,
    /// What becomes of a call that holds a personal identity number.
    pub personal_numbers: Policy,
    /// Whether the Kolada API's links follow the request and its proxies, since no public address is configured.
    pub follows_host: bool,
    /// Whether the Kolada API takes a token.
    pub is_kolada_closed: bool,
    /// The municipality's own issuer, where there is one.
    pub external: Option<ExternalSettings>,
}

impl Setup {
    /// The address that links begin with for a call to a host: the public one, unless the host is that of another that is listed. What a
    /// client says of itself makes no link.
    pub fn url_for(&self, host: Option<&str>) -> &str {
        let is_of = |url: &&String| url.split_once("://").is_some_and(|(_, of)| Some(of) == host);
        self.other_urls.iter().find(is_of).unwrap_or(&self.public_url)
    }
}

/// The service's dependencies.
pub struct State {
    /// The store.
    pub store: Store,
    /// Signs and verifies tokens.
    pub issuer: Issuer,
    /// The municipality's own issuer.
    pub external: Option<External>,
    /// How often each client may call.
    pub calls: Limit,
    /// How often each client may ask for a token.
    pub asked: Limit,
    /// How many secrets are checked at once, since each takes a core for a while.
    pub checking: tokio::sync::Semaphore,
    /// How it is set up.
    pub setup: Setup,
    /// The contract as it is served.
    pub contract: &'static Contract,
    /// The contracts of the Kolada API.
    pub kolada_contracts: &'static Contracts,
    /// Bodies that are served while they are current.
    pub bodies: Bodies,
}

/// Where the API begins.
pub const BASE: &str = "/utfall/v1";
