//! Reading what all may read: one transaction, at one version, for no municipality.

use crate::error::StoreError;
use crate::scope::{Number, placeholders};
use crate::store::{Store, begin_read};
use sea_orm::{ConnectionTrait, DatabaseConnection, DatabaseTransaction, FromQueryResult, Statement, Value};
use std::collections::HashMap;

/// A transaction that sees what is published.
pub struct Published {
    tx: DatabaseTransaction,
    version: i64,
}

/// The sum of numbers that only grow, each with the change that it counts: two states never have the same.
const VERSION: &str = "SELECT CAST((SELECT COALESCE(SUM(published_version), 0) FROM municipality) \
                       + (SELECT version FROM catalogue) AS BIGINT) AS number";

impl Store {
    /// Reads what is published; gives the version too.
    pub async fn published<T>(
        &self,
        work: impl AsyncFnOnce(&Published) -> Result<T, StoreError>,
    ) -> Result<(T, i64), StoreError> {
        let tx = begin_read(self.platform()).await?;
        let version = version(&tx).await?;
        let published = Published { tx, version };
        let found = work(&published).await?;
        let version = published.version;
        published.tx.rollback().await?;
        Ok((found, version))
    }
}

/// The version of what is published, as a read that is shared gives it.
pub(crate) async fn published_version(pool: DatabaseConnection) -> Result<HashMap<(), i64>, StoreError> {
    Ok(HashMap::from([((), version(&pool).await?)]))
}

async fn version(connection: &impl ConnectionTrait) -> Result<i64, StoreError> {
    let statement = Statement::from_string(connection.get_database_backend(), VERSION);
    Ok(Number::find_by_statement(statement).one(connection).await?.map_or(0, |row| row.number))
}

impl Published {
    pub(super) async fn all<R: FromQueryResult>(&self, sql: &str, values: Vec<Value>) -> Result<Vec<R>, StoreError> {
        let statement = Statement::from_sql_and_values(self.tx.get_database_backend(), sql, values);
        Ok(R::find_by_statement(statement).all(&self.tx).await?)
    }
}

/// A condition that grows, with its values from `$1`.
#[derive(Debug, Default)]
pub(super) struct Condition {
    text: String,
    values: Vec<Value>,
}

impl Condition {
    /// A condition to begin with.
    pub(super) fn new(text: &str) -> Self {
        Self { text: text.to_owned(), values: Vec::new() }
    }

    /// A further one without values.
    pub(super) fn and(&mut self, text: &str) {
        self.text += &format!(" AND {text}");
    }

    /// `$n` for another value.
    pub(super) fn value(&mut self, value: impl Into<Value>) -> String {
        self.values.push(value.into());
        format!("${}", self.values.len())
    }

    /// A column is one of a list; an empty list does not narrow.
    pub(super) fn one_of<T: Clone + Into<Value>>(&mut self, column: &str, list: &[T]) {
        if !list.is_empty() {
            self.text += &format!(" AND {column} IN ({})", placeholders(self.values.len() + 1, list.len()));
            self.values.extend(list.iter().cloned().map(Into::into));
        }
    }

    /// A folded column holds a part; an empty part does not narrow.
    pub(super) fn holds(&mut self, column: &str, part: &str) {
        if !part.is_empty() {
            let plain = part.replace('!', "!!").replace('%', "!%").replace('_', "!_");
            let pattern = self.value(format!("%{plain}%"));
            self.and(&format!("{column} LIKE {pattern} ESCAPE '!'"));
        }
    }

    /// ` LIMIT … OFFSET …`.
    pub(super) fn window(&mut self, (limit, offset): (i64, i64)) -> String {
        format!(" LIMIT {} OFFSET {}", self.value(limit), self.value(offset))
    }

    /// The condition.
    pub(super) fn text(&self) -> &str {
        &self.text
    }

    /// Its values.
    pub(super) fn into_values(self) -> Vec<Value> {
        self.values
    }
}
