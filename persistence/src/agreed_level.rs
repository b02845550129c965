//! Agreed levels as they are kept.

use crate::error::StoreError;
use crate::put::{Precondition, Put};
use crate::scope::Scope;
use crate::store::Writing;
use crate::yearly::{self, Yearly};
use serde_json::json;
use utfall_domain::agreed_level::AgreedLevel;

const TABLE: &str = "agreed_level";

/// The path of a committee's agreed level under the municipality.
pub fn resource(committee: &str, year: i16) -> String {
    format!("committees/{committee}/agreed-levels/{year}")
}

/// A committee's agreed level of a year, and the version that brought it.
pub async fn agreed_level(scope: &Scope, committee: &str, year: i16) -> Result<Option<(AgreedLevel, i64)>, StoreError> {
    yearly::standing(scope, TABLE, year, committee).await
}

/// Every agreed level.
pub(crate) async fn all(scope: &Scope) -> Result<Vec<AgreedLevel>, StoreError> {
    yearly::all(scope, TABLE, &[]).await
}

/// Sets a committee's agreed level of a year.
pub async fn set(
    w: &mut Writing,
    new: AgreedLevel,
    precondition: Precondition,
    reason: &str,
) -> Result<Put<AgreedLevel>, StoreError> {
    let (year, committee) = (new.year.number(), new.committee.to_string());
    let detail = json!({ "amount": new.amount.to_string() });
    let new = Yearly {
        table: TABLE,
        resource: resource(&committee, year),
        action: "set-agreed-level",
        year,
        committee: &committee,
        document: new,
        detail,
    };
    yearly::put(w, new, precondition, reason).await
}
