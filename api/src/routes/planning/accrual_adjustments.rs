//! Accrual adjustments (periodiseringsjusteringar): what is booked in a year and belongs to another.

use super::of_path;
use crate::auth::call::Call;
use crate::auth::perm::{self, Permission};
use crate::contract::words;
use crate::problem::Problem;
use crate::reply::{Body, Reply};
use crate::routes::steering::{DocumentQuery, ReasonQuery, precondition};
use crate::wire::amount::Amount;
use crate::wire::as_of::AsOfQuery;
use crate::wire::fields::Fields;
use crate::wire::link::{Link, Links};
use crate::wire::page::PageMeta;
use actix_web::{get, put};
use serde::{Deserialize, Serialize};
use utfall_domain::accrual::{AccrualAdjustments, Adjustment};
use utfall_domain::period::Year;
use utfall_domain::text::{Code, Key, Name};
use utfall_persistence::accrual;
use utfall_persistence::error::Refusal;
use utoipa::ToSchema;
use utoipa_actix_web::service_config::ServiceConfig;

pub(super) fn configure(config: &mut ServiceConfig) {
    config.service(list_accrual_adjustments).service(get_accrual_adjustments).service(put_accrual_adjustments);
}

/// Ett belopp som hör till ett annat år. An amount that is booked in one year and belongs to another.
#[derive(Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[schema(example = json!({"key": "placeringar-2017", "label": "Placeringar i december 2017", "amount": 6_441_000, "belongsTo": 2017,
    "account": "4551", "unit": "3102", "activity": "HVBU", "reason": "Fakturorna bokfördes i januari; året har tretton månader."}))]
struct AdjustmentView {
    /// Nyckel. Its key.
    #[schema(min_length = 1, max_length = 100)]
    key: String,
    /// Vad det är. What it is.
    #[schema(min_length = 1, max_length = 200)]
    label: String,
    /// Kronor av det bokförda, debet-positivt. In kronor of what is booked, debit positive.
    amount: Amount,
    /// Året som det hör till. The year that it belongs to.
    #[schema(minimum = 1990, maximum = 2100)]
    belongs_to: i32,
    /// Konto. The account that it is booked on.
    #[schema(max_length = 40)]
    account: Option<String>,
    /// Ansvar. The unit that it is booked on.
    #[schema(max_length = 40)]
    unit: Option<String>,
    /// Verksamhet. The activity that it is booked on.
    #[schema(max_length = 40)]
    activity: Option<String>,
    /// Skälet. Why it belongs to the other year.
    #[schema(min_length = 1, max_length = 2000)]
    reason: String,
}

impl AdjustmentView {
    fn read(&self, at: usize, fields: &mut Fields) -> Option<Adjustment> {
        let at = |field: &str| format!("adjustments/{at}/{field}");
        let key = fields.parsed(at("key"), &self.key, Key::parse);
        let label = fields.parsed(at("label"), &self.label, Name::parse);
        let belongs_to = fields.parsed(at("belongsTo"), &self.belongs_to.to_string(), Year::parse);
        let account = fields.optional(at("account"), self.account.as_deref(), Code::parse);
        let unit = fields.optional(at("unit"), self.unit.as_deref(), Code::parse);
        let activity = fields.optional(at("activity"), self.activity.as_deref(), Code::parse);
        let reason = fields.needed(at("reason"), &self.reason, 2000);
        let amount = self.amount.kronor().ok()?;
        Some(Adjustment { key: key?, label: label?, amount, belongs_to: belongs_to?, account, unit, activity, reason })
    }
}

impl From<Adjustment> for AdjustmentView {
    fn from(one: Adjustment) -> Self {
        let Adjustment { key, label, amount, belongs_to, account, unit, activity, reason } = one;
        Self {
            key: key.to_string(),
            label: label.to_string(),
            amount: amount.into(),
            belongs_to: belongs_to.number().into(),
            account: account.map(|code| code.to_string()),
            unit: unit.map(|code| code.to_string()),
            activity: activity.map(|code| code.to_string()),
            reason,
        }
    }
}

/// Justeringar att sätta. Adjustments to set.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"adjustments": [{"key": "placeringar-2017", "label": "Placeringar i december 2017", "amount": 6_441_000,
    "belongsTo": 2017, "activity": "HVBU", "reason": "Fakturorna bokfördes i januari."}]}))]
struct AccrualAdjustmentsInput {
    /// Justeringarna. The adjustments.
    adjustments: Vec<AdjustmentView>,
}

/// En nämnds justeringar av ett år. A committee's adjustments of what is booked in a year.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(example = json!({"committee": "SN", "year": 2018, "amountUnit": "kr", "signConvention": "debit-positive", "adjustments": [], "_links": {}}))]
struct AccrualAdjustmentsView {
    /// Nämnden. The committee.
    committee: String,
    /// Året då beloppen är bokförda. The year that the amounts are booked in.
    year: i16,
    /// Beloppens enhet. The unit of the amounts: kr.
    #[schema(extensions(("x-enum" = json!(words::KR))))]
    amount_unit: &'static str,
    /// Teckenkonvention. The sign convention: debit-positive.
    #[schema(extensions(("x-enum" = json!(words::DEBIT_POSITIVE))))]
    sign_convention: &'static str,
    /// Justeringarna. The adjustments.
    adjustments: Vec<AdjustmentView>,
    #[serde(rename = "_links")]
    links: Links,
}

impl Body for AccrualAdjustmentsView {}

/// En sida justeringar. A page of adjustments, newest year first.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(example = json!({"accrualAdjustments": [], "meta": {"totalRecords": 0, "page": 1, "limit": 20, "count": 0}, "_links": {}}))]
struct AccrualAdjustmentsPage {
    /// Justeringarna. The adjustments.
    accrual_adjustments: Vec<AccrualAdjustmentsView>,
    meta: PageMeta,
    #[serde(rename = "_links")]
    links: Links,
}

impl Body for AccrualAdjustmentsPage {}

fn view<P: Permission + 'static>(call: &Call<P>, found: AccrualAdjustments) -> AccrualAdjustmentsView {
    let AccrualAdjustments { committee, year, adjustments } = found;
    let own = accrual::resource(year.number(), committee.as_str());
    AccrualAdjustmentsView {
        committee: committee.to_string(),
        year: year.number(),
        amount_unit: "kr",
        sign_convention: "debit-positive",
        adjustments: adjustments.into_iter().map(AdjustmentView::from).collect(),
        links: Links { own: Some(Link::get("self", call.municipality_href(&own))), ..Links::default() },
    }
}

/// List the accrual adjustments
///
/// Nämndernas periodiseringsjusteringar, år för år. The committees' accrual adjustments, year by year.
#[utoipa::path(tag = "Volumes", params(DocumentQuery), extensions(("x-right" = json!("read"))),
    responses((status = 200, description = "En sida justeringar. A page of adjustments.", body = AccrualAdjustmentsPage)))]
#[get("/municipalities/{municipalityCode}/accrual-adjustments")]
async fn list_accrual_adjustments(call: Call<perm::Read>) -> Result<Reply<AccrualAdjustmentsPage>, Problem> {
    let query: DocumentQuery = call.query()?;
    let (page, filter) = (query.page()?, query.filter(&call)?);
    let ((rows, total), version) = call
        .read(query.as_of, async |scope| {
            let found = accrual::adjustments_of(scope, &filter.committees, filter.year, page.window()).await?;
            Ok((found, scope.version()))
        })
        .await?;
    let accrual_adjustments: Vec<_> = rows.into_iter().map(|row| view(&call, row)).collect();
    let links = page.links(total, &call.own_href(), call.request().query_string());
    let meta = page.meta(total, accrual_adjustments.len());
    Ok(Reply::ok(AccrualAdjustmentsPage { accrual_adjustments, meta, links }).version(version))
}

/// Read the accrual adjustments of a year
///
/// Vad som är bokfört under året och hör till ett annat. What is booked in the year and belongs to another.
#[utoipa::path(tag = "Volumes", params(AsOfQuery), extensions(("x-right" = json!("read"))),
    responses((status = 200, description = "Justeringarna. The adjustments.", body = AccrualAdjustmentsView)))]
#[get("/municipalities/{municipalityCode}/accrual-adjustments/{year}/{committeeCode}")]
async fn get_accrual_adjustments(call: Call<perm::Read>) -> Result<Reply<AccrualAdjustmentsView>, Problem> {
    let query: AsOfQuery = call.query()?;
    let (year, committee) = of_path(&call)?;
    let (found, version) = call
        .read(query.as_of, async |scope| {
            Ok(accrual::adjustments(scope, year.number(), committee.as_str()).await?.ok_or(Refusal::NotFound)?)
        })
        .await?;
    Ok(Reply::ok(view(&call, found)).version(version))
}

/// Set the accrual adjustments of a year
///
/// Rapporternas kolumner restated-ÅR visar utfallet omräknat, bredvid det bokförda. Att ändra kräver If-Match. The reports' columns
/// restated-YEAR show the outcome restated, beside what is booked. Changing them takes If-Match.
#[utoipa::path(tag = "Volumes", params(ReasonQuery), request_body = AccrualAdjustmentsInput,
    extensions(("x-right" = json!("budgets")), ("x-if-match" = json!("required"))),
    responses((status = 200, description = "Justeringarna. The adjustments.", body = AccrualAdjustmentsView),
              (status = 201, description = "Nya justeringar. New adjustments.", body = AccrualAdjustmentsView)))]
#[put("/municipalities/{municipalityCode}/accrual-adjustments/{year}/{committeeCode}")]
async fn put_accrual_adjustments(mut call: Call<perm::Budgets>) -> Result<Reply<AccrualAdjustmentsView>, Problem> {
    let (year, committee) = of_path(&call)?;
    let (reason, precondition) = (ReasonQuery::of(&call)?, precondition(&call)?);
    let input: AccrualAdjustmentsInput = call.json().await?;
    let mut fields = Fields::default();
    let adjustments = input.adjustments.iter().enumerate().filter_map(|(at, one)| one.read(at, &mut fields)).collect();
    let new = fields.done(Some(AccrualAdjustments { committee, year, adjustments }))?;
    let put = call.write(async |w| accrual::set(w, new.clone(), precondition, &reason).await).await;
    let put = put.map_err(Problem::in_document)?;
    let location = call.own_href();
    Ok(Reply::put(put.is_new, view(&call, put.body), location).version(put.version))
}
