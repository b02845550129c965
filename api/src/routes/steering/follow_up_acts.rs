//! What becomes of a follow-up's edition: submitted, which freezes it, and decided.

use super::decision::DecisionView;
use super::follow_up_editions::{frozen, view};
use super::follow_up_view::FollowUpEditionView;
use super::plan_acts::HandInInput;
use super::{key, number, precondition};
use crate::auth::call::Call;
use crate::auth::perm::{self, Permission};
use crate::problem::Problem;
use crate::reply::Reply;
use crate::wire::fields::Fields;
use actix_web::{HttpResponse, post};
use utfall_domain::steering::edition::EditionKind;
use utfall_persistence::error::{Refusal, StoreError};
use utfall_persistence::steering::edition;
use utfall_persistence::steering::follow_up::{self, FollowUpEdition, whole};
use utfall_persistence::store::Writing;
use utoipa_actix_web::service_config::ServiceConfig;

const KIND: EditionKind = EditionKind::FollowUp;

pub(super) fn configure(config: &mut ServiceConfig) {
    config.service(submit_follow_up).service(decide_follow_up);
}

/// Does something to an edition of the path, whose committee the token must reach.
async fn act<P: Permission + 'static>(
    call: &Call<P>,
    work: impl AsyncFn(&mut Writing, &str, i16) -> Result<FollowUpEdition, StoreError>,
) -> Result<HttpResponse, Problem> {
    let (follow_up_id, number) = (key(call, "followUpId")?, number(call, "edition")?);
    let precondition = precondition(call)?;
    let work = async |w: &mut Writing| {
        let standing = edition::edition(w, KIND, follow_up_id.as_str(), number).await?.ok_or(Refusal::NotFound)?;
        if !w.actor().reach.covers(&standing.committee) {
            return Err(Refusal::NotFound.into());
        }
        let model = follow_up::follow_up_of(&standing)?.model;
        standing.unread(w, model.as_str(), precondition).await?;
        let found = work(w, follow_up_id.as_str(), number).await?;
        let figures = frozen(w, &found).await?;
        Ok((found, figures))
    };
    let answer = |(found, figures): (FollowUpEdition, _)| {
        let version = found.edition.since;
        let location = call.municipality_href(&edition::resource(KIND, &found.edition.document, found.edition.number));
        Ok(Reply::created(view(call, found, figures)?, location).version(version))
    };
    call.once(work, answer).await
}

/// Submit an edition of a follow-up
///
/// Lämnar in utkastet och fryser siffror, mål och bedömningar. Ett ofullständigt nekas med allt som saknas (422). Submits the draft and
/// freezes figures, goals and assessments. An incomplete one is refused with everything that is missing (422).
#[utoipa::path(tag = "Steering", request_body = HandInInput, extensions(("x-right" = json!("follow-ups")), ("x-if-match" = json!("heeded"))),
    responses((status = 201, description = "Utgåvan. The edition.", body = FollowUpEditionView),
              (status = 409, description = "Den är inget utkast. It is no draft.", body = crate::problem::ProblemView,
               content_type = "application/problem+json")))]
#[post("/municipalities/{municipalityCode}/follow-ups/{followUpId}/editions/{edition}/submissions")]
async fn submit_follow_up(mut call: Call<perm::FollowUps>) -> Result<HttpResponse, Problem> {
    let HandInInput { reason } = call.json().await?;
    let reason = super::reason_of(reason)?;
    act(&call, async |w, follow_up_id, number| follow_up::submit(w, follow_up_id, number, &reason).await).await
}

/// Decide an edition of a follow-up
///
/// Registrerar beslutet med dess eget datum; en tidigare beslutad utgåva ersätts. Records the decision with its own date; an edition
/// decided before is superseded.
#[utoipa::path(tag = "Steering", request_body = DecisionView, extensions(("x-right" = json!("decisions")), ("x-if-match" = json!("heeded"))),
    responses((status = 201, description = "Utgåvan. The edition.", body = FollowUpEditionView),
              (status = 409, description = "Den är inte inlämnad. It is not submitted.", body = crate::problem::ProblemView,
               content_type = "application/problem+json")))]
#[post("/municipalities/{municipalityCode}/follow-ups/{followUpId}/editions/{edition}/decisions")]
async fn decide_follow_up(mut call: Call<perm::Decisions>) -> Result<HttpResponse, Problem> {
    let input: DecisionView = call.json().await?;
    let mut fields = Fields::default();
    let decision = input.read(&mut fields);
    let decision = fields.done(decision)?;
    act(&call, async |w, follow_up_id, number| {
        let edition = edition::decide(w, KIND, follow_up_id, number, &decision).await?;
        whole(w, edition).await
    })
    .await
}
