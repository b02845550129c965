//! The coverage report: what a goal chain lacks.

use super::goals::known;
use crate::auth::call::Call;
use crate::auth::perm;
use crate::contract::words;
use crate::problem::Problem;
use crate::reply::{Body, Reply};
use crate::wire::as_of::AsOf;
use crate::wire::csv::{Cell, Table};
use crate::wire::fields::shown;
use crate::wire::link::Links;
use crate::wire::page::{Page, PageMeta};
use actix_web::get;
use serde::{Deserialize, Serialize};
use std::collections::HashSet;
use utfall_domain::steering::coverage::{Gap, Lack, lacks};
use utfall_domain::steering::goal::Goal;
use utfall_persistence::indicator::target::targeted;
use utfall_persistence::steering::goal::goals_of_model;
use utfall_persistence::steering::model::{known_model, steering_models};
use utoipa::{IntoParams, ToSchema};
use utoipa_actix_web::service_config::ServiceConfig;

pub(super) fn configure(config: &mut ServiceConfig) {
    config.service(get_goal_coverage);
}

/// Något som ett mål saknar. Something that a goal lacks.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(example = json!({"goal": "P27", "title": "Fungerande skolgång", "gap": "no-commitment", "part": null}))]
struct GapView {
    /// Målets kod. The goal's code.
    goal: String,
    /// Målets titel. The goal's title.
    title: String,
    /// Vad som saknas: no-indicator, no-commitment, no-responsible, target-without-operator eller indicator-without-target. What is lacking.
    #[schema(extensions(("x-enum" = json!(words::GAPS))))]
    gap: &'static str,
    /// Vilken del: målvärdets period, indikatorns nyckel. Of which part: the target's period, the indicator's key.
    part: Option<String>,
}

impl From<Lack> for GapView {
    fn from(lack: Lack) -> Self {
        Self { goal: lack.goal, title: lack.title, gap: lack.gap.code(), part: shown(lack.part) }
    }
}

/// Täckningen i en målkedja. What a goal chain lacks, in its order.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(example = json!({"gaps": [], "meta": {"totalRecords": 0, "page": 1, "limit": 20, "count": 0}, "_links": {}}))]
struct GoalCoverageView {
    /// Det som saknas. What is lacking.
    gaps: Vec<GapView>,
    meta: PageMeta,
    #[serde(rename = "_links")]
    links: Links,
}

impl Body for GoalCoverageView {
    const IS_TABLE: bool = true;

    fn table(&self) -> Option<Table> {
        let row = |gap: &GapView| {
            let part = gap.part.clone().unwrap_or_default();
            vec![Cell::text(&gap.goal), Cell::text(&gap.title), Cell::text(gap.gap), Cell::text(part)]
        };
        Some(Table::new(vec!["goal", "title", "gap", "part"], self.gaps.iter().map(row).collect()))
    }
}

/// Vilken kedja. Which chain.
#[derive(Deserialize, IntoParams)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct CoverageQuery {
    /// Styrmodellen; alla om den saknas. The steering model; every one when it is left out.
    #[param(example = "modell")]
    steering_model: Option<String>,
    /// Målen som nämnden svarar för. The goals that this committee answers for.
    #[param(example = "SN")]
    committee: Option<String>,
    /// Vad som saknas. What is lacking.
    #[param(inline, value_type = Option<words::Gaps>)]
    gap: Option<String>,
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

/// Read the coverage of a goal chain
///
/// Mål utan indikator, åtagande eller ansvarig, målvärden utan operator och indikatorer utan målvärde. Goals without indicator, commitment
/// or responsible body, targets without operator, and indicators without target. Only what a level may carry can be lacking.
#[utoipa::path(tag = "Reports", params(CoverageQuery), extensions(("x-right" = json!("read"))),
    responses((status = 200, description = "Det som saknas. What is lacking.",
        content((GoalCoverageView = "application/json"), (String = "text/csv", example = json!(COVERAGE_CSV))))))]
#[get("/municipalities/{municipalityCode}/reports/goal-coverage")]
async fn get_goal_coverage(call: Call<perm::Read>) -> Result<Reply<GoalCoverageView>, Problem> {
    let query: CoverageQuery = call.query()?;
    let page = Page::new(query.page, query.limit, 1000)?;
    let gap = match query.gap.as_deref() {
        None => None,
        Some(word) => Some(
            Gap::from_code(word)
                .ok_or_else(|| Problem::parameter("gap", word, &format!("is not one of {}", Gap::CODES.join(", "))))?,
        ),
    };
    if let Some(code) = query.committee.as_deref() {
        call.committees(Some(code))?;
    }
    let (lacks, version) = call
        .read(query.as_of, async |scope| {
            let models = match query.steering_model.as_deref() {
                Some(code) => vec![known_model(scope, code).await?],
                None => steering_models(scope, (i64::from(i32::MAX), 0)).await?.0,
            };
            let committee = match query.committee.as_deref() {
                Some(code) => Some(known(scope, code).await?),
                None => None,
            };
            let targeted = targeted(scope).await?;
            let mut all = Vec::new();
            for model in models {
                let goals = goals_of_model(scope, model.code.as_str()).await?;
                let is_asked =
                    |goal: &&Goal| committee.as_ref().is_none_or(|committee| goal.is_answered_for_by(committee));
                let asked: HashSet<&str> = goals.iter().filter(is_asked).map(|goal| goal.code.as_str()).collect();
                let lacks = lacks(&model, &goals, |key| targeted.contains(key))
                    .into_iter()
                    .filter(|lack| asked.contains(lack.goal.as_str()));
                all.extend(lacks.filter(|lack| gap.is_none_or(|gap| lack.gap == gap)));
            }
            Ok((all, scope.version()))
        })
        .await?;
    let total = i64::try_from(lacks.len()).unwrap_or(i64::MAX);
    let gaps: Vec<_> = page.of(&lacks).iter().cloned().map(GapView::from).collect();
    let links = page.links(total, &call.own_href(), call.request().query_string());
    let meta = page.meta(total, gaps.len());
    Ok(Reply::ok(GoalCoverageView { gaps, meta, links }).version(version))
}

const COVERAGE_CSV: &str = "goal,title,gap,part\nP27,Fungerande skolgång,no-commitment,\n";
