//! A row: a volume, a price and a number of periods, or an amount only.

use crate::decimal::Decimal;
use crate::money::{AmountError, Money, round_div};
use crate::period::{Month, Year};
use crate::row_error::{Fault, RowError};
use crate::text::{Code, Key, Name};
use serde::{Deserialize, Serialize};

/// What a row has for budget, outcome or last year.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, Default)]
pub struct VolumeFigure {
    /// How many: households a month, persons a day.
    pub volume: Option<Decimal>,
    /// What one costs in one period; cost positive.
    pub price: Option<Money>,
    /// How many periods; one when it is left out.
    pub periods: Option<Decimal>,
    /// The amount as stated; cost positive.
    pub amount: Option<Money>,
}

impl VolumeFigure {
    /// The number of units over all periods, in millionths of millionths; `None` without a volume.
    fn units(&self) -> Option<i128> {
        let periods = self.periods.map_or(i128::from(Decimal::SCALE), |periods| periods.millionths().into());
        Some(i128::from(self.volume?.millionths()) * periods)
    }

    /// The amount that counts: as stated, else as computed.
    pub fn amount(&self) -> Result<Option<Money>, AmountError> {
        match self.amount {
            Some(amount) => Ok(Some(amount)),
            None => computed(self),
        }
    }

    /// The stated amount less the computed; `None` unless both are there.
    pub fn rest(&self) -> Result<Option<Money>, AmountError> {
        let computed = computed(self)?;
        self.amount.zip(computed).map(|(stated, computed)| stated.minus(computed)).transpose()
    }
}

/// Millionths of millionths.
const SQUARED: i128 = 1_000_000_000_000;

/// Units at a price, in öre, rounded half away from zero once.
pub(super) fn priced(units: i128, price: Money) -> Result<Money, AmountError> {
    let exact = units.checked_mul(i128::from(price.ore())).ok_or(AmountError::TooLarge)?;
    i64::try_from(round_div(exact, SQUARED)).map_err(|_| AmountError::TooLarge).and_then(Money::from_ore)
}

/// Volume x price x periods; `None` without a volume or a price.
pub fn computed(figure: &VolumeFigure) -> Result<Option<Money>, AmountError> {
    figure.units().zip(figure.price).map(|(units, price)| priced(units, price)).transpose()
}

/// The units of a figure and its price, where it has both.
pub(super) fn units_and_price(figure: &VolumeFigure) -> Option<(i128, Money)> {
    figure.units().zip(figure.price)
}

/// A row.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct VolumeRow {
    /// Its key.
    pub key: Key,
    /// What it is called.
    pub label: Name,
    /// What is counted: `hushåll per månad`, `personer per dygn`, `vårddygn`.
    pub unit: String,
    /// The activity that it is of.
    pub activity: Option<Code>,
    /// As budgeted.
    pub budget: VolumeFigure,
    /// As it came out.
    pub outcome: VolumeFigure,
    /// As it was the year before.
    pub previous: VolumeFigure,
    /// Where a stated amount or volume comes from.
    pub source: String,
}

/// Rows whose average is asked for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Average {
    /// Its key.
    pub key: Key,
    /// What it is called.
    pub label: Name,
    /// The rows.
    pub rows: Vec<Key>,
}

/// A committee's volumes and prices of a year.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct VolumeAssumptions {
    /// The committee.
    pub committee: Code,
    /// The year.
    pub year: Year,
    /// January through this month, where budget and outcome are of a part of the year.
    pub through: Option<Month>,
    /// The rows.
    pub rows: Vec<VolumeRow>,
    /// Averages over some of them.
    pub averages: Vec<Average>,
}

impl VolumeAssumptions {
    /// What is wrong with them by themselves; fields are JSON pointers.
    pub fn check(&self) -> Vec<RowError> {
        let mut errors = Vec::new();
        for (at, row) in self.rows.iter().enumerate() {
            if self.rows[..at].iter().any(|before| before.key == row.key) {
                let field = format!("rows/{at}/key");
                errors.push(RowError::whole(field, row.key.as_str(), Fault::Conflict, "stands twice in the list"));
            }
            for (name, figure) in [("budget", &row.budget), ("outcome", &row.outcome), ("previousYear", &row.previous)]
            {
                if let Err(why) = figure.rest() {
                    let reason = format!("times price and periods {why}");
                    errors.push(RowError::whole(format!("rows/{at}/{name}/volume"), "", Fault::Bounds, reason));
                }
                if figure.volume.is_some() && figure.price.is_none() && figure.amount.is_none() {
                    let reason = "is needed beside a volume, or an amount";
                    errors.push(RowError::whole(format!("rows/{at}/{name}/price"), "", Fault::Missing, reason));
                }
            }
        }
        for (at, average) in self.averages.iter().enumerate() {
            for (n, key) in
                average.rows.iter().enumerate().filter(|(_, key)| !self.rows.iter().any(|row| row.key == **key))
            {
                let field = format!("averages/{at}/rows/{n}");
                errors.push(RowError::whole(field, key.as_str(), Fault::UnknownCode, "is not one of the rows"));
            }
        }
        if self.through.is_some_and(|month| month.year() != self.year) {
            errors.push(RowError::whole("through", "", Fault::Conflict, "is not a month of the year"));
        }
        errors
    }
}

/// What one costs on average over some rows, weighted by their volumes: the sum of their amounts by the sum of their units. `None` without
/// any volume.
pub fn average<'a>(figures: impl IntoIterator<Item = &'a VolumeFigure>) -> Result<Option<Money>, AmountError> {
    let (mut units, mut amounts) = (0_i128, Vec::new());
    for figure in figures {
        if let (Some(own), Some(amount)) = (figure.units(), figure.amount()?) {
            units += own;
            amounts.push(amount);
        }
    }
    if units == 0 {
        return Ok(None);
    }
    let exact = i128::from(Money::sum(amounts)?.ore()).checked_mul(SQUARED).ok_or(AmountError::TooLarge)?;
    i64::try_from(round_div(exact, units)).map_err(|_| AmountError::TooLarge).and_then(Money::from_ore).map(Some)
}
