//! The audit trail: every change and every refused attempt, in the change's own transaction, chained by hash.

mod verify;

pub use verify::{Broken, Head, verify};

use crate::clock::moment;
use crate::error::StoreError;
use crate::scope::{Number, Scope};
use chrono::{DateTime, Utc};
use sea_orm::FromQueryResult;
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use utfall_domain::permission::{Reach, Role};

/// Who acts, and in which role.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Actor {
    /// The token's subject.
    pub subject: String,
    /// The role that the grant gives.
    pub role: Role,
    /// Which committees the grant reaches.
    pub reach: Reach,
    /// The trace that the call belongs to.
    pub trace: String,
}

/// Where the chain stands: the last event's number and hash.
pub(crate) struct Chain {
    pub number: i64,
    pub hash: String,
}

/// An event to be written.
pub(crate) struct NewEvent {
    action: String,
    resource: String,
    reason: String,
    outcome: &'static str,
    detail: Value,
}

impl NewEvent {
    pub(crate) fn done(action: &str, resource: &str, reason: &str, detail: Value) -> Self {
        Self::new(action, resource, reason, "done", detail)
    }

    pub(crate) fn refused(action: &str, resource: &str, why: &str) -> Self {
        Self::new(action, resource, why, "refused", Value::Null)
    }

    fn new(action: &str, resource: &str, reason: &str, outcome: &'static str, detail: Value) -> Self {
        Self { action: action.into(), resource: resource.into(), reason: reason.into(), outcome, detail }
    }
}

/// An event as it is read.
#[derive(Debug, Clone, FromQueryResult)]
pub struct AuditEvent {
    /// Its number within the municipality, from 1 without gaps.
    pub number: i64,
    /// The `dataVersion` that it belongs to; a refusal bears the version that stood.
    pub version: i64,
    recorded_at: i64,
    /// Who.
    pub subject: String,
    /// In which role.
    pub role: String,
    /// The trace of the call.
    pub trace: String,
    /// What was done.
    pub action: String,
    /// To what: a path under the municipality.
    pub resource: String,
    /// `done` or `refused`.
    pub outcome: String,
    /// Why, as the caller or the refusal said.
    pub reason: String,
    /// More, as JSON.
    pub detail: String,
    /// The hash of the event before.
    pub previous_hash: String,
    /// SHA-256 over this event and the hash before.
    pub hash: String,
}

impl AuditEvent {
    /// When.
    pub fn recorded_at(&self) -> DateTime<Utc> {
        moment(self.recorded_at)
    }

    /// The hash that the event should bear.
    pub fn computed_hash(&self, municipality: &str) -> String {
        hash(&[
            &self.previous_hash,
            municipality,
            &self.number.to_string(),
            &self.version.to_string(),
            &self.recorded_at.to_string(),
            &self.subject,
            &self.role,
            &self.trace,
            &self.action,
            &self.resource,
            &self.outcome,
            &self.reason,
            &self.detail,
        ])
    }
}

fn hash(fields: &[&str]) -> String {
    // JSON keeps the fields apart, whatever they hold.
    hex::encode(Sha256::digest(json!(fields).to_string()))
}

/// Appends events to the chain and says where it stands then.
pub(crate) async fn append(
    scope: &Scope,
    mut chain: Chain,
    version: i64,
    stamp: i64,
    actor: &Actor,
    events: Vec<NewEvent>,
) -> Result<Chain, StoreError> {
    for event in events {
        let NewEvent { action, resource, reason, outcome, detail } = event;
        let mut written = AuditEvent {
            number: chain.number + 1,
            version,
            recorded_at: stamp,
            subject: actor.subject.clone(),
            role: actor.role.code().into(),
            trace: actor.trace.clone(),
            action,
            resource,
            outcome: outcome.into(),
            reason,
            detail: detail.to_string(),
            previous_hash: chain.hash,
            hash: String::new(),
        };
        written.hash = written.computed_hash(scope.municipality().as_str());
        chain = Chain { number: written.number, hash: written.hash.clone() };
        insert(scope, written).await?;
    }
    Ok(chain)
}

async fn insert(scope: &Scope, event: AuditEvent) -> Result<(), StoreError> {
    let AuditEvent {
        number,
        version,
        recorded_at,
        subject,
        role,
        trace,
        action,
        resource,
        outcome,
        reason,
        detail,
        previous_hash,
        hash,
    } = event;
    let sql = "INSERT INTO audit_event (municipality, number, version, recorded_at, subject, role, trace, action, resource, \
               outcome, reason, detail, previous_hash, hash) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)";
    let values = vec![
        number.into(),
        version.into(),
        recorded_at.into(),
        subject.into(),
        role.into(),
        trace.into(),
        action.into(),
        resource.into(),
        outcome.into(),
        reason.into(),
        detail.into(),
        previous_hash.into(),
        hash.into(),
    ];
    scope.execute(sql, values).await?;
    Ok(())
}

/// The version that stood at a moment.
pub(crate) async fn version_at(scope: &Scope, stamp: i64) -> Result<i64, StoreError> {
    let sql = "SELECT COALESCE(MAX(version), 0) AS number FROM audit_event \
               WHERE municipality = $1 AND recorded_at <= $2 AND outcome = 'done'";
    Ok(scope.one::<Number>(sql, vec![stamp.into()]).await?.map_or(0, |row| row.number))
}

/// The version of a resource: of the last event that changed it, 0 when none has. It is the resource's `ETag`.
pub async fn resource_version(scope: &Scope, resource: &str) -> Result<i64, StoreError> {
    let sql = "SELECT COALESCE(MAX(version), 0) AS number FROM audit_event \
               WHERE municipality = $1 AND resource = $2 AND version <= $3 AND outcome = 'done'";
    let row = scope.one::<Number>(sql, vec![resource.into(), scope.version().into()]).await?;
    Ok(row.map_or(0, |row| row.number))
}

/// Which events to read.
#[derive(Debug, Clone, Default)]
pub struct EventFilter {
    /// Only this subject's.
    pub subject: String,
    /// Only this resource's.
    pub resource: String,
    /// Only this action.
    pub action: String,
    /// Only `done` or `refused`.
    pub outcome: String,
}

const MATCHES: &str = "municipality = $1 AND ($2 = '' OR subject = $2) AND ($3 = '' OR resource = $3) \
                       AND ($4 = '' OR action = $4) AND ($5 = '' OR outcome = $5)";

/// A page of events, newest first, and how many there are.
pub async fn events(
    scope: &Scope,
    filter: &EventFilter,
    limit: i64,
    offset: i64,
) -> Result<(Vec<AuditEvent>, i64), StoreError> {
    let EventFilter { subject, resource, action, outcome } = filter;
    let values = || -> Vec<sea_orm::Value> {
        vec![subject.as_str().into(), resource.as_str().into(), action.as_str().into(), outcome.as_str().into()]
    };
    let sql = format!("SELECT COUNT(*) AS number FROM audit_event WHERE {MATCHES}");
    let total = scope.one::<Number>(&sql, values()).await?.map_or(0, |row| row.number);
    let sql = format!("SELECT * FROM audit_event WHERE {MATCHES} ORDER BY number DESC LIMIT $6 OFFSET $7");
    let mut page = values();
    page.extend([limit.into(), offset.into()]);
    Ok((scope.all(&sql, page).await?, total))
}
