//! Follow-ups (uppföljningar): listed, and read by the edition that speaks for them now or on a day.

use super::follow_up_editions::{answer, frozen};
use super::follow_up_view::{FollowUpEditionView, FollowUpSummaryView};
use super::plans::{DecidedQuery, DocumentQuery};
use super::{key, reaches};
use crate::auth::call::Call;
use crate::auth::perm;
use crate::problem::Problem;
use crate::reply::{Body, Reply};
use crate::wire::link::{Link, Links};
use crate::wire::page::PageMeta;
use actix_web::get;
use serde::Serialize;
use utfall_domain::steering::edition::EditionKind;
use utfall_persistence::error::Refusal;
use utfall_persistence::steering::edition::{self, Edition};
use utfall_persistence::steering::follow_up::{follow_up_of, whole};
use utoipa::ToSchema;
use utoipa_actix_web::service_config::ServiceConfig;

const KIND: EditionKind = EditionKind::FollowUp;

pub(super) fn configure(config: &mut ServiceConfig) {
    config.service(list_follow_ups).service(get_follow_up);
}

/// En sida uppföljningar. A page of follow-ups, newest year first.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(example = json!({"followUps": [], "meta": {"totalRecords": 0, "page": 1, "limit": 20, "count": 0}, "_links": {}}))]
struct FollowUpPage {
    /// Uppföljningarna. The follow-ups.
    follow_ups: Vec<FollowUpSummaryView>,
    meta: PageMeta,
    #[serde(rename = "_links")]
    links: Links,
}

impl Body for FollowUpPage {}

pub(super) fn summary(call: &Call<perm::Read>, edition: &Edition, own: &str) -> Result<FollowUpSummaryView, Problem> {
    let links = Links { own: Some(Link::get("self", call.municipality_href(own))), ..Links::default() };
    let follow_up = follow_up_of(edition)?;
    Ok(FollowUpSummaryView {
        follow_up_id: edition.document.clone(),
        edition: edition.number,
        state: edition.state().name(KIND),
        committee: edition.committee.clone(),
        year: edition.year,
        kind: follow_up.kind.code(),
        period: follow_up.period.to_string(),
        title: follow_up.title.to_string(),
        decision: edition.decision()?.map(Into::into),
        superseded_by: edition.superseded_by(),
        links,
    })
}

/// List the follow-ups
///
/// Nämndernas uppföljningar, var och en med den utgåva som gäller: den senast beslutade, annars den inlämnade, annars utkastet. The
/// committees' follow-ups, each by the edition that speaks for it: the newest decided, else the submitted, else the draft.
#[utoipa::path(tag = "Steering", params(DocumentQuery), extensions(("x-right" = json!("read"))),
    responses((status = 200, description = "En sida uppföljningar. A page of follow-ups.", body = FollowUpPage)))]
#[get("/municipalities/{municipalityCode}/follow-ups")]
async fn list_follow_ups(call: Call<perm::Read>) -> Result<Reply<FollowUpPage>, Problem> {
    let query: DocumentQuery = call.query()?;
    let (page, filter) = (query.page()?, query.filter(&call)?);
    let ((rows, total), version) = call
        .read(query.as_of, async |scope| {
            Ok((edition::documents(scope, KIND, &filter, page.window()).await?, scope.version()))
        })
        .await?;
    let follow_ups = rows.iter().map(|row| summary(&call, row, &format!("follow-ups/{}", row.document)));
    let follow_ups = follow_ups.collect::<Result<Vec<_>, _>>()?;
    let links = page.links(total, &call.own_href(), call.request().query_string());
    let meta = page.meta(total, follow_ups.len());
    Ok(Reply::ok(FollowUpPage { follow_ups, meta, links }).version(version))
}

/// Read a follow-up
///
/// Utgåvan som gäller, med checklista och siffror. Med asOf som registrerat då, med decidedAsOf som beslutat den dagen. The edition that
/// speaks for the follow-up, with its checklist and figures. With asOf as recorded then, with decidedAsOf as decided on that day.
#[utoipa::path(tag = "Steering", params(DecidedQuery), extensions(("x-right" = json!("read"))),
    responses((status = 200, description = "Uppföljningen. The follow-up.", body = FollowUpEditionView)))]
#[get("/municipalities/{municipalityCode}/follow-ups/{followUpId}")]
async fn get_follow_up(call: Call<perm::Read>) -> Result<Reply<FollowUpEditionView>, Problem> {
    let query: DecidedQuery = call.query()?;
    let (follow_up_id, day) = (key(&call, "followUpId")?, query.day()?);
    let (found, figures, version) = call
        .read(query.as_of, async |scope| {
            let edition = edition::foremost(scope, KIND, follow_up_id.as_str(), day).await?;
            let found = whole(scope, edition.ok_or(Refusal::NotFound)?).await?;
            let figures = frozen(scope, &found).await?;
            Ok((found, figures, scope.version()))
        })
        .await?;
    reaches(&call, &found.edition.committee)?;
    let links = Links { own: Some(Link::get("self", call.own_href())), ..Links::default() };
    Ok(Reply::ok(answer(&call, found, figures, links)?).version(version))
}
