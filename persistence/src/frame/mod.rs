//! Frames, transfers between them, and investment frames.

mod frames;
mod investment;
mod transfer;

pub use frames::{Bridged, bridged, bridges, resource, set};
pub use investment::{InvestmentYear, investment_resource, investment_year, set_investments};
pub use transfer::{put_transfer, transfer, transfer_resource, transfers};
