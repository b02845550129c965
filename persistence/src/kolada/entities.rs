//! Lists of what there is: key figures, areas, groups and units, page by page in an order that stays.

use super::published::{Condition, Published};
use crate::error::StoreError;
use crate::stored::read;
use sea_orm::FromQueryResult;
use utfall_domain::kolada::area::{Area, AreaKind, Group, GroupKind, folded};
use utfall_domain::kolada::key_figure::KeyFigure;

/// Which entries to list; what is empty does not filter.
#[derive(Debug, Clone, Default)]
pub struct EntityFilter {
    /// Of these codes.
    pub codes: Vec<String>,
    /// With this in the title, whatever its case.
    pub title: String,
    /// Units of these municipalities.
    pub municipalities: Vec<String>,
    /// Areas of these kinds: `K`, `L`.
    pub kinds: Vec<String>,
}

impl EntityFilter {
    fn condition(&self, start: &str, code: &str, title: &str) -> Condition {
        let mut condition = Condition::new(start);
        condition.one_of(code, &self.codes);
        condition.holds(title, &folded(&self.title));
        condition
    }
}

#[derive(FromQueryResult)]
struct KeyFigureRow {
    body: String,
    publisher: String,
    units: i32,
    sexes: i32,
    last_year: i16,
    changed_on: String,
}

/// A page of key figures by code: the catalogue's own definition before a municipality's.
pub async fn key_figures(
    published: &Published,
    filter: &EntityFilter,
    window: (i64, i64),
) -> Result<Vec<KeyFigure>, StoreError> {
    let mut condition = filter.condition("1 = 1", "k.code", "k.folded");
    let window = condition.window(window);
    let sql = format!(
        "SELECT k.body, k.publisher, f.units, f.sexes, f.last_year, f.changed_on FROM key_figure k JOIN \
         (SELECT code, MIN(publisher) AS first, MAX(CASE WHEN has_units THEN 1 ELSE 0 END) AS units, \
         MAX(CASE WHEN has_sexes THEN 1 ELSE 0 END) AS sexes, MAX(last_year) AS last_year, MAX(changed_on) AS changed_on \
         FROM key_figure WHERE NOT is_withdrawn GROUP BY code) f ON f.code = k.code AND f.first = k.publisher \
         WHERE {} ORDER BY k.code{window}",
        condition.text()
    );
    let rows = published.all::<KeyFigureRow>(&sql, condition.into_values()).await?;
    rows.into_iter()
        .map(|row| {
            let mut one: KeyFigure = read(&row.body)?;
            one.has_ou_data |= row.units == 1;
            one.is_divided_by_gender |= row.sexes == 1;
            if !row.publisher.is_empty() {
                one.publication_date = Some(row.changed_on);
                one.publ_period = (row.last_year > 0).then(|| row.last_year.to_string());
            }
            Ok(one)
        })
        .collect()
}

#[derive(FromQueryResult)]
struct AreaRow {
    code: String,
    title: String,
    kind: String,
}

/// A page of areas, by code or by their titles in Swedish.
pub async fn areas(
    published: &Published,
    filter: &EntityFilter,
    by_title: bool,
    window: (i64, i64),
) -> Result<Vec<Area>, StoreError> {
    let mut condition = filter.condition("1 = 1", "code", "folded");
    condition.one_of("kind", &filter.kinds);
    let window = condition.window(window);
    let order = if by_title { "sorted, code" } else { "code" };
    let sql = format!("SELECT code, title, kind FROM area WHERE {} ORDER BY {order}{window}", condition.text());
    let rows = published.all::<AreaRow>(&sql, condition.into_values()).await?;
    let area = |AreaRow { code, title, kind }| {
        let kind = AreaKind::from_code(&kind).ok_or_else(|| StoreError::Corrupt(format!("area kind {kind:?}")))?;
        Ok(Area { code, title, kind })
    };
    rows.into_iter().map(area).collect()
}

#[derive(FromQueryResult)]
struct GroupRow {
    code: String,
    title: String,
    members: String,
}

/// A page of groups of a kind, by code; a group has members.
pub async fn groups(
    published: &Published,
    kind: GroupKind,
    filter: &EntityFilter,
    window: (i64, i64),
) -> Result<Vec<Group>, StoreError> {
    let mut condition = filter.condition("member_count > 0", "code", "folded");
    let of = condition.value(kind.code());
    condition.and(&format!("kind = {of}"));
    let window = condition.window(window);
    let sql =
        format!("SELECT code, title, members FROM catalogue_group WHERE {} ORDER BY code{window}", condition.text());
    let rows = published.all::<GroupRow>(&sql, condition.into_values()).await?;
    let group = |GroupRow { code, title, members }| Ok(Group { code, title, kind, members: read(&members)? });
    rows.into_iter().map(group).collect()
}

/// A unit or a committee that has published values.
#[derive(Debug, Clone, FromQueryResult)]
pub struct Unit {
    /// Its code: `V00E0580-3102`.
    pub code: String,
    /// Its name.
    pub title: String,
    /// Its municipality's code.
    pub municipality: String,
}

/// A page of units by code: those that have public values now.
pub async fn units(published: &Published, filter: &EntityFilter, window: (i64, i64)) -> Result<Vec<Unit>, StoreError> {
    let valued = "EXISTS (SELECT 1 FROM published_value v WHERE v.place = published_unit.code AND NOT v.is_deleted)";
    let mut condition = filter.condition(valued, "code", "folded");
    condition.one_of("publisher", &filter.municipalities);
    let window = condition.window(window);
    let sql = format!(
        "SELECT code, title, publisher AS municipality FROM published_unit WHERE {} ORDER BY code{window}",
        condition.text()
    );
    published.all(&sql, condition.into_values()).await
}
