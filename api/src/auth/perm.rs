//! Permissions as types: a handler that takes a `Call<perm::Structure>` cannot be reached without that right.

use utfall_domain::permission::Right;

/// A permission that a handler's signature names.
pub trait Permission {
    /// The right that the caller's role must have.
    const RIGHT: Right;
}

macro_rules! permissions {
    ($($(#[$doc:meta])* $name:ident;)*) => { $(
        $(#[$doc])*
        #[derive(Debug)]
        pub struct $name;
        impl Permission for $name {
            const RIGHT: Right = Right::$name;
        }
    )* };
}

permissions! {
    /// Create and list municipalities.
    Municipalities;
    /// Read a municipality's own row.
    MunicipalityRead;
    /// Read what a municipality has.
    Read;
    /// Load committees, code parts and period profiles.
    Structure;
    /// Post and withdraw outcomes.
    Outcomes;
    /// Post and withdraw budgets and forecasts.
    Budgets;
    /// Set steering models.
    SteeringModels;
    /// Load goals, assignments, plans and internal control, and propose plans.
    Goals;
    /// Write and submit follow-ups.
    FollowUps;
    /// Record what a body has decided.
    Decisions;
    /// Define indicators, load observations, set targets and scorecards.
    Indicators;
    /// Explain deviations, and write, propose, report on and close action plans.
    ActionPlans;
    /// Set deviation policies.
    Policies;
    /// Lock and unlock months.
    Locks;
    /// Let clients in, and shut them out.
    Clients;
    /// Read the audit trail.
    Audit;
}
