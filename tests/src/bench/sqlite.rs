//! SQLite's own way: DELETE and a prepared INSERT of many rows in one transaction, with the service's own pragmas.

use super::baseline::TABLES;
use crate::app::MUNICIPALITY;
use sea_orm::sqlx::sqlite::{SqliteConnectOptions, SqliteConnection, SqliteJournalMode, SqliteRow, SqliteSynchronous};
use sea_orm::sqlx::{self, AssertSqlSafe, ConnectOptions, Connection, Executor, Row, TypeInfo, ValueRef};
use std::str::FromStr;
use std::time::{Duration, Instant};

/// How many rows a statement takes; 20 and 500 measured slower.
const ROWS: usize = 100;

/// Rows taken ahead.
pub struct Insert {
    connection: SqliteConnection,
    tables: Vec<Table>,
}

struct Table {
    delete: String,
    insert: String,
    columns: usize,
    rows: Vec<Vec<Cell>>,
}

enum Cell {
    Integer(Option<i64>),
    Text(String),
}

impl Insert {
    /// Makes the tables and takes the rows.
    ///
    /// # Panics
    /// When the database says no.
    pub async fn new(url: &str) -> Self {
        let options = SqliteConnectOptions::from_str(url)
            .expect("a URL")
            .journal_mode(SqliteJournalMode::Wal)
            .synchronous(SqliteSynchronous::Full)
            .foreign_keys(true)
            .busy_timeout(Duration::from_secs(10))
            .pragma("cache_size", "-32768")
            .disable_statement_logging();
        let mut connection = options.connect().await.expect("a connection");
        let mut tables = Vec::new();
        for (table, owner) in TABLES {
            let schema = sqlx::query("SELECT sql FROM sqlite_schema WHERE type = 'table' AND name = ?").bind(table);
            let schema: String = schema.fetch_one(&mut connection).await.expect("the schema").get(0);
            let schema = schema.replacen(&format!("TABLE {table}"), &format!("TABLE own_{table}"), 1);
            connection.execute(AssertSqlSafe(schema)).await.expect("a table like the real one");
            let sql = format!("SELECT * FROM {table} WHERE municipality = '{MUNICIPALITY}' AND {owner} = 1");
            let rows = connection.fetch_all(AssertSqlSafe(sql)).await.expect("the rows");
            let rows: Vec<Vec<Cell>> = rows.iter().map(cells).collect();
            tables.push(Table {
                delete: format!("DELETE FROM own_{table} WHERE municipality = '{MUNICIPALITY}' AND {owner} = 1"),
                columns: rows[0].len(),
                insert: format!("INSERT INTO own_{table} VALUES "),
                rows,
            });
        }
        Self { connection, tables }
    }

    /// Deletes and loads.
    ///
    /// # Panics
    /// When the database says no.
    pub async fn load(&mut self) -> Duration {
        let began = Instant::now();
        let mut tx = self.connection.begin_with("BEGIN IMMEDIATE").await.expect("a transaction");
        for Table { delete, insert, columns, rows } in &self.tables {
            tx.execute(AssertSqlSafe(delete.as_str())).await.expect("rows deleted");
            for chunk in rows.chunks(ROWS) {
                let row = format!("({})", vec!["?"; *columns].join(","));
                let sql = format!("{insert}{}", vec![row; chunk.len()].join(","));
                let mut query = sqlx::query(AssertSqlSafe(sql));
                for cell in chunk.iter().flatten() {
                    query = match cell {
                        Cell::Integer(number) => query.bind(number),
                        Cell::Text(text) => query.bind(text),
                    };
                }
                query.execute(&mut *tx).await.expect("rows inserted");
            }
        }
        tx.commit().await.expect("a commit");
        began.elapsed()
    }
}

fn cells(row: &SqliteRow) -> Vec<Cell> {
    let cell = |at: usize| {
        let raw = row.try_get_raw(at).expect("a cell");
        if raw.type_info().name() == "TEXT" { Cell::Text(row.get(at)) } else { Cell::Integer(row.get(at)) }
    };
    (0..row.len()).map(cell).collect()
}
