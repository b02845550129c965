//! The secrets of clients: only their hashes are kept. Two hold at the same time, so that one can take over from the other.

use super::client;
use crate::error::{Refusal, StoreError};
use crate::keyed::{self, Table};
use crate::put::{Precondition, Put};
use crate::scope::Scope;
use crate::store::Writing;
use serde::{Deserialize, Serialize};
use serde_json::json;
use utfall_domain::client::LIVE_SECRETS;

const TABLE: Table = Table { name: "client_secret", key: "secret", columns: &[] };

/// A secret as it is kept.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ClientSecret {
    /// Its hash, with how it was made.
    pub hash: String,
    /// When it was made, in microseconds since 1970.
    pub created_at: i64,
    /// Whether it holds no more.
    pub revoked: bool,
}

/// The path of a secret under the municipality.
pub fn secret_resource(client: &str, key: &str) -> String {
    format!("clients/{client}/secrets/{key}")
}

fn place(client: &str, key: &str) -> String {
    format!("{client}/{key}")
}

/// A secret, and the version that brought it.
pub async fn secret(scope: &Scope, client: &str, key: &str) -> Result<Option<(ClientSecret, i64)>, StoreError> {
    keyed::standing(scope, &TABLE, &place(client, key)).await
}

/// Every secret of a client, by key.
pub async fn secrets(scope: &Scope, client: &str) -> Result<Vec<(String, ClientSecret)>, StoreError> {
    let all = keyed::all::<ClientSecret>(scope, &TABLE).await?;
    // Keys hold no slash, so what follows the client's own is the secret's.
    let of_it = all.into_iter().filter_map(|(place, secret)| {
        let (owner, key) = place.split_once('/')?;
        (owner == client).then(|| (key.to_owned(), secret))
    });
    Ok(of_it.collect())
}

/// Makes a secret with a hash, or revokes one that stands. A revoked one never holds again.
pub async fn put_secret(
    w: &mut Writing,
    (of, key): (&str, &str),
    revoked: bool,
    hash: &str,
    precondition: Precondition,
    reason: &str,
) -> Result<Put<ClientSecret>, StoreError> {
    client(w, of).await?.ok_or(Refusal::NotFound)?;
    let new = match secret(w, of, key).await? {
        Some((standing, _)) if standing.revoked && !revoked => {
            let sentence = "a revoked secret does not hold again; make one under another key";
            return Err(Refusal::Conflict(sentence.into()).into());
        }
        Some((standing, _)) => ClientSecret { revoked, ..standing },
        None if revoked => return Err(Refusal::NotFound.into()),
        None => {
            let live = secrets(w, of).await?.into_iter().filter(|(_, secret)| !secret.revoked).count();
            if live >= LIVE_SECRETS {
                let sentence = "the client has two secrets that hold; revoke one first";
                return Err(Refusal::Conflict(sentence.into()).into());
            }
            ClientSecret { hash: hash.into(), created_at: w.stamp(), revoked }
        }
    };
    let action = if revoked { "revoke-client-secret" } else { "make-client-secret" };
    let (put, changed) = keyed::put(w, &TABLE, &place(of, key), new, Vec::new(), precondition).await?;
    if changed {
        w.record(action, &secret_resource(of, key), reason, json!({}));
    }
    Ok(put)
}
