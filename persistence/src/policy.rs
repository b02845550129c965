//! Deviation policies: what opens a case, committee by committee.

use crate::error::{Refusal, StoreError};
use crate::scope::{STANDS, Scope};
use crate::store::Writing;
use sea_orm::FromQueryResult;
use serde_json::{Value, json};
use utfall_domain::deviation::{DeviationBasis, Level, Rule};
use utfall_domain::money::Money;

#[derive(FromQueryResult)]
struct Record {
    committee: String,
    rules: String,
}

/// The rules of a committee; `None` when it has no policy.
pub async fn policy(scope: &Scope, committee: &str) -> Result<Option<Vec<Rule>>, StoreError> {
    let sql = "SELECT committee, rules FROM deviation_policy WHERE municipality = $1 AND committee = $2 \
               AND since <= $3 AND until > $3";
    let row = scope.one::<Record>(sql, vec![committee.into(), scope.version().into()]).await?;
    row.map(|row| rules(&row.rules)).transpose()
}

/// Every policy, by committee.
pub async fn policies(scope: &Scope) -> Result<Vec<(String, Vec<Rule>)>, StoreError> {
    let sql = "SELECT committee, rules FROM deviation_policy WHERE municipality = $1 AND since <= $2 AND until > $2 \
               ORDER BY committee";
    let rows = scope.all::<Record>(sql, vec![scope.version().into()]).await?;
    rows.into_iter().map(|row| Ok((row.committee, rules(&row.rules)?))).collect()
}

/// The path of a policy under the municipality.
pub fn resource(committee: &str) -> String {
    format!("deviation-policies/{committee}")
}

/// Sets a committee's policy and evaluates its cases. Says whether the policy is new.
pub async fn set(w: &mut Writing, committee: &str, new: &[Rule]) -> Result<bool, StoreError> {
    let plan = crate::code_plan::code_plan(w).await?;
    if plan.committee(committee).is_none() {
        return Err(Refusal::NotFound.into());
    }
    let current = policy(w, committee).await?;
    if current.as_deref() == Some(new) {
        return Ok(false);
    }
    let version = w.version();
    let sql = "UPDATE deviation_policy SET until = $2 WHERE municipality = $1 AND committee = $3 AND until = $4";
    w.execute(sql, vec![version.into(), committee.into(), STANDS.into()]).await?;
    let text = json!(new.iter().map(rule_json).collect::<Vec<_>>()).to_string();
    let sql = "INSERT INTO deviation_policy (municipality, committee, since, until, rules) VALUES ($1, $2, $3, $4, $5)";
    w.execute(sql, vec![committee.into(), version.into(), STANDS.into(), text.into()]).await?;
    w.record("set-deviation-policy", &resource(committee), "", json!({ "rules": new.len() }));
    for year in crate::deviation::years(w).await? {
        crate::deviation::evaluate(w, year, &crate::deviation::Cause::Policy, &plan).await?;
    }
    Ok(current.is_none())
}

/// A rule as it is stored.
pub(crate) fn rule_json(rule: &Rule) -> Value {
    let Rule { basis, level, depth, threshold_amount, threshold_percent, deadline_days } = rule;
    json!({
        "basis": basis.code(),
        "level": level.code(),
        "depth": depth,
        "thresholdOre": threshold_amount.map(Money::ore),
        "thresholdHundredths": threshold_percent,
        "deadlineDays": deadline_days,
    })
}

/// A stored rule.
pub(crate) fn rule(value: &Value) -> Option<Rule> {
    Some(Rule {
        basis: DeviationBasis::from_code(value["basis"].as_str()?)?,
        level: Level::from_code(value["level"].as_str()?)?,
        depth: u8::try_from(value["depth"].as_u64()?).ok()?,
        threshold_amount: value["thresholdOre"].as_i64().map(Money::stored),
        threshold_percent: value["thresholdHundredths"].as_i64(),
        deadline_days: value["deadlineDays"].as_u64().and_then(|days| u16::try_from(days).ok()),
    })
}

fn rules(text: &str) -> Result<Vec<Rule>, StoreError> {
    let corrupt = || StoreError::Corrupt("a deviation policy".into());
    let values: Vec<Value> = serde_json::from_str(text).map_err(|_| corrupt())?;
    values.iter().map(|value| rule(value).ok_or_else(corrupt)).collect()
}
