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
//! Rows of an account that name different dimensions may say the same money again: [`super::views`] has the rule.

use super::dimensions::Dimensions;
use super::row::Balance;
use super::views::{Pick, Picker, views};
use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet, HashMap};
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

/// Picks the rows that count. `changes` are the accounts' changes in the year in öre, for rows that make them.
pub(super) fn settle<'a>(
    balances: Vec<Balance<'a>>,
    changes: &HashMap<Cow<'_, str>, i64>,
    dimensions: &Dimensions<'_>,
) -> Settled<'a> {
    if balances.iter().all(|balance| balance.objects.is_empty()) {
        let rows = balances.into_iter().filter(|balance| balance.ordinal.is_some()).collect();
        return Settled { rows, ..Settled::default() };
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
    let totals = shown.values().filter(|reading| **reading == Reading::Totals).count();
    let habit = if totals * 2 < shown.len() { Reading::Parts } else { Reading::Totals };
    let picker = Picker { dimensions, combined, totals: totals > 0 };
    let mut settler =
        Settler { picker, left_out: BTreeMap::new(), unstated: BTreeSet::new(), settled: Settled::default() };
    for (account, rows) in accounts {
        let reading = shown.get(&account).copied().unwrap_or(habit);
        let mut periods: BTreeMap<Cow<'a, str>, Vec<Balance<'a>>> = BTreeMap::new();
        for row in rows.into_iter().filter(|row| row.ordinal.is_some()) {
            periods.entry(row.period.clone()).or_default().push(row);
        }
        for rows in periods.into_values() {
            settler.month(rows, reading);
        }
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
    let mut months: BTreeMap<&str, (i128, Vec<&Balance<'_>>)> = BTreeMap::new();
    for row in rows {
        let (whole, parts) = months.entry(row.period.as_ref()).or_default();
        if row.objects.is_empty() {
            *whole += i128::from(row.ore);
        } else {
            parts.push(row);
        }
    }
    let mut months = months.into_values().filter(|(whole, _)| *whole != 0);
    let repeated = months.any(|(whole, parts)| views(parts).values().any(|view| *view == whole));
    repeated.then_some(Reading::Totals)
}

fn sum<'b, 'a: 'b>(rows: impl IntoIterator<Item = &'b Balance<'a>>) -> i128 {
    rows.into_iter().map(|row| i128::from(row.ore)).sum()
}

struct Settler<'d, 'a> {
    picker: Picker<'d>,
    left_out: BTreeMap<String, BTreeSet<String>>,
    /// Accounts that have objects and, unlike others of the file, no row for the whole.
    unstated: BTreeSet<String>,
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
        match self.picker.pick((!wholes.is_empty()).then(|| sum(&wholes)), &views(&parts)) {
            Pick::All => {}
            Pick::One(dimensions) => {
                for row in parts.extract_if(.., |row| row.dimensions() != dimensions) {
                    let label = self.picker.label(&row.dimensions());
                    self.left_out.entry(label).or_default().insert(row.account.into_owned());
                }
            }
            Pick::Undecided => {
                let reason = "has rows by several dimensions and none for the whole account: whether they say \
                              the same money twice cannot be seen";
                return self.error(&parts[0], Fault::Conflict, reason);
            }
        }
        if wholes.is_empty() && self.picker.totals && sum(&parts) != 0 {
            self.unstated.insert(parts[0].account.clone().into_owned());
        }
        self.rest(wholes, &parts);
        self.settled.rows.extend(parts);
    }

    /// What the object rows leave of the total.
    fn rest(&mut self, wholes: Vec<Balance<'a>>, parts: &[Balance<'a>]) {
        let left = sum(&wholes) - sum(parts);
        let counted = |rows: &[Balance<'a>]| rows.iter().filter_map(|row| row.quantity).map(i128::from).sum::<i128>();
        let has_quantity = wholes.iter().any(|row| row.quantity.is_some());
        let quantity = has_quantity.then(|| counted(&wholes) - counted(parts));
        let Some(first) = wholes.into_iter().next() else {
            return;
        };
        if left == 0 && quantity.unwrap_or_default() == 0 {
            return;
        }
        let amount = i64::try_from(left).ok().and_then(|ore| Money::from_ore(ore).ok());
        if let (Some(amount), Ok(quantity)) = (amount, quantity.map(i64::try_from).transpose()) {
            let amount_text = Cow::Owned(amount.to_string());
            self.settled.rows.push(Balance { ore: amount.ore(), amount_text, quantity, ..first });
        } else {
            self.error(&first, Fault::Bounds, "has a total too far from the sum of its objects");
        }
    }

    fn error(&mut self, row: &Balance<'a>, fault: Fault, reason: &str) {
        let number = row.ordinal.unwrap_or_default();
        self.settled.errors.push(RowError::at(number, Some(row.line), "account", &row.account, fault, reason));
    }

    fn finish(mut self) -> Settled<'a> {
        let notes = &mut self.settled.notes;
        for (dimension, accounts) in &self.left_out {
            let accounts = listed(accounts);
            notes.push(format!(
                "Rows by dimension {dimension} were left out for {accounts}: they say the same money as rows by \
                 another dimension."
            ));
        }
        if !self.unstated.is_empty() {
            let accounts = listed(&self.unstated);
            notes.push(format!("Rows for objects are all there is for {accounts}: no row says the whole account."));
        }
        self.settled
    }
}

/// Accounts as a sentence names them.
fn listed(accounts: &BTreeSet<String>) -> String {
    let named: Vec<&str> = accounts.iter().take(10).map(String::as_str).collect();
    let more = accounts.len() - named.len();
    let more = if more == 0 { String::new() } else { format!(" and {more} more") };
    format!("account {}{more}", named.join(", "))
}

#[cfg(test)]
#[path = "balances_tests.rs"]
mod tests;
