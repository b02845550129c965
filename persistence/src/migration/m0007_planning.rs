//! Frames, investment frames, transfers, accrual adjustments, agreed levels, volumes, decisions of budgets and layouts of reports.

use super::m0001_foundation::{append_only, tenant_policy};
use crate::connect::is_postgres;
use sea_orm::{ConnectionTrait, DbErr};
use sea_orm_migration::prelude::*;
use sea_orm_migration::sea_orm;

#[derive(DeriveMigrationName)]
pub(super) struct Migration;

const TABLES: &str = include_str!("m0007_planning.sql");

const TENANT_TABLES: [&str; 8] = [
    "frame",
    "investment_frame",
    "accrual_adjustment",
    "agreed_level",
    "volume_assumption",
    "frame_transfer",
    "budget_decision",
    "report_layout",
];

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let connection = manager.get_connection();
        let postgres = is_postgres(connection.get_database_backend());
        let mut sql = TABLES.to_owned();
        if postgres {
            sql.extend(TENANT_TABLES.map(tenant_policy));
        }
        sql += &append_only("budget_decision", postgres);
        connection.execute_unprepared(&sql).await?;
        Ok(())
    }
}
