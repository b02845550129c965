//! Grants and signing keys: who may do what, and what the embedded issuer signs with.

use crate::clock::stamp;
use crate::error::StoreError;
use crate::scope::{Scope, placeholders};
use crate::store::{Store, Writing, begin_write};
use crate::stored::written;
use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, KeyPair};
use sea_orm::{ConnectionTrait, DatabaseConnection, FromQueryResult, Statement, Value};
use std::collections::HashMap;
use std::sync::Arc;
use utfall_domain::client::Client;
use utfall_domain::permission::{Reach, Role};
use utfall_domain::text::MunicipalityCode;
use uuid::Uuid;

/// A grant as it stands now.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Grant {
    /// Its id, which a token of the embedded issuer names.
    pub grant_id: String,
    /// Who.
    pub subject: String,
    /// Which role.
    pub role: Role,
    /// In which municipality; `None` for a platform administrator.
    pub municipality: Option<String>,
    /// Which committees.
    pub reach: Reach,
    /// The `dataVersion` of the municipality when the grant was read.
    pub data_version: Option<i64>,
}

#[derive(FromQueryResult)]
struct GrantRow {
    grant_id: String,
    subject: String,
    role: String,
    municipality: String,
    committees: String,
    data_version: Option<i64>,
}

impl TryFrom<GrantRow> for Grant {
    type Error = StoreError;

    fn try_from(row: GrantRow) -> Result<Self, StoreError> {
        let GrantRow { grant_id, subject, role, municipality, committees, data_version } = row;
        let role = Role::from_code(&role).ok_or_else(|| StoreError::Corrupt(format!("role {role:?}")))?;
        let codes: Vec<String> =
            serde_json::from_str(&committees).map_err(|_| StoreError::Corrupt("committees of a grant".into()))?;
        let reach = if codes.is_empty() { Reach::All } else { Reach::Committees(codes) };
        let municipality = Some(municipality).filter(|m| !m.is_empty());
        Ok(Self { grant_id, subject, role, municipality, reach, data_version })
    }
}

/// The issuer of grants whose subjects are another's, as they are kept.
pub(crate) const EXTERNAL: &str = "external";

/// Somebody whom another issuer vouches for, in a municipality.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(crate) struct Vouched {
    pub municipality: String,
    pub subject: String,
}

/// A key of the embedded issuer.
#[derive(Debug, Clone, PartialEq, Eq, FromQueryResult)]
pub struct SigningKey {
    /// Its id, as tokens name it.
    pub kid: String,
    /// `ES256`.
    pub algorithm: String,
    /// PKCS#8.
    pub private_key: Vec<u8>,
    /// The public point, uncompressed.
    pub public_key: Vec<u8>,
}

impl Store {
    /// Records a grant, or finds the one that says the same.
    pub async fn grant(
        &self,
        subject: &str,
        role: Role,
        municipality: Option<&MunicipalityCode>,
        committees: &[String],
    ) -> Result<Grant, StoreError> {
        let mut codes = committees.to_vec();
        codes.sort();
        codes.dedup();
        let municipality = municipality.map_or("", MunicipalityCode::as_str);
        let committees = serde_json::json!(codes).to_string();
        let tx = begin_write(self.platform_writer()).await?;
        let backend = tx.get_database_backend();
        let sql = "SELECT grant_id, subject, role, municipality, committees, CAST(NULL AS BIGINT) AS data_version FROM access_grant \
                   WHERE subject = $1 AND role = $2 AND municipality = $3 AND committees = $4 AND revoked_at IS NULL";
        let values: [Value; 4] = [subject.into(), role.code().into(), municipality.into(), committees.as_str().into()];
        let statement = Statement::from_sql_and_values(backend, sql, values);
        if let Some(standing) = GrantRow::find_by_statement(statement).one(&tx).await? {
            tx.rollback().await?;
            return standing.try_into();
        }
        // A grant that was taken back stays so, with the tokens that name it: this is another.
        let row = GrantRow {
            grant_id: Uuid::now_v7().to_string(),
            subject: subject.into(),
            role: role.code().into(),
            municipality: municipality.into(),
            committees,
            data_version: None,
        };
        let sql = "INSERT INTO access_grant (grant_id, subject, role, municipality, committees, granted_at, revoked_at) \
                   VALUES ($1, $2, $3, $4, $5, $6, NULL)";
        let values: [Value; 6] = [
            row.grant_id.as_str().into(),
            subject.into(),
            role.code().into(),
            municipality.into(),
            row.committees.as_str().into(),
            stamp(self.now()).into(),
        ];
        tx.execute_raw(Statement::from_sql_and_values(backend, sql, values)).await?;
        tx.commit().await?;
        row.try_into()
    }

    /// Takes a grant back; it counts from the next request.
    pub async fn revoke(&self, grant_id: &str) -> Result<(), StoreError> {
        let tx = begin_write(self.platform_writer()).await?;
        let sql = "UPDATE access_grant SET revoked_at = $2 WHERE grant_id = $1";
        let values: [Value; 2] = [grant_id.into(), stamp(self.now()).into()];
        tx.execute_raw(Statement::from_sql_and_values(tx.get_database_backend(), sql, values)).await?;
        tx.commit().await?;
        Ok(())
    }

    /// The issuer's keys, newest first; the first start makes one, under the database's write lock.
    pub async fn signing_keys(&self) -> Result<Vec<SigningKey>, StoreError> {
        let keys = self.stored_keys(self.platform()).await?;
        if !keys.is_empty() {
            return Ok(keys);
        }
        let tx = begin_write(self.platform_writer()).await?;
        if crate::connect::is_postgres(tx.get_database_backend()) {
            // Two instances may start together; SQLite's IMMEDIATE transaction is a lock already.
            tx.execute_unprepared("SELECT pg_advisory_xact_lock(128598925569133)").await?;
        }
        if self.stored_keys(&tx).await?.is_empty() {
            self.add_key(&tx).await?;
        }
        tx.commit().await?;
        self.stored_keys(self.platform()).await
    }

    /// Makes another key, which tokens are signed with from then on; those before it go on verifying until they are retired.
    pub async fn rotate_signing_key(&self) -> Result<SigningKey, StoreError> {
        self.signing_keys().await?;
        let tx = begin_write(self.platform_writer()).await?;
        let key = self.add_key(&tx).await?;
        tx.commit().await?;
        Ok(key)
    }

    /// Retires a key: what it has signed is refused. Not the newest, which signs. Says whether there was such a key.
    pub async fn retire_signing_key(&self, kid: &str) -> Result<bool, StoreError> {
        let keys = self.signing_keys().await?;
        if keys.first().is_some_and(|newest| newest.kid == kid) {
            return Err(crate::error::Refusal::Conflict("the newest key signs; rotate first".into()).into());
        }
        let tx = begin_write(self.platform_writer()).await?;
        let sql = "UPDATE signing_key SET retired_at = $2 WHERE kid = $1 AND retired_at IS NULL";
        let values: [Value; 2] = [kid.into(), stamp(self.now()).into()];
        let retired = tx.execute_raw(Statement::from_sql_and_values(tx.get_database_backend(), sql, values)).await?;
        tx.commit().await?;
        Ok(retired.rows_affected() == 1)
    }

    async fn add_key(&self, tx: &impl ConnectionTrait) -> Result<SigningKey, StoreError> {
        let key = new_key()?;
        let sql =
            "INSERT INTO signing_key (kid, algorithm, private_key, public_key, created_at) VALUES ($1, $2, $3, $4, $5)";
        let SigningKey { kid, algorithm, private_key, public_key } = key.clone();
        let values: [Value; 5] =
            [kid.into(), algorithm.into(), private_key.into(), public_key.into(), stamp(self.now()).into()];
        tx.execute_raw(Statement::from_sql_and_values(tx.get_database_backend(), sql, values)).await?;
        Ok(key)
    }

    async fn stored_keys(&self, connection: &impl ConnectionTrait) -> Result<Vec<SigningKey>, StoreError> {
        let sql = "SELECT kid, algorithm, private_key, public_key FROM signing_key WHERE retired_at IS NULL \
                   ORDER BY created_at DESC, kid";
        let statement = Statement::from_string(connection.get_database_backend(), sql);
        Ok(SigningKey::find_by_statement(statement).all(connection).await?)
    }
}

/// The grants of some ids that still stand, each with the version of its municipality's data, which most calls ask for next.
pub(crate) async fn standing_grants(
    pool: DatabaseConnection,
    ids: Vec<String>,
) -> Result<HashMap<String, Arc<Grant>>, StoreError> {
    let sql = format!(
        "SELECT g.grant_id, g.subject, g.role, g.municipality, g.committees, m.data_version FROM access_grant g \
         LEFT JOIN municipality m ON m.code = g.municipality WHERE g.revoked_at IS NULL AND g.grant_id IN ({})",
        placeholders(1, ids.len())
    );
    let values = ids.into_iter().map(Value::from);
    let statement = Statement::from_sql_and_values(pool.get_database_backend(), sql, values);
    let rows = GrantRow::find_by_statement(statement).all(&pool).await?;
    rows.into_iter().map(|row| Ok((row.grant_id.clone(), Arc::new(row.try_into()?)))).collect()
}

/// The grants of some whom another issuer vouches for, that still stand.
pub(crate) async fn vouched_grants(
    pool: DatabaseConnection,
    whom: Vec<Vouched>,
) -> Result<HashMap<Vouched, Arc<Grant>>, StoreError> {
    let sql = format!(
        "SELECT g.grant_id, g.subject, g.role, g.municipality, g.committees, m.data_version FROM access_grant g \
         JOIN municipality m ON m.code = g.municipality WHERE g.revoked_at IS NULL AND g.issuer = $1 AND g.subject IN ({})",
        placeholders(2, whom.len())
    );
    let subjects = whom.into_iter().map(|one| Value::from(one.subject));
    let values = std::iter::once(Value::from(EXTERNAL)).chain(subjects);
    let statement = Statement::from_sql_and_values(pool.get_database_backend(), sql, values);
    let rows = GrantRow::find_by_statement(statement).all(&pool).await?;
    let one = |row: GrantRow| {
        let whom = Vouched { municipality: row.municipality.clone(), subject: row.subject.clone() };
        Ok((whom, Arc::new(row.try_into()?)))
    };
    rows.into_iter().map(one).collect()
}

/// The grant of a client that gets its tokens from us, if it stands.
pub(crate) async fn grant_of(scope: &Scope, client: &str) -> Result<Option<Grant>, StoreError> {
    let sql = "SELECT grant_id, subject, role, municipality, committees, CAST(NULL AS BIGINT) AS data_version FROM access_grant \
               WHERE municipality = $1 AND client = $2 AND issuer = '' AND revoked_at IS NULL";
    scope.one::<GrantRow>(sql, vec![client.into()]).await?.map(TryInto::try_into).transpose()
}

/// Takes a client's grant back.
pub(crate) async fn take_back(w: &Writing, client: &str) -> Result<(), StoreError> {
    let sql = "UPDATE access_grant SET revoked_at = $3 WHERE municipality = $1 AND client = $2 AND revoked_at IS NULL";
    w.execute(sql, vec![client.into(), w.stamp().into()]).await?;
    Ok(())
}

/// Gives a client its grant.
pub(crate) async fn give(w: &Writing, key: &str, client: &Client) -> Result<(), StoreError> {
    let (issuer, subject) = match &client.subject {
        Some(subject) => (EXTERNAL, subject.to_string()),
        None => ("", crate::client::client_id(w.municipality(), key)),
    };
    let sql = "INSERT INTO access_grant (grant_id, subject, role, municipality, committees, granted_at, revoked_at, issuer, client) \
               VALUES ($2, $3, $4, $1, $5, $6, NULL, $7, $8)";
    let values: [Value; 7] = [
        Uuid::now_v7().to_string().into(),
        subject.into(),
        client.role.code().into(),
        written(&client.committees)?.into(),
        w.stamp().into(),
        issuer.into(),
        key.into(),
    ];
    w.execute(sql, values.into()).await?;
    Ok(())
}

fn new_key() -> Result<SigningKey, StoreError> {
    let failed = |_| StoreError::Corrupt("a signing key could not be made".into());
    let document =
        EcdsaKeyPair::generate_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, &SystemRandom::new()).map_err(failed)?;
    let pair = EcdsaKeyPair::from_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, document.as_ref())
        .map_err(|_| StoreError::Corrupt("a signing key that was just made".into()))?;
    Ok(SigningKey {
        kid: Uuid::new_v4().to_string(),
        algorithm: "ES256".into(),
        private_key: document.as_ref().to_vec(),
        public_key: pair.public_key().as_ref().to_vec(),
    })
}
