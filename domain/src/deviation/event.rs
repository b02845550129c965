//! What an evaluation does to a case.

use super::finding::Finding;
use crate::money::Money;

/// What an evaluation did to a case.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Event {
    /// The case is new.
    Opened,
    /// Its amount, and with its sign what it requires, is another.
    Changed,
    /// Nothing deviates any more.
    Closed,
    /// It deviates again.
    Reopened,
}

impl Event {
    /// Its name in the contract.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Opened => "opened",
            Self::Changed => "changed",
            Self::Closed => "closed",
            Self::Reopened => "reopened",
        }
    }

    /// The event of that name.
    pub fn from_code(code: &str) -> Option<Self> {
        [Self::Opened, Self::Changed, Self::Closed, Self::Reopened].into_iter().find(|event| event.code() == code)
    }

    /// Whether the case is open after it.
    pub const fn leaves_open(self) -> bool {
        !matches!(self, Self::Closed)
    }
}

/// How a case stood before: its last event and amount.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Before {
    /// Whether it was open.
    pub open: bool,
    /// The amount of its last evaluation.
    pub amount: Money,
    /// The budget of its last evaluation.
    pub budget: Money,
    /// The outcome or forecast of its last evaluation.
    pub actual: Money,
}

/// What a finding, or the lack of one, does to a case. `None` when nothing has changed.
pub fn event(before: Option<Before>, finding: Option<&Finding>) -> Option<Event> {
    match (before, finding.filter(|finding| finding.fires)) {
        (None, None) => None,
        (None, Some(_)) => Some(Event::Opened),
        (Some(before), None) => before.open.then_some(Event::Closed),
        (Some(before), Some(_)) if !before.open => Some(Event::Reopened),
        (Some(before), Some(now)) => {
            let same = (before.amount, before.budget, before.actual) == (now.amount, now.budget, now.actual);
            (!same).then_some(Event::Changed)
        }
    }
}
