//! What is true of a municipality's money: types that cannot hold a wrong value, and rules as plain functions.
//!
//! No SQL, no HTTP, no async. Read the modules in this order.

pub mod money;
pub mod period;
pub mod text;
pub mod row_error;

pub mod code_part;
pub mod code_plan;
pub mod code_list;

pub mod delivery;
pub mod posting;
pub mod entry;
pub mod control_total;
pub mod accumulated;
pub mod distribution;

pub mod rollup;
pub mod report;
pub mod deviation;

pub mod permission;
