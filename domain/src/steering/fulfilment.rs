//! Fulfilment: a commitment that refers to the targets of other goals is met only when all of them are.

use super::scale::Status;

/// The status of what refers to several targets: not met when any is not, not assessed when any is not known, and met only
/// when all are.
pub fn together(statuses: impl IntoIterator<Item = Status>) -> Status {
    let worse = |status: Status| match status {
        Status::Met => 0,
        Status::Partly => 1,
        Status::NotAssessed => 2,
        Status::NotMet => 3,
    };
    statuses.into_iter().max_by_key(|status| worse(*status)).unwrap_or(Status::NotAssessed)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn met_only_when_all_are(statuses in prop::collection::vec(prop::sample::select(Status::ALL.to_vec()), 0..6)) {
            let together = together(statuses.iter().copied());
            let all_met = !statuses.is_empty() && statuses.iter().all(|status| *status == Status::Met);
            prop_assert_eq!(together == Status::Met, all_met);
            prop_assert_eq!(together == Status::NotMet, statuses.contains(&Status::NotMet));
        }
    }
}
