//! Scorecards (styrkort): a committee's indicators of a year, with outcomes, targets and computed statuses.

use super::scorecard_layout::Layout;
use super::scorecard_view::{ScorecardInput, ScorecardView};
use crate::auth::call::Call;
use crate::auth::perm::{self, Permission};
use crate::problem::Problem;
use crate::reply::{Body, Reply};
use crate::routes::steering::{DocumentQuery, ReasonQuery, precondition};
use crate::wire::as_of::AsOfQuery;
use crate::wire::fields::Fields;
use crate::wire::link::{Link, Links};
use crate::wire::page::PageMeta;
use actix_web::{get, put};
use serde::Serialize;
use utfall_domain::indicator::organisation::Organisation;
use utfall_domain::indicator::scorecard::Scorecard;
use utfall_domain::period::Year;
use utfall_domain::text::Code;
use utfall_persistence::error::{Refusal, StoreError};
use utfall_persistence::indicator::scorecard::{self, Measured, measured};
use utfall_persistence::scope::Scope;
use utoipa::ToSchema;
use utoipa_actix_web::service_config::ServiceConfig;

/// How many years before its own a scorecard shows.
const YEARS_BEFORE: i16 = 3;

pub(super) fn configure(config: &mut ServiceConfig) {
    config.service(list_scorecards).service(get_scorecard).service(put_scorecard);
}

/// Ett styrkort i en lista. A scorecard in a list.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(example = json!({"committee": "SN", "year": 2018, "indicatorCount": 1, "_links": {}}))]
struct ScorecardSummaryView {
    /// Nämnden. The committee.
    committee: String,
    /// År. The year.
    year: i16,
    /// Antal nyckeltal. How many indicators it shows.
    indicator_count: usize,
    #[serde(rename = "_links")]
    links: Links,
}

/// En sida styrkort. A page of scorecards, newest year first.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(example = json!({"scorecards": [], "meta": {"totalRecords": 0, "page": 1, "limit": 20, "count": 0}, "_links": {}}))]
struct ScorecardPage {
    /// Styrkorten. The scorecards.
    scorecards: Vec<ScorecardSummaryView>,
    meta: PageMeta,
    #[serde(rename = "_links")]
    links: Links,
}

impl Body for ScorecardPage {}

async fn of(scope: &Scope, card: &Scorecard) -> Result<Measured, StoreError> {
    measured(scope, &card.keys(), card.year, YEARS_BEFORE).await
}

fn view<P: Permission + 'static>(
    call: &Call<P>,
    card: &Scorecard,
    measured: &Measured,
) -> Result<ScorecardView, Problem> {
    let layout = Layout {
        measured,
        committee: &card.committee,
        may_read: &|committee| call.actor().reach.covers(committee.as_str()),
        organisation: Organisation::Committee(card.committee.clone()),
        municipality: Organisation::Area(call.municipality()?.clone()),
        year: card.year,
    };
    let own = scorecard::resource(card.year.number(), card.committee.as_str());
    Ok(ScorecardView {
        committee: card.committee.to_string(),
        year: card.year.number(),
        groups: card.groups.iter().map(|group| layout.group(group)).collect(),
        links: Links { own: Some(Link::get("self", call.municipality_href(&own))), ..Links::default() },
    })
}

fn year<P: Permission + 'static>(call: &Call<P>) -> Result<Year, Problem> {
    Year::parse(&call.path("year")?).map_err(|_| Problem::not_found())
}

/// List the scorecards
///
/// Nämndernas styrkort. The committees' scorecards.
#[utoipa::path(tag = "Indicators", params(DocumentQuery), extensions(("x-right" = json!("read"))),
    responses((status = 200, description = "En sida styrkort. A page of scorecards.", body = ScorecardPage)))]
#[get("/municipalities/{municipalityCode}/scorecards")]
async fn list_scorecards(call: Call<perm::Read>) -> Result<Reply<ScorecardPage>, Problem> {
    let query: DocumentQuery = call.query()?;
    let (page, filter) = (query.page()?, query.filter(&call)?);
    let ((rows, total), version) = call
        .read(query.as_of, async |scope| {
            let rows = scorecard::scorecards(scope, &filter.committees, filter.year, page.window()).await?;
            Ok((rows, scope.version()))
        })
        .await?;
    let summary = |card: Scorecard| {
        let own = call.municipality_href(&scorecard::resource(card.year.number(), card.committee.as_str()));
        ScorecardSummaryView {
            committee: card.committee.to_string(),
            year: card.year.number(),
            indicator_count: card.keys().len(),
            links: Links { own: Some(Link::get("self", own)), ..Links::default() },
        }
    };
    let scorecards: Vec<_> = rows.into_iter().map(summary).collect();
    let links = page.links(total, &call.own_href(), call.request().query_string());
    let meta = page.meta(total, scorecards.len());
    Ok(Reply::ok(ScorecardPage { scorecards, meta, links }).version(version))
}

/// Read a scorecard
///
/// Utfall för året och tre år före, målvärden med beräknad status, regel och indata, prognos och utveckling. Outcomes of the year and of
/// three before it, targets with computed status, rule and inputs, forecast and trend.
#[utoipa::path(tag = "Indicators", params(AsOfQuery), extensions(("x-right" = json!("read"))),
    responses((status = 200, description = "Styrkortet. The scorecard.",
        content((ScorecardView = "application/json"), (String = "text/csv", example = json!(SCORECARD_CSV))))))]
#[get("/municipalities/{municipalityCode}/scorecards/{year}/{committeeCode}")]
async fn get_scorecard(call: Call<perm::Read>) -> Result<Reply<ScorecardView>, Problem> {
    let query: AsOfQuery = call.query()?;
    let (year, committee) = (year(&call)?, call.committee()?);
    let (card, measured, version) = call
        .read(query.as_of, async |scope| {
            let (card, _) = scorecard::scorecard(scope, year.number(), &committee).await?.ok_or(Refusal::NotFound)?;
            let measured = of(scope, &card).await?;
            Ok((card, measured, scope.version()))
        })
        .await?;
    Ok(Reply::ok(view(&call, &card, &measured)?).version(version))
}

/// Set a scorecard
///
/// Vilka nyckeltal som visas, under perspektiv och rubriker. Which indicators are shown, under perspectives and headings. Changing one
/// takes If-Match.
#[utoipa::path(tag = "Indicators", params(ReasonQuery), request_body = ScorecardInput,
    extensions(("x-right" = json!("indicators")), ("x-if-match" = json!("required"))),
    responses((status = 200, description = "Styrkortet. The scorecard.", body = ScorecardView),
              (status = 201, description = "Ett nytt styrkort. A new scorecard.", body = ScorecardView)))]
#[put("/municipalities/{municipalityCode}/scorecards/{year}/{committeeCode}")]
async fn put_scorecard(mut call: Call<perm::Indicators>) -> Result<Reply<ScorecardView>, Problem> {
    let (year, committee) = (year(&call)?, call.committee()?);
    let (reason, precondition) = (ReasonQuery::of(&call)?, precondition(&call)?);
    let committee = Code::parse(&committee).map_err(|_| Problem::not_found())?;
    let input: ScorecardInput = call.json().await?;
    let mut fields = Fields::default();
    let card = input.read(committee, year, &mut fields);
    let card = fields.done(Some(card))?;
    let put = call
        .write(async |w| {
            let put = scorecard::set(w, card.clone(), precondition, &reason).await?;
            let measured = of(w, &put.body).await?;
            Ok((put, measured))
        })
        .await;
    let (put, measured) = put.map_err(Problem::in_document)?;
    let location = call.own_href();
    Ok(Reply::put(put.is_new, view(&call, &put.body, &measured)?, location).version(put.version))
}

const SCORECARD_CSV: &str = "perspective,heading,indicator,name,unit,outcome,target,status,reason,text,forecast,forecastBasis\n\
    Medarbetare,Personal,sjukfranvaro,Sjukfrånvaro total,%,7,7.3,met,reached,\"7,3 %\",6.9,entered\n";
