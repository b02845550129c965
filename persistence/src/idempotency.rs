//! What was answered to an idempotency key, in the transaction of what it was answered for: the same call again gets the same answer.

use crate::error::StoreError;
use crate::scope::Scope;
use crate::store::Writing;
use chrono::TimeDelta;
use sea_orm::FromQueryResult;

/// How long an answer is kept, in days.
const KEPT: i64 = 30;

/// What identifies a call: its key is the municipality's and the operation's, whoever bears which token.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Asked {
    /// The method and the path, with what the caller reaches.
    pub operation: String,
    /// The client's key.
    pub key: String,
    /// The hash of what is asked for: the query and the body, however it is written.
    pub fingerprint: String,
}

/// What was answered.
#[derive(Debug, Clone, PartialEq, Eq, FromQueryResult)]
pub struct Answered {
    /// What was asked for.
    pub fingerprint: String,
    /// The status.
    pub status: i16,
    /// The address of what was made; empty for none.
    pub location: String,
    /// The entity tag; empty for none.
    pub etag: String,
    /// The body.
    pub body: String,
}

/// What was answered to a key.
pub async fn answered(scope: &Scope, asked: &Asked) -> Result<Option<Answered>, StoreError> {
    let sql = "SELECT fingerprint, status, location, etag, body FROM idempotency_record \
               WHERE municipality = $1 AND operation = $2 AND key = $3";
    scope.one(sql, vec![asked.operation.as_str().into(), asked.key.as_str().into()]).await
}

/// Keeps an answer with the write that it is of, also where the write changes nothing. Answers that are older than thirty days go.
pub async fn keep(w: &mut Writing, asked: &Asked, answer: &Answered) -> Result<(), StoreError> {
    let until = crate::clock::stamp(w.recorded_at() - TimeDelta::days(KEPT));
    w.execute("DELETE FROM idempotency_record WHERE municipality = $1 AND recorded_at < $2", vec![until.into()])
        .await?;
    let sql = "INSERT INTO idempotency_record (municipality, operation, key, fingerprint, status, location, etag, body, recorded_at) \
               VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)";
    let Answered { fingerprint, status, location, etag, body } = answer.clone();
    let (operation, key) = (asked.operation.as_str().into(), asked.key.as_str().into());
    let recorded_at = w.stamp().into();
    let values =
        vec![operation, key, fingerprint.into(), status.into(), location.into(), etag.into(), body.into(), recorded_at];
    w.execute(sql, values).await?;
    w.keep();
    Ok(())
}
