//! Who calls, and what they may do.

pub mod call;
pub mod perm;
pub mod token;
