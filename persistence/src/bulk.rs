//! Bulk inserts: set-based statements inside the write's own transaction.
//!
//! PostgreSQL gets one `INSERT … SELECT FROM UNNEST` of typed arrays, SQLite the same prepared statement of many rows over
//! and over. Both stay inside the SeaORM transaction, so that audit events commit with the rows.

use crate::connect::is_postgres;
use crate::error::StoreError;
use crate::scope::Scope;
use sea_orm::sea_query::ArrayType;
use sea_orm::{ConnectionTrait, Statement, Value};
use std::fmt::Write as _;

/// The cells of one column.
pub(crate) enum Cells {
    Text(Vec<String>),
    BigInt(Vec<i64>),
    /// NULL where there is none.
    MaybeBigInt(Vec<Option<i64>>),
    SmallInt(Vec<i16>),
    Bool(Vec<bool>),
}

/// Rows to insert: columns with one value for all of them, and columns with a cell a row.
pub(crate) struct Rows {
    pub table: &'static str,
    pub constants: Vec<(&'static str, Value)>,
    pub columns: Vec<(&'static str, Cells)>,
}

/// How many rows one statement takes on PostgreSQL.
const POSTGRES_CHUNK: usize = 20_000;
/// How many bind parameters one statement takes on SQLite, of at most 32,766. Wider statements measured slower.
const SQLITE_PARAMETERS: usize = 2_000;

impl Rows {
    fn len(&self) -> usize {
        self.columns.first().map_or(0, |(_, cells)| cells.len())
    }

    /// Inserts the rows; the municipality's column is added.
    pub(crate) async fn insert(self, scope: &Scope) -> Result<(), StoreError> {
        if self.len() == 0 {
            return Ok(());
        }
        let mut rows = self;
        rows.constants.insert(0, ("municipality", scope.municipality().as_str().into()));
        if is_postgres(scope.backend()) { rows.unnest(scope).await } else { rows.many_values(scope).await }
    }

    fn names(&self) -> String {
        let constants = self.constants.iter().map(|(name, _)| *name);
        constants.chain(self.columns.iter().map(|(name, _)| *name)).collect::<Vec<_>>().join(", ")
    }

    async fn unnest(mut self, scope: &Scope) -> Result<(), StoreError> {
        let (mut select, mut arrays, mut aliases) = (String::new(), String::new(), String::new());
        for (at, _) in self.constants.iter().enumerate() {
            let _ = write!(select, "${}, ", at + 1);
        }
        for (at, (_, cells)) in self.columns.iter().enumerate() {
            let comma = if at == 0 { "" } else { ", " };
            let _ = write!(arrays, "{comma}${}::{}[]", self.constants.len() + at + 1, cells.array_type());
            let _ = write!(aliases, "{comma}c{at}");
            // An array may not hold NULL here, so an absent number travels as an empty text.
            let cell = if matches!(cells, Cells::MaybeBigInt(_)) {
                format!("NULLIF(c{at}, '')::bigint")
            } else {
                format!("c{at}")
            };
            let _ = write!(select, "{comma}{cell}");
        }
        let names = self.names();
        let sql = format!("INSERT INTO {} ({names}) SELECT {select} FROM UNNEST({arrays}) AS u({aliases})", self.table);
        while self.len() > 0 {
            let constants = self.constants.iter().map(|(_, value)| value.clone());
            let arrays = self.columns.iter_mut().map(|(_, cells)| cells.take(POSTGRES_CHUNK));
            let values: Vec<Value> = constants.chain(arrays).collect();
            let statement = Statement::from_sql_and_values(scope.backend(), &sql, values);
            scope.transaction().execute_raw(statement).await?;
        }
        Ok(())
    }

    async fn many_values(self, scope: &Scope) -> Result<(), StoreError> {
        let chunk = (SQLITE_PARAMETERS / self.columns.len().max(1)).max(1);
        let mut done = 0;
        while done < self.len() {
            let count = chunk.min(self.len() - done);
            let sql = self.values_sql(count);
            let mut values: Vec<Value> = self.constants.iter().map(|(_, value)| value.clone()).collect();
            for row in done..done + count {
                values.extend(self.columns.iter().map(|(_, cells)| cells.value(row)));
            }
            let statement = Statement::from_sql_and_values(scope.backend(), sql, values);
            scope.transaction().execute_raw(statement).await?;
            done += count;
        }
        Ok(())
    }

    fn values_sql(&self, count: usize) -> String {
        let mut sql = format!("INSERT INTO {} ({}) VALUES ", self.table, self.names());
        let constants = self.constants.len();
        for row in 0..count {
            sql.push_str(if row == 0 { "(" } else { ", (" });
            for at in 0..constants {
                let _ = write!(sql, "${}, ", at + 1);
            }
            for at in 0..self.columns.len() {
                let comma = if at == 0 { "" } else { ", " };
                let _ = write!(sql, "{comma}${}", constants + row * self.columns.len() + at + 1);
            }
            sql.push(')');
        }
        sql
    }
}

impl Cells {
    fn len(&self) -> usize {
        match self {
            Self::Text(cells) => cells.len(),
            Self::BigInt(cells) => cells.len(),
            Self::MaybeBigInt(cells) => cells.len(),
            Self::SmallInt(cells) => cells.len(),
            Self::Bool(cells) => cells.len(),
        }
    }

    const fn array_type(&self) -> &'static str {
        match self {
            Self::Text(_) | Self::MaybeBigInt(_) => "text",
            Self::BigInt(_) => "bigint",
            Self::SmallInt(_) => "smallint",
            Self::Bool(_) => "boolean",
        }
    }

    fn value(&self, row: usize) -> Value {
        match self {
            Self::Text(cells) => cells[row].clone().into(),
            Self::BigInt(cells) => cells[row].into(),
            Self::MaybeBigInt(cells) => cells[row].into(),
            Self::SmallInt(cells) => cells[row].into(),
            Self::Bool(cells) => cells[row].into(),
        }
    }

    /// The first `count` cells as an array, leaving the rest.
    fn take(&mut self, count: usize) -> Value {
        fn front<T>(cells: &mut Vec<T>, count: usize) -> Vec<T> {
            let rest = cells.split_off(count.min(cells.len()));
            std::mem::replace(cells, rest)
        }
        let (kind, values): (ArrayType, Vec<Value>) = match self {
            Self::Text(cells) => (ArrayType::String, front(cells, count).into_iter().map(Value::from).collect()),
            Self::BigInt(cells) => (ArrayType::BigInt, front(cells, count).into_iter().map(Value::from).collect()),
            Self::MaybeBigInt(cells) => {
                let texts = front(cells, count).into_iter().map(|n| n.map_or_else(String::new, |n| n.to_string()));
                (ArrayType::String, texts.map(Value::from).collect())
            }
            Self::SmallInt(cells) => (ArrayType::SmallInt, front(cells, count).into_iter().map(Value::from).collect()),
            Self::Bool(cells) => (ArrayType::Bool, front(cells, count).into_iter().map(Value::from).collect()),
        };
        Value::Array(kind, Some(Box::new(values)))
    }
}
