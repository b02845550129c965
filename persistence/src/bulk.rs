//! Bulk inserts: set-based statements inside the write's own transaction.
//!
//! PostgreSQL gets `INSERT … SELECT FROM UNNEST` of typed arrays, SQLite the same prepared statement of many rows over and
//! over. Both stay inside the SeaORM transaction, so that audit events commit with the rows. While the database takes one
//! statement, the next one is made.

use crate::connect::is_postgres;
use crate::error::StoreError;
use crate::scope::Scope;
use sea_orm::sea_query::ArrayType;
use sea_orm::{ConnectionTrait, DbBackend, Statement, Value};
use std::fmt::Write as _;

/// Rows to insert: columns with one value for all of them, and columns with a cell a row.
pub(crate) struct Rows<'a, R> {
    table: &'static str,
    owner: &'static str,
    rows: &'a [R],
    constants: Vec<(&'static str, Value)>,
    columns: Vec<Column<'a, R>>,
    on_conflict: &'static str,
}

/// A row's value in a column, from its place and the row.
type Cell<'a, R> = Box<dyn Fn(usize, &R) -> Value + Send + Sync + 'a>;

/// A column and how a row and its place give its cell.
struct Column<'a, R> {
    name: &'static str,
    kind: Kind,
    cell: Cell<'a, R>,
}

#[derive(Clone, Copy, PartialEq)]
enum Kind {
    Text,
    BigInt,
    MaybeBigInt,
    SmallInt,
    Bool,
}

/// How many rows one statement takes on PostgreSQL.
const POSTGRES_ROWS: usize = 5_000;
/// How many bind parameters one statement takes on SQLite, of at most 32,766. Wider statements measured slower.
const SQLITE_PARAMETERS: usize = 2_000;

impl<'a, R> Rows<'a, R> {
    /// Rows of a table, still without columns.
    pub(crate) const fn of(table: &'static str, rows: &'a [R]) -> Self {
        Self { table, owner: "municipality", rows, constants: Vec::new(), columns: Vec::new(), on_conflict: "" }
    }

    /// The column that names the municipality, where it is not `municipality`.
    pub(crate) fn owned_by(self, owner: &'static str) -> Self {
        Self { owner, ..self }
    }

    /// What becomes of a row that is there already: `ON CONFLICT … DO UPDATE …`.
    pub(crate) fn on_conflict(self, on_conflict: &'static str) -> Self {
        Self { on_conflict, ..self }
    }

    /// A column with one value for all rows.
    pub(crate) fn constant(mut self, name: &'static str, value: impl Into<Value>) -> Self {
        self.constants.push((name, value.into()));
        self
    }

    /// A column that holds the row's place, from 1.
    pub(crate) fn place(self, name: &'static str) -> Self {
        self.column(name, Kind::BigInt, |at, _| i64::try_from(at).map_or(i64::MAX, |at| at + 1).into())
    }

    pub(crate) fn text(self, name: &'static str, of: impl Fn(&R) -> String + Send + Sync + 'a) -> Self {
        self.column(name, Kind::Text, move |_, row| of(row).into())
    }

    pub(crate) fn bigint(self, name: &'static str, of: impl Fn(&R) -> i64 + Send + Sync + 'a) -> Self {
        self.column(name, Kind::BigInt, move |_, row| of(row).into())
    }

    /// A column that is NULL where there is none.
    pub(crate) fn maybe_bigint(self, name: &'static str, of: impl Fn(&R) -> Option<i64> + Send + Sync + 'a) -> Self {
        self.column(name, Kind::MaybeBigInt, move |_, row| of(row).into())
    }

    pub(crate) fn smallint(self, name: &'static str, of: impl Fn(&R) -> i16 + Send + Sync + 'a) -> Self {
        self.column(name, Kind::SmallInt, move |_, row| of(row).into())
    }

    pub(crate) fn bool(self, name: &'static str, of: impl Fn(&R) -> bool + Send + Sync + 'a) -> Self {
        self.column(name, Kind::Bool, move |_, row| of(row).into())
    }

    fn column(mut self, name: &'static str, kind: Kind, cell: impl Fn(usize, &R) -> Value + Send + Sync + 'a) -> Self {
        self.columns.push(Column { name, kind, cell: Box::new(cell) });
        self
    }

    /// Inserts the rows; the municipality's column is added.
    pub(crate) async fn insert(mut self, scope: &Scope) -> Result<(), StoreError> {
        self.constants.insert(0, (self.owner, scope.municipality().as_str().into()));
        self.send_once_what_never_differs();
        let backend = scope.backend();
        let chunk = if is_postgres(backend) { POSTGRES_ROWS } else { SQLITE_PARAMETERS / self.bound().max(1) };
        let make = |from: usize| {
            let rows = self.rows.get(from..(from + chunk).min(self.rows.len()))?;
            (!rows.is_empty()).then(|| self.statement(backend, from, rows))
        };
        let (mut from, mut next) = (0, make(0));
        while let Some(statement) = next {
            from += chunk;
            let transaction = scope.transaction(&statement.sql);
            let (done, made) = tokio::join!(transaction.execute_raw(statement), async { make(from) });
            done?;
            next = made;
        }
        Ok(())
    }

    /// Makes constants of the columns whose cells are all the same: the month, and the code parts that nobody uses.
    fn send_once_what_never_differs(&mut self) {
        let Some((first, rest)) = self.rows.split_first() else { return };
        let columns = std::mem::take(&mut self.columns);
        for column in columns {
            let value = (column.cell)(0, first);
            if !rest.is_empty() && rest.iter().enumerate().all(|(at, row)| (column.cell)(at + 1, row) == value) {
                self.constants.push((column.name, value));
            } else {
                self.columns.push(column);
            }
        }
    }

    fn statement(&self, backend: DbBackend, from: usize, rows: &[R]) -> Statement {
        let constants = self.constants.iter().map(|(_, value)| value);
        let cells = rows.iter().enumerate().map(|(at, row)| (from + at, row));
        if is_postgres(backend) {
            let arrays = self.columns.iter().map(|column| column.array(cells.clone()));
            return Statement::from_sql_and_values(backend, self.unnest(), constants.cloned().chain(arrays));
        }
        let constants: Vec<&Value> = constants.filter(|value| literal(value).is_none()).collect();
        let mut values = Vec::with_capacity(rows.len() * self.bound());
        for (at, row) in cells {
            values.extend(constants.iter().copied().cloned());
            values.extend(self.columns.iter().map(|column| (column.cell)(at, row)));
        }
        Statement::from_sql_and_values(backend, self.many_values(rows.len()), values)
    }

    fn insert_into(&self) -> String {
        let constants = self.constants.iter().map(|(name, _)| *name);
        let names: Vec<&str> = constants.chain(self.columns.iter().map(|column| column.name)).collect();
        format!("INSERT INTO {} ({})", self.table, names.join(", "))
    }

    fn unnest(&self) -> String {
        let (mut select, mut arrays, mut aliases) = (String::new(), String::new(), String::new());
        for (at, _) in self.constants.iter().enumerate() {
            let _ = write!(select, "${}, ", at + 1);
        }
        for (at, column) in self.columns.iter().enumerate() {
            let comma = if at == 0 { "" } else { ", " };
            let _ = write!(arrays, "{comma}${}::{}[]", self.constants.len() + at + 1, column.kind.sql_type());
            let _ = write!(aliases, "{comma}c{at}");
            let null =
                if column.kind == Kind::MaybeBigInt { format!("NULLIF(c{at}, '{NULL}')") } else { format!("c{at}") };
            let _ = write!(select, "{comma}{null}");
        }
        format!("{} SELECT {select} FROM UNNEST({arrays}) AS u({aliases}) {}", self.insert_into(), self.on_conflict)
    }

    /// Nameless parameters: SQLite searches the list of the named ones from its start at every bind.
    fn many_values(&self, rows: usize) -> String {
        let constants = self.constants.iter().map(|(_, value)| literal(value).unwrap_or_else(|| "?".into()));
        let cells: Vec<String> = constants.chain(self.columns.iter().map(|_| "?".into())).collect();
        let row = format!("({})", cells.join(","));
        format!("{} VALUES {} {}", self.insert_into(), vec![row; rows].join(","), self.on_conflict)
    }

    /// How many parameters a row takes on SQLite.
    fn bound(&self) -> usize {
        self.constants.iter().filter(|(_, value)| literal(value).is_none()).count() + self.columns.len()
    }
}

/// What needs no parameter on SQLite: a number, NULL and the empty text as SQL writes them.
fn literal(value: &Value) -> Option<String> {
    match value {
        Value::BigInt(Some(number)) => Some(number.to_string()),
        Value::SmallInt(Some(number)) => Some(number.to_string()),
        Value::Bool(Some(truth)) => Some(u8::from(*truth).to_string()),
        Value::BigInt(None) => Some("NULL".into()),
        Value::String(Some(text)) if text.is_empty() => Some("''".into()),
        _ => None,
    }
}

/// What stands for NULL in an array, which may not hold one here: no amount or quantity is that small.
const NULL: i64 = i64::MIN;

impl<R> Column<'_, R> {
    fn array<'r>(&self, rows: impl Iterator<Item = (usize, &'r R)>) -> Value
    where
        R: 'r,
    {
        let cell = |(at, row)| match (self.cell)(at, row) {
            Value::BigInt(None) => NULL.into(),
            value => value,
        };
        Value::Array(self.kind.array_type(), Some(Box::new(rows.map(cell).collect())))
    }
}

impl Kind {
    const fn sql_type(self) -> &'static str {
        match self {
            Self::Text => "text",
            Self::BigInt | Self::MaybeBigInt => "bigint",
            Self::SmallInt => "smallint",
            Self::Bool => "boolean",
        }
    }

    const fn array_type(self) -> ArrayType {
        match self {
            Self::Text => ArrayType::String,
            Self::BigInt | Self::MaybeBigInt => ArrayType::BigInt,
            Self::SmallInt => ArrayType::SmallInt,
            Self::Bool => ArrayType::Bool,
        }
    }
}
