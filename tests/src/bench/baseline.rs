//! The database's own delete and bulk load of the rows that a posting stored, into tables like the real ones.

use super::{postgres, sqlite};
use crate::database::Kind;
use crate::promises::service::Service;
use std::time::Duration;

/// The tables that a posting fills in bulk, and the column that says whose rows they are.
pub(super) const TABLES: [(&str, &str); 2] = [("entry", "posting_number"), ("rollup", "generation")];

/// A database's own way.
pub enum Baseline {
    /// DELETE and COPY.
    Postgres(postgres::Copy),
    /// DELETE and a prepared statement of many rows.
    Sqlite(sqlite::Insert),
}

impl Baseline {
    /// Takes the rows of the first posting of a service, and loads them once so that there is something to delete.
    pub async fn of(on: &Service) -> Self {
        let mut baseline = match on.kind {
            Kind::Postgres => Self::Postgres(postgres::Copy::new(&on.database.owner_url).await),
            Kind::Sqlite => Self::Sqlite(sqlite::Insert::new(&on.database.owner_url).await),
        };
        baseline.load().await;
        baseline
    }

    /// Deletes and loads, in one transaction.
    pub async fn load(&mut self) -> Duration {
        match self {
            Self::Postgres(copy) => copy.load().await,
            Self::Sqlite(insert) => insert.load().await,
        }
    }

    /// What it is, for the table of figures.
    pub const fn name(&self) -> &'static str {
        match self {
            Self::Postgres(_) => "the database's own: DELETE + COPY",
            Self::Sqlite(_) => "the database's own: DELETE + INSERT",
        }
    }
}
