//! Who calls, and what they may do.

pub mod bearer;
pub mod call;
pub mod external;
pub mod perm;
pub mod token;
pub mod verifying;
