//! What users do, over HTTP, on both databases.

mod main_job;
