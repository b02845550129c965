//! What is true of a municipality's money and goals: types that cannot hold a wrong value, and rules as plain functions.
//!
//! No SQL, no HTTP, no async. Read the modules in this order.

pub mod decimal;
pub mod money;
pub mod period;
pub mod row_error;
pub mod text;
mod word;

pub mod client;
pub mod code_list;
pub mod code_part;
pub mod code_plan;

pub mod accumulated;
pub mod control_total;
pub mod delivery;
pub mod distribution;
pub mod entry;
pub mod personal_number;
pub mod posting;

pub mod accrual;
pub mod action_plan;
pub mod agreed_level;
pub mod deviation;
pub mod forecasting;
pub mod frame;
pub mod report;
pub mod rollup;
pub mod statement;
pub mod volume;

pub mod indicator;
pub mod kolada;
pub mod steering;

pub mod permission;
