//! Which committees' budgets depart from their history: what a delivery of a budget is told.

use super::monthly::{Monthly, monthly, of_whole_years};
use crate::error::StoreError;
use crate::scope::Scope;
use std::collections::BTreeMap;
use utfall_domain::forecasting::{Departure, THRESHOLD, Tilt, YEARS_BACK, departure, weights};
use utfall_domain::money::{AmountError, Money};
use utfall_domain::period::Year;
use utfall_domain::posting::Kind;
use utfall_domain::rollup::Dimension;

/// The committees whose adopted budget of a year departs from history by more than the threshold, with how.
pub async fn leaning(scope: &Scope, year: Year) -> Result<Vec<(String, Departure)>, StoreError> {
    let number = year.number();
    let of = async |kind, years| monthly(scope, kind, Dimension::Activity, None, years).await;
    let budgets = by_committee(of(Kind::Budget, (number, number)).await?)?;
    let history = of_whole_years(of(Kind::Outcome, (number - YEARS_BACK, number - 1)).await?);
    let history = by_committee(history)?;
    let leans = |(committee, budget): (String, [Money; 12])| {
        let found = departure(&budget, &weights(history.get(&committee)?)?, THRESHOLD);
        (found.tilt != Tilt::InLine).then_some((committee, found))
    };
    Ok(budgets.into_iter().filter_map(leans).collect())
}

fn by_committee(months: Vec<Monthly>) -> Result<BTreeMap<String, [Money; 12]>, AmountError> {
    let mut sums: BTreeMap<String, [Money; 12]> = BTreeMap::new();
    for one in months.into_iter().filter(|one| (1..=12).contains(&one.month)) {
        let sum = &mut sums.entry(one.committee).or_default()[usize::from(one.month) - 1];
        *sum = sum.plus(one.amount)?;
    }
    Ok(sums)
}
