//! Roles and what they may do: one table, used by the code and checked by a test against every operation.

use serde::{Deserialize, Serialize};

/// A role that a grant gives.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Role {
    /// Creates municipalities; bound to none, and reads nothing of theirs.
    PlatformAdmin,
    /// Everything in a municipality.
    Admin,
    /// Loads budgets and forecasts, sets policies, locks months.
    Controller,
    /// An economy system: writes outcomes only.
    Poster,
    /// Publishes plans and follow-ups.
    Secretary,
    /// Reads.
    Reader,
}

/// A right that an operation needs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Right {
    /// Create and list municipalities.
    Municipalities,
    /// Read a municipality's own row.
    MunicipalityRead,
    /// Read what a municipality has.
    Read,
    /// Load committees, code parts and period profiles.
    Structure,
    /// Post and withdraw outcomes.
    Outcomes,
    /// Post and withdraw budgets and forecasts.
    Budgets,
    /// Set steering models.
    SteeringModels,
    /// Load goals, assignments, plans and internal control, and propose plans.
    Goals,
    /// Write and submit follow-ups.
    FollowUps,
    /// Record what a body has decided: plans and follow-ups.
    Decisions,
    /// Define indicators, load observations, set targets and scorecards.
    Indicators,
    /// Explain deviations, and write, propose, report on and close action plans.
    ActionPlans,
    /// Set deviation policies.
    Policies,
    /// Lock and unlock months.
    Locks,
    /// Let clients in, and shut them out.
    Clients,
    /// Read the audit trail.
    Audit,
}

impl Role {
    /// Every role.
    pub const ALL: [Self; 6] =
        [Self::PlatformAdmin, Self::Admin, Self::Controller, Self::Poster, Self::Secretary, Self::Reader];

    /// Its name in a token and on the command line.
    pub const fn code(self) -> &'static str {
        match self {
            Self::PlatformAdmin => "platform-admin",
            Self::Admin => "admin",
            Self::Controller => "controller",
            Self::Poster => "poster",
            Self::Secretary => "secretary",
            Self::Reader => "reader",
        }
    }

    /// The role of that name.
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|role| role.code() == code)
    }

    /// The table.
    pub const fn may(self, right: Right) -> bool {
        if matches!(right, Right::MunicipalityRead) {
            return true;
        }
        match self {
            Self::PlatformAdmin => matches!(right, Right::Municipalities),
            Self::Admin => !matches!(right, Right::Municipalities),
            Self::Controller => matches!(
                right,
                Right::Read
                    | Right::Outcomes
                    | Right::Budgets
                    | Right::Goals
                    | Right::FollowUps
                    | Right::Indicators
                    | Right::ActionPlans
                    | Right::Policies
                    | Right::Locks
                    | Right::Audit
            ),
            Self::Poster => matches!(right, Right::Read | Right::Outcomes),
            Self::Secretary => matches!(
                right,
                Right::Read
                    | Right::SteeringModels
                    | Right::Goals
                    | Right::FollowUps
                    | Right::Decisions
                    | Right::Indicators
                    | Right::ActionPlans
            ),
            Self::Reader => matches!(right, Right::Read),
        }
    }
}

impl Right {
    /// Every right.
    pub const ALL: [Self; 16] = [
        Self::Municipalities,
        Self::MunicipalityRead,
        Self::Read,
        Self::Structure,
        Self::Outcomes,
        Self::Budgets,
        Self::SteeringModels,
        Self::Goals,
        Self::FollowUps,
        Self::Decisions,
        Self::Indicators,
        Self::ActionPlans,
        Self::Policies,
        Self::Locks,
        Self::Clients,
        Self::Audit,
    ];

    /// Its name in the contract (`x-right`).
    pub const fn code(self) -> &'static str {
        match self {
            Self::Municipalities => "municipalities",
            Self::MunicipalityRead => "municipality-read",
            Self::Read => "read",
            Self::Structure => "structure",
            Self::Outcomes => "outcomes",
            Self::Budgets => "budgets",
            Self::SteeringModels => "steering-models",
            Self::Goals => "goals",
            Self::FollowUps => "follow-ups",
            Self::Decisions => "decisions",
            Self::Indicators => "indicators",
            Self::ActionPlans => "action-plans",
            Self::Policies => "policies",
            Self::Locks => "locks",
            Self::Clients => "clients",
            Self::Audit => "audit",
        }
    }
}

/// Which committees a grant reaches.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Reach {
    /// The whole municipality.
    All,
    /// These committees only.
    Committees(Vec<String>),
}

impl Reach {
    /// Whether it reaches a committee.
    pub fn covers(&self, committee: &str) -> bool {
        match self {
            Self::All => true,
            Self::Committees(codes) => codes.iter().any(|code| code == committee),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Who may what, written out once more: a change of the table is a decision, and shows here.
    const TABLE: [(&str, &[&str]); 6] = [
        ("platform-admin", &["municipalities", "municipality-read"]),
        (
            "admin",
            &[
                "municipality-read",
                "read",
                "structure",
                "outcomes",
                "budgets",
                "steering-models",
                "goals",
                "follow-ups",
                "decisions",
                "indicators",
                "action-plans",
                "policies",
                "locks",
                "clients",
                "audit",
            ],
        ),
        (
            "controller",
            &[
                "municipality-read",
                "read",
                "outcomes",
                "budgets",
                "goals",
                "follow-ups",
                "indicators",
                "action-plans",
                "policies",
                "locks",
                "audit",
            ],
        ),
        ("poster", &["municipality-read", "read", "outcomes"]),
        (
            "secretary",
            &[
                "municipality-read",
                "read",
                "steering-models",
                "goals",
                "follow-ups",
                "decisions",
                "indicators",
                "action-plans",
            ],
        ),
        ("reader", &["municipality-read", "read"]),
    ];

    #[test]
    fn a_role_may_what_the_table_says() {
        for (role, rights) in TABLE {
            let role = Role::from_code(role).expect(role);
            let may: Vec<&str> = Right::ALL.into_iter().filter(|right| role.may(*right)).map(Right::code).collect();
            assert_eq!(may, rights, "{}", role.code());
        }
        assert_eq!(Role::ALL.map(Role::code), TABLE.map(|(role, _)| role));
        assert_eq!(Role::from_code("superuser"), None);
    }

    #[test]
    fn a_reach_covers_its_committees_and_no_other() {
        let own = Reach::Committees(vec!["SN".into(), "KS".into()]);
        assert!(Reach::All.covers("BUN") && own.covers("SN") && own.covers("KS"));
        assert!(!own.covers("BUN") && !own.covers("") && !Reach::Committees(Vec::new()).covers("SN"));
    }
}
