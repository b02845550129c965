//! Placements: where a node stands in the chain. A node may stand in several places, each with its own order, text and children.

use serde::{Deserialize, Serialize};
use std::collections::HashMap;

/// A place where a node stands.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Placement {
    /// Its key, unlike any other in the model's chain. A node's first place usually bears the node's own code.
    pub placement: String,
    /// The placement that it stands under; none for a root.
    pub parent: Option<String>,
    /// Its order among those under the same parent, from 1.
    pub position: i64,
    /// A text for this very place.
    pub text: String,
}

/// Gives places without an order (position 0) the next one under their parent, in the order that they come.
pub fn number<'a>(places: impl Iterator<Item = &'a mut Placement>) {
    let mut last: HashMap<Option<String>, i64> = HashMap::new();
    for place in places {
        let last = last.entry(place.parent.clone()).or_default();
        if place.position == 0 {
            place.position = *last + 1;
        }
        *last = place.position.max(*last);
    }
}

/// A placement with the node that stands there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Placed {
    /// The node's code.
    pub goal: String,
    /// Where.
    pub place: Placement,
}

/// The placements of a chain as a forest.
#[derive(Debug)]
pub struct Forest<'a> {
    placed: &'a [Placed],
    at: HashMap<&'a str, usize>,
}

impl<'a> Forest<'a> {
    /// The forest of some placements.
    pub fn new(placed: &'a [Placed]) -> Self {
        let at = placed.iter().enumerate().map(|(at, one)| (one.place.placement.as_str(), at)).collect();
        Self { placed, at }
    }

    /// The placement of a key.
    pub fn get(&self, placement: &str) -> Option<&'a Placed> {
        self.at.get(placement).map(|at| &self.placed[*at])
    }

    /// The placements above one, from the nearest; a circle is followed once.
    pub fn above(&self, placement: &'a str) -> Vec<&'a Placed> {
        let mut above: Vec<&Placed> = Vec::new();
        let mut next = self.get(placement);
        while let Some(parent) = next.and_then(|placed| placed.place.parent.as_deref()).and_then(|key| self.get(key)) {
            if parent.place.placement == placement || above.iter().any(|met| std::ptr::eq(*met, parent)) {
                break;
            }
            above.push(parent);
            next = Some(parent);
        }
        above
    }

    /// The placements that stand on some nodes only: under their nearest ancestor among these, or as roots.
    pub fn only(&self, keeps: impl Fn(&str) -> bool) -> Vec<Placed> {
        let kept = self.placed.iter().filter(|placed| keeps(&placed.goal));
        let under = |placed: &Placed| Placed {
            place: Placement {
                parent: self
                    .above(self.get(&placed.place.placement).map_or("", |known| known.place.placement.as_str()))
                    .into_iter()
                    .find(|parent| keeps(&parent.goal))
                    .map(|parent| parent.place.placement.clone()),
                ..placed.place.clone()
            },
            ..placed.clone()
        };
        kept.map(under).collect()
    }

    /// The placements in the order of a printed document: each before those under it, those by their order.
    pub fn printed(&self) -> Vec<&'a Placed> {
        let mut children: HashMap<Option<&str>, Vec<&Placed>> = HashMap::new();
        for placed in self.placed {
            let parent = placed.place.parent.as_deref().filter(|parent| self.at.contains_key(parent));
            children.entry(parent).or_default().push(placed);
        }
        for siblings in children.values_mut() {
            siblings
                .sort_by(|a, b| (a.place.position, &a.place.placement).cmp(&(b.place.position, &b.place.placement)));
        }
        let mut printed = Vec::with_capacity(self.placed.len());
        let mut open: Vec<&Placed> = children.remove(&None).unwrap_or_default().into_iter().rev().collect();
        while let Some(placed) = open.pop() {
            printed.push(placed);
            open.extend(children.remove(&Some(placed.place.placement.as_str())).unwrap_or_default().into_iter().rev());
        }
        printed
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn placed(goal: &str, placement: &str, parent: Option<&str>, position: i64) -> Placed {
        let parent = parent.map(str::to_owned);
        Placed {
            goal: goal.into(),
            place: Placement { placement: placement.into(), parent, position, text: String::new() },
        }
    }

    #[test]
    fn what_is_kept_stands_under_its_nearest_kept_ancestor() {
        let all = [
            placed("a", "a", None, 1),
            placed("b", "b", Some("a"), 1),
            placed("c", "c", Some("b"), 1),
            placed("c", "c2", None, 2),
        ];
        let kept = Forest::new(&all).only(|goal| goal != "b");
        let parents: Vec<_> =
            kept.iter().map(|one| (one.place.placement.as_str(), one.place.parent.as_deref())).collect();
        assert_eq!(parents, [("a", None), ("c", Some("a")), ("c2", None)]);
    }

    proptest! {
        #[test]
        fn every_placement_is_printed_once_and_after_its_parent(parents in prop::collection::vec(any::<prop::sample::Index>(), 1..40)) {
            let all: Vec<Placed> = parents.iter().enumerate().map(|(at, parent)| {
                let parent = parent.index(at + 1);
                let parent = (parent < at).then(|| parent.to_string());
                placed("node", &at.to_string(), parent.as_deref(), i64::try_from(100 - at).unwrap())
            }).collect();
            let forest = Forest::new(&all);
            let printed = forest.printed();
            prop_assert_eq!(printed.len(), all.len());
            for (at, one) in printed.iter().enumerate() {
                if let Some(parent) = &one.place.parent {
                    prop_assert!(printed[..at].iter().any(|before| &before.place.placement == parent));
                }
            }
        }
    }
}
