//! The foundation: municipalities, code plan, ledger, deviations, audit.
//!
//! Rows that change are kept by version: `since` is the `dataVersion` that brought them, `until` the one that ended them.
//! Times are microseconds since 1970, amounts öre, dates `YYYY-MM-DD` texts (0001-01-01 and 9999-12-31 are open ends).

use crate::connect::is_postgres;
use sea_orm::{ConnectionTrait, DbErr};
use sea_orm_migration::prelude::*;
use sea_orm_migration::sea_orm;

#[derive(DeriveMigrationName)]
pub(super) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let connection = manager.get_connection();
        if is_postgres(connection.get_database_backend()) {
            connection.execute_unprepared(&postgres()).await?;
        } else {
            connection.execute_unprepared(&sqlite()).await?;
        }
        Ok(())
    }
}

/// The tables that hold a municipality's rows; row-level security keeps them apart on PostgreSQL.
const TENANT_TABLES: [&str; 15] = [
    "audit_event",
    "committee",
    "code",
    "period_profile",
    "raw_file",
    "posting",
    "held_posting",
    "entry",
    "rollup_generation",
    "rollup",
    "month_lock",
    "deviation_policy",
    "deviation_case",
    "deviation_evaluation",
    "posting_effect",
];

/// Tables whose rows are never changed.
const APPEND_ONLY: [&str; 3] = ["audit_event", "entry", "raw_file"];

/// The big tables, spread over partitions by municipality and year.
const PARTITIONED: [&str; 2] = ["entry", "rollup"];
const PARTITIONS: u32 = 8;

/// The names of the partitions on PostgreSQL.
pub(super) fn partitions() -> Vec<String> {
    PARTITIONED.iter().flat_map(|table| (0..PARTITIONS).map(move |part| format!("{table}_{part}"))).collect()
}

const TABLES: &str = include_str!("m0001_foundation.sql");

fn sqlite() -> String {
    let mut sql = TABLES.replace("{bytes}", "BLOB").replace("{clustered}", " WITHOUT ROWID");
    sql.extend(APPEND_ONLY.map(|table| append_only(table, false)));
    sql
}

/// What makes a table append-only, whoever asks.
pub(super) fn append_only(table: &str, postgres: bool) -> String {
    if postgres {
        return format!(
            "CREATE TRIGGER {table}_append_only BEFORE UPDATE OR DELETE ON {table} FOR EACH ROW EXECUTE FUNCTION refuse_change();\n\
             CREATE TRIGGER {table}_no_truncate BEFORE TRUNCATE ON {table} FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();\n"
        );
    }
    let trigger = |act: &str| {
        format!(
            "CREATE TRIGGER {table}_no_{} BEFORE {act} ON {table} BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END;\n",
            act.to_lowercase()
        )
    };
    trigger("UPDATE") + &trigger("DELETE")
}

/// Row-level security: a transaction sees its own municipality's rows only.
pub(super) fn tenant_policy(table: &str) -> String {
    format!(
        "ALTER TABLE {table} ENABLE ROW LEVEL SECURITY;\nALTER TABLE {table} FORCE ROW LEVEL SECURITY;\n\
         CREATE POLICY {table}_tenant ON {table} USING (municipality = current_setting('app.municipality'));\n"
    )
}

/// Creates tables, of which some hold a municipality's rows.
pub(super) async fn create(manager: &SchemaManager<'_>, tables: &str, of_tenants: &[&str]) -> Result<(), DbErr> {
    let connection = manager.get_connection();
    let mut sql = tables.to_owned();
    if is_postgres(connection.get_database_backend()) {
        sql.extend(of_tenants.iter().map(|table| tenant_policy(table)));
    }
    connection.execute_unprepared(&sql).await?;
    Ok(())
}

fn postgres() -> String {
    let mut sql = TABLES.replace("{bytes}", "BYTEA");
    for table in PARTITIONED {
        let end = format!("{{clustered}}; -- {table}");
        sql = sql.replace(&end, " PARTITION BY HASH (municipality, year);");
        for part in 0..PARTITIONS {
            sql += &format!(
                "CREATE TABLE {table}_{part} PARTITION OF {table} FOR VALUES WITH (MODULUS {PARTITIONS}, REMAINDER {part});\n"
            );
        }
    }
    sql = sql.replace("{clustered}", "");
    sql.extend(TENANT_TABLES.map(tenant_policy));
    // Anyone may see which municipalities there are; only a transaction that is for one may change its row.
    sql += "ALTER TABLE municipality ENABLE ROW LEVEL SECURITY;
            ALTER TABLE municipality FORCE ROW LEVEL SECURITY;
            CREATE POLICY municipality_seen ON municipality FOR SELECT USING (true);
            CREATE POLICY municipality_created ON municipality FOR INSERT WITH CHECK (data_version = 0);
            CREATE POLICY municipality_changed ON municipality FOR UPDATE USING (code = current_setting('app.municipality', true));\n";
    sql += "CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS \
            $$ BEGIN RAISE EXCEPTION '% is append-only', TG_TABLE_NAME; END $$;\n";
    sql.extend(APPEND_ONLY.map(|table| append_only(table, true)));
    sql
}
