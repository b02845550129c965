//! Month locks: a committee's month that no posting may change until somebody unlocks it with a reason.

use crate::clock::moment;
use crate::error::{LockedCommittee, Refusal, StoreError};
use crate::scope::{Number, STANDS, Scope};
use crate::store::Writing;
use chrono::{DateTime, Utc};
use sea_orm::FromQueryResult;
use std::collections::BTreeSet;
use utfall_domain::code_plan::CodePlan;
use utfall_domain::entry::{Entry, differences};
use utfall_domain::period::Period;
use utfall_domain::posting::committees_of;

/// A lock as it stands, or stood.
#[derive(Debug, Clone, FromQueryResult)]
pub struct MonthLock {
    /// The month.
    pub period: String,
    /// The committee.
    pub committee: String,
    /// Whether it is locked.
    pub locked: bool,
    /// Why it was locked or unlocked.
    pub reason: String,
    recorded_at: i64,
    /// Who did it.
    pub recorded_by: String,
}

impl MonthLock {
    /// When it was locked or unlocked.
    pub fn recorded_at(&self) -> DateTime<Utc> {
        moment(self.recorded_at)
    }

    /// The path of a lock under the municipality.
    pub fn resource(period: &str, committee: &str) -> String {
        format!("month-locks/{period}/{committee}")
    }
}

/// The lock of a committee's month; `None` when it was never locked.
pub async fn lock_of(scope: &Scope, period: &str, committee: &str) -> Result<Option<MonthLock>, StoreError> {
    let sql = "SELECT * FROM month_lock WHERE municipality = $1 AND period = $2 AND committee = $3 \
               AND since <= $4 AND until > $4";
    scope.one(sql, vec![period.into(), committee.into(), scope.version().into()]).await
}

/// A page of locks, newest month first, and how many there are. Empty texts do not filter.
pub async fn locks(
    scope: &Scope,
    period: &str,
    committees: &[String],
    (limit, offset): (i64, i64),
) -> Result<(Vec<MonthLock>, i64), StoreError> {
    let mut matches = "municipality = $1 AND ($2 = '' OR period = $2) AND since <= $3 AND until > $3".to_owned();
    let mut values: Vec<sea_orm::Value> = vec![period.into(), scope.version().into()];
    if !committees.is_empty() {
        matches += &format!(" AND committee IN ({})", crate::scope::placeholders(4, committees.len()));
        values.extend(committees.iter().map(|code| sea_orm::Value::from(code.as_str())));
    }
    let sql = format!("SELECT COUNT(*) AS number FROM month_lock WHERE {matches}");
    let total = scope.one::<Number>(&sql, values.clone()).await?.map_or(0, |row| row.number);
    let at = values.len() + 2;
    let sql = format!(
        "SELECT * FROM month_lock WHERE {matches} ORDER BY period DESC, committee LIMIT ${at} OFFSET ${}",
        at + 1
    );
    values.extend([limit.into(), offset.into()]);
    Ok((scope.all(&sql, values).await?, total))
}

/// Locks or unlocks a committee's month. Says whether the lock is new; setting what stands changes nothing.
pub async fn set(
    w: &mut Writing,
    period: &str,
    committee: &str,
    locked: bool,
    reason: &str,
) -> Result<(MonthLock, bool), StoreError> {
    if !crate::code_plan::committees(w).await?.iter().any(|known| known.code.as_str() == committee) {
        return Err(Refusal::NotFound.into());
    }
    let current = lock_of(w, period, committee).await?;
    let created = current.is_none();
    if let Some(current) = current.filter(|current| current.locked == locked) {
        return Ok((current, false));
    }
    if created && !locked {
        return Err(Refusal::Conflict("the month is not locked".into()).into());
    }
    let version = w.version();
    let sql =
        "UPDATE month_lock SET until = $2 WHERE municipality = $1 AND period = $3 AND committee = $4 AND until = $5";
    w.execute(sql, vec![version.into(), period.into(), committee.into(), STANDS.into()]).await?;
    let sql = "INSERT INTO month_lock (municipality, period, committee, since, until, locked, reason, recorded_at, recorded_by) \
               VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)";
    let lock = MonthLock {
        period: period.into(),
        committee: committee.into(),
        locked,
        reason: reason.into(),
        recorded_at: w.stamp(),
        recorded_by: w.actor().subject.clone(),
    };
    let values = vec![
        period.into(),
        committee.into(),
        version.into(),
        STANDS.into(),
        locked.into(),
        reason.into(),
        lock.recorded_at.into(),
        lock.recorded_by.as_str().into(),
    ];
    w.execute(sql, values).await?;
    let action = if locked { "lock-month" } else { "unlock-month" };
    w.record(action, &MonthLock::resource(period, committee), reason, serde_json::Value::Null);
    Ok((lock, created))
}

/// The committees whose month is locked.
pub(crate) async fn locked(scope: &Scope, period: &str) -> Result<BTreeSet<String>, StoreError> {
    let (locks, _) = locks(scope, period, &[], (i64::from(i32::MAX), 0)).await?;
    Ok(locks.into_iter().filter(|lock| lock.locked).map(|lock| lock.committee).collect())
}

/// The committees whose month is locked and whose amounts differ between two sets of entries.
pub(crate) async fn changing(
    scope: &Scope,
    period: Period,
    plan: &CodePlan,
    before: &[Entry],
    after: &[Entry],
) -> Result<Vec<LockedCommittee>, StoreError> {
    let period_text = period.to_string();
    let locked = locked(scope, &period_text).await?;
    if locked.is_empty() {
        return Ok(Vec::new());
    }
    let of = |entries: &[Entry], committee: &str| -> Vec<Entry> {
        let belongs = |entry: &&Entry| committees_of(std::slice::from_ref(*entry), period, plan).contains(committee);
        entries.iter().filter(belongs).cloned().collect()
    };
    let mut changing = Vec::new();
    for committee in locked {
        if !differences(&of(before, &committee), &of(after, &committee))?.is_empty() {
            changing.push(LockedCommittee { period: period_text.clone(), committee });
        }
    }
    Ok(changing)
}
