//! Frames (budgetramar): the bridge from last year's closing to this year's, and the budget against it.

use super::frame_view::{FrameInput, FrameView};
use crate::auth::call::Call;
use crate::auth::perm::{self, Permission};
use crate::problem::Problem;
use crate::reply::{Body, Reply};
use crate::routes::planning::of_path;
use crate::routes::steering::{DocumentQuery, ReasonQuery, precondition};
use crate::wire::as_of::AsOfQuery;
use crate::wire::fields::Fields;
use crate::wire::link::{Link, Links};
use crate::wire::page::PageMeta;
use actix_web::{get, put};
use serde::Serialize;
use std::collections::BTreeMap;
use utfall_domain::money::Money;
use utfall_persistence::error::{Refusal, StoreError};
use utfall_persistence::frame::{self, Bridged, bridged, bridges, resource};
use utfall_persistence::report::budgets;
use utfall_persistence::scope::Scope;
use utoipa::ToSchema;
use utoipa_actix_web::service_config::ServiceConfig;

pub(super) fn configure(config: &mut ServiceConfig) {
    config.service(list_frames).service(get_frame).service(put_frame);
}

/// En sida ramar. A page of frames, newest year first.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(example = json!({"frames": [], "meta": {"totalRecords": 0, "page": 1, "limit": 20, "count": 0}, "_links": {}}))]
struct FramePage {
    /// Ramarna. The frames.
    frames: Vec<FrameView>,
    meta: PageMeta,
    #[serde(rename = "_links")]
    links: Links,
}

impl Body for FramePage {}

fn links<P: Permission + 'static>(call: &Call<P>, found: &Bridged) -> Links {
    let own = call.municipality_href(&resource(found.frame.committee.as_str(), found.frame.year.number()));
    Links { own: Some(Link::get("self", own)), ..Links::default() }
}

/// A committee's adopted budget of the year of its frame.
async fn budget_of(scope: &Scope, found: &Bridged) -> Result<Option<Money>, StoreError> {
    Ok(budgets(scope, found.frame.year).await?.remove(found.frame.committee.as_str()))
}

/// List the frames
///
/// Nämndernas ramar med bryggor, senaste året först. The committees' frames with their bridges, newest year first.
#[utoipa::path(tag = "Frames", params(DocumentQuery), extensions(("x-right" = json!("read"))),
    responses((status = 200, description = "En sida ramar. A page of frames.", body = FramePage)))]
#[get("/municipalities/{municipalityCode}/frames")]
async fn list_frames(call: Call<perm::Read>) -> Result<Reply<FramePage>, Problem> {
    let query: DocumentQuery = call.query()?;
    let (page, filter) = (query.page()?, query.filter(&call)?);
    let (found, amounts, version) = call
        .read(query.as_of, async |scope| {
            let mut found = bridges(scope, &filter.committees).await?;
            found.retain(|one| filter.year.is_none_or(|year| one.frame.year.number() == year));
            found.reverse();
            let mut amounts = BTreeMap::new();
            for year in page.of(&found).iter().map(|one| one.frame.year).collect::<std::collections::BTreeSet<_>>() {
                amounts.insert(year, budgets(scope, year).await?);
            }
            Ok((found, amounts, scope.version()))
        })
        .await?;
    let budget = |one: &Bridged| amounts.get(&one.frame.year)?.get(one.frame.committee.as_str()).copied();
    let frames = page.of(&found).iter().map(|one| FrameView::new(one, budget(one), links(&call, one)));
    let frames = frames.collect::<Result<Vec<_>, _>>()?;
    let total = i64::try_from(found.len()).unwrap_or_default();
    let links = page.links(total, &call.own_href(), call.request().query_string());
    let meta = page.meta(total, frames.len());
    Ok(Reply::ok(FramePage { frames, meta, links }).version(version))
}

/// Read a frame
///
/// Bryggan från ingående till utgående ram, reserven, och antagen budget mot ramen. Vad som är tryckt annorlunda sägs i findings. The bridge
/// from the opening to the closing, the reserve, and the adopted budget against the frame. What is printed otherwise is said in findings.
#[utoipa::path(tag = "Frames", params(AsOfQuery), extensions(("x-right" = json!("read"))),
    responses((status = 200, description = "Ramen. The frame.",
        content((FrameView = "application/json"), (String = "text/csv",
            example = json!("key,label,type,amount\nopening,Ingående ram,stated,365300000\nloner,Löner,wages,5200000\nclosing,Utgående ram,total,370500000\n"))))))]
#[get("/municipalities/{municipalityCode}/committees/{committeeCode}/frames/{year}")]
async fn get_frame(call: Call<perm::Read>) -> Result<Reply<FrameView>, Problem> {
    let query: AsOfQuery = call.query()?;
    let (year, committee) = of_path(&call)?;
    let (found, budget, version) = call
        .read(query.as_of, async |scope| {
            let found = bridged(scope, committee.as_str(), year.number()).await?.ok_or(Refusal::NotFound)?;
            let budget = budget_of(scope, &found).await?;
            Ok((found, budget, scope.version()))
        })
        .await?;
    Ok(Reply::ok(FrameView::new(&found, budget, links(&call, &found))?).version(version))
}

/// Set a frame
///
/// Sätter ingående ram (när förra året saknas), förändringar, planerade besparingar, reserv och tryckta summor. Att ändra kräver If-Match.
/// Sets the opening (where last year has none), changes, planned savings, reserve and printed totals. Changing them takes If-Match.
#[utoipa::path(tag = "Frames", params(ReasonQuery), request_body = FrameInput,
    extensions(("x-right" = json!("budgets")), ("x-if-match" = json!("required"))),
    responses((status = 200, description = "Ramen. The frame.", body = FrameView),
              (status = 201, description = "En ny ram. A new frame.", body = FrameView)))]
#[put("/municipalities/{municipalityCode}/committees/{committeeCode}/frames/{year}")]
async fn put_frame(mut call: Call<perm::Budgets>) -> Result<Reply<FrameView>, Problem> {
    let (year, committee) = of_path(&call)?;
    let (reason, precondition) = (ReasonQuery::of(&call)?, precondition(&call)?);
    let input: FrameInput = call.json().await?;
    let mut fields = Fields::default();
    let new = input.read(committee.clone(), year, &mut fields);
    let new = fields.done(Some(new))?;
    let put = call
        .write(async |w| {
            let put = frame::set(w, new.clone(), precondition, &reason).await?;
            let found = bridged(w, committee.as_str(), year.number()).await?.ok_or(Refusal::NotFound)?;
            let budget = budget_of(w, &found).await?;
            Ok((put, found, budget))
        })
        .await;
    let (put, found, budget) = put.map_err(Problem::in_document)?;
    let location = call.own_href();
    Ok(Reply::put(put.is_new, FrameView::new(&found, budget, links(&call, &found))?, location).version(put.version))
}
