//! The rules of a policy: what is compared, on which level, and how much it may deviate.

use crate::money::Money;
use crate::rollup::Dimension;

/// What is compared.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum DeviationBasis {
    /// Outcome of the year to date against the periodised budget.
    YearToDate,
    /// Forecast of the full year against the year's budget.
    Forecast,
}

impl DeviationBasis {
    /// Every basis.
    pub const ALL: [Self; 2] = [Self::YearToDate, Self::Forecast];

    /// `year-to-date` or `forecast`.
    pub const fn code(self) -> &'static str {
        match self {
            Self::YearToDate => "year-to-date",
            Self::Forecast => "forecast",
        }
    }

    /// The basis of that name.
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|basis| basis.code() == code)
    }
}

/// What a rule looks at.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Level {
    /// The committee as a whole.
    Committee,
    /// Activities at a depth of their tree.
    Activity,
    /// Units at a depth of their tree.
    Unit,
}

impl Level {
    /// Every level.
    pub const ALL: [Self; 3] = [Self::Committee, Self::Activity, Self::Unit];

    /// `committee`, `activity` or `unit`.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Committee => "committee",
            Self::Activity => "activity",
            Self::Unit => "unit",
        }
    }

    /// The level of that name.
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|level| level.code() == code)
    }

    /// The rollup that its sums come from.
    pub const fn dimension(self) -> Dimension {
        match self {
            Self::Committee | Self::Activity => Dimension::Activity,
            Self::Unit => Dimension::Unit,
        }
    }
}

/// One rule of a committee's policy.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rule {
    /// What is compared.
    pub basis: DeviationBasis,
    /// What it looks at.
    pub level: Level,
    /// The depth in the tree, 1 for roots; not used for the committee.
    pub depth: u8,
    /// A case opens when the deviation is larger than this, in either direction.
    pub threshold_amount: Option<Money>,
    /// A case opens when the deviation is a larger share of the budget than this, in hundredths of a percent.
    pub threshold_percent: Option<i64>,
    /// Days that the committee has to answer.
    pub deadline_days: Option<u16>,
}

impl Rule {
    /// Whether the deviation passes every threshold that the rule states. Without any, everything but zero does.
    pub fn fires(&self, deviation: Money, budget: Money) -> bool {
        let amount = self.threshold_amount.unwrap_or_default();
        let percent_passed = self.threshold_percent.is_none_or(|most| {
            // |deviation| / |budget| > most / 10 000, without dividing.
            i128::from(deviation.ore().abs()) * 10_000 > i128::from(most) * i128::from(budget.ore().abs())
        });
        deviation.abs() > amount && percent_passed
    }
}

/// What a negative and a positive deviation ask for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Required {
    /// A plan of measures: the deviation is negative.
    ActionPlan,
    /// What it consists of, and how it differs from the previous report: the deviation is positive.
    Explanation,
}

impl Required {
    /// What a deviation asks for.
    pub const fn of(deviation: Money) -> Self {
        if deviation.ore() < 0 { Self::ActionPlan } else { Self::Explanation }
    }

    /// `action-plan` or `explanation`.
    pub const fn code(self) -> &'static str {
        match self {
            Self::ActionPlan => "action-plan",
            Self::Explanation => "explanation",
        }
    }
}
