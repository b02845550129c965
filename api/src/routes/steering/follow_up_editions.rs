//! The editions of a follow-up: put as drafts, read with their figures.

use super::follow_up_view::{FiguresView, FollowUpDocument, FollowUpEditionView, FollowUpSummaryView};
use super::{ReasonQuery, key, number, precondition, reaches};
use crate::auth::call::Call;
use crate::auth::perm::{self, Permission};
use crate::problem::Problem;
use crate::reply::{Body, Reply};
use crate::routes::reports::{Asked, Found, forecast, operating};
use crate::wire::as_of::AsOfQuery;
use crate::wire::fields::Fields;
use crate::wire::link::{Link, Links};
use crate::wire::page::{ListQuery, Page, PageMeta};
use actix_web::{get, put};
use serde::Serialize;
use utfall_domain::steering::edition::EditionKind;
use utfall_persistence::error::{Refusal, StoreError};
use utfall_persistence::scope::Scope;
use utfall_persistence::steering::edition;
use utfall_persistence::steering::follow_up::{self, FollowUpEdition, whole};
use utoipa::ToSchema;
use utoipa_actix_web::service_config::ServiceConfig;

const KIND: EditionKind = EditionKind::FollowUp;

pub(super) fn configure(config: &mut ServiceConfig) {
    config.service(list_follow_up_editions).service(get_follow_up_edition).service(put_follow_up_edition);
}

/// En sida utgåvor. A page of a follow-up's editions, newest first.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(example = json!({"editions": [], "meta": {"totalRecords": 0, "page": 1, "limit": 20, "count": 0}, "_links": {}}))]
struct FollowUpEditionPage {
    /// Utgåvorna. The editions.
    editions: Vec<FollowUpSummaryView>,
    meta: PageMeta,
    #[serde(rename = "_links")]
    links: Links,
}

impl Body for FollowUpEditionPage {}

/// What the ledger says for a follow-up, at the version that its edition shows.
pub(super) struct Figures {
    asked: Asked,
    operating: Found,
    forecast: Found,
}

/// The figures of an edition: what the ledger said when it was submitted, or says for a draft.
pub(super) async fn frozen(scope: &Scope, found: &FollowUpEdition) -> Result<Option<Figures>, StoreError> {
    let Some(month) = found.follow_up.last_month() else { return Ok(None) };
    let then = scope.at(found.edition.read_at(scope.version()));
    let asked = Asked::of_follow_up(found.follow_up.committee.to_string(), month);
    let operating = Found::read(&then, &asked, false).await?;
    if operating.outcomes.is_empty() {
        return Ok(None);
    }
    let forecast = Found::read(&then, &asked, true).await?;
    Ok(Some(Figures { asked, operating, forecast }))
}

/// An edition as it is answered.
pub(super) fn answer<P: Permission + 'static>(
    call: &Call<P>,
    found: FollowUpEdition,
    figures: Option<Figures>,
    links: Links,
) -> Result<FollowUpEditionView, Problem> {
    let own = edition::resource(KIND, &found.edition.document, found.edition.number);
    let href = || call.municipality_href(&own);
    let figures = figures.map(|figures| {
        Ok::<_, Problem>(FiguresView {
            data_version: figures.operating.version,
            operating_summary: operating(href(), &figures.asked, &figures.operating)?,
            forecast_summary: forecast(href(), &figures.asked, &figures.forecast)?,
        })
    });
    FollowUpEditionView::new(found, figures.transpose()?, links)
}

/// An edition as it is answered at its own address.
pub(super) fn view<P: Permission + 'static>(
    call: &Call<P>,
    found: FollowUpEdition,
    figures: Option<Figures>,
) -> Result<FollowUpEditionView, Problem> {
    let own = edition::resource(KIND, &found.edition.document, found.edition.number);
    let up = format!("follow-ups/{}", found.edition.document);
    let links = Links {
        own: Some(Link::get("self", call.municipality_href(&own))),
        up: Some(Link::get("up", call.municipality_href(&up))),
        ..Links::default()
    };
    answer(call, found, figures, links)
}

/// List the editions of a follow-up
///
/// Uppföljningens utgåvor, nyast först; en rättelse är en ny utgåva. The editions of the follow-up, newest first; a correction is a
/// new edition.
#[utoipa::path(tag = "Steering", params(ListQuery), extensions(("x-right" = json!("read"))),
    responses((status = 200, description = "En sida utgåvor. A page of editions.", body = FollowUpEditionPage)))]
#[get("/municipalities/{municipalityCode}/follow-ups/{followUpId}/editions")]
async fn list_follow_up_editions(call: Call<perm::Read>) -> Result<Reply<FollowUpEditionPage>, Problem> {
    let query: ListQuery = call.query()?;
    let page = Page::new(query.page, query.limit, 1000)?;
    let follow_up_id = key(&call, "followUpId")?;
    let (committee, (rows, total), version) = call
        .read(query.as_of, async |scope| {
            let foremost =
                edition::foremost(scope, KIND, follow_up_id.as_str(), None).await?.ok_or(Refusal::NotFound)?;
            let rows = edition::editions(scope, KIND, follow_up_id.as_str(), page.window()).await?;
            Ok((foremost.committee, rows, scope.version()))
        })
        .await?;
    reaches(&call, &committee)?;
    let row = |row: &edition::Edition| {
        super::follow_ups::summary(&call, row, &edition::resource(KIND, &row.document, row.number))
    };
    let editions = rows.iter().map(row).collect::<Result<Vec<_>, _>>()?;
    let links = page.links(total, &call.own_href(), call.request().query_string());
    let meta = page.meta(total, editions.len());
    Ok(Reply::ok(FollowUpEditionPage { editions, meta, links }).version(version))
}

/// Read an edition of a follow-up
///
/// Bedömningar, vad målen blev, checklista och siffror: som de står för ett utkast, som de stod när den lämnades in annars. Assessments,
/// how the goals came out, the checklist and the figures: as they stand for a draft, as they stood when it was submitted otherwise.
#[utoipa::path(tag = "Steering", params(AsOfQuery), extensions(("x-right" = json!("read"))),
    responses((status = 200, description = "Utgåvan. The edition.", body = FollowUpEditionView)))]
#[get("/municipalities/{municipalityCode}/follow-ups/{followUpId}/editions/{edition}")]
async fn get_follow_up_edition(call: Call<perm::Read>) -> Result<Reply<FollowUpEditionView>, Problem> {
    let query: AsOfQuery = call.query()?;
    let (follow_up_id, number) = (key(&call, "followUpId")?, number(&call, "edition")?);
    let (found, figures, version) = call
        .read(query.as_of, async |scope| {
            let edition = edition::edition(scope, KIND, follow_up_id.as_str(), number).await?;
            let found = whole(scope, edition.ok_or(Refusal::NotFound)?).await?;
            let figures = frozen(scope, &found).await?;
            Ok((found, figures, scope.version()))
        })
        .await?;
    reaches(&call, &found.edition.committee)?;
    Ok(Reply::ok(view(&call, found, figures)?).version(version))
}

/// Put an edition of a follow-up
///
/// Ett utkast: första utgåvan, en rättelse när den förra är inlämnad eller beslutad (med skäl i frågan), eller en ändring av ett
/// utkast. A draft: the first edition, a correction when the one before is submitted or decided (with a reason in the query), or a
/// change of a draft. Changing a draft takes If-Match.
#[utoipa::path(tag = "Steering", params(ReasonQuery), request_body = FollowUpDocument,
    extensions(("x-right" = json!("follow-ups")), ("x-if-match" = json!("required"))),
    responses((status = 200, description = "Utgåvan. The edition.", body = FollowUpEditionView),
              (status = 201, description = "En ny utgåva. A new edition.", body = FollowUpEditionView),
              (status = 409, description = "Utgåvan är inlämnad. The edition is submitted.", body = crate::problem::ProblemView,
               content_type = "application/problem+json")))]
#[put("/municipalities/{municipalityCode}/follow-ups/{followUpId}/editions/{edition}")]
async fn put_follow_up_edition(mut call: Call<perm::FollowUps>) -> Result<Reply<FollowUpEditionView>, Problem> {
    let (follow_up_id, number) = (key(&call, "followUpId")?, number(&call, "edition")?);
    let (reason, precondition) = (ReasonQuery::of(&call)?, precondition(&call)?);
    let input: FollowUpDocument = call.json().await?;
    let mut fields = Fields::default();
    let document = input.read(&mut fields);
    let document = fields.done(document)?;
    reaches(&call, document.committee.as_str())?;
    let put = call
        .write(async |w| {
            let standing = edition::foremost(w, KIND, follow_up_id.as_str(), None).await?;
            if standing.is_some_and(|standing| !w.actor().reach.covers(&standing.committee)) {
                return Err(Refusal::NotFound.into());
            }
            let put = follow_up::put(w, &follow_up_id, number, document.clone(), precondition, &reason).await?;
            let figures = frozen(w, &put.body).await?;
            Ok((put, figures))
        })
        .await;
    let (put, figures) = put.map_err(Problem::in_document)?;
    let location = call.own_href();
    Ok(Reply::put(put.is_new, view(&call, put.body, figures)?, location).version(put.version))
}
