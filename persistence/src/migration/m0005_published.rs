//! The platform's catalogue and what is published: key figures, areas, groups, units, values.

use crate::connect::is_postgres;
use sea_orm::{ConnectionTrait, DbErr};
use sea_orm_migration::prelude::*;
use sea_orm_migration::sea_orm;
use utfall_domain::kolada::area::{AreaKind, folded, sorted};

#[derive(DeriveMigrationName)]
pub(super) struct Migration;

const TABLES: &str = include_str!("m0005_published.sql");

/// Riket, the regions and the municipalities by Statistics Sweden's codes, with the names that Kolada gives them.
const AREAS: &str = include_str!("m0005_areas.csv");

/// What has a publisher: anybody may read it, and only the publisher's transaction may write it.
const PUBLISHED: [&str; 4] = ["catalogue_group", "key_figure", "published_unit", "published_value"];

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let connection = manager.get_connection();
        let postgres = is_postgres(connection.get_database_backend());
        let (binary, clustered) = if postgres { (" COLLATE \"C\"", "") } else { ("", " WITHOUT ROWID") };
        let mut sql = TABLES.replace("{binary}", binary).replace("{clustered}", clustered);
        if postgres {
            sql.extend(PUBLISHED.map(publisher_policy));
        }
        sql += &areas();
        connection.execute_unprepared(&sql).await?;
        Ok(())
    }
}

fn publisher_policy(table: &str) -> String {
    let own = "publisher = COALESCE(current_setting('app.municipality', true), '')";
    format!(
        "ALTER TABLE {table} ENABLE ROW LEVEL SECURITY;\nALTER TABLE {table} FORCE ROW LEVEL SECURITY;\n\
         CREATE POLICY {table}_read ON {table} FOR SELECT USING (true);\n\
         CREATE POLICY {table}_published ON {table} FOR INSERT WITH CHECK ({own});\n\
         CREATE POLICY {table}_changed ON {table} FOR UPDATE USING ({own});\n"
    )
}

/// The names hold no quotation mark; a test reads them all back.
fn areas() -> String {
    let rows = AREAS.lines().filter_map(|line| line.split_once(';')).map(|(code, title)| {
        format!("('{code}', '{title}', '{}', '{}', '{}')", folded(title), sorted(title), AreaKind::of(code).code())
    });
    let rows: Vec<String> = rows.collect();
    format!("INSERT INTO area (code, title, folded, sorted, kind) VALUES {};\n", rows.join(",\n"))
}
