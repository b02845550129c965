//! Re-derivation: when an earlier month changes, the next accumulated posting of the source gets a revision, so that what
//! it delivered as January through its month stays what it was.

use super::record::{self, Posting};
use super::write::write;
use crate::entry;
use crate::error::{Refusal, StoreError};
use crate::month_lock;
use crate::store::Writing;
use utfall_domain::accumulated::rederived;
use utfall_domain::code_plan::CodePlan;
use utfall_domain::entry::{Changes, Entry, Sums};
use utfall_domain::period::Period;
use utfall_domain::posting::Kind;
use uuid::Uuid;

/// The first month that an accumulated delivery covers by itself: the one after the last that the source's earlier postings cover
/// without a gap from January.
pub(super) fn span_start(postings: &[Posting], month: i16) -> i16 {
    let mut next = 1;
    for posting in postings.iter().filter(|posting| posting.month < month && posting.cause != "withdrawal") {
        if posting.from_month <= next {
            next = posting.month + 1;
        }
    }
    next
}

/// Re-derives the next accumulated posting after an outcome that changed. Those after it stay, since its own
/// accumulated sum does.
pub(super) async fn following(
    w: &mut Writing,
    posting: &Posting,
    before: &[Entry],
    after: &[Entry],
    plan: &CodePlan,
) -> Result<Vec<String>, StoreError> {
    if posting.kind() != Kind::Outcome {
        return Ok(Vec::new());
    }
    let year = record::outcomes_of_year(w, posting.year, &posting.source).await?;
    let later = |candidate: &&Posting| {
        candidate.month > posting.month && candidate.basis == "accumulated" && candidate.cause != "withdrawal"
    };
    let Some(current) = year.iter().find(later) else { return Ok(Vec::new()) };
    let old = entry::of_posting(w, current.year, current.posting_number).await?;
    let number = u8::try_from(current.month).unwrap_or_default();
    let new = rederived(&old, before, after, number)?;
    let from_month = span_start(&year, current.month);
    let changes = Changes::between(&old, &new)?;
    if changes.is_none() && from_month == current.from_month {
        return Ok(Vec::new());
    }
    let period = crate::code_plan::stored(Period::parse(&current.period), "period")?;
    let locked = month_lock::changing(w, period, plan, &old, &new).await?;
    if !locked.is_empty() {
        return Err(Refusal::Locked(locked).into());
    }
    let revision = revision_of(w, current, posting, from_month, &new, changes)?;
    write(w, &revision, Some(current), &new, plan).await?;
    let sql = "INSERT INTO posting_effect (municipality, posting_id, rederived_posting_id) VALUES ($1, $2, $3)";
    w.execute(sql, vec![posting.posting_id.as_str().into(), revision.posting_id.as_str().into()]).await?;
    let detail = serde_json::json!({
        "postingId": revision.posting_id, "revision": revision.revision, "causePostingId": posting.posting_id,
    });
    w.record("re-derive", &revision.resource(), "an earlier month changed", detail);
    Ok(vec![revision.posting_id])
}

fn revision_of(
    w: &mut Writing,
    current: &Posting,
    cause: &Posting,
    from_month: i16,
    entries: &[Entry],
    changes: Changes,
) -> Result<Posting, StoreError> {
    let sums = Sums::of(entries.iter().map(|entry| entry.amount))?;
    Ok(Posting {
        posting_number: w.next_posting_number(),
        posting_id: Uuid::now_v7().to_string(),
        from_month,
        revision: current.revision + 1,
        since: w.version(),
        entry_count: i64::try_from(entries.len()).unwrap_or(i64::MAX),
        debit: sums.debit.ore(),
        credit: sums.credit.ore(),
        net: sums.net.ore(),
        added: changes.added.into(),
        removed: changes.removed.into(),
        changed: changes.changed.into(),
        changed_net: changes.net.ore(),
        cause: "re-derivation".into(),
        cause_posting_id: cause.posting_id.clone(),
        recorded_at: w.stamp(),
        recorded_by: w.actor().subject.clone(),
        ..current.clone()
    })
}
