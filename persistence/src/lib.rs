//! How it is kept: SeaORM on SQLite and PostgreSQL behind one code path.
//!
//! Every write goes through [`store::Store::write`], every read through [`store::Store::read`]; both hand out a
//! [`scope::Scope`], the only door to a municipality's rows.

pub mod clock;
mod connect;
pub mod error;
mod migration;
pub mod scope;
pub mod store;

pub mod accrual;
pub mod action_plan;
pub mod agreed_level;
pub mod audit;
mod bulk;
pub mod client;
pub mod code_list;
pub mod code_plan;
pub mod deviation;
mod entry;
pub mod forecasting;
pub mod frame;
pub mod idempotency;
pub mod identity;
pub mod indicator;
mod keyed;
pub mod kolada;
pub mod month_lock;
pub mod municipality;
pub mod period_profile;
pub mod policy;
pub mod posting;
pub mod put;
mod rebuild;
pub mod report;
mod shared_read;
pub mod statement;
pub mod steering;
mod stored;
pub mod volume;
mod yearly;

pub use connect::{OpenError, SchemaState};
pub use migration::migrate;
