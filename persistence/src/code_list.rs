//! Loading a list of committees or codes: it replaces the one that stands. Omitted codes are ended if used, removed if not.

use crate::bulk::Rows;
use crate::code_plan::{self, ALWAYS, FOREVER, code_plan, number};
use crate::entry::column_of;
use crate::error::{Refusal, StoreError};
use crate::kolada::projection;
use crate::rebuild;
use crate::scope::{STANDS, Scope, Text, placeholders};
use crate::store::Writing;
use chrono::NaiveDate;
use sea_orm::Value;
use std::collections::{BTreeSet, HashMap, HashSet};
use utfall_domain::code_list::{check_codes, check_committees};
use utfall_domain::code_part::CodePart;
use utfall_domain::code_plan::{CodePlan, CodeRow, CodeTree, Committee, Nature, Validity};
use utfall_domain::period::day_in_stockholm;
use utfall_domain::rollup::Dimension;
use utfall_domain::text::Code;

/// What loading a list changed, by code.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ListChanges {
    /// Codes that are new.
    pub added: Vec<String>,
    /// Codes that got another name, place or property.
    pub changed: Vec<String>,
    /// Codes that were left out but are used: ended on the day of loading.
    pub ended: Vec<String>,
    /// Codes that were left out and never used.
    pub removed: Vec<String>,
}

impl ListChanges {
    /// Whether nothing has changed.
    pub const fn is_empty(&self) -> bool {
        self.added.is_empty() && self.changed.is_empty() && self.ended.is_empty() && self.removed.is_empty()
    }

    fn detail(&self) -> serde_json::Value {
        let Self { added, changed, ended, removed } = self;
        serde_json::json!({ "added": added, "changed": changed, "ended": ended, "removed": removed })
    }
}

/// Replaces the list of committees.
pub async fn replace_committees(w: &mut Writing, mut list: Vec<Committee>) -> Result<ListChanges, StoreError> {
    refuse(check_committees(&list))?;
    let before = code_plan(w).await?;
    let omitted = omitted(before.committees().iter().map(|c| &c.code), list.iter().map(|c| &c.code));
    let used = used_committees(w, &before, &omitted).await?;
    let today = day_in_stockholm(w.recorded_at());
    for committee in before.committees().iter().filter(|committee| used.contains(committee.code.as_str())) {
        let mut committee = committee.clone();
        committee.validity.to = Some(ended(committee.validity, today));
        list.push(committee);
    }
    let old: Vec<_> = before.committees().iter().enumerate().map(|(at, c)| (c.code.as_str(), at, c)).collect();
    let new: Vec<_> = list.iter().enumerate().map(|(at, c)| (c.code.as_str(), at, c)).collect();
    let (changes, stale) = compare(&old, &new, &used, |c| c.code.as_str());
    if stale.is_empty() && changes.is_empty() {
        return Ok(changes);
    }
    let version = w.version();
    for code in &stale {
        let sql = "UPDATE committee SET until = $2 WHERE municipality = $1 AND code = $3 AND until = $4";
        w.execute(sql, vec![version.into(), (*code).into(), STANDS.into()]).await?;
    }
    let standing: HashMap<&str, (usize, &Committee)> = old.iter().map(|(key, at, c)| (*key, (*at, *c))).collect();
    let fresh = new.iter().filter(|(key, at, c)| standing.get(key) != Some(&(*at, *c)));
    insert_committees(w, &fresh.map(|(_, at, c)| (*at, *c)).collect::<Vec<_>>()).await?;
    let after = before.clone().with_committees(list.clone());
    rebuild::after_plan_change(w, &before, &after).await?;
    projection::units_changed(w, &after).await?;
    w.record("load-committees", "committees", "", changes.detail());
    Ok(changes)
}

/// Replaces the list of one code part.
pub async fn replace_codes(w: &mut Writing, part: CodePart, mut list: Vec<CodeRow>) -> Result<ListChanges, StoreError> {
    let before = code_plan(w).await?;
    refuse(check_codes(part, &list, before.committees()))?;
    let standing = before.tree(part);
    let omitted = omitted(standing.rows().iter().map(|row| &row.code), list.iter().map(|row| &row.code));
    let used = with_ancestors(used_codes(w, part, &omitted).await?, standing, &omitted);
    let today = day_in_stockholm(w.recorded_at());
    for row in standing.rows().iter().filter(|row| used.contains(row.code.as_str())) {
        let mut row = row.clone();
        row.validity.to = Some(ended(row.validity, today));
        list.push(row);
    }
    refuse(check_codes(part, &list, before.committees()))?;
    let key = |row: &CodeRow| format!("{}|{}", row.code, from_text(row.validity));
    let old_keys: Vec<String> = standing.rows().iter().map(key).collect();
    let new_keys: Vec<String> = list.iter().map(key).collect();
    let old: Vec<_> = keyed(&old_keys, standing.rows());
    let new: Vec<_> = keyed(&new_keys, &list);
    let (changes, stale) = compare(&old, &new, &used, |row| row.code.as_str());
    if stale.is_empty() && changes.is_empty() {
        return Ok(changes);
    }
    for chunk in stale.chunks(500) {
        close(w, part, chunk).await?;
    }
    let by_key: HashMap<&str, (usize, &CodeRow)> = old.iter().map(|(key, at, row)| (*key, (*at, *row))).collect();
    let fresh = new.iter().filter(|(key, at, row)| by_key.get(key) != Some(&(*at, *row)));
    insert_codes(w, part, &fresh.map(|(_, at, row)| (*at, *row)).collect::<Vec<_>>()).await?;
    let after = before.clone().with_tree(part, CodeTree::new(list.clone()));
    if !changes.is_empty() {
        rebuild::after_plan_change(w, &before, &after).await?;
        projection::units_changed(w, &after).await?;
    }
    let action = format!("load-{}", part.resource());
    w.record(&action, part.resource(), "", changes.detail());
    Ok(changes)
}

fn refuse(errors: Vec<utfall_domain::row_error::RowError>) -> Result<(), StoreError> {
    if errors.is_empty() { Ok(()) } else { Err(Refusal::Rows(errors).into()) }
}

fn keyed<'a>(keys: &'a [String], rows: &'a [CodeRow]) -> Vec<(&'a str, usize, &'a CodeRow)> {
    keys.iter().zip(rows).enumerate().map(|(at, (key, row))| (key.as_str(), at, row)).collect()
}

/// The last day of a code that is left out: today, or its first day when that is still to come.
fn ended(validity: Validity, today: NaiveDate) -> NaiveDate {
    let last = validity.to.map_or(today, |to| to.min(today));
    validity.from.map_or(last, |from| last.max(from))
}

fn omitted<'a>(old: impl Iterator<Item = &'a Code>, new: impl Iterator<Item = &'a Code>) -> BTreeSet<String> {
    let new: HashSet<&Code> = new.collect();
    old.filter(|code| !new.contains(code)).map(Code::to_string).collect()
}

/// What came, changed and went by code, and the keys of the stored rows that no longer stand as they are.
fn compare<'a, T: PartialEq>(
    old: &[(&'a str, usize, &'a T)],
    new: &[(&'a str, usize, &'a T)],
    used: &HashSet<String>,
    code: impl Fn(&T) -> &str,
) -> (ListChanges, Vec<&'a str>) {
    let new_rows: HashMap<&str, (usize, &T)> = new.iter().map(|(key, at, row)| (*key, (*at, *row))).collect();
    let old_rows: HashMap<&str, &T> = old.iter().map(|(key, _, row)| (*key, *row)).collect();
    let old_codes: HashSet<&str> = old.iter().map(|(_, _, row)| code(row)).collect();
    let new_codes: HashSet<&str> = new.iter().map(|(_, _, row)| code(row)).collect();
    let mut stale = Vec::new();
    let (mut added, mut changed, mut ended, mut removed) =
        (BTreeSet::new(), BTreeSet::new(), BTreeSet::new(), BTreeSet::new());
    for (key, at, row) in old {
        match new_rows.get(key) {
            Some((place, now)) if place == at && now == row => continue,
            Some((_, now)) if now == row => {}
            _ if !new_codes.contains(code(row)) => {
                removed.insert(code(row).to_owned());
            }
            _ if used.contains(code(row)) => {
                ended.insert(code(row).to_owned());
            }
            _ => {
                changed.insert(code(row).to_owned());
            }
        }
        stale.push(*key);
    }
    for (key, _, row) in new {
        if !old_codes.contains(code(row)) {
            added.insert(code(row).to_owned());
        } else if !old_rows.contains_key(key) && !used.contains(code(row)) {
            changed.insert(code(row).to_owned());
        }
    }
    let list = |codes: BTreeSet<String>| codes.into_iter().collect();
    (ListChanges { added: list(added), changed: list(changed), ended: list(ended), removed: list(removed) }, stale)
}

/// Of the omitted codes, those that entries use.
async fn used_codes(scope: &Scope, part: CodePart, omitted: &BTreeSet<String>) -> Result<HashSet<String>, StoreError> {
    let dimension = Dimension::ALL.into_iter().find(|dimension| dimension.part() == part);
    let (table, column, filter) = match dimension {
        Some(dimension) => ("rollup", "code", format!("AND dimension = {}", dimension as i16)),
        None => ("entry", column_of(part), String::new()),
    };
    let mut used = HashSet::new();
    for chunk in omitted.iter().collect::<Vec<_>>().chunks(500) {
        let list = placeholders(2, chunk.len());
        let sql = format!(
            "SELECT DISTINCT {column} AS text FROM {table} WHERE municipality = $1 {filter} AND {column} IN ({list})"
        );
        let values = chunk.iter().map(|code| code.as_str().into()).collect();
        used.extend(scope.all::<Text>(&sql, values).await?.into_iter().map(|row| row.text));
    }
    Ok(used)
}

/// A code above a used one is used through it.
fn with_ancestors(mut used: HashSet<String>, tree: &CodeTree, omitted: &BTreeSet<String>) -> HashSet<String> {
    let mut open: Vec<String> = used.iter().cloned().collect();
    while let Some(code) = open.pop() {
        for parent in tree.rows_of(&code).filter_map(|row| row.parent.as_ref()) {
            if omitted.contains(parent.as_str()) && used.insert(parent.to_string()) {
                open.push(parent.to_string());
            }
        }
    }
    used
}

/// Where committees are named, beside units: amounts, and everything of steering.
const USES_OF_COMMITTEES: [(&str, &str); 9] = [
    ("rollup", "committee"),
    ("goal", "committee"),
    ("goal_responsible", "body"),
    ("edition", "committee"),
    ("status_comment", "committee"),
    ("control_plan", "committee"),
    ("deviation_policy", "committee"),
    ("indicator", "committee"),
    ("scorecard", "committee"),
];

/// Of the omitted committees, those that something uses.
async fn used_committees(
    scope: &Scope,
    plan: &CodePlan,
    omitted: &BTreeSet<String>,
) -> Result<HashSet<String>, StoreError> {
    let units = plan.tree(CodePart::Unit).rows().iter().filter_map(|row| row.committee.as_ref());
    let mut used: HashSet<String> = units.map(Code::to_string).filter(|code| omitted.contains(code)).collect();
    for code in omitted {
        for (table, column) in USES_OF_COMMITTEES {
            let sql = format!(
                "SELECT {column} AS text FROM {table} WHERE municipality = $1 AND {column} IN ($2, $3) LIMIT 1"
            );
            if scope.one::<Text>(&sql, vec![code.as_str().into(), format!("?{code}").into()]).await?.is_some() {
                used.insert(code.clone());
            }
        }
    }
    Ok(used)
}

async fn close(w: &Writing, part: CodePart, keys: &[&str]) -> Result<(), StoreError> {
    let list = placeholders(5, keys.len());
    let sql = format!(
        "UPDATE code SET until = $2 WHERE municipality = $1 AND part = $3 AND until = $4 \
         AND code || '|' || valid_from IN ({list})"
    );
    let mut values: Vec<Value> = vec![w.version().into(), number(part).into(), STANDS.into()];
    values.extend(keys.iter().map(|key| Value::from(*key)));
    w.execute(&sql, values).await?;
    Ok(())
}

async fn insert_committees(w: &Writing, list: &[(usize, &Committee)]) -> Result<(), StoreError> {
    Rows::of("committee", list)
        .constant("since", w.version())
        .constant("until", STANDS)
        .text("code", |(_, c)| c.code.to_string())
        .bigint("position", |&(at, _)| position(at))
        .text("name", |(_, c)| c.name.to_string())
        .text("kind", |(_, c)| c.kind.code().into())
        .text("valid_from", |(_, c)| from_text(c.validity))
        .text("valid_to", |(_, c)| to_text(c.validity))
        .insert(w)
        .await
}

fn position(at: usize) -> i64 {
    i64::try_from(at).unwrap_or(i64::MAX)
}

fn from_text(validity: Validity) -> String {
    validity.from.map_or_else(|| ALWAYS.into(), |date| date.to_string())
}

fn to_text(validity: Validity) -> String {
    validity.to.map_or_else(|| FOREVER.into(), |date| date.to_string())
}

async fn insert_codes(w: &Writing, part: CodePart, list: &[(usize, &CodeRow)]) -> Result<(), StoreError> {
    let text = |code: &Option<Code>| code.as_ref().map(Code::to_string).unwrap_or_default();
    Rows::of("code", list)
        .constant("part", number(part))
        .constant("since", w.version())
        .constant("until", STANDS)
        .text("code", |(_, row)| row.code.to_string())
        .text("valid_from", |(_, row)| from_text(row.validity))
        .bigint("position", |&(at, _)| position(at))
        .text("valid_to", |(_, row)| to_text(row.validity))
        .text("name", |(_, row)| row.name.to_string())
        .text("parent", |(_, row)| text(&row.parent))
        .text("committee", |(_, row)| text(&row.committee))
        .text("nature", |(_, row)| row.nature.map(Nature::code).unwrap_or_default().into())
        .text("result_line", |(_, row)| row.result_line.clone().unwrap_or_default())
        .bool("excluded_from_net_cost", |(_, row)| row.excluded_from_net_cost)
        .text("rs_row", |(_, row)| row.rs_row.clone().unwrap_or_default())
        .bool("outside_frame", |(_, row)| row.outside_frame)
        .insert(w)
        .await
}

/// Reads the committees of a list; a re-export, so that a list's reader and writer are found in one place.
pub use code_plan::{committees, tree};
