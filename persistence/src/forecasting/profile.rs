//! Profiles of history that a delivery asks for: of each committee and activity, and of each committee.

use super::monthly::{monthly, of_whole_years};
use crate::error::StoreError;
use crate::scope::Scope;
use std::collections::{BTreeSet, HashMap};
use utfall_domain::distribution::{Profile, history_key, history_years};
use utfall_domain::forecasting::weights;
use utfall_domain::money::Money;
use utfall_domain::period::Year;
use utfall_domain::posting::Kind;
use utfall_domain::rollup::Dimension;

/// The profiles of history among some names, for a budget of a year.
pub(crate) async fn history_profiles<'a>(
    scope: &Scope,
    names: impl Iterator<Item = &'a str>,
    year: Year,
) -> Result<HashMap<String, Profile>, StoreError> {
    let wanted: BTreeSet<(&str, u8)> = names.filter_map(|name| Some((name, history_years(name)?))).collect();
    let Some(most) = wanted.iter().map(|(_, years)| *years).max() else { return Ok(HashMap::new()) };
    let last = year.number() - 1;
    let months = monthly(scope, Kind::Outcome, Dimension::Activity, None, (last + 1 - i16::from(most), last)).await?;
    let months = of_whole_years(months);
    let mut profiles = HashMap::new();
    for (name, years) in wanted {
        let mut sums: HashMap<String, [Money; 12]> = HashMap::new();
        let recent = months.iter().filter(|one| one.year > last - i16::from(years) && (1..=12).contains(&one.month));
        for one in recent {
            let mut keys = vec![history_key(name, &one.committee, "")];
            if !one.code.is_empty() {
                keys.push(history_key(name, &one.committee, &one.code));
            }
            for key in keys {
                let sum = &mut sums.entry(key).or_default()[usize::from(one.month) - 1];
                *sum = sum.plus(one.amount)?;
            }
        }
        profiles.extend(sums.into_iter().filter_map(|(key, months)| Some((key, weights(&months)?))));
    }
    Ok(profiles)
}
