//! What committees have said of a goal in the follow-ups that they have submitted: each body's own words.

use super::key;
use crate::auth::call::Call;
use crate::auth::perm;
use crate::contract::words;
use crate::problem::Problem;
use crate::reply::{Body, Reply};
use crate::wire::as_of::AsOf;
use crate::wire::fields::shown;
use crate::wire::link::{Link, Links};
use crate::wire::page::{Page, PageMeta};
use crate::wire::year::year;
use actix_web::get;
use serde::{Deserialize, Serialize};
use utfall_domain::steering::edition::EditionKind;
use utfall_persistence::error::Refusal;
use utfall_persistence::steering::assessment::{GoalAssessment, of_goal};
use utfall_persistence::steering::edition;
use utfall_persistence::steering::goal::goal;
use utoipa::{IntoParams, ToSchema};
use utoipa_actix_web::service_config::ServiceConfig;

pub(super) fn configure(config: &mut ServiceConfig) {
    config.service(list_goal_assessments);
}

/// Vad en nämnd har sagt om ett mål. What a committee has said of a goal, in a follow-up that it has submitted.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(example = json!({"committee": "SN", "year": 2018, "period": "2018-08", "followUpId": "SN-2018-08", "edition": 1, "target": null, "aspect": null,
    "body": null, "basis": "expected", "label": "gul", "status": "partly", "comment": "Arbetet pågår.", "carried": false,
    "authorRole": "förvaltningschef", "writtenOn": "2018-09-12", "_links": {}}))]
struct GoalAssessmentView {
    /// Nämnden vars ord det är. The committee whose words they are.
    committee: String,
    /// År. The year.
    year: i16,
    /// Period. The period.
    period: String,
    /// Uppföljningen. The follow-up.
    follow_up_id: String,
    /// Utgåvan. Its edition.
    edition: i16,
    /// Målvärdets period, när bedömningen gäller ett av dem. The period of the target, where the assessment is of one.
    target: Option<String>,
    /// Aspekten, när bedömningen är delad. The aspect, where the assessment is split.
    aspect: Option<String>,
    /// Organet, när bedömningen är delad. The body, where the assessment is split.
    body: Option<String>,
    /// expected (vid årets slut) eller achieved. Expected at year-end, or achieved.
    #[schema(extensions(("x-enum" = json!(words::ASSESSMENT_BASES))))]
    basis: &'static str,
    /// Etiketten i skalan. The label of the scale.
    label: Option<String>,
    /// Vad etiketten jämförs som. What the label is compared as.
    #[schema(extensions(("x-enum" = json!(words::STATUSES))))]
    status: &'static str,
    /// Kommentaren. The comment.
    comment: Option<String>,
    /// Om kommentaren är oförändrad från uppföljningen före. Whether the comment is carried over from the follow-up before.
    carried: bool,
    /// Författarens roll. The role of whoever wrote it.
    author_role: Option<String>,
    /// Dagen då den skrevs. The day when it was written.
    #[schema(format = "date", example = "2018-09-12")]
    written_on: Option<String>,
    #[serde(rename = "_links")]
    links: Links,
}

/// En sida bedömningar. A page of assessments, newest period first, by committee.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(example = json!({"assessments": [], "meta": {"totalRecords": 0, "page": 1, "limit": 20, "count": 0}, "_links": {}}))]
struct GoalAssessmentPage {
    /// Bedömningarna. The assessments.
    assessments: Vec<GoalAssessmentView>,
    meta: PageMeta,
    #[serde(rename = "_links")]
    links: Links,
}

impl Body for GoalAssessmentPage {}

/// Vilka bedömningar. Which assessments.
#[derive(Deserialize, IntoParams)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct AssessmentQuery {
    /// Nämnden vars ord det är. Of this committee.
    #[param(example = "SN")]
    committee: Option<String>,
    /// År. Of this year.
    #[param(minimum = 1990, maximum = 2100)]
    year: Option<i32>,
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

fn view(call: &Call<perm::Read>, said: GoalAssessment) -> GoalAssessmentView {
    let GoalAssessment { follow_up, edition, committee, year, period, status, is_carried, assessment } = said;
    let source = call.municipality_href(&edition::resource(EditionKind::FollowUp, &follow_up, edition));
    GoalAssessmentView {
        committee,
        year,
        period,
        follow_up_id: follow_up,
        edition,
        target: assessment.target.map(|period| period.to_string()),
        aspect: shown(assessment.aspect),
        body: shown(assessment.body),
        basis: assessment.basis.code(),
        label: assessment.label.map(|label| label.to_string()),
        status: status.code(),
        comment: shown(assessment.comment),
        carried: is_carried,
        author_role: shown(assessment.author_role),
        written_on: assessment.written_on.map(|day| day.to_string()),
        links: Links { own: Some(Link::get("self", source)), ..Links::default() },
    }
}

/// List what has been said of a goal
///
/// Vad varje nämnd har sagt om målet i inlämnade uppföljningar: tolv nämnder har tolv kommentarer. What each committee has said of the
/// goal in submitted follow-ups: twelve committees have twelve comments.
#[utoipa::path(tag = "Steering", params(AssessmentQuery), extensions(("x-right" = json!("read"))),
    responses((status = 200, description = "En sida bedömningar. A page of assessments.", body = GoalAssessmentPage)))]
#[get("/municipalities/{municipalityCode}/goals/{goalCode}/assessments")]
async fn list_goal_assessments(call: Call<perm::Read>) -> Result<Reply<GoalAssessmentPage>, Problem> {
    let query: AssessmentQuery = call.query()?;
    let page = Page::new(query.page, query.limit, 1000)?;
    let code = key(&call, "goalCode")?;
    let committees = call.committees(query.committee.as_deref())?;
    let year = year("year", query.year)?;
    let ((rows, total), version) = call
        .read(query.as_of, async |scope| {
            goal(scope, code.as_str()).await?.ok_or(Refusal::NotFound)?;
            Ok((of_goal(scope, code.as_str(), &committees, year, page.window()).await?, scope.version()))
        })
        .await?;
    let assessments: Vec<_> = rows.into_iter().map(|said| view(&call, said)).collect();
    let links = page.links(total, &call.own_href(), call.request().query_string());
    let meta = page.meta(total, assessments.len());
    Ok(Reply::ok(GoalAssessmentPage { assessments, meta, links }).version(version))
}
