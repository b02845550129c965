//! Decisions that revisions of a budget rest on.

use crate::auth::call::Call;
use crate::auth::perm::{self, Permission};
use crate::problem::Problem;
use crate::reply::{Body, Reply};
use crate::routes::steering::{DecisionView, for_all, moment};
use crate::wire::fields::Fields;
use crate::wire::link::{Link, Links};
use crate::wire::page::{ListQuery, Page, PageMeta};
use actix_web::{HttpResponse, get, post};
use serde::Serialize;
use utfall_domain::period::Year;
use utfall_domain::text::Source;
use utfall_persistence::posting::{BudgetDecision, budget_decisions, decide_budget};
use utoipa::ToSchema;
use utoipa_actix_web::service_config::ServiceConfig;

pub(super) fn configure(config: &mut ServiceConfig) {
    config.service(list_budget_decisions).service(decide_budget_revision);
}

/// Ett beslut om en budget. A decision, and the revision of the budget that rests on it.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(example = json!({"postingId": "0191d0c8-7c3e-7c7a-9d7b-3f1f0c1f2a3b", "revision": 2, "decision": {"body": "Socialnämnden",
    "date": "2018-02-14", "paragraph": "§ 32", "diaryNumber": null, "points": []}, "recordedAt": "2018-02-15T08:00:00Z", "recordedBy": "anna",
    "_links": {}}))]
struct BudgetDecisionView {
    /// Leveransen. The posting of the revision.
    #[schema(format = "uuid")]
    posting_id: String,
    /// Revisionen. The revision that rests on the decision.
    revision: i64,
    /// Beslutet. The decision.
    decision: DecisionView,
    /// När det registrerades. When it was recorded.
    #[schema(format = "date-time", example = "2018-02-15T08:00:00Z")]
    recorded_at: String,
    /// Av vem. Who recorded it.
    recorded_by: String,
    #[serde(rename = "_links")]
    links: Links,
}

impl Body for BudgetDecisionView {}

/// En sida beslut. A page of decisions of a budget, newest first.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(example = json!({"decisions": [], "meta": {"totalRecords": 0, "page": 1, "limit": 20, "count": 0}, "_links": {}}))]
struct BudgetDecisionPage {
    /// Besluten. The decisions.
    decisions: Vec<BudgetDecisionView>,
    meta: PageMeta,
    #[serde(rename = "_links")]
    links: Links,
}

impl Body for BudgetDecisionPage {}

fn view<P: Permission + 'static>(call: &Call<P>, found: BudgetDecision) -> BudgetDecisionView {
    let BudgetDecision { posting_id, revision, decision, version: _, recorded_at, recorded_by } = found;
    let own = Link::get("self", call.own_href());
    let via = Link::get("via", call.municipality_href(&format!("postings/{posting_id}")));
    BudgetDecisionView {
        posting_id,
        revision,
        decision: decision.into(),
        recorded_at: moment(recorded_at),
        recorded_by,
        links: Links { own: Some(own), via: Some(via), ..Links::default() },
    }
}

fn of_path<P: Permission + 'static>(call: &Call<P>) -> Result<(String, String), Problem> {
    let year = Year::parse(&call.path("year")?).map_err(|_| Problem::not_found())?;
    let source = Source::parse(&call.path("source")?).map_err(|_| Problem::not_found())?;
    Ok((year.to_string(), source.to_string()))
}

/// List the decisions of a budget
///
/// Besluten som budgetens revisioner vilar på, senast först. The decisions that the budget's revisions rest on, newest first.
#[utoipa::path(tag = "Frames", params(ListQuery), extensions(("x-right" = json!("read"))),
    responses((status = 200, description = "En sida beslut. A page of decisions.", body = BudgetDecisionPage)))]
#[get("/municipalities/{municipalityCode}/budgets/{year}/{source}/decisions")]
async fn list_budget_decisions(call: Call<perm::Read>) -> Result<Reply<BudgetDecisionPage>, Problem> {
    let query: ListQuery = call.query()?;
    let page = Page::new(query.page, query.limit, 1000)?;
    for_all(&call).map_err(|_| Problem::not_found())?;
    let (year, source) = of_path(&call)?;
    let (found, version) = call
        .read(query.as_of, async |scope| Ok((budget_decisions(scope, &year, &source).await?, scope.version())))
        .await?;
    let total = i64::try_from(found.len()).unwrap_or_default();
    let decisions: Vec<_> = page.of(&found).iter().map(|one| view(&call, one.clone())).collect();
    let links = page.links(total, &call.own_href(), call.request().query_string());
    let meta = page.meta(total, decisions.len());
    Ok(Reply::ok(BudgetDecisionPage { decisions, meta, links }).version(version))
}

/// Record the decision of a budget
///
/// Beslutet som den gällande revisionen av budgeten vilar på. The decision that the standing revision of the budget rests on.
#[utoipa::path(tag = "Frames", request_body = DecisionView, extensions(("x-right" = json!("decisions"))),
    responses((status = 200, description = "Beslutet är redan registrerat. The decision is recorded already.", body = BudgetDecisionView),
              (status = 201, description = "Beslutet. The decision.", body = BudgetDecisionView)))]
#[post("/municipalities/{municipalityCode}/budgets/{year}/{source}/decisions")]
async fn decide_budget_revision(mut call: Call<perm::Decisions>) -> Result<HttpResponse, Problem> {
    let (year, source) = of_path(&call)?;
    let input: DecisionView = call.json().await?;
    let mut fields = Fields::default();
    let decision = input.read(&mut fields);
    let decision = fields.done(decision)?;
    let answer = |(found, is_new): (BudgetDecision, bool)| {
        let version = found.version;
        Ok(Reply::put(is_new, view(&call, found), call.own_href()).version(version))
    };
    call.once(async |w| decide_budget(w, &year, &source, &decision).await, answer).await
}
