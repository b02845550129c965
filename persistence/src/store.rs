//! One way to write, one way to read.
//!
//! A write locks the municipality, takes the next `dataVersion`, writes rows and audit events, and commits. A read sets the
//! municipality for its transaction and sees what stood at one version. Both are tried again whole when writers collide.

use crate::audit::{self, Actor, Chain};
use crate::clock::{Clock, moment, stamp};
use crate::connect::{self, OpenError, Pools};
use crate::error::{Refusal, StoreError};
use crate::identity::{Grant, Vouched, standing_grants, vouched_grants};
use crate::indicator::series::{SeriesKey, StandingSeries, standing_series};
use crate::kolada::published::published_version;
use crate::migration;
use crate::municipality::data_versions;
use crate::scope::{Number, Scope};
use crate::shared_read::SharedRead;
use chrono::{DateTime, Utc};
use sea_orm::{
    DatabaseConnection, DatabaseTransaction, FromQueryResult, SqliteTransactionMode, TransactionOptions,
    TransactionTrait,
};
use std::collections::HashMap;
use std::ops::{Deref, DerefMut};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, PoisonError};
use std::time::Duration;
use tokio::sync::OwnedMutexGuard;
use utfall_domain::text::MunicipalityCode;

/// How often a write that lost to another is tried in all.
const TRIES: u32 = 5;

/// The store: pools and a clock.
#[derive(Clone)]
pub struct Store {
    pools: Pools,
    clock: Clock,
    queues: Queues,
    statements: Arc<AtomicU64>,
    current: Current,
}

/// What is asked for with every request, and read together with the other requests of the moment.
#[derive(Clone)]
struct Current {
    grants: Arc<SharedRead<String, Arc<Grant>>>,
    vouched: Arc<SharedRead<Vouched, Arc<Grant>>>,
    versions: Arc<SharedRead<MunicipalityCode, i64>>,
    published: Arc<SharedRead<(), i64>>,
    series: Arc<SharedRead<SeriesKey, Arc<StandingSeries>>>,
}

impl Current {
    fn new(pools: &Pools, statements: &Arc<AtomicU64>) -> Self {
        let pool = || pools.current.clone();
        let (grants, vouched, versions, published) = (pool(), pool(), pool(), pool());
        let (series, statements) = (pools.reader.clone(), Arc::clone(statements));
        Self {
            grants: SharedRead::new(move |ids| standing_grants(grants.clone(), ids)),
            vouched: SharedRead::new(move |whom| vouched_grants(vouched.clone(), whom)),
            versions: SharedRead::new(move |codes| data_versions(versions.clone(), codes)),
            published: SharedRead::new(move |_| published_version(published.clone())),
            series: SharedRead::new(move |keys| standing_series(series.clone(), Arc::clone(&statements), keys)),
        }
    }
}

/// Writers of one municipality wait here, without a connection, so that one municipality's queue is not another's.
type Queues = Arc<std::sync::Mutex<HashMap<MunicipalityCode, Arc<tokio::sync::Mutex<()>>>>>;

/// How long a writer waits for those before it.
const QUEUE: Duration = Duration::from_secs(15);

/// A write under way.
pub struct Writing {
    scope: Scope,
    recorded_at: DateTime<Utc>,
    actor: Actor,
    head: Head,
    events: Vec<audit::NewEvent>,
    publishes: bool,
    is_kept: bool,
}

/// The municipality's row: counters that only the holder of its lock moves.
#[derive(Debug, Clone, FromQueryResult)]
struct Head {
    data_version: i64,
    event_number: i64,
    event_hash: String,
    posting_number: i64,
    generation: i64,
    recorded_at: i64,
}

impl Store {
    /// Opens a store whose schema is current; refuses settings that would risk data.
    pub async fn open(url: &str, clock: Clock) -> Result<Self, OpenError> {
        let pools = connect::open(url).await?;
        migration::check(&pools.writer).await?;
        let statements = Arc::default();
        let current = Current::new(&pools, &statements);
        Ok(Self { pools, clock, queues: Queues::default(), statements, current })
    }

    /// How many statements have been sent for municipalities since the start.
    pub fn statements(&self) -> u64 {
        self.statements.load(Ordering::Relaxed)
    }

    /// The clock.
    pub fn now(&self) -> DateTime<Utc> {
        (self.clock)()
    }

    /// The grant that a token names, if it still stands and is the subject's.
    pub async fn standing_grant(&self, grant_id: &str, subject: &str) -> Result<Option<Arc<Grant>>, StoreError> {
        let grant = self.current.grants.get(grant_id.to_owned()).await?;
        Ok(grant.filter(|grant| grant.subject == subject))
    }

    /// The grant of somebody whom another issuer vouches for, if it still stands.
    pub async fn vouched_grant(&self, municipality: &str, subject: &str) -> Result<Option<Arc<Grant>>, StoreError> {
        self.current.vouched.get(Vouched { municipality: municipality.into(), subject: subject.into() }).await
    }

    /// A series as it stands, by a read of the primary that begins after this call; none when there is no such indicator.
    pub async fn series(
        &self,
        municipality: &MunicipalityCode,
        indicator: &str,
        organisation: &str,
    ) -> Result<Option<Arc<StandingSeries>>, StoreError> {
        self.current.series.get(SeriesKey::new(municipality, indicator, organisation)).await
    }

    /// The `dataVersion` that stands, by a read of the primary that begins after this call.
    pub async fn data_version(&self, municipality: &MunicipalityCode) -> Result<Option<i64>, StoreError> {
        self.current.versions.get(municipality.clone()).await
    }

    /// The version of what is published, by a read of the primary that begins after this call.
    pub async fn published_version(&self) -> Result<i64, StoreError> {
        Ok(self.current.published.get(()).await?.unwrap_or_default())
    }

    /// A connection for what belongs to no municipality: municipalities, grants, signing keys.
    pub(crate) const fn platform(&self) -> &DatabaseConnection {
        &self.pools.reader
    }

    /// A connection for writing what belongs to no municipality.
    pub(crate) const fn platform_writer(&self) -> &DatabaseConnection {
        &self.pools.writer
    }

    /// Whether the database answers.
    pub async fn is_ready(&self) -> bool {
        self.pools.reader.ping().await.is_ok()
    }

    /// Reads what stands, or what stood at a moment of recording. `NotFound` when there is no such municipality.
    pub async fn read<T>(
        &self,
        municipality: &MunicipalityCode,
        as_of: Option<DateTime<Utc>>,
        work: impl AsyncFnOnce(&Scope) -> Result<T, StoreError>,
    ) -> Result<T, StoreError> {
        let mut scope = enter(&self.pools.reader, municipality, &self.statements).await?;
        if let Some(as_of) = as_of {
            let version = audit::version_at(&scope, stamp(as_of)).await?;
            scope.set_version(version);
        }
        let result = work(&scope).await;
        scope.rollback().await?;
        result
    }

    /// Notes what is not the municipality's data, such as a token that has been used: no version, no event.
    pub(crate) async fn note<T>(
        &self,
        municipality: &MunicipalityCode,
        work: impl AsyncFnOnce(&Scope) -> Result<T, StoreError>,
    ) -> Result<T, StoreError> {
        let scope = Scope::enter(begin_write(&self.pools.writer).await?, municipality, &self.statements).await?;
        let result = work(&scope).await;
        if result.is_ok() {
            scope.commit().await?;
        } else {
            scope.rollback().await?;
        }
        result
    }

    /// Writes: all or nothing, one `dataVersion`, its audit events in the same transaction. A write that records no event
    /// changes nothing and takes no version.
    pub async fn write<T>(
        &self,
        municipality: &MunicipalityCode,
        actor: &Actor,
        work: impl AsyncFn(&mut Writing) -> Result<T, StoreError>,
    ) -> Result<T, StoreError> {
        let _turn = self.turn(municipality).await?;
        for _ in 1..TRIES {
            match self.try_write(municipality, actor, &work).await {
                Err(StoreError::Contended) => {}
                result => return result,
            }
        }
        match self.try_write(municipality, actor, &work).await {
            Err(StoreError::Contended) => Err(StoreError::Unavailable(None)),
            result => result,
        }
    }

    async fn try_write<T>(
        &self,
        municipality: &MunicipalityCode,
        actor: &Actor,
        work: &impl AsyncFn(&mut Writing) -> Result<T, StoreError>,
    ) -> Result<T, StoreError> {
        let mut writing = self.lock(municipality, actor).await?;
        match work(&mut writing).await {
            Ok(result) => {
                writing.commit().await?;
                Ok(result)
            }
            Err(error) => {
                // The rows are gone with the transaction whether or not the rollback is heard.
                let _ = writing.scope.rollback().await;
                Err(error)
            }
        }
    }

    /// Waits until the writers before have gone.
    async fn turn(&self, municipality: &MunicipalityCode) -> Result<OwnedMutexGuard<()>, StoreError> {
        let queue = {
            let mut queues = self.queues.lock().unwrap_or_else(PoisonError::into_inner);
            Arc::clone(queues.entry(municipality.clone()).or_default())
        };
        tokio::time::timeout(QUEUE, queue.lock_owned()).await.map_err(|_| StoreError::Unavailable(None))
    }

    async fn lock(&self, municipality: &MunicipalityCode, actor: &Actor) -> Result<Writing, StoreError> {
        self.lock_in(begin_write(&self.pools.writer).await?, municipality, actor).await
    }

    /// Locks the municipality in a transaction that has begun.
    pub(crate) async fn lock_in(
        &self,
        tx: DatabaseTransaction,
        municipality: &MunicipalityCode,
        actor: &Actor,
    ) -> Result<Writing, StoreError> {
        let mut scope = Scope::enter(tx, municipality, &self.statements).await?;
        let lock = if connect::is_postgres(scope.backend()) { " FOR UPDATE" } else { "" };
        let sql = format!(
            "SELECT data_version, event_number, event_hash, posting_number, generation, recorded_at \
             FROM municipality WHERE code = $1{lock}"
        );
        let head: Head = scope.one(&sql, vec![]).await?.ok_or(Refusal::NotFound)?;
        scope.set_version(head.data_version + 1);
        // Recorded time never runs backwards, or asOf could not order it.
        let recorded_at = self.now().max(moment(head.recorded_at + 1));
        Ok(Writing {
            scope,
            recorded_at,
            actor: actor.clone(),
            head,
            events: Vec::new(),
            publishes: false,
            is_kept: false,
        })
    }

    /// Records that somebody was refused, in a transaction of its own.
    pub async fn record_refusal(
        &self,
        municipality: &MunicipalityCode,
        actor: &Actor,
        action: &str,
        resource: &str,
        why: &str,
    ) -> Result<(), StoreError> {
        let _turn = self.turn(municipality).await?;
        let mut writing = self.lock(municipality, actor).await?;
        writing.events.push(audit::NewEvent::refused(action, resource, why));
        writing.head.data_version -= 1; // a refusal is an event, not a version
        writing.commit().await
    }
}

impl Writing {
    /// Notes a change for the audit trail. `resource` is the path under the municipality, such as `outcomes/2018-08/ledger`.
    pub fn record(&mut self, action: &str, resource: &str, reason: &str, detail: serde_json::Value) {
        self.events.push(audit::NewEvent::done(action, resource, reason, detail));
    }

    /// Notes that what the municipality has published changes with this write.
    pub(crate) const fn publish(&mut self) {
        self.publishes = true;
    }

    /// Notes that something is to be kept though nothing of the municipality's changes.
    pub(crate) const fn keep(&mut self) {
        self.is_kept = true;
    }

    /// Whether anything has been noted.
    pub const fn has_events(&self) -> bool {
        !self.events.is_empty()
    }

    /// When the write is recorded.
    pub const fn recorded_at(&self) -> DateTime<Utc> {
        self.recorded_at
    }

    /// The stamp of [`Self::recorded_at`].
    pub(crate) fn stamp(&self) -> i64 {
        stamp(self.recorded_at)
    }

    /// Who writes.
    pub const fn actor(&self) -> &Actor {
        &self.actor
    }

    /// The next number for a posting.
    pub(crate) const fn next_posting_number(&mut self) -> i64 {
        self.head.posting_number += 1;
        self.head.posting_number
    }

    /// The next number for a generation of rollups.
    pub(crate) const fn next_generation(&mut self) -> i64 {
        self.head.generation += 1;
        self.head.generation
    }

    pub(crate) async fn commit(self) -> Result<(), StoreError> {
        if self.events.is_empty() {
            if self.is_kept {
                self.scope.commit().await?;
            } else {
                self.scope.rollback().await?;
            }
            return Ok(());
        }
        let stamp = self.stamp();
        let version = self.head.data_version + 1;
        let chain = Chain { number: self.head.event_number, hash: self.head.event_hash };
        let chain = audit::append(&self.scope, chain, version, stamp, &self.actor, self.events).await?;
        let sql = "UPDATE municipality SET data_version = $2, event_number = $3, event_hash = $4, posting_number = $5, \
                   generation = $6, recorded_at = $7, published_version = CASE WHEN $8 THEN $2 ELSE published_version END \
                   WHERE code = $1";
        let values = vec![
            version.into(),
            chain.number.into(),
            chain.hash.into(),
            self.head.posting_number.into(),
            self.head.generation.into(),
            stamp.into(),
            self.publishes.into(),
        ];
        self.scope.execute(sql, values).await?;
        self.scope.commit().await?;
        Ok(())
    }
}

impl Deref for Writing {
    type Target = Scope;
    fn deref(&self) -> &Scope {
        &self.scope
    }
}

impl DerefMut for Writing {
    fn deref_mut(&mut self) -> &mut Scope {
        &mut self.scope
    }
}

/// Begins a read; the pool's connections read one snapshot and nothing else.
pub(crate) async fn begin_read(pool: &DatabaseConnection) -> Result<DatabaseTransaction, StoreError> {
    Ok(pool.begin().await?)
}

/// Begins a read for a municipality, at the version that stands.
pub(crate) async fn enter(
    pool: &DatabaseConnection,
    municipality: &MunicipalityCode,
    statements: &Arc<AtomicU64>,
) -> Result<Scope, StoreError> {
    let mut scope = Scope::enter(begin_read(pool).await?, municipality, statements).await?;
    let standing = scope.one::<Number>("SELECT data_version AS number FROM municipality WHERE code = $1", vec![]);
    let standing = standing.await?.ok_or(Refusal::NotFound)?.number;
    scope.set_version(standing);
    Ok(scope)
}

/// Begins a write. IMMEDIATE on SQLite, since a transaction that turns from reading to writing fails at once when busy.
pub(crate) async fn begin_write(pool: &DatabaseConnection) -> Result<DatabaseTransaction, StoreError> {
    let options = TransactionOptions {
        sqlite_transaction_mode: Some(SqliteTransactionMode::Immediate),
        ..TransactionOptions::default()
    };
    Ok(pool.begin_with_options(options).await?)
}
