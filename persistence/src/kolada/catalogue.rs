//! The platform's catalogue: key figures, areas and groups that belong to no municipality.

use crate::error::StoreError;
use crate::scope::{Scope, Text};
use crate::store::{Store, Writing, begin_write};
use crate::stored::written;
use sea_orm::{ConnectionTrait, Statement, Value};
use std::collections::HashSet;
use utfall_domain::kolada::area::{Area, AreaKind, Group, GroupKind, folded, sorted};
use utfall_domain::kolada::key_figure::KeyFigure;
use utfall_domain::text::Name;

const AREA: &str =
    "INSERT INTO area (code, title, folded, sorted, kind) VALUES ($1, $2, $3, $4, $5) ON CONFLICT (code) DO";

/// Makes a new municipality known as an area; the catalogue's own name for it stays.
pub(crate) async fn area_of(w: &mut Writing, name: &Name) -> Result<(), StoreError> {
    let (title, kind) = (name.as_str(), AreaKind::of(w.municipality().as_str()));
    let values: Vec<Value> = vec![title.into(), folded(title).into(), sorted(title).into(), kind.code().into()];
    w.execute(&format!("{AREA} NOTHING"), values).await?;
    w.publish();
    Ok(())
}

/// The codes of all areas and groups of areas.
pub(crate) async fn known_areas(scope: &Scope) -> Result<HashSet<String>, StoreError> {
    let sql = "SELECT code AS text FROM area WHERE $1 = $1 UNION ALL SELECT code FROM catalogue_group WHERE kind = $2";
    let rows = scope.all::<Text>(sql, vec![GroupKind::Areas.code().into()]).await?;
    Ok(rows.into_iter().map(|row| row.text).collect())
}

/// What to put into the catalogue.
#[derive(Debug, Clone, Default)]
pub struct Entries {
    /// Key figures.
    pub key_figures: Vec<KeyFigure>,
    /// Areas.
    pub areas: Vec<Area>,
    /// Groups.
    pub groups: Vec<Group>,
}

/// How many entries of the catalogue are new or say something else.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct EntryChanges {
    /// Key figures.
    pub key_figures: u64,
    /// Areas.
    pub areas: u64,
    /// Groups.
    pub groups: u64,
}

impl Store {
    /// Puts entries into the catalogue: those of the same code are replaced, the others stay. All or nothing.
    pub async fn put_catalogue(&self, entries: &Entries) -> Result<EntryChanges, StoreError> {
        let tx = begin_write(self.platform_writer()).await?;
        let backend = tx.get_database_backend();
        let run = async |sql: &str, values: Vec<Value>| -> Result<u64, StoreError> {
            Ok(tx.execute_raw(Statement::from_sql_and_values(backend, sql, values)).await?.rows_affected())
        };
        let today = utfall_domain::period::day_in_stockholm(self.now()).to_string();
        let mut changes = EntryChanges::default();
        for one in &entries.key_figures {
            let sql = "INSERT INTO key_figure (code, publisher, indicator, is_withdrawn, folded, has_units, has_sexes, last_year, \
                       changed_on, body) VALUES ($1, '', '', (1 = 0), $2, (1 = 0), (1 = 0), 0, $3, $4) \
                       ON CONFLICT (code, publisher) DO UPDATE SET folded = excluded.folded, body = excluded.body, \
                       changed_on = excluded.changed_on WHERE key_figure.body <> excluded.body";
            let values =
                vec![one.code.as_str().into(), folded(&one.title).into(), today.as_str().into(), written(one)?.into()];
            changes.key_figures += run(sql, values).await?;
        }
        for one in &entries.areas {
            let sql = format!(
                "{AREA} UPDATE SET title = excluded.title, folded = excluded.folded, sorted = excluded.sorted, kind = excluded.kind \
                 WHERE area.title <> excluded.title OR area.kind <> excluded.kind"
            );
            let title = one.title.as_str();
            let values = vec![
                one.code.as_str().into(),
                title.into(),
                folded(title).into(),
                sorted(title).into(),
                one.kind.code().into(),
            ];
            changes.areas += run(&sql, values).await?;
        }
        for one in &entries.groups {
            let sql = "INSERT INTO catalogue_group (code, publisher, kind, title, folded, member_count, members) \
                       VALUES ($1, '', $2, $3, $4, $5, $6) ON CONFLICT (code) DO UPDATE SET kind = excluded.kind, \
                       title = excluded.title, folded = excluded.folded, member_count = excluded.member_count, \
                       members = excluded.members WHERE catalogue_group.kind <> excluded.kind \
                       OR catalogue_group.title <> excluded.title OR catalogue_group.members <> excluded.members";
            let values = vec![
                one.code.as_str().into(),
                one.kind.code().into(),
                one.title.as_str().into(),
                folded(&one.title).into(),
                i64::try_from(one.members.len()).unwrap_or(i64::MAX).into(),
                written(&one.members)?.into(),
            ];
            changes.groups += run(sql, values).await?;
        }
        if changes != EntryChanges::default() {
            run("UPDATE catalogue SET version = version + 1", Vec::new()).await?;
        }
        tx.commit().await?;
        Ok(changes)
    }
}
