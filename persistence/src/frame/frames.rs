//! Frames as they are kept, and the bridge of each from the years before it.

use super::transfer::transfers;
use crate::code_plan::{check_code, code_plan};
use crate::error::StoreError;
use crate::put::{Precondition, Put, refuse};
use crate::scope::Scope;
use crate::store::Writing;
use crate::yearly::{self, Yearly};
use serde_json::json;
use std::collections::HashMap;
use utfall_domain::code_part::CodePart;
use utfall_domain::frame::{Frame, FrameTransfer, bridge};
use utfall_domain::money::Money;
use utfall_domain::text::Code;

const TABLE: &str = "frame";

/// The path of a committee's frame under the municipality.
pub fn resource(committee: &str, year: i16) -> String {
    format!("committees/{committee}/frames/{year}")
}

/// A frame with what its bridge is made of.
#[derive(Debug, Clone)]
pub struct Bridged {
    /// The frame.
    pub frame: Frame,
    /// The transfers of its year.
    pub transfers: Vec<FrameTransfer>,
    /// What last year's frame hands on.
    pub last_year: Option<Money>,
}

/// The frames of some committees, or of all, oldest year first, each with what its bridge is made of.
pub async fn bridges(scope: &Scope, committees: &[String]) -> Result<Vec<Bridged>, StoreError> {
    let frames: Vec<Frame> = yearly::all(scope, TABLE, committees).await?;
    let transfers = transfers(scope).await?;
    let mut handed_on: HashMap<(String, i16), Money> = HashMap::new();
    let mut found = Vec::with_capacity(frames.len());
    for frame in frames {
        let (committee, year) = (frame.committee.to_string(), frame.year.number());
        let last_year = handed_on.get(&(committee.clone(), year - 1)).copied();
        let of_year: Vec<FrameTransfer> = transfers.iter().filter(|one| one.year == frame.year).cloned().collect();
        let next = bridge(&frame, &of_year, last_year)?.next_opening;
        handed_on.insert((committee, year), next);
        found.push(Bridged { frame, transfers: of_year, last_year });
    }
    Ok(found)
}

/// A committee's frame of a year, and the version of it.
pub async fn bridged(scope: &Scope, committee: &str, year: i16) -> Result<Option<Bridged>, StoreError> {
    let all = bridges(scope, &[committee.to_owned()]).await?;
    Ok(all.into_iter().find(|bridged| bridged.frame.year.number() == year))
}

/// Sets a committee's frame of a year.
pub async fn set(
    w: &mut Writing,
    new: Frame,
    precondition: Precondition,
    reason: &str,
) -> Result<Put<Frame>, StoreError> {
    let mut errors = new.check();
    let plan = code_plan(w).await?;
    for (at, saving) in new.savings.iter().enumerate() {
        let code = saving.activity.as_ref().map(Code::as_str);
        check_code(&plan, CodePart::Activity, code, &format!("plannedSavings/{at}/activity"), &mut errors);
    }
    refuse(errors)?;
    let (year, committee) = (new.year.number(), new.committee.to_string());
    let detail = json!({ "changes": new.changes.len() });
    let new = Yearly {
        table: TABLE,
        resource: resource(&committee, year),
        action: "set-frame",
        year,
        committee: &committee,
        document: new,
        detail,
    };
    yearly::put(w, new, precondition, reason).await
}
