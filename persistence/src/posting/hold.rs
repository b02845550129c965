//! Quarantine: a delivery whose codes are unknown may be held outside the ledger until they are there.

use super::record;
use super::write::{Delivery, Posted, Receipt, Revision, store_file};
use crate::clock::moment;
use crate::code_plan::code_plan;
use crate::error::{Refusal, StoreError};
use crate::scope::{STANDS, Scope};
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
    fingerprint: String,
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
    let sql = "SELECT * FROM held_posting WHERE municipality = $1 AND posting_id = $2 AND since <= $3 AND until > $3";
    scope.one(sql, vec![posting_id.into(), scope.version().into()]).await
}

/// A held delivery's declarations and bytes, to be read again.
pub async fn declarations_of_held(scope: &Scope, posting_id: &str) -> Result<(HeldPosting, Vec<u8>), StoreError> {
    let held = held(scope, posting_id).await?.ok_or(Refusal::NotFound)?;
    let file = super::read::file(scope, &held.file_hash).await?.ok_or(Refusal::NotFound)?;
    Ok((held, file.bytes))
}

pub(super) async fn hold(
    w: &mut Writing,
    delivery: &Delivery,
    fingerprint: &str,
    errors: Vec<RowError>,
) -> Result<Posted, StoreError> {
    let (period, source) = (delivery.period.to_string(), delivery.source.as_str());
    if let Some(standing) = standing(w, delivery.kind, &period, source).await?
        && standing.fingerprint == fingerprint
    {
        return Ok(Posted::Held { posting_id: standing.posting_id, errors });
    }
    abandon(w, delivery.kind, &period, source).await?;
    let listed: Vec<_> = errors.iter().map(ToString::to_string).collect();
    let held = HeldPosting {
        posting_id: Uuid::now_v7().to_string(),
        kind: delivery.kind.code().into(),
        period,
        source: source.into(),
        state: "held".into(),
        fingerprint: fingerprint.into(),
        content_type: delivery.content_type.clone(),
        declarations: delivery.declarations.clone(),
        file_hash: store_file(w, delivery).await?,
        errors: serde_json::json!(listed).to_string(),
        recorded_at: w.stamp(),
        recorded_by: w.actor().subject.clone(),
    };
    let detail = serde_json::json!({ "fileHash": held.file_hash, "errors": errors.len() });
    w.record("hold", &format!("postings/{}", held.posting_id), "", detail);
    let posting_id = held.posting_id.clone();
    insert(w, held).await?;
    Ok(Posted::Held { posting_id, errors })
}

/// The delivery that is held for a kind, period and source.
async fn standing(scope: &Scope, kind: Kind, period: &str, source: &str) -> Result<Option<HeldPosting>, StoreError> {
    let sql = "SELECT * FROM held_posting WHERE municipality = $1 AND kind = $2 AND period = $3 AND source = $4 \
               AND state = 'held' AND since <= $5 AND until > $5";
    scope.one(sql, vec![kind.code().into(), period.into(), source.into(), scope.version().into()]).await
}

async fn insert(w: &Writing, held: HeldPosting) -> Result<(), StoreError> {
    let HeldPosting {
        posting_id,
        kind,
        period,
        source,
        state,
        fingerprint,
        content_type,
        declarations,
        file_hash,
        errors,
        recorded_at,
        recorded_by,
    } = held;
    let sql = "INSERT INTO held_posting (municipality, posting_id, kind, period, source, state, since, until, fingerprint, \
               content_type, declarations, file_hash, errors, recorded_at, recorded_by) \
               VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15)";
    let values = vec![
        posting_id.into(),
        kind.into(),
        period.into(),
        source.into(),
        state.into(),
        w.version().into(),
        STANDS.into(),
        fingerprint.into(),
        content_type.into(),
        declarations.into(),
        file_hash.into(),
        errors.into(),
        recorded_at.into(),
        recorded_by.into(),
    ];
    w.execute(sql, values).await?;
    Ok(())
}

/// Gives a held delivery its next state; the one before stays readable as of its time.
async fn turn(w: &mut Writing, held: HeldPosting, state: &str, action: &str) -> Result<(), StoreError> {
    let sql = "UPDATE held_posting SET until = $2 WHERE municipality = $1 AND posting_id = $3 AND until = $4";
    w.execute(sql, vec![w.version().into(), held.posting_id.as_str().into(), STANDS.into()]).await?;
    w.record(action, &format!("postings/{}", held.posting_id), "", serde_json::Value::Null);
    insert(w, HeldPosting { state: state.into(), ..held }).await
}

/// A newer delivery makes a held one pointless.
pub(super) async fn abandon(w: &mut Writing, kind: Kind, period: &str, source: &str) -> Result<(), StoreError> {
    match standing(w, kind, period, source).await? {
        Some(held) => turn(w, held, "abandoned", "abandon").await,
        None => Ok(()),
    }
}

/// Releases a held delivery: it is checked again and, when the codes are there, becomes the next revision.
pub async fn release(w: &mut Writing, posting_id: &str, delivery: &Delivery) -> Result<Receipt, StoreError> {
    let held = held(w, posting_id).await?.ok_or(Refusal::NotFound)?;
    if held.state != "held" {
        return Err(Refusal::Conflict(format!("the delivery is {}, not held", held.state)).into());
    }
    let plan = code_plan(w).await?;
    let profiles = delivery.profiles(w).await?;
    let entries = super::write::checked(delivery, &plan, &profiles)?;
    let current = record::standing(w, delivery.kind, &held.period, &held.source).await?;
    let fingerprint = delivery.fingerprint(&profiles);
    turn(w, held, "released", "release").await?;
    let revision = Revision { delivery, plan: &plan, current, posting_id: posting_id.into(), fingerprint };
    revision.store(w, entries).await
}
