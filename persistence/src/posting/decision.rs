//! Decisions that revisions of budgets rest on: recorded one after the other, none changed.

use super::record;
use crate::clock::moment;
use crate::error::{Refusal, StoreError};
use crate::scope::Scope;
use crate::store::Writing;
use crate::stored::{read, written};
use chrono::{DateTime, Utc};
use sea_orm::FromQueryResult;
use serde_json::json;
use utfall_domain::permission::Reach;
use utfall_domain::posting::Kind;
use utfall_domain::steering::edition::Decision;

/// A decision, and the revision that rests on it.
#[derive(Debug, Clone)]
pub struct BudgetDecision {
    /// The posting of the revision.
    pub posting_id: String,
    /// The revision.
    pub revision: i64,
    /// The decision.
    pub decision: Decision,
    /// The version that recorded it.
    pub version: i64,
    /// When it was recorded.
    pub recorded_at: DateTime<Utc>,
    /// By whom.
    pub recorded_by: String,
}

#[derive(FromQueryResult)]
struct Record {
    posting_id: String,
    revision: i64,
    version: i64,
    recorded_at: i64,
    recorded_by: String,
    body: String,
}

/// The path of a budget's decisions under the municipality.
pub fn decisions_resource(period: &str, source: &str) -> String {
    format!("budgets/{period}/{source}/decisions")
}

/// The decisions of a budget, newest first.
pub async fn budget_decisions(scope: &Scope, period: &str, source: &str) -> Result<Vec<BudgetDecision>, StoreError> {
    let sql = "SELECT d.posting_id, p.revision, d.version, d.recorded_at, d.recorded_by, d.body \
               FROM budget_decision d JOIN posting p ON p.municipality = d.municipality AND p.posting_id = d.posting_id \
               WHERE d.municipality = $1 AND p.kind = 'budget' AND p.period = $2 AND p.source = $3 AND d.version <= $4 \
               ORDER BY d.version DESC";
    let rows = scope.all::<Record>(sql, vec![period.into(), source.into(), scope.version().into()]).await?;
    rows.into_iter()
        .map(|Record { posting_id, revision, version, recorded_at, recorded_by, body }| {
            let (decision, recorded_at) = (read(&body)?, moment(recorded_at));
            Ok(BudgetDecision { posting_id, revision, decision, version, recorded_at, recorded_by })
        })
        .collect()
}

/// Records the decision that the standing revision of a budget rests on, and says whether it is new.
pub async fn decide_budget(
    w: &mut Writing,
    period: &str,
    source: &str,
    decision: &Decision,
) -> Result<(BudgetDecision, bool), StoreError> {
    if w.actor().reach != Reach::All {
        let sentence = "a budget is the municipality's; the token is bound to committees";
        return Err(Refusal::Forbidden(sentence.into()).into());
    }
    let posting = record::standing(w, Kind::Budget, period, source).await?.ok_or(Refusal::NotFound)?;
    let standing = budget_decisions(w, period, source).await?;
    if let Some(same) =
        standing.into_iter().find(|one| one.posting_id == posting.posting_id && one.decision == *decision)
    {
        return Ok((same, false));
    }
    let sql = "INSERT INTO budget_decision (municipality, posting_id, version, recorded_at, recorded_by, body) \
               VALUES ($1, $2, $3, $4, $5, $6)";
    let recorded_by = w.actor().subject.clone();
    let values = vec![
        posting.posting_id.as_str().into(),
        w.version().into(),
        w.stamp().into(),
        recorded_by.as_str().into(),
        written(decision)?.into(),
    ];
    w.execute(sql, values).await?;
    let why = format!("{} {} {}", decision.body, decision.date, decision.paragraph);
    let detail = json!({ "postingId": posting.posting_id, "revision": posting.revision });
    w.record("decide-budget", &decisions_resource(period, source), why.trim_end(), detail);
    let (version, recorded_at) = (w.version(), w.recorded_at());
    let decided = BudgetDecision {
        posting_id: posting.posting_id,
        revision: posting.revision,
        decision: decision.clone(),
        version,
        recorded_at,
        recorded_by,
    };
    Ok((decided, true))
}
