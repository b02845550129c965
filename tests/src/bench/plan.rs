//! A large municipality's code plan: 10 committees, 800 units, 300 activities, 400 accounts.

use crate::client::Client;
use serde_json::{Value, json};

/// How many committees there are.
pub const COMMITTEES: u64 = 10;
/// How many units that rows are booked on, beside one root a committee.
pub const UNITS: u64 = 800;
/// How many activities that rows are booked on, beside their groups.
pub const ACTIVITIES: u64 = 300;
/// How many accounts.
pub const ACCOUNTS: u64 = 400;
/// Accounts below this one are revenues.
pub const REVENUES: u64 = 80;
/// How many projects.
pub const PROJECTS: u64 = 100;
/// How many counterparties.
pub const COUNTERPARTIES: u64 = 50;

/// A committee's code.
pub fn committee(number: u64) -> String {
    format!("N{number:02}")
}

/// A unit's code.
pub fn unit(number: u64) -> String {
    (10_000 + number).to_string()
}

/// An activity's code.
pub fn activity(number: u64) -> String {
    (1_000 + number).to_string()
}

/// An account's code.
pub fn account(number: u64) -> String {
    (if number < REVENUES { 3_000 + number } else { 4_000 + number }).to_string()
}

/// A project's code.
pub fn project(number: u64) -> String {
    format!("P{number:04}")
}

/// A counterparty's code.
pub fn counterparty(number: u64) -> String {
    (100 + number).to_string()
}

/// Loads the whole code plan.
///
/// # Panics
/// When a list is refused.
pub async fn load(admin: &Client) {
    let lists = [
        ("committees", list(COMMITTEES, |n| json!({ "code": committee(n), "name": "Nämnd", "kind": "committee" }))),
        ("accounts", list(ACCOUNTS, account_row)),
        ("units", units()),
        ("activities", activities()),
        ("projects", list(PROJECTS, |n| json!({ "code": project(n), "name": "Projekt" }))),
        ("counterparties", list(COUNTERPARTIES, |n| json!({ "code": counterparty(n), "name": "Motpart" }))),
    ];
    for (name, rows) in lists {
        admin.put(name, json!({ name: rows })).await.succeeded();
    }
}

fn list(count: u64, row: impl Fn(u64) -> Value) -> Vec<Value> {
    (0..count).map(row).collect()
}

fn account_row(number: u64) -> Value {
    let nature = if number < REVENUES { "revenue" } else { "cost" };
    json!({ "code": account(number), "name": "Konto", "nature": nature })
}

fn units() -> Vec<Value> {
    let root = |n| json!({ "code": committee(n), "name": "Förvaltning", "committee": committee(n) });
    let leaf = |n| json!({ "code": unit(n), "name": "Enhet", "parent": committee(n % COMMITTEES) });
    list(COMMITTEES, root).into_iter().chain(list(UNITS, leaf)).collect()
}

fn activities() -> Vec<Value> {
    let group = |n: u64| json!({ "code": (n + 1).to_string(), "name": "Område" });
    let leaf = |n: u64| json!({ "code": activity(n), "name": "Verksamhet", "parent": (n / 10 + 1).to_string() });
    list(ACTIVITIES / 10, group).into_iter().chain(list(ACTIVITIES, leaf)).collect()
}
