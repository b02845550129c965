//! Observations (utfall av nyckeltal): loaded in bulk, and listed with their revisions' versions.

use super::observation_input::{ObservationInput, of_csv, of_json};
use crate::auth::call::Call;
use crate::auth::perm;
use crate::contract::words;
use crate::problem::Problem;
use crate::reply::{Body, Reply};
use crate::routes::steering::{ReasonQuery, for_all};
use crate::wire::as_of::AsOf;
use crate::wire::csv::{Cell, Table};
use crate::wire::decimal::ExactNumber;
use crate::wire::fields::shown;
use crate::wire::json::from_json;
use crate::wire::link::Links;
use crate::wire::page::{Page, PageMeta};
use actix_web::{get, post};
use serde::de::Error as _;
use serde::{Deserialize, Deserializer, Serialize};
use utfall_domain::indicator::plausibility::Flagged;
use utfall_domain::row_error::{Fault, RowError};
use utfall_persistence::audit::resource_version;
use utfall_persistence::indicator::observation::{self, KeptObservation, ObservationFilter, ObservationReceipt};
use utoipa::{IntoParams, ToSchema};
use utoipa_actix_web::service_config::ServiceConfig;

/// The largest delivery: 64 MiB and 100,000 rows.
const BODY: usize = 64 << 20;
const ROWS: usize = 100_000;

pub(super) fn configure(config: &mut ServiceConfig) {
    config.service(list_observations).service(load_observations);
}

/// Utfall att läsa in. Observations to load: all or nothing, at most 100,000.
#[derive(Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[schema(example = json!({"observations": [{"indicator": "sjukfranvaro", "period": "2018", "sex": "T", "value": 7},
    {"indicator": "sjukfranvaro", "period": "2018", "sex": "K", "value": 7.5}, {"indicator": "sjukfranvaro", "period": "2018", "sex": "M",
     "value": 5.5}, {"indicator": "sjukfranvaro", "organisation": "0000", "period": "2018", "value": 6.6}]}))]
struct ObservationList {
    /// Utfallen. The observations.
    #[schema(max_items = 100_000)]
    observations: Vec<ObservationInput>,
}

/// Något som ser fel ut. Something that looks wrong; it is stored all the same.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(example = json!({"indicator": "sjukfranvaro", "organisation": "0580", "period": "2018", "sex": "T", "flag": "total-outside-sexes",
    "detail": "T 8, K 7.5, M 5.5"}))]
struct FlagView {
    /// Nyckeltalet. The indicator.
    indicator: String,
    /// Organisationen. The organisation.
    organisation: String,
    /// Perioden. The period.
    period: String,
    /// Kön. The sex.
    #[schema(extensions(("x-enum" = json!(words::SEXES))))]
    sex: &'static str,
    /// Vad som ser fel ut: sexes-do-not-add-up, total-outside-sexes, out-of-scale, part-of-a-year eller sex-split-missing. What looks wrong.
    #[schema(extensions(("x-enum" = json!(words::FLAGS))))]
    flag: &'static str,
    /// Talen som säger det. The numbers that say so.
    detail: String,
}

impl From<Flagged> for FlagView {
    fn from(one: Flagged) -> Self {
        Self {
            indicator: one.key.indicator.to_string(),
            organisation: one.key.organisation.to_string(),
            period: one.key.period.to_string(),
            sex: one.key.sex.code(),
            flag: one.flag.code(),
            detail: one.detail,
        }
    }
}

/// Kvitto på en inläsning av utfall. A receipt of a load of observations.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(example = json!({"rowCount": 4, "addedCount": 4, "changedCount": 0, "deletedCount": 0, "unchangedCount": 0, "flags": []}))]
struct ObservationReceiptView {
    /// Rader. How many rows were read.
    row_count: usize,
    /// Nya utfall. Values that are new.
    added_count: u64,
    /// Ändrade utfall. Values that say something else than before.
    changed_count: u64,
    /// Borttagna utfall. Values that are gone.
    deleted_count: u64,
    /// Rader som inte ändrade något. Rows that changed nothing.
    unchanged_count: u64,
    /// Vad som ser fel ut, till och med de första 1 000. What looks wrong, the first 1,000.
    flags: Vec<FlagView>,
}

impl Body for ObservationReceiptView {}

/// Ett utfall. An observation as it stands.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(example = json!({"indicator": "sjukfranvaro", "organisation": "0580", "period": "2018", "sex": "T", "value": 7, "status": "final",
    "text": "7 %", "caution": null, "measuredFrom": null, "measuredTo": null, "extractedOn": null, "deleted": false, "dataVersion": 12}))]
struct ObservationView {
    /// Nyckeltalet. The indicator.
    indicator: String,
    /// Organisationen. The organisation.
    organisation: String,
    /// Perioden. The period.
    period: String,
    /// Kön. The sex.
    #[schema(extensions(("x-enum" = json!(words::SEXES))))]
    sex: String,
    /// Värdet. The value.
    value: Option<ExactNumber>,
    /// Status; saknas för ett borttaget. What it is, or why there is no value; none for a deleted one.
    #[schema(extensions(("x-enum" = json!(words::OBSERVATION_STATUSES))))]
    status: Option<String>,
    /// Som det står skrivet. As written.
    text: Option<String>,
    /// Vad man ska vara försiktig med. What to be careful about.
    caution: Option<String>,
    /// Första mätdag. The first day that was measured.
    #[schema(format = "date", example = "2017-12-01")]
    measured_from: Option<String>,
    /// Sista mätdag. The last day that was measured.
    #[schema(format = "date", example = "2018-11-30")]
    measured_to: Option<String>,
    /// Uttagsdag. The day when it was taken out of its source.
    #[schema(format = "date", example = "2019-01-28")]
    extracted_on: Option<String>,
    /// Om det är borttaget. Whether it is deleted.
    deleted: bool,
    /// Versionen som förde in det. The version that brought it.
    data_version: i64,
}

impl From<KeptObservation> for ObservationView {
    fn from(one: KeptObservation) -> Self {
        let value = one.value().map(ExactNumber);
        Self {
            indicator: one.indicator,
            organisation: one.organisation,
            period: one.period,
            sex: one.sex,
            value,
            status: shown(one.status),
            text: shown(one.words),
            caution: shown(one.caution),
            measured_from: shown(one.measured_from),
            measured_to: shown(one.measured_to),
            extracted_on: shown(one.extracted_on),
            deleted: one.is_deleted,
            data_version: one.since,
        }
    }
}

/// En sida utfall. A page of observations.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(example = json!({"observations": [], "meta": {"totalRecords": 0, "page": 1, "limit": 20, "count": 0}, "_links": {}}))]
struct ObservationPage {
    /// Utfallen. The observations.
    observations: Vec<ObservationView>,
    meta: PageMeta,
    #[serde(rename = "_links")]
    links: Links,
}

impl Body for ObservationPage {
    const IS_TABLE: bool = true;

    fn table(&self) -> Option<Table> {
        let text = |text: &Option<String>| Cell::text(text.clone().unwrap_or_default());
        let row = |one: &ObservationView| {
            vec![
                Cell::text(&one.indicator),
                Cell::text(&one.organisation),
                Cell::text(&one.period),
                Cell::text(&one.sex),
                Cell::maybe(one.value.map(|value| value.0)),
                text(&one.status),
                text(&one.text),
                text(&one.caution),
                text(&one.measured_from),
                text(&one.measured_to),
                text(&one.extracted_on),
                Cell::text(if one.deleted { "true" } else { "false" }),
            ]
        };
        let headers = vec![
            "indicator",
            "organisation",
            "period",
            "sex",
            "value",
            "status",
            "text",
            "caution",
            "measuredFrom",
            "measuredTo",
            "extractedOn",
            "deleted",
        ];
        Some(Table::new(headers, self.observations.iter().map(row).collect()))
    }
}

const OBSERVATIONS_CSV: &str = "indicator,organisation,period,sex,value,status,text,caution,measuredFrom,measuredTo,extractedOn,\
    deleted\nsjukfranvaro,0580,2018,T,7,final,7 %,,2017-12-01,2018-11-30,2019-01-28,false\n";
const LOAD_CSV: &str =
    "nyckeltal;organisation;period;kön;värde\nsjukfranvaro;0580;2018;T;7,0\nsjukfranvaro;0000;2018;T;6,6\n";

/// Vilka utfall. Which observations.
#[derive(Deserialize, IntoParams)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct ObservationQuery {
    /// Nyckeltal, flera med komma. Indicators, several parted by commas.
    indicators: Option<String>,
    /// Organisationer, flera med komma. Organisations, several parted by commas.
    organisations: Option<String>,
    /// Perioden. Of this period.
    period: Option<String>,
    /// Kön. Of this sex.
    #[param(inline, value_type = Option<words::Sexes>)]
    sex: Option<String>,
    /// Ändrade efter denna version av data, borttagna medräknade. Changed after this version of the data, deleted ones included.
    #[param(value_type = Option<i64>, minimum = 0)]
    changed_since: Option<Since>,
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

/// A version of the data, from 0.
#[derive(Clone, Copy)]
pub(super) struct Since(pub(super) i64);

impl<'de> Deserialize<'de> for Since {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let number = i64::deserialize(deserializer)?;
        if number < 0 { Err(D::Error::custom(format!("{number} is below 0"))) } else { Ok(Self(number)) }
    }
}

/// A list parted by commas.
pub(super) fn parted(text: Option<&str>) -> Vec<String> {
    let parts = text.unwrap_or_default().split(',').map(str::trim).filter(|part| !part.is_empty());
    parts.map(str::to_owned).collect()
}

/// List observations
///
/// Utfall som de står, sidindelat; med changedSince även borttagna. Observations as they stand, by page; with changedSince also deleted ones.
#[utoipa::path(tag = "Indicators", params(ObservationQuery), extensions(("x-right" = json!("read"))),
    responses((status = 200, description = "En sida utfall. A page of observations.",
        content((ObservationPage = "application/json"), (String = "text/csv", example = json!(OBSERVATIONS_CSV))))))]
#[get("/municipalities/{municipalityCode}/observations")]
async fn list_observations(call: Call<perm::Read>) -> Result<Reply<ObservationPage>, Problem> {
    let query: ObservationQuery = call.query()?;
    let page = Page::new(query.page, query.limit, 10_000)?;
    if let Some(sex) =
        query.sex.as_deref().filter(|sex| utfall_domain::indicator::observation::Sex::from_code(sex).is_none())
    {
        return Err(Problem::parameter("sex", sex, "is not T, K or M"));
    }
    let filter = ObservationFilter {
        indicators: parted(query.indicators.as_deref()),
        organisations: parted(query.organisations.as_deref()),
        sex: query.sex.unwrap_or_default(),
        period: query.period.unwrap_or_default(),
        changed_after: query.changed_since.map(|since| since.0),
        ..ObservationFilter::default()
    };
    let ((rows, total), version) = call
        .read(query.as_of, async |scope| {
            Ok((observation::observations(scope, &filter, page.window()).await?, scope.version()))
        })
        .await?;
    let observations: Vec<_> = rows.into_iter().map(ObservationView::from).collect();
    let links = page.links(total, &call.own_href(), call.request().query_string());
    let meta = page.meta(total, observations.len());
    Ok(Reply::ok(ObservationPage { observations, meta, links }).version(version))
}

/// Load observations
///
/// Upp till 100 000 utfall i ett anrop, allt eller inget: varje felaktig rad listas, samma en gång till ändrar inget, varje revision finns
/// kvar. Det som ser fel ut flaggas men nekas inte. Up to 100,000 observations in one call, all or nothing: every bad row is listed, the
/// same again changes nothing, every revision is kept. What looks wrong is flagged and not refused.
#[utoipa::path(tag = "Indicators", params(ReasonQuery), extensions(("x-right" = json!("indicators"))),
    request_body(content((ObservationList = "application/json"), (String = "text/csv", example = json!(LOAD_CSV)))),
    responses((status = 200, description = "Kvittot. The receipt.", body = ObservationReceiptView)))]
#[post("/municipalities/{municipalityCode}/observations")]
async fn load_observations(mut call: Call<perm::Indicators>) -> Result<Reply<ObservationReceiptView>, Problem> {
    for_all(&call)?;
    let reason = ReasonQuery::of(&call)?;
    let own = call.municipality()?.to_string();
    let is_csv = call.content_type() == "text/csv";
    let bytes = call.body(&["application/json", "text/csv"], BODY).await?;
    let in_list = |problem: Problem| if is_csv { problem } else { problem.in_list("observations") };
    let (rows, faults) = if is_csv {
        of_csv(&bytes, &own)?
    } else {
        let list: ObservationList = from_json(&bytes)?;
        of_json(&list.observations, &own)
    };
    if rows.len() + faults.len() > ROWS {
        let count = rows.len().to_string();
        let error = RowError::whole("observations", &count, Fault::Bounds, "is more than 100,000 rows");
        return Err(Problem::invalid(vec![error]));
    }
    let loaded = call
        .write(async |w| {
            let receipt = observation::load(w, &rows, &faults, &reason).await?;
            let version = if w.has_events() { w.version() } else { resource_version(w, "observations").await? };
            Ok((receipt, version))
        })
        .await;
    let (receipt, version) = loaded.map_err(in_list)?;
    let ObservationReceipt { added, changed, deleted, unchanged, flags } = receipt;
    let body = ObservationReceiptView {
        row_count: rows.len(),
        added_count: added,
        changed_count: changed,
        deleted_count: deleted,
        unchanged_count: unchanged,
        flags: flags.into_iter().take(1000).map(FlagView::from).collect(),
    };
    Ok(Reply::ok(body).version(version))
}
