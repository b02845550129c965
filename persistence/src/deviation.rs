//! Deviation cases: folds over evaluations, made in the transaction of what caused them.

use crate::clock::moment;
use crate::error::StoreError;
use crate::policy;
use crate::report::{self, StandingPosting, SumsOf, sums};
use crate::scope::{Number, STANDS, Scope};
use crate::store::Writing;
use chrono::{DateTime, Utc};
use sea_orm::{FromQueryResult, Value};
use std::collections::{BTreeMap, BTreeSet, HashMap};
use utfall_domain::code_plan::{CodePlan, span_of};
use utfall_domain::deviation::{
    Before, CaseKey, DeviationBasis, Event, Finding, Level, Required, Rule, event, findings,
};
use utfall_domain::money::Money;
use utfall_domain::period::{Month, Year};
use utfall_domain::posting::Kind;
use utfall_domain::report::LedgerSum;
use utfall_domain::rollup::Dimension;
use uuid::Uuid;

/// What made the cases be evaluated.
pub(crate) enum Cause<'a> {
    /// A posting.
    Posting { posting_id: &'a str },
    /// A change of a policy.
    Policy,
    /// A change of the code plan.
    CodePlan,
}

impl Cause<'_> {
    const fn code(&self) -> &'static str {
        match self {
            Self::Posting { .. } => "posting",
            Self::Policy => "policy",
            Self::CodePlan => "code-plan",
        }
    }

    const fn posting_id(&self) -> &str {
        match self {
            Self::Posting { posting_id } => posting_id,
            Self::Policy | Self::CodePlan => "",
        }
    }
}

/// A case that a posting opened, changed or closed.
#[derive(Debug, Clone, PartialEq, Eq, FromQueryResult)]
pub struct Touched {
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
    /// `opened`, `changed`, `closed` or `reopened`.
    pub event: String,
    amount: i64,
    percent: Option<i64>,
}

impl Touched {
    /// The deviation: positive is favourable.
    pub const fn amount(&self) -> Money {
        Money::stored(self.amount)
    }

    /// The share of the budget, in hundredths of a percent.
    pub const fn percent(&self) -> Option<i64> {
        self.percent
    }

    /// What the case requires; nothing once it is closed.
    pub fn required(&self) -> Option<Required> {
        (self.event != Event::Closed.code()).then(|| Required::of(self.amount()))
    }
}

/// The cases that a posting touched, as its receipt names them.
pub(crate) async fn touched_by(scope: &Scope, posting_id: &str) -> Result<Vec<Touched>, StoreError> {
    let sql = "SELECT c.deviation_id, c.committee, c.basis, c.level, c.code, e.event, e.amount, e.percent \
               FROM deviation_evaluation e JOIN deviation_case c \
                 ON c.municipality = e.municipality AND c.deviation_id = e.deviation_id \
               WHERE e.municipality = $1 AND e.posting_id = $2 \
               ORDER BY c.committee, c.basis, CASE c.level WHEN 'committee' THEN 0 WHEN 'activity' THEN 1 ELSE 2 END, c.code";
    scope.all(sql, vec![posting_id.into()]).await
}

/// The years that have postings.
pub(crate) async fn years(scope: &Scope) -> Result<Vec<Year>, StoreError> {
    let sql = "SELECT DISTINCT CAST(year AS BIGINT) AS number FROM rollup_generation \
               WHERE municipality = $1 AND until = $2 ORDER BY number";
    let rows = scope.all::<Number>(sql, vec![STANDS.into()]).await?;
    let year = |row: Number| Year::new(i32::try_from(row.number).unwrap_or_default());
    rows.into_iter().map(|row| crate::code_plan::stored(year(row), "year")).collect()
}

#[derive(FromQueryResult)]
struct CaseRecord {
    deviation_id: String,
    committee: String,
    basis: String,
    level: String,
    code: String,
    event: String,
    budget: i64,
    actual: i64,
    amount: i64,
}

/// Evaluates every policy on a year's sums and records what opened, changed or closed.
pub(crate) async fn evaluate(
    w: &Writing,
    year: Year,
    cause: &Cause<'_>,
    plan: &CodePlan,
) -> Result<Vec<Touched>, StoreError> {
    let policies = policy::policies(w).await?;
    let mut cases = standing_cases(w, year).await?;
    if policies.is_empty() && cases.is_empty() {
        return Ok(Vec::new());
    }
    let ledger = Ledger::read(w, year, &policies).await?;
    let mut touched = Vec::new();
    for (committee, rules) in &policies {
        for (key, finding) in ledger.findings(committee, rules, plan)? {
            let case = cases.remove(&(committee.clone(), key.clone()));
            let evaluation =
                Evaluation { year, committee, key: &key, cause, period: ledger.period(committee, key.basis) };
            touched.extend(evaluation.record(w, case, Some(&finding)).await?);
        }
    }
    for ((committee, key), case) in cases {
        let evaluation =
            Evaluation { year, committee: &committee, key: &key, cause, period: ledger.period(&committee, key.basis) };
        touched.extend(evaluation.record(w, Some(case), None).await?);
    }
    touched.sort_by(|a, b| order(a).cmp(&order(b)));
    Ok(touched)
}

fn order(touched: &Touched) -> (&str, &str, Option<Level>, &str) {
    (&touched.committee, &touched.basis, Level::from_code(&touched.level), &touched.code)
}

/// The cases of a year with their last evaluation.
async fn standing_cases(scope: &Scope, year: Year) -> Result<BTreeMap<(String, CaseKey), CaseRecord>, StoreError> {
    let sql = "SELECT c.deviation_id, c.committee, c.basis, c.level, c.code, e.event, e.budget, e.actual, e.amount \
               FROM deviation_case c JOIN deviation_evaluation e \
                 ON e.municipality = c.municipality AND e.deviation_id = c.deviation_id \
               WHERE c.municipality = $1 AND c.year = $2 AND e.version = \
                 (SELECT MAX(l.version) FROM deviation_evaluation l \
                  WHERE l.municipality = c.municipality AND l.deviation_id = c.deviation_id)";
    let rows = scope.all::<CaseRecord>(sql, vec![year.number().into()]).await?;
    rows.into_iter()
        .map(|row| {
            let corrupt = || StoreError::Corrupt("a deviation case".into());
            let key = CaseKey {
                basis: DeviationBasis::from_code(&row.basis).ok_or_else(corrupt)?,
                level: Level::from_code(&row.level).ok_or_else(corrupt)?,
                code: row.code.clone(),
            };
            Ok(((row.committee.clone(), key), row))
        })
        .collect()
}

/// The sums that the policies ask for. Committees that have come as far in the year share a reading.
struct Ledger {
    year: Year,
    through: HashMap<String, u8>,
    forecast_months: HashMap<String, u8>,
    sums: HashMap<(Reading, Dimension), HashMap<String, Vec<LedgerSum>>>,
}

/// What a reading compares: the year to date through a month, or whole years.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
enum Reading {
    ToDate(u8),
    WholeYear,
}

impl Ledger {
    async fn read(w: &Scope, year: Year, policies: &[(String, Vec<Rule>)]) -> Result<Self, StoreError> {
        let standing = report::standing(w, year).await?;
        let outcomes = |committee: &str| {
            let of_year = |posting: &&StandingPosting| posting.kind == Kind::Outcome && posting.year == year.number();
            standing.iter().filter(of_year).filter(|posting| posting.is_of(Some(committee))).map(|p| p.month).max()
        };
        let mut ledger = Self { year, through: HashMap::new(), forecast_months: HashMap::new(), sums: HashMap::new() };
        let mut forecasts = BTreeMap::new();
        for (committee, _) in policies {
            if let Some(month) = outcomes(committee) {
                ledger.through.insert(committee.clone(), month);
            }
            if let Some(forecast) = report::forecast_of(&standing, committee, year, 13, None) {
                ledger.forecast_months.insert(committee.clone(), forecast.month);
                forecasts.insert(committee.clone(), forecast.posting_number);
            }
        }
        let needed: BTreeSet<(Reading, Dimension)> = policies
            .iter()
            .flat_map(|(committee, rules)| rules.iter().map(move |rule| (committee, rule)))
            .filter_map(|(committee, rule)| Some((ledger.reading(committee, rule.basis)?, rule.level.dimension())))
            .collect();
        for (reading, dimension) in needed {
            let of = reading.sums_of(year, dimension, &forecasts);
            let mut by_committee: HashMap<String, Vec<LedgerSum>> = HashMap::new();
            for sum in sums(w, &of).await? {
                by_committee.entry(sum.committee.clone()).or_default().push(sum);
            }
            ledger.sums.insert((reading, dimension), by_committee);
        }
        Ok(ledger)
    }

    /// What a committee is compared by; nothing while it has no outcome, or no forecast.
    fn reading(&self, committee: &str, basis: DeviationBasis) -> Option<Reading> {
        match basis {
            DeviationBasis::YearToDate => self.through.get(committee).map(|&month| Reading::ToDate(month)),
            DeviationBasis::Forecast => self.forecast_months.contains_key(committee).then_some(Reading::WholeYear),
        }
    }

    fn findings(
        &self,
        committee: &str,
        rules: &[Rule],
        plan: &CodePlan,
    ) -> Result<BTreeMap<CaseKey, Finding>, StoreError> {
        let span = span_of(self.year, self.through.get(committee).copied().unwrap_or(0));
        let sums = |basis, dimension| {
            let reading = self.reading(committee, basis);
            let sums = reading.and_then(|reading| self.sums.get(&(reading, dimension))?.get(committee));
            sums.map_or(&[][..], Vec::as_slice)
        };
        Ok(findings(committee, rules, sums, |dimension| plan.tree(dimension.part()), span)?)
    }

    /// The period that an evaluation speaks of.
    fn period(&self, committee: &str, basis: DeviationBasis) -> String {
        let months = match basis {
            DeviationBasis::YearToDate => &self.through,
            DeviationBasis::Forecast => &self.forecast_months,
        };
        let month = months.get(committee).and_then(|&month| Month::new(self.year, month).ok());
        month.map_or_else(|| self.year.to_string(), |month| month.to_string())
    }
}

impl Reading {
    fn sums_of(self, year: Year, dimension: Dimension, forecasts: &BTreeMap<String, i64>) -> SumsOf {
        let none = (1, 0);
        let (outcome, budget) = match self {
            Self::ToDate(through) => ((1, through), (1, through)),
            Self::WholeYear => (none, (1, 12)),
        };
        let forecasts = if self == Self::WholeYear { forecasts.clone() } else { BTreeMap::new() };
        SumsOf { year, dimension, committee: None, outcome, previous: none, budget, forecasts }
    }
}

struct Evaluation<'a> {
    year: Year,
    committee: &'a str,
    key: &'a CaseKey,
    cause: &'a Cause<'a>,
    period: String,
}

impl Evaluation<'_> {
    async fn record(
        &self,
        w: &Writing,
        case: Option<CaseRecord>,
        finding: Option<&Finding>,
    ) -> Result<Option<Touched>, StoreError> {
        let before = case.as_ref().map(|case| Before {
            open: Event::from_code(&case.event).is_some_and(Event::leaves_open),
            amount: Money::stored(case.amount),
            budget: Money::stored(case.budget),
            actual: Money::stored(case.actual),
        });
        let Some(event) = event(before, finding) else { return Ok(None) };
        let deviation_id = match case {
            Some(case) => case.deviation_id,
            None => self.open(w).await?,
        };
        self.insert(w, &deviation_id, event, finding).await?;
        Ok(Some(Touched {
            deviation_id,
            committee: self.committee.into(),
            basis: self.key.basis.code().into(),
            level: self.key.level.code().into(),
            code: self.key.code.clone(),
            event: event.code().into(),
            amount: finding.map_or(0, |finding| finding.amount.ore()),
            percent: finding.and_then(|finding| finding.percent),
        }))
    }

    async fn open(&self, w: &Writing) -> Result<String, StoreError> {
        let deviation_id = Uuid::now_v7().to_string();
        let sql = "INSERT INTO deviation_case (municipality, deviation_id, committee, basis, level, code, year, since) \
                   VALUES ($1, $2, $3, $4, $5, $6, $7, $8)";
        let values = vec![
            deviation_id.as_str().into(),
            self.committee.into(),
            self.key.basis.code().into(),
            self.key.level.code().into(),
            self.key.code.as_str().into(),
            self.year.number().into(),
            w.version().into(),
        ];
        w.execute(sql, values).await?;
        Ok(deviation_id)
    }

    async fn insert(
        &self,
        w: &Writing,
        deviation_id: &str,
        event: Event,
        finding: Option<&Finding>,
    ) -> Result<(), StoreError> {
        let ore = |of: fn(&Finding) -> Money| Value::from(finding.map_or(0, |finding| of(finding).ore()));
        let rule = finding.map_or_else(String::new, |finding| policy::rule_json(&finding.rule).to_string());
        let sql = "INSERT INTO deviation_evaluation (municipality, deviation_id, version, recorded_at, period, event, cause, \
                   posting_id, rule, budget, actual, amount, percent) \
                   VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)";
        let values = vec![
            deviation_id.into(),
            w.version().into(),
            w.stamp().into(),
            self.period.as_str().into(),
            event.code().into(),
            self.cause.code().into(),
            self.cause.posting_id().into(),
            rule.into(),
            ore(|finding| finding.budget),
            ore(|finding| finding.actual),
            ore(|finding| finding.amount),
            finding.and_then(|finding| finding.percent).into(),
        ];
        w.execute(sql, values).await?;
        Ok(())
    }
}

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
        matches +=
            &format!(" AND c.committee IN ({})", crate::code_list::placeholders(values.len() + 2, committees.len()));
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

/// The evaluations of a case, oldest first.
pub async fn evaluations(scope: &Scope, deviation_id: &str) -> Result<Vec<CaseEvaluation>, StoreError> {
    let sql = "SELECT recorded_at, period, event, cause, posting_id, rule, budget, actual, amount, percent \
               FROM deviation_evaluation WHERE municipality = $1 AND deviation_id = $2 AND version <= $3 ORDER BY version";
    scope.all(sql, vec![deviation_id.into(), scope.version().into()]).await
}
