//! What users do, over HTTP, on both databases.

mod accumulated;
mod code_plans;
mod deviations;
mod main_job;
mod month_locks;
mod postings;
mod quarantine;
mod reports;
