//! A month of the ledger, made from a seed, and the same month with some rows changed.

use super::plan;
use crate::random::Random;
use serde_json::{Value, json};
use std::collections::HashSet;
use std::fmt::Write as _;
use utfall_domain::money::Money;

/// A row: which account, unit, activity, project and counterparty, how much, and a text.
#[derive(Debug, Clone)]
struct Row {
    key: Key,
    ore: i64,
    text: bool,
}

/// Account, unit, activity, and project and counterparty where there is one.
type Key = (u64, u64, u64, Option<u64>, Option<u64>);

/// The rows of a month; every code string stands once.
#[derive(Debug, Clone)]
pub struct Month {
    rows: Vec<Row>,
    keys: HashSet<Key>,
    random: Random,
}

/// What a receipt must say that a re-post changed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Changed {
    /// Code strings that are new.
    pub added: u64,
    /// Code strings that are gone.
    pub removed: u64,
    /// Code strings with another amount.
    pub changed: u64,
    /// By how many öre the net rose.
    pub net: i64,
}

impl Month {
    /// A month of as many rows.
    pub fn new(seed: u64, count: usize) -> Self {
        let mut month =
            Self { rows: Vec::with_capacity(count), keys: HashSet::with_capacity(count), random: Random::new(seed) };
        for _ in 0..count {
            let row = month.fresh_row();
            month.rows.push(row);
        }
        month
    }

    /// A row whose code string the month does not have.
    fn fresh_row(&mut self) -> Row {
        let random = &mut self.random;
        loop {
            let project = random.one_in(3).then(|| random.below(plan::PROJECTS));
            let counterparty = random.one_in(5).then(|| random.below(plan::COUNTERPARTIES));
            let (account, unit) = (random.below(plan::ACCOUNTS), random.below(plan::UNITS));
            let key = (account, unit, random.below(plan::ACTIVITIES), project, counterparty);
            if self.keys.insert(key) {
                let ore = amount(random);
                let ore = if account < plan::REVENUES { -ore } else { ore };
                return Row { key, ore, text: random.one_in(10) };
            }
        }
    }

    /// How many rows there are.
    pub fn len(&self) -> usize {
        self.rows.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.rows.is_empty()
    }

    /// The sum of the amounts.
    pub fn net(&self) -> i64 {
        self.rows.iter().map(|row| row.ore).sum()
    }

    /// Changes one row in `one_in`: of five such, one is removed, one is new, three get another amount.
    pub fn change(&mut self, one_in: usize) -> Changed {
        let mut changed = Changed::default();
        let mut kept = Vec::with_capacity(self.rows.len());
        for (at, mut row) in std::mem::take(&mut self.rows).into_iter().enumerate() {
            if at % one_in != 0 {
                kept.push(row);
                continue;
            }
            match at / one_in % 5 {
                0 => {
                    changed.removed += 1;
                    changed.net -= row.ore;
                }
                1 => {
                    let new = self.fresh_row();
                    changed.added += 1;
                    changed.net += new.ore;
                    kept.extend([row, new]);
                }
                _ => {
                    let rise = amount(&mut self.random);
                    changed.changed += 1;
                    changed.net += rise;
                    row.ore += rise;
                    kept.push(row);
                }
            }
        }
        self.rows = kept;
        changed
    }

    /// As CSV.
    pub fn csv(&self) -> String {
        let mut csv = "konto;ansvar;verksamhet;projekt;motpart;belopp;text\n".to_owned();
        for Row { key: (account, unit, activity, project, counterparty), ore, text } in &self.rows {
            let (account, unit, activity) = (plan::account(*account), plan::unit(*unit), plan::activity(*activity));
            let project = project.map(plan::project).unwrap_or_default();
            let counterparty = counterparty.map(plan::counterparty).unwrap_or_default();
            let amount = Money::stored(*ore);
            let text = if *text { TEXT } else { "" };
            let _ = writeln!(csv, "{account};{unit};{activity};{project};{counterparty};{amount};{text}");
        }
        csv
    }

    /// As JSON, without members that have no value.
    pub fn json(&self) -> String {
        let mut json = String::from("{\"entries\":[\n");
        for (at, Row { key: (account, unit, activity, project, counterparty), ore, text }) in
            self.rows.iter().enumerate()
        {
            let comma = if at == 0 { "" } else { ",\n" };
            let (account, unit, activity) = (plan::account(*account), plan::unit(*unit), plan::activity(*activity));
            let _ = write!(json, r#"{comma}{{"account":"{account}","unit":"{unit}","activity":"{activity}""#);
            if let Some(project) = project {
                let _ = write!(json, r#","project":"{}""#, plan::project(*project));
            }
            if let Some(counterparty) = counterparty {
                let _ = write!(json, r#","counterparty":"{}""#, plan::counterparty(*counterparty));
            }
            let _ = write!(json, r#","amount":{}"#, Money::stored(*ore));
            let _ = write!(json, "{}}}", if *text { format!(r#","text":"{TEXT}""#) } else { String::new() });
        }
        json + "\n]}"
    }
}

const TEXT: &str = "Rättelse av föregående månad";

/// From one öre to a hundred thousand kronor.
fn amount(random: &mut Random) -> i64 {
    i64::try_from(random.below(10_000_000)).expect("a small number") + 1
}

impl Changed {
    /// The counts and the net as a receipt writes them.
    pub fn as_receipt(&self) -> Value {
        let net: Value = serde_json::from_str(&Money::stored(self.net).to_string()).expect("a number");
        json!({ "added": self.added, "removed": self.removed, "changed": self.changed, "net": net })
    }
}
