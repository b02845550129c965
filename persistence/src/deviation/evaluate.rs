//! Evaluating the policies, in the transaction of what caused it.

use super::Touched;
use super::ledger::Ledger;
use crate::error::StoreError;
use crate::policy;
use crate::scope::{Number, STANDS, Scope};
use crate::store::Writing;
use sea_orm::{FromQueryResult, Value};
use std::collections::BTreeMap;
use utfall_domain::code_plan::CodePlan;
use utfall_domain::deviation::{Before, CaseKey, DeviationBasis, Event, Finding, Level, event};
use utfall_domain::money::Money;
use utfall_domain::period::Year;
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
