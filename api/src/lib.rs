//! How it is asked for: an actix-web service over the store.
//!
//! A request passes [`trace`] and [`fallback`], is let in by [`auth::call::Call`], handled in one file of [`routes`], and
//! answered by [`reply::Reply`] or [`problem::Problem`].

pub mod app;
pub mod auth;
pub mod bodies;
pub mod cli;
pub mod contract;
pub mod delivery;
pub mod demo;
pub mod fallback;
pub mod idempotency;
pub mod kolada;
pub mod limit;
pub mod oauth;
pub mod panics;
pub mod personal_numbers;
pub mod problem;
pub mod reply;
pub mod routes;
pub mod state;
pub mod telemetry;
pub mod trace;
pub mod unread;
pub mod wire;
