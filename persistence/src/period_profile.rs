//! Named period profiles: twelve weights that spread a year's amount.

use crate::bulk::Rows;
use crate::error::StoreError;
use crate::scope::{STANDS, Scope};
use crate::store::Writing;
use sea_orm::FromQueryResult;
use std::collections::HashMap;
use utfall_domain::distribution::Profile;

/// A named profile.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NamedProfile {
    /// Its code, as rows name it.
    pub code: String,
    /// Its name.
    pub name: String,
    /// Its weights.
    pub profile: Profile,
}

#[derive(FromQueryResult)]
struct Record {
    code: String,
    name: String,
    weights: String,
}

/// The profiles, in the order of their list.
pub async fn profiles(scope: &Scope) -> Result<Vec<NamedProfile>, StoreError> {
    let sql = "SELECT code, name, weights FROM period_profile \
               WHERE municipality = $1 AND since <= $2 AND until > $2 ORDER BY position";
    let rows = scope.all::<Record>(sql, vec![scope.version().into()]).await?;
    rows.into_iter()
        .map(|Record { code, name, weights }| {
            let weights: Vec<u32> = crate::code_plan::stored(serde_json::from_str(&weights), "profile")?;
            let profile = Profile::new(&weights).ok_or_else(|| StoreError::Corrupt("a profile's weights".into()))?;
            Ok(NamedProfile { code, name, profile })
        })
        .collect()
}

/// The profiles by code.
pub(crate) async fn by_code(scope: &Scope) -> Result<HashMap<String, Profile>, StoreError> {
    Ok(profiles(scope).await?.into_iter().map(|named| (named.code, named.profile)).collect())
}

/// Replaces the list. Budgets that are posted keep the months they got. Says whether anything changed.
pub async fn replace(w: &mut Writing, list: &[NamedProfile]) -> Result<bool, StoreError> {
    if profiles(w).await? == list {
        return Ok(false);
    }
    let sql = "UPDATE period_profile SET until = $2 WHERE municipality = $1 AND until = $3";
    w.execute(sql, vec![w.version().into(), STANDS.into()]).await?;
    Rows::of("period_profile", list)
        .constant("since", w.version())
        .constant("until", STANDS)
        .text("code", |named| named.code.clone())
        .place("position")
        .text("name", |named| named.name.clone())
        .text("weights", |named| serde_json::json!(named.profile.weights()).to_string())
        .insert(w)
        .await?;
    let codes: Vec<&str> = list.iter().map(|named| named.code.as_str()).collect();
    w.record("load-period-profiles", "period-profiles", "", serde_json::json!({ "codes": codes }));
    Ok(true)
}
