//! Posting: the delivery is checked, compared with the revision before, and stored whole or not at all.

use super::record::{self, Posting};
use super::{hold, rederive};
use crate::audit::resource_version;
use crate::code_plan::code_plan;
use crate::deviation::{self, Cause, Touched};
use crate::entry;
use crate::error::{ControlTotalRefusal, LockedCommittee, Refusal, StoreError};
use crate::forecasting::history_profiles;
use crate::month_lock;
use crate::period_profile;
use crate::rebuild::{self, Header};
use crate::scope::{STANDS, Scope, Text};
use crate::store::Writing;
use sha2::{Digest, Sha256};
use std::collections::{BTreeSet, HashMap};
use utfall_domain::accumulated::month_of;
use utfall_domain::code_plan::CodePlan;
use utfall_domain::control_total::ControlTotals;
use utfall_domain::delivery::DeliveredRow;
use utfall_domain::distribution::Profile;
use utfall_domain::entry::{Changes, Entry, Sums};
use utfall_domain::money::DecimalMark;
use utfall_domain::period::Period;
use utfall_domain::permission::Reach;
use utfall_domain::posting::{Basis, BudgetStatus, Kind, Reading, RowRules, committees_of, entries};
use utfall_domain::row_error::{Fault, RowError};
use utfall_domain::text::Source;
use uuid::Uuid;

/// What to do with a delivery whose codes are unknown or not valid in the month.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum OnUnknownCode {
    /// Refuse it, with every row listed.
    #[default]
    Refuse,
    /// Hold it outside the ledger until the codes are there.
    Quarantine,
}

/// What to do when the month is locked for a committee whose amounts would change.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum OnLocked {
    /// Refuse the delivery.
    #[default]
    Refuse,
    /// Post the others and leave the locked as they were.
    Keep,
}

/// A delivery: rows that were read, and how to read them.
pub struct Delivery {
    /// Outcome, budget or forecast.
    pub kind: Kind,
    /// The month or year.
    pub period: Period,
    /// Who delivers.
    pub source: Source,
    /// The rows that could be read.
    pub rows: Vec<DeliveredRow>,
    /// The rows that could not.
    pub unreadable: Vec<RowError>,
    /// All rows, readable or not.
    pub row_count: u32,
    /// What outcomes cover.
    pub basis: Basis,
    /// Unit and sign.
    pub reading: Reading,
    /// Whether a budget counts.
    pub budget_status: BudgetStatus,
    /// The profile of budget rows that name none.
    pub default_profile: Option<String>,
    /// Stated totals.
    pub control_totals: ControlTotals,
    /// The decimal mark of the format.
    pub decimal_mark: DecimalMark,
    /// The bytes as sent.
    pub bytes: Vec<u8>,
    /// Their media type.
    pub content_type: String,
    /// The text encoding that was detected; empty for JSON.
    pub encoding: String,
    /// The declarations outside the bytes, as text: what must be equal for a repeat.
    pub declarations: String,
    /// What to do with unknown codes.
    pub on_unknown_code: OnUnknownCode,
    /// What to do with locked months.
    pub on_locked: OnLocked,
}

impl Delivery {
    /// SHA-256 of declarations and bytes, and of the profiles that would spread a budget: equal for a repeat, different for
    /// anything else.
    pub(super) fn fingerprint(&self, profiles: &HashMap<String, Profile>) -> String {
        let mut weights: Vec<_> = profiles.iter().map(|(code, profile)| (code, profile.weights())).collect();
        weights.sort_unstable();
        let weights = if self.kind == Kind::Budget { format!("{weights:?}") } else { String::new() };
        let mut digest = Sha256::new();
        for part in [self.content_type.as_bytes(), self.declarations.as_bytes(), weights.as_bytes()] {
            digest.update(part.len().to_be_bytes());
            digest.update(part);
        }
        digest.update(&self.bytes);
        hex::encode(digest.finalize())
    }

    /// The profiles that may spread its amounts: the municipality's, and the history that its rows ask for.
    pub(super) async fn profiles(&self, scope: &Scope) -> Result<HashMap<String, Profile>, StoreError> {
        let mut profiles = period_profile::by_code(scope).await?;
        if self.kind == Kind::Budget {
            let asked = self.rows.iter().map(|row| row.profile.as_str()).chain(self.default_profile.as_deref());
            profiles.extend(history_profiles(scope, asked, self.period.year()).await?);
        }
        Ok(profiles)
    }

    pub(crate) fn resource(&self) -> String {
        format!("{}/{}/{}", self.kind.resource(), self.period, self.source)
    }
}

/// What a posting did.
#[derive(Debug, Clone)]
pub struct Receipt {
    /// The revision that stands.
    pub posting: Posting,
    /// Whether the delivery equals the current revision and changed nothing.
    pub unchanged: bool,
    /// Later accumulated postings that were re-derived.
    pub rederived: Vec<String>,
    /// Committees whose locked amounts were left as they were.
    pub kept: Vec<LockedCommittee>,
    /// The deviation cases that it opened, changed or closed.
    pub deviations: Vec<Touched>,
}

/// What became of a delivery.
#[derive(Debug, Clone)]
pub enum Posted {
    /// It is in the ledger.
    Stored(Box<Receipt>),
    /// It is held outside the ledger; the faults say why.
    Held {
        /// The id under which it is held and, once released, posted.
        posting_id: String,
        /// The faults.
        errors: Vec<RowError>,
    },
}

/// Posts a delivery. `expected` is the version that `If-Match` names, if it was given.
pub async fn post(w: &mut Writing, delivery: &Delivery, expected: Option<i64>) -> Result<Posted, StoreError> {
    let resource = delivery.resource();
    if let Some(expected) = expected
        && resource_version(w, &resource).await? != expected
    {
        return Err(Refusal::Stale.into());
    }
    let (period, source) = (delivery.period.to_string(), delivery.source.as_str());
    let current = record::standing(w, delivery.kind, &period, source).await?;
    let profiles = delivery.profiles(w).await?;
    let fingerprint = delivery.fingerprint(&profiles);
    if let Some((current, kept)) = repeated(w, current.as_ref(), &fingerprint).await? {
        check_own(w, current).await?;
        hold::abandon(w, delivery.kind, &period, source).await?;
        let mut receipt = super::read::receipt(w, current.clone()).await?;
        receipt.unchanged = true;
        receipt.kept = kept;
        return Ok(Posted::Stored(Box::new(receipt)));
    }
    let plan = code_plan(w).await?;
    let entries = match checked_entries(delivery, &plan, &profiles) {
        Ok(entries) => entries,
        Err(errors) if may_be_held(w, delivery, &errors) => {
            return hold::hold(w, delivery, &fingerprint, errors).await;
        }
        Err(errors) => return Err(Refusal::Rows(errors).into()),
    };
    check_totals(delivery, &entries, &plan)?;
    hold::abandon(w, delivery.kind, &period, source).await?;
    let revision = Revision { delivery, plan: &plan, current, posting_id: Uuid::now_v7().to_string(), fingerprint };
    Ok(Posted::Stored(Box::new(revision.store(w, entries).await?)))
}

fn checked_entries(
    delivery: &Delivery,
    plan: &CodePlan,
    profiles: &HashMap<String, Profile>,
) -> Result<Vec<Entry>, Vec<RowError>> {
    let rules = RowRules {
        kind: delivery.kind,
        period: delivery.period,
        basis: delivery.basis,
        reading: delivery.reading,
        decimal_mark: delivery.decimal_mark,
        plan,
        profiles,
        default_profile: delivery.default_profile.as_deref(),
    };
    let mut errors = delivery.unreadable.clone();
    errors.extend(delivery.control_totals.row_count_error(delivery.row_count));
    match entries(&delivery.rows, &rules) {
        Ok(entries) if errors.is_empty() => Ok(entries),
        Ok(_) => Err(errors),
        Err(more) => {
            errors.extend(more);
            errors.sort_by_key(|error| error.row);
            Err(errors)
        }
    }
}

/// The entries of a delivery that must stand on its own: every fault refuses it.
pub(super) fn checked(
    delivery: &Delivery,
    plan: &CodePlan,
    profiles: &HashMap<String, Profile>,
) -> Result<Vec<Entry>, StoreError> {
    let entries = checked_entries(delivery, plan, profiles).map_err(Refusal::Rows)?;
    check_totals(delivery, &entries, plan)?;
    Ok(entries)
}

/// Whether a delivery may be held: only codes are at fault, and nobody's rows but the caller's can hide behind them.
fn may_be_held(w: &Writing, delivery: &Delivery, errors: &[RowError]) -> bool {
    let of_codes = |error: &RowError| matches!(error.fault, Fault::UnknownCode | Fault::InvalidCode);
    delivery.on_unknown_code == OnUnknownCode::Quarantine
        && w.actor().reach == Reach::All
        && errors.iter().all(of_codes)
}

fn check_totals(delivery: &Delivery, entries: &[Entry], plan: &CodePlan) -> Result<(), StoreError> {
    let reading = delivery.reading;
    let found = delivery.control_totals.differences(entries, delivery.period, plan, reading)?;
    if found.is_empty() {
        return Ok(());
    }
    let refusals = found.into_iter().map(|found| ControlTotalRefusal {
        error: found.error(reading),
        key: found.key,
        stated: found.stated,
        computed: found.computed,
        difference: found.difference,
    });
    Err(Refusal::ControlTotals(refusals.collect()).into())
}

/// A delivery on its way to become a revision.
pub(super) struct Revision<'a> {
    pub delivery: &'a Delivery,
    pub plan: &'a CodePlan,
    pub current: Option<Posting>,
    pub posting_id: String,
    pub fingerprint: String,
}

impl Revision<'_> {
    pub(super) async fn store(self, w: &mut Writing, delivered: Vec<Entry>) -> Result<Receipt, StoreError> {
        let Self { delivery, plan, current, posting_id, fingerprint } = self;
        let year = delivery.period.year();
        let before = match &current {
            Some(current) => entry::of_posting(w, current.year, current.posting_number).await?,
            None => Vec::new(),
        };
        let (mut entries, from_month) = derived(w, delivery, delivered).await?;
        check_reach(w, delivery.period, plan, &[&before, &entries])?;
        let kept = keep_or_refuse(w, delivery, plan, &before, &mut entries).await?;
        let file_hash = store_file(w, delivery).await?;
        let sums = Sums::of(entries.iter().map(|entry| entry.amount))?;
        let changes = Changes::between(&before, &entries)?;
        let posting = Posting {
            posting_number: w.next_posting_number(),
            posting_id,
            kind: delivery.kind.code().into(),
            period: delivery.period.to_string(),
            year: year.number(),
            month: delivery.period.month().map_or(0, |month| month.number().into()),
            from_month,
            source: delivery.source.to_string(),
            revision: next_revision(w, delivery).await?,
            since: w.version(),
            until: STANDS,
            basis: delivery.basis.code().into(),
            amount_unit: delivery.reading.amount_unit.code().into(),
            sign_convention: delivery.reading.sign_convention.code().into(),
            budget_status: delivery.budget_status.code().into(),
            fingerprint: with_kept(&fingerprint, &kept),
            file_hash,
            encoding: delivery.encoding.clone(),
            row_count: delivery.row_count.into(),
            entry_count: i64::try_from(entries.len()).unwrap_or(i64::MAX),
            debit: sums.debit.ore(),
            credit: sums.credit.ore(),
            net: sums.net.ore(),
            added: changes.added.into(),
            removed: changes.removed.into(),
            changed: changes.changed.into(),
            changed_net: changes.net.ore(),
            cause: "delivery".into(),
            cause_posting_id: String::new(),
            reason: String::new(),
            recorded_at: w.stamp(),
            recorded_by: w.actor().subject.clone(),
        };
        settle(w, posting, current.as_ref(), &before, &entries, plan).await.map(|mut receipt| {
            receipt.kept = kept;
            receipt
        })
    }
}

/// Stores a revision with its entries and rollups, re-derives what follows from it, and evaluates the deviation cases.
pub(super) async fn settle(
    w: &mut Writing,
    posting: Posting,
    current: Option<&Posting>,
    before: &[Entry],
    after: &[Entry],
    plan: &CodePlan,
) -> Result<Receipt, StoreError> {
    write(w, &posting, current, after, plan).await?;
    let rederived = rederive::following(w, &posting, before, after, plan).await?;
    let year = crate::code_plan::stored(utfall_domain::period::Year::new(posting.year.into()), "year")?;
    let cause = Cause::Posting { posting_id: &posting.posting_id };
    let deviations = deviation::evaluate(w, year, &cause, plan).await?;
    let detail = serde_json::json!({
        "postingId": posting.posting_id, "revision": posting.revision, "fileHash": posting.file_hash,
        "entryCount": posting.entry_count, "net": posting.sums().net.to_string(),
    });
    let action = if posting.cause == "withdrawal" { "withdraw" } else { "post" };
    w.record(action, &posting.resource(), &posting.reason, detail);
    Ok(Receipt { posting, unchanged: false, rederived, kept: Vec::new(), deviations })
}

/// Writes a revision: row, entries, rollups; the one before is superseded.
pub(super) async fn write(
    w: &mut Writing,
    posting: &Posting,
    current: Option<&Posting>,
    entries: &[Entry],
    plan: &CodePlan,
) -> Result<(), StoreError> {
    if let Some(current) = current {
        record::supersede(w, current).await?;
    }
    record::insert(w, posting).await?;
    let year = crate::code_plan::stored(utfall_domain::period::Year::new(posting.year.into()), "year")?;
    entry::insert(w, year, posting.posting_number, entries).await?;
    let rollups = rebuild::rolled_up(entries, year, plan)?;
    let header = Header {
        posting_number: posting.posting_number,
        kind: &posting.kind,
        month: posting.month,
        from_month: posting.from_month,
        source: &posting.source,
        budget_status: &posting.budget_status,
    };
    rebuild::write(w, year, &header, &rollups).await
}

/// The entries of the month itself, and the first month that they cover.
async fn derived(w: &Scope, delivery: &Delivery, delivered: Vec<Entry>) -> Result<(Vec<Entry>, i16), StoreError> {
    let Some(month) = delivery.period.month().filter(|_| delivery.kind == Kind::Outcome) else {
        return Ok((delivered, 0));
    };
    if delivery.basis == Basis::Month {
        return Ok((delivered, month.number().into()));
    }
    let year = delivery.period.year().number();
    let postings = record::outcomes_of_year(w, year, delivery.source.as_str()).await?;
    let mut earlier = Vec::new();
    for posting in postings.iter().filter(|posting| posting.month < i16::from(month.number())) {
        earlier.extend(entry::of_posting(w, posting.year, posting.posting_number).await?);
    }
    let from_month = rederive::span_start(&postings, month.number().into());
    Ok((month_of(&delivered, &earlier, month.number())?, from_month))
}

/// What a repeat must equal. What locks kept back makes it another: once they are gone, the same bytes bring something new.
fn with_kept(fingerprint: &str, kept: &[LockedCommittee]) -> String {
    let codes = kept.iter().map(|lock| lock.committee.as_str());
    [fingerprint].into_iter().chain(codes).collect::<Vec<_>>().join("/")
}

/// The standing revision that a delivery repeats, with the committees that locks kept back then and still do.
async fn repeated<'a>(
    w: &Scope,
    current: Option<&'a Posting>,
    fingerprint: &str,
) -> Result<Option<(&'a Posting, Vec<LockedCommittee>)>, StoreError> {
    let Some(current) = current else { return Ok(None) };
    let mut parts = current.fingerprint.split('/');
    if parts.next() != Some(fingerprint) {
        return Ok(None);
    }
    let lock = |code: &str| LockedCommittee { period: current.period.clone(), committee: code.to_owned() };
    let kept: Vec<LockedCommittee> = parts.map(lock).collect();
    let locked = if kept.is_empty() { BTreeSet::new() } else { month_lock::locked(w, &current.period).await? };
    let still = kept.iter().all(|lock| locked.contains(&lock.committee));
    Ok(still.then_some((current, kept)))
}

/// A repeat gives the receipt of what stands only to those who may see all of it.
async fn check_own(w: &Writing, current: &Posting) -> Result<(), StoreError> {
    let committees = record::committees_of(w, current).await?;
    let outside: Vec<String> = committees.into_iter().filter(|code| !w.actor().reach.covers(code)).collect();
    if outside.is_empty() { Ok(()) } else { Err(Refusal::OutsideGrant(outside).into()) }
}

fn check_reach(w: &Writing, period: Period, plan: &CodePlan, lists: &[&[Entry]]) -> Result<(), StoreError> {
    let committees: BTreeSet<&str> = lists.iter().flat_map(|list| committees_of(list, period, plan)).collect();
    let outside = committees.into_iter().filter(|committee| !w.actor().reach.covers(committee));
    let outside: Vec<String> = outside.map(str::to_owned).collect();
    if outside.is_empty() { Ok(()) } else { Err(Refusal::OutsideGrant(outside).into()) }
}

/// Leaves locked committees as they were, or refuses when their amounts would change.
async fn keep_or_refuse(
    w: &Scope,
    delivery: &Delivery,
    plan: &CodePlan,
    before: &[Entry],
    entries: &mut Vec<Entry>,
) -> Result<Vec<LockedCommittee>, StoreError> {
    if delivery.kind != Kind::Outcome {
        return Ok(Vec::new());
    }
    let changing = month_lock::changing(w, delivery.period, plan, before, entries).await?;
    if changing.is_empty() || delivery.on_locked == OnLocked::Refuse {
        return if changing.is_empty() { Ok(changing) } else { Err(Refusal::Locked(changing).into()) };
    }
    let locked: BTreeSet<&str> = changing.iter().map(|locked| locked.committee.as_str()).collect();
    let of_locked = |entry: &Entry| {
        committees_of(std::slice::from_ref(entry), delivery.period, plan).iter().any(|code| locked.contains(code))
    };
    entries.retain(|entry| !of_locked(entry));
    entries.extend(before.iter().filter(|entry| of_locked(entry)).cloned());
    Ok(changing)
}

async fn next_revision(w: &Scope, delivery: &Delivery) -> Result<i64, StoreError> {
    let sql = "SELECT COALESCE(MAX(revision), 0) + 1 AS number FROM posting \
               WHERE municipality = $1 AND kind = $2 AND period = $3 AND source = $4";
    let values = vec![delivery.kind.code().into(), delivery.period.to_string().into(), delivery.source.as_str().into()];
    Ok(w.one::<crate::scope::Number>(sql, values).await?.map_or(1, |row| row.number))
}

/// Keeps the raw file, addressed by its hash.
pub(super) async fn store_file(w: &Writing, delivery: &Delivery) -> Result<String, StoreError> {
    let hash = hex::encode(Sha256::digest(&delivery.bytes));
    let known = "SELECT hash AS text FROM raw_file WHERE municipality = $1 AND hash = $2";
    if w.one::<Text>(known, vec![hash.as_str().into()]).await?.is_none() {
        let sql = "INSERT INTO raw_file (municipality, hash, content_type, bytes) VALUES ($1, $2, $3, $4)";
        let values = vec![hash.as_str().into(), delivery.content_type.as_str().into(), delivery.bytes.clone().into()];
        w.execute(sql, values).await?;
    }
    Ok(hash)
}

/// Withdraws what a posting put into the ledger: an empty revision with a reason.
pub async fn withdraw(w: &mut Writing, posting_id: &str, reason: &str) -> Result<Receipt, StoreError> {
    let current = super::read::posting(w, posting_id).await?.ok_or(Refusal::NotFound)?;
    if !current.stands_at(w.version()) {
        return Err(Refusal::Conflict("a newer revision stands; withdraw that one".into()).into());
    }
    if current.cause == "withdrawal" {
        return Err(Refusal::Conflict("it is withdrawn already".into()).into());
    }
    let period = crate::code_plan::stored(Period::parse(&current.period), "period")?;
    let plan = code_plan(w).await?;
    let before = entry::of_posting(w, current.year, current.posting_number).await?;
    check_reach(w, period, &plan, &[&before])?;
    let locked = month_lock::changing(w, period, &plan, &before, &[]).await?;
    if !locked.is_empty() && current.kind() == Kind::Outcome {
        return Err(Refusal::Locked(locked).into());
    }
    let changes = Changes::between(&before, &[])?;
    let posting = Posting {
        posting_number: w.next_posting_number(),
        posting_id: Uuid::now_v7().to_string(),
        revision: current.revision + 1,
        since: w.version(),
        fingerprint: String::new(),
        file_hash: String::new(),
        row_count: 0,
        entry_count: 0,
        debit: 0,
        credit: 0,
        net: 0,
        added: changes.added.into(),
        removed: changes.removed.into(),
        changed: changes.changed.into(),
        changed_net: changes.net.ore(),
        cause: "withdrawal".into(),
        cause_posting_id: String::new(),
        reason: reason.into(),
        recorded_at: w.stamp(),
        recorded_by: w.actor().subject.clone(),
        ..current.clone()
    };
    settle(w, posting, Some(&current), &before, &[], &plan).await
}
