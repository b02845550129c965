//! Explanations of deviation cases, reports on action plans and their ends.

use super::m0001_foundation::{append_only, tenant_policy};
use crate::connect::is_postgres;
use sea_orm::{ConnectionTrait, DbErr};
use sea_orm_migration::prelude::*;
use sea_orm_migration::sea_orm;

#[derive(DeriveMigrationName)]
pub(super) struct Migration;

const TABLES: &str = include_str!("m0006_action_plans.sql");

const TENANT_TABLES: [&str; 3] = ["deviation_explanation", "action_plan_report", "action_plan_closure"];

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let connection = manager.get_connection();
        let postgres = is_postgres(connection.get_database_backend());
        let mut sql = TABLES.to_owned();
        if postgres {
            sql.extend(TENANT_TABLES.map(tenant_policy));
        }
        sql += &append_only("deviation_explanation", postgres);
        sql += &append_only("action_plan_closure", postgres);
        connection.execute_unprepared(&sql).await?;
        Ok(())
    }
}
