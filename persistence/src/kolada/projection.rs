//! A municipality's public values, projected to what all may read in the transaction that changes them.
//!
//! Sets of rows do it, as with observations: a write projects what it has changed, a definition that becomes public all that
//! stands, and one that is no longer public leaves tombstones.

use crate::bulk::Rows;
use crate::error::StoreError;
use crate::indicator::definition::some_indicators;
use crate::scope::{Number, STANDS, Text, placeholders};
use crate::store::Writing;
use crate::stored::written;
use sea_orm::{FromQueryResult, Value};
use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};
use utfall_domain::code_part::CodePart;
use utfall_domain::code_plan::CodePlan;
use utfall_domain::indicator::definition::Indicator;
use utfall_domain::indicator::organisation::Organisation;
use utfall_domain::kolada::area::{GroupKind, Member, folded, own_group_code, unit_code};
use utfall_domain::kolada::key_figure::{KeyFigure, is_kolada_code, kolada_code, of_indicator, own_code};
use utfall_domain::kolada::value::{MISSING, THERE};
use utfall_domain::period::day_in_stockholm;

#[derive(FromQueryResult)]
struct Published {
    code: String,
    indicator: String,
    is_withdrawn: bool,
}

/// How many keys one statement names.
const CHUNK: usize = 500;

/// The public indicators of a list that another public one is already: their places, and the other's key.
pub(crate) async fn published_twice(w: &Writing, list: &[Indicator]) -> Result<Vec<(usize, String)>, StoreError> {
    if !list.iter().any(|one| one.is_public && kolada_code(one).is_some()) {
        return Ok(Vec::new());
    }
    let in_list: HashSet<&str> = list.iter().map(|one| one.key.as_str()).collect();
    let sql = "SELECT code, indicator, is_withdrawn FROM key_figure WHERE publisher = $1 AND NOT is_withdrawn";
    let standing = w.all::<Published>(sql, vec![]).await?;
    let others = standing.into_iter().filter(|one| !in_list.contains(one.indicator.as_str()));
    let mut taken: HashMap<String, String> = others.map(|one| (one.code, one.indicator)).collect();
    let mut twice = Vec::new();
    for (at, one) in list.iter().enumerate().filter(|(_, one)| one.is_public) {
        let Some(code) = kolada_code(one) else { continue };
        match taken.get(code) {
            Some(other) => twice.push((at, other.clone())),
            None => drop(taken.insert(code.to_owned(), one.key.to_string())),
        }
    }
    Ok(twice)
}

/// Publishes the indicators that are public now, and withdraws those that are not any more.
pub(crate) async fn definitions_changed(w: &mut Writing, changed: &[&Indicator]) -> Result<(), StoreError> {
    let mut standing: HashMap<String, Vec<Published>> = HashMap::new();
    for chunk in changed.chunks(CHUNK) {
        let list = placeholders(2, chunk.len());
        let sql = format!(
            "SELECT code, indicator, is_withdrawn FROM key_figure WHERE publisher = $1 AND indicator IN ({list})"
        );
        let keys = chunk.iter().map(|one| Value::from(one.key.as_str())).collect();
        for one in w.all::<Published>(&sql, keys).await? {
            standing.entry(one.indicator.clone()).or_default().push(one);
        }
    }
    let sql = "SELECT COUNT(*) AS number FROM key_figure WHERE publisher = $1";
    let mut number = w.one::<Number>(sql, vec![]).await?.map_or(0, |row| row.number);
    let (mut withdrawn, mut published, mut begun): (Vec<String>, Vec<(KeyFigure, &Indicator)>, Vec<&str>) =
        Default::default();
    for one in changed {
        let known = standing.get(one.key.as_str()).map_or(&[][..], Vec::as_slice);
        let code = one.is_public.then(|| match kolada_code(one) {
            Some(code) => code.to_owned(),
            None => known.iter().find(|known| !is_kolada_code(&known.code)).map_or_else(
                || {
                    number += 1;
                    own_code(w.municipality(), number)
                },
                |known| known.code.clone(),
            ),
        });
        let stale = known.iter().filter(|known| !known.is_withdrawn && Some(&known.code) != code.as_ref());
        withdrawn.extend(stale.map(|known| known.code.clone()));
        if let Some(code) = code {
            if !known.iter().any(|known| !known.is_withdrawn && known.code == code) {
                begun.push(one.key.as_str());
            }
            published.push((of_indicator(one, code), one));
        }
    }
    if withdrawn.is_empty() && published.is_empty() {
        return Ok(());
    }
    w.publish();
    withdraw(w, &withdrawn).await?;
    publish(w, &published).await?;
    for chunk in begun.chunks(CHUNK) {
        project(w, 0, chunk).await?;
    }
    groups(w).await
}

/// Projects the observations that this write has changed.
pub(crate) async fn observations_changed(w: &mut Writing) -> Result<(), StoreError> {
    let sql = "SELECT COUNT(*) AS number FROM key_figure WHERE publisher = $1 AND NOT is_withdrawn";
    if w.one::<Number>(sql, vec![]).await?.is_none_or(|row| row.number == 0) {
        return Ok(());
    }
    let version = w.version();
    project(w, version, &[]).await
}

/// Gives the units and committees that have published values the names that they have now.
pub(crate) async fn units_changed(w: &mut Writing, plan: &CodePlan) -> Result<(), StoreError> {
    let sql = "SELECT organisation AS text FROM published_unit WHERE publisher = $1";
    let known = w.all::<Text>(sql, vec![]).await?;
    let organisations: Vec<String> = known.into_iter().map(|row| row.text).collect();
    units(w, plan, &organisations).await
}

fn today(w: &Writing) -> Value {
    day_in_stockholm(w.recorded_at()).to_string().into()
}

async fn withdraw(w: &Writing, codes: &[String]) -> Result<(), StoreError> {
    for chunk in codes.chunks(CHUNK) {
        let codes = || chunk.iter().map(|code| Value::from(code.as_str()));
        let list = placeholders(2, chunk.len());
        let sql = format!(
            "UPDATE key_figure SET is_withdrawn = (1 = 1), has_units = (1 = 0), has_sexes = (1 = 0), last_year = 0 \
             WHERE publisher = $1 AND code IN ({list})"
        );
        w.execute(&sql, codes().collect()).await?;
        let list = placeholders(3, chunk.len());
        let sql = format!(
            "UPDATE published_value SET is_deleted = (1 = 1), value = NULL, status = '', changed_on = $2 \
             WHERE publisher = $1 AND NOT is_deleted AND key_figure IN ({list})"
        );
        w.execute(&sql, std::iter::once(today(w)).chain(codes()).collect()).await?;
    }
    Ok(())
}

async fn publish(w: &Writing, published: &[(KeyFigure, &Indicator)]) -> Result<(), StoreError> {
    let rows = published.iter().map(|(key_figure, one)| Ok((key_figure, *one, written(key_figure)?)));
    let rows: Vec<(&KeyFigure, &Indicator, String)> = rows.collect::<Result<_, StoreError>>()?;
    Rows::of("key_figure", &rows)
        .owned_by("publisher")
        .constant("is_withdrawn", false)
        .constant("has_units", false)
        .constant("has_sexes", false)
        .constant("last_year", 0_i16)
        .constant("changed_on", today(w))
        .text("code", |(key_figure, ..)| key_figure.code.clone())
        .text("indicator", |(_, one, _)| one.key.to_string())
        .text("folded", |(key_figure, ..)| folded(&key_figure.title))
        .text("body", |(.., body)| body.clone())
        .on_conflict(
            "ON CONFLICT (code, publisher) DO UPDATE SET indicator = excluded.indicator, is_withdrawn = excluded.is_withdrawn, \
             folded = excluded.folded, body = excluded.body",
        )
        .insert(w)
        .await
}

/// Which observations are projected: those of years, of public indicators, since `$3`. `$1` is the municipality.
const SINCE: &str = "o.municipality = $1 AND o.until = $2 AND o.since >= $3 AND LENGTH(o.period) = 4 \
    AND k.publisher = $1 AND k.indicator = o.indicator AND NOT k.is_withdrawn";

/// Projects what has changed since a version: of all public indicators, or of some.
async fn project(w: &mut Writing, since: i64, indicators: &[&str]) -> Result<(), StoreError> {
    // SQLite keeps the order of a CROSS JOIN: from what a write has changed, or from the indicators that begin to be published.
    let from =
        if since == 0 { "key_figure k CROSS JOIN observation o" } else { "observation o CROSS JOIN key_figure k" };
    let mut source = format!("FROM {from} WHERE {SINCE}");
    let mut values: Vec<Value> = vec![STANDS.into(), since.into()];
    if !indicators.is_empty() {
        source += &format!(" AND k.indicator IN ({})", placeholders(4, indicators.len()));
        values.extend(indicators.iter().map(|key| Value::from(*key)));
    }
    // What was published before and is deleted now leaves a tombstone; what begins to be published brings none.
    if since == 0 {
        source += " AND NOT o.is_deleted";
    }
    let of_units = format!("SELECT DISTINCT o.organisation AS text {source} AND o.organisation LIKE '%:%'");
    let of_units: Vec<String> =
        w.all::<Text>(&of_units, values.clone()).await?.into_iter().map(|row| row.text).collect();
    if !of_units.is_empty() {
        let plan = crate::code_plan::code_plan(w).await?;
        units(w, &plan, &of_units).await?;
    }
    let day = values.len() + 2;
    values.push(today(w));
    let sql = format!(
        "INSERT INTO published_value (key_figure, place, year, sex, publisher, precedence, is_unit, is_deleted, value, status, \
         changed_on) SELECT k.code, COALESCE((SELECT u.code FROM published_unit u WHERE u.publisher = $1 \
         AND u.organisation = o.organisation), o.organisation), o.year, o.sex, $1, \
         CASE WHEN o.organisation = $1 OR o.organisation LIKE '%:%' THEN 0 ELSE 1 END, o.organisation LIKE '%:%', o.is_deleted, \
         CASE WHEN o.is_deleted THEN NULL ELSE o.value END, \
         CASE WHEN o.value IS NULL AND NOT o.is_deleted THEN '{MISSING}' ELSE '{THERE}' END, ${day} {source} \
         ON CONFLICT (key_figure, place, year, sex, publisher) DO UPDATE SET is_deleted = excluded.is_deleted, \
         value = excluded.value, status = excluded.status, changed_on = excluded.changed_on \
         WHERE published_value.is_deleted <> excluded.is_deleted OR published_value.status <> excluded.status \
         OR COALESCE(published_value.value, -9223372036854775807) <> COALESCE(excluded.value, -9223372036854775807)"
    );
    if w.execute(&sql, values.clone()).await? == 0 {
        return Ok(());
    }
    w.publish();
    let sql = format!(
        "UPDATE key_figure SET has_units = has_units OR c.units = 1, has_sexes = has_sexes OR c.sexes = 1, \
         last_year = CASE WHEN c.last > last_year THEN c.last ELSE last_year END, changed_on = ${day} FROM (SELECT k.code AS key, \
         MAX(CASE WHEN o.organisation LIKE '%:%' THEN 1 ELSE 0 END) AS units, MAX(CASE WHEN o.sex <> 'T' THEN 1 ELSE 0 END) AS sexes, \
         MAX(o.year) AS last {source} GROUP BY k.code) c WHERE publisher = $1 AND code = c.key"
    );
    w.execute(&sql, values.clone()).await?;
    // What is deleted may have been the last year, the last unit or the last sex: then all that stands is asked.
    let standing =
        "FROM published_value v WHERE v.key_figure = key_figure.code AND v.publisher = $1 AND NOT v.is_deleted";
    let sql = format!(
        "UPDATE key_figure SET has_units = EXISTS (SELECT 1 {standing} AND v.is_unit), \
         has_sexes = EXISTS (SELECT 1 {standing} AND v.sex <> 'T'), last_year = COALESCE((SELECT MAX(v.year) {standing}), 0), \
         changed_on = ${day} WHERE publisher = $1 AND code IN (SELECT k.code {source} AND o.is_deleted)"
    );
    w.execute(&sql, values).await?;
    Ok(())
}

#[derive(FromQueryResult)]
struct Titled {
    code: String,
    title: String,
}

/// Publishes the names of some units and committees, where they are new or others.
async fn units(w: &mut Writing, plan: &CodePlan, organisations: &[String]) -> Result<(), StoreError> {
    let sql = "SELECT code, title FROM published_unit WHERE publisher = $1";
    let known = w.all::<Titled>(sql, vec![]).await?;
    let known: HashSet<(&str, &str)> = known.iter().map(|row| (row.code.as_str(), row.title.as_str())).collect();
    let named = organisations.iter().filter_map(|text| {
        let organisation = Organisation::parse(text).ok()?;
        let name = match &organisation {
            Organisation::Unit(code) => plan.tree(CodePart::Unit).latest(code.as_str()).map(|row| row.name.to_string()),
            Organisation::Committee(code) => plan.committee(code.as_str()).map(|committee| committee.name.to_string()),
            _ => None,
        };
        let (code, name) = (unit_code(w.municipality(), &organisation)?, name.unwrap_or_else(|| text.clone()));
        (!known.contains(&(code.as_str(), name.as_str()))).then(|| (code, text.clone(), name))
    });
    let named: Vec<(String, String, String)> = named.collect();
    if named.is_empty() {
        return Ok(());
    }
    w.publish();
    Rows::of("published_unit", &named)
        .owned_by("publisher")
        .text("code", |(code, ..)| code.clone())
        .text("organisation", |(_, organisation, _)| organisation.clone())
        .text("title", |(.., title)| title.clone())
        .text("folded", |(.., title)| folded(title))
        .on_conflict("ON CONFLICT (code) DO UPDATE SET title = excluded.title, folded = excluded.folded")
        .insert(w)
        .await
}

/// Publishes the groups that the public indicators are shown in; one that has no members any more is empty.
async fn groups(w: &Writing) -> Result<(), StoreError> {
    let sql = "SELECT code, indicator, is_withdrawn FROM key_figure WHERE publisher = $1 AND NOT is_withdrawn";
    let published = w.all::<Published>(sql, vec![]).await?;
    let keys: Vec<&str> = published.iter().map(|one| one.indicator.as_str()).collect();
    let indicators = some_indicators(w, &keys).await?;
    let mut members: BTreeMap<String, Vec<Member>> = BTreeMap::new();
    for one in &published {
        let Some((indicator, _)) = indicators.get(&one.indicator) else { continue };
        for group in indicator.groups.iter().collect::<BTreeSet<_>>() {
            let member = Member { code: one.code.clone(), title: indicator.name.clone() };
            members.entry(group.clone()).or_default().push(member);
        }
    }
    let sql = "SELECT code, title FROM catalogue_group WHERE publisher = $1";
    let known = w.all::<Titled>(sql, vec![]).await?;
    let mut number = known.len();
    let mut codes: HashMap<String, String> = known.into_iter().map(|row| (row.title, row.code)).collect();
    for title in codes.keys() {
        members.entry(title.clone()).or_default();
    }
    let mut rows = Vec::new();
    for (title, mut members) in members {
        members.sort_by(|a, b| a.code.cmp(&b.code));
        let code = codes.remove(&title).unwrap_or_else(|| {
            number += 1;
            own_group_code(w.municipality(), number)
        });
        rows.push((code, title, members.len(), written(&members)?));
    }
    Rows::of("catalogue_group", &rows)
        .owned_by("publisher")
        .constant("kind", GroupKind::KeyFigures.code())
        .text("code", |(code, ..)| code.clone())
        .text("title", |(_, title, ..)| title.clone())
        .text("folded", |(_, title, ..)| folded(title))
        .bigint("member_count", |(_, _, count, _)| i64::try_from(*count).unwrap_or(i64::MAX))
        .text("members", |(.., members)| members.clone())
        .on_conflict(
            "ON CONFLICT (code) DO UPDATE SET member_count = excluded.member_count, members = excluded.members",
        )
        .insert(w)
        .await
}
