//! Rollups: what reports read instead of entries. Written with the posting, rebuilt when the code plan changes.

use crate::code_part::CodePart;
use crate::code_plan::{CodePlan, Nature, span_of};
use crate::entry::{Entry, money};
use crate::money::{AmountError, Money};
use crate::period::{Month, Year};
use crate::row_error::{Fault, RowError};
use foldhash::{HashMap, HashMapExt};
use serde::{Deserialize, Serialize};

/// What a rollup is grouped by, beside committee and month.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub enum Dimension {
    /// Verksamhet.
    Activity,
    /// Ansvar.
    Unit,
    /// Konto.
    Account,
}

impl Dimension {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Activity, Self::Unit, Self::Account];

    /// The code part that it groups by.
    pub const fn part(self) -> CodePart {
        match self {
            Self::Activity => CodePart::Activity,
            Self::Unit => CodePart::Unit,
            Self::Account => CodePart::Account,
        }
    }

    /// `activity`, `unit` or `account`.
    pub const fn code(self) -> &'static str {
        self.part().field()
    }

    /// The dimension of that name.
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|dimension| dimension.code() == code)
    }
}

/// One sum of a posting's entries.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RollupRow {
    /// 1 to 13, or 0 for amounts that count for the year and are spread on no month.
    pub month: u8,
    /// What it is grouped by.
    pub dimension: Dimension,
    /// The committee that the entries belong to in that month.
    pub committee: String,
    /// The leaf code as posted; empty when the entries have none.
    pub code: String,
    /// Whether the entries' activity stands outside the budget frame.
    pub outside_frame: bool,
    /// Costs within net cost.
    pub cost: Money,
    /// Revenues within net cost; negative.
    pub revenue: Money,
    /// Outside net cost: balance accounts, municipal allocation, carried result.
    pub excluded: Money,
}

impl RollupRow {
    /// The order of the table's key, so that rows are written where they belong.
    pub fn order(&self) -> (Dimension, &str, &str, bool, u8) {
        (self.dimension, &self.committee, &self.code, self.outside_frame, self.month)
    }
}

/// Where an account's amounts go.
#[derive(Clone, Copy)]
enum Share {
    Cost,
    Revenue,
    Excluded,
    /// No account is given, as in a budget on activities: the sign says whether it is a cost or a revenue.
    BySign,
}

/// Why entries cannot be rolled up.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum RollupError {
    /// Codes that the plan does not carry in a month where entries use them.
    Unresolved(Vec<RowError>),
    /// A sum has more than 15 digits.
    Amount(AmountError),
}

impl From<AmountError> for RollupError {
    fn from(error: AmountError) -> Self {
        Self::Amount(error)
    }
}

type Key<'a> = (u8, Dimension, &'a str, &'a str, bool);

/// Sums the entries of one posting by committee, month and each dimension, ordered by key.
pub fn rollup(entries: &[Entry], year: Year, plan: &CodePlan) -> Result<Vec<RollupRow>, RollupError> {
    let mut resolver =
        Resolver { year, plan, committees: HashMap::new(), shares: HashMap::new(), frames: HashMap::new() };
    let mut sums: HashMap<Key<'_>, [i128; 3]> = HashMap::new();
    let mut unresolved: HashMap<(u8, &str), RowError> = HashMap::new();
    for entry in entries {
        let Some(committee) = resolver.committee(entry) else {
            let unit = entry.code(CodePart::Unit);
            unresolved.entry((entry.month, unit)).or_insert_with(|| resolver.unresolved(unit, entry.month));
            continue;
        };
        let place = match resolver.share(entry) {
            Share::Cost => 0,
            Share::Revenue => 1,
            Share::Excluded => 2,
            Share::BySign => usize::from(entry.amount.ore() < 0),
        };
        let outside_frame = resolver.outside_frame(entry);
        for dimension in Dimension::ALL {
            let key = (entry.month, dimension, committee, entry.code(dimension.part()), outside_frame);
            sums.entry(key).or_default()[place] += i128::from(entry.amount.ore());
        }
    }
    if !unresolved.is_empty() {
        let mut errors: Vec<_> = unresolved.into_iter().collect();
        errors.sort_unstable_by_key(|(key, _)| *key);
        return Err(RollupError::Unresolved(errors.into_iter().map(|(_, error)| error).collect()));
    }
    let mut rows = sums.into_iter().map(rollup_row).collect::<Result<Vec<_>, _>>()?;
    rows.sort_unstable_by(|a, b| a.order().cmp(&b.order()));
    Ok(rows)
}

fn rollup_row((key, sums): (Key<'_>, [i128; 3])) -> Result<RollupRow, AmountError> {
    let (month, dimension, committee, code, outside_frame) = key;
    let [cost, revenue, excluded] = sums;
    Ok(RollupRow {
        month,
        dimension,
        committee: committee.to_owned(),
        code: code.to_owned(),
        outside_frame,
        cost: money(cost)?,
        revenue: money(revenue)?,
        excluded: money(excluded)?,
    })
}

/// Answers once per code and month what the plan says of it.
struct Resolver<'a> {
    year: Year,
    plan: &'a CodePlan,
    committees: HashMap<(u8, &'a str), Option<&'a str>>,
    shares: HashMap<(u8, &'a str), Share>,
    frames: HashMap<(u8, &'a str), bool>,
}

impl<'a> Resolver<'a> {
    fn committee(&mut self, entry: &'a Entry) -> Option<&'a str> {
        let unit = entry.code(CodePart::Unit);
        if unit.is_empty() {
            return Some(&entry.committee);
        }
        let (year, plan) = (self.year, self.plan);
        *self
            .committees
            .entry((entry.month, unit))
            .or_insert_with(|| plan.committee_of_unit(unit, span_of(year, entry.month)))
    }

    fn share(&mut self, entry: &'a Entry) -> Share {
        let account = entry.code(CodePart::Account);
        if account.is_empty() {
            return Share::BySign;
        }
        let (year, plan) = (self.year, self.plan);
        *self.shares.entry((entry.month, account)).or_insert_with(|| {
            let tree = plan.tree(CodePart::Account);
            let row = tree.at(account, span_of(year, entry.month)).or_else(|| tree.latest(account));
            match row.map(|row| (row.excluded_from_net_cost, row.nature)) {
                Some((false, Some(Nature::Cost))) => Share::Cost,
                Some((false, Some(Nature::Revenue))) => Share::Revenue,
                _ => Share::Excluded,
            }
        })
    }

    fn outside_frame(&mut self, entry: &'a Entry) -> bool {
        let activity = entry.code(CodePart::Activity);
        if activity.is_empty() {
            return false;
        }
        let (year, plan) = (self.year, self.plan);
        *self.frames.entry((entry.month, activity)).or_insert_with(|| {
            let path = plan.tree(CodePart::Activity).path(activity, span_of(year, entry.month));
            path.iter().any(|row| row.outside_frame)
        })
    }

    fn unresolved(&self, unit: &str, month: u8) -> RowError {
        let when = Month::new(self.year, month).map_or_else(|_| self.year.to_string(), |month| month.to_string());
        RowError::whole(
            "unit",
            unit,
            Fault::InvalidCode,
            format!("is used in {when} and would belong to no committee then"),
        )
    }
}
