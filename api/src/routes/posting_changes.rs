//! What a posting changed against the revision before, code string by code string.

use super::entries::{ENTRY_PAGE, period_text};
use super::postings::whole;
use super::receipt::some;
use crate::auth::call::Call;
use crate::auth::perm;
use crate::contract::words;
use crate::problem::Problem;
use crate::reply::{Body, Reply};
use crate::wire::amount::Amount;
use crate::wire::link::Links;
use crate::wire::page::{Page, PageMeta};
use actix_web::get;
use serde::{Deserialize, Serialize};
use utfall_domain::entry::Difference;
use utfall_persistence::error::{Refusal, StoreError};
use utfall_persistence::posting;
use utoipa::{IntoParams, ToSchema};
use utoipa_actix_web::service_config::ServiceConfig;

pub(super) fn configure(config: &mut ServiceConfig) {
    config.service(list_posting_changes);
}

/// En sida ändringar. A page of changes.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(example = json!({"postingId": "0191d0c8-7c3e-7c7a-9d7b-3f1f0c1f2a3b", "amountUnit": "kr",
    "signConvention": "debit-positive", "changes": [],
    "meta": {"totalRecords": 0, "page": 1, "limit": 20, "count": 0}, "_links": {}}))]
struct ChangePage {
    /// Leveransen. The posting.
    #[schema(format = "uuid")]
    posting_id: String,
    /// Beloppens enhet. The unit: kr.
    #[schema(extensions(("x-enum" = json!(words::KR))))]
    amount_unit: &'static str,
    /// Teckenkonvention. The sign convention: debit-positive.
    #[schema(extensions(("x-enum" = json!(words::DEBIT_POSITIVE))))]
    sign_convention: &'static str,
    /// Ändringarna. The code strings whose sums differ from the revision before.
    changes: Vec<DifferenceView>,
    meta: PageMeta,
    #[serde(rename = "_links")]
    links: Links,
}

impl Body for ChangePage {}

/// Read what a posting changed
///
/// Skillnader mot förra revisionen, kodsträng för kodsträng. Differences from the revision before, code string by code string.
#[utoipa::path(tag = "Ledger", params(PageQuery), extensions(("x-right" = json!("read"))),
    responses((status = 200, description = "Ändringar. Changes.", body = ChangePage)))]
#[get("/municipalities/{municipalityCode}/postings/{postingId}/changes")]
async fn list_posting_changes(call: Call<perm::Read>) -> Result<Reply<ChangePage>, Problem> {
    whole(&call)?;
    let query: PageQuery = call.query()?;
    let page = Page::new(query.page, query.limit, ENTRY_PAGE)?;
    let posting_id = call.path("postingId")?;
    let (found, differences) = call
        .read(None, async |scope| {
            let found = posting::posting(scope, &posting_id).await?.ok_or(Refusal::NotFound)?;
            let differences = posting::changes_of(scope, &found).await?;
            Ok((found, differences))
        })
        .await?;
    let total = i64::try_from(differences.len()).unwrap_or_default();
    let year = found.period[..4].to_owned();
    let shown = page.of(&differences).iter().cloned().map(|difference| DifferenceView::new(difference, &year));
    let changes = shown.collect::<Result<Vec<_>, _>>().map_err(|error| Problem::from(StoreError::from(error)))?;
    let links = page.links(total, &call.own_href(), call.request().query_string());
    let meta = page.meta(total, changes.len());
    let version = found.since();
    let view = ChangePage {
        posting_id: found.posting_id,
        amount_unit: "kr",
        sign_convention: "debit-positive",
        changes,
        meta,
        links,
    };
    Ok(Reply::ok(view).version(version))
}

/// Vilken sida. Which page.
#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct PageQuery {
    /// Sida, från 1. The page, from 1.
    #[param(default = 1, minimum = 0)]
    page: Option<i64>,
    /// Antal per sida. How many a page holds.
    #[param(default = 20, minimum = 1, maximum = 10000)]
    limit: Option<i64>,
}

/// En ändring. One code string whose sum differs from the revision before.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(example = json!({"change": "changed", "period": "2018-08", "committee": null, "account": "4551", "unit": "3102",
    "activity": "HVBU", "project": null, "specification": null, "workOrder": null, "object": null, "counterparty": null,
    "before": 65_000_000, "after": 65_251_000, "difference": 251_000}))]
pub(super) struct DifferenceView {
    /// Slag: added, removed eller changed. What happened to the code string.
    #[schema(extensions(("x-enum" = json!(words::DIFFERENCES))))]
    change: &'static str,
    /// Månad eller år. The month, or the year.
    period: String,
    /// Nämnd. The committee.
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
    /// Belopp före. The sum before.
    before: Option<Amount>,
    /// Belopp efter. The sum now.
    after: Option<Amount>,
    /// Skillnad. The sum now less the sum before.
    difference: Amount,
}

impl DifferenceView {
    pub fn new(difference: Difference, year: &str) -> Result<Self, utfall_domain::money::AmountError> {
        let Difference { month, committee, codes, before, after } = difference;
        let [account, unit, activity, project, specification, work_order, object, counterparty] = codes.map(some);
        let change = match (before, after) {
            (None, _) => "added",
            (_, None) => "removed",
            _ => "changed",
        };
        Ok(Self {
            change,
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
            before: before.map(Amount::from),
            after: after.map(Amount::from),
            difference: after.unwrap_or_default().minus(before.unwrap_or_default())?.into(),
        })
    }
}
