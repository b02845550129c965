//! Indicators (nyckeltal): listed, read, set one by one and loaded as a list.

use super::definition_view::IndicatorView;
use crate::auth::call::Call;
use crate::auth::perm::{self, Permission};
use crate::problem::Problem;
use crate::reply::{Body, Reply};
use crate::routes::steering::{ReasonQuery, for_all, key, may_change, precondition, unread};
use crate::wire::as_of::{AsOf, AsOfQuery};
use crate::wire::fields::Fields;
use crate::wire::json::from_json;
use crate::wire::link::{Link, Links};
use crate::wire::page::{Page, PageMeta};
use actix_web::{get, put};
use serde::{Deserialize, Serialize};
use utfall_domain::indicator::definition::Indicator;
use utfall_persistence::audit::resource_version;
use utfall_persistence::error::Refusal;
use utfall_persistence::indicator::definition::{self, IndicatorChanges, IndicatorFilter};
use utoipa::{IntoParams, ToSchema};
use utoipa_actix_web::service_config::ServiceConfig;

/// The largest list: 16 MiB.
const LIST_BODY: usize = 16 << 20;

pub(super) fn configure(config: &mut ServiceConfig) {
    config.service(list_indicators).service(put_indicators).service(get_indicator).service(put_indicator);
}

/// En sida nyckeltal. A page of indicators, by key.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(example = json!({"indicators": [], "meta": {"totalRecords": 0, "page": 1, "limit": 20, "count": 0}, "_links": {}}))]
struct IndicatorPage {
    /// Nyckeltalen. The indicators.
    indicators: Vec<IndicatorView>,
    meta: PageMeta,
    #[serde(rename = "_links")]
    links: Links,
}

impl Body for IndicatorPage {}

/// Nyckeltal att läsa in. Indicators to load; those that are left out stay as they are.
#[derive(Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[schema(example = json!({"indicators": [{"key": "placerade-unga", "name": "Placerade 0-20 år", "unit": "antal/1000 inv",
    "direction": "lower"}]}))]
struct IndicatorList {
    /// Nyckeltalen. The indicators.
    #[schema(max_items = 20_000)]
    indicators: Vec<IndicatorView>,
    /// Länkar; läses inte. Links; not read.
    #[serde(rename = "_links", default, deserialize_with = "unread")]
    #[schema(read_only, nullable = false)]
    #[expect(dead_code, reason = "what is answered may be sent back with its links")]
    links: Option<Links>,
}

/// Vad inläsningen ändrade. What the load changed.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(example = json!({"count": 1, "addedIndicators": ["placerade-unga"], "changedIndicators": []}))]
struct IndicatorChangesView {
    /// Antal i listan. How many the list has.
    count: usize,
    /// Nya nyckeltal. Indicators that are new.
    added_indicators: Vec<String>,
    /// Ändrade nyckeltal. Indicators that say something else.
    changed_indicators: Vec<String>,
}

impl Body for IndicatorChangesView {}

/// Vilka nyckeltal. Which indicators.
#[derive(Deserialize, IntoParams)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct IndicatorQuery {
    /// Nämnden som äger dem. Owned by this committee.
    #[param(example = "SN")]
    committee: Option<String>,
    /// Perspektivet. Under this perspective.
    perspective: Option<String>,
    /// Publika eller inte. Public ones, or the others.
    public: Option<bool>,
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

fn view<P: Permission + 'static>(call: &Call<P>, one: Indicator) -> IndicatorView {
    let own = definition::resource(one.key.as_str());
    let series = format!("{own}/series");
    let links = Links {
        own: Some(Link::get("self", call.municipality_href(&own))),
        item: Some(Link::get("item", call.municipality_href(&series))),
        ..Links::default()
    };
    IndicatorView::new(one, Some(links))
}

/// List the indicators
///
/// Nyckeltalens definitioner. The definitions of the indicators.
#[utoipa::path(tag = "Indicators", params(IndicatorQuery), extensions(("x-right" = json!("read"))),
    responses((status = 200, description = "En sida nyckeltal. A page of indicators.", body = IndicatorPage)))]
#[get("/municipalities/{municipalityCode}/indicators")]
async fn list_indicators(call: Call<perm::Read>) -> Result<Reply<IndicatorPage>, Problem> {
    let query: IndicatorQuery = call.query()?;
    let page = Page::new(query.page, query.limit, 1000)?;
    let committees = match query.committee.as_deref() {
        Some(code) => call.committees(Some(code))?,
        None => Vec::new(),
    };
    let perspective = query.perspective.unwrap_or_default();
    let filter = IndicatorFilter { committees, perspective, is_public: query.public };
    let ((rows, total), version) = call
        .read(query.as_of, async |scope| {
            Ok((definition::indicators(scope, &filter, page.window()).await?, scope.version()))
        })
        .await?;
    let indicators: Vec<_> = rows.into_iter().map(|one| view(&call, one)).collect();
    let links = page.links(total, &call.own_href(), call.request().query_string());
    let meta = page.meta(total, indicators.len());
    Ok(Reply::ok(IndicatorPage { indicators, meta, links }).version(version))
}

/// Load indicators
///
/// Lägger till och ändrar nyckeltal: allt eller inget, fel med JSON-pekare. De som utelämnas står kvar. Adds and changes indicators: all
/// or nothing, faults by JSON pointer. Those that are left out stay.
#[utoipa::path(tag = "Indicators", params(ReasonQuery), request_body = IndicatorList, extensions(("x-right" = json!("indicators"))),
    responses((status = 200, description = "Vad som ändrades. What has changed.", body = IndicatorChangesView)))]
#[put("/municipalities/{municipalityCode}/indicators")]
async fn put_indicators(mut call: Call<perm::Indicators>) -> Result<Reply<IndicatorChangesView>, Problem> {
    for_all(&call)?;
    let (reason, precondition) = (ReasonQuery::of(&call)?, precondition(&call)?);
    let bytes = call.body(&["application/json"], LIST_BODY).await?;
    let input: IndicatorList = from_json(&bytes)?;
    let mut fields = Fields::default();
    let list = input.indicators.iter().enumerate();
    let list: Vec<_> = list.filter_map(|(at, one)| one.read(&format!("indicators/{at}/"), None, &mut fields)).collect();
    let list = fields.done(Some(list))?;
    let loaded = call
        .write(async |w| {
            let standing = resource_version(w, "indicators").await?;
            precondition.check(w, Some(standing), false)?;
            let changes = definition::load(w, &list, &reason).await?;
            Ok((changes, if w.has_events() { w.version() } else { standing }))
        })
        .await;
    let (IndicatorChanges { added, changed }, version) = loaded.map_err(Problem::in_document)?;
    let body = IndicatorChangesView { count: list.len(), added_indicators: added, changed_indicators: changed };
    Ok(Reply::ok(body).version(version))
}

/// Read an indicator
///
/// Ett nyckeltals definition. The definition of an indicator.
#[utoipa::path(tag = "Indicators", params(AsOfQuery), extensions(("x-right" = json!("read"))),
    responses((status = 200, description = "Nyckeltalet. The indicator.", body = IndicatorView)))]
#[get("/municipalities/{municipalityCode}/indicators/{indicatorKey}")]
async fn get_indicator(call: Call<perm::Read>) -> Result<Reply<IndicatorView>, Problem> {
    let query: AsOfQuery = call.query()?;
    let key = key(&call, "indicatorKey")?;
    let (one, version) = call
        .read(query.as_of, async |scope| {
            Ok(definition::indicator(scope, key.as_str()).await?.ok_or(Refusal::NotFound)?)
        })
        .await?;
    Ok(Reply::ok(view(&call, one)).version(version))
}

/// Set an indicator
///
/// Sätter ett nyckeltals definition; ett metodbyte skrivs i breaks och bryter serien synligt. Sets the definition of an indicator; a
/// change of method is written in breaks and breaks the series visibly. Changing one takes If-Match.
#[utoipa::path(tag = "Indicators", params(ReasonQuery), request_body = IndicatorView,
    extensions(("x-right" = json!("indicators")), ("x-if-match" = json!("required"))),
    responses((status = 200, description = "Nyckeltalet. The indicator.", body = IndicatorView),
              (status = 201, description = "Ett nytt nyckeltal. A new indicator.", body = IndicatorView)))]
#[put("/municipalities/{municipalityCode}/indicators/{indicatorKey}")]
async fn put_indicator(mut call: Call<perm::Indicators>) -> Result<Reply<IndicatorView>, Problem> {
    let (key, reason, precondition) = (key(&call, "indicatorKey")?, ReasonQuery::of(&call)?, precondition(&call)?);
    let input: IndicatorView = call.json().await?;
    let mut fields = Fields::default();
    let one = input.read("", Some(&key), &mut fields);
    let one = fields.done(one)?;
    let reach = call.actor().reach.clone();
    let put =
        call.write(async |w| definition::set(w, one.clone(), may_change(&reach), precondition, &reason).await).await;
    let put = put.map_err(Problem::in_document)?;
    let location = call.own_href();
    Ok(Reply::put(put.is_new, view(&call, put.body), location).version(put.version))
}
