//! Migrations: one file each, never edited once released, all of a run in one transaction under a lock.
//!
//! The library wraps a migration in a transaction on PostgreSQL only and takes no lock, so the run is wrapped here: two
//! instances that start together migrate once, and an interrupted run is no run.

mod m0001_foundation;
mod m0002_steering;
mod m0003_indicators;
mod m0004_forecasts;
mod m0005_published;
mod m0006_action_plans;
mod m0007_planning;
mod m0008_clients;
mod m0009_idempotency;

use crate::connect::{OpenError, SchemaState, is_postgres};
use crate::store::begin_write;
use sea_orm::{ConnectOptions, ConnectionTrait, Database, DatabaseConnection, DbErr};
use sea_orm_migration::{MigrationTrait, MigratorTrait};

/// Every migration, in order.
pub(crate) struct Migrator;

#[sea_orm_migration::prelude::async_trait::async_trait]
impl MigratorTrait for Migrator {
    fn migrations() -> Vec<Box<dyn MigrationTrait>> {
        vec![
            Box::new(m0001_foundation::Migration),
            Box::new(m0002_steering::Migration),
            Box::new(m0003_indicators::Migration),
            Box::new(m0004_forecasts::Migration),
            Box::new(m0005_published::Migration),
            Box::new(m0006_action_plans::Migration),
            Box::new(m0007_planning::Migration),
            Box::new(m0008_clients::Migration),
            Box::new(m0009_idempotency::Migration),
        ]
    }
}

/// The key of the advisory lock: "utfall" in ASCII.
const LOCK: &str = "SELECT pg_advisory_xact_lock(128598925569132)";

/// Brings the schema up to date. On PostgreSQL the URL is the owner role's; `service_role`, when it is another, is
/// granted what the service needs and no more.
pub async fn migrate(url: &str, service_role: Option<&str>) -> Result<(), OpenError> {
    let sqlite = url.starts_with("sqlite:");
    let pool = if sqlite {
        crate::connect::open(url).await?.writer
    } else {
        let mut options = ConnectOptions::new(url);
        options.max_connections(1).sqlx_logging(false);
        Database::connect(options).await?
    };
    let result = run(&pool, service_role).await;
    pool.close().await?;
    result
}

async fn run(pool: &DatabaseConnection, service_role: Option<&str>) -> Result<(), OpenError> {
    let tx = begin_write(pool).await.map_err(|error| DbErr::Custom(error.to_string()))?;
    if is_postgres(tx.get_database_backend()) {
        tx.execute_unprepared(LOCK).await?;
    }
    Migrator::up(&tx, None).await?;
    if let Some(role) = service_role.filter(|_| is_postgres(tx.get_database_backend())) {
        tx.execute_unprepared(&grants(role)?).await?;
    }
    tx.commit().await?;
    Ok(())
}

/// What the service's role may do: it owns nothing, and the audit trail and the ledger take inserts only.
fn grants(role: &str) -> Result<String, OpenError> {
    let plain = role.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_' || b == b'-');
    if !plain || role.is_empty() {
        return Err(OpenError::Unsafe(format!("{role:?} is not a plain role name")));
    }
    // A partition has no row-level security of its own, so it is reached through its table only.
    let partitions = m0001_foundation::partitions().join(", ");
    Ok(format!(
        "GRANT USAGE ON SCHEMA public TO \"{role}\";
         GRANT SELECT, INSERT, UPDATE ON ALL TABLES IN SCHEMA public TO \"{role}\";
         REVOKE ALL ON {partitions} FROM \"{role}\";
         REVOKE UPDATE ON audit_event, entry, rollup, raw_file, status_comment, deviation_explanation, \
         action_plan_closure, budget_decision, access_grant, signing_key FROM \"{role}\";
         GRANT UPDATE (revoked_at) ON access_grant TO \"{role}\";
         GRANT UPDATE (retired_at) ON signing_key TO \"{role}\";
         GRANT DELETE ON refresh_token, client_assertion, idempotency_record TO \"{role}\";
         REVOKE INSERT, UPDATE ON seaql_migrations FROM \"{role}\";"
    ))
}

/// Refuses a schema that is older or newer than this program.
pub(crate) async fn check(pool: &DatabaseConnection) -> Result<(), OpenError> {
    let sql = "SELECT version FROM seaql_migrations ORDER BY version";
    let statement = sea_orm::Statement::from_string(pool.get_database_backend(), sql);
    let rows = pool.query_all_raw(statement).await.map_err(|_| OpenError::Schema(SchemaState::Missing))?;
    let applied: Vec<String> = rows.iter().map(|row| row.try_get_by_index(0)).collect::<Result<_, _>>()?;
    let known: Vec<String> = Migrator::migrations().iter().map(|migration| migration.name().to_owned()).collect();
    if applied.iter().any(|name| !known.contains(name)) {
        return Err(OpenError::Schema(SchemaState::Newer));
    }
    if applied.len() < known.len() {
        return Err(OpenError::Schema(SchemaState::Older));
    }
    Ok(())
}
