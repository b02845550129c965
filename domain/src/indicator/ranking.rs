//! Ranking: where a value stands among other municipalities'. It is no status: a good place may miss the target.

use super::definition::Direction;
use crate::decimal::Decimal;

/// A place among some values.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Ranking {
    /// The place, 1 for the best; equal values share the better one.
    pub position: usize,
    /// How many are compared, the value itself among them.
    pub count: usize,
}

/// The place of a value beside others. None where neither way is better, and where there is nobody beside.
pub fn ranking(direction: Direction, own: Decimal, others: &[Decimal]) -> Option<Ranking> {
    let better: fn(&Decimal, &Decimal) -> bool = match direction {
        Direction::Higher => |other, own| other > own,
        Direction::Lower => |other, own| other < own,
        Direction::None => return None,
    };
    let ahead = others.iter().filter(|other| better(other, &own)).count();
    (!others.is_empty()).then_some(Ranking { position: ahead + 1, count: others.len() + 1 })
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn numbers(list: &[i64]) -> Vec<Decimal> {
        list.iter().map(|number| Decimal::stored(*number)).collect()
    }

    #[test]
    fn the_direction_says_who_is_first() {
        let others = numbers(&[5, 7, 9, 7]);
        let of = |direction| ranking(direction, Decimal::stored(7), &others);
        assert_eq!(of(Direction::Lower), Some(Ranking { position: 2, count: 5 }));
        assert_eq!(of(Direction::Higher), Some(Ranking { position: 2, count: 5 }));
        assert_eq!(of(Direction::None), None);
        assert_eq!(ranking(Direction::Lower, Decimal::stored(7), &[]), None);
    }

    proptest! {
        #[test]
        fn the_two_directions_mirror_each_other(own in -50_i64..50, others in prop::collection::vec(-50_i64..50, 1..20)) {
            let equal = others.iter().filter(|other| **other == own).count();
            let others = numbers(&others);
            let place = |direction| ranking(direction, Decimal::stored(own), &others).map(|one| one.position);
            let (up, down) = (place(Direction::Higher), place(Direction::Lower));
            prop_assert_eq!(up.zip(down).map(|(up, down)| up + down + equal), Some(others.len() + 2));
        }
    }
}
