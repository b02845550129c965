//! What the token endpoint asks of the store: who a client is, and which refresh tokens and assertions have been used. None of it is
//! the municipality's data, so it takes no `dataVersion`.

use super::{client, secrets};
use crate::clock::stamp;
use crate::connect::is_postgres;
use crate::error::{Refusal, StoreError};
use crate::identity::{Grant, grant_of};
use crate::scope::Scope;
use crate::store::Store;
use chrono::{DateTime, TimeDelta, Utc};
use sea_orm::FromQueryResult;
use utfall_domain::client::Client;
use utfall_domain::text::MunicipalityCode;
use uuid::Uuid;

/// How long a family of refresh tokens lasts, in days.
const LASTS: i64 = 30;

/// What a client must prove, and what it then may.
#[derive(Debug, Clone)]
pub struct Credentials {
    /// The client.
    pub client: Client,
    /// The hashes of the secrets that hold.
    pub hashes: Vec<String>,
    /// The grant that its tokens name.
    pub grant: Grant,
}

/// What came of a refresh token.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Turned {
    /// Another has taken its place.
    Anew,
    /// It is not there, or its time is over.
    Unknown,
    /// It had been used before: whoever has stolen it or its successor, the whole family has ended.
    Reused,
}

#[derive(FromQueryResult)]
struct RefreshRow {
    family: String,
    expires_at: i64,
    ended_at: Option<i64>,
}

impl Store {
    /// What a client that gets its tokens from us must prove; none when it is not let in.
    pub async fn credentials(&self, of: &MunicipalityCode, key: &str) -> Result<Option<Credentials>, StoreError> {
        let found = self.read(of, None, async |scope| {
            let Some((client, _)) = client(scope, key).await? else { return Ok(None) };
            let Some(grant) = grant_of(scope, key).await? else { return Ok(None) };
            let live = secrets(scope, key).await?.into_iter().filter(|(_, secret)| !secret.revoked);
            let hashes = live.map(|(_, secret)| secret.hash).collect();
            Ok(Some(Credentials { client, hashes, grant }))
        });
        match found.await {
            Err(StoreError::Refused(Refusal::NotFound)) => Ok(None),
            found => found,
        }
    }

    /// Begins a family of refresh tokens with the hash of its first.
    pub async fn begin_refreshing(&self, of: &MunicipalityCode, key: &str, hash: &str) -> Result<(), StoreError> {
        let now = self.now();
        let expires_at = stamp(now + TimeDelta::days(LASTS));
        self.note(of, async |scope| {
            let sql = "DELETE FROM refresh_token WHERE municipality = $1 AND expires_at < $2";
            scope.execute(sql, vec![stamp(now).into()]).await?;
            add(scope, key, hash, &Uuid::now_v7().to_string(), expires_at).await
        })
        .await
    }

    /// Turns a refresh token in for another of its family, once.
    pub async fn turn_in(
        &self,
        of: &MunicipalityCode,
        key: &str,
        hash: &str,
        next: &str,
    ) -> Result<Turned, StoreError> {
        let now = stamp(self.now());
        self.note(of, async |scope| {
            let lock = if is_postgres(scope.backend()) { " FOR UPDATE" } else { "" };
            let sql = format!(
                "SELECT family, expires_at, ended_at FROM refresh_token \
                 WHERE municipality = $1 AND hash = $2 AND client = $3{lock}"
            );
            let found = scope.one::<RefreshRow>(&sql, vec![hash.into(), key.into()]).await?;
            let Some(RefreshRow { family, expires_at, ended_at }) = found else { return Ok(Turned::Unknown) };
            if ended_at.is_some() {
                let sql = "UPDATE refresh_token SET ended_at = $3 WHERE municipality = $1 AND family = $2 AND ended_at IS NULL";
                scope.execute(sql, vec![family.into(), now.into()]).await?;
                return Ok(Turned::Reused);
            }
            if expires_at <= now {
                return Ok(Turned::Unknown);
            }
            let sql = "UPDATE refresh_token SET ended_at = $3 WHERE municipality = $1 AND hash = $2";
            scope.execute(sql, vec![hash.into(), now.into()]).await?;
            add(scope, key, next, &family, expires_at).await?;
            Ok(Turned::Anew)
        })
        .await
    }

    /// Notes that an assertion has been used; says whether it is the first time.
    pub async fn use_assertion(
        &self,
        of: &MunicipalityCode,
        key: &str,
        jti: &str,
        expires: DateTime<Utc>,
    ) -> Result<bool, StoreError> {
        let (now, expires) = (stamp(self.now()), stamp(expires));
        self.note(of, async |scope| {
            let sql = "DELETE FROM client_assertion WHERE municipality = $1 AND expires_at < $2";
            scope.execute(sql, vec![now.into()]).await?;
            let sql = "INSERT INTO client_assertion (municipality, client, jti, expires_at) VALUES ($1, $2, $3, $4) \
                       ON CONFLICT (municipality, client, jti) DO NOTHING";
            Ok(scope.execute(sql, vec![key.into(), jti.into(), expires.into()]).await? == 1)
        })
        .await
    }
}

async fn add(scope: &Scope, key: &str, hash: &str, family: &str, expires_at: i64) -> Result<(), StoreError> {
    let sql = "INSERT INTO refresh_token (municipality, hash, family, client, expires_at, ended_at) \
               VALUES ($1, $2, $3, $4, $5, NULL)";
    scope.execute(sql, vec![hash.into(), family.into(), key.into(), expires_at.into()]).await?;
    Ok(())
}

/// Ends every refresh token of a client.
pub(super) async fn end_all(w: &crate::store::Writing, key: &str) -> Result<(), StoreError> {
    let sql = "UPDATE refresh_token SET ended_at = $3 WHERE municipality = $1 AND client = $2 AND ended_at IS NULL";
    w.execute(sql, vec![key.into(), w.stamp().into()]).await?;
    Ok(())
}
