//! The receipt of a posting, and what postings, entries and changes look like on the wire. Amounts are kronor, debit positive.

use crate::auth::call::Call;
use crate::auth::perm::Permission;
use crate::contract::words;
use crate::problem::{FaultView, LockedView};
use crate::reply::Body;
use crate::wire::amount::{Amount, Percent};
use crate::wire::link::{Link, Links};
use serde::Serialize;
use utfall_domain::deviation::Required;
use utfall_domain::entry::{Changes, Sums};
use utfall_domain::permission::Right;
use utfall_domain::posting::Kind;
use utfall_domain::row_error::RowError;
use utfall_persistence::deviation::Touched;
use utfall_persistence::error::LockedCommittee;
use utfall_persistence::posting::{Posting, Receipt};
use utoipa::ToSchema;

/// Summor. Debit, credit and net of the stored entries.
#[derive(Serialize, ToSchema)]
#[schema(example = json!({"debit": 320_864_000, "credit": 0, "net": 320_864_000}))]
pub(super) struct SumsView {
    /// Debet. The sum of the positive amounts.
    debit: Amount,
    /// Kredit. The sum of the negative amounts, without sign.
    credit: Amount,
    /// Netto. Debit less credit.
    net: Amount,
}

impl From<Sums> for SumsView {
    fn from(sums: Sums) -> Self {
        Self { debit: sums.debit.into(), credit: sums.credit.into(), net: sums.net.into() }
    }
}

/// Ändringar mot förra revisionen. What changed against the revision before, counted in code strings.
#[derive(Serialize, ToSchema)]
#[schema(example = json!({"added": 9, "removed": 0, "changed": 0, "net": 320_864_000}))]
pub(super) struct ChangesView {
    /// Nya kodsträngar. Code strings that are new.
    added: u32,
    /// Försvunna kodsträngar. Code strings that are gone.
    removed: u32,
    /// Ändrade kodsträngar. Code strings with another sum.
    changed: u32,
    /// Nettots ändring. By how much the net rose.
    net: Amount,
}

impl From<Changes> for ChangesView {
    fn from(changes: Changes) -> Self {
        let Changes { added, removed, changed, net } = changes;
        Self { added, removed, changed, net: net.into() }
    }
}

/// En avvikelse som leveransen berörde. A deviation case that the posting opened, changed, closed or reopened.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(example = json!({"deviationId": "0191d0c8-7c3e-7c7a-9d7b-3f1f0c1f2a3b", "committee": "SN", "basis": "year-to-date",
    "level": "activity", "code": "HVBU", "amount": -10_968_000, "percent": -20.21, "event": "opened", "required": "action-plan"}))]
pub(super) struct TouchedView {
    /// Avvikelsens id. The case.
    #[schema(format = "uuid")]
    deviation_id: String,
    /// Nämnden. Its committee.
    committee: String,
    /// Grund: year-to-date eller forecast. What is compared.
    #[schema(extensions(("x-enum" = json!(words::DEVIATION_BASES))))]
    basis: String,
    /// Nivå: committee, activity eller unit. The level.
    #[schema(extensions(("x-enum" = json!(words::LEVELS))))]
    level: String,
    /// Koden på nivån. The code at that level.
    code: String,
    /// Avvikelsen i kronor; positiv är gynnsam. The deviation in kronor: positive is favourable.
    amount: Amount,
    /// Andel av budgeten. The share of the budget, in percent.
    percent: Option<Percent>,
    /// Händelse: opened, changed, closed eller reopened. What happened to the case.
    #[schema(extensions(("x-enum" = json!(words::EVENTS))))]
    event: String,
    /// Vad som krävs: action-plan eller explanation. What is required while it is open.
    #[schema(extensions(("x-enum" = json!(words::REQUIREMENTS))))]
    required: Option<&'static str>,
}

impl From<Touched> for TouchedView {
    fn from(touched: Touched) -> Self {
        let (amount, percent) = (touched.amount().into(), touched.percent().map(Percent::from_hundredths));
        let required = touched.required().map(Required::code);
        let Touched { deviation_id, committee, basis, level, code, event, .. } = touched;
        Self { deviation_id, committee, basis, level, code, amount, percent, event, required }
    }
}

/// En leverans. One revision of a posting.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(example = json!({"postingId": "0191d0c8-7c3e-7c7a-9d7b-3f1f0c1f2a3b", "kind": "outcome", "period": "2018-08",
    "source": "ledger", "revision": 1, "standing": true, "basis": "accumulated", "fromMonth": "2018-01", "status": null,
    "deliveredUnit": "tkr", "deliveredSign": "debit-positive", "encoding": "utf-8", "rowCount": 9, "entryCount": 9,
    "amountUnit": "kr", "signConvention": "debit-positive",
    "sums": {"debit": 320_864_000, "credit": 0, "net": 320_864_000},
    "changes": {"added": 9, "removed": 0, "changed": 0, "net": 320_864_000}, "cause": "delivery", "causePostingId": null,
    "reason": null, "fileHash": "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
    "recordedAt": "2018-09-05T06:00:00Z", "recordedBy": "raindance", "_links": {}}))]
pub(super) struct PostingView {
    /// Leveransens id. The posting's id.
    #[schema(format = "uuid")]
    pub posting_id: String,
    /// Slag: outcome, budget eller forecast. What it holds.
    #[schema(extensions(("x-enum" = json!(words::KINDS))))]
    pub kind: &'static str,
    /// Månad eller år. A month, or a year.
    pub period: String,
    /// Källa. Who delivers.
    pub source: String,
    /// Revision. The revision, from 1.
    pub revision: i64,
    /// Gäller. Whether it stands, or a later revision does.
    pub standing: bool,
    /// Utfall: month eller accumulated. What an outcome's delivery covers.
    #[schema(extensions(("x-enum" = json!(words::BASES))))]
    pub basis: Option<String>,
    /// Första månad som posterna täcker. The first month that an outcome's entries cover.
    pub from_month: Option<String>,
    /// Budget: adopted eller proposal. Whether a budget counts.
    #[schema(extensions(("x-enum" = json!(words::BUDGET_STATUSES))))]
    pub status: Option<String>,
    /// Leveransens enhet. The unit of the delivery.
    #[schema(extensions(("x-enum" = json!(words::UNITS))))]
    pub delivered_unit: String,
    /// Leveransens tecken. The sign convention of the delivery.
    #[schema(extensions(("x-enum" = json!(words::SIGNS))))]
    pub delivered_sign: String,
    /// Teckenkodning som upptäcktes. The text encoding that was detected.
    pub encoding: Option<String>,
    /// Lästa rader. Rows read.
    pub row_count: i64,
    /// Lagrade poster. Entries stored.
    pub entry_count: i64,
    /// Beloppens enhet här. The unit of the amounts here: kr.
    #[schema(extensions(("x-enum" = json!(words::KR))))]
    pub amount_unit: &'static str,
    /// Teckenkonvention här. The sign convention here: debit-positive.
    #[schema(extensions(("x-enum" = json!(words::DEBIT_POSITIVE))))]
    pub sign_convention: &'static str,
    pub sums: SumsView,
    pub changes: ChangesView,
    /// Orsak: delivery, withdrawal eller re-derivation. What made the revision.
    #[schema(extensions(("x-enum" = json!(words::POSTING_CAUSES))))]
    pub cause: String,
    /// Leveransen som orsakade omräkningen. The posting that caused a re-derivation.
    #[schema(format = "uuid")]
    pub cause_posting_id: Option<String>,
    /// Skäl till återtagandet. Why it was withdrawn.
    pub reason: Option<String>,
    /// SHA-256 av filen. The hash of the raw file.
    pub file_hash: Option<String>,
    /// När den registrerades. When it was recorded.
    #[schema(format = "date-time", example = "2018-09-05T06:00:00Z")]
    pub recorded_at: String,
    /// Vem som levererade. Who delivered it.
    pub recorded_by: String,
    #[serde(rename = "_links")]
    pub links: Links,
}

impl Body for PostingView {}

/// Kvittot. The receipt: the posting and what it did.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(example = json!({"postingId": "0191d0c8-7c3e-7c7a-9d7b-3f1f0c1f2a3b", "kind": "outcome", "period": "2018-08",
    "source": "ledger", "revision": 1, "standing": true, "basis": "accumulated", "fromMonth": "2018-01", "status": null,
    "deliveredUnit": "tkr", "deliveredSign": "debit-positive", "encoding": "utf-8", "rowCount": 9, "entryCount": 9,
    "amountUnit": "kr", "signConvention": "debit-positive",
    "sums": {"debit": 320_864_000, "credit": 0, "net": 320_864_000},
    "changes": {"added": 9, "removed": 0, "changed": 0, "net": 320_864_000}, "cause": "delivery", "causePostingId": null,
    "reason": null, "fileHash": "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
    "recordedAt": "2018-09-05T06:00:00Z", "recordedBy": "raindance", "unchanged": false,
    "deviations": [{"deviationId": "0191d0c8-7c3e-7c7a-9d7b-3f1f0c1f2a3b", "committee": "SN", "basis": "year-to-date",
        "level": "activity", "code": "HVBU", "amount": -10_968_000, "percent": -20.21, "event": "opened",
        "required": "action-plan"}],
    "rederivedPostings": [], "keptLocks": [], "notes": [], "_links": {}}))]
pub(super) struct ReceiptView {
    /// Lika med gällande revision: inget ändrades. Equal to the current revision: nothing has changed.
    unchanged: bool,
    /// Avvikelser som leveransen berörde. The deviation cases that it opened, changed or closed.
    deviations: Vec<TouchedView>,
    /// Senare ackumulerade leveranser som räknades om. Later accumulated postings that were re-derived.
    rederived_postings: Vec<String>,
    /// Låsta nämnder som lämnades orörda. Locked committees that were left as they were.
    kept_locks: Vec<LockedView>,
    /// Anmärkningar om filen. What the sender should know though nothing is wrong.
    notes: Vec<String>,
    #[serde(flatten)]
    posting: PostingView,
}

impl Body for ReceiptView {}

impl ReceiptView {
    /// The receipt of a revision that may have been superseded since.
    pub fn standing(mut self, standing: bool) -> Self {
        self.posting.standing = standing;
        self.posting.links.withdraw = self.posting.links.withdraw.filter(|_| standing);
        self
    }
}

/// En leverans i karantän. A delivery that is held outside the ledger until its codes are there.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(example = json!({"postingId": "0191d0c8-7c3e-7c7a-9d7b-3f1f0c1f2a3b", "state": "held",
    "errors": [{"row": 3, "line": 4, "field": "account", "value": "9999", "fault": "unknown-code",
                "reason": "is not in the municipality's accounts"}], "_links": {}}))]
pub(super) struct HeldReceiptView {
    /// Leveransens id, som den behåller. The id, kept when it is released.
    #[schema(format = "uuid")]
    posting_id: String,
    /// Läge: held. The state.
    #[schema(extensions(("x-enum" = json!(words::HELD))))]
    state: &'static str,
    /// Felen som håller den. The faults that hold it.
    errors: Vec<FaultView>,
    #[serde(rename = "_links")]
    links: Links,
}

/// Kvitto eller karantän. What became of a delivery.
#[derive(Serialize, ToSchema)]
#[serde(untagged)]
pub(super) enum PostedView {
    Stored(Box<ReceiptView>),
    Held(Box<HeldReceiptView>),
}

impl Body for PostedView {}

pub(super) fn some(text: String) -> Option<String> {
    Some(text).filter(|text| !text.is_empty())
}

/// A posting as it is shown.
pub(super) fn posting_view<P: Permission + 'static>(call: &Call<P>, posting: &Posting, standing: bool) -> PostingView {
    let own = format!("postings/{}", posting.posting_id);
    let href = |path: &str| call.municipality_href(path);
    let kind = posting.kind();
    let of_kind = |kind_of: Kind, value: Option<String>| value.filter(|_| kind == kind_of);
    let from_month = posting.from_month().map(|month| format!("{}-{month:02}", &posting.period[..4]));
    let right = if kind == Kind::Outcome { Right::Outcomes } else { Right::Budgets };
    let may_withdraw = standing && posting.cause != "withdrawal" && call.actor().role.may(right);
    let links = Links {
        own: Some(Link::get("self", href(&own))),
        up: Some(Link::get("up", href(&posting.resource()))),
        item: Some(Link::get("item", href(&format!("{own}/entries")))),
        changes: Some(Link::get("changes", href(&format!("{own}/changes")))),
        withdraw: may_withdraw.then(|| Link::act("withdraw", "POST", href(&format!("{own}/withdrawals")))),
        via: (!posting.file_hash.is_empty()).then(|| Link::get("via", href(&format!("{own}/file")))),
        ..Links::default()
    };
    PostingView {
        posting_id: posting.posting_id.clone(),
        kind: kind.code(),
        period: posting.period.clone(),
        source: posting.source.clone(),
        revision: posting.revision,
        standing,
        basis: of_kind(Kind::Outcome, Some(posting.basis.clone())),
        from_month: of_kind(Kind::Outcome, from_month),
        status: of_kind(Kind::Budget, Some(posting.budget_status.clone())),
        delivered_unit: posting.amount_unit.clone(),
        delivered_sign: posting.sign_convention.clone(),
        encoding: some(posting.encoding.clone()),
        row_count: posting.row_count,
        entry_count: posting.entry_count,
        amount_unit: "kr",
        sign_convention: "debit-positive",
        sums: posting.sums().into(),
        changes: posting.changes().into(),
        cause: posting.cause.clone(),
        cause_posting_id: some(posting.cause_posting_id.clone()),
        reason: some(posting.reason.clone()),
        file_hash: some(posting.file_hash.clone()),
        recorded_at: posting.recorded_at().to_rfc3339_opts(chrono::SecondsFormat::Micros, true),
        recorded_by: posting.recorded_by.clone(),
        links,
    }
}

/// A receipt as it is shown: of the deviation cases and the locks, those that the caller reaches.
pub(super) fn receipt_view<P: Permission + 'static>(
    call: &Call<P>,
    receipt: Receipt,
    notes: Vec<String>,
) -> ReceiptView {
    let Receipt { posting, unchanged, rederived, kept, deviations } = receipt;
    let reach = &call.actor().reach;
    let seen = deviations.into_iter().filter(|touched| reach.covers(&touched.committee));
    let locks = kept.into_iter().filter(|lock| reach.covers(&lock.committee));
    ReceiptView {
        unchanged,
        deviations: seen.map(TouchedView::from).collect(),
        rederived_postings: rederived,
        kept_locks: locks.map(|LockedCommittee { period, committee }| LockedView { period, committee }).collect(),
        notes,
        posting: posting_view(call, &posting, true),
    }
}

/// A held delivery as its sender is told.
pub(super) fn held_view(posting_id: String, errors: Vec<RowError>, location: &str) -> HeldReceiptView {
    let links = Links { own: Some(Link::get("self", location.to_owned())), ..Links::default() };
    HeldReceiptView { posting_id, state: "held", errors: errors.into_iter().map(FaultView::from).collect(), links }
}
