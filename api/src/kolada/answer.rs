//! Answers: read at one version of what is published, and kept while that version stands.

use super::pages::{Address, Paged};
use super::question::{Question, Subject};
use super::refusal::Refused;
use super::routes::Entity;
use super::{Version, v2, v3};
use crate::bodies::Kept;
use crate::state::State;
use actix_web::http::header;
use actix_web::{HttpRequest, HttpResponse};
use serde::Serialize;
use sha2::{Digest, Sha256};
use utfall_domain::kolada::area::GroupKind;
use utfall_domain::kolada::key_figure::KeyFigure;
use utfall_persistence::kolada::entities::{areas, groups, key_figures, units};
use utfall_persistence::kolada::published::Published;
use utfall_persistence::kolada::values::rows;

pub(super) async fn answer(
    version: Version,
    request: &HttpRequest,
    state: &State,
    question: Question,
) -> Result<HttpResponse, Refused> {
    let address = Address::of(request, state);
    let asked = format!("{}?{}", address.text(), request.query_string());
    let current = state.store.published_version().await?;
    if let Some(kept) = state.bodies.current(&asked, current) {
        return Ok(response(request, state, &kept));
    }
    let (body, read_at) =
        state.store.published(async |published| Ok(body(version, published, question, &address).await)).await?;
    let body = body?;
    // Of the content: what others publish does not make a client load the same again.
    let etag = format!("\"{}\"", hex::encode(&Sha256::digest(&body)[..12]));
    Ok(response(request, state, &state.bodies.keep(asked, read_at, etag, body.as_ref())))
}

fn response(request: &HttpRequest, state: &State, kept: &Kept) -> HttpResponse {
    let known = request.headers().get(header::IF_NONE_MATCH).and_then(|value| value.to_str().ok());
    let is_known = known.is_some_and(|known| {
        known.split(',').map(str::trim).any(|tag| tag == "*" || tag.trim_start_matches("W/") == kept.etag)
    });
    let mut response = if is_known { HttpResponse::NotModified() } else { HttpResponse::Ok() };
    let whose = if state.setup.is_kolada_closed { "private, no-cache" } else { "public, no-cache" };
    response.insert_header((header::ETAG, kept.etag.as_str())).insert_header((header::CACHE_CONTROL, whose));
    if is_known {
        return response.finish();
    }
    response.insert_header((header::CONTENT_TYPE, "application/json; charset=utf-8")).body(kept.body.clone())
}

async fn body(
    version: Version,
    published: &Published,
    question: Question,
    address: &Address,
) -> Result<Vec<u8>, Refused> {
    let Question { subject, paging } = question;
    let window = paging.window();
    match subject {
        Subject::Nothing => written::<v2::Kpi, v3::Kpi, _>(version, paging.page(Vec::<KeyFigure>::new(), address)),
        Subject::Entities(Entity::KeyFigures, filter) => {
            let items = key_figures(published, &filter, window).await?;
            written::<v2::Kpi, v3::Kpi, _>(version, paging.page(items, address))
        }
        Subject::Entities(Entity::Areas, filter) => {
            let items = areas(published, &filter, version == Version::V2, window).await?;
            written::<v2::Municipality, v3::Municipality, _>(version, paging.page(items, address))
        }
        Subject::Entities(Entity::Units, filter) => {
            let items = units(published, &filter, window).await?;
            written::<v2::OrganisationalUnit, v3::OrganisationalUnit, _>(version, paging.page(items, address))
        }
        Subject::Entities(entity, filter) => {
            let kind = if entity == Entity::AreaGroups { GroupKind::Areas } else { GroupKind::KeyFigures };
            let items = groups(published, kind, &filter, window).await?;
            written::<v2::MemberGroup, v3::MemberGroup, _>(version, paging.page(items, address))
        }
        Subject::Values(filter) => {
            let paged = paging.page(rows(published, &filter, window).await?, address);
            let since = filter.changed_from.is_some();
            match (version, filter.of_units) {
                (Version::V2, of_units) => {
                    let Paged { items, next, previous } = paged;
                    let items = items.into_iter().map(|row| v2::Since(row, since)).collect();
                    let paged = Paged { items, next, previous };
                    if of_units {
                        json(&v2::Answer::<v2::OuData>::of(paged))
                    } else {
                        json(&v2::Answer::<v2::Data>::of(paged))
                    }
                }
                (Version::V3, true) => json(&v3::Answer::<v3::OuData>::of(paged)),
                (Version::V3, false) => json(&v3::Answer::<v3::Data>::of(paged)),
            }
        }
    }
}

/// A page in the form of its version.
fn written<Two, Three, Item>(version: Version, paged: Paged<Item>) -> Result<Vec<u8>, Refused>
where
    Two: From<Item> + Serialize,
    Three: From<Item> + Serialize,
{
    match version {
        Version::V2 => json(&v2::Answer::<Two>::of(paged)),
        Version::V3 => json(&v3::Answer::<Three>::of(paged)),
    }
}

fn json(answer: &impl Serialize) -> Result<Vec<u8>, Refused> {
    serde_json::to_vec(answer).map_err(|error| {
        tracing::error!(%error, "a Kolada answer could not be written");
        Refused::Internal
    })
}
