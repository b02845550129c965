//! Series: every value of one or many indicators, in one statement.

use super::observation::{COLUMNS, KeptObservation, ObservationFilter};
use crate::error::StoreError;
use crate::scope::Scope;

/// Every value that matches, by indicator, organisation, period and sex.
pub async fn values(scope: &Scope, filter: &ObservationFilter, most: i64) -> Result<Vec<KeptObservation>, StoreError> {
    let (matches, mut values) = filter.matches(scope);
    let sql = format!(
        "SELECT {COLUMNS} FROM observation WHERE {matches} ORDER BY indicator, organisation, period, sex LIMIT ${}",
        values.len() + 2
    );
    values.push(most.into());
    scope.all(&sql, values).await
}

/// Every value that stands of some indicators.
pub(super) async fn standing(scope: &Scope, indicators: &[&str]) -> Result<Vec<KeptObservation>, StoreError> {
    let indicators = indicators.iter().map(|key| (*key).to_owned()).collect();
    let filter = ObservationFilter { indicators, ..ObservationFilter::default() };
    values(scope, &filter, i64::MAX).await
}
