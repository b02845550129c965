//! How far forecasts missed: error and bias by lead time.

use crate::money::{AmountError, Money, round_div};

/// A forecast and what the year became.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Snapshot {
    /// The net cost of the year as forecast.
    pub forecast: Money,
    /// As it became.
    pub outcome: Money,
}

impl Snapshot {
    /// Outcome less forecast: positive when the year cost more than was forecast.
    pub fn error(&self) -> Result<Money, AmountError> {
        self.outcome.minus(self.forecast)
    }
}

/// How forecasts missed together.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Score {
    /// How many forecasts.
    pub count: usize,
    /// The mean of their errors: positive when the years cost more than was forecast.
    pub bias: Money,
    /// The mean of their errors without sign.
    pub absolute: Money,
}

/// The score of some forecasts; `None` of none. Means are rounded half away from zero once.
pub fn score(snapshots: &[Snapshot]) -> Result<Option<Score>, AmountError> {
    let errors = snapshots.iter().map(Snapshot::error).collect::<Result<Vec<_>, _>>()?;
    let count = i128::try_from(errors.len()).unwrap_or(i128::MAX);
    if count == 0 {
        return Ok(None);
    }
    let mean =
        |sum: i128| i64::try_from(round_div(sum, count)).map_err(|_| AmountError::TooLarge).and_then(Money::from_ore);
    let bias = mean(errors.iter().map(|error| i128::from(error.ore())).sum())?;
    let absolute = mean(errors.iter().map(|error| i128::from(error.abs().ore())).sum())?;
    Ok(Some(Score { count: errors.len(), bias, absolute }))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn the_bias_is_the_mean_of_the_errors(pairs in proptest::collection::vec((-9_999_i64..9_999, -9_999_i64..9_999), 1..20)) {
            let snapshots: Vec<Snapshot> = pairs.iter()
                .map(|(forecast, outcome)| Snapshot { forecast: Money::stored(*forecast), outcome: Money::stored(*outcome) }).collect();
            let score = score(&snapshots).unwrap().unwrap();
            let errors: i64 = pairs.iter().map(|(forecast, outcome)| outcome - forecast).sum();
            let count = i64::try_from(pairs.len()).unwrap();
            prop_assert!((score.bias.ore() * count - errors).abs() * 2 <= count);
            prop_assert!(score.absolute >= score.bias.abs());
        }
    }

    #[test]
    fn no_forecast_has_no_score() {
        assert_eq!(score(&[]), Ok(None));
    }
}
