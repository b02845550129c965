//! What decided plans still have to give in a year: what a forecast has not seen yet.

use super::version::of_years;
use crate::error::StoreError;
use crate::scope::Scope;
use utfall_domain::money::Money;
use utfall_domain::period::Month;

/// What a decided plan gives in the rest of a year.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ahead {
    /// The plan.
    pub document: String,
    /// Its version.
    pub number: i16,
    /// Its title.
    pub title: String,
    /// What it is planned to give after the month; positive lowers net cost.
    pub amount: Money,
}

/// The decided plans of a committee, with what each is planned to give in the year after a month.
pub async fn ahead(scope: &Scope, committee: &str, month: Month) -> Result<Vec<Ahead>, StoreError> {
    let year = month.year();
    let committees = [committee.to_owned()];
    let versions = of_years(scope, (year.number() - 2, year.number()), &committees).await?;
    let decided = versions.iter().filter(|version| version.standing.is_decided());
    decided
        .map(|version| {
            Ok(Ahead {
                document: version.edition.document.clone(),
                number: version.edition.number,
                title: version.plan.title.to_string(),
                amount: version.plan.planned_after(year, month.number())?,
            })
        })
        .collect()
}
