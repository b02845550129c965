//! Indicators: definitions, observations with every revision, targets and scorecards.

use super::m0001_foundation::tenant_policy;
use crate::connect::is_postgres;
use sea_orm::{ConnectionTrait, DbErr};
use sea_orm_migration::prelude::*;
use sea_orm_migration::sea_orm;

#[derive(DeriveMigrationName)]
pub(super) struct Migration;

const TABLES: &str = include_str!("m0003_indicators.sql");

const TENANT_TABLES: [&str; 4] = ["indicator", "observation", "indicator_target", "scorecard"];

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let connection = manager.get_connection();
        let postgres = is_postgres(connection.get_database_backend());
        let mut sql = TABLES.replace("{clustered}", if postgres { "" } else { " WITHOUT ROWID" });
        if postgres {
            sql.extend(TENANT_TABLES.map(tenant_policy));
        }
        connection.execute_unprepared(&sql).await?;
        Ok(())
    }
}
