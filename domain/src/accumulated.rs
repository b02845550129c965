//! Accumulated deliveries: January through the month, turned into the month alone.

use crate::code_part::CodePart;
use crate::entry::{Entry, money};
use crate::money::AmountError;
use foldhash::{HashMap, HashMapExt};

type Key<'a> = (&'a str, &'a [String; CodePart::COUNT]);

/// Turns the rows of an accumulated delivery into what its month adds to the source's earlier postings of the year.
///
/// A code string that disappears counts zero from then, so what the earlier months say of it is taken back. Without earlier
/// postings the rows stand as they are: a span that ends in the month, not that month alone.
pub fn month_of(accumulated: &[Entry], earlier: &[Entry], month: u8) -> Result<Vec<Entry>, AmountError> {
    if earlier.is_empty() {
        return Ok(accumulated.to_vec());
    }
    let mut before = totals(earlier);
    let mut derived: Vec<Entry> = Vec::with_capacity(accumulated.len());
    let mut place: HashMap<Key<'_>, usize> = HashMap::with_capacity(accumulated.len());
    let mut sums: Vec<(i128, Option<i128>)> = Vec::with_capacity(accumulated.len());
    for entry in accumulated {
        let key: Key<'_> = (&entry.committee, &entry.codes);
        let at = *place.entry(key).or_insert_with(|| {
            let earlier = before.remove(&key).unwrap_or_default();
            sums.push((-earlier.amount, earlier.quantity.map(|q| -q)));
            derived.push(entry.clone());
            derived.len() - 1
        });
        sums[at].0 += i128::from(entry.amount.ore());
        sums[at].1 = plus(sums[at].1, entry.quantity.map(i128::from));
    }
    for (entry, (amount, quantity)) in derived.iter_mut().zip(sums) {
        entry.amount = money(amount)?;
        entry.quantity = quantity.map(i64::try_from).transpose().map_err(|_| AmountError::TooLarge)?;
    }
    let mut gone: Vec<_> = before.into_iter().filter(|(_, total)| total.amount != 0).collect();
    gone.sort_unstable_by_key(|(key, _)| *key);
    for ((committee, codes), total) in gone {
        derived.push(reversal(committee, codes, month, total)?);
    }
    Ok(derived)
}

/// Re-derives a later accumulated posting after an earlier month changed: what the earlier month gained, the later one
/// loses, so that the accumulated amounts stay what was delivered.
pub fn rederived(later: &[Entry], before: &[Entry], after: &[Entry], month: u8) -> Result<Vec<Entry>, AmountError> {
    let mut shift = totals(after);
    for (key, total) in totals(before) {
        let entry = shift.entry(key).or_default();
        entry.amount -= total.amount;
        entry.quantity = plus(entry.quantity, total.quantity.map(|q| -q));
    }
    let mut derived = Vec::with_capacity(later.len());
    for original in later {
        let mut entry = original.clone();
        // The whole shift of a key goes to its first entry.
        if let Some(total) = shift.remove(&(original.committee.as_str(), &original.codes)) {
            entry.amount = money(i128::from(entry.amount.ore()) - total.amount)?;
            let quantity = plus(entry.quantity.map(i128::from), total.quantity.map(|q| -q));
            entry.quantity = quantity.map(i64::try_from).transpose().map_err(|_| AmountError::TooLarge)?;
        }
        derived.push(entry);
    }
    let mut rest: Vec<_> = shift.into_iter().filter(|(_, total)| total.amount != 0).collect();
    rest.sort_unstable_by_key(|(key, _)| *key);
    for ((committee, codes), total) in rest {
        derived.push(reversal(committee, codes, month, total)?);
    }
    Ok(derived)
}

#[derive(Debug, Clone, Copy, Default)]
struct Total {
    amount: i128,
    quantity: Option<i128>,
}

fn totals(entries: &[Entry]) -> HashMap<Key<'_>, Total> {
    let mut totals: HashMap<Key<'_>, Total> = HashMap::with_capacity(entries.len());
    for entry in entries {
        let total = totals.entry((&entry.committee, &entry.codes)).or_default();
        total.amount += i128::from(entry.amount.ore());
        total.quantity = plus(total.quantity, entry.quantity.map(i128::from));
    }
    totals
}

fn plus(a: Option<i128>, b: Option<i128>) -> Option<i128> {
    match (a, b) {
        (Some(a), Some(b)) => Some(a + b),
        (a, b) => a.or(b),
    }
}

fn reversal(committee: &str, codes: &[String; CodePart::COUNT], month: u8, total: Total) -> Result<Entry, AmountError> {
    Ok(Entry {
        row: 0,
        month,
        committee: committee.to_owned(),
        codes: codes.clone(),
        amount: money(-total.amount)?,
        quantity: total.quantity.map(|q| i64::try_from(-q)).transpose().map_err(|_| AmountError::TooLarge)?,
        text: String::new(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::entry::tests::{entries, entry};
    use proptest::prelude::*;

    fn by_account(entries: &[Entry]) -> std::collections::BTreeMap<&str, i64> {
        let mut sums = std::collections::BTreeMap::new();
        for entry in entries {
            *sums.entry(entry.code(CodePart::Account)).or_default() += entry.amount.ore();
        }
        sums.retain(|_, &mut ore| ore != 0);
        sums
    }

    #[test]
    fn a_code_string_that_disappears_counts_zero_from_then() {
        let earlier = [entry("4551", 7, 500), entry("4010", 7, 100)];
        let derived = month_of(&[entry("4551", 8, 700)], &earlier, 8).unwrap();
        assert_eq!(by_account(&derived), [("4010", -100), ("4551", 200)].into());
        assert_eq!(derived[1].row, 0);
    }

    proptest! {
        #[test]
        fn earlier_and_derived_sum_to_what_was_delivered(earlier in entries(), accumulated in entries()) {
            let derived = month_of(&accumulated, &earlier, 8).unwrap();
            let all: Vec<Entry> = earlier.into_iter().chain(derived).collect();
            prop_assert_eq!(by_account(&all), by_account(&accumulated));
        }

        #[test]
        fn a_rederived_month_keeps_the_accumulated_sum(later in entries(), before in entries(), after in entries()) {
            let derived = rederived(&later, &before, &after, 9).unwrap();
            let sum = |a: &[Entry], b: &[Entry]| -> Vec<Entry> { a.iter().chain(b).cloned().collect() };
            let (was, is) = (sum(&before, &later), sum(&after, &derived));
            prop_assert_eq!(by_account(&is), by_account(&was));
        }
    }
}
