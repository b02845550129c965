//! What went wrong, said by what happened and not by which library said it.

use sea_orm::{DbErr, RuntimeErr};
use utfall_domain::money::{AmountError, Money};
use utfall_domain::row_error::RowError;

/// Why a read or a write did not happen.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// The rules refuse it; the caller can mend it.
    #[error("refused: {0:?}")]
    Refused(Refusal),
    /// The database is busy or away; the same call may succeed later.
    #[error("the database is busy or cannot be reached")]
    Unavailable(#[source] Option<DbErr>),
    /// Another writer was in the way; the whole write is tried again.
    #[error("serialization failure")]
    Contended,
    /// What is stored cannot be read as what it should be.
    #[error("stored data is not what it should be: {0}")]
    Corrupt(String),
    /// Anything else that the database said.
    #[error(transparent)]
    Backend(DbErr),
}

/// A refusal that the caller can understand and mend.
#[derive(Debug, Clone, PartialEq)]
pub enum Refusal {
    /// There is no such thing in this municipality.
    NotFound,
    /// `If-Match` names another version than the one that stands.
    Stale,
    /// What exists is changed with `If-Match` only, and there was none.
    Unconditional,
    /// The caller may do this, but not to this: the sentence says why.
    Forbidden(String),
    /// Rows or fields are wrong; nothing is stored.
    Rows(Vec<RowError>),
    /// Stated totals differ from the rows.
    ControlTotals(Vec<ControlTotalRefusal>),
    /// The month is locked for these committees, and their amounts would change.
    Locked(Vec<LockedCommittee>),
    /// The caller's grant does not reach these committees, which the write touches.
    OutsideGrant(Vec<String>),
    /// It is in a state that does not allow it; the sentence says which.
    Conflict(String),
}

/// A stated total that differs, with the fault as a row error and the amounts beside it.
#[derive(Debug, Clone, PartialEq)]
pub struct ControlTotalRefusal {
    /// The fault as it is listed.
    pub error: RowError,
    /// Which total.
    pub key: String,
    /// As stated, in the delivery's sign.
    pub stated: Money,
    /// As the rows sum.
    pub computed: Money,
    /// Computed less stated.
    pub difference: Money,
}

/// A committee whose month is locked.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct LockedCommittee {
    /// The locked month.
    pub period: String,
    /// The committee.
    pub committee: String,
}

impl From<Refusal> for StoreError {
    fn from(refusal: Refusal) -> Self {
        Self::Refused(refusal)
    }
}

impl From<AmountError> for StoreError {
    fn from(error: AmountError) -> Self {
        let reason = format!("a sum {error}");
        Refusal::Rows(vec![RowError::whole("amount", "", utfall_domain::row_error::Fault::Bounds, reason)]).into()
    }
}

/// PostgreSQL's statement and lock timeouts, shutting down, disk full and too many connections; SQLite's busy, locked, I/O error
/// and full, with their extended codes.
const AWAY: [&str; 17] = [
    "57014", "55P03", "57P01", "57P02", "57P03", "53100", "53300", "5", "6", "10", "13", "261", "262", "517", "773",
    "778", "1034",
];

impl From<DbErr> for StoreError {
    fn from(error: DbErr) -> Self {
        match &error {
            DbErr::ConnectionAcquire(_) | DbErr::Conn(_) => Self::Unavailable(Some(error)),
            DbErr::Exec(RuntimeErr::SqlxError(inner)) | DbErr::Query(RuntimeErr::SqlxError(inner)) => {
                let sqlx = std::sync::Arc::as_ref(inner);
                match code(sqlx).as_deref() {
                    Some("40001" | "40P01") => Self::Contended,
                    Some(code) if AWAY.contains(&code) => Self::Unavailable(Some(error)),
                    Some(_) => Self::Backend(error),
                    None => Self::Unavailable(Some(error)),
                }
            }
            _ => Self::Backend(error),
        }
    }
}

/// The code that the database gave, or `None` when the failure is on the way to it.
fn code(error: &sea_orm::SqlxError) -> Option<String> {
    match error {
        sea_orm::SqlxError::Database(inner) => Some(inner.code().map(std::borrow::Cow::into_owned).unwrap_or_default()),
        sea_orm::SqlxError::Io(_)
        | sea_orm::SqlxError::PoolTimedOut
        | sea_orm::SqlxError::PoolClosed
        | sea_orm::SqlxError::WorkerCrashed
        | sea_orm::SqlxError::Tls(_) => None,
        other => Some(other.to_string()),
    }
}
