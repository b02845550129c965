//! Clients with their secrets, refresh tokens and assertions; grants of clients; signing keys that retire.

use super::m0001_foundation::create;
use sea_orm::DbErr;
use sea_orm_migration::prelude::*;
use sea_orm_migration::sea_orm;

#[derive(DeriveMigrationName)]
pub(super) struct Migration;

const TABLES: &str = include_str!("m0008_clients.sql");

const TENANT_TABLES: [&str; 4] = ["client", "client_secret", "refresh_token", "client_assertion"];

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        create(manager, TABLES, &TENANT_TABLES).await
    }
}
