//! Assignments (särskilda uppdrag): goals of a level of that kind, followed over the years by dated status comments.

use super::goal_view::GoalView;
use super::{goals, key, moment, reaches};
use crate::auth::call::Call;
use crate::auth::perm::{self, Permission};
use crate::problem::Problem;
use crate::reply::{Body, Reply};
use crate::wire::as_of::AsOf;
use crate::wire::fields::{Fields, shown};
use crate::wire::link::Links;
use crate::wire::page::{ListQuery, Page, PageMeta};
use crate::wire::year::year;
use actix_web::{HttpResponse, get, post};
use serde::{Deserialize, Serialize};
use std::collections::HashMap;
use utfall_domain::period::parse_date;
use utfall_domain::steering::model::LevelKind;
use utfall_domain::text::Code;
use utfall_persistence::steering::assignment::{self, NewStatusComment, StatusComment};
use utfall_persistence::steering::goal::{GoalFilter, goals as goals_of};
use utoipa::{IntoParams, ToSchema};
use utoipa_actix_web::service_config::ServiceConfig;

pub(super) fn configure(config: &mut ServiceConfig) {
    config.service(list_assignments).service(list_status_comments).service(add_status_comment);
}

/// En statuskommentar. A dated status comment on an assignment.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(example = json!({"number": 1, "committee": "SN", "writtenOn": "2020-02-07", "label": "pagar", "comment": "Flera e-tjänster har skapats.",
    "authorRole": "förvaltningschef", "recordedAt": "2020-02-10T08:00:00.000000Z", "recordedBy": "anna"}))]
struct StatusCommentView {
    /// Nummer, från 1. Its number, from 1.
    number: i64,
    /// Nämnden som den kommer från. The committee that it is from.
    committee: Option<String>,
    /// Dagen då den skrevs. The day when it was written.
    #[schema(format = "date", example = "2020-02-07")]
    written_on: String,
    /// Etiketten i nivåns skala. The label of the level's scale.
    label: Option<String>,
    /// Kommentaren. The comment.
    comment: Option<String>,
    /// Författarens roll. The role of whoever wrote it.
    author_role: Option<String>,
    /// När den registrerades. When it was recorded.
    #[schema(format = "date-time", example = "2020-02-10T08:00:00.000000Z")]
    recorded_at: String,
    /// Vem som registrerade den. Who recorded it.
    recorded_by: String,
}

impl Body for StatusCommentView {}

impl From<StatusComment> for StatusCommentView {
    fn from(one: StatusComment) -> Self {
        Self {
            number: one.number,
            recorded_at: moment(one.recorded_at()),
            committee: shown(one.committee),
            written_on: one.written_on,
            label: shown(one.label),
            comment: shown(one.comment),
            author_role: shown(one.author_role),
            recorded_by: one.recorded_by,
        }
    }
}

/// En statuskommentar att lägga till. A status comment to add.
#[derive(Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[schema(example = json!({"committee": "SN", "writtenOn": "2018-09-12", "label": "gul", "comment": "Arbetet pågår.",
    "authorRole": "förvaltningschef"}))]
struct StatusCommentInput {
    /// Nämnden som den kommer från; ingen för kommunen. The committee that it is from; none for the municipality.
    #[schema(max_length = 40)]
    committee: Option<String>,
    /// Dagen då den skrevs. The day when it was written.
    #[schema(format = "date", example = "2020-02-07")]
    written_on: String,
    /// Etiketten i nivåns skala. The label of the level's scale.
    #[schema(max_length = 40)]
    label: Option<String>,
    /// Kommentaren. The comment.
    #[schema(max_length = 20_000)]
    comment: Option<String>,
    /// Författarens roll. The role of whoever wrote it.
    #[schema(max_length = 200)]
    author_role: Option<String>,
}

/// Ett uppdrag. An assignment with its newest status comment.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(example = json!({"assignment": {"code": "su-e-tjanster", "steeringModel": "modell", "level": "uppdrag", "title": "Fler e-tjänster"},
    "latest": null}))]
struct AssignmentView {
    /// Uppdraget, som mål i kedjan. The assignment, as a goal of the chain.
    assignment: GoalView,
    /// Den senaste statuskommentaren. The newest status comment.
    latest: Option<StatusCommentView>,
}

/// En sida uppdrag. A page of assignments.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(example = json!({"assignments": [], "meta": {"totalRecords": 0, "page": 1, "limit": 20, "count": 0}, "_links": {}}))]
struct AssignmentPage {
    /// Uppdragen. The assignments.
    assignments: Vec<AssignmentView>,
    meta: PageMeta,
    #[serde(rename = "_links")]
    links: Links,
}

impl Body for AssignmentPage {}

/// En sida statuskommentarer. A page of status comments, newest first.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(example = json!({"statusComments": [], "meta": {"totalRecords": 0, "page": 1, "limit": 20, "count": 0}, "_links": {}}))]
struct StatusCommentPage {
    /// Kommentarerna. The comments.
    status_comments: Vec<StatusCommentView>,
    meta: PageMeta,
    #[serde(rename = "_links")]
    links: Links,
}

impl Body for StatusCommentPage {}

/// Vilka uppdrag. Which assignments.
#[derive(Deserialize, IntoParams)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct AssignmentQuery {
    /// Nämnden som svarar för dem. That this committee answers for.
    #[param(example = "SN")]
    committee: Option<String>,
    /// Året som de gäller. For this year.
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

/// List the assignments
///
/// Särskilda uppdrag, med senaste statuskommentar. Assignments, each with its newest status comment.
#[utoipa::path(tag = "Steering", params(AssignmentQuery), extensions(("x-right" = json!("read"))),
    responses((status = 200, description = "En sida uppdrag. A page of assignments.", body = AssignmentPage)))]
#[get("/municipalities/{municipalityCode}/assignments")]
async fn list_assignments(call: Call<perm::Read>) -> Result<Reply<AssignmentPage>, Problem> {
    let query: AssignmentQuery = call.query()?;
    let page = Page::new(query.page, query.limit, 1000)?;
    let committees = call.committees(query.committee.as_deref())?;
    let year = year("year", query.year)?;
    let (rows, total, mut latest, version) = call
        .read(query.as_of, async |scope| {
            let committee = match query.committee.as_deref() {
                Some(code) => Some(goals::known(scope, code).await?),
                None => None,
            };
            let kind = LevelKind::Assignment.code().to_owned();
            let filter = GoalFilter { kind, committee, year, ..GoalFilter::default() };
            let (rows, total) = goals_of(scope, &filter, page.window()).await?;
            let codes: Vec<&str> = rows.iter().map(|kept| kept.goal.code.as_str()).collect();
            let latest = assignment::latest(scope, &codes, &committees).await?;
            let latest: HashMap<String, StatusComment> =
                latest.into_iter().map(|one| (one.goal.clone(), one)).collect();
            Ok((rows, total, latest, scope.version()))
        })
        .await?;
    let assignments: Vec<_> = rows
        .into_iter()
        .map(|kept| AssignmentView {
            latest: latest.remove(kept.goal.code.as_str()).map(StatusCommentView::from),
            assignment: goals::view(&call, kept.goal),
        })
        .collect();
    let links = page.links(total, &call.own_href(), call.request().query_string());
    let meta = page.meta(total, assignments.len());
    Ok(Reply::ok(AssignmentPage { assignments, meta, links }).version(version))
}

/// List the status comments of an assignment
///
/// Uppdragets statuskommentarer, nyast först; ingen ändras. The status comments of the assignment, newest first; none is changed.
#[utoipa::path(tag = "Steering", params(ListQuery), extensions(("x-right" = json!("read"))),
    responses((status = 200, description = "En sida kommentarer. A page of comments.", body = StatusCommentPage)))]
#[get("/municipalities/{municipalityCode}/assignments/{goalCode}/status-comments")]
async fn list_status_comments(call: Call<perm::Read>) -> Result<Reply<StatusCommentPage>, Problem> {
    let query: ListQuery = call.query()?;
    let page = Page::new(query.page, query.limit, 1000)?;
    let code = key(&call, "goalCode")?;
    let committees = call.committees(None)?;
    let ((rows, total), version) = call
        .read(query.as_of, async |scope| {
            let comments = assignment::status_comments(scope, code.as_str(), &committees, page.window()).await?;
            Ok((comments, scope.version()))
        })
        .await?;
    let status_comments: Vec<_> = rows.into_iter().map(StatusCommentView::from).collect();
    let links = page.links(total, &call.own_href(), call.request().query_string());
    let meta = page.meta(total, status_comments.len());
    Ok(Reply::ok(StatusCommentPage { status_comments, meta, links }).version(version))
}

impl StatusCommentInput {
    fn read(&self, fields: &mut Fields) -> Option<NewStatusComment> {
        let committee = fields.optional("committee", self.committee.as_deref(), Code::parse);
        let written_on = fields.parsed("writtenOn", &self.written_on, |text| {
            parse_date(text).map_err(|_| "is not a date such as 2020-02-07")
        });
        let label = fields.optional("label", self.label.as_deref(), Code::parse);
        let comment = fields.text("comment", self.comment.as_deref(), super::goal_view::LONG);
        let author_role = fields.text("authorRole", self.author_role.as_deref(), 200);
        if label.is_none() && comment.is_empty() {
            let reason = "is needed: a status comment has a label or a comment";
            fields.fault("comment", "", utfall_domain::row_error::Fault::Missing, reason);
        }
        Some(NewStatusComment { committee, written_on: written_on?, label, comment, author_role })
    }
}

fn may_comment<P: Permission + 'static>(call: &Call<P>, committee: Option<&Code>) -> Result<(), Problem> {
    match committee {
        Some(code) => reaches(call, code.as_str()),
        None => super::for_all(call),
    }
}

/// Add a status comment
///
/// Lägger till en daterad kommentar från en nämnd som svarar för uppdraget; nämndens senaste en gång till ändrar inget. Adds a dated
/// comment of a committee that answers for the assignment; its last one again changes nothing.
#[utoipa::path(tag = "Steering", request_body = StatusCommentInput, extensions(("x-right" = json!("goals"))),
    responses((status = 200, description = "Kommentaren som redan är den senaste. The comment that is the last one already.",
               body = StatusCommentView),
              (status = 201, description = "Kommentaren. The comment.", body = StatusCommentView)))]
#[post("/municipalities/{municipalityCode}/assignments/{goalCode}/status-comments")]
async fn add_status_comment(mut call: Call<perm::Goals>) -> Result<HttpResponse, Problem> {
    let code = key(&call, "goalCode")?;
    let input: StatusCommentInput = call.json().await?;
    let mut fields = Fields::default();
    let new = input.read(&mut fields);
    let new = fields.done(new)?;
    may_comment(&call, new.committee.as_ref())?;
    let answer = |(added, is_new): (StatusComment, bool)| {
        let version = added.since;
        Ok(Reply::put(is_new, StatusCommentView::from(added), call.own_href()).version(version))
    };
    call.once(async |w| assignment::add(w, code.as_str(), &new).await, answer).await.map_err(Problem::in_document)
}
