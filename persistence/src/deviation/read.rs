//! Reading cases and their history.

use crate::clock::moment;
use crate::error::StoreError;
use crate::policy;
use crate::scope::{Number, Scope};
use chrono::{DateTime, Utc};
use sea_orm::{FromQueryResult, Value};
use utfall_domain::deviation::{Event, Required, Rule};
use utfall_domain::money::Money;

/// A case with its last evaluation at the version that is read.
#[derive(Debug, Clone, FromQueryResult)]
pub struct Deviation {
    /// The case.
    pub deviation_id: String,
    /// Its committee.
    pub committee: String,
    /// `year-to-date` or `forecast`.
    pub basis: String,
    /// `committee`, `activity` or `unit`.
    pub level: String,
    /// The code at that level.
    pub code: String,
    /// The year.
    pub year: i16,
    /// The posting that opened it; empty when a policy or the code plan did.
    pub opened_by: String,
    /// The last evaluation's version: the case's `ETag`.
    pub version: i64,
    recorded_at: i64,
    /// The period that was evaluated last.
    pub period: String,
    event: String,
    /// What caused the last evaluation.
    pub cause: String,
    rule: String,
    budget: i64,
    actual: i64,
    amount: i64,
    percent: Option<i64>,
}

/// One evaluation of a case.
#[derive(Debug, Clone, FromQueryResult)]
pub struct CaseEvaluation {
    recorded_at: i64,
    /// The period that was evaluated.
    pub period: String,
    /// `opened`, `changed`, `closed` or `reopened`.
    pub event: String,
    /// `posting`, `policy` or `code-plan`.
    pub cause: String,
    /// The posting, when one caused it.
    pub posting_id: String,
    rule: String,
    budget: i64,
    actual: i64,
    amount: i64,
    percent: Option<i64>,
}

macro_rules! figures {
    ($($type:ty),*) => { $(impl $type {
        /// When it was evaluated.
        pub fn recorded_at(&self) -> DateTime<Utc> { moment(self.recorded_at) }
        /// The budget that is compared with.
        pub const fn budget(&self) -> Money { Money::stored(self.budget) }
        /// The outcome or forecast.
        pub const fn actual(&self) -> Money { Money::stored(self.actual) }
        /// Budget less actual: positive is favourable.
        pub const fn amount(&self) -> Money { Money::stored(self.amount) }
        /// The share of the budget, in hundredths of a percent.
        pub const fn percent(&self) -> Option<i64> { self.percent }
        /// Whether the case is open after it.
        pub fn is_open(&self) -> bool { Event::from_code(&self.event).is_some_and(Event::leaves_open) }
        /// The rule that fired; none once nothing deviates.
        pub fn rule(&self) -> Option<Rule> {
            serde_json::from_str(&self.rule).ok().and_then(|value| policy::rule(&value))
        }
        /// What is required while it is open.
        pub fn required(&self) -> Option<Required> { self.is_open().then(|| Required::of(self.amount())) }
    })* };
}
figures!(Deviation, CaseEvaluation);

/// Which cases to list; empty does not filter.
#[derive(Debug, Clone, Default)]
pub struct DeviationFilter {
    /// Of these committees.
    pub committees: Vec<String>,
    /// Of this year.
    pub year: Option<i16>,
    /// `open` or `closed`.
    pub state: String,
    /// `committee`, `activity` or `unit`.
    pub level: String,
    /// `year-to-date` or `forecast`.
    pub basis: String,
}

const CASES: &str = "FROM deviation_case c JOIN deviation_evaluation e \
                       ON e.municipality = c.municipality AND e.deviation_id = c.deviation_id \
                     WHERE c.municipality = $1 AND c.since <= $2 AND e.version = \
                       (SELECT MAX(l.version) FROM deviation_evaluation l \
                        WHERE l.municipality = c.municipality AND l.deviation_id = c.deviation_id AND l.version <= $2)";
const CASE_COLUMNS: &str = "c.deviation_id, c.committee, c.basis, c.level, c.code, c.year, e.version, e.recorded_at, e.period, \
                            e.event, e.cause, e.rule, e.budget, e.actual, e.amount, e.percent, \
                            (SELECT f.posting_id FROM deviation_evaluation f WHERE f.municipality = c.municipality \
                              AND f.deviation_id = c.deviation_id AND f.version = c.since) AS opened_by";

/// A page of cases by committee, basis, level and code, and how many there are.
pub async fn deviations(
    scope: &Scope,
    filter: &DeviationFilter,
    (limit, offset): (i64, i64),
) -> Result<(Vec<Deviation>, i64), StoreError> {
    let DeviationFilter { committees, year, state, level, basis } = filter;
    let mut matches = CASES.to_owned();
    let mut values: Vec<Value> = vec![scope.version().into()];
    let mut and = |condition: &str, value: Value| {
        values.push(value);
        matches += &format!(" AND {condition} ${}", values.len() + 1);
    };
    if let Some(year) = year {
        and("c.year =", (*year).into());
    }
    for (column, value) in [("c.level", level), ("c.basis", basis)] {
        if !value.is_empty() {
            and(&format!("{column} ="), value.as_str().into());
        }
    }
    match state.as_str() {
        "open" => and("e.event <>", "closed".into()),
        "closed" => and("e.event =", "closed".into()),
        _ => {}
    }
    if !committees.is_empty() {
        matches += &format!(" AND c.committee IN ({})", crate::scope::placeholders(values.len() + 2, committees.len()));
        values.extend(committees.iter().map(|code| Value::from(code.as_str())));
    }
    let total = scope.one::<Number>(&format!("SELECT COUNT(*) AS number {matches}"), values.clone()).await?;
    let at = values.len() + 2;
    let sql = format!(
        "SELECT {CASE_COLUMNS} {matches} ORDER BY c.year DESC, c.committee, c.basis, \
         CASE c.level WHEN 'committee' THEN 0 WHEN 'activity' THEN 1 ELSE 2 END, c.code, c.deviation_id \
         LIMIT ${at} OFFSET ${}",
        at + 1
    );
    values.extend([limit.into(), offset.into()]);
    Ok((scope.all(&sql, values).await?, total.map_or(0, |row| row.number)))
}

/// One case.
pub async fn deviation(scope: &Scope, deviation_id: &str) -> Result<Option<Deviation>, StoreError> {
    let sql = format!("SELECT {CASE_COLUMNS} {CASES} AND c.deviation_id = $3");
    scope.one(&sql, vec![scope.version().into(), deviation_id.into()]).await
}

/// Some cases, by their ids; those that are not there are left out.
pub async fn deviations_of(scope: &Scope, ids: &[String]) -> Result<Vec<Deviation>, StoreError> {
    if ids.is_empty() {
        return Ok(Vec::new());
    }
    let list = crate::scope::placeholders(3, ids.len());
    let sql = format!("SELECT {CASE_COLUMNS} {CASES} AND c.deviation_id IN ({list}) ORDER BY c.deviation_id");
    let mut values: Vec<Value> = vec![scope.version().into()];
    values.extend(ids.iter().map(|id| Value::from(id.as_str())));
    scope.all(&sql, values).await
}

/// The evaluations of a case, oldest first.
pub async fn evaluations(scope: &Scope, deviation_id: &str) -> Result<Vec<CaseEvaluation>, StoreError> {
    let sql = "SELECT recorded_at, period, event, cause, posting_id, rule, budget, actual, amount, percent \
               FROM deviation_evaluation WHERE municipality = $1 AND deviation_id = $2 AND version <= $3 ORDER BY version";
    scope.all(sql, vec![deviation_id.into(), scope.version().into()]).await
}
