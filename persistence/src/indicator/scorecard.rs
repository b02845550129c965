//! Scorecards (styrkort): which indicators a committee shows for a year, and how they came out.

use super::definition::some_indicators;
use super::forecast::forecasts;
use super::observation::ObservationFilter;
use super::series::values;
use super::target::targets;
use crate::error::{Refusal, StoreError};
use crate::put::{Precondition, Put, refuse};
use crate::report::budgets;
use crate::scope::Scope;
use crate::store::Writing;
use crate::yearly;
use serde_json::json;
use std::collections::{BTreeMap, HashMap};
use utfall_domain::indicator::definition::Indicator;
use utfall_domain::indicator::forecast::IndicatorForecast;
use utfall_domain::indicator::observation::{ObservationKey, Observed};
use utfall_domain::indicator::scorecard::Scorecard;
use utfall_domain::indicator::target::{IndicatorTarget, Reference};
use utfall_domain::money::Money;
use utfall_domain::period::Year;

const TABLE: &str = "scorecard";

/// The path of a scorecard under the municipality.
pub fn resource(year: i16, committee: &str) -> String {
    format!("scorecards/{year}/{committee}")
}

/// A committee's scorecard of a year, and the version that brought it.
pub async fn scorecard(scope: &Scope, year: i16, committee: &str) -> Result<Option<(Scorecard, i64)>, StoreError> {
    yearly::standing(scope, TABLE, year, committee).await
}

/// A page of scorecards, newest year first, and how many there are.
pub async fn scorecards(
    scope: &Scope,
    committees: &[String],
    year: Option<i16>,
    window: (i64, i64),
) -> Result<(Vec<Scorecard>, i64), StoreError> {
    yearly::page(scope, TABLE, committees, year, window).await
}

/// Sets a committee's scorecard of a year.
pub async fn set(
    w: &mut Writing,
    card: Scorecard,
    precondition: Precondition,
    reason: &str,
) -> Result<Put<Scorecard>, StoreError> {
    let (year, committee) = (card.year.number(), card.committee.to_string());
    if !crate::code_plan::committees(w).await?.iter().any(|known| known.code == card.committee) {
        return Err(Refusal::NotFound.into());
    }
    let keys = card.keys();
    let known = some_indicators(w, &keys).await?;
    refuse(card.check(|key| known.contains_key(key)))?;
    let standing = scorecard(w, year, &committee).await?;
    let differs = standing.as_ref().is_none_or(|(standing, _)| *standing != card);
    precondition.check(w, standing.as_ref().map(|(_, since)| *since), differs)?;
    if let Some((_, version)) = standing.as_ref().filter(|_| !differs) {
        return Ok(Put { version: *version, body: card, is_new: false });
    }
    yearly::replace(w, TABLE, year, &committee, &card).await?;
    w.record("set-scorecard", &resource(year, &committee), reason, json!({ "indicators": card.keys().len() }));
    Ok(Put { version: w.version(), is_new: standing.is_none(), body: card })
}

/// What some indicators are held against: definitions, targets, forecasts and values around a year.
#[derive(Debug)]
pub struct Measured {
    /// The definitions.
    pub indicators: HashMap<String, Indicator>,
    /// The targets.
    pub targets: HashMap<String, Vec<IndicatorTarget>>,
    /// The forecasts that persons have entered.
    pub forecasts: HashMap<String, Vec<IndicatorForecast>>,
    /// The values that stand, of the indicators and of those that targets are relative to.
    pub values: BTreeMap<ObservationKey, Observed>,
    /// The adopted budgets of the year by committee, where a target is relative to one.
    pub budgets: BTreeMap<String, Money>,
}

/// Reads what some indicators are held against, from some years before a year through it. As many statements, however many there are.
pub async fn measured(scope: &Scope, keys: &[&str], year: Year, years: i16) -> Result<Measured, StoreError> {
    let found = some_indicators(scope, keys).await?;
    let targets: HashMap<String, Vec<IndicatorTarget>> =
        targets(scope, keys).await?.into_iter().map(|(key, (list, _))| (key, list)).collect();
    let forecasts = forecasts(scope, keys).await?.into_iter().map(|(key, (list, _))| (key, list)).collect();
    let referred = targets.values().flatten().filter_map(|target| match &target.relative_to {
        Some(Reference::Indicator(key)) => Some(key.to_string()),
        _ => None,
    });
    let mut indicators: Vec<String> = keys.iter().map(|key| (*key).to_owned()).chain(referred).collect();
    indicators.sort_unstable();
    indicators.dedup();
    let mut observed = BTreeMap::new();
    if !indicators.is_empty() {
        let from = Some(year.number() - years);
        let filter = ObservationFilter { indicators, from, to: Some(year.number()), ..ObservationFilter::default() };
        for one in values(scope, &filter).await? {
            if let Some(value) = one.observed()? {
                observed.insert(one.key()?, value);
            }
        }
    }
    let is_of_budget =
        |target: &IndicatorTarget| target.period.year() == year && target.relative_to == Some(Reference::Budget);
    let needs_budgets = targets.values().flatten().any(is_of_budget);
    let budgets = if needs_budgets { budgets(scope, year).await? } else { BTreeMap::new() };
    let indicators = found.into_iter().map(|(key, (indicator, _))| (key, indicator)).collect();
    Ok(Measured { indicators, targets, forecasts, values: observed, budgets })
}
