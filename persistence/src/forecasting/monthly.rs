//! Net cost by code and month, of outcomes or the adopted budget, over some years: one statement.

use crate::error::StoreError;
use crate::scope::Scope;
use sea_orm::{FromQueryResult, Value};
use std::collections::{BTreeMap, BTreeSet};
use utfall_domain::money::Money;
use utfall_domain::posting::Kind;
use utfall_domain::rollup::Dimension;

/// A sum of a month.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Monthly {
    /// The committee.
    pub committee: String,
    /// The leaf code.
    pub code: String,
    /// The year.
    pub year: i16,
    /// 1 to 13; 0 for what is spread on no month.
    pub month: u8,
    /// Net cost.
    pub amount: Money,
}

#[derive(FromQueryResult)]
struct Record {
    committee: String,
    code: String,
    year: i16,
    month: i16,
    amount: i64,
}

/// Reads the months of some years. A year with a delivery that covers several months says nothing of them, and is left out.
pub async fn monthly(
    scope: &Scope,
    kind: Kind,
    dimension: Dimension,
    committee: Option<&str>,
    (first, last): (i16, i16),
) -> Result<Vec<Monthly>, StoreError> {
    let mut values: Vec<Value> =
        vec![scope.version().into(), (dimension as i16).into(), first.into(), last.into(), kind.code().into()];
    let mut of_committee = "";
    if let Some(committee) = committee {
        values.push(committee.into());
        of_committee = " AND r.committee = $7";
    }
    let sql = format!(
        "SELECT r.committee, r.code, g.year, r.month, CAST(SUM(r.cost + r.revenue) AS BIGINT) AS amount \
         FROM rollup_generation g JOIN rollup r \
           ON r.municipality = g.municipality AND r.year = g.year AND r.generation = g.generation \
         WHERE g.municipality = $1 AND g.since <= $2 AND g.until > $2 AND r.dimension = $3 AND g.year BETWEEN $4 AND $5 \
           AND g.kind = $6 AND (g.kind <> 'budget' OR g.budget_status = 'adopted'){of_committee} \
           AND NOT EXISTS (SELECT 1 FROM rollup_generation s WHERE s.municipality = g.municipality AND s.year = g.year \
             AND s.kind = 'outcome' AND g.kind = 'outcome' AND s.since <= $2 AND s.until > $2 AND s.from_month < s.month) \
         GROUP BY r.committee, r.code, g.year, r.month"
    );
    let rows = scope.all::<Record>(&sql, values).await?;
    rows.into_iter()
        .map(|Record { committee, code, year, month, amount }| {
            let month = u8::try_from(month).unwrap_or_default();
            Ok(Monthly { committee, code, year, month, amount: Money::from_ore(amount)? })
        })
        .collect()
}

/// Keeps the years of which a committee has all twelve months: a part of a year says nothing of how a year falls.
pub fn of_whole_years(months: Vec<Monthly>) -> Vec<Monthly> {
    let mut seen: BTreeMap<(String, i16), BTreeSet<u8>> = BTreeMap::new();
    for one in months.iter().filter(|one| (1..=12).contains(&one.month)) {
        seen.entry((one.committee.clone(), one.year)).or_default().insert(one.month);
    }
    seen.retain(|_, months| months.len() == 12);
    months.into_iter().filter(|one| seen.contains_key(&(one.committee.clone(), one.year))).collect()
}
