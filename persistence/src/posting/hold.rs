//! Quarantine: a delivery whose codes are unknown may be held outside the ledger until they are there.

use super::record;
use super::write::{Delivery, Posted, Receipt, Revision, store_file};
use crate::clock::moment;
use crate::code_plan::code_plan;
use crate::error::{Refusal, StoreError};
use crate::period_profile;
use crate::scope::Scope;
use crate::store::Writing;
use chrono::{DateTime, Utc};
use sea_orm::FromQueryResult;
use utfall_domain::posting::Kind;
use utfall_domain::row_error::RowError;
use uuid::Uuid;

/// A delivery that is, or was, held.
#[derive(Debug, Clone, FromQueryResult)]
pub struct HeldPosting {
    /// The id, kept when it is released.
    pub posting_id: String,
    kind: String,
    /// The period that it is for.
    pub period: String,
    /// Who delivered it.
    pub source: String,
    /// `held`, `released` or `abandoned`.
    pub state: String,
    /// The media type of the bytes.
    pub content_type: String,
    /// The declarations outside the bytes.
    pub declarations: String,
    pub(crate) file_hash: String,
    /// The faults when it was held, as JSON.
    pub errors: String,
    recorded_at: i64,
    /// The subject that delivered it.
    pub recorded_by: String,
}

impl HeldPosting {
    /// What it would hold.
    pub fn kind(&self) -> Kind {
        Kind::from_code(&self.kind).unwrap_or(Kind::Outcome)
    }

    /// When it was held.
    pub fn recorded_at(&self) -> DateTime<Utc> {
        moment(self.recorded_at)
    }
}

/// The held delivery of an id.
pub async fn held(scope: &Scope, posting_id: &str) -> Result<Option<HeldPosting>, StoreError> {
    let sql = "SELECT * FROM held_posting WHERE municipality = $1 AND posting_id = $2 AND since <= $3";
    scope.one(sql, vec![posting_id.into(), scope.version().into()]).await
}

/// A held delivery's declarations and bytes, to be read again.
pub async fn declarations_of_held(scope: &Scope, posting_id: &str) -> Result<(HeldPosting, Vec<u8>), StoreError> {
    let held = held(scope, posting_id).await?.ok_or(Refusal::NotFound)?;
    let file = super::read::file(scope, &held.file_hash).await?.ok_or(Refusal::NotFound)?;
    Ok((held, file.bytes))
}

pub(super) async fn hold(w: &mut Writing, delivery: &Delivery, errors: Vec<RowError>) -> Result<Posted, StoreError> {
    let (period, source) = (delivery.period.to_string(), delivery.source.as_str());
    abandon(w, delivery.kind, &period, source).await?;
    let file_hash = store_file(w, delivery).await?;
    let posting_id = Uuid::now_v7().to_string();
    let listed: Vec<_> = errors.iter().map(|error| error.to_string()).collect();
    let sql = "INSERT INTO held_posting (municipality, posting_id, kind, period, source, state, since, content_type, \
               declarations, file_hash, errors, recorded_at, recorded_by) \
               VALUES ($1, $2, $3, $4, $5, 'held', $6, $7, $8, $9, $10, $11, $12)";
    let values = vec![
        posting_id.as_str().into(),
        delivery.kind.code().into(),
        period.into(),
        source.into(),
        w.version().into(),
        delivery.content_type.as_str().into(),
        delivery.declarations.as_str().into(),
        file_hash.as_str().into(),
        serde_json::json!(listed).to_string().into(),
        w.stamp().into(),
        w.actor().subject.as_str().into(),
    ];
    w.execute(sql, values).await?;
    let detail = serde_json::json!({ "postingId": posting_id, "fileHash": file_hash, "errors": errors.len() });
    w.record("hold", &format!("postings/{posting_id}"), "", detail);
    Ok(Posted::Held { posting_id, errors })
}

/// A newer delivery makes a held one pointless.
pub(super) async fn abandon(w: &Writing, kind: Kind, period: &str, source: &str) -> Result<(), StoreError> {
    let sql = "UPDATE held_posting SET state = 'abandoned' WHERE municipality = $1 AND kind = $2 AND period = $3 \
               AND source = $4 AND state = 'held'";
    w.execute(sql, vec![kind.code().into(), period.into(), source.into()]).await?;
    Ok(())
}

/// Releases a held delivery: it is checked again and, when the codes are there, becomes the next revision.
pub async fn release(w: &mut Writing, posting_id: &str, delivery: &Delivery) -> Result<Receipt, StoreError> {
    let held = held(w, posting_id).await?.ok_or(Refusal::NotFound)?;
    if held.state != "held" {
        return Err(Refusal::Conflict(format!("the delivery is {}, not held", held.state)).into());
    }
    let plan = code_plan(w).await?;
    let profiles = period_profile::by_code(w).await?;
    let entries = super::write::checked(delivery, &plan, &profiles)?;
    let sql = "UPDATE held_posting SET state = 'released' WHERE municipality = $1 AND posting_id = $2";
    w.execute(sql, vec![posting_id.into()]).await?;
    let current = record::standing(w, delivery.kind, &held.period, &held.source).await?;
    let fingerprint = delivery.fingerprint();
    let revision = Revision { delivery, plan: &plan, current, posting_id: posting_id.into(), fingerprint };
    revision.store(w, entries).await
}
