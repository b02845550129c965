//! Forecasts of indicators that persons enter: one row a version, all of an indicator's together.

use super::organisation::Organisations;
use super::whole::Whole;
use crate::error::StoreError;
use crate::put::{Precondition, Put};
use crate::scope::Scope;
use crate::store::Writing;
use std::collections::HashMap;
use utfall_domain::indicator::forecast::{IndicatorForecast, check};
use utfall_domain::row_error::{Fault, RowError};

const FORECASTS: Whole = Whole { table: "indicator_forecast", act: "set-indicator-forecasts", name: "forecasts" };

/// The forecasts of some indicators, and the versions that brought them.
pub async fn forecasts(
    scope: &Scope,
    indicators: &[&str],
) -> Result<HashMap<String, (Vec<IndicatorForecast>, i64)>, StoreError> {
    FORECASTS.of(scope, indicators).await
}

/// Sets the forecasts of an indicator, all of them.
pub async fn set(
    w: &mut Writing,
    key: &str,
    list: Vec<IndicatorForecast>,
    precondition: Precondition,
    reason: &str,
) -> Result<Put<Vec<IndicatorForecast>>, StoreError> {
    let mut errors = check(&list);
    let organisations = Organisations::read(w).await?;
    for (at, one) in list.iter().enumerate() {
        if let Some(reason) = organisations.unknown(&one.organisation) {
            let field = format!("forecasts/{at}/organisation");
            errors.push(RowError::whole(field, &one.organisation.to_string(), Fault::UnknownCode, reason));
        }
    }
    FORECASTS.set(w, key, list, errors, precondition, reason).await
}
