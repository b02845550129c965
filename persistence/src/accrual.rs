//! Accrual adjustments as they are kept.

use crate::code_plan::{check_code, code_plan};
use crate::error::StoreError;
use crate::put::{Precondition, Put, refuse};
use crate::scope::Scope;
use crate::store::Writing;
use crate::yearly::{self, Yearly};
use serde_json::json;
use utfall_domain::accrual::AccrualAdjustments;
use utfall_domain::code_part::CodePart;

const TABLE: &str = "accrual_adjustment";

/// The path of a committee's adjustments under the municipality.
pub fn resource(year: i16, committee: &str) -> String {
    format!("accrual-adjustments/{year}/{committee}")
}

/// A committee's adjustments of a year, and the version that brought them.
pub async fn adjustments(
    scope: &Scope,
    year: i16,
    committee: &str,
) -> Result<Option<(AccrualAdjustments, i64)>, StoreError> {
    yearly::standing(scope, TABLE, year, committee).await
}

/// A page of adjustments, newest year first, and how many there are.
pub async fn adjustments_of(
    scope: &Scope,
    committees: &[String],
    year: Option<i16>,
    window: (i64, i64),
) -> Result<(Vec<AccrualAdjustments>, i64), StoreError> {
    yearly::page(scope, TABLE, committees, year, window).await
}

/// All adjustments, of whatever year: a year is restated by those of others too.
pub async fn all(scope: &Scope, committees: &[String]) -> Result<Vec<AccrualAdjustments>, StoreError> {
    yearly::all(scope, TABLE, committees).await
}

/// Sets a committee's adjustments of a year.
pub async fn set(
    w: &mut Writing,
    new: AccrualAdjustments,
    precondition: Precondition,
    reason: &str,
) -> Result<Put<AccrualAdjustments>, StoreError> {
    let mut errors = new.check();
    let plan = code_plan(w).await?;
    for (at, one) in new.adjustments.iter().enumerate() {
        for (part, code) in
            [(CodePart::Account, &one.account), (CodePart::Unit, &one.unit), (CodePart::Activity, &one.activity)]
        {
            let code = code.as_ref().map(utfall_domain::text::Code::as_str);
            check_code(&plan, part, code, &format!("adjustments/{at}/{}", part.field()), &mut errors);
        }
    }
    refuse(errors)?;
    let (year, committee) = (new.year.number(), new.committee.to_string());
    let detail = json!({ "adjustments": new.adjustments.len() });
    let new = Yearly {
        table: TABLE,
        resource: resource(year, &committee),
        action: "set-accrual-adjustments",
        year,
        committee: &committee,
        document: new,
        detail,
    };
    yearly::put(w, new, precondition, reason).await
}
