//! Layouts of reports as they are kept.

use crate::code_plan::{check_code, code_plan};
use crate::error::StoreError;
use crate::keyed::{self, Table};
use crate::put::{Precondition, Put, refuse};
use crate::scope::Scope;
use crate::store::Writing;
use serde_json::json;
use utfall_domain::statement::{From, ReportLayout, Wanted};

const TABLE: Table = Table { name: "report_layout", key: "layout", columns: &[] };

/// The path of a layout under the municipality.
pub fn layout_resource(key: &str) -> String {
    format!("report-layouts/{key}")
}

/// A layout, and the version that brought it.
pub async fn layout(scope: &Scope, key: &str) -> Result<Option<(ReportLayout, i64)>, StoreError> {
    keyed::standing(scope, &TABLE, key).await
}

/// Every layout, by key.
pub async fn layouts(scope: &Scope) -> Result<Vec<(String, ReportLayout)>, StoreError> {
    keyed::all(scope, &TABLE).await
}

/// Puts a layout.
pub async fn put_layout(
    w: &mut Writing,
    key: &str,
    new: ReportLayout,
    precondition: Precondition,
    reason: &str,
) -> Result<Put<ReportLayout>, StoreError> {
    let mut errors = new.check();
    let plan = code_plan(w).await?;
    for (at, line) in new.lines.iter().enumerate() {
        if let From::Ledger(Wanted::Codes(dimension, codes)) = &line.from {
            for (n, code) in codes.iter().enumerate() {
                let part = dimension.part();
                check_code(&plan, part, Some(code.as_str()), &format!("lines/{at}/{}/{n}", part.list()), &mut errors);
            }
        }
    }
    refuse(errors)?;
    let detail = json!({ "lines": new.lines.len(), "stated": new.stated.len() });
    let (put, changed) = keyed::put(w, &TABLE, key, new, Vec::new(), precondition).await?;
    if changed {
        w.record("set-report-layout", &layout_resource(key), reason, detail);
    }
    Ok(put)
}
