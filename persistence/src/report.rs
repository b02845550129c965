//! Sums for reports and deviations, read from rollups and never from entries.

use crate::error::StoreError;
use crate::scope::Scope;
use crate::scope::placeholders;
use sea_orm::FromQueryResult;
use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use utfall_domain::money::Money;
use utfall_domain::period::Year;
use utfall_domain::posting::{BudgetStatus, Kind};
use utfall_domain::report::{Column, LedgerSum, RowSums};
use utfall_domain::rollup::Dimension;

/// Which months count in a column, both included; `(1, 0)` is none.
pub type Months = (u8, u8);

/// Which sums to read.
#[derive(Debug, Clone)]
pub struct SumsOf {
    /// The year.
    pub year: Year,
    /// What to group by.
    pub dimension: Dimension,
    /// One committee, or all.
    pub committee: Option<String>,
    /// The months of the outcome.
    pub outcome: Months,
    /// The months of the outcome of the year before.
    pub previous: Months,
    /// The months of the budget; what is spread on no month is always read, and marked.
    pub budget: Months,
    /// The posting numbers of the forecasts that are used, by committee.
    pub forecasts: BTreeMap<String, i64>,
}

#[derive(FromQueryResult)]
struct Record {
    place: i32,
    committee: String,
    code: String,
    outside_frame: bool,
    forecast: i64,
    amount: i64,
    undistributed: i32,
}

const SELECT: &str = "SELECT CASE WHEN g.kind = 'outcome' AND g.year = $2 THEN 0 WHEN g.kind = 'outcome' THEN 1 \
                             WHEN g.kind = 'budget' THEN 2 ELSE 3 END AS place, \
                             r.committee, r.code, r.outside_frame, \
                             CASE WHEN g.kind = 'forecast' THEN g.posting_number ELSE 0 END AS forecast, CAST(SUM(r.cost + r.revenue) AS BIGINT) AS amount, \
                             MAX(CASE WHEN g.kind = 'budget' AND r.month = 0 AND (r.cost <> 0 OR r.revenue <> 0) \
                                 THEN 1 ELSE 0 END) AS undistributed \
                      FROM rollup_generation g JOIN rollup r \
                        ON r.municipality = g.municipality AND r.year = g.year AND r.generation = g.generation \
                      WHERE g.municipality = $1 AND g.year IN ($2, $3) AND g.since <= $4 AND g.until > $4 \
                        AND r.dimension = $5 \
                        AND ((g.kind = 'outcome' AND g.year = $2 AND r.month BETWEEN $6 AND $7) \
                          OR (g.kind = 'outcome' AND g.year = $3 AND r.month BETWEEN $8 AND $9) \
                          OR (g.kind = 'budget' AND g.year = $2 AND g.budget_status = 'adopted' \
                              AND (r.month = 0 OR r.month BETWEEN $10 AND $11)) \
                          OR (g.kind = 'forecast' AND g.year = $2 AND g.posting_number IN (";
const GROUP: &str = " GROUP BY place, r.committee, r.code, r.outside_frame, forecast";

/// Reads the sums, one row a column, committee, code and frame.
pub async fn sums(scope: &Scope, of: &SumsOf) -> Result<Vec<LedgerSum>, StoreError> {
    let SumsOf { year, dimension, committee, outcome, previous, budget, forecasts } = of;
    let month = |month: u8| sea_orm::Value::from(i16::from(month));
    let mut values = vec![
        year.number().into(),
        year.previous().number().into(),
        scope.version().into(),
        (*dimension as i16).into(),
        month(outcome.0),
        month(outcome.1),
        month(previous.0),
        month(previous.1),
        month(budget.0),
        month(budget.1),
    ];
    let used: BTreeSet<i64> = forecasts.values().copied().chain([-1]).collect();
    let mut sql = format!("{SELECT}{})))", placeholders(12, used.len()));
    values.extend(used.into_iter().map(sea_orm::Value::from));
    if let Some(committee) = committee {
        values.push(committee.as_str().into());
        let _ = write!(sql, " AND r.committee = ${}", values.len() + 1);
    }
    sql += GROUP;
    let rows = scope.all::<Record>(&sql, values).await?;
    // Each committee has its own forecast; what another's holds of it does not count.
    let counts = |row: &Record| row.forecast == 0 || forecasts.get(&row.committee) == Some(&row.forecast);
    rows.into_iter().filter(counts).map(ledger_sum).collect()
}

fn ledger_sum(record: Record) -> Result<LedgerSum, StoreError> {
    let Record { place, committee, code, outside_frame, forecast: _, amount, undistributed } = record;
    let column = match place {
        0 => Column::Outcome,
        1 => Column::OutcomePreviousYear,
        2 => Column::Budget,
        _ => Column::Forecast,
    };
    let amount = Money::from_ore(amount)?;
    Ok(LedgerSum { column, committee, code, outside_frame, amount, undistributed: undistributed > 0 })
}

/// The adopted budget of a year by committee: net cost, as the forecast summary totals it.
pub async fn budgets(scope: &Scope, year: Year) -> Result<BTreeMap<String, Money>, StoreError> {
    let none = (1, 0);
    let of = SumsOf {
        year,
        dimension: Dimension::Activity,
        committee: None,
        outcome: none,
        previous: none,
        budget: (1, 12),
        forecasts: BTreeMap::new(),
    };
    let mut rows: BTreeMap<String, RowSums> = BTreeMap::new();
    for sum in sums(scope, &of).await? {
        rows.entry(sum.committee.clone()).or_default().add(&sum)?;
    }
    Ok(rows.into_iter().filter_map(|(committee, row)| Some((committee, row.budget().ok()?))).collect())
}

/// A standing posting, as reports choose among them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StandingPosting {
    /// Its number.
    pub posting_number: i64,
    /// What it holds.
    pub kind: Kind,
    /// The year.
    pub year: i16,
    /// 1 to 13; 0 for a budget.
    pub month: u8,
    /// The first month that an outcome covers.
    pub from_month: u8,
    /// Who delivered it.
    pub source: String,
    /// Whether a budget counts; proposals are alternatives.
    pub is_adopted: bool,
    /// Whose amounts it holds.
    pub committees: Vec<String>,
}

#[derive(FromQueryResult)]
struct GenerationRecord {
    posting_number: i64,
    kind: String,
    year: i16,
    month: i16,
    from_month: i16,
    source: String,
    budget_status: String,
    committees: String,
}

/// The postings that stand for a year and the year before.
pub async fn standing(scope: &Scope, year: Year) -> Result<Vec<StandingPosting>, StoreError> {
    standing_of(scope, &[year.number(), year.previous().number()]).await
}

/// The postings that stand for some years.
pub async fn standing_of(scope: &Scope, years: &[i16]) -> Result<Vec<StandingPosting>, StoreError> {
    let sql = format!(
        "SELECT posting_number, kind, year, month, from_month, source, budget_status, committees FROM rollup_generation \
         WHERE municipality = $1 AND since <= $2 AND until > $2 AND year IN ({}) ORDER BY posting_number",
        placeholders(3, years.len())
    );
    let mut values: Vec<sea_orm::Value> = vec![scope.version().into()];
    values.extend(years.iter().map(|year| sea_orm::Value::from(*year)));
    let rows = scope.all::<GenerationRecord>(&sql, values).await?;
    let number = |month: i16| u8::try_from(month).unwrap_or_default();
    rows.into_iter()
        .map(|GenerationRecord { posting_number, kind, year, month, from_month, source, budget_status, committees }| {
            Ok(StandingPosting {
                posting_number,
                kind: Kind::from_code(&kind).ok_or_else(|| StoreError::Corrupt(format!("kind {kind:?}")))?,
                year,
                month: number(month),
                from_month: number(from_month),
                source,
                is_adopted: budget_status == BudgetStatus::Adopted.code(),
                committees: crate::code_plan::stored(serde_json::from_str(&committees), "committee list")?,
            })
        })
        .collect()
}

impl StandingPosting {
    /// Whether it holds amounts of a committee; every posting holds some of all of them together.
    pub fn is_of(&self, committee: Option<&str>) -> bool {
        committee.is_none_or(|code| self.committees.iter().any(|own| own == code)) && !self.committees.is_empty()
    }
}

/// The forecast that a committee's report uses: of that source, or the newest entered; the latest month through `through` wins.
pub fn forecast_of<'a>(
    standing: &'a [StandingPosting],
    committee: &str,
    year: Year,
    through: u8,
    source: Option<&str>,
) -> Option<&'a StandingPosting> {
    let fits = |posting: &&StandingPosting| {
        posting.kind == Kind::Forecast
            && posting.year == year.number()
            && posting.month <= through
            && posting.is_of(Some(committee))
            && source.is_none_or(|source| posting.source == source)
    };
    standing.iter().filter(fits).max_by_key(|posting| (posting.month, posting.posting_number))
}
