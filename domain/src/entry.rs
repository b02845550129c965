//! An entry of the ledger, and sums of entries per code string.

use crate::code_part::CodePart;
use crate::money::{AmountError, Money};
use foldhash::{HashMap, HashMapExt};

/// The month number of an amount that counts for the year and is spread on no month.
pub const WHOLE_YEAR: u8 = 0;

/// One entry of a posting: an amount on a code string in a month. Absent code parts are empty texts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// The data row that brought it; 0 when a re-derivation made it from rows of other deliveries.
    pub row: u32,
    /// 1 to 13, or [`WHOLE_YEAR`].
    pub month: u8,
    /// The committee, when no unit says it; else empty, and the unit's committee of that month is meant.
    pub committee: String,
    /// The code string, in the order of [`CodePart::ALL`].
    pub codes: [String; CodePart::COUNT],
    /// The amount, debit positive.
    pub amount: Money,
    /// A count, in millionths.
    pub quantity: Option<i64>,
    /// The row's text.
    pub text: String,
}

/// What makes two entries speak of the same thing: month, committee and code string.
pub type EntryKey<'a> = (u8, &'a str, &'a [String; CodePart::COUNT]);

impl Entry {
    /// The code of a part.
    pub fn code(&self, part: CodePart) -> &str {
        &self.codes[part.index()]
    }

    /// Month, committee and code string.
    pub fn key(&self) -> EntryKey<'_> {
        (self.month, &self.committee, &self.codes)
    }
}

/// Debit, credit and net of a set of entries.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Sums {
    /// The sum of the positive amounts.
    pub debit: Money,
    /// The sum of the negative amounts, without their sign.
    pub credit: Money,
    /// Debit less credit.
    pub net: Money,
}

impl Sums {
    /// The sums of amounts.
    pub fn of(amounts: impl Iterator<Item = Money> + Clone) -> Result<Self, AmountError> {
        let debit = Money::sum(amounts.clone().filter(|amount| amount.ore() > 0))?;
        let credit = Money::sum(amounts.filter(|amount| amount.ore() < 0).map(Money::abs))?;
        Ok(Self { debit, credit, net: debit.minus(credit)? })
    }
}

/// The sum of the entries on each key, in öre; wide enough that partial sums cannot overflow.
pub fn sums_by_key(entries: &[Entry]) -> HashMap<EntryKey<'_>, i128> {
    let mut sums = HashMap::with_capacity(entries.len());
    for entry in entries {
        *sums.entry(entry.key()).or_default() += i128::from(entry.amount.ore());
    }
    sums
}

/// What a revision changed against the one before: code strings that came, went or got another amount.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Changes {
    /// Keys that are new.
    pub added: u32,
    /// Keys that are gone.
    pub removed: u32,
    /// Keys whose sum is another.
    pub changed: u32,
    /// By how much the net rose.
    pub net: Money,
}

impl Changes {
    /// What a revision changes, counted without listing it.
    pub fn between(before: &[Entry], after: &[Entry]) -> Result<Self, AmountError> {
        let (mut old, new) = (sums_by_key(before), sums_by_key(after));
        let mut changes = Self::default();
        let (mut risen, mut sunk) = (0_i128, 0_i128);
        for (key, is) in new {
            risen += i128::from(money(is)?.ore());
            match old.remove(&key) {
                Some(was) if was == is => sunk += was,
                Some(was) => {
                    changes.changed += 1;
                    sunk += was;
                }
                None => changes.added += 1,
            }
        }
        for was in old.into_values() {
            changes.removed += 1;
            sunk += was;
        }
        changes.net = money(risen - sunk)?;
        Ok(changes)
    }

    /// Whether nothing differs.
    pub const fn is_none(self) -> bool {
        self.added == 0 && self.removed == 0 && self.changed == 0
    }
}

/// One key whose sum differs between two revisions.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Difference {
    /// 1 to 13, or [`WHOLE_YEAR`].
    pub month: u8,
    /// The committee, when the entries name it.
    pub committee: String,
    /// The code string.
    pub codes: [String; CodePart::COUNT],
    /// The sum before; `None` when the key is new.
    pub before: Option<Money>,
    /// The sum now; `None` when the key is gone.
    pub after: Option<Money>,
}

/// Every key whose sum differs between two revisions, ordered by key.
pub fn differences(before: &[Entry], after: &[Entry]) -> Result<Vec<Difference>, AmountError> {
    let (old, mut new) = (sums_by_key(before), sums_by_key(after));
    let mut found = Vec::new();
    for (key, &was) in &old {
        match new.remove(key) {
            Some(is) if is == was => {}
            is => found.push((*key, Some(was), is)),
        }
    }
    found.extend(new.into_iter().map(|(key, is)| (key, None, Some(is))));
    found.sort_unstable_by_key(|(key, ..)| *key);
    found
        .into_iter()
        .map(|((month, committee, codes), before, after)| {
            Ok(Difference {
                month,
                committee: committee.to_owned(),
                codes: codes.clone(),
                before: before.map(money).transpose()?,
                after: after.map(money).transpose()?,
            })
        })
        .collect()
}

pub(crate) fn money(ore: i128) -> Result<Money, AmountError> {
    i64::try_from(ore).map_err(|_| AmountError::TooLarge).and_then(Money::from_ore)
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;
    use proptest::prelude::*;

    pub(crate) fn entry(account: &str, month: u8, ore: i64) -> Entry {
        let mut codes: [String; CodePart::COUNT] = Default::default();
        codes[0] = account.into();
        let amount = Money::stored(ore);
        Entry { row: 1, month, committee: "SN".into(), codes, amount, quantity: None, text: String::new() }
    }

    pub(crate) fn entries() -> impl Strategy<Value = Vec<Entry>> {
        proptest::collection::vec((0_u8..6, -1_000_i64..1_000), 0..20)
            .prop_map(|rows| rows.into_iter().map(|(code, ore)| entry(&format!("4{code}"), 8, ore)).collect())
    }

    proptest! {
        #[test]
        fn the_net_of_the_changes_is_the_difference_of_the_nets(before in entries(), after in entries()) {
            let net = |entries: &[Entry]| Sums::of(entries.iter().map(|e| e.amount)).unwrap().net;
            let changes = Changes::between(&before, &after).unwrap();
            prop_assert_eq!(changes.net, net(&after).minus(net(&before)).unwrap());
        }

        #[test]
        fn the_changes_count_the_differences(before in entries(), after in entries()) {
            let (changes, differences) = (Changes::between(&before, &after).unwrap(), differences(&before, &after).unwrap());
            let count = |which: fn(&Difference) -> bool| differences.iter().filter(|d| which(d)).count();
            prop_assert_eq!(changes.added as usize, count(|d| d.before.is_none()));
            prop_assert_eq!(changes.removed as usize, count(|d| d.after.is_none()));
            prop_assert_eq!(changes.changed as usize, count(|d| d.before.is_some() && d.after.is_some()));
            prop_assert_eq!(changes.is_none(), differences.is_empty());
        }

        #[test]
        fn order_is_no_change(mut entries in entries()) {
            let before = entries.clone();
            entries.reverse();
            prop_assert_eq!(differences(&before, &entries).unwrap(), vec![]);
        }
    }
}
