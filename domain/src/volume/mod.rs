//! Volumes and prices: how many, at what price, for how long; and what of a deviation is volume, what is price, and what is neither.

mod row;
mod split;

pub use row::{Average, VolumeAssumptions, VolumeFigure, VolumeRow, average, computed};
pub use split::{Split, split};
