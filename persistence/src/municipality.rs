//! Municipalities: the tenants.

use crate::audit::Actor;
use crate::error::{Refusal, StoreError};
use crate::scope::placeholders;
use crate::store::{Store, begin_write};
use sea_orm::{ConnectionTrait, DatabaseConnection, FromQueryResult, Statement, Value};
use std::collections::HashMap;
use utfall_domain::text::{MunicipalityCode, Name};

/// A municipality.
#[derive(Debug, Clone, FromQueryResult)]
pub struct Municipality {
    /// SCB's code.
    pub code: String,
    /// Its name.
    pub name: String,
    /// The number of its last change.
    pub data_version: i64,
}

impl Store {
    /// A page of municipalities by code, and how many there are.
    pub async fn municipalities(&self, limit: i64, offset: i64) -> Result<(Vec<Municipality>, i64), StoreError> {
        let connection = self.platform();
        let backend = connection.get_database_backend();
        let sql = "SELECT code, name, data_version FROM municipality ORDER BY code LIMIT $1 OFFSET $2";
        let page = Statement::from_sql_and_values(backend, sql, [limit.into(), offset.into()]);
        let count = Statement::from_string(backend, "SELECT COUNT(*) AS number FROM municipality");
        let total = crate::scope::Number::find_by_statement(count).one(connection).await?;
        let rows = Municipality::find_by_statement(page).all(connection).await?;
        Ok((rows, total.map_or(0, |row| row.number)))
    }

    /// One municipality.
    pub async fn municipality(&self, code: &MunicipalityCode) -> Result<Option<Municipality>, StoreError> {
        let connection = self.platform();
        let sql = "SELECT code, name, data_version FROM municipality WHERE code = $1";
        let values = [code.as_str().into()];
        let statement = Statement::from_sql_and_values(connection.get_database_backend(), sql, values);
        Ok(Municipality::find_by_statement(statement).one(connection).await?)
    }

    /// Creates a municipality, or gives it another name. Says whether it is new. A new name takes the version that stands:
    /// `expected` is what `If-Match` names, `Some(None)` when it is `*`.
    pub async fn put_municipality(
        &self,
        code: &MunicipalityCode,
        name: &Name,
        actor: &Actor,
        expected: Option<Option<i64>>,
    ) -> Result<bool, StoreError> {
        if self.create_municipality(code, name, actor).await? {
            return Ok(true);
        }
        self.write(code, actor, async |w| {
            let standing =
                w.one::<Municipality>("SELECT code, name, data_version FROM municipality WHERE code = $1", vec![]);
            let standing = standing.await?.ok_or(Refusal::NotFound)?;
            if expected.flatten().is_some_and(|expected| expected != standing.data_version) {
                return Err(Refusal::Stale.into());
            }
            if standing.name == name.as_str() {
                return Ok(());
            }
            if expected.is_none() {
                return Err(Refusal::Stale.into());
            }
            w.execute("UPDATE municipality SET name = $2 WHERE code = $1", vec![name.as_str().into()]).await?;
            w.record("rename-municipality", "", "", serde_json::json!({ "name": name.as_str() }));
            Ok(())
        })
        .await?;
        Ok(false)
    }

    /// Creates a municipality and records it in one transaction. Says whether it is new.
    async fn create_municipality(
        &self,
        code: &MunicipalityCode,
        name: &Name,
        actor: &Actor,
    ) -> Result<bool, StoreError> {
        let tx = begin_write(self.platform_writer()).await?;
        let sql = "INSERT INTO municipality (code, name, data_version, event_number, event_hash, posting_number, generation, \
                   recorded_at) VALUES ($1, $2, 0, 0, '', 0, 0, 0) ON CONFLICT (code) DO NOTHING";
        let values = [code.as_str().into(), name.as_str().into()];
        let statement = Statement::from_sql_and_values(tx.get_database_backend(), sql, values);
        if tx.execute_raw(statement).await?.rows_affected() == 0 {
            tx.rollback().await?;
            return Ok(false);
        }
        let mut writing = self.lock_in(tx, code, actor).await?;
        crate::kolada::catalogue::area_of(&mut writing, name).await?;
        writing.record("create-municipality", "", "", serde_json::json!({ "name": name.as_str() }));
        writing.commit().await?;
        Ok(true)
    }
}

#[derive(FromQueryResult)]
struct Versioned {
    code: String,
    data_version: i64,
}

/// The `dataVersion` that stands, of some municipalities.
pub(crate) async fn data_versions(
    pool: DatabaseConnection,
    codes: Vec<MunicipalityCode>,
) -> Result<HashMap<MunicipalityCode, i64>, StoreError> {
    let sql = format!("SELECT code, data_version FROM municipality WHERE code IN ({})", placeholders(1, codes.len()));
    let values = codes.iter().map(|code| Value::from(code.as_str()));
    let statement = Statement::from_sql_and_values(pool.get_database_backend(), sql, values);
    let mut versions: HashMap<String, i64> = Versioned::find_by_statement(statement)
        .all(&pool)
        .await?
        .into_iter()
        .map(|row| (row.code, row.data_version))
        .collect();
    Ok(codes.into_iter().filter_map(|code| versions.remove(code.as_str()).map(|version| (code, version))).collect())
}
