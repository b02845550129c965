//! The code plan (kodplan): committees, and the eight code parts as trees whose codes are valid for a time.

use crate::code_part::CodePart;
use crate::period::{Month, Year};
use crate::text::{Code, Name};
use chrono::NaiveDate;
use foldhash::{HashMap, HashMapExt};
use serde::{Deserialize, Serialize};

/// What kind of body a committee is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum CommitteeKind {
    /// Kommunfullmäktige.
    Council,
    /// Kommunstyrelsen.
    Executive,
    /// Nämnd.
    #[default]
    Committee,
    /// Programnämnd.
    ProgrammeCommittee,
    /// Kommunalt bolag.
    Company,
    /// Kommunalförbund.
    Association,
    /// A group of bodies.
    Group,
}

impl CommitteeKind {
    /// Every kind.
    pub const ALL: [Self; 7] = [
        Self::Council,
        Self::Executive,
        Self::Committee,
        Self::ProgrammeCommittee,
        Self::Company,
        Self::Association,
        Self::Group,
    ];

    /// Its name in the contract.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Council => "council",
            Self::Executive => "executive",
            Self::Committee => "committee",
            Self::ProgrammeCommittee => "programme-committee",
            Self::Company => "company",
            Self::Association => "association",
            Self::Group => "group",
        }
    }

    /// The kind of that name.
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.code() == code)
    }
}

/// The nature of an account. An account says it itself, since class 8 mixes revenues and costs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Nature {
    /// Intäkt.
    Revenue,
    /// Kostnad.
    Cost,
    /// Tillgång.
    Asset,
    /// Skuld.
    Liability,
    /// Eget kapital.
    Equity,
}

impl Nature {
    /// Every nature.
    pub const ALL: [Self; 5] = [Self::Revenue, Self::Cost, Self::Asset, Self::Liability, Self::Equity];

    /// Its name in the contract.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Revenue => "revenue",
            Self::Cost => "cost",
            Self::Asset => "asset",
            Self::Liability => "liability",
            Self::Equity => "equity",
        }
    }

    /// The nature of that name.
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|nature| nature.code() == code)
    }
}

/// The dates between which something holds, both included; an open end is `None`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub struct Validity {
    /// The first day.
    pub from: Option<NaiveDate>,
    /// The last day.
    pub to: Option<NaiveDate>,
}

impl Validity {
    /// Whether a day of it falls in the span.
    pub fn overlaps(self, span: DateSpan) -> bool {
        self.from.is_none_or(|from| from <= span.last) && self.to.is_none_or(|to| to >= span.first)
    }

    /// Whether it shares a day with another.
    pub fn meets(self, other: Self) -> bool {
        let before = |a: Self, b: Self| matches!((a.to, b.from), (Some(to), Some(from)) if to < from);
        !before(self, other) && !before(other, self)
    }

    /// Whether it has no day at all.
    pub fn is_empty(self) -> bool {
        matches!((self.from, self.to), (Some(from), Some(to)) if to < from)
    }
}

/// The days of a month or a year.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct DateSpan {
    /// The first day.
    pub first: NaiveDate,
    /// The last day.
    pub last: NaiveDate,
}

impl From<Month> for DateSpan {
    fn from(month: Month) -> Self {
        Self { first: month.first_day(), last: month.last_day() }
    }
}

impl From<Year> for DateSpan {
    fn from(year: Year) -> Self {
        let day = |month: u32, day: u32| {
            NaiveDate::from_ymd_opt(i32::from(year.number()), month, day).unwrap_or(NaiveDate::MIN)
        };
        Self { first: day(1, 1), last: day(12, 31) }
    }
}

/// A committee (nämnd), board or company.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Committee {
    /// The municipality's own code: "SN".
    pub code: Code,
    /// Its name.
    pub name: Name,
    /// What kind of body it is.
    pub kind: CommitteeKind,
    /// When it exists.
    pub validity: Validity,
}

/// One code of a part, for the time it is valid. A code that changes its place has several rows with disjoint validity.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CodeRow {
    /// The code.
    pub code: Code,
    /// Its name.
    pub name: Name,
    /// The code above it in the tree.
    pub parent: Option<Code>,
    /// When this row holds.
    pub validity: Validity,
    /// Units: the committee that it and what hangs under it belong to.
    pub committee: Option<Code>,
    /// Accounts: what the account is.
    pub nature: Option<Nature>,
    /// Accounts: the line of the income statement.
    pub result_line: Option<String>,
    /// Accounts: outside net cost (municipal allocation, carried result).
    pub excluded_from_net_cost: bool,
    /// Activities: SCB's row in the municipal accounts statistics (räkenskapssammandraget).
    pub rs_row: Option<String>,
    /// Activities: outside the budget frame (refugee reception).
    pub outside_frame: bool,
}

/// The codes of one part as a tree, by code and time.
#[derive(Debug, Clone, Default)]
pub struct CodeTree {
    rows: Vec<CodeRow>,
    places: HashMap<Code, Vec<usize>>,
    children: HashMap<Code, Vec<usize>>,
}

/// A tree deeper than this is a cycle; loading refuses those, so the bound only guards reads.
const DEEPEST: usize = 64;

impl CodeTree {
    /// A tree of rows, kept in their order.
    pub fn new(rows: Vec<CodeRow>) -> Self {
        let mut places: HashMap<Code, Vec<usize>> = HashMap::with_capacity(rows.len());
        let mut children: HashMap<Code, Vec<usize>> = HashMap::new();
        for (at, row) in rows.iter().enumerate() {
            places.entry(row.code.clone()).or_default().push(at);
            if let Some(parent) = &row.parent {
                children.entry(parent.clone()).or_default().push(at);
            }
        }
        for list in places.values_mut() {
            list.sort_by_key(|&at| rows[at].validity.from);
        }
        Self { rows, places, children }
    }

    /// Every row, in the order of the list.
    pub fn rows(&self) -> &[CodeRow] {
        &self.rows
    }

    /// Whether the code is in the list at any time.
    pub fn knows(&self, code: &str) -> bool {
        self.places.contains_key(code)
    }

    /// Every row of a code, oldest first.
    pub fn rows_of(&self, code: &str) -> impl Iterator<Item = &CodeRow> {
        self.places.get(code).into_iter().flatten().map(|&at| &self.rows[at])
    }

    /// The row of a code in a span of days. Where a code moves within a month, the month belongs to the later place.
    pub fn at(&self, code: &str, span: DateSpan) -> Option<&CodeRow> {
        self.places.get(code)?.iter().rev().map(|&at| &self.rows[at]).find(|row| row.validity.overlaps(span))
    }

    /// The row of a code in a span of days, or the one that ended last before it: amounts of a code that has ended stay where
    /// they were.
    pub fn standing(&self, code: &str, span: DateSpan) -> Option<&CodeRow> {
        let began = |row: &&CodeRow| row.validity.from.is_none_or(|from| from <= span.last);
        self.at(code, span).or_else(|| self.places.get(code)?.iter().rev().map(|&at| &self.rows[at]).find(began))
    }

    /// The code's last row, whenever it held: for names of codes that have ended.
    pub fn latest(&self, code: &str) -> Option<&CodeRow> {
        self.places.get(code)?.last().map(|&at| &self.rows[at])
    }

    /// The rows from the code up to its root, as they stand in a span of days.
    pub fn path(&self, code: &str, span: DateSpan) -> Vec<&CodeRow> {
        let mut path = Vec::new();
        let mut next = self.standing(code, span);
        while let Some(row) = next {
            path.push(row);
            if path.len() >= DEEPEST {
                break;
            }
            next = row.parent.as_ref().and_then(|parent| self.standing(parent.as_str(), span));
        }
        path
    }

    /// The code's ancestor at a depth (1 is a root), and whether the code itself lies at or above that depth.
    /// An unknown code stands for itself.
    pub fn node_at_depth<'a>(&'a self, code: &'a str, depth: usize, span: DateSpan) -> NodeAtDepth<'a> {
        let path = self.path(code, span);
        if path.is_empty() {
            return NodeAtDepth { code, is_itself: true };
        }
        let at = path.len().saturating_sub(depth.max(1));
        NodeAtDepth { code: path[at].code.as_str(), is_itself: at == 0 }
    }

    /// Whether any code hangs under this one in the span.
    pub fn has_children(&self, code: &str, span: DateSpan) -> bool {
        self.children.get(code).is_some_and(|rows| rows.iter().any(|&at| self.rows[at].validity.overlaps(span)))
    }

    /// Whether a code lies above a depth and has codes under it: what is given on it belongs to none of them.
    pub fn is_coarse(&self, code: &str, depth: usize, span: DateSpan) -> bool {
        self.has_children(code, span) && self.path(code, span).len() < depth
    }
}

/// Where a code's amounts are shown when a tree is cut at a depth.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct NodeAtDepth<'a> {
    /// The node that shows them.
    pub code: &'a str,
    /// Whether the node is the code itself.
    pub is_itself: bool,
}

/// Everything that a code string is checked against.
#[derive(Debug, Clone, Default)]
pub struct CodePlan {
    committees: Vec<Committee>,
    trees: [CodeTree; CodePart::COUNT],
}

impl CodePlan {
    /// A plan of committees and trees, in the order of [`CodePart::ALL`].
    pub const fn new(committees: Vec<Committee>, trees: [CodeTree; CodePart::COUNT]) -> Self {
        Self { committees, trees }
    }

    /// The committees, in the order of their list.
    pub fn committees(&self) -> &[Committee] {
        &self.committees
    }

    /// The committee of that code.
    pub fn committee(&self, code: &str) -> Option<&Committee> {
        self.committees.iter().find(|committee| committee.code.as_str() == code)
    }

    /// The tree of a part.
    pub const fn tree(&self, part: CodePart) -> &CodeTree {
        &self.trees[part.index()]
    }

    /// The same plan with another tree for one part.
    #[must_use]
    pub fn with_tree(mut self, part: CodePart, tree: CodeTree) -> Self {
        self.trees[part.index()] = tree;
        self
    }

    /// The same plan with other committees.
    #[must_use]
    pub fn with_committees(mut self, committees: Vec<Committee>) -> Self {
        self.committees = committees;
        self
    }

    /// The committee that a unit belongs to in a span of days: its own, or the nearest ancestor's.
    pub fn committee_of_unit(&self, unit: &str, span: DateSpan) -> Option<&str> {
        let path = self.tree(CodePart::Unit).path(unit, span);
        path.into_iter().find_map(|row| row.committee.as_ref()).map(Code::as_str)
    }
}

/// The span of days that an entry counts in: a month of the year, or the whole year for month 0.
pub fn span_of(year: Year, month: u8) -> DateSpan {
    Month::new(year, month).map_or_else(|_| year.into(), DateSpan::from)
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;

    pub(crate) fn row(code: &str, parent: Option<&str>) -> CodeRow {
        CodeRow {
            code: Code::parse(code).unwrap(),
            name: Name::parse(code).unwrap(),
            parent: parent.map(|parent| Code::parse(parent).unwrap()),
            validity: Validity::default(),
            committee: None,
            nature: None,
            result_line: None,
            excluded_from_net_cost: false,
            rs_row: None,
            outside_frame: false,
        }
    }

    fn date(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    fn month(text: &str) -> DateSpan {
        Month::parse(text).unwrap().into()
    }

    #[test]
    fn a_unit_that_moves_belongs_to_each_committee_in_its_time() {
        let mut before = row("3102", None);
        before.committee = Some(Code::parse("SN").unwrap());
        before.validity.to = Some(date("2018-08-31"));
        let mut after = row("3102", None);
        after.committee = Some(Code::parse("KS").unwrap());
        after.validity.from = Some(date("2018-09-01"));
        let plan = CodePlan::default().with_tree(CodePart::Unit, CodeTree::new(vec![after, before]));
        assert_eq!(plan.committee_of_unit("3102", month("2018-08")), Some("SN"));
        assert_eq!(plan.committee_of_unit("3102", month("2018-09")), Some("KS"));
    }

    #[test]
    fn a_committee_is_inherited_from_the_ancestors() {
        let mut root = row("31", None);
        root.committee = Some(Code::parse("SN").unwrap());
        let tree = CodeTree::new(vec![root, row("310", Some("31")), row("3102", Some("310"))]);
        let plan = CodePlan::default().with_tree(CodePart::Unit, tree);
        assert_eq!(plan.committee_of_unit("3102", month("2018-08")), Some("SN"));
    }

    #[test]
    fn a_code_that_has_ended_stays_where_it_was() {
        let mut ended = row("ab", Some("a"));
        ended.validity.to = Some(date("2018-06-30"));
        let mut later = row("ac", Some("a"));
        later.validity.from = Some(date("2019-01-01"));
        let tree = CodeTree::new(vec![row("a", None), ended, later]);
        assert_eq!(tree.node_at_depth("ab", 1, month("2018-08")).code, "a");
        assert!(tree.standing("ac", month("2018-08")).is_none());
    }

    #[test]
    fn a_tree_is_cut_at_a_depth() {
        let tree = CodeTree::new(vec![row("a", None), row("ab", Some("a")), row("abc", Some("ab"))]);
        let cut = |code, depth| tree.node_at_depth(code, depth, month("2018-08"));
        assert_eq!(cut("abc", 1), NodeAtDepth { code: "a", is_itself: false });
        assert_eq!(cut("abc", 2), NodeAtDepth { code: "ab", is_itself: false });
        assert_eq!(cut("a", 2), NodeAtDepth { code: "a", is_itself: true });
        assert_eq!(cut("zz", 2), NodeAtDepth { code: "zz", is_itself: true });
    }
}
