//! What every handler may use.

use crate::auth::token::Issuer;
use crate::contract::Contract;
use utfall_persistence::store::Store;

/// The service's dependencies.
pub struct State {
    /// The store.
    pub store: Store,
    /// Signs and verifies tokens.
    pub issuer: Issuer,
    /// The absolute address that links begin with, without a slash at its end: `https://utfall.example`.
    pub public_url: String,
    /// The contract as it is served, made once.
    pub contract: Contract,
}

/// Where the API begins.
pub const BASE: &str = "/utfall/v1";
