//! The bridge of a frame: from its opening, change by change, to its closing. What is printed otherwise is said, and not corrected.

use super::change::{ChangeKind, Frame, FrameTransfer, Terms};
use crate::money::{AmountError, Money, round_div};

/// Where the opening comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Opening {
    /// Last year's closing less its one-off changes, with the full-year effect of those that held for a part of it.
    LastYear,
    /// It is stated.
    Stated,
    /// Neither is there; it is counted as nothing.
    Missing,
}

impl Opening {
    /// Its name in the contract.
    pub const fn code(self) -> &'static str {
        match self {
            Self::LastYear => "last-year",
            Self::Stated => "stated",
            Self::Missing => "missing",
        }
    }
}

/// A step of the bridge.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BridgeItem<'a> {
    /// Its key.
    pub key: &'a str,
    /// What it is called.
    pub label: &'a str,
    /// What it is for.
    pub kind: ChangeKind,
    /// Positive raises the frame.
    pub amount: Money,
    /// What it is in a full year, with the sign of this frame; none where it is the amount.
    pub full_year: Option<Money>,
    /// On which terms.
    pub terms: &'a Terms,
    /// The other committee of a transfer.
    pub counterpart: Option<&'a str>,
    /// Where it stands in the documents.
    pub note: &'a str,
}

/// Something that does not agree.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct BridgeFinding {
    /// What: `opening`, `changes` or `closing`.
    pub of: &'static str,
    /// As stated.
    pub stated: Money,
    /// As computed.
    pub computed: Money,
}

/// A frame from opening to closing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Bridge<'a> {
    /// What it opens with.
    pub opening: Money,
    /// Where that comes from.
    pub opened_by: Opening,
    /// The steps.
    pub items: Vec<BridgeItem<'a>>,
    /// Opening and firm changes.
    pub closing: Money,
    /// With the conditional changes too.
    pub closing_if_all: Money,
    /// What next year opens with.
    pub next_opening: Money,
    /// What is required as a reserve.
    pub reserve_required: Money,
    /// What of it is used.
    pub reserve_used: Money,
    /// What does not agree.
    pub findings: Vec<BridgeFinding>,
}

impl Bridge<'_> {
    /// The firm changes of a kind together.
    pub fn of_kind(&self, kind: ChangeKind) -> Result<Money, AmountError> {
        Money::sum(self.items.iter().filter(|item| item.kind == kind && item.terms.is_firm()).map(|item| item.amount))
    }

    /// What is left of the reserve; below zero when more is used than required.
    pub fn reserve_left(&self) -> Result<Money, AmountError> {
        self.reserve_required.minus(self.reserve_used)
    }
}

/// The bridge of a frame. `transfers` are those of the committee and the year, `last_year` what last year's frame hands on.
pub fn bridge<'a>(
    frame: &'a Frame,
    transfers: &'a [FrameTransfer],
    last_year: Option<Money>,
) -> Result<Bridge<'a>, AmountError> {
    let (opening, opened_by) = match (last_year, frame.opening) {
        (Some(last_year), _) => (last_year, Opening::LastYear),
        (None, Some(stated)) => (stated, Opening::Stated),
        (None, None) => (Money::ZERO, Opening::Missing),
    };
    let items = items(frame, transfers);
    let firm = || items.iter().filter(|item| item.terms.is_firm());
    let changes = Money::sum(firm().map(|item| item.amount))?;
    let closing = opening.plus(changes)?;
    let closing_if_all = opening.plus(Money::sum(items.iter().map(|item| item.amount))?)?;
    let handed_on = firm().map(|item| match (item.terms.is_one_off, item.full_year) {
        (true, _) => Money::ZERO,
        (false, Some(full_year)) => full_year,
        (false, None) => item.amount,
    });
    let next_opening = opening.plus(Money::sum(handed_on)?)?;
    let (mut reserve_required, mut reserve_used) = (Money::ZERO, Money::ZERO);
    if let Some(reserve) = &frame.reserve {
        let required = round_div(i128::from(closing.ore()) * i128::from(reserve.percent), 10_000);
        reserve_required = i64::try_from(required).map_err(|_| AmountError::TooLarge).and_then(Money::from_ore)?;
        reserve_used = Money::sum(reserve.uses.iter().map(|one| one.amount))?;
    }
    let stated = [
        ("opening", frame.opening.filter(|_| opened_by == Opening::LastYear), opening),
        ("changes", frame.stated_changes, changes),
        ("closing", frame.stated_closing, closing),
    ];
    let findings = stated.into_iter().filter_map(|(of, stated, computed)| {
        stated.filter(|stated| *stated != computed).map(|stated| BridgeFinding { of, stated, computed })
    });
    let findings = findings.collect();
    Ok(Bridge {
        opening,
        opened_by,
        items,
        closing,
        closing_if_all,
        next_opening,
        reserve_required,
        reserve_used,
        findings,
    })
}

fn items<'a>(frame: &'a Frame, transfers: &'a [FrameTransfer]) -> Vec<BridgeItem<'a>> {
    let changes = frame.changes.iter().map(|change| BridgeItem {
        key: change.key.as_str(),
        label: change.label.as_str(),
        kind: change.kind,
        amount: change.amount,
        full_year: change.terms.full_year,
        terms: &change.terms,
        counterpart: None,
        note: &change.note,
    });
    let own = frame.committee.as_str();
    let transfers = transfers.iter().filter(|transfer| transfer.year == frame.year).filter_map(move |transfer| {
        let amount = transfer.seen_from(own)?;
        let is_giver = transfer.from.as_str() == own;
        let other = if is_giver { &transfer.to } else { &transfer.from };
        Some(BridgeItem {
            key: transfer.key.as_str(),
            label: transfer.label.as_str(),
            kind: ChangeKind::Transfer,
            amount,
            full_year: transfer.terms.full_year.map(|whole| if is_giver { -whole } else { whole }),
            terms: &transfer.terms,
            counterpart: Some(other.as_str()),
            note: "",
        })
    });
    changes.chain(transfers).collect()
}

#[cfg(test)]
mod tests {
    use super::super::change::{FrameChange, Reserve, ReserveUse};
    use super::*;
    use crate::period::Year;
    use crate::text::{Code, Key, Name};
    use proptest::prelude::*;

    fn terms(is_one_off: bool) -> Terms {
        Terms { is_one_off, effective: None, full_year: None, condition: String::new(), decision: None }
    }

    fn change(key: &str, ore: i64, terms: Terms) -> FrameChange {
        FrameChange {
            key: Key::parse(key).unwrap(),
            label: Name::parse("Förändring").unwrap(),
            kind: ChangeKind::Other,
            amount: Money::stored(ore),
            terms,
            note: String::new(),
        }
    }

    fn frame(committee: &str, opening: Option<i64>, changes: Vec<FrameChange>) -> Frame {
        Frame {
            committee: Code::parse(committee).unwrap(),
            year: Year::parse("2017").unwrap(),
            opening: opening.map(Money::stored),
            changes,
            savings: Vec::new(),
            reserve: None,
            stated_closing: None,
            stated_changes: None,
            footnotes: Vec::new(),
        }
    }

    fn transfer(at: usize, from: &str, to: &str, ore: i64) -> FrameTransfer {
        FrameTransfer {
            key: Key::parse(&format!("t{at}")).unwrap(),
            year: Year::parse("2017").unwrap(),
            from: Code::parse(from).unwrap(),
            to: Code::parse(to).unwrap(),
            label: Name::parse("Överföring").unwrap(),
            amount: Money::stored(ore),
            terms: terms(false),
        }
    }

    #[test]
    fn one_offs_end_and_part_years_grow_into_next_years_opening() {
        let part = Terms { full_year: Some(Money::stored(120)), ..terms(false) };
        let conditional = Terms { condition: "om ramen höjs".into(), ..terms(false) };
        let changes = vec![
            change("a", 10, terms(false)),
            change("b", 5, terms(true)),
            change("c", 40, part),
            change("d", 7, conditional),
        ];
        let own = frame("SN", Some(100), changes);
        let bridged = bridge(&own, &[], None).unwrap();
        assert_eq!((bridged.closing, bridged.closing_if_all), (Money::stored(155), Money::stored(162)));
        assert_eq!(bridged.next_opening, Money::stored(230));
    }

    #[test]
    fn what_is_printed_otherwise_is_said_and_the_reserve_is_of_the_closing() {
        let mut own = frame("SN", Some(365_300), vec![change("a", 17_500, terms(false))]);
        own.stated_changes = Some(Money::stored(12_300));
        own.reserve = Some(Reserve {
            percent: 100,
            uses: vec![ReserveUse { amount: Money::stored(3_828), reason: "Underbalans".into() }],
        });
        let bridged = bridge(&own, &[], None).unwrap();
        assert_eq!(
            bridged.findings,
            [BridgeFinding { of: "changes", stated: Money::stored(12_300), computed: Money::stored(17_500) }]
        );
        assert_eq!((bridged.reserve_required, bridged.reserve_left()), (Money::stored(3_828), Ok(Money::ZERO)));
        let other = bridge(&own, &[], Some(Money::stored(365_000))).unwrap();
        assert_eq!((other.opened_by, other.findings[0].of), (Opening::LastYear, "opening"));
    }

    proptest! {
        #[test]
        fn transfers_sum_to_zero_and_a_closing_is_its_opening_and_changes(
            moved in proptest::collection::vec((0_usize..3, 0_usize..3, 0_i64..9_999), 0..12), own in -9_999_i64..9_999,
        ) {
            let committees = ["SN", "KS", "BUN"];
            let transfers: Vec<FrameTransfer> = moved.iter().enumerate()
                .filter(|(_, (from, to, _))| from != to)
                .map(|(at, (from, to, ore))| transfer(at, committees[*from], committees[*to], *ore)).collect();
            let frames = committees.map(|committee| frame(committee, Some(1_000), vec![change("own", own, terms(false))]));
            let mut all = 0;
            for frame in &frames {
                let bridged = bridge(frame, &transfers, None).unwrap();
                let steps: i64 = bridged.items.iter().map(|item| item.amount.ore()).sum();
                prop_assert_eq!(bridged.closing.ore(), 1_000 + steps);
                all += bridged.of_kind(ChangeKind::Transfer).unwrap().ore();
            }
            prop_assert_eq!(all, 0);
        }
    }
}
