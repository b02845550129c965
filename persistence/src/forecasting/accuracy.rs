//! The forecasts of some years beside what the years became.

use crate::accrual;
use crate::error::StoreError;
use crate::report::standing_of;
use crate::scope::{Scope, placeholders};
use sea_orm::{FromQueryResult, Value};
use std::collections::{BTreeMap, BTreeSet, HashMap};
use utfall_domain::accrual::restatements;
use utfall_domain::money::Money;
use utfall_domain::period::Year;
use utfall_domain::posting::Kind;

/// A forecast of a committee, or of one of its activities, beside what the year became.
#[derive(Debug, Clone)]
pub struct Forecasted {
    /// The year.
    pub year: Year,
    /// Who forecast.
    pub source: String,
    /// The month that it was made at.
    pub month: u8,
    /// The activity; empty for the committee as a whole, or for amounts without one.
    pub code: String,
    /// As forecast.
    pub forecast: Money,
    /// As it became; `None` while December is not posted.
    pub outcome: Option<Money>,
    /// As it became, restated for what belongs to other years.
    pub restated: Option<Money>,
}

#[derive(FromQueryResult)]
struct Record {
    year: i16,
    posting_number: i64,
    code: String,
    amount: i64,
}

/// The forecasts of a committee in some years, by activity or as a whole; a forecast that leaves an activity out forecasts nothing of it.
pub async fn forecasted(
    scope: &Scope,
    committee: &str,
    years: &[Year],
    source: Option<&str>,
    by_activity: bool,
) -> Result<Vec<Forecasted>, StoreError> {
    let numbers: Vec<i16> = years.iter().map(|year| year.number()).collect();
    let standing = standing_of(scope, &numbers).await?;
    let own = || standing.iter().filter(|posting| posting.is_of(Some(committee)));
    let closed: BTreeSet<i16> = own()
        .filter(|posting| posting.kind == Kind::Outcome && posting.month >= 12)
        .map(|posting| posting.year)
        .collect();
    let sums = sums(scope, committee, &numbers, by_activity).await?;
    let became = became(scope, committee, years, by_activity, &sums).await?;
    let mut found = Vec::new();
    let forecasts =
        own().filter(|posting| posting.kind == Kind::Forecast && source.is_none_or(|source| posting.source == source));
    for posting in forecasts {
        let year = crate::code_plan::stored(Year::new(posting.year.into()), "year")?;
        let said = sums.get(&(posting.year, posting.posting_number));
        let booked = |code: &str| became.get(&(posting.year, code.to_owned())).copied().unwrap_or_default();
        let mut codes: BTreeSet<&str> = said.into_iter().flat_map(BTreeMap::keys).map(String::as_str).collect();
        codes.extend(became.keys().filter(|(year, _)| *year == posting.year).map(|(_, code)| code.as_str()));
        for code in codes {
            let (outcome, restated) = booked(code);
            let is_closed = closed.contains(&posting.year);
            found.push(Forecasted {
                year,
                source: posting.source.clone(),
                month: posting.month,
                code: code.to_owned(),
                forecast: said.and_then(|said| said.get(code)).copied().unwrap_or_default(),
                outcome: is_closed.then_some(outcome),
                restated: is_closed.then_some(restated),
            });
        }
    }
    found.sort_by(|a, b| (a.year, &a.source, a.month, &a.code).cmp(&(b.year, &b.source, b.month, &b.code)));
    Ok(found)
}

type Sums = HashMap<(i16, i64), BTreeMap<String, Money>>;

/// Net cost by year, forecast (0 for the outcome) and code.
async fn sums(scope: &Scope, committee: &str, years: &[i16], by_activity: bool) -> Result<Sums, StoreError> {
    let code = if by_activity { "r.code" } else { "''" };
    let sql = format!(
        "SELECT g.year, CASE WHEN g.kind = 'forecast' THEN g.posting_number ELSE 0 END AS posting_number, {code} AS code, \
           CAST(SUM(r.cost + r.revenue) AS BIGINT) AS amount \
         FROM rollup_generation g JOIN rollup r \
           ON r.municipality = g.municipality AND r.year = g.year AND r.generation = g.generation \
         WHERE g.municipality = $1 AND g.since <= $2 AND g.until > $2 AND r.dimension = 0 AND r.committee = $3 \
           AND g.kind IN ('forecast', 'outcome') AND g.year IN ({}) \
         GROUP BY g.year, CASE WHEN g.kind = 'forecast' THEN g.posting_number ELSE 0 END{}",
        placeholders(4, years.len()),
        if by_activity { ", r.code" } else { "" }
    );
    let mut values: Vec<Value> = vec![scope.version().into(), committee.into()];
    values.extend(years.iter().map(|year| Value::from(*year)));
    let mut sums = Sums::new();
    for Record { year, posting_number, code, amount } in scope.all::<Record>(&sql, values).await? {
        sums.entry((year, posting_number)).or_default().insert(code, Money::from_ore(amount)?);
    }
    Ok(sums)
}

/// What each year became, as booked and restated, by code.
async fn became(
    scope: &Scope,
    committee: &str,
    years: &[Year],
    by_activity: bool,
    sums: &Sums,
) -> Result<HashMap<(i16, String), (Money, Money)>, StoreError> {
    let mut became: HashMap<(i16, String), (Money, Money)> = HashMap::new();
    let all = accrual::all(scope, &[committee.to_owned()]).await?;
    for year in years {
        for (code, amount) in sums.get(&(year.number(), 0)).into_iter().flatten() {
            became.insert((year.number(), code.clone()), (*amount, *amount));
        }
        for one in restatements(&all, *year) {
            let code = one.adjustment.activity.as_ref().filter(|_| by_activity).map(ToString::to_string);
            let (_, restated) = became.entry((year.number(), code.unwrap_or_default())).or_default();
            *restated = restated.plus(one.amount)?;
        }
    }
    Ok(became)
}
