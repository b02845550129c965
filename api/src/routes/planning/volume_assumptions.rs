//! Volumes and prices: how many, at what price, for how long; a deviation split into volume, price and rest.

use super::of_path;
use super::volume_view::{VolumeAssumptionsView, VolumeRowInput};
use crate::auth::call::Call;
use crate::auth::perm::{self, Permission};
use crate::problem::Problem;
use crate::reply::{Body, Reply};
use crate::routes::steering::{DocumentQuery, ReasonQuery, precondition};
use crate::wire::as_of::AsOf;
use crate::wire::fields::Fields;
use crate::wire::link::{Link, Links};
use crate::wire::page::PageMeta;
use actix_web::{get, put};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use utfall_domain::money::Money;
use utfall_domain::period::Month;
use utfall_domain::report::Column;
use utfall_domain::rollup::Dimension;
use utfall_domain::text::{Code, Key, Name};
use utfall_domain::volume::{Average, VolumeAssumptions};
use utfall_persistence::error::{Refusal, StoreError};
use utfall_persistence::report::{SumsOf, sums};
use utfall_persistence::scope::Scope;
use utfall_persistence::volume::{self, resource};
use utoipa::{IntoParams, ToSchema};
use utoipa_actix_web::service_config::ServiceConfig;

pub(super) fn configure(config: &mut ServiceConfig) {
    config.service(list_volume_assumptions).service(get_volume_assumptions).service(put_volume_assumptions);
}

/// Vilka rader som ska vägas ihop. Which rows to weigh together.
#[derive(Deserialize, IntoParams)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct VolumeQuery {
    /// Nycklar med komma emellan; deras vägda genomsnitt läggs till i averages. Keys with commas; their weighted average is added to
    /// averages.
    #[param(example = "hushall")]
    rows: Option<String>,
    /// Som registrerat då: en tidpunkt, eller slutet av ett datum. As recorded then: at a moment, or at the end of a date (2018-12-31).
    #[param(value_type = Option<String>)]
    as_of: Option<AsOf>,
}

/// Rader vars genomsnitt ska vägas. Rows whose average is to be weighed.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"key": "alla", "label": "Alla hushåll", "rows": ["hushall"]}))]
struct AverageInput {
    /// Nyckel. Its key.
    #[schema(min_length = 1, max_length = 100)]
    key: String,
    /// Vad det kallas. What it is called.
    #[schema(min_length = 1, max_length = 200)]
    label: String,
    /// Radernas nycklar. The keys of the rows.
    rows: Vec<String>,
}

/// Volymer och priser att sätta. Volumes and prices to set.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"through": "2018-08", "rows": [{"key": "hushall", "label": "Ekonomiskt bistånd", "volumeUnit": "hushåll per månad",
    "activity": "EKB", "budget": {"volume": 2108, "price": 8960, "periods": 8}, "outcome": {"volume": 2061, "price": 8979, "periods": 8,
    "amount": 148_058_000}, "previousYear": {"amount": 141_472_000}}], "averages": [{"key": "alla", "label": "Alla hushåll", "rows": ["hushall"]}]}))]
struct VolumeAssumptionsInput {
    /// Januari till och med månaden; utelämnas för helåret. January through the month; left out for the year.
    #[schema(pattern = "^[0-9]{4}-(0[1-9]|1[0-2])$", example = "2018-08")]
    through: Option<String>,
    /// Raderna. The rows.
    rows: Vec<VolumeRowInput>,
    /// Genomsnitt över några av dem. Averages over some of them.
    #[serde(default)]
    averages: Vec<AverageInput>,
}

/// En nämnds volymer i korthet. A committee's volumes of a year in brief.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(example = json!({"committee": "SN", "year": 2018, "through": "2018-08", "rowKeys": ["hushall"], "_links": {}}))]
struct VolumeSummaryView {
    /// Nämnden. The committee.
    committee: String,
    /// År. The year.
    year: i16,
    /// Januari till och med månaden. January through the month.
    through: Option<String>,
    /// Radernas nycklar. The keys of the rows.
    row_keys: Vec<String>,
    #[serde(rename = "_links")]
    links: Links,
}

/// En sida volymer. A page of volumes, newest year first.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(example = json!({"volumeAssumptions": [], "meta": {"totalRecords": 0, "page": 1, "limit": 20, "count": 0}, "_links": {}}))]
struct VolumeAssumptionsPage {
    /// Volymerna. The volumes.
    volume_assumptions: Vec<VolumeSummaryView>,
    meta: PageMeta,
    #[serde(rename = "_links")]
    links: Links,
}

impl Body for VolumeAssumptionsPage {}

fn links<P: Permission + 'static>(call: &Call<P>, found: &VolumeAssumptions) -> Links {
    let own = call.municipality_href(&resource(found.year.number(), found.committee.as_str()));
    Links { own: Some(Link::get("self", own)), ..Links::default() }
}

/// The ledger's net cost of the committee's activities in the time of the volumes.
async fn ledger(scope: &Scope, found: &VolumeAssumptions) -> Result<BTreeMap<String, Money>, StoreError> {
    let none = (1, 0);
    let of = SumsOf {
        year: found.year,
        dimension: Dimension::Activity,
        committee: Some(found.committee.to_string()),
        outcome: (1, found.through.map_or(13, Month::number)),
        previous: none,
        budget: none,
        forecasts: BTreeMap::new(),
    };
    let mut amounts: BTreeMap<String, Money> = BTreeMap::new();
    for sum in sums(scope, &of).await?.into_iter().filter(|sum| sum.column == Column::Outcome) {
        let amount = amounts.entry(sum.code).or_default();
        *amount = amount.plus(sum.amount)?;
    }
    Ok(amounts)
}

/// List the volumes
///
/// Nämndernas volymer och priser, år för år. The committees' volumes and prices, year by year.
#[utoipa::path(tag = "Volumes", params(DocumentQuery), extensions(("x-right" = json!("read"))),
    responses((status = 200, description = "En sida volymer. A page of volumes.", body = VolumeAssumptionsPage)))]
#[get("/municipalities/{municipalityCode}/volume-assumptions")]
async fn list_volume_assumptions(call: Call<perm::Read>) -> Result<Reply<VolumeAssumptionsPage>, Problem> {
    let query: DocumentQuery = call.query()?;
    let (page, filter) = (query.page()?, query.filter(&call)?);
    let ((rows, total), version) = call
        .read(query.as_of, async |scope| {
            let found = volume::volumes_of(scope, &filter.committees, filter.year, page.window()).await?;
            Ok((found, scope.version()))
        })
        .await?;
    let summary = |found: VolumeAssumptions| VolumeSummaryView {
        links: links(&call, &found),
        committee: found.committee.to_string(),
        year: found.year.number(),
        through: found.through.map(|month| month.to_string()),
        row_keys: found.rows.iter().map(|row| row.key.to_string()).collect(),
    };
    let volume_assumptions: Vec<_> = rows.into_iter().map(summary).collect();
    let links = page.links(total, &call.own_href(), call.request().query_string());
    let meta = page.meta(total, volume_assumptions.len());
    Ok(Reply::ok(VolumeAssumptionsPage { volume_assumptions, meta, links }).version(version))
}

/// Read the volumes of a year
///
/// Volymer, priser och belopp, med avvikelsen delad i volym, pris och rest, och huvudbokens belopp bredvid. Volumes, prices and amounts, with
/// the deviation split into volume, price and rest, and the ledger's amount beside.
#[utoipa::path(tag = "Volumes", params(VolumeQuery), extensions(("x-right" = json!("read"))),
    responses((status = 200, description = "Volymerna. The volumes.",
        content((VolumeAssumptionsView = "application/json"), (String = "text/csv",
            example = json!("key,label,budget,outcome,previousYear,deviation,volumePart,pricePart,rest,ledger\nhushall,Ekonomiskt bistånd,151101440,148058000,141472000,3043440,3368960,-313272,-12248,148058000\n"))))))]
#[get("/municipalities/{municipalityCode}/volume-assumptions/{year}/{committeeCode}")]
async fn get_volume_assumptions(call: Call<perm::Read>) -> Result<Reply<VolumeAssumptionsView>, Problem> {
    let query: VolumeQuery = call.query()?;
    let (year, committee) = of_path(&call)?;
    let (found, amounts, version) = call
        .read(query.as_of, async |scope| {
            let found = volume::volumes(scope, year.number(), committee.as_str()).await?;
            let (found, _) = found.ok_or(Refusal::NotFound)?;
            let amounts = ledger(scope, &found).await?;
            Ok((found, amounts, scope.version()))
        })
        .await?;
    let mut chosen = Vec::new();
    for text in query.rows.iter().flat_map(|rows| rows.split(',')) {
        match found.rows.iter().find(|row| row.key.as_str() == text) {
            Some(row) => chosen.push(row.key.clone()),
            None => return Err(Problem::unfit_parameter("rows", text, "is not the key of a row")),
        }
    }
    let links = links(&call, &found);
    let of = |code: &Code| amounts.get(code.as_str()).copied();
    Ok(Reply::ok(VolumeAssumptionsView::new(found, &chosen, of, links)?).version(version))
}

/// Set the volumes of a year
///
/// Rader med volym, pris och perioder, eller bara belopp, för budget, utfall och föregående år. Att ändra kräver If-Match. Rows with a volume,
/// a price and periods, or an amount only, for budget, outcome and the year before. Changing them takes If-Match.
#[utoipa::path(tag = "Volumes", params(ReasonQuery), request_body = VolumeAssumptionsInput,
    extensions(("x-right" = json!("budgets")), ("x-if-match" = json!("required"))),
    responses((status = 200, description = "Volymerna. The volumes.", body = VolumeAssumptionsView),
              (status = 201, description = "Nya volymer. New volumes.", body = VolumeAssumptionsView)))]
#[put("/municipalities/{municipalityCode}/volume-assumptions/{year}/{committeeCode}")]
async fn put_volume_assumptions(mut call: Call<perm::Budgets>) -> Result<Reply<VolumeAssumptionsView>, Problem> {
    let (year, committee) = of_path(&call)?;
    let (reason, precondition) = (ReasonQuery::of(&call)?, precondition(&call)?);
    let input: VolumeAssumptionsInput = call.json().await?;
    let mut fields = Fields::default();
    let through = fields.optional("through", input.through.as_deref(), Month::parse);
    let rows = input.rows.iter().enumerate().filter_map(|(at, row)| row.read(at, &mut fields)).collect();
    let mut averages = Vec::new();
    for (at, one) in input.averages.iter().enumerate() {
        let key = fields.parsed(format!("averages/{at}/key"), &one.key, Key::parse);
        let label = fields.parsed(format!("averages/{at}/label"), &one.label, Name::parse);
        let rows = one.rows.iter().enumerate();
        let rows =
            rows.filter_map(|(n, row)| fields.parsed(format!("averages/{at}/rows/{n}"), row, Key::parse)).collect();
        averages.extend(key.zip(label).map(|(key, label)| Average { key, label, rows }));
    }
    let new = fields.done(Some(VolumeAssumptions { committee, year, through, rows, averages }))?;
    let put = call
        .write(async |w| {
            let put = volume::set(w, new.clone(), precondition, &reason).await?;
            let amounts = ledger(w, &put.body).await?;
            Ok((put, amounts))
        })
        .await;
    let (put, amounts) = put.map_err(Problem::in_document)?;
    let (location, links) = (call.own_href(), links(&call, &put.body));
    let of = |code: &Code| amounts.get(code.as_str()).copied();
    let view = VolumeAssumptionsView::new(put.body, &[], of, links)?;
    Ok(Reply::put(put.is_new, view, location).version(put.version))
}
