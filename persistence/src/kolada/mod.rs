//! What all may read, as Kolada has it: the platform's catalogue, and what municipalities have published.

pub mod catalogue;
pub mod entities;
pub mod import;
pub(crate) mod projection;
pub mod published;
pub mod values;
