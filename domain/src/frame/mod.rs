//! Frames (budgetramar): what the council grants a committee net for a year, how that came about, and what is used of it.

mod bridge;
mod change;
mod investment;

pub use bridge::{Bridge, BridgeFinding, BridgeItem, Opening, bridge};
pub use change::{ChangeKind, Frame, FrameChange, FrameTransfer, PlannedSaving, Reserve, ReserveUse, Terms};
pub use investment::{CarryKind, CarryOver, InvestmentFigures, InvestmentFrame, InvestmentProject, investment_figures};
