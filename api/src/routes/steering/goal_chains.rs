//! Goal chains (målkedjor) as whole documents: loaded all or nothing, and exported in the same form.

use super::goal_view::GoalView;
use super::{code, for_all, precondition, reason_of};
use crate::auth::call::Call;
use crate::auth::perm;
use crate::problem::Problem;
use crate::reply::{Body, Reply};
use crate::wire::as_of::AsOf;
use crate::wire::fields::Fields;
use crate::wire::json::from_json;
use crate::wire::link::{Link, Links};
use actix_web::{get, put};
use serde::{Deserialize, Serialize};
use utfall_domain::permission::Reach;
use utfall_domain::row_error::Fault;
use utfall_domain::text::Code;
use utfall_persistence::steering::chain::{self, ChainChanges};
use utfall_persistence::steering::goal::goals_of_model;
use utfall_persistence::steering::model::known_model;
use utoipa::{IntoParams, ToSchema};
use utoipa_actix_web::service_config::ServiceConfig;

pub(super) fn configure(config: &mut ServiceConfig) {
    config.service(get_goal_chain).service(put_goal_chain);
}

/// The largest chain: 32 MiB and 20,000 goals.
const CHAIN_BODY: usize = 32 << 20;
const CHAIN_GOALS: usize = 20_000;

/// En målkedja att läsa in. A goal chain to load.
#[derive(Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[schema(example = json!({"goals": [
    {"code": "kf-egen-forsorjning", "level": "kf-mal", "title": "Fler människor ska nå egen försörjning", "origin": "council",
     "placements": [{}]},
    {"code": "nm-stod", "level": "namndmal", "title": "Antalet hushåll med försörjningsstöd ska minska", "origin": "committee",
     "responsibles": [{"committee": "SN"}], "targets": [{"period": "2018", "operator": "decrease", "text": "Ska minska"}],
     "placements": [{"parent": "kf-egen-forsorjning"}]},
    {"code": "nm-nytt", "level": "namndmal", "title": "Stärkt samverkan", "committee": "SN", "origin": "committee",
     "placements": [{"parent": "kf-egen-forsorjning"}]}]}))]
struct GoalChainInput {
    /// Målen, i kedjans ordning. The goals, in the order of the chain.
    #[schema(max_items = 20_000)]
    goals: Vec<GoalView>,
    /// Länkar; läses inte. Links; not read.
    #[serde(rename = "_links", default, deserialize_with = "super::goal_view::unread")]
    #[schema(read_only, nullable = false)]
    #[expect(dead_code, reason = "what is answered may be sent back with its links")]
    links: Option<Links>,
}

/// En målkedja. A goal chain: the goals of a steering model, each with its placements, in the order of the chain.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(example = json!({"goals": [], "_links": {}}))]
struct GoalChainView {
    /// Målen, i kedjans ordning. The goals, in the order of the chain.
    goals: Vec<GoalView>,
    #[serde(rename = "_links")]
    links: Links,
}

impl Body for GoalChainView {}

/// Vad inläsningen ändrade. What the load changed.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(example = json!({"goalCount": 2, "placementCount": 2, "addedGoals": ["nm-stod"], "changedGoals": [], "removedGoals": [], "movedCount": 0, "_links": {}}))]
struct GoalChainChangesView {
    /// Antal mål i dokumentet. How many goals the document has.
    goal_count: usize,
    /// Antal placeringar i dokumentet. How many placements the document has.
    placement_count: usize,
    /// Nya mål. Goals that are new.
    added_goals: Vec<String>,
    /// Ändrade mål. Goals that say or stand otherwise.
    changed_goals: Vec<String>,
    /// Utelämnade mål; de läses med asOf. Goals that are left out; they are read with asOf.
    removed_goals: Vec<String>,
    /// Antal övriga mål med ny ordning. How many other goals have got another order.
    moved_count: usize,
    #[serde(rename = "_links")]
    links: Links,
}

impl Body for GoalChainChangesView {}

/// Vilken del av kedjan. Which share of the chain.
#[derive(Deserialize, IntoParams)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct ChainQuery {
    /// Nämndens egna mål bara. The committee's own goals only.
    #[param(example = "SN")]
    committee: Option<String>,
    /// Som registrerat då: en tidpunkt, eller slutet av ett datum. As recorded then: at a moment, or at the end of a date (2018-12-31).
    #[param(value_type = Option<String>)]
    as_of: Option<AsOf>,
}

/// Vilken del av kedjan som ersätts, och varför. Which share of the chain is replaced, and why.
#[derive(Deserialize, IntoParams)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct ChainLoadQuery {
    /// Nämndens egna mål bara: de andra står kvar. The committee's own goals only: the others stay as they are.
    #[param(example = "SN")]
    committee: Option<String>,
    /// Skälet, för behandlingshistoriken. Why, for the audit trail.
    #[param(max_length = 500)]
    reason: Option<String>,
}

fn committee<P: perm::Permission + 'static>(call: &Call<P>, asked: Option<&str>) -> Result<Option<Code>, Problem> {
    let Some(asked) = asked else { return Ok(None) };
    call.committees(Some(asked))?;
    Code::parse(asked).map(Some).map_err(|why| Problem::parameter("committee", asked, &why.to_string()))
}

/// Export a goal chain
///
/// Hela målkedjan i en styrmodell som ett dokument, eller en nämnds del av den; samma form som läses in. The whole goal chain of a
/// steering model as one document, or a committee's share of it, in the form that is loaded.
#[utoipa::path(tag = "Steering", params(ChainQuery), extensions(("x-right" = json!("read"))),
    responses((status = 200, description = "Målkedjan. The goal chain.", body = GoalChainView)))]
#[get("/municipalities/{municipalityCode}/goal-chains/{steeringModelCode}")]
async fn get_goal_chain(call: Call<perm::Read>) -> Result<Reply<GoalChainView>, Problem> {
    let query: ChainQuery = call.query()?;
    let model = code(&call, "steeringModelCode")?;
    let committee = committee(&call, query.committee.as_deref())?;
    let (goals, version) = call
        .read(query.as_of, async |scope| {
            known_model(scope, model.as_str()).await?;
            Ok((goals_of_model(scope, model.as_str()).await?, scope.version()))
        })
        .await?;
    let is_asked = |goal: &utfall_domain::steering::goal::Goal| committee.is_none() || goal.committee == committee;
    let goals = goals.into_iter().filter(is_asked).map(|goal| GoalView::new(goal, None)).collect();
    let links = Links { own: Some(Link::get("self", call.own_href())), ..Links::default() };
    Ok(Reply::ok(GoalChainView { goals, links }).version(version))
}

/// Load a goal chain
///
/// Ersätter målkedjan i en styrmodell, eller en nämnds del av den: allt eller inget, fel med JSON-pekare. Utelämnade mål slutar gälla
/// och läses med asOf. Replaces the goal chain of a steering model, or a committee's share of it: all or nothing, faults by JSON pointer.
/// Goals that are left out end, and are read with asOf. A token bound to committees loads its own share.
#[utoipa::path(tag = "Steering", params(ChainLoadQuery), request_body = GoalChainInput, extensions(("x-right" = json!("goals"))),
    responses((status = 200, description = "Vad som ändrades. What has changed.", body = GoalChainChangesView)))]
#[put("/municipalities/{municipalityCode}/goal-chains/{steeringModelCode}")]
async fn put_goal_chain(mut call: Call<perm::Goals>) -> Result<Reply<GoalChainChangesView>, Problem> {
    let query: ChainLoadQuery = call.query()?;
    let model = code(&call, "steeringModelCode")?;
    let committee = committee(&call, query.committee.as_deref())?;
    if committee.is_none() && call.actor().reach != Reach::All {
        for_all(&call)?;
    }
    let reason = reason_of(query.reason)?;
    let precondition = precondition(&call)?;
    let bytes = call.body(&["application/json"], CHAIN_BODY).await?;
    let input: GoalChainInput = from_json(&bytes)?;
    let mut fields = Fields::default();
    if input.goals.len() > CHAIN_GOALS {
        fields.fault("goals", &input.goals.len().to_string(), Fault::Bounds, "is more than 20,000 goals");
    }
    let goals = input.goals.iter().enumerate();
    let goals: Vec<_> =
        goals.filter_map(|(at, goal)| goal.read(&format!("goals/{at}/"), None, Some(&model), &mut fields)).collect();
    let goals = fields.done(Some(goals))?;
    let (goal_count, placement_count) = (goals.len(), goals.iter().map(|goal| goal.placements.len()).sum());
    let loaded = call
        .write(async |w| {
            let own = committee.as_ref().map(Code::as_str);
            let standing = chain::version(w, model.as_str(), own).await?;
            precondition.check(w, Some(standing), false)?;
            let changes = chain::replace(w, model.as_str(), own, goals.clone(), &reason).await?;
            Ok((changes, if w.has_events() { w.version() } else { standing }))
        })
        .await;
    let (changes, version) = loaded.map_err(Problem::in_document)?;
    let ChainChanges { added, changed, removed, moved } = changes;
    let links = Links { own: Some(Link::get("self", call.own_href())), ..Links::default() };
    let body = GoalChainChangesView {
        goal_count,
        placement_count,
        added_goals: added,
        changed_goals: changed,
        removed_goals: removed,
        moved_count: moved,
        links,
    };
    Ok(Reply::ok(body).version(version))
}
