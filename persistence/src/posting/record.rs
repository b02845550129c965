//! A posting as a row of its table.

use crate::clock::moment;
use crate::error::StoreError;
use crate::scope::{STANDS, Scope, Text};
use crate::store::Writing;
use chrono::{DateTime, Utc};
use sea_orm::FromQueryResult;
use utfall_domain::entry::{Changes, Sums};
use utfall_domain::money::Money;
use utfall_domain::posting::Kind;

/// One revision of a posting.
#[derive(Debug, Clone, FromQueryResult)]
pub struct Posting {
    pub(crate) posting_number: i64,
    /// Its id.
    pub posting_id: String,
    pub(crate) kind: String,
    /// `2018-08`, or `2018` for a budget.
    pub period: String,
    pub(crate) year: i16,
    pub(crate) month: i16,
    pub(crate) from_month: i16,
    /// Who delivered it: `ledger`.
    pub source: String,
    /// 1 for the first of its kind, period and source.
    pub revision: i64,
    pub(crate) since: i64,
    pub(crate) until: i64,
    /// `month` or `accumulated`.
    pub basis: String,
    /// The unit that the delivery declared.
    pub amount_unit: String,
    /// The sign convention that the delivery declared.
    pub sign_convention: String,
    /// `adopted` or `proposal`.
    pub budget_status: String,
    pub(crate) fingerprint: String,
    /// SHA-256 of the raw file; empty when there is none.
    pub file_hash: String,
    /// The text encoding that was detected; empty for JSON.
    pub encoding: String,
    /// Rows read.
    pub row_count: i64,
    /// Entries stored.
    pub entry_count: i64,
    pub(crate) debit: i64,
    pub(crate) credit: i64,
    pub(crate) net: i64,
    pub(crate) added: i64,
    pub(crate) removed: i64,
    pub(crate) changed: i64,
    pub(crate) changed_net: i64,
    /// `delivery`, `withdrawal` or `re-derivation`.
    pub cause: String,
    /// The posting that caused a re-derivation; empty else.
    pub cause_posting_id: String,
    /// Why it was withdrawn.
    pub reason: String,
    pub(crate) recorded_at: i64,
    /// The subject that delivered it.
    pub recorded_by: String,
}

impl Posting {
    /// What it holds.
    pub fn kind(&self) -> Kind {
        Kind::from_code(&self.kind).unwrap_or(Kind::Outcome)
    }

    /// The first month of the span that its entries cover: its own month, or an earlier one of an accumulated delivery.
    pub fn from_month(&self) -> Option<u8> {
        u8::try_from(self.from_month).ok().filter(|&month| month > 0)
    }

    /// The sums of its entries.
    pub const fn sums(&self) -> Sums {
        Sums { debit: Money::stored(self.debit), credit: Money::stored(self.credit), net: Money::stored(self.net) }
    }

    /// What it changed against the revision before.
    pub fn changes(&self) -> Changes {
        let count = |number: i64| u32::try_from(number).unwrap_or(u32::MAX);
        Changes {
            added: count(self.added),
            removed: count(self.removed),
            changed: count(self.changed),
            net: Money::stored(self.changed_net),
        }
    }

    /// Its year, and its month: 1 to 13, or 0 for a budget.
    pub const fn when(&self) -> (i16, i16) {
        (self.year, self.month)
    }

    /// The `dataVersion` that brought it.
    pub const fn since(&self) -> i64 {
        self.since
    }

    /// When it was recorded.
    pub fn recorded_at(&self) -> DateTime<Utc> {
        moment(self.recorded_at)
    }

    /// Whether it stood at a version.
    pub const fn stands_at(&self, version: i64) -> bool {
        self.since <= version && version < self.until
    }

    /// The path of what it is a revision of: `outcomes/2018-08/ledger`.
    pub fn resource(&self) -> String {
        format!("{}/{}/{}", self.kind().resource(), self.period, self.source)
    }
}

/// The standing posting of a kind, period and source.
pub(crate) async fn standing(
    scope: &Scope,
    kind: Kind,
    period: &str,
    source: &str,
) -> Result<Option<Posting>, StoreError> {
    let sql = "SELECT * FROM posting WHERE municipality = $1 AND kind = $2 AND period = $3 AND source = $4 \
               AND since <= $5 AND until > $5";
    scope.one(sql, vec![kind.code().into(), period.into(), source.into(), scope.version().into()]).await
}

/// The standing outcomes of a source in a year, by month.
pub(crate) async fn outcomes_of_year(scope: &Scope, year: i16, source: &str) -> Result<Vec<Posting>, StoreError> {
    let sql = "SELECT * FROM posting WHERE municipality = $1 AND kind = 'outcome' AND year = $2 AND source = $3 \
               AND since <= $4 AND until > $4 ORDER BY month";
    scope.all(sql, vec![year.into(), source.into(), scope.version().into()]).await
}

/// Ends a posting: another revision takes its place.
pub(crate) async fn supersede(w: &Writing, posting: &Posting) -> Result<(), StoreError> {
    let sql = "UPDATE posting SET until = $2 WHERE municipality = $1 AND posting_number = $3 AND until = $4";
    w.execute(sql, vec![w.version().into(), posting.posting_number.into(), STANDS.into()]).await?;
    crate::rebuild::close_posting(w, posting.year, posting.posting_number).await
}

/// Writes a posting's row.
pub(crate) async fn insert(w: &Writing, posting: &Posting) -> Result<(), StoreError> {
    let Posting {
        posting_number,
        posting_id,
        kind,
        period,
        year,
        month,
        from_month,
        source,
        revision,
        since,
        until,
        basis,
        amount_unit,
        sign_convention,
        budget_status,
        fingerprint,
        file_hash,
        encoding,
        row_count,
        entry_count,
        debit,
        credit,
        net,
        added,
        removed,
        changed,
        changed_net,
        cause,
        cause_posting_id,
        reason,
        recorded_at,
        recorded_by,
    } = posting.clone();
    let sql = "INSERT INTO posting (municipality, posting_number, posting_id, kind, period, year, month, from_month, source, \
               revision, since, until, basis, amount_unit, sign_convention, budget_status, fingerprint, file_hash, encoding, \
               row_count, entry_count, debit, credit, net, added, removed, changed, changed_net, cause, cause_posting_id, \
               reason, recorded_at, recorded_by) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, \
               $16, $17, $18, $19, $20, $21, $22, $23, $24, $25, $26, $27, $28, $29, $30, $31, $32, $33)";
    let values = vec![
        posting_number.into(),
        posting_id.into(),
        kind.into(),
        period.into(),
        year.into(),
        month.into(),
        from_month.into(),
        source.into(),
        revision.into(),
        since.into(),
        until.into(),
        basis.into(),
        amount_unit.into(),
        sign_convention.into(),
        budget_status.into(),
        fingerprint.into(),
        file_hash.into(),
        encoding.into(),
        row_count.into(),
        entry_count.into(),
        debit.into(),
        credit.into(),
        net.into(),
        added.into(),
        removed.into(),
        changed.into(),
        changed_net.into(),
        cause.into(),
        cause_posting_id.into(),
        reason.into(),
        recorded_at.into(),
        recorded_by.into(),
    ];
    w.execute(sql, values).await?;
    Ok(())
}

/// The committees whose amounts a posting holds, by the code plan that its last rollups were made on.
pub async fn committees_of(scope: &Scope, posting: &Posting) -> Result<Vec<String>, StoreError> {
    let sql = "SELECT committees AS text FROM rollup_generation WHERE municipality = $1 AND year = $2 AND posting_number = $3 \
               AND since <= $4 ORDER BY generation DESC LIMIT 1";
    let values = vec![posting.year.into(), posting.posting_number.into(), scope.version().into()];
    let row = scope.one::<Text>(sql, values).await?;
    row.map_or_else(
        || Ok(Vec::new()),
        |row| crate::code_plan::stored(serde_json::from_str(&row.text), "committee list"),
    )
}
