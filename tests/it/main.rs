//! What users do, over HTTP, on both databases.

mod accumulated;
mod action_plans;
mod architecture;
mod code_plans;
mod command_line;
mod contract;
mod deviations;
mod docs;
mod document;
mod durability;
mod identity;
mod indicators;
mod inputs;
mod kolada;
mod main_job;
mod month_locks;
mod postings;
mod quarantine;
mod reports;
mod schema;
mod steering;
mod totals;
mod walk;
