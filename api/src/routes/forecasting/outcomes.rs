//! The outcomes that a forecast was made on.

use crate::auth::call::Call;
use crate::auth::perm;
use crate::problem::Problem;
use crate::reply::{Body, Reply};
use crate::wire::link::{Link, Links};
use crate::wire::page::{ListQuery, Page, PageMeta};
use actix_web::get;
use serde::Serialize;
use utfall_domain::posting::Kind;
use utfall_persistence::error::Refusal;
use utfall_persistence::forecasting::{MadeOn, made_on};
use utfall_persistence::posting::{committees_of, current};
use utoipa::ToSchema;
use utoipa_actix_web::service_config::ServiceConfig;

pub(super) fn configure(config: &mut ServiceConfig) {
    config.service(list_forecast_outcomes);
}

/// Ett utfall som prognosen gjordes på. An outcome that the forecast was made on.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(example = json!({"postingId": "0191d0c8-7c3e-7c7a-9d7b-3f1f0c1f2a3b", "period": "2018-08", "source": "ledger", "revision": 1,
    "revisedSince": false, "_links": {}}))]
struct MadeOnView {
    /// Leveransen. The posting.
    #[schema(format = "uuid")]
    posting_id: String,
    /// Månaden. The month.
    period: String,
    /// Källan. Who delivered it.
    source: String,
    /// Revisionen. Its revision.
    revision: i64,
    /// Om den ersatts sedan dess. Whether another revision stands now.
    revised_since: bool,
    #[serde(rename = "_links")]
    links: Links,
}

/// En sida utfall. A page of the outcomes that a forecast was made on, by month.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(example = json!({"outcomes": [], "meta": {"totalRecords": 0, "page": 1, "limit": 20, "count": 0}, "_links": {}}))]
struct MadeOnPage {
    /// Utfallen. The outcomes.
    outcomes: Vec<MadeOnView>,
    meta: PageMeta,
    #[serde(rename = "_links")]
    links: Links,
}

impl Body for MadeOnPage {}

/// List the outcomes that a forecast was made on
///
/// En prognos är en fryst ögonblicksbild: revisionerna av årets utfall som gällde när den lades in, och om de ersatts sedan dess. A forecast is
/// a frozen snapshot: the revisions of the year's outcomes that stood when it was recorded, and whether they have been replaced since.
#[utoipa::path(tag = "Forecasts", params(ListQuery), extensions(("x-right" = json!("read"))),
    responses((status = 200, description = "En sida utfall. A page of outcomes.", body = MadeOnPage)))]
#[get("/municipalities/{municipalityCode}/forecasts/{period}/{source}/outcomes")]
async fn list_forecast_outcomes(call: Call<perm::Read>) -> Result<Reply<MadeOnPage>, Problem> {
    let query: ListQuery = call.query()?;
    let page = Page::new(query.page, query.limit, 1000)?;
    let (period, source) = (call.path("period")?, call.path("source")?);
    let (found, committees, version) = call
        .read(query.as_of, async |scope| {
            let forecast = current(scope, Kind::Forecast, &period, &source).await?.ok_or(Refusal::NotFound)?;
            let (year, month) = forecast.when();
            let found = made_on(scope, year, month, forecast.since()).await?;
            Ok((found, committees_of(scope, &forecast).await?, scope.version()))
        })
        .await?;
    if !committees.iter().any(|code| call.actor().reach.covers(code)) {
        return Err(Problem::not_found());
    }
    let view = |one: &MadeOn| MadeOnView {
        posting_id: one.posting_id.clone(),
        period: one.period.clone(),
        source: one.source.clone(),
        revision: one.revision,
        revised_since: one.is_revised,
        links: Links {
            own: Some(Link::get("self", call.municipality_href(&format!("postings/{}", one.posting_id)))),
            ..Links::default()
        },
    };
    let total = i64::try_from(found.len()).unwrap_or_default();
    let outcomes: Vec<_> = page.of(&found).iter().map(view).collect();
    let links = page.links(total, &call.own_href(), call.request().query_string());
    let meta = page.meta(total, outcomes.len());
    Ok(Reply::ok(MadeOnPage { outcomes, meta, links }).version(version))
}
