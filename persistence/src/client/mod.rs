//! Clients as they are kept, and the grants that let them in.

mod secret;
mod session;

pub use secret::{ClientSecret, put_secret, secret, secret_resource, secrets};
pub use session::{Credentials, Turned};

use crate::code_plan::committees;
use crate::error::StoreError;
use crate::identity::{EXTERNAL, give, take_back};
use crate::keyed::{self, Table};
use crate::put::{Precondition, Put, refuse};
use crate::scope::{Scope, Text};
use crate::store::Writing;
use serde_json::json;
use utfall_domain::client::Client;
use utfall_domain::permission::Role;
use utfall_domain::row_error::{Fault, RowError};
use utfall_domain::text::MunicipalityCode;

const TABLE: Table = Table { name: "client", key: "client", columns: &[] };

/// The path of a client under the municipality.
pub fn client_resource(key: &str) -> String {
    format!("clients/{key}")
}

/// What a client calls itself when it asks for a token: the municipality's code, a point and its key.
pub fn client_id(municipality: &MunicipalityCode, key: &str) -> String {
    format!("{municipality}.{key}")
}

/// A client, and the version that brought it.
pub async fn client(scope: &Scope, key: &str) -> Result<Option<(Client, i64)>, StoreError> {
    keyed::standing(scope, &TABLE, key).await
}

/// Every client, by key.
pub async fn clients(scope: &Scope) -> Result<Vec<(String, Client)>, StoreError> {
    keyed::all(scope, &TABLE).await
}

/// Puts a client. Where its rights change, the grant that its tokens name is taken back in the same transaction, and another given.
pub async fn put_client(
    w: &mut Writing,
    key: &str,
    new: Client,
    precondition: Precondition,
    reason: &str,
) -> Result<Put<Client>, StoreError> {
    refuse(faults(w, key, &new).await?)?;
    let before = client(w, key).await?;
    let detail =
        json!({ "role": new.role.code(), "committees": new.committees, "subject": new.subject, "closed": new.closed });
    let (put, changed) = keyed::put(w, &TABLE, key, new, Vec::new(), precondition).await?;
    if changed {
        if !before.is_some_and(|(before, _)| before.lets_in_as(&put.body)) {
            take_back(w, key).await?;
            if put.body.closed {
                session::end_all(w, key).await?;
            } else {
                give(w, key, &put.body).await?;
            }
        }
        w.record("set-client", &client_resource(key), reason, detail);
    }
    Ok(put)
}

async fn faults(w: &Writing, key: &str, new: &Client) -> Result<Vec<RowError>, StoreError> {
    let mut errors = Vec::new();
    if new.role == Role::PlatformAdmin {
        let why = "is the platform's, and no municipality's to give";
        errors.push(RowError::whole("role", new.role.code(), Fault::Conflict, why));
    }
    let known = if new.committees.is_empty() { Vec::new() } else { committees(w).await? };
    for (at, code) in new.committees.iter().enumerate() {
        if !known.iter().any(|committee| committee.code == *code) {
            let why = "is not among the municipality's committees";
            errors.push(RowError::whole(format!("committees/{at}"), code.as_str(), Fault::UnknownCode, why));
        }
    }
    if let Some(subject) = &new.subject {
        let sql = "SELECT client AS text FROM access_grant WHERE municipality = $1 AND subject = $2 AND issuer = $3 \
                   AND client <> $4 AND revoked_at IS NULL";
        let values = vec![subject.as_str().into(), EXTERNAL.into(), key.into()];
        if let Some(other) = w.one::<Text>(sql, values).await? {
            let why = format!("is the client {} already", other.text);
            errors.push(RowError::whole("subject", subject.as_str(), Fault::Conflict, why));
        }
    }
    Ok(errors)
}
