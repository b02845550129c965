//! Volumes and prices as they are kept.

use crate::code_plan::{check_code, code_plan};
use crate::error::StoreError;
use crate::put::{Precondition, Put, refuse};
use crate::scope::Scope;
use crate::store::Writing;
use crate::yearly::{self, Yearly};
use serde_json::json;
use utfall_domain::code_part::CodePart;
use utfall_domain::text::Code;
use utfall_domain::volume::VolumeAssumptions;

const TABLE: &str = "volume_assumption";

/// The path of a committee's volumes under the municipality.
pub fn resource(year: i16, committee: &str) -> String {
    format!("volume-assumptions/{year}/{committee}")
}

/// A committee's volumes of a year, and the version that brought them.
pub async fn volumes(
    scope: &Scope,
    year: i16,
    committee: &str,
) -> Result<Option<(VolumeAssumptions, i64)>, StoreError> {
    yearly::standing(scope, TABLE, year, committee).await
}

/// A page of volumes, newest year first, and how many there are.
pub async fn volumes_of(
    scope: &Scope,
    committees: &[String],
    year: Option<i16>,
    window: (i64, i64),
) -> Result<(Vec<VolumeAssumptions>, i64), StoreError> {
    yearly::page(scope, TABLE, committees, year, window).await
}

/// Sets a committee's volumes of a year.
pub async fn set(
    w: &mut Writing,
    new: VolumeAssumptions,
    precondition: Precondition,
    reason: &str,
) -> Result<Put<VolumeAssumptions>, StoreError> {
    let mut errors = new.check();
    let plan = code_plan(w).await?;
    for (at, row) in new.rows.iter().enumerate() {
        let code = row.activity.as_ref().map(Code::as_str);
        check_code(&plan, CodePart::Activity, code, &format!("rows/{at}/activity"), &mut errors);
    }
    refuse(errors)?;
    let (year, committee) = (new.year.number(), new.committee.to_string());
    let detail = json!({ "rows": new.rows.len() });
    let new = Yearly {
        table: TABLE,
        resource: resource(year, &committee),
        action: "set-volume-assumptions",
        year,
        committee: &committee,
        document: new,
        detail,
    };
    yearly::put(w, new, precondition, reason).await
}
