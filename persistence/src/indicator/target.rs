//! Targets of indicators: one row a version, all of an indicator's together.

use super::whole::Whole;
use crate::error::StoreError;
use crate::put::{Precondition, Put};
use crate::scope::{Scope, Text};
use crate::store::Writing;
use std::collections::{HashMap, HashSet};
use utfall_domain::indicator::target::IndicatorTarget;

const TARGETS: Whole = Whole { table: "indicator_target", act: "set-indicator-targets", name: "targets" };

/// The targets of some indicators, and the versions that brought them.
pub async fn targets(
    scope: &Scope,
    indicators: &[&str],
) -> Result<HashMap<String, (Vec<IndicatorTarget>, i64)>, StoreError> {
    TARGETS.of(scope, indicators).await
}

/// The indicators that have a target.
pub async fn targeted(scope: &Scope) -> Result<HashSet<String>, StoreError> {
    let sql = "SELECT indicator AS text FROM indicator_target WHERE municipality = $1 AND since <= $2 AND until > $2 \
               AND body <> '[]'";
    let rows = scope.all::<Text>(sql, vec![scope.version().into()]).await?;
    Ok(rows.into_iter().map(|row| row.text).collect())
}

/// Sets the targets of an indicator, all of them.
pub async fn set(
    w: &mut Writing,
    key: &str,
    list: Vec<IndicatorTarget>,
    precondition: Precondition,
    reason: &str,
) -> Result<Put<Vec<IndicatorTarget>>, StoreError> {
    let mut errors = Vec::new();
    for (at, target) in list.iter().enumerate() {
        target.check(&format!("targets/{at}"), &mut errors);
    }
    TARGETS.set(w, key, list, errors, precondition, reason).await
}
