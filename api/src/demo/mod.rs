//! A real case to show and to test with.

pub mod linkoping;
