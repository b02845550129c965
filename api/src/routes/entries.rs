//! Entries of the ledger: filtered, by page, as JSON and CSV. Amounts are kronor, debit positive.

use super::receipt::some;
use crate::auth::call::Call;
use crate::auth::perm::{self, Permission};
use crate::contract::words;
use crate::problem::Problem;
use crate::reply::{Body, Reply};
use crate::wire::amount::{Amount, serialize_number};
use crate::wire::as_of::AsOf;
use crate::wire::csv::{Cell, Table};
use crate::wire::link::Links;
use crate::wire::page::{Page, PageMeta};
use serde::{Deserialize, Serialize};
use utfall_domain::code_part::CodePart;
use utfall_domain::entry::Entry;
use utfall_domain::permission::Reach;
use utfall_domain::posting::{Kind, format_quantity};
use utfall_persistence::error::{Refusal, StoreError};
use utfall_persistence::posting::{self, EntryFilter, Posting};
use utfall_persistence::scope::Scope;
use utoipa::{IntoParams, ToSchema};

/// Vilka poster. Which entries.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(super) struct EntryQuery {
    /// Konto. Only this account.
    account: Option<String>,
    /// Ansvar. Only this unit.
    unit: Option<String>,
    /// Nämnd. Only what belongs to this committee in its month.
    committee: Option<String>,
    /// Verksamhet. Only this activity.
    activity: Option<String>,
    /// Projekt. Only this project.
    project: Option<String>,
    /// Specifikation. Only this specification.
    specification: Option<String>,
    /// Arbetsorder. Only this work order.
    work_order: Option<String>,
    /// Objekt. Only this object.
    object: Option<String>,
    /// Motpart. Only this counterparty.
    counterparty: Option<String>,
    /// Som registrerat då: en tidpunkt, eller slutet av ett datum. As recorded then: at a moment, or at the end of a date (2018-12-31).
    #[param(value_type = Option<String>)]
    as_of: Option<AsOf>,
    /// Sida, från 1. The page, from 1.
    #[param(default = 1, minimum = 0)]
    page: Option<i64>,
    /// Antal per sida. How many a page holds.
    #[param(default = 20, minimum = 1, maximum = 10000)]
    limit: Option<i64>,
}

pub(super) const ENTRY_PAGE: i64 = 10_000;

impl EntryQuery {
    fn filter<P: Permission + 'static>(&self, call: &Call<P>) -> Result<EntryFilter, Problem> {
        let Self { account, unit, activity, project, specification, work_order, object, counterparty, .. } = self;
        let codes = [account, unit, activity, project, specification, work_order, object, counterparty];
        let committees = call.committees(self.committee.as_deref())?;
        Ok(EntryFilter { codes: codes.map(|code| code.clone().unwrap_or_default()), committees })
    }
}

/// The entries that stand of the kind, period and source of a call's path.
pub(super) async fn current_entries(
    call: &Call<perm::Read>,
    kind: Kind,
    period: &str,
) -> Result<Reply<EntriesView>, Problem> {
    let query: EntryQuery = call.query()?;
    let source = call.path("source")?;
    entries(call, &query, async |scope| posting::current(scope, kind, period, &source).await).await
}

pub(super) async fn entries(
    call: &Call<perm::Read>,
    query: &EntryQuery,
    find: impl AsyncFn(&Scope) -> Result<Option<Posting>, StoreError>,
) -> Result<Reply<EntriesView>, Problem> {
    let page = Page::new(query.page, query.limit, ENTRY_PAGE)?;
    let filter = query.filter(call)?;
    let (posting, found, version) = call
        .read(query.as_of, async |scope| {
            let posting = find(scope).await?.ok_or(Refusal::NotFound)?;
            if !posting::committees_of(scope, &posting).await?.iter().any(|code| call.actor().reach.covers(code))
                && call.actor().reach != Reach::All
            {
                return Err(Refusal::NotFound.into());
            }
            let found = posting::entries_of(scope, &posting, &filter, page.window()).await?;
            // Which entries are a committee's depends on the code plan, which changes on its own.
            let version = if filter.committees.is_empty() { posting.since() } else { scope.version() };
            Ok((posting, found, version))
        })
        .await?;
    let year = posting.period[..4].to_owned();
    let entries: Vec<EntryView> = found.entries.into_iter().map(|entry| EntryView::new(entry, &year)).collect();
    let links = page.links(found.total, &call.own_href(), call.request().query_string());
    let meta = page.meta(found.total, entries.len());
    let view = EntriesView {
        posting_id: posting.posting_id,
        amount_unit: "kr",
        sign_convention: "debit-positive",
        entries,
        meta,
        links,
    };
    Ok(Reply::ok(view).version(version))
}

const _: () = assert!(CodePart::COUNT == 8, "EntryQuery names every code part");

/// En post. One entry of the ledger.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(example = json!({"row": 3, "period": "2018-08", "committee": null, "account": "4551", "unit": "3102",
    "activity": "HVBU", "project": null, "specification": null, "workOrder": null, "object": null, "counterparty": null,
    "amount": 65_251_000, "quantity": null, "text": null}))]
pub(super) struct EntryView {
    /// Leveransens rad; saknas när en omräkning gjorde posten. The delivery's row; absent when a re-derivation made the entry.
    row: Option<u32>,
    /// Månad, eller året för belopp som inte är fördelade. The month, or the year for amounts that are spread on no month.
    period: String,
    /// Nämnd, när ansvaret inte säger det. The committee, when no unit says it.
    committee: Option<String>,
    /// Konto. The account.
    account: Option<String>,
    /// Ansvar. The unit.
    unit: Option<String>,
    /// Verksamhet. The activity.
    activity: Option<String>,
    /// Projekt. The project.
    project: Option<String>,
    /// Specifikation. The specification.
    specification: Option<String>,
    /// Arbetsorder. The work order.
    work_order: Option<String>,
    /// Objekt. The object.
    object: Option<String>,
    /// Motpart. The counterparty.
    counterparty: Option<String>,
    /// Belopp i kronor, debet positivt. The amount in kronor, debit positive.
    amount: Amount,
    /// Kvantitet. A count with up to six decimals.
    #[schema(value_type = Option<f64>)]
    quantity: Option<Quantity>,
    /// Text. The row's text.
    text: Option<String>,
}

/// An exact count, written digit by digit.
pub(super) struct Quantity(String);

impl Serialize for Quantity {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serialize_number(&self.0, serializer)
    }
}

impl EntryView {
    pub fn new(entry: Entry, year: &str) -> Self {
        let Entry { row, month, committee, codes, amount, quantity, text } = entry;
        let [account, unit, activity, project, specification, work_order, object, counterparty] = codes.map(some);
        Self {
            row: Some(row).filter(|&row| row > 0),
            period: period_text(year, month),
            committee: some(committee),
            account,
            unit,
            activity,
            project,
            specification,
            work_order,
            object,
            counterparty,
            amount: amount.into(),
            quantity: quantity.map(|quantity| Quantity(format_quantity(quantity))),
            text: some(text),
        }
    }

    fn cells(&self) -> Vec<Cell> {
        let text = |text: &Option<String>| text.as_deref().map_or(Cell::Empty, Cell::text);
        vec![
            Cell::maybe(self.row),
            Cell::text(&self.period),
            text(&self.committee),
            text(&self.account),
            text(&self.unit),
            text(&self.activity),
            text(&self.project),
            text(&self.specification),
            text(&self.work_order),
            text(&self.object),
            text(&self.counterparty),
            Cell::number(&self.amount),
            Cell::maybe(self.quantity.as_ref().map(|quantity| &quantity.0)),
            text(&self.text),
        ]
    }
}

pub(super) fn period_text(year: &str, month: u8) -> String {
    if month == 0 { year.to_owned() } else { format!("{year}-{month:02}") }
}

/// En sida poster. A page of entries, in kr and debit positive.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(example = json!({"postingId": "0191d0c8-7c3e-7c7a-9d7b-3f1f0c1f2a3b", "amountUnit": "kr",
    "signConvention": "debit-positive", "entries": [{"row": 3, "period": "2018-08", "committee": null, "account": "4551",
    "unit": "3102", "activity": "HVBU", "project": null, "specification": null, "workOrder": null, "object": null,
    "counterparty": null, "amount": 65_251_000, "quantity": null, "text": null}],
    "meta": {"totalRecords": 1, "page": 1, "limit": 20, "count": 1}, "_links": {}}))]
pub(super) struct EntriesView {
    /// Leveransen som gäller. The posting that they belong to.
    #[schema(format = "uuid")]
    pub posting_id: String,
    /// Beloppens enhet. The unit: kr.
    #[schema(extensions(("x-enum" = json!(words::KR))))]
    pub amount_unit: &'static str,
    /// Teckenkonvention. The sign convention: debit-positive.
    #[schema(extensions(("x-enum" = json!(words::DEBIT_POSITIVE))))]
    pub sign_convention: &'static str,
    /// Posterna. The entries, in the order of the delivery.
    pub entries: Vec<EntryView>,
    pub meta: PageMeta,
    #[serde(rename = "_links")]
    pub links: Links,
}

impl Body for EntriesView {
    const IS_TABLE: bool = true;

    fn table(&self) -> Option<Table> {
        let mut headers = vec!["row", "period", "committee"];
        headers.extend(CodePart::ALL.map(CodePart::field));
        headers.extend(["amount", "quantity", "text"]);
        Some(Table::new(headers, self.entries.iter().map(EntryView::cells).collect()))
    }
}
