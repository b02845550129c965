//! Investment frames: what each project may use in a year, what it has used, and what of the rest is carried over.

use crate::money::{AmountError, Money};
use crate::period::Year;
use crate::row_error::{Fault, RowError};
use crate::text::{Code, Name};
use crate::word::words;
use serde::{Deserialize, Serialize};

words! {
    /// How a carry-over is put forward.
    CarryKind: 2 {
        /// Information: what is begun goes on.
        Information = "information",
        /// Begäran: it is asked for.
        Request = "request",
    }
}

/// What is carried over to next year (ombudgetering).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CarryOver {
    /// How much; positive.
    pub amount: Money,
    /// As information, or as a request.
    pub kind: CarryKind,
    /// Why.
    pub justification: String,
}

/// A project's investment budget for a year.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct InvestmentProject {
    /// The project of the code plan; none for one without code.
    pub project: Option<Code>,
    /// What it is called.
    pub label: Name,
    /// The original budget; expenditure is positive.
    pub original: Money,
    /// Supplementary budget.
    pub supplementary: Money,
    /// What is carried over from the year before.
    pub re_budgeted: Money,
    /// What is carried over to the next.
    pub carry_over: Option<CarryOver>,
}

/// A committee's investment frame for a year.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct InvestmentFrame {
    /// The committee.
    pub committee: Code,
    /// The year.
    pub year: Year,
    /// The projects.
    pub projects: Vec<InvestmentProject>,
}

impl InvestmentFrame {
    /// What is wrong with it by itself; fields are JSON pointers.
    pub fn check(&self) -> Vec<RowError> {
        let mut errors = Vec::new();
        for (at, one) in self.projects.iter().enumerate() {
            let mut fault = |field: &str, value: &str, fault, reason: &str| {
                errors.push(RowError::whole(format!("projects/{at}/{field}"), value, fault, reason));
            };
            let same = |other: &InvestmentProject| other.project.is_some() && other.project == one.project;
            if self.projects[..at].iter().any(same) {
                fault(
                    "project",
                    one.project.as_ref().map_or("", Code::as_str),
                    Fault::Conflict,
                    "stands twice in the list",
                );
            }
            if let Some(carried) = &one.carry_over {
                if carried.amount <= Money::ZERO {
                    fault("carryOver/amount", &carried.amount.to_string(), Fault::Bounds, "is not above zero");
                }
                if carried.justification.is_empty() {
                    fault("carryOver/justification", "", Fault::Missing, "is needed: a carry-over says why");
                }
            }
        }
        errors
    }
}

/// What becomes of a project's budget.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct InvestmentFigures {
    /// Original, supplementary and re-budgeted.
    pub budget: Money,
    /// What is used of it.
    pub used: Money,
    /// What is not: positive is unused.
    pub unused: Money,
    /// What of that is carried over.
    pub carried: Money,
    /// What is left without being carried over.
    pub left: Money,
}

/// The figures of some projects together, or of one. `used` is what the ledger says.
pub fn investment_figures<'a>(
    projects: impl IntoIterator<Item = &'a InvestmentProject>,
    used: Money,
) -> Result<InvestmentFigures, AmountError> {
    let (mut budget, mut carried) = (Vec::new(), Vec::new());
    for one in projects {
        budget.extend([one.original, one.supplementary, one.re_budgeted]);
        carried.extend(one.carry_over.as_ref().map(|carried| carried.amount));
    }
    let (budget, carried) = (Money::sum(budget)?, Money::sum(carried)?);
    let unused = budget.minus(used)?;
    Ok(InvestmentFigures { budget, used, unused, carried, left: unused.minus(carried)? })
}
