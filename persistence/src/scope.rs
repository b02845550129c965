//! The only door to a municipality's rows: a transaction that has been told which municipality it is for.

use crate::connect::is_postgres;
use crate::error::StoreError;
use sea_orm::{ConnectionTrait, DatabaseTransaction, DbBackend, FromQueryResult, Statement, Value};
use utfall_domain::text::MunicipalityCode;

/// The `until` of what still stands.
pub const STANDS: i64 = i64::MAX;

/// A transaction for one municipality, reading what stood at a version.
pub struct Scope {
    tx: DatabaseTransaction,
    municipality: MunicipalityCode,
    version: i64,
}

impl Scope {
    /// Tells the transaction which municipality it is for; row-level security on PostgreSQL sees no other.
    pub(crate) async fn enter(tx: DatabaseTransaction, municipality: &MunicipalityCode) -> Result<Self, StoreError> {
        let scope = Self { tx, municipality: municipality.clone(), version: 0 };
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

    pub(crate) const fn set_version(&mut self, version: i64) {
        self.version = version;
    }

    pub(crate) fn backend(&self) -> DbBackend {
        self.tx.get_database_backend()
    }

    pub(crate) fn into_transaction(self) -> DatabaseTransaction {
        self.tx
    }

    pub(crate) const fn transaction(&self) -> &DatabaseTransaction {
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
        Ok(R::find_by_statement(self.statement(sql, values)).all(&self.tx).await?)
    }

    /// The first row of a query. `$1` is the municipality.
    pub(crate) async fn one<R: FromQueryResult>(&self, sql: &str, values: Vec<Value>) -> Result<Option<R>, StoreError> {
        Ok(R::find_by_statement(self.statement(sql, values)).one(&self.tx).await?)
    }

    /// Runs a statement and says how many rows it touched. `$1` is the municipality.
    pub(crate) async fn execute(&self, sql: &str, values: Vec<Value>) -> Result<u64, StoreError> {
        Ok(self.tx.execute_raw(self.statement(sql, values)).await?.rows_affected())
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

/// `$2, $3, $4`: placeholders for a list.
pub(crate) fn placeholders(first: usize, count: usize) -> String {
    (first..first + count).map(|n| format!("${n}")).collect::<Vec<_>>().join(", ")
}
