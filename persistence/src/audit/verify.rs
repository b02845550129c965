//! Whether the chain of the audit trail holds: every event there, unchanged, linked to the one before, up to the head.

use super::AuditEvent;
use crate::error::{Refusal, StoreError};
use crate::scope::Scope;
use sea_orm::FromQueryResult;
use std::fmt;

/// How many events are read at a time.
const AT_A_TIME: i64 = 5_000;

/// Where a chain that holds stands. Kept somewhere else, it shows later that nothing was cut off and written anew.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Head {
    /// The number of the last event, which is how many there are.
    pub number: i64,
    /// Its hash.
    pub hash: String,
}

/// The first place where a chain does not hold.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Broken {
    /// An event is not there.
    Missing(i64),
    /// An event is not as it was written: its hash is another.
    Changed(i64),
    /// An event does not name the hash of the one before.
    Unlinked(i64),
    /// The events end after this number, and the municipality's head is further on, or has another hash.
    CutOff(i64),
    /// The chain has not had this hash at this number.
    NeverHad(Head),
}

impl fmt::Display for Broken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Missing(number) => write!(f, "event {number} is missing"),
            Self::Changed(number) => write!(f, "event {number} is not as it was written"),
            Self::Unlinked(number) => write!(f, "event {number} does not follow from the one before"),
            Self::CutOff(number) => write!(f, "the events after {number} are missing, or the head was changed"),
            Self::NeverHad(Head { number, hash }) => write!(f, "event {number} has another hash than {hash}"),
        }
    }
}

/// Follows a municipality's chain from its first event to its head, by way of a head that was noted before.
pub async fn verify(scope: &Scope, noted: Option<&Head>) -> Result<Result<Head, Broken>, StoreError> {
    let head = head(scope).await?;
    let (mut last, mut meets) = (Head { number: 0, hash: String::new() }, false);
    loop {
        let sql = "SELECT * FROM audit_event WHERE municipality = $1 AND number > $2 ORDER BY number LIMIT $3";
        let events = scope.all::<AuditEvent>(sql, vec![last.number.into(), AT_A_TIME.into()]).await?;
        if events.is_empty() {
            break;
        }
        for event in events {
            if let Some(broken) = follows(&last, &event, scope.municipality().as_str()) {
                return Ok(Err(broken));
            }
            last = Head { number: event.number, hash: event.hash };
            meets |= noted == Some(&last);
        }
    }
    Ok(match noted {
        _ if last != head => Err(Broken::CutOff(last.number)),
        Some(noted) if !meets => Err(Broken::NeverHad(noted.clone())),
        _ => Ok(last),
    })
}

fn follows(last: &Head, event: &AuditEvent, municipality: &str) -> Option<Broken> {
    let number = event.number;
    if number != last.number + 1 {
        Some(Broken::Missing(last.number + 1))
    } else if event.computed_hash(municipality) != event.hash {
        Some(Broken::Changed(number))
    } else {
        (event.previous_hash != last.hash).then_some(Broken::Unlinked(number))
    }
}

#[derive(FromQueryResult)]
struct Record {
    event_number: i64,
    event_hash: String,
}

async fn head(scope: &Scope) -> Result<Head, StoreError> {
    let sql = "SELECT event_number, event_hash FROM municipality WHERE code = $1";
    let Record { event_number, event_hash } = scope.one(sql, vec![]).await?.ok_or(Refusal::NotFound)?;
    Ok(Head { number: event_number, hash: event_hash })
}
