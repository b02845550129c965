//! Forecasts of indicators that persons enter, with every revision.

use super::m0001_foundation::create;
use sea_orm::DbErr;
use sea_orm_migration::prelude::*;
use sea_orm_migration::sea_orm;

#[derive(DeriveMigrationName)]
pub(super) struct Migration;

const TABLES: &str = include_str!("m0004_forecasts.sql");

const TENANT_TABLES: [&str; 1] = ["indicator_forecast"];

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        create(manager, TABLES, &TENANT_TABLES).await
    }
}
