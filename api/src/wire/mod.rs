//! Shapes that several resources share on the wire.

pub mod amount;
pub mod as_of;
pub mod csv;
pub mod decimal;
pub mod fields;
pub mod json;
pub mod json_stat;
pub mod link;
pub mod page;
pub mod parameter;
pub mod year;
