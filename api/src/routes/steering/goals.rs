//! Goals (mål, åtaganden, uppdrag): listed, read, set and withdrawn one by one.

use super::goal_view::GoalView;
use super::{ReasonQuery, key, precondition};
use crate::auth::call::Call;
use crate::auth::perm::{self, Permission};
use crate::contract::words;
use crate::problem::Problem;
use crate::reply::{Body, Reply};
use crate::routes::corrections::reason_text;
use crate::wire::as_of::{AsOf, AsOfQuery};
use crate::wire::csv::{Cell, Table};
use crate::wire::fields::Fields;
use crate::wire::link::{Link, Links};
use crate::wire::page::{Page, PageMeta};
use crate::wire::year::year;
use actix_web::{get, post, put};
use serde::{Deserialize, Serialize};
use utfall_domain::code_plan::Committee;
use utfall_domain::permission::Reach;
use utfall_domain::steering::goal::{Goal, Origin};
use utfall_domain::steering::model::LevelKind;
use utfall_persistence::code_plan::committees;
use utfall_persistence::error::{Refusal, StoreError};
use utfall_persistence::scope::Scope;
use utfall_persistence::steering::chain;
use utfall_persistence::steering::goal::{GoalFilter, goal, goals};
use utoipa::{IntoParams, ToSchema};
use utoipa_actix_web::service_config::ServiceConfig;

pub(super) fn configure(config: &mut ServiceConfig) {
    config.service(list_goals).service(get_goal).service(put_goal).service(withdraw_goal);
}

/// En sida mål. A page of goals, in the order of their chain.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(example = json!({"goals": [], "meta": {"totalRecords": 0, "page": 1, "limit": 20, "count": 0}, "_links": {}}))]
struct GoalPage {
    /// Målen. The goals.
    goals: Vec<GoalView>,
    meta: PageMeta,
    #[serde(rename = "_links")]
    links: Links,
}

impl Body for GoalPage {
    const IS_TABLE: bool = true;

    fn table(&self) -> Option<Table> {
        let headers = vec![
            "code",
            "steeringModel",
            "level",
            "title",
            "committee",
            "origin",
            "horizon",
            "responsibles",
            "placements",
        ];
        Some(Table::new(headers, self.goals.iter().map(GoalView::cells).collect()))
    }
}

impl GoalView {
    fn cells(&self) -> Vec<Cell> {
        self.columns().into_iter().map(Cell::text).collect()
    }
}

/// Vilka mål. Which goals.
#[derive(Deserialize, IntoParams)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct GoalQuery {
    /// Styrmodellen. Of this steering model.
    steering_model: Option<String>,
    /// Nivån. Of this level.
    level: Option<String>,
    /// Nivåns slag. Of a level of this kind.
    #[param(inline, value_type = Option<words::LevelKinds>)]
    kind: Option<String>,
    /// Ursprung. Set by council, committee, or unknown.
    #[param(inline, value_type = Option<words::Origins>)]
    origin: Option<String>,
    /// Nämnden som svarar för dem: namngiven, i en grupp, eller för att de är dess egna. That this committee answers for: by name, in a
    /// group, or since they are its own.
    #[param(example = "SN")]
    committee: Option<String>,
    /// Året som de gäller. For this year.
    #[param(minimum = 1990, maximum = 2100)]
    year: Option<i32>,
    /// Under detta mål, på vilket djup som helst. Somewhere under this goal.
    under: Option<String>,
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

impl GoalQuery {
    /// The filter that it asks for, but for its committee.
    fn filter(&self) -> Result<GoalFilter, Problem> {
        let words = |name: &str, value: &Option<String>, words: &[&str]| match value.as_deref() {
            Some(value) if !words.contains(&value) => {
                Err(Problem::parameter(name, value, &format!("is not one of {}", words.join(", "))))
            }
            _ => Ok(value.clone().unwrap_or_default()),
        };
        Ok(GoalFilter {
            model: self.steering_model.clone().unwrap_or_default(),
            level: self.level.clone().unwrap_or_default(),
            kind: words("kind", &self.kind, &LevelKind::CODES)?,
            origin: words("origin", &self.origin, &Origin::CODES)?,
            committee: None,
            year: year("year", self.year)?,
            under: self.under.clone().unwrap_or_default(),
        })
    }
}

/// The committee of a code, which must be one of the municipality's.
pub(super) async fn known(scope: &Scope, code: &str) -> Result<Committee, StoreError> {
    let committees = committees(scope).await?;
    Ok(committees.into_iter().find(|known| known.code.as_str() == code).ok_or(Refusal::NotFound)?)
}

pub(super) fn view<P: Permission + 'static>(call: &Call<P>, goal: Goal) -> GoalView {
    let own = chain::goal_resource(goal.code.as_str());
    let assessments = format!("{own}/assessments");
    let links = Links {
        own: Some(Link::get("self", call.municipality_href(&own))),
        item: Some(Link::get("item", call.municipality_href(&assessments))),
        up: Some(Link::get("up", call.municipality_href(&chain::resource(goal.model.as_str())))),
        ..Links::default()
    };
    GoalView::new(goal, Some(links))
}

/// List the goals
///
/// Mål, åtaganden och uppdrag i kedjans ordning, sidindelat. Goals, commitments and assignments in the order of their chain, by page.
#[utoipa::path(tag = "Steering", params(GoalQuery), extensions(("x-right" = json!("read"))),
    responses((status = 200, description = "En sida mål. A page of goals.",
        content((GoalPage = "application/json"), (String = "text/csv", example = json!(GOALS_CSV))))))]
#[get("/municipalities/{municipalityCode}/goals")]
async fn list_goals(call: Call<perm::Read>) -> Result<Reply<GoalPage>, Problem> {
    let query: GoalQuery = call.query()?;
    let page = Page::new(query.page, query.limit, 1000)?;
    let filter = query.filter()?;
    if let Some(code) = query.committee.as_deref() {
        call.committees(Some(code))?;
    }
    let ((rows, total), version) = call
        .read(query.as_of, async |scope| {
            let committee = match query.committee.as_deref() {
                Some(code) => Some(known(scope, code).await?),
                None => None,
            };
            let filter = GoalFilter { committee, ..filter };
            Ok((goals(scope, &filter, page.window()).await?, scope.version()))
        })
        .await?;
    let goals: Vec<_> = rows.into_iter().map(|kept| view(&call, kept.goal)).collect();
    let links = page.links(total, &call.own_href(), call.request().query_string());
    let meta = page.meta(total, goals.len());
    Ok(Reply::ok(GoalPage { goals, meta, links }).version(version))
}

const GOALS_CSV: &str = "code,steeringModel,level,title,committee,origin,horizon,responsibles,placements\n\
    P5,modell,processmal,Trygghetsindex ska vara 45,,council,2016-2019,,P5 P5#2\n";

/// Read a goal
///
/// Ett mål med målvärden, ansvariga, aktiviteter och placeringar. A goal with its targets, responsible bodies, activity steps and placements.
#[utoipa::path(tag = "Steering", params(AsOfQuery), extensions(("x-right" = json!("read"))),
    responses((status = 200, description = "Målet. The goal.", body = GoalView)))]
#[get("/municipalities/{municipalityCode}/goals/{goalCode}")]
async fn get_goal(call: Call<perm::Read>) -> Result<Reply<GoalView>, Problem> {
    let query: AsOfQuery = call.query()?;
    let code = key(&call, "goalCode")?;
    let kept =
        call.read(query.as_of, async |scope| Ok(goal(scope, code.as_str()).await?.ok_or(Refusal::NotFound)?)).await?;
    Ok(Reply::ok(view(&call, kept.goal)).version(kept.since))
}

/// Whether the token may change a goal of a committee, or of the municipality.
pub(in crate::routes) fn may_change(reach: &Reach) -> impl Fn(Option<&str>) -> bool {
    move |committee| match committee {
        Some(code) => reach.covers(code),
        None => *reach == Reach::All,
    }
}

/// Set a goal
///
/// Lägger till ett mål sist i kedjan, eller ändrar det. Adds a goal at the end of its chain, or changes it. A token bound to committees
/// sets their own goals. Changing a goal takes If-Match.
#[utoipa::path(tag = "Steering", params(ReasonQuery), request_body = GoalView,
    extensions(("x-right" = json!("goals")), ("x-if-match" = json!("required"))),
    responses((status = 200, description = "Målet. The goal.", body = GoalView),
              (status = 201, description = "Ett nytt mål. A new goal.", body = GoalView)))]
#[put("/municipalities/{municipalityCode}/goals/{goalCode}")]
async fn put_goal(mut call: Call<perm::Goals>) -> Result<Reply<GoalView>, Problem> {
    let (code, reason, precondition) = (key(&call, "goalCode")?, ReasonQuery::of(&call)?, precondition(&call)?);
    let input: GoalView = call.json().await?;
    let mut fields = Fields::default();
    let goal = input.read("", Some(&code), None, &mut fields);
    let goal = fields.done(goal)?;
    let reach = call.actor().reach.clone();
    let put = call.write(async |w| chain::set(w, goal.clone(), may_change(&reach), precondition, &reason).await).await;
    let put = put.map_err(Problem::in_document)?;
    let location = call.own_href();
    Ok(Reply::put(put.is_new, view(&call, put.body), location).version(put.version))
}

/// Ett skäl. A reason.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"reason": "Ersatt av ett nytt åtagande."}))]
struct GoalWithdrawalInput {
    /// Skälet. Why.
    #[schema(min_length = 1, max_length = 500)]
    reason: String,
}

/// Withdraw a goal
///
/// Målet slutar gälla; det läses med asOf. Det går inte om andra mål står under det eller hänvisar till det. The goal ends; it is read
/// with asOf. It does not where other goals stand under it or refer to it.
#[utoipa::path(tag = "Steering", request_body = GoalWithdrawalInput,
    extensions(("x-right" = json!("goals")), ("x-if-match" = json!("heeded"))),
    responses((status = 200, description = "Målet som det var. The goal as it was.", body = GoalView),
              (status = 409, description = "Andra mål lutar sig mot det. Other goals lean on it.", body = crate::problem::ProblemView,
               content_type = "application/problem+json")))]
#[post("/municipalities/{municipalityCode}/goals/{goalCode}/withdrawals")]
async fn withdraw_goal(mut call: Call<perm::Goals>) -> Result<Reply<GoalView>, Problem> {
    let code = key(&call, "goalCode")?;
    let precondition = precondition(&call)?;
    let GoalWithdrawalInput { reason } = call.json().await?;
    let reason = reason_text(&reason)?;
    let reach = call.actor().reach.clone();
    let (goal, version) = call
        .write(async |w| {
            let goal = chain::withdraw(w, code.as_str(), may_change(&reach), precondition, &reason).await?;
            Ok((goal, w.version()))
        })
        .await?;
    Ok(Reply::ok(GoalView::new(goal, None)).version(version))
}
