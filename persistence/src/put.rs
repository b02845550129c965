//! Putting something: on the condition that it has not changed since the caller read it.

use crate::error::{Refusal, StoreError};
use crate::store::Writing;
use utfall_domain::row_error::RowError;

/// Refuses when something is wrong.
pub(crate) fn refuse(errors: Vec<RowError>) -> Result<(), StoreError> {
    if errors.is_empty() { Ok(()) } else { Err(Refusal::Rows(errors).into()) }
}

/// What `If-Match` said of something that is to be changed.
#[derive(Debug, Clone, Copy, Default)]
pub struct Precondition {
    /// Whether it was sent at all.
    pub is_given: bool,
    /// The version that it names, at which the caller read; none for `*`.
    pub version: Option<i64>,
}

impl Precondition {
    /// Whether what stands may be changed: it has not changed since the version that the caller read. What does not stand yet
    /// takes no precondition.
    pub fn check(self, w: &Writing, standing: Option<i64>, differs: bool) -> Result<(), StoreError> {
        let is_stale = match standing {
            None => self.is_given,
            Some(since) => self.version.is_some_and(|read| read < since || read >= w.version()),
        };
        if is_stale {
            return Err(Refusal::Stale.into());
        }
        if standing.is_some() && differs && !self.is_given {
            return Err(Refusal::Unconditional.into());
        }
        Ok(())
    }
}

/// What was put: what stands now, at which version, and whether it is new.
#[derive(Debug, Clone)]
pub struct Put<T> {
    /// What stands.
    pub body: T,
    /// Its version.
    pub version: i64,
    /// Whether it was not there before.
    pub is_new: bool,
}
