//! What forecasts are made and scored from: months of outcomes and budgets, and the forecasts of a year beside what it became.

mod accuracy;
mod leaning;
mod made_on;
mod monthly;
mod profile;
mod proposals;

pub use accuracy::{Forecasted, forecasted};
pub use leaning::leaning;
pub use made_on::{MadeOn, made_on};
pub use monthly::{Monthly, monthly, of_whole_years};
pub(crate) use profile::history_profiles;
pub use proposals::{Ask, Proposals, ProposedRow, proposals};
