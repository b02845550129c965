//! What a posting did to cases, as its receipt names it.

use crate::error::StoreError;
use crate::scope::Scope;
use sea_orm::FromQueryResult;
use utfall_domain::deviation::{Event, Required};
use utfall_domain::money::Money;

/// A case that a posting opened, changed or closed.
#[derive(Debug, Clone, PartialEq, Eq, FromQueryResult)]
pub struct Touched {
    /// The case.
    pub deviation_id: String,
    /// Its committee.
    pub committee: String,
    /// `year-to-date` or `forecast`.
    pub basis: String,
    /// `committee`, `activity` or `unit`.
    pub level: String,
    /// The code at that level.
    pub code: String,
    /// `opened`, `changed`, `closed` or `reopened`.
    pub event: String,
    pub(super) amount: i64,
    pub(super) percent: Option<i64>,
}

impl Touched {
    /// The deviation: positive is favourable.
    pub const fn amount(&self) -> Money {
        Money::stored(self.amount)
    }

    /// The share of the budget, in hundredths of a percent.
    pub const fn percent(&self) -> Option<i64> {
        self.percent
    }

    /// What the case requires; nothing once it is closed.
    pub fn required(&self) -> Option<Required> {
        (self.event != Event::Closed.code()).then(|| Required::of(self.amount()))
    }
}

/// The cases that a posting touched, as its receipt names them.
pub(crate) async fn touched_by(scope: &Scope, posting_id: &str) -> Result<Vec<Touched>, StoreError> {
    let sql = "SELECT c.deviation_id, c.committee, c.basis, c.level, c.code, e.event, e.amount, e.percent \
               FROM deviation_evaluation e JOIN deviation_case c \
                 ON c.municipality = e.municipality AND c.deviation_id = e.deviation_id \
               WHERE e.municipality = $1 AND e.posting_id = $2 \
               ORDER BY c.committee, c.basis, CASE c.level WHEN 'committee' THEN 0 WHEN 'activity' THEN 1 ELSE 2 END, c.code";
    scope.all(sql, vec![posting_id.into()]).await
}
