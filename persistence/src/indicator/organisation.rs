//! Whether the municipality has the organisation that a value is for.

use utfall_domain::code_part::CodePart;
use utfall_domain::code_plan::CodePlan;
use utfall_domain::indicator::organisation::Organisation;

/// Why an organisation is not one of the municipality's; none for what is, and for areas and groups, which are not its to list.
pub(super) fn unknown(plan: &CodePlan, organisation: &Organisation) -> Option<&'static str> {
    match organisation {
        Organisation::Committee(code) if plan.committee(code.as_str()).is_none() => {
            Some("is not a committee of the municipality")
        }
        Organisation::Unit(code) if plan.tree(CodePart::Unit).latest(code.as_str()).is_none() => {
            Some("is not a unit of the municipality")
        }
        _ => None,
    }
}
