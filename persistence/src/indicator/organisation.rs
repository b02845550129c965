//! Whom a value may be for: the municipality's committees and units, and the areas and groups of the platform's catalogue.

use crate::code_plan::code_plan;
use crate::error::StoreError;
use crate::kolada::catalogue::known_areas;
use crate::scope::Scope;
use std::collections::HashSet;
use utfall_domain::code_part::CodePart;
use utfall_domain::code_plan::CodePlan;
use utfall_domain::indicator::organisation::Organisation;

/// The organisations that there are.
pub(super) struct Organisations {
    plan: CodePlan,
    areas: HashSet<String>,
}

impl Organisations {
    /// Reads them.
    pub(super) async fn read(scope: &Scope) -> Result<Self, StoreError> {
        Ok(Self { plan: code_plan(scope).await?, areas: known_areas(scope).await? })
    }

    /// Why an organisation is none of them.
    pub(super) fn unknown(&self, organisation: &Organisation) -> Option<&'static str> {
        match organisation {
            Organisation::Committee(code) if self.plan.committee(code.as_str()).is_none() => {
                Some("is not a committee of the municipality")
            }
            Organisation::Unit(code) if self.plan.tree(CodePart::Unit).latest(code.as_str()).is_none() => {
                Some("is not a unit of the municipality")
            }
            Organisation::Area(code) if !self.areas.contains(code.as_str()) => {
                Some("is not the code of a municipality, a region or Riket (0000)")
            }
            Organisation::Group(code) if !self.areas.contains(code) => {
                Some("is not a group of the catalogue: import Kolada's groups of municipalities first")
            }
            _ => None,
        }
    }
}
