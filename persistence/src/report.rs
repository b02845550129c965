//! Sums for reports and deviations, read from rollups and never from entries.

use crate::error::StoreError;
use crate::scope::Scope;
use sea_orm::FromQueryResult;
use utfall_domain::money::Money;
use utfall_domain::period::Year;
use utfall_domain::report::{Column, LedgerSum};
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
    /// The posting number of the forecast, if one is used.
    pub forecast: Option<i64>,
}

#[derive(FromQueryResult)]
struct Record {
    place: i32,
    committee: String,
    code: String,
    outside_frame: bool,
    amount: i64,
    undistributed: i32,
}

const SELECT: &str = "SELECT CASE WHEN g.kind = 'outcome' AND g.year = $2 THEN 0 WHEN g.kind = 'outcome' THEN 1 \
                             WHEN g.kind = 'budget' THEN 2 ELSE 3 END AS place, \
                             r.committee, r.code, r.outside_frame, CAST(SUM(r.cost + r.revenue) AS BIGINT) AS amount, \
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
                          OR (g.kind = 'forecast' AND g.year = $2 AND g.posting_number = $12))";
const GROUP: &str = " GROUP BY place, r.committee, r.code, r.outside_frame";

/// Reads the sums, one row a column, committee, code and frame.
pub async fn sums(scope: &Scope, of: &SumsOf) -> Result<Vec<LedgerSum>, StoreError> {
    let SumsOf { year, dimension, committee, outcome, previous, budget, forecast } = of;
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
        forecast.unwrap_or(-1).into(),
    ];
    let mut sql = SELECT.to_owned();
    if let Some(committee) = committee {
        sql += " AND r.committee = $13";
        values.push(committee.as_str().into());
    }
    sql += GROUP;
    let rows = scope.all::<Record>(&sql, values).await?;
    rows.into_iter().map(ledger_sum).collect()
}

fn ledger_sum(record: Record) -> Result<LedgerSum, StoreError> {
    let Record { place, committee, code, outside_frame, amount, undistributed } = record;
    let column = match place {
        0 => Column::Outcome,
        1 => Column::OutcomePreviousYear,
        2 => Column::Budget,
        _ => Column::Forecast,
    };
    let amount = Money::from_ore(amount)?;
    Ok(LedgerSum { column, committee, code, outside_frame, amount, undistributed: undistributed > 0 })
}

/// A month of outcomes as the ledger has it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PostedMonth {
    /// The year.
    pub year: i16,
    /// 1 to 13.
    pub month: u8,
    /// The first month that it covers.
    pub from_month: u8,
}

#[derive(FromQueryResult)]
struct MonthRecord {
    year: i16,
    month: i16,
    from_month: i16,
}

/// The months of a year and the year before that have outcomes.
pub async fn posted_months(scope: &Scope, year: Year) -> Result<Vec<PostedMonth>, StoreError> {
    let sql = "SELECT DISTINCT year, month, from_month FROM posting WHERE municipality = $1 AND kind = 'outcome' \
               AND year IN ($2, $3) AND since <= $4 AND until > $4 AND cause <> 'withdrawal' ORDER BY year, month";
    let values = vec![year.number().into(), year.previous().number().into(), scope.version().into()];
    let rows = scope.all::<MonthRecord>(sql, values).await?;
    let number = |month: i16| u8::try_from(month).unwrap_or_default();
    Ok(rows
        .into_iter()
        .map(|MonthRecord { year, month, from_month }| PostedMonth {
            year,
            month: number(month),
            from_month: number(from_month),
        })
        .collect())
}

/// A forecast that stands.
#[derive(Debug, Clone, FromQueryResult)]
pub struct StandingForecast {
    /// The posting's number.
    pub posting_number: i64,
    /// Its id.
    pub posting_id: String,
    /// The month that it was made at.
    pub period: String,
    /// Who made it.
    pub source: String,
}

/// The forecast to use for a year through a month: of that source, or the newest entered; the latest month wins.
pub async fn forecast(
    scope: &Scope,
    year: Year,
    through: u8,
    source: Option<&str>,
) -> Result<Option<StandingForecast>, StoreError> {
    let sql = "SELECT posting_number, posting_id, period, source FROM posting WHERE municipality = $1 AND kind = 'forecast' \
               AND year = $2 AND month <= $3 AND since <= $4 AND until > $4 AND cause <> 'withdrawal' \
               AND ($5 = '' OR source = $5) ORDER BY month DESC, posting_number DESC LIMIT 1";
    let values = vec![
        year.number().into(),
        i16::from(through).into(),
        scope.version().into(),
        source.unwrap_or_default().into(),
    ];
    scope.one(sql, values).await
}
