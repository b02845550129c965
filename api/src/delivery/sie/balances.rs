//! Which of a SIE file's period rows count, so that no krona is counted twice and none is lost.
//!
//! By the standard a row with empty braces, `{}`, is the whole account, and rows with objects repeat it
//! by object. Some ledgers write every row once instead, so that `{}` is what has no object. The figures
//! decide, account by account: the file says the account's change in the year (`#RES`, else `#UB` less
//! `#IB`), and either the `{}` rows make it alone (they are totals) or all rows make it together (they are
//! parts). Failing that, a month whose `{}` row equals its object rows shows totals. Accounts that show
//! neither are read as most accounts of the file that do, and else by the standard.
//!
//! Within an account and month:
//! 1. Parts: every row counts.
//! 2. A total and object rows: the object rows count, and what they leave of the total is a row without objects.
//! 3. Objects only: they count. A total that is nothing is often left out.
//!
//! Rows that name several dimensions at once ({1 "10" 6 "P1"}) are combinations, each said once. A file
//! where every row names one dimension, and rows of an account name different ones, may say the money
//! once per dimension. If all together make the total they are parts of it; else the rows of one dimension
//! count (one that equals the total, else the unit's) and those of the others are left out, with a note.
//! Without a total to tell by, the account is an error: a guess would be someone's money.

use super::dimensions::Dimensions;
use super::row::Balance;
use crate::delivery::field::Field;
use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet, HashMap};
use utfall_domain::code_part::CodePart;
use utfall_domain::money::Money;
use utfall_domain::row_error::{Fault, RowError};

/// The rows that count.
#[derive(Debug, Default)]
pub(super) struct Settled<'a> {
    /// One row for each code string of an account and month, and the rests.
    pub(super) rows: Vec<Balance<'a>>,
    /// The accounts that cannot be decided.
    pub(super) errors: Vec<RowError>,
    /// What was left out, and why.
    pub(super) notes: Vec<String>,
}

/// What `{}` rows are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Reading {
    Totals,
    Parts,
}

/// Picks the rows that count. `changes` are the accounts' changes in the year, in öre.
pub(super) fn settle<'a>(
    balances: Vec<Balance<'a>>,
    changes: &HashMap<Cow<'_, str>, i64>,
    dimensions: &Dimensions<'_>,
) -> Settled<'a> {
    if balances.iter().all(|balance| balance.objects.is_empty()) {
        let rows = balances
            .into_iter()
            .filter(|balance| balance.ordinal.is_some())
            .collect();
        return Settled {
            rows,
            ..Settled::default()
        };
    }
    let mut accounts: BTreeMap<Cow<'a, str>, Vec<Balance<'a>>> = BTreeMap::new();
    let combined = balances.iter().any(|balance| balance.objects.len() > 1);
    for balance in balances {
        accounts.entry(balance.account.clone()).or_default().push(balance);
    }
    let shown: HashMap<Cow<'a, str>, Reading> = accounts
        .iter()
        .filter_map(|(account, rows)| Some((account.clone(), shown(rows, changes.get(account).copied())?)))
        .collect();
    let totals = shown
        .values()
        .filter(|reading| **reading == Reading::Totals)
        .count();
    let habit = if totals * 2 < shown.len() {
        Reading::Parts
    } else {
        Reading::Totals
    };
    let mut settler = Settler {
        dimensions,
        combined,
        totals: totals > 0,
        left_out: BTreeMap::new(),
        settled: Settled::default(),
    };
    for (account, rows) in accounts {
        let reading = shown.get(&account).copied().unwrap_or(habit);
        let mut periods: BTreeMap<Cow<'a, str>, Vec<Balance<'a>>> = BTreeMap::new();
        for row in rows.into_iter().filter(|row| row.ordinal.is_some()) {
            periods.entry(row.period.clone()).or_default().push(row);
        }
        periods
            .into_values()
            .for_each(|rows| settler.month(rows, reading));
    }
    settler.finish()
}

/// What the figures of an account show. Objects that make the year's change without any `{}` row are parts.
fn shown(rows: &[Balance<'_>], change: Option<i64>) -> Option<Reading> {
    let (wholes, parts): (Vec<&Balance<'_>>, Vec<_>) = rows.iter().partition(|row| row.objects.is_empty());
    let (whole, part) = (sum(wholes.iter().copied()), sum(parts.iter().copied()));
    match change.map(i128::from) {
        _ if part == 0 => {}
        Some(change) if change == whole && !wholes.is_empty() => return Some(Reading::Totals),
        Some(change) if change == whole + part => return Some(Reading::Parts),
        _ => {}
    }
    let repeated = wholes.iter().any(|whole| {
        let month = parts.iter().copied().filter(|part| part.period == whole.period);
        whole.ore != 0 && views(month).values().any(|view| *view == i128::from(whole.ore))
    });
    repeated.then_some(Reading::Totals)
}

fn sum<'b, 'a: 'b>(rows: impl IntoIterator<Item = &'b Balance<'a>>) -> i128 {
    rows.into_iter().map(|row| i128::from(row.ore)).sum()
}

/// The sums of the rows of an account and month, by the dimensions that they name.
type Views = BTreeMap<Vec<String>, i128>;

fn views<'b, 'a: 'b>(rows: impl IntoIterator<Item = &'b Balance<'a>>) -> Views {
    let mut views = Views::new();
    for row in rows {
        *views.entry(row.dimensions()).or_default() += i128::from(row.ore);
    }
    views
}

/// Which object rows of an account and month count.
enum Pick {
    All,
    One(Vec<String>),
    Undecided,
}

struct Settler<'d, 'a> {
    dimensions: &'d Dimensions<'d>,
    /// Whether rows name several dimensions at once.
    combined: bool,
    /// Whether some account shows totals, so that a missing one is nothing.
    totals: bool,
    left_out: BTreeMap<String, BTreeSet<String>>,
    settled: Settled<'a>,
}

impl<'a> Settler<'_, 'a> {
    /// The rows that count of one account and month.
    fn month(&mut self, rows: Vec<Balance<'a>>, reading: Reading) {
        let (wholes, mut parts): (Vec<_>, Vec<_>) = rows.into_iter().partition(|row| row.objects.is_empty());
        if parts.is_empty() || reading == Reading::Parts {
            self.settled.rows.extend(wholes.into_iter().chain(parts));
            return;
        }
        match self.pick((!wholes.is_empty()).then(|| sum(&wholes)), &views(&parts)) {
            Pick::All => {}
            Pick::One(dimensions) => {
                for row in parts.extract_if(.., |row| row.dimensions() != dimensions) {
                    let labels = row
                        .dimensions()
                        .iter()
                        .map(|number| self.dimensions.label(number))
                        .collect::<Vec<_>>();
                    self.left_out
                        .entry(labels.join(" and "))
                        .or_default()
                        .insert(row.account.into_owned());
                }
            }
            Pick::Undecided => return self.undecided(&parts[0]),
        }
        self.rest(wholes, &parts);
        self.settled.rows.extend(parts);
    }

    fn pick(&self, total: Option<i128>, views: &Views) -> Pick {
        let together: i128 = views.values().sum();
        let alike = views.values().all(|sum| views.values().all(|other| other == sum));
        match total {
            _ if views.len() < 2 => Pick::All,
            Some(total) if together == total => Pick::All,
            Some(total) => {
                let exact = views
                    .iter()
                    .filter(|&(_, &sum)| sum == total)
                    .map(|(dimensions, _)| dimensions);
                match self.best(exact) {
                    Some(exact) => Pick::One(exact),
                    None if self.combined => Pick::All,
                    None => self.best(views.keys()).map_or(Pick::All, Pick::One),
                }
            }
            None if self.combined || together == 0 => Pick::All,
            None if alike => self.best(views.keys()).map_or(Pick::All, Pick::One),
            None if self.totals => Pick::Undecided,
            None => Pick::All,
        }
    }

    /// The dimensions to keep: such as have code parts, with the unit, and the more the better.
    fn best<'v>(&self, views: impl Iterator<Item = &'v Vec<String>>) -> Option<Vec<String>> {
        let unit = Some(Field::Code(CodePart::Unit));
        let rank = |dimensions: &&Vec<String>| {
            let fields: Vec<_> = dimensions
                .iter()
                .map(|number| self.dimensions.field(number))
                .collect();
            (
                fields.iter().all(Option::is_some),
                fields.contains(&unit),
                fields.len(),
            )
        };
        views.max_by_key(rank).cloned()
    }

    /// What the object rows leave of the total.
    fn rest(&mut self, wholes: Vec<Balance<'a>>, parts: &[Balance<'a>]) {
        let left = sum(&wholes) - sum(parts);
        let quantity = |rows: &[Balance<'a>]| {
            rows.iter()
                .filter_map(|row| row.quantity)
                .map(i128::from)
                .sum::<i128>()
        };
        let quantity_left = wholes
            .iter()
            .any(|row| row.quantity.is_some())
            .then(|| quantity(&wholes) - quantity(parts));
        let Some(first) = wholes.into_iter().next() else {
            return;
        };
        if left == 0 && quantity_left.unwrap_or_default() == 0 {
            return;
        }
        match (
            i64::try_from(left).ok().and_then(|ore| Money::from_ore(ore).ok()),
            quantity_left.map(i64::try_from).transpose(),
        ) {
            (Some(left), Ok(quantity)) => {
                let amount_text = Cow::Owned(left.to_string());
                self.settled.rows.push(Balance {
                    ore: left.ore(),
                    amount_text,
                    quantity,
                    ..first
                });
            }
            _ => self.error(
                &first,
                Fault::Bounds,
                "has a total that differs from its objects by too large an amount",
            ),
        }
    }

    fn undecided(&mut self, row: &Balance<'a>) {
        let reason = "has rows by several dimensions and none for the whole account: whether they say the same \
                      money twice cannot be seen";
        self.error(row, Fault::Conflict, reason);
    }

    fn error(&mut self, row: &Balance<'a>, fault: Fault, reason: &str) {
        let number = row.ordinal.unwrap_or_default();
        self.settled.errors.push(RowError::at(
            number,
            Some(row.line),
            "account",
            &row.account,
            fault,
            reason,
        ));
    }

    fn finish(mut self) -> Settled<'a> {
        for (dimension, accounts) in &self.left_out {
            let named: Vec<&str> = accounts.iter().take(10).map(String::as_str).collect();
            let more = if accounts.len() > named.len() {
                " and others"
            } else {
                ""
            };
            self.settled.notes.push(format!(
                "Rows by dimension {dimension} were left out for {} accounts ({}{more}): they say the same money \
                 as rows by another dimension.",
                accounts.len(),
                named.join(", "),
            ));
        }
        self.settled
    }
}
