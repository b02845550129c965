//! Promises that faults are held against: a few rounds in `make test`, many in `make promises`.

pub mod kill;
pub mod oracle;
pub mod starts;
pub mod writers;
