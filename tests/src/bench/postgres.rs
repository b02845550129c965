//! PostgreSQL's own way: DELETE and COPY in one transaction, by the owner, whom no row-level security slows down.

use super::baseline::TABLES;
use crate::app::MUNICIPALITY;
use sea_orm::sqlx::postgres::{PgConnectOptions, PgConnection};
use sea_orm::sqlx::{AssertSqlSafe, ConnectOptions, Executor, Row};
use std::str::FromStr;
use std::time::{Duration, Instant};

/// Copies made ahead, as COPY writes and reads them.
pub struct Copy {
    connection: PgConnection,
    texts: Vec<Vec<u8>>,
}

impl Copy {
    /// Makes the tables and takes the rows.
    ///
    /// # Panics
    /// When the database says no.
    pub async fn new(url: &str) -> Self {
        let options = PgConnectOptions::from_str(url).expect("a URL").disable_statement_logging();
        let mut connection = options.connect().await.expect("the owner's connection");
        run(&mut connection, format!("SELECT set_config('app.municipality', '{MUNICIPALITY}', false)")).await;
        let mut texts = Vec::new();
        for (table, owner) in TABLES {
            run(
                &mut connection,
                format!("CREATE TABLE own_{table} (LIKE {table} INCLUDING ALL) PARTITION BY HASH (municipality, year)"),
            )
            .await;
            let partitions = format!("SELECT count(*) FROM pg_inherits WHERE inhparent = '{table}'::regclass");
            let count = connection.fetch_one(AssertSqlSafe(partitions)).await.expect("partitions").get::<i64, _>(0);
            for part in 0..count {
                let sql = format!(
                    "CREATE TABLE own_{table}_{part} PARTITION OF own_{table} \
                     FOR VALUES WITH (MODULUS {count}, REMAINDER {part})"
                );
                run(&mut connection, sql).await;
            }
            let first = format!("COPY (SELECT * FROM {table} WHERE {owner} = 1) TO STDOUT");
            let mut chunks = connection.copy_out_raw(&first).await.expect("the rows");
            let mut text = Vec::new();
            while let Some(chunk) = futures_util::TryStreamExt::try_next(&mut chunks).await.expect("a row") {
                text.extend_from_slice(&chunk);
            }
            drop(chunks);
            texts.push(text);
        }
        Self { connection, texts }
    }

    /// Deletes and loads.
    ///
    /// # Panics
    /// When the database says no.
    pub async fn load(&mut self) -> Duration {
        let began = Instant::now();
        let connection = &mut self.connection;
        run(connection, "BEGIN".to_owned()).await;
        for ((table, owner), text) in TABLES.iter().zip(&self.texts) {
            run(connection, format!("DELETE FROM own_{table} WHERE municipality = '{MUNICIPALITY}' AND {owner} = 1"))
                .await;
            let mut copy = connection.copy_in_raw(&format!("COPY own_{table} FROM STDIN")).await.expect("COPY");
            copy.send(text.as_slice()).await.expect("rows sent");
            copy.finish().await.expect("rows copied");
        }
        run(connection, "COMMIT".to_owned()).await;
        began.elapsed()
    }
}

async fn run(connection: &mut PgConnection, sql: String) {
    connection.execute(AssertSqlSafe(sql)).await.expect("a statement of the baseline");
}
