//! Investment frames as they are kept, and what the ledger says is used of them.

use crate::code_plan::{check_code, code_plan};
use crate::error::StoreError;
use crate::put::{Precondition, Put, refuse};
use crate::scope::Scope;
use crate::store::Writing;
use crate::yearly::{self, Yearly};
use sea_orm::FromQueryResult;
use serde_json::json;
use std::collections::HashMap;
use utfall_domain::code_part::CodePart;
use utfall_domain::code_plan::span_of;
use utfall_domain::frame::InvestmentFrame;
use utfall_domain::money::Money;
use utfall_domain::period::Year;
use utfall_domain::text::Code;

const TABLE: &str = "investment_frame";

/// The path of a committee's investment frame under the municipality.
pub fn investment_resource(committee: &str, year: i16) -> String {
    format!("committees/{committee}/investment-frames/{year}")
}

/// A committee's investments of a year.
#[derive(Debug, Clone)]
pub struct InvestmentYear {
    /// The frame.
    pub frame: InvestmentFrame,
    /// The version that brought it.
    pub since: i64,
    /// What is used of each project, by its code; expenditure is positive.
    pub used: HashMap<String, Money>,
}

#[derive(FromQueryResult)]
struct Record {
    project: String,
    unit: String,
    committee: String,
    month: i16,
    amount: i64,
}

/// A committee's investment frame of a year with what is used.
pub async fn investment_year(scope: &Scope, committee: &str, year: i16) -> Result<Option<InvestmentYear>, StoreError> {
    let Some((frame, since)) = yearly::standing::<InvestmentFrame>(scope, TABLE, year, committee).await? else {
        return Ok(None);
    };
    let used = used(scope, committee, frame.year).await?;
    Ok(Some(InvestmentYear { frame, since, used }))
}

/// What the year's outcome has on projects, of a committee.
async fn used(scope: &Scope, committee: &str, year: Year) -> Result<HashMap<String, Money>, StoreError> {
    let sql = "SELECT e.project, e.unit, e.committee, e.month, CAST(SUM(e.amount) AS BIGINT) AS amount \
               FROM entry e JOIN posting p ON p.municipality = e.municipality AND p.posting_number = e.posting_number \
               WHERE e.municipality = $1 AND e.year = $2 AND e.project <> '' AND p.kind = 'outcome' AND p.since <= $3 AND p.until > $3 \
               GROUP BY e.project, e.unit, e.committee, e.month";
    let rows = scope.all::<Record>(sql, vec![year.number().into(), scope.version().into()]).await?;
    let plan = code_plan(scope).await?;
    let mut used: HashMap<String, Money> = HashMap::new();
    for Record { project, unit, committee: own, month, amount } in rows {
        let month = u8::try_from(month).unwrap_or_default();
        let of = if unit.is_empty() { Some(own.as_str()) } else { plan.committee_of_unit(&unit, span_of(year, month)) };
        if of == Some(committee) {
            let sum = used.entry(project).or_default();
            *sum = sum.plus(Money::stored(amount))?;
        }
    }
    Ok(used)
}

/// Sets a committee's investment frame of a year.
pub async fn set_investments(
    w: &mut Writing,
    new: InvestmentFrame,
    precondition: Precondition,
    reason: &str,
) -> Result<Put<InvestmentFrame>, StoreError> {
    let mut errors = new.check();
    let plan = code_plan(w).await?;
    for (at, one) in new.projects.iter().enumerate() {
        let code = one.project.as_ref().map(Code::as_str);
        check_code(&plan, CodePart::Project, code, &format!("projects/{at}/project"), &mut errors);
    }
    refuse(errors)?;
    let (year, committee) = (new.year.number(), new.committee.to_string());
    let detail = json!({ "projects": new.projects.len() });
    let new = Yearly {
        table: TABLE,
        resource: investment_resource(&committee, year),
        action: "set-investment-frame",
        year,
        committee: &committee,
        document: new,
        detail,
    };
    yearly::put(w, new, precondition, reason).await
}
