//! What a forecast was made on: the outcomes of its year that stood when it was recorded.

use crate::error::StoreError;
use crate::scope::Scope;
use sea_orm::FromQueryResult;

/// An outcome that a forecast was made on.
#[derive(Debug, Clone, PartialEq, Eq, FromQueryResult)]
pub struct MadeOn {
    /// The posting.
    pub posting_id: String,
    /// Its month.
    pub period: String,
    /// Who delivered it.
    pub source: String,
    /// Its revision.
    pub revision: i64,
    /// Whether another revision stands now.
    pub is_revised: bool,
}

/// The outcomes of a year through a month that stood at the version which brought a forecast.
pub async fn made_on(scope: &Scope, year: i16, month: i16, at: i64) -> Result<Vec<MadeOn>, StoreError> {
    let sql = "SELECT posting_id, period, source, revision, until <= $5 AS is_revised FROM posting \
               WHERE municipality = $1 AND kind = 'outcome' AND year = $2 AND month <= $3 AND since <= $4 AND until > $4 \
                 AND entry_count > 0 ORDER BY month, source";
    scope.all(sql, vec![year.into(), month.into(), at.into(), scope.version().into()]).await
}
