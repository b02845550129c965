//! Saved values of Kolada's, as observations of a municipality: what is new, what is revised and what is removed is told apart.

use crate::error::{Refusal, StoreError};
use crate::indicator::definition::{IndicatorFilter, indicators, load as load_indicators};
use crate::indicator::observation::{ObservationFilter, ObservationReceipt, load as load_observations};
use crate::indicator::series::values;
use crate::put::refuse;
use crate::store::Writing;
use crate::stored::read;
use sea_orm::{FromQueryResult, Value};
use std::collections::{BTreeMap, BTreeSet, HashMap};
use utfall_domain::decimal::Decimal;
use utfall_domain::indicator::measure_period::MeasurePeriod;
use utfall_domain::indicator::observation::{Observation, ObservationKey, Observed, Sex};
use utfall_domain::indicator::organisation::Organisation;
use utfall_domain::kolada::key_figure::{KeyFigure, as_indicator, kolada_code};
use utfall_domain::kolada::value::observed_status;
use utfall_domain::period::Year;
use utfall_domain::row_error::{Fault, RowError};
use utfall_domain::text::Key;

/// A saved row: what Kolada says of a key figure, a year and an area or group.
#[derive(Debug, Clone)]
pub struct SavedRow {
    /// The key figure.
    pub key_figure: String,
    /// Whom it is for.
    pub organisation: Organisation,
    /// The year.
    pub year: Year,
    /// By sex: the value, none where it is missing.
    pub values: BTreeMap<Sex, Option<Decimal>>,
}

/// What the answers say of a value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Said {
    /// It is this one; none where it is missing.
    Value(Option<Decimal>),
    /// There is no such value.
    Nothing,
}

/// A value that stood and is another now, or gone.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Difference {
    /// Which value.
    pub key: ObservationKey,
    /// What stood.
    pub before: Option<Decimal>,
    /// What is said of it now.
    pub after: Said,
}

/// What an import changed.
#[derive(Debug, Clone, Default)]
pub struct Imported {
    /// Indicators that were made for it.
    pub indicators: Vec<String>,
    /// Values that are revised or removed.
    pub differences: Vec<Difference>,
    /// How many values are new, changed, deleted and as before.
    pub receipt: ObservationReceipt,
}

#[derive(FromQueryResult)]
struct Body {
    body: String,
}

/// Imports saved rows. A value that stands for a row's key figure, year and area but is not in the row is removed; where the rows
/// are said to be complete, so is every value of a key figure and year of theirs that has no row.
pub async fn import(w: &mut Writing, rows: &[SavedRow], complete: bool) -> Result<Imported, StoreError> {
    let mut known = known(w).await?;
    let made = make(w, rows, &mut known).await?;
    let mut told: BTreeMap<ObservationKey, Said> = BTreeMap::new();
    for row in rows {
        let Some(indicator) = known.get(&row.key_figure) else { continue };
        for (sex, value) in &row.values {
            told.insert(key(indicator, row, *sex), Said::Value(*value));
        }
    }
    let standing = standing(w, rows, &known).await?;
    let with_row: BTreeSet<(&Key, &Organisation, MeasurePeriod)> =
        rows.iter().filter_map(|row| Some((known.get(&row.key_figure)?, &row.organisation, period(row)))).collect();
    let years: BTreeSet<(&Key, MeasurePeriod)> = with_row.iter().map(|(key, _, period)| (*key, *period)).collect();
    for key in standing.keys() {
        let in_row = with_row.contains(&(&key.indicator, &key.organisation, key.period));
        // Units and committees are the municipality's own: Kolada's answers know nothing of them.
        let is_koladas = matches!(key.organisation, Organisation::Area(_) | Organisation::Group(_));
        if in_row || (complete && is_koladas && years.contains(&(&key.indicator, key.period))) {
            told.entry(key.clone()).or_insert(Said::Nothing);
        }
    }
    let differences = told.iter().filter_map(|(key, after)| {
        let before = standing.get(key)?;
        (Said::Value(*before) != *after).then(|| Difference { key: key.clone(), before: *before, after: *after })
    });
    let differences = differences.collect();
    let observations: Vec<Observation> = told.into_iter().enumerate().map(observation).collect();
    let receipt = load_observations(w, &observations, &[], "Kolada").await?;
    Ok(Imported { indicators: made, differences, receipt })
}

fn period(row: &SavedRow) -> MeasurePeriod {
    MeasurePeriod::of_year(row.year)
}

fn key(indicator: &Key, row: &SavedRow, sex: Sex) -> ObservationKey {
    ObservationKey { indicator: indicator.clone(), organisation: row.organisation.clone(), period: period(row), sex }
}

fn observation((at, (key, said)): (usize, (ObservationKey, Said))) -> Observation {
    let observed = |value: Option<Decimal>| Observed {
        value,
        status: observed_status(value.is_some()),
        text: String::new(),
        caution: String::new(),
        measured_from: None,
        measured_to: None,
        extracted_on: None,
    };
    let observed = match said {
        Said::Value(value) => Some(observed(value)),
        Said::Nothing => None,
    };
    Observation { row: u32::try_from(at + 1).unwrap_or(u32::MAX), line: None, key, observed }
}

/// The municipality's indicators that are Kolada's, by Kolada's code.
async fn known(w: &Writing) -> Result<HashMap<String, Key>, StoreError> {
    let (mut all, _) = indicators(w, &IndicatorFilter::default(), (i64::MAX, 0)).await?;
    // Of several with the same code one is public at most, and it takes the values; else the first by key.
    all.reverse();
    all.sort_by_key(|one| one.is_public);
    Ok(all.iter().filter_map(|one| Some((kolada_code(one)?.to_owned(), one.key.clone()))).collect())
}

/// Makes the indicators that are missing, from the catalogue.
async fn make(w: &mut Writing, rows: &[SavedRow], known: &mut HashMap<String, Key>) -> Result<Vec<String>, StoreError> {
    let missing: BTreeSet<&str> =
        rows.iter().map(|row| row.key_figure.as_str()).filter(|code| !known.contains_key(*code)).collect();
    let (mut fresh, mut errors) = (Vec::new(), Vec::new());
    for code in missing {
        let sql = "SELECT body FROM key_figure WHERE publisher = '' AND code = $2 AND $1 = $1";
        let body = w.one::<Body>(sql, vec![Value::from(code)]).await?;
        let described: Option<KeyFigure> = body.map(|row| read(&row.body)).transpose()?;
        match (described, Key::parse(code)) {
            (Some(described), Ok(key)) => {
                known.insert(code.to_owned(), key.clone());
                fresh.push(as_indicator(&described, key));
            }
            _ => {
                let reason = "is described neither in the files nor in the catalogue: import its answer from /kpi too";
                errors.push(RowError::whole("kpi", code, Fault::UnknownCode, reason));
            }
        }
    }
    refuse(errors)?;
    if fresh.is_empty() {
        return Ok(Vec::new());
    }
    let keys: Vec<String> = fresh.iter().map(|one| one.key.to_string()).collect();
    if let Some(taken) =
        crate::indicator::definition::some_indicators(w, &keys.iter().map(String::as_str).collect::<Vec<_>>())
            .await?
            .keys()
            .next()
    {
        let sentence =
            format!("the municipality has an indicator {taken} that is not Kolada's; give it another key first");
        return Err(Refusal::Conflict(sentence).into());
    }
    load_indicators(w, &fresh, "Kolada").await?;
    Ok(keys)
}

/// What stands of the rows' key figures and years.
async fn standing(
    w: &Writing,
    rows: &[SavedRow],
    known: &HashMap<String, Key>,
) -> Result<BTreeMap<ObservationKey, Option<Decimal>>, StoreError> {
    let keys: BTreeSet<String> =
        rows.iter().filter_map(|row| known.get(&row.key_figure)).map(ToString::to_string).collect();
    let mut standing = BTreeMap::new();
    for chunk in keys.into_iter().collect::<Vec<_>>().chunks(500) {
        let filter = ObservationFilter { indicators: chunk.to_vec(), ..ObservationFilter::default() };
        for one in values(w, &filter).await? {
            standing.insert(one.key()?, one.value());
        }
    }
    Ok(standing)
}
