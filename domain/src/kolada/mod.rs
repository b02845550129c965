//! What is published the way Kolada has it: key figures, areas and groups, and how our own fit among them.
//!
//! Source: Kolada's open data interface, versions 2 and 3, as its clients use it.

pub mod area;
pub mod key_figure;
pub mod value;
