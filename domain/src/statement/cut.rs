//! Statements without a layout: by a tree cut at a depth, or by the lines of the income statement.

use super::column::{Columns, LedgerColumn};
use super::line::{ColumnSum, Line, LineKind, Statement, sum_cells};
use crate::code_plan::{CodeTree, DateSpan, Nature};
use crate::money::{AmountError, Money};
use crate::report::{Absent, RowKind, kind_of};
use std::collections::{BTreeMap, HashMap};

fn net(sum: &ColumnSum, column: LedgerColumn) -> Result<Money, AmountError> {
    sum.part(column.part)
}

/// Cuts sums at a depth of the tree; the lines share the total among them.
pub fn by_tree(
    columns: &Columns,
    sums: &[ColumnSum],
    absent: &[Option<Absent>],
    tree: &CodeTree,
    depth: usize,
    span: DateSpan,
) -> Result<Statement, AmountError> {
    let order: HashMap<&str, usize> =
        tree.rows().iter().enumerate().rev().map(|(at, row)| (row.code.as_str(), at)).collect();
    let mut nodes: BTreeMap<(usize, &str), Vec<&ColumnSum>> = BTreeMap::new();
    for sum in sums {
        let node = tree.node_at_depth(&sum.code, depth, span).code;
        let place = order.get(node).copied().unwrap_or(usize::MAX);
        nodes.entry((place, node)).or_default().push(sum);
    }
    let mut lines = Vec::with_capacity(nodes.len());
    for ((_, code), sums) in nodes {
        let named = tree.at(code, span).or_else(|| tree.latest(code));
        let kind = match kind_of(tree, code, depth, span) {
            RowKind::Line => LineKind::Line,
            RowKind::Group => LineKind::Group,
            RowKind::Undistributed => LineKind::Undistributed,
        };
        lines.push(Line {
            code: code.to_owned(),
            label: named.map(|row| row.name.to_string()).unwrap_or_default(),
            kind,
            depth: 0,
            cells: sum_cells(columns, sums, absent, net)?,
        });
    }
    Ok(Statement { lines, total: Some(sum_cells(columns, sums, absent, net)?) })
}

/// The income statement: revenues and costs by their lines, net cost, what stands outside net cost, and the result.
///
/// Municipal allocation and carried result are revenues and costs outside net cost; balance accounts are left out.
pub fn result_statement(
    columns: &Columns,
    sums: &[ColumnSum],
    absent: &[Option<Absent>],
    accounts: &CodeTree,
    span: DateSpan,
) -> Result<Statement, AmountError> {
    let sums: Vec<(Place, &ColumnSum)> =
        sums.iter().filter_map(|sum| Some((place(sum, accounts, span)?, sum))).collect();
    let mut lines = Vec::new();
    let of = |wanted: &dyn Fn(&Place) -> bool| {
        let of_kind: Vec<&ColumnSum> = sums.iter().filter(|(place, _)| wanted(place)).map(|(_, sum)| *sum).collect();
        sum_cells(columns, of_kind, absent, whole)
    };
    let sections = [
        (Section::Revenue, "Summa intäkter"),
        (Section::Cost, "Summa kostnader"),
        (Section::Outside, "Summa utanför nettokostnaden"),
    ];
    let total =
        |code: &str, label: &str, kind, cells| Line { code: code.into(), label: label.into(), kind, depth: 0, cells };
    for (section, label) in sections {
        let mut names: Vec<&Place> =
            sums.iter().map(|(place, _)| place).filter(|place| place.section == section).collect();
        names.sort();
        names.dedup();
        if section == Section::Outside {
            let cells = of(&|place| place.section != Section::Outside)?;
            lines.push(total("net-cost", "Nettokostnad", LineKind::Subtotal, cells));
        }
        for name in &names {
            let cells = of(&|place| place == *name)?;
            lines.push(Line {
                code: name.code.clone(),
                label: name.label.clone(),
                kind: LineKind::Line,
                depth: 0,
                cells,
            });
        }
        if section != Section::Outside || !names.is_empty() {
            lines.push(total(section.code(), label, LineKind::Subtotal, of(&|place| place.section == section)?));
        }
    }
    let cells = of(&|_| true)?;
    Ok(Statement { lines, total: Some(cells) })
}

fn whole(sum: &ColumnSum, column: LedgerColumn) -> Result<Money, AmountError> {
    sum.part(column.part)?.plus(sum.excluded)
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Section {
    Revenue,
    Cost,
    Outside,
}

impl Section {
    const fn code(self) -> &'static str {
        match self {
            Self::Revenue => "revenues",
            Self::Cost => "costs",
            Self::Outside => "outside-net-cost",
        }
    }
}

/// Where a sum stands: its section, and its line in the order of the account list.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
struct Place {
    section: Section,
    order: usize,
    code: String,
    label: String,
}

fn place(sum: &ColumnSum, accounts: &CodeTree, span: DateSpan) -> Option<Place> {
    let row = accounts.at(&sum.code, span).or_else(|| accounts.latest(&sum.code));
    let Some(row) = row else {
        // Without an account the sign says whether it is a revenue or a cost.
        let (section, label) = if sum.cost.is_zero() && !sum.revenue.is_zero() {
            (Section::Revenue, "Intäkter utan konto")
        } else {
            (Section::Cost, "Kostnader utan konto")
        };
        return Some(Place { section, order: usize::MAX, code: String::new(), label: label.into() });
    };
    let section = match (row.nature, row.excluded_from_net_cost) {
        (Some(Nature::Revenue | Nature::Cost), true) => Section::Outside,
        (Some(Nature::Revenue), false) => Section::Revenue,
        (Some(Nature::Cost), false) => Section::Cost,
        _ => return None,
    };
    let same = |other: &&crate::code_plan::CodeRow| {
        if row.result_line.is_none() { other.code == row.code } else { other.result_line == row.result_line }
    };
    let order = accounts.rows().iter().position(|other| same(&other)).unwrap_or(usize::MAX);
    let (code, label) = match &row.result_line {
        None => (row.code.to_string(), row.name.to_string()),
        Some(line) => (line.clone(), line.clone()),
    };
    Some(Place { section, order, code, label })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::code_plan::tests::row;
    use crate::period::Year;
    use proptest::prelude::*;

    fn sum(code: &str, cost: i64, revenue: i64) -> ColumnSum {
        let (cost, revenue) = (Money::stored(cost), Money::stored(revenue));
        ColumnSum { column: 0, code: code.into(), outside_frame: false, cost, revenue, excluded: Money::ZERO }
    }

    proptest! {
        #[test]
        fn the_total_is_the_ledgers_sum_for_any_cut_of_the_tree(
            amounts in proptest::collection::vec((0_usize..5, 0_i64..9_999, -9_999_i64..=0), 0..40), depth in 1_usize..4,
        ) {
            let tree = CodeTree::new(vec![row("a", None), row("a1", Some("a")), row("a11", Some("a1")), row("b", None)]);
            let codes = ["a", "a1", "a11", "b", ""];
            let sums: Vec<ColumnSum> = amounts.iter().map(|(code, cost, revenue)| sum(codes[*code], *cost, *revenue)).collect();
            let columns = Columns::parse("outcome-2018").unwrap();
            let span = Year::parse("2018").unwrap().into();
            let cut = by_tree(&columns, &sums, &[None], &tree, depth, span).unwrap();
            let whole: i64 = amounts.iter().map(|(_, cost, revenue)| cost + revenue).sum();
            prop_assert_eq!(cut.total.unwrap()[0], Ok(Money::stored(whole)));
            let lines = Money::sum(cut.lines.iter().map(|line| line.cells[0].unwrap())).unwrap();
            prop_assert_eq!(lines, Money::stored(whole));
        }
    }
}
