//! Postings: append-only deliveries, the unit of replacement and of history.

mod decision;
mod hold;
mod read;
mod record;
mod rederive;
mod write;

pub use decision::{BudgetDecision, budget_decisions, decide_budget, decisions_resource};
pub use hold::{HeldPosting, declarations_of_held, held, release};
pub use read::{
    EntryFilter, EntryPage, PostingFilter, RawFile, changes_of, current, current_entries, entries_of, file_of, posting,
    postings, receipt,
};
pub use record::{Posting, committees_of};
pub use write::{Delivery, OnLocked, OnUnknownCode, Posted, Receipt, post, withdraw};
