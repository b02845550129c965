//! Transfers between frames.

use crate::code_plan::committees;
use crate::error::{Refusal, StoreError};
use crate::keyed::{self, Table};
use crate::put::{Precondition, Put, refuse};
use crate::scope::Scope;
use crate::store::Writing;
use serde_json::json;
use utfall_domain::frame::FrameTransfer;
use utfall_domain::row_error::{Fault, RowError};

const TABLE: Table =
    Table { name: "frame_transfer", key: "transfer", columns: &["year", "from_committee", "to_committee"] };

/// The path of a transfer under the municipality.
pub fn transfer_resource(key: &str) -> String {
    format!("frame-transfers/{key}")
}

/// A transfer, and the version that brought it.
pub async fn transfer(scope: &Scope, key: &str) -> Result<Option<(FrameTransfer, i64)>, StoreError> {
    keyed::standing(scope, &TABLE, key).await
}

/// Every transfer, by key.
pub async fn transfers(scope: &Scope) -> Result<Vec<FrameTransfer>, StoreError> {
    Ok(keyed::all(scope, &TABLE).await?.into_iter().map(|(_, transfer)| transfer).collect())
}

/// Puts a transfer.
pub async fn put_transfer(
    w: &mut Writing,
    new: FrameTransfer,
    precondition: Precondition,
    reason: &str,
) -> Result<Put<FrameTransfer>, StoreError> {
    let mut errors = new.check();
    let known = committees(w).await?;
    for (field, code) in [("fromCommittee", &new.from), ("toCommittee", &new.to)] {
        if !known.iter().any(|committee| committee.code == *code) {
            let reason = "is not a committee of the municipality";
            errors.push(RowError::whole(field, code.as_str(), Fault::UnknownCode, reason));
        }
    }
    refuse(errors)?;
    if let Some((standing, _)) = transfer(w, new.key.as_str()).await?
        && standing.year != new.year
    {
        let sentence = format!("it is of {}: a transfer of another year has a key of its own", standing.year);
        return Err(Refusal::Conflict(sentence).into());
    }
    let columns =
        vec![new.year.number().into(), new.from.as_str().to_owned().into(), new.to.as_str().to_owned().into()];
    let key = new.key.to_string();
    let detail = json!({ "from": new.from.as_str(), "to": new.to.as_str(), "amount": new.amount.to_string() });
    let (put, changed) = keyed::put(w, &TABLE, &key, new, columns, precondition).await?;
    if changed {
        w.record("set-frame-transfer", &transfer_resource(&key), reason, detail);
    }
    Ok(put)
}
