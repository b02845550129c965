//! Observations: loaded in bulk, each revision kept, deletions as tombstones that stand.
//!
//! A delivery is put beside what stands in a table of its own (`incoming`), and sets of rows do the rest: what is equal is left
//! alone, what differs ends and begins. Nothing is read row by row, however much stands.

use super::organisation::Organisations;
use crate::bulk::Rows;
use crate::connect::is_postgres;
use crate::error::StoreError;
use crate::kolada::projection;
use crate::put::refuse;
use crate::scope::{Number, STANDS, Scope, placeholders};
use crate::store::Writing;
use sea_orm::{FromQueryResult, Value};
use serde_json::json;
use std::collections::{BTreeMap, HashMap, HashSet};
use utfall_domain::decimal::Decimal;
use utfall_domain::indicator::definition::Indicator;
use utfall_domain::indicator::measure_period::MeasurePeriod;
use utfall_domain::indicator::observation::{Observation, ObservationKey, ObservationStatus, Observed, Sex, check};
use utfall_domain::indicator::organisation::Organisation;
use utfall_domain::indicator::plausibility::{Flagged, flags};
use utfall_domain::period::parse_date;
use utfall_domain::row_error::{Fault, RowError};
use utfall_domain::text::Key;

/// What a delivery changed.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ObservationReceipt {
    /// Values that are new.
    pub added: u64,
    /// Values that say something else than before.
    pub changed: u64,
    /// Values that are gone.
    pub deleted: u64,
    /// Rows that say what stood already.
    pub unchanged: u64,
    /// What looks wrong in what was sent, beside what stands.
    pub flags: Vec<Flagged>,
}

/// A value as it stands, or a tombstone.
#[derive(Debug, Clone, FromQueryResult)]
pub struct KeptObservation {
    /// The indicator.
    pub indicator: String,
    /// Whom it is for.
    pub organisation: String,
    /// When it is for.
    pub period: String,
    /// Of which sex.
    pub sex: String,
    /// The version that brought it.
    pub since: i64,
    /// Whether it is deleted.
    pub is_deleted: bool,
    value: Option<i64>,
    /// What it is, or why there is none.
    pub status: String,
    /// As written.
    pub words: String,
    /// What to be careful about.
    pub caution: String,
    /// The first day that was measured.
    pub measured_from: String,
    /// The last day that was measured.
    pub measured_to: String,
    /// The day when it was taken out of its source.
    pub extracted_on: String,
}

impl KeptObservation {
    /// The value.
    pub fn value(&self) -> Option<Decimal> {
        self.value.map(Decimal::stored)
    }

    /// Which value it is.
    pub fn key(&self) -> Result<ObservationKey, StoreError> {
        let corrupt = || StoreError::Corrupt(format!("an observation of {}", self.indicator));
        Ok(ObservationKey {
            indicator: Key::parse(&self.indicator).map_err(|_| corrupt())?,
            organisation: Organisation::parse(&self.organisation).map_err(|_| corrupt())?,
            period: MeasurePeriod::parse(&self.period).map_err(|_| corrupt())?,
            sex: Sex::from_code(&self.sex).ok_or_else(corrupt)?,
        })
    }

    /// What it is; none for a tombstone.
    pub fn observed(&self) -> Result<Option<Observed>, StoreError> {
        if self.is_deleted {
            return Ok(None);
        }
        let status = ObservationStatus::from_code(&self.status);
        let day = |text: &str| parse_date(text).ok();
        Ok(Some(Observed {
            value: self.value(),
            status: status.ok_or_else(|| StoreError::Corrupt(format!("an observation of {}", self.indicator)))?,
            text: self.words.clone(),
            caution: self.caution.clone(),
            measured_from: day(&self.measured_from),
            measured_to: day(&self.measured_to),
            extracted_on: day(&self.extracted_on),
        }))
    }
}

pub(super) const COLUMNS: &str = "indicator, organisation, period, sex, since, is_deleted, value, status, words, caution, \
    measured_from, measured_to, extracted_on";
const SAME_KEY: &str = "o.municipality = $1 AND o.indicator = i.indicator AND o.organisation = i.organisation \
    AND o.period = i.period AND o.sex = i.sex AND o.until = $2";
const SAME: &str = "o.is_deleted = i.is_deleted AND COALESCE(o.value, -9223372036854775807) = COALESCE(i.value, -9223372036854775807) \
    AND o.status = i.status AND o.words = i.words AND o.caution = i.caution AND o.measured_from = i.measured_from \
    AND o.measured_to = i.measured_to AND o.extracted_on = i.extracted_on";

/// How many rows of a delivery are new, changed and deleted.
#[derive(Default, FromQueryResult)]
struct Counted {
    added: i64,
    changed: i64,
    deleted: i64,
}

/// How many indicators a statement names at most; a delivery of more is a whole database, which is gone through once anyway.
const NAMED: usize = 500;

/// Counts the rows that a condition holds for.
fn sum(condition: &str, name: &str) -> String {
    format!("COALESCE(SUM(CASE WHEN {condition} THEN 1 ELSE 0 END), 0) AS {name}")
}

/// Loads observations: all or nothing. `faults` are the rows that could not be read, so that every bad row is listed at once.
pub async fn load(
    w: &mut Writing,
    rows: &[Observation],
    faults: &[RowError],
    reason: &str,
) -> Result<ObservationReceipt, StoreError> {
    let indicators = known(w, rows, faults).await?;
    let version = w.version();
    incoming(w, rows).await?;
    // The standing values of the delivery's own indicators; without the list, every value that stands would be gone through.
    let mut keys: Vec<&str> = indicators.keys().map(String::as_str).collect();
    keys.truncate(if keys.len() > NAMED { 0 } else { NAMED });
    let of = |first: usize| match keys.len() {
        0 => String::new(),
        count => format!(" AND o.indicator IN ({})", placeholders(first, count)),
    };
    let with_keys = |values: &[i64]| -> Vec<Value> {
        values.iter().map(|value| Value::from(*value)).chain(keys.iter().map(|key| Value::from(*key))).collect()
    };
    let same_key = format!("{SAME_KEY}{}", of(3));
    let sql = format!(
        "SELECT {}, {}, {} FROM incoming_observation i LEFT JOIN observation o ON {same_key} AND NOT o.is_deleted \
         WHERE i.municipality = $1",
        sum("NOT i.is_deleted AND o.since IS NULL", "added"),
        sum(&format!("NOT i.is_deleted AND o.since IS NOT NULL AND NOT ({SAME})"), "changed"),
        sum("i.is_deleted AND o.since IS NOT NULL", "deleted")
    );
    let counted = w.one::<Counted>(&sql, with_keys(&[STANDS])).await?;
    let Counted { added, changed, deleted } = counted.unwrap_or_default();
    let stands = format!("EXISTS (SELECT 1 FROM observation o WHERE {same_key} AND NOT o.is_deleted)");
    let same = format!("EXISTS (SELECT 1 FROM observation o WHERE {same_key} AND {SAME})");
    // What is deleted and was never there, or is gone already, leaves no tombstone.
    let drop = format!(
        "DELETE FROM incoming_observation AS i WHERE i.municipality = $1 AND ({same} OR (i.is_deleted AND NOT {stands}))"
    );
    let unchanged = w.execute(&drop, with_keys(&[STANDS])).await?;
    let flags = flagged(w, &indicators, rows).await?;
    let number = |count: i64| u64::try_from(count).unwrap_or(0);
    let (added, changed, deleted) = (number(added), number(changed), number(deleted));
    let receipt = ObservationReceipt { added, changed, deleted, unchanged, flags };
    if added + changed + deleted > 0 {
        let end = format!(
            "UPDATE observation AS o SET until = $3 WHERE o.municipality = $1 AND o.until = $2{} AND (o.indicator, o.organisation, o.period, o.sex) IN \
             (SELECT indicator, organisation, period, sex FROM incoming_observation WHERE municipality = $1)",
            of(4)
        );
        w.execute(&end, with_keys(&[STANDS, version])).await?;
        let insert = format!(
            "INSERT INTO observation (municipality, until, year, {COLUMNS}) SELECT municipality, $2, year, indicator, organisation, \
             period, sex, $3, is_deleted, value, status, words, caution, measured_from, measured_to, extracted_on \
             FROM incoming_observation WHERE municipality = $1"
        );
        w.execute(&insert, vec![STANDS.into(), version.into()]).await?;
        projection::observations_changed(w).await?;
        let detail = json!({ "indicators": indicators.len(), "added": added, "changed": changed, "deleted": deleted });
        w.record("load-observations", "observations", reason, detail);
    }
    w.execute("DELETE FROM incoming_observation WHERE municipality = $1", vec![]).await?;
    Ok(receipt)
}

/// The indicators of a delivery; refuses it with every row that names none, an unknown committee or unit, or a value twice.
async fn known(
    w: &Writing,
    rows: &[Observation],
    faults: &[RowError],
) -> Result<HashMap<String, Indicator>, StoreError> {
    let mut errors = faults.to_vec();
    errors.extend(check(rows));
    let keys: HashSet<&str> = rows.iter().map(|row| row.key.indicator.as_str()).collect();
    let keys: Vec<&str> = keys.into_iter().collect();
    let indicators = super::definition::some_indicators(w, &keys).await?;
    let organisations = Organisations::read(w).await?;
    for row in rows {
        let mut unknown = |field: &str, value: &str, reason: &str| {
            errors.push(RowError::at(row.row, row.line, field, value, Fault::UnknownCode, reason));
        };
        if !indicators.contains_key(row.key.indicator.as_str()) {
            unknown("indicator", row.key.indicator.as_str(), "is not an indicator of the municipality");
        }
        if let Some(reason) = organisations.unknown(&row.key.organisation) {
            unknown("organisation", &row.key.organisation.to_string(), reason);
        }
    }
    errors.sort_by_key(|error| error.row);
    refuse(errors)?;
    Ok(indicators.into_iter().map(|(key, (indicator, _))| (key, indicator)).collect())
}

/// Puts the rows beside what stands, in a table of this connection.
async fn incoming(w: &Writing, rows: &[Observation]) -> Result<(), StoreError> {
    let end = if is_postgres(w.backend()) { "ON COMMIT DROP" } else { "" };
    let create = format!(
        "CREATE TEMP TABLE IF NOT EXISTS incoming_observation (municipality TEXT NOT NULL, indicator TEXT NOT NULL, \
         organisation TEXT NOT NULL, period TEXT NOT NULL, sex TEXT NOT NULL, year SMALLINT NOT NULL, is_deleted BOOLEAN NOT NULL, \
         value BIGINT, status TEXT NOT NULL, words TEXT NOT NULL, caution TEXT NOT NULL, measured_from TEXT NOT NULL, \
         measured_to TEXT NOT NULL, extracted_on TEXT NOT NULL, PRIMARY KEY (municipality, indicator, organisation, period, sex)) {end}"
    );
    w.define(&create).await?;
    w.execute("DELETE FROM incoming_observation WHERE municipality = $1", vec![]).await?;
    let day = |day: Option<chrono::NaiveDate>| day.map(|day| day.to_string()).unwrap_or_default();
    let said = |row: &Observation, of: fn(&Observed) -> String| row.observed.as_ref().map(of).unwrap_or_default();
    Rows::of("incoming_observation", rows)
        .text("indicator", |row| row.key.indicator.to_string())
        .text("organisation", |row| row.key.organisation.to_string())
        .text("period", |row| row.key.period.to_string())
        .text("sex", |row| row.key.sex.code().into())
        .smallint("year", |row| row.key.period.year().number())
        .bool("is_deleted", |row| row.observed.is_none())
        .maybe_bigint("value", |row| row.observed.as_ref().and_then(|one| one.value).map(Decimal::millionths))
        .text("status", move |row| said(row, |one| one.status.code().into()))
        .text("words", move |row| said(row, |one| one.text.clone()))
        .text("caution", move |row| said(row, |one| one.caution.clone()))
        .text("measured_from", move |row| day(row.observed.as_ref().and_then(|one| one.measured_from)))
        .text("measured_to", move |row| day(row.observed.as_ref().and_then(|one| one.measured_to)))
        .text("extracted_on", move |row| day(row.observed.as_ref().and_then(|one| one.extracted_on)))
        .insert(w)
        .await?;
    if is_postgres(w.backend()) {
        w.define("ANALYZE incoming_observation").await?;
    }
    Ok(())
}

/// How many indicators of a delivery are looked through for what looks wrong; a delivery of more is a whole database.
const LOOKED_THROUGH: usize = 200;

/// What looks wrong: the delivery's values beside those that stand for the same indicators and organisations.
async fn flagged(
    w: &Writing,
    indicators: &HashMap<String, Indicator>,
    rows: &[Observation],
) -> Result<Vec<Flagged>, StoreError> {
    if indicators.len() > LOOKED_THROUGH {
        return Ok(Vec::new());
    }
    let sent: HashSet<(&Organisation, &str)> =
        rows.iter().map(|row| (&row.key.organisation, row.key.indicator.as_str())).collect();
    let keys: Vec<&str> = indicators.keys().map(String::as_str).collect();
    let mut values: HashMap<String, BTreeMap<ObservationKey, Decimal>> = HashMap::new();
    for one in super::series::standing(w, &keys).await? {
        if let (key, Some(value)) = (one.key()?, one.value())
            && sent.contains(&(&key.organisation, key.indicator.as_str()))
        {
            values.entry(one.indicator.clone()).or_default().insert(key, value);
        }
    }
    for row in rows {
        let of = values.entry(row.key.indicator.to_string()).or_default();
        match row.observed.as_ref().and_then(|one| one.value) {
            Some(value) => of.insert(row.key.clone(), value),
            None => of.remove(&row.key),
        };
    }
    let sent: HashSet<(&Key, &Organisation, MeasurePeriod)> =
        rows.iter().map(|row| (&row.key.indicator, &row.key.organisation, row.key.period)).collect();
    let mut found = Vec::new();
    for (key, indicator) in indicators {
        let all = values.remove(key).unwrap_or_default();
        let flags = flags(indicator, &all).into_iter();
        found.extend(flags.filter(|one| sent.contains(&(&one.key.indicator, &one.key.organisation, one.key.period))));
    }
    found.sort_by(|a, b| (&a.key, a.flag).cmp(&(&b.key, b.flag)));
    Ok(found)
}

/// Which observations to list; empty does not filter.
#[derive(Debug, Clone, Default)]
pub struct ObservationFilter {
    /// Of these indicators.
    pub indicators: Vec<String>,
    /// Of these organisations.
    pub organisations: Vec<String>,
    /// Of this sex.
    pub sex: String,
    /// Of this period.
    pub period: String,
    /// From this year.
    pub from: Option<i16>,
    /// Through this year.
    pub to: Option<i16>,
    /// Changed after this version, tombstones included; none leaves tombstones out.
    pub changed_after: Option<i64>,
}

impl ObservationFilter {
    /// The condition and its values; `$2` is the version.
    pub(super) fn matches(&self, scope: &Scope) -> (String, Vec<Value>) {
        let mut matches = "municipality = $1 AND since <= $2 AND until > $2".to_owned();
        let mut values: Vec<Value> = vec![scope.version().into()];
        for (column, list) in [("indicator", &self.indicators), ("organisation", &self.organisations)] {
            if !list.is_empty() {
                matches += &format!(" AND {column} IN ({})", placeholders(values.len() + 2, list.len()));
                values.extend(list.iter().map(|one| Value::from(one.as_str())));
            }
        }
        for (column, value) in [("sex", &self.sex), ("period", &self.period)] {
            if !value.is_empty() {
                values.push(value.as_str().into());
                matches += &format!(" AND {column} = ${}", values.len() + 1);
            }
        }
        for (condition, year) in [("year >=", self.from), ("year <=", self.to)] {
            if let Some(year) = year {
                values.push(year.into());
                matches += &format!(" AND {condition} ${}", values.len() + 1);
            }
        }
        match self.changed_after {
            None => matches += " AND NOT is_deleted",
            Some(version) => {
                values.push(version.into());
                matches += &format!(" AND since > ${}", values.len() + 1);
            }
        }
        (matches, values)
    }
}

/// A page of observations by indicator, organisation, period and sex, and how many there are.
pub async fn observations(
    scope: &Scope,
    filter: &ObservationFilter,
    (limit, offset): (i64, i64),
) -> Result<(Vec<KeptObservation>, i64), StoreError> {
    let (matches, mut values) = filter.matches(scope);
    let count = format!("SELECT COUNT(*) AS number FROM observation WHERE {matches}");
    let total = scope.one::<Number>(&count, values.clone()).await?.map_or(0, |row| row.number);
    let at = values.len() + 2;
    let sql = format!(
        "SELECT {COLUMNS} FROM observation WHERE {matches} ORDER BY indicator, organisation, period, sex LIMIT ${at} OFFSET ${}",
        at + 1
    );
    values.extend([limit.into(), offset.into()]);
    Ok((scope.all(&sql, values).await?, total))
}
