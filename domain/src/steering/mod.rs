//! Steering: what a municipality's committees plan and follow up, in a chain of goals whose levels are the municipality's own data.
//!
//! Read the modules in this order: the levels, the nodes, how they hang together, plans of them, and how they went.

pub mod model;
pub mod scale;

pub mod chain;
pub mod coverage;
pub mod goal;
pub mod placement;
pub mod target;

pub mod difference;
pub mod edition;
pub mod plan;

pub mod checklist;
pub mod follow_up;
pub mod fulfilment;
pub mod internal_control;
