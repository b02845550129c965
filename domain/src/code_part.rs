//! The eight parts of a code string (kodsträng).

use serde::{Deserialize, Serialize};

/// A code part (koddel): account, unit, activity, project and four more.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum CodePart {
    /// Konto: what was bought or earned.
    Account,
    /// Ansvar: who answers for it.
    Unit,
    /// Verksamhet: what it was for.
    Activity,
    /// Projekt.
    Project,
    /// Specifikation.
    Specification,
    /// Arbetsorder.
    WorkOrder,
    /// Objekt.
    Object,
    /// Motpart: whom it was bought from or sold to.
    Counterparty,
}

impl CodePart {
    /// How many there are.
    pub const COUNT: usize = 8;

    /// All, in the order of a code string.
    pub const ALL: [Self; Self::COUNT] = [
        Self::Account,
        Self::Unit,
        Self::Activity,
        Self::Project,
        Self::Specification,
        Self::WorkOrder,
        Self::Object,
        Self::Counterparty,
    ];

    /// Its place in a code string.
    pub const fn index(self) -> usize {
        self as usize
    }

    /// Its field name in the contract, singular: `workOrder`.
    pub const fn field(self) -> &'static str {
        match self {
            Self::Account => "account",
            Self::Unit => "unit",
            Self::Activity => "activity",
            Self::Project => "project",
            Self::Specification => "specification",
            Self::WorkOrder => "workOrder",
            Self::Object => "object",
            Self::Counterparty => "counterparty",
        }
    }

    /// The name of a list of its codes in the contract: `workOrders`.
    pub const fn list(self) -> &'static str {
        match self {
            Self::WorkOrder => "workOrders",
            other => other.resource(),
        }
    }

    /// The name of its resource and list, plural, as a path segment: `work-orders`.
    pub const fn resource(self) -> &'static str {
        match self {
            Self::Account => "accounts",
            Self::Unit => "units",
            Self::Activity => "activities",
            Self::Project => "projects",
            Self::Specification => "specifications",
            Self::WorkOrder => "work-orders",
            Self::Object => "objects",
            Self::Counterparty => "counterparties",
        }
    }

    /// The Swedish word, as a column header writes it: `arbetsorder`.
    pub const fn swedish(self) -> &'static str {
        match self {
            Self::Account => "konto",
            Self::Unit => "ansvar",
            Self::Activity => "verksamhet",
            Self::Project => "projekt",
            Self::Specification => "specifikation",
            Self::WorkOrder => "arbetsorder",
            Self::Object => "objekt",
            Self::Counterparty => "motpart",
        }
    }

    /// The part whose resource has that name.
    pub fn from_resource(resource: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|part| part.resource() == resource)
    }
}
