//! Answers that are kept for idempotency keys.

use super::m0001_foundation::tenant_policy;
use crate::connect::is_postgres;
use sea_orm::{ConnectionTrait, DbErr};
use sea_orm_migration::prelude::*;
use sea_orm_migration::sea_orm;

#[derive(DeriveMigrationName)]
pub(super) struct Migration;

const TABLES: &str = include_str!("m0009_idempotency.sql");

const TENANT_TABLES: [&str; 1] = ["idempotency_record"];

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let connection = manager.get_connection();
        let mut sql = TABLES.to_owned();
        if is_postgres(connection.get_database_backend()) {
            sql.extend(TENANT_TABLES.map(tenant_policy));
        }
        connection.execute_unprepared(&sql).await?;
        Ok(())
    }
}
