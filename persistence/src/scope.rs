//! The only door to a municipality's rows: a transaction that has been told which municipality it is for.

use crate::connect::is_postgres;
use crate::error::StoreError;
use sea_orm::{ConnectionTrait, DatabaseTransaction, DbBackend, DbErr, FromQueryResult, Statement, Value};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use utfall_domain::text::MunicipalityCode;

/// The `until` of what still stands.
pub const STANDS: i64 = i64::MAX;

/// A transaction for one municipality, reading what stood at a version.
pub struct Scope {
    tx: Arc<DatabaseTransaction>,
    municipality: MunicipalityCode,
    version: i64,
    statements: Arc<AtomicU64>,
}

impl Scope {
    /// Tells the transaction which municipality it is for; row-level security on PostgreSQL sees no other.
    /// Its statements are counted.
    pub(crate) async fn enter(
        tx: DatabaseTransaction,
        municipality: &MunicipalityCode,
        statements: &Arc<AtomicU64>,
    ) -> Result<Self, StoreError> {
        let statements = Arc::clone(statements);
        let scope = Self { tx: Arc::new(tx), municipality: municipality.clone(), version: 0, statements };
        if is_postgres(scope.backend()) {
            scope.execute("SELECT set_config('app.municipality', $1, true)", vec![]).await?;
        }
        Ok(scope)
    }

    /// The municipality.
    pub const fn municipality(&self) -> &MunicipalityCode {
        &self.municipality
    }

    /// The `dataVersion` that reads see. In a write it is the version being written.
    pub const fn version(&self) -> i64 {
        self.version
    }

    /// The same transaction, reading what stood at another version: what was handed in is shown as it was then.
    #[must_use]
    pub fn at(&self, version: i64) -> Self {
        let Self { tx, municipality, statements, .. } = self;
        Self { tx: Arc::clone(tx), municipality: municipality.clone(), version, statements: Arc::clone(statements) }
    }

    pub(crate) const fn set_version(&mut self, version: i64) {
        self.version = version;
    }

    pub(crate) fn backend(&self) -> DbBackend {
        self.tx.get_database_backend()
    }

    /// Ends the transaction by keeping what it wrote. The scope must be the last one of its transaction.
    pub(crate) async fn commit(self) -> Result<(), DbErr> {
        self.into_transaction()?.commit().await
    }

    /// Ends the transaction by leaving what it wrote. The scope must be the last one of its transaction.
    pub(crate) async fn rollback(self) -> Result<(), DbErr> {
        self.into_transaction()?.rollback().await
    }

    fn into_transaction(self) -> Result<DatabaseTransaction, DbErr> {
        Arc::into_inner(self.tx).ok_or_else(|| DbErr::Custom("a scope has outlived its transaction".into()))
    }

    /// The transaction, for a statement: its text is for the log, if somebody listens; its values never are.
    pub(crate) fn transaction(&self, sql: &str) -> &DatabaseTransaction {
        tracing::trace!(target: "utfall::sql", sql);
        self.statements.fetch_add(1, Ordering::Relaxed);
        &self.tx
    }

    /// A statement whose `$1` is the municipality. One SQL text serves both databases: sqlx numbers `$n` on SQLite too.
    fn statement(&self, sql: &str, values: Vec<Value>) -> Statement {
        let mut all = Vec::with_capacity(values.len() + 1);
        all.push(self.municipality.as_str().into());
        all.extend(values);
        Statement::from_sql_and_values(self.backend(), sql, all)
    }

    /// Every row of a query. `$1` is the municipality, the values follow from `$2`.
    pub(crate) async fn all<R: FromQueryResult>(&self, sql: &str, values: Vec<Value>) -> Result<Vec<R>, StoreError> {
        Ok(R::find_by_statement(self.statement(sql, values)).all(self.transaction(sql)).await?)
    }

    /// The first row of a query. `$1` is the municipality.
    pub(crate) async fn one<R: FromQueryResult>(&self, sql: &str, values: Vec<Value>) -> Result<Option<R>, StoreError> {
        Ok(R::find_by_statement(self.statement(sql, values)).one(self.transaction(sql)).await?)
    }

    /// Defines something of this transaction's own, such as a table for its rows.
    pub(crate) async fn define(&self, sql: &str) -> Result<(), StoreError> {
        self.transaction(sql).execute_unprepared(sql).await?;
        Ok(())
    }

    /// Runs a statement and says how many rows it touched. `$1` is the municipality.
    pub(crate) async fn execute(&self, sql: &str, values: Vec<Value>) -> Result<u64, StoreError> {
        Ok(self.transaction(sql).execute_raw(self.statement(sql, values)).await?.rows_affected())
    }
}

/// One number, as counting queries give it.
#[derive(Debug, FromQueryResult)]
pub(crate) struct Number {
    pub number: i64,
}

/// One text.
#[derive(Debug, FromQueryResult)]
pub(crate) struct Text {
    pub text: String,
}

/// Narrows a condition to a year and to some committees, by their columns; none does not.
pub(crate) fn narrow(
    (matches, values): (&mut String, &mut Vec<Value>),
    (year_column, year): (&str, Option<i16>),
    (committee_column, committees): (&str, &[String]),
) {
    if let Some(year) = year {
        values.push(year.into());
        *matches += &format!(" AND {year_column} = ${}", values.len() + 1);
    }
    if !committees.is_empty() {
        *matches += &format!(" AND {committee_column} IN ({})", placeholders(values.len() + 2, committees.len()));
        values.extend(committees.iter().map(|code| Value::from(code.as_str())));
    }
}

/// `$2, $3, $4`: placeholders for a list.
pub(crate) fn placeholders(first: usize, count: usize) -> String {
    (first..first + count).map(|n| format!("${n}")).collect::<Vec<_>>().join(", ")
}
