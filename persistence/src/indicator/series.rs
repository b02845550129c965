//! Series: every value of one or many indicators, in one statement.

use super::definition::some_indicators;
use super::observation::{COLUMNS, KeptObservation, ObservationFilter};
use crate::error::{Refusal, StoreError};
use crate::scope::Scope;
use crate::store::enter;
use sea_orm::{DatabaseConnection, FromQueryResult, Value};
use std::collections::{HashMap, HashSet};
use std::sync::Arc;
use std::sync::atomic::AtomicU64;
use utfall_domain::decimal::Decimal;
use utfall_domain::indicator::definition::Indicator;
use utfall_domain::indicator::measure_period::MeasurePeriod;
use utfall_domain::indicator::observation::Sex;
use utfall_domain::text::MunicipalityCode;

/// Every value that matches, in no order.
pub async fn values(scope: &Scope, filter: &ObservationFilter) -> Result<Vec<KeptObservation>, StoreError> {
    let (matches, values) = filter.matches(scope);
    scope.all(&format!("SELECT {COLUMNS} FROM observation WHERE {matches}"), values).await
}

/// A value as series show it.
#[derive(Debug, FromQueryResult)]
pub struct SeriesValue {
    /// The indicator.
    pub indicator: String,
    /// Whom it is for.
    pub organisation: String,
    /// When it is for.
    pub period: String,
    /// Of which sex.
    pub sex: String,
    /// Whether it is deleted.
    pub is_deleted: bool,
    value: Option<i64>,
    /// What it is, or why there is none.
    pub status: String,
    /// As written.
    pub words: String,
    /// What to be careful about.
    pub caution: String,
}

impl SeriesValue {
    /// The value.
    pub fn value(&self) -> Option<Decimal> {
        self.value.map(Decimal::stored)
    }

    /// When it is for, and of which sex.
    pub fn when(&self) -> Result<(MeasurePeriod, Sex), StoreError> {
        let corrupt = || StoreError::Corrupt(format!("an observation of {}", self.indicator));
        let period = MeasurePeriod::parse(&self.period).map_err(|_| corrupt())?;
        Ok((period, Sex::from_code(&self.sex).ok_or_else(corrupt)?))
    }
}

const SHOWN: &str = "o.indicator, o.organisation, o.period, o.sex, o.is_deleted, o.value, o.status, o.words, o.caution";

/// The values of series that match, in no order.
pub async fn series(scope: &Scope, filter: &ObservationFilter, most: i64) -> Result<Vec<SeriesValue>, StoreError> {
    let (matches, mut values) = filter.matches(scope);
    let sql = format!("SELECT {SHOWN} FROM observation o WHERE {matches} LIMIT ${}", values.len() + 2);
    values.push(most.into());
    scope.all(&sql, values).await
}

/// Every value that stands of some indicators.
pub(super) async fn standing(scope: &Scope, indicators: &[&str]) -> Result<Vec<KeptObservation>, StoreError> {
    let indicators = indicators.iter().map(|key| (*key).to_owned()).collect();
    let filter = ObservationFilter { indicators, ..ObservationFilter::default() };
    values(scope, &filter).await
}

/// Which series: of an indicator and an organisation.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(crate) struct SeriesKey {
    municipality: MunicipalityCode,
    indicator: String,
    organisation: String,
}

impl SeriesKey {
    pub(crate) fn new(municipality: &MunicipalityCode, indicator: &str, organisation: &str) -> Self {
        Self { municipality: municipality.clone(), indicator: indicator.into(), organisation: organisation.into() }
    }
}

/// A series as it stands at a version.
#[derive(Debug)]
pub struct StandingSeries {
    /// The definition.
    pub indicator: Indicator,
    /// The values, in no order.
    pub values: Vec<SeriesValue>,
    /// The version.
    pub version: i64,
}

/// Series that are asked for at the same time, read together: a transaction for each municipality, and three statements.
pub(crate) async fn standing_series(
    pool: DatabaseConnection,
    statements: Arc<AtomicU64>,
    keys: Vec<SeriesKey>,
) -> Result<HashMap<SeriesKey, Arc<StandingSeries>>, StoreError> {
    let mut found = HashMap::with_capacity(keys.len());
    let municipalities: HashSet<&MunicipalityCode> = keys.iter().map(|key| &key.municipality).collect();
    for municipality in municipalities {
        let scope = match enter(&pool, municipality, &statements).await {
            Err(StoreError::Refused(Refusal::NotFound)) => continue,
            scope => scope?,
        };
        let of_it: Vec<&SeriesKey> = keys.iter().filter(|key| key.municipality == *municipality).collect();
        let indicators: HashSet<&str> = of_it.iter().map(|key| key.indicator.as_str()).collect();
        let indicators = some_indicators(&scope, &indicators.into_iter().collect::<Vec<_>>()).await?;
        let mut values: HashMap<SeriesKey, Vec<SeriesValue>> = HashMap::with_capacity(of_it.len());
        for chunk in of_it.chunks(256) {
            let mut rows = together(&scope, chunk).await?;
            rows.sort_unstable_by(|a, b| (&a.indicator, &a.organisation).cmp(&(&b.indicator, &b.organisation)));
            while let Some(last) = rows.last() {
                let key = SeriesKey::new(municipality, &last.indicator, &last.organisation);
                let first = rows.partition_point(|row| {
                    (row.indicator.as_str(), row.organisation.as_str()) < (&key.indicator, &key.organisation)
                });
                values.insert(key, rows.split_off(first));
            }
        }
        for key in of_it {
            if let Some((indicator, _)) = indicators.get(&key.indicator) {
                let values = values.remove(key).unwrap_or_default();
                let series = StandingSeries { indicator: indicator.clone(), values, version: scope.version() };
                found.insert(key.clone(), Arc::new(series));
            }
        }
        scope.rollback().await?;
    }
    Ok(found)
}

/// The values of some series in one statement.
async fn together(scope: &Scope, keys: &[&SeriesKey]) -> Result<Vec<SeriesValue>, StoreError> {
    // A list is filled up with what there is not, so that a handful of statements are prepared and not one for each length.
    let length = keys.len().next_power_of_two();
    let pairs: Vec<String> = (0..length).map(|at| format!("(${}, ${})", at * 2 + 3, at * 2 + 4)).collect();
    let sql = format!(
        "SELECT {SHOWN} FROM (VALUES {}) AS asked JOIN observation o ON o.municipality = $1 AND o.indicator = asked.column1 \
         AND o.organisation = asked.column2 WHERE o.since <= $2 AND o.until > $2 AND NOT o.is_deleted",
        pairs.join(", ")
    );
    let asked = keys.iter().flat_map(|key| [key.indicator.as_str(), key.organisation.as_str()]);
    let asked = asked.chain(std::iter::repeat("")).take(length * 2).map(Value::from);
    scope.all(&sql, std::iter::once(scope.version().into()).chain(asked).collect()).await
}
