//! Month locks: a committee's month that no posting may change until somebody unlocks it with a reason.

use super::corrections::reason_text;
use crate::auth::call::Call;
use crate::auth::perm;
use crate::problem::{Kind, Problem};
use crate::reply::{Body, Reply};
use crate::wire::as_of::{AsOf, AsOfQuery};
use crate::wire::link::{Link, Links};
use crate::wire::page::{Page, PageMeta};
use actix_web::{get, put};
use serde::{Deserialize, Serialize};
use utfall_domain::period::Month;
use utfall_persistence::audit::resource_version;
use utfall_persistence::error::Refusal;
use utfall_persistence::month_lock::{self, MonthLock};
use utoipa::{IntoParams, ToSchema};
use utoipa_actix_web::service_config::ServiceConfig;

pub(super) fn configure(config: &mut ServiceConfig) {
    config.service(list_month_locks).service(get_month_lock).service(put_month_lock);
}

/// Ett lås. A lock.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(example = json!({"period": "2018-08", "committee": "SN", "locked": true, "reason": "Delårsrapporten är beslutad.",
    "recordedAt": "2018-09-20T12:00:00Z", "recordedBy": "controller", "_links": {}}))]
struct MonthLockView {
    /// Månad. The month.
    period: String,
    /// Nämnd. The committee.
    committee: String,
    /// Låst. Whether it is locked.
    locked: bool,
    /// Skäl. Why it was locked or unlocked.
    reason: String,
    /// När. When.
    #[schema(format = "date-time", example = "2018-09-20T12:00:00Z")]
    recorded_at: String,
    /// Av vem. Who.
    recorded_by: String,
    #[serde(rename = "_links")]
    links: Links,
}

impl Body for MonthLockView {}

/// En sida lås. A page of locks.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(example = json!({"monthLocks": [], "meta": {"totalRecords": 0, "page": 1, "limit": 20, "count": 0}, "_links": {}}))]
struct MonthLockPage {
    /// Låsen. The locks, newest month first.
    month_locks: Vec<MonthLockView>,
    meta: PageMeta,
    #[serde(rename = "_links")]
    links: Links,
}

impl Body for MonthLockPage {}

/// Att låsa eller låsa upp. To lock or to unlock.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"locked": true, "reason": "Delårsrapporten är beslutad."}))]
struct MonthLockInput {
    /// Låst. Whether it is to be locked.
    locked: bool,
    /// Skäl; behövs för att låsa upp. Why; needed to unlock.
    #[schema(max_length = 500)]
    reason: Option<String>,
}

/// Vilka lås. Which locks.
#[derive(Deserialize, IntoParams)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct LockQuery {
    /// Månad. Only this month.
    #[param(pattern = "^(199[0-9]|20[0-9]{2}|2100)-(0[1-9]|1[0-3])$")]
    period: Option<String>,
    /// Nämnd. Only this committee.
    committee: Option<String>,
    /// Som registrerat då: en tidpunkt, eller slutet av ett datum. As recorded then: at a moment, or at the end of a date (2018-12-31).
    #[param(value_type = Option<String>)]
    as_of: Option<AsOf>,
    /// Sida, från 1. The page, from 1.
    #[param(default = 1, minimum = 0)]
    page: Option<i64>,
    /// Antal per sida. How many a page holds.
    #[param(default = 20, minimum = 1, maximum = 1000)]
    limit: Option<i64>,
}

fn view<P: perm::Permission + 'static>(call: &Call<P>, lock: MonthLock) -> MonthLockView {
    let href = call.municipality_href(&MonthLock::resource(&lock.period, &lock.committee));
    let recorded_at = lock.recorded_at().to_rfc3339_opts(chrono::SecondsFormat::Micros, true);
    let MonthLock { period, committee, locked, reason, recorded_by, .. } = lock;
    let links = Links { own: Some(Link::get("self", href)), ..Links::default() };
    MonthLockView { period, committee, locked, reason, recorded_at, recorded_by, links }
}

fn month<P: perm::Permission + 'static>(call: &Call<P>) -> Result<String, Problem> {
    checked(&call.path("period")?)
}

fn checked(period: &str) -> Result<String, Problem> {
    Month::parse(period)
        .map(|month| month.to_string())
        .map_err(|why| Problem::parameter("period", period, &why.to_string()))
}

/// List the month locks
///
/// Låsta och upplåsta månader, sidindelat. Locked and unlocked months, by page.
#[utoipa::path(tag = "Ledger", params(LockQuery), extensions(("x-right" = json!("read"))),
    responses((status = 200, description = "En sida lås. A page of locks.", body = MonthLockPage)))]
#[get("/municipalities/{municipalityCode}/month-locks")]
async fn list_month_locks(call: Call<perm::Read>) -> Result<Reply<MonthLockPage>, Problem> {
    let query: LockQuery = call.query()?;
    let page = Page::new(query.page, query.limit, 1000)?;
    let committees = call.committees(query.committee.as_deref())?;
    let period = query.period.as_deref().map(checked).transpose()?.unwrap_or_default();
    let ((rows, total), version) = call
        .read(query.as_of, async |scope| {
            Ok((month_lock::locks(scope, &period, &committees, page.window()).await?, scope.version()))
        })
        .await?;
    let month_locks: Vec<_> = rows.into_iter().map(|row| view(&call, row)).collect();
    let links = page.links(total, &call.own_href(), call.request().query_string());
    let meta = page.meta(total, month_locks.len());
    Ok(Reply::ok(MonthLockPage { month_locks, meta, links }).version(version))
}

/// Read a month lock
///
/// Om nämndens månad är låst, och varför. Whether the committee's month is locked, and why. 404 when it never was.
#[utoipa::path(tag = "Ledger", params(AsOfQuery), extensions(("x-right" = json!("read"))),
    responses((status = 200, description = "Låset. The lock.", body = MonthLockView)))]
#[get("/municipalities/{municipalityCode}/month-locks/{period}/{committeeCode}")]
async fn get_month_lock(call: Call<perm::Read>) -> Result<Reply<MonthLockView>, Problem> {
    let query: AsOfQuery = call.query()?;
    let (period, committee) = (month(&call)?, call.committee()?);
    let (lock, version) = call
        .read(query.as_of, async |scope| {
            let lock = month_lock::lock_of(scope, &period, &committee).await?.ok_or(Refusal::NotFound)?;
            Ok((lock, resource_version(scope, &MonthLock::resource(&period, &committee)).await?))
        })
        .await?;
    Ok(Reply::ok(view(&call, lock)).version(version))
}

/// Lock or unlock a month
///
/// Låser nämndens månad, eller låser upp den med ett skäl. Locks the committee's month, or unlocks it with a reason. Changing a lock
/// takes If-Match.
#[utoipa::path(tag = "Ledger", request_body = MonthLockInput,
    extensions(("x-right" = json!("locks")), ("x-if-match" = json!("required"))),
    responses((status = 200, description = "Låset. The lock.", body = MonthLockView),
              (status = 201, description = "Månaden är låst. The month is locked for the first time.", body = MonthLockView)))]
#[put("/municipalities/{municipalityCode}/month-locks/{period}/{committeeCode}")]
async fn put_month_lock(mut call: Call<perm::Locks>) -> Result<Reply<MonthLockView>, Problem> {
    let (period, committee) = (month(&call)?, call.committee()?);
    let MonthLockInput { locked, reason } = call.json().await?;
    let reason = match reason.filter(|reason| !reason.trim().is_empty()) {
        Some(reason) => reason_text(&reason)?,
        None if locked => String::new(),
        None => reason_text("")?,
    };
    let (has_if_match, expected) = (call.has_if_match(), call.if_match()?);
    let resource = MonthLock::resource(&period, &committee);
    let outcome = call
        .write(async |w| {
            let standing = month_lock::lock_of(w, &period, &committee).await?;
            let version = resource_version(w, &resource).await?;
            if expected.is_some_and(|expected| expected != version) || (has_if_match && standing.is_none()) {
                return Err(Refusal::Stale.into());
            }
            if standing.is_some_and(|standing| standing.locked != locked) && !has_if_match {
                return Ok(None);
            }
            let (lock, created) = month_lock::set(w, &period, &committee, locked, &reason).await?;
            Ok(Some((lock, created, if w.has_events() { w.version() } else { version })))
        })
        .await?;
    let Some((lock, created, version)) = outcome else {
        return Err(Problem::new(
            Kind::PreconditionRequired,
            "Send If-Match with the ETag of the lock that you change.",
        ));
    };
    let location = call.own_href();
    Ok(Reply::put(created, view(&call, lock), location).version(version))
}
