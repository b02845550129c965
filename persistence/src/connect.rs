//! From a URL to pools whose settings keep what is acknowledged. Settings that would risk data refuse to start.

use crate::error::StoreError;
use sea_orm::sqlx::sqlite::{SqliteJournalMode, SqliteSynchronous};
use sea_orm::{ConnectOptions, ConnectionTrait, Database, DatabaseConnection, DbBackend, Statement};
use std::time::Duration;

/// How a schema differs from the one that this program knows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SchemaState {
    /// There is none.
    Missing,
    /// Migrations are still to come.
    Older,
    /// It has migrations that this program does not know.
    Newer,
}

impl std::fmt::Display for SchemaState {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::Missing => "missing",
            Self::Older => "older than this program",
            Self::Newer => "newer than this program",
        })
    }
}

/// A store that must not be opened.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    /// The URL names neither SQLite nor PostgreSQL.
    #[error("the database URL must begin with sqlite: or postgres:, not {0:?}")]
    Scheme(String),
    /// A setting would lose acknowledged data.
    #[error("refusing to start: {0}")]
    Unsafe(String),
    /// The schema is not the one that this program knows.
    #[error("refusing to start: the schema is {0}; run `utfall migrate` with the matching version")]
    Schema(SchemaState),
    /// The database cannot be reached or said no.
    #[error("cannot open the database: {0}")]
    Database(#[from] sea_orm::DbErr),
}

impl From<OpenError> for StoreError {
    fn from(error: OpenError) -> Self {
        match error {
            OpenError::Database(error) => error.into(),
            other => Self::Corrupt(other.to_string()),
        }
    }
}

/// The pools of a store.
#[derive(Debug, Clone)]
pub(crate) struct Pools {
    /// For writes: one connection on SQLite.
    pub writer: DatabaseConnection,
    /// For reads.
    pub reader: DatabaseConnection,
    /// For what every request asks, so that it never waits for a long read.
    pub current: DatabaseConnection,
}

/// Waiting longer than this for a connection is answered as unavailable.
const ACQUIRE: Duration = Duration::from_secs(3);
/// A connection that has been idle for so long is tried before it is used: the server may have gone meanwhile.
const IDLE: Duration = Duration::from_secs(1);
/// How long one statement may take on PostgreSQL.
const STATEMENT_TIMEOUT: &str = "15s";

/// Opens the pools and refuses settings that would risk data.
pub(crate) async fn open(url: &str) -> Result<Pools, OpenError> {
    if url.starts_with("sqlite:") {
        let writer = Database::connect(sqlite(url, 1)).await?;
        let reader = Database::connect(sqlite(url, 8)).await?;
        check_sqlite(&writer).await?;
        Ok(Pools { writer, current: reader.clone(), reader })
    } else if url.starts_with("postgres:") || url.starts_with("postgresql:") {
        // Writers wait in a pool of their own, so that they never keep readers waiting.
        let writer = Database::connect(postgres(url, 8, &[])).await?;
        let reader = Database::connect(postgres(url, 16, &READING)).await?;
        let current = Database::connect(postgres(url, 2, &READING)).await?;
        check_postgres(&reader).await?;
        Ok(Pools { writer, reader, current })
    } else {
        let scheme = url.split(':').next().unwrap_or_default().to_owned();
        Err(OpenError::Scheme(scheme))
    }
}

fn sqlite(url: &str, connections: u32) -> ConnectOptions {
    let mut options = ConnectOptions::new(url);
    options
        .max_connections(connections)
        .min_connections(1)
        .acquire_timeout(if connections == 1 { Duration::from_secs(15) } else { ACQUIRE })
        .sqlx_logging(false)
        .test_before_acquire(false)
        .map_sqlx_sqlite_opts(|options| {
            options
                .create_if_missing(true)
                .journal_mode(SqliteJournalMode::Wal)
                .synchronous(SqliteSynchronous::Full)
                .foreign_keys(true)
                .busy_timeout(Duration::from_secs(10))
                .pragma("cache_size", "-32768")
                .statement_cache_capacity(256)
        });
    options
}

/// Reads see one snapshot and change nothing; said once a connection instead of once a transaction.
const READING: [(&str, &str); 2] =
    [("default_transaction_isolation", "repeatable read"), ("default_transaction_read_only", "on")];

fn postgres(url: &str, connections: u32, settings: &'static [(&str, &str)]) -> ConnectOptions {
    let mut options = ConnectOptions::new(url);
    options
        .max_connections(connections)
        .acquire_timeout(ACQUIRE)
        .sqlx_logging(false)
        .test_before_acquire_if_idle_for(IDLE)
        .map_sqlx_postgres_opts(move |options| {
            options
                .options([("statement_timeout", STATEMENT_TIMEOUT), ("idle_in_transaction_session_timeout", "60s")])
                .options(settings.iter().copied())
                .application_name("utfall")
                .statement_cache_capacity(256)
        });
    options
}

async fn setting(connection: &DatabaseConnection, sql: &str) -> Result<String, OpenError> {
    let row = connection.query_one_raw(Statement::from_string(connection.get_database_backend(), sql)).await?;
    Ok(match row {
        Some(row) => {
            row.try_get_by_index::<String>(0).or_else(|_| row.try_get_by_index::<i64>(0).map(|n| n.to_string()))?
        }
        None => String::new(),
    })
}

async fn check_sqlite(connection: &DatabaseConnection) -> Result<(), OpenError> {
    let version = setting(connection, "SELECT sqlite_version()").await?;
    let numbers: Vec<u32> = version.split('.').filter_map(|part| part.parse().ok()).collect();
    if numbers < vec![3, 51, 3] {
        return Err(OpenError::Unsafe(format!("SQLite {version} has the WAL-reset bug; 3.51.3 or newer is needed")));
    }
    for (pragma, needed) in [("journal_mode", "wal"), ("synchronous", "2"), ("foreign_keys", "1")] {
        let value = setting(connection, &format!("PRAGMA {pragma}")).await?;
        if value != needed {
            return Err(OpenError::Unsafe(format!("SQLite's {pragma} is {value}, it must be {needed}")));
        }
    }
    Ok(())
}

async fn check_postgres(connection: &DatabaseConnection) -> Result<(), OpenError> {
    for name in ["fsync", "full_page_writes", "synchronous_commit"] {
        let value = setting(connection, &format!("SHOW {name}")).await?;
        if value == "off" {
            return Err(OpenError::Unsafe(format!(
                "PostgreSQL's {name} is off: an acknowledged posting could be lost"
            )));
        }
    }
    let sql =
        "SELECT CASE WHEN rolsuper OR rolbypassrls THEN 'yes' ELSE 'no' END FROM pg_roles WHERE rolname = current_user";
    if setting(connection, sql).await? == "yes" {
        tracing::warn!(
            "the service's role bypasses row-level security; give it a role of its own (docs/operations.md)"
        );
    }
    Ok(())
}

/// Whether the connection is to PostgreSQL.
pub(crate) fn is_postgres(backend: DbBackend) -> bool {
    backend == DbBackend::Postgres
}
