//! What differs between two versions of a plan.

use super::{key, reaches};
use crate::auth::call::Call;
use crate::auth::perm;
use crate::contract::words;
use crate::problem::Problem;
use crate::reply::{Body, Reply};
use crate::wire::as_of::AsOf;
use crate::wire::fields::shown;
use crate::wire::link::{Link, Links};
use crate::wire::page::{Page, PageMeta};
use actix_web::get;
use serde::{Deserialize, Serialize};
use utfall_domain::steering::difference::{Difference, Item, differences, items};
use utfall_domain::steering::edition::EditionKind;
use utfall_persistence::error::{Refusal, StoreError};
use utfall_persistence::scope::Scope;
use utfall_persistence::steering::edition::{edition, editions, foremost};
use utfall_persistence::steering::plan::whole;
use utoipa::{IntoParams, ToSchema};
use utoipa_actix_web::service_config::ServiceConfig;

const KIND: EditionKind = EditionKind::Plan;

pub(super) fn configure(config: &mut ServiceConfig) {
    config.service(list_plan_differences);
}

/// Ett fält som skiljer. A field that differs, as text on both sides; the parts of a list stand on lines of their own.
#[derive(Serialize, ToSchema)]
#[schema(example = json!({"field": "title", "before": "Verksamhetsplan", "after": "Verksamhetsplan med budget"}))]
struct FieldDifferenceView {
    /// Fältet. The field.
    field: String,
    /// Vad det sa. What it said.
    before: Option<String>,
    /// Vad det säger. What it says.
    after: Option<String>,
}

/// En del som skiljer. A part that differs.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(example = json!({"part": "goal", "key": "P25", "change": "changed",
    "fields": [{"field": "title", "before": "Nöjda barn", "after": "Nöjda barn och unga"}]}))]
struct PlanDifferenceView {
    /// Del: plan, section, goal, placement, indicator eller appendix. Which kind of part.
    #[schema(extensions(("x-enum" = json!(words::PLAN_PARTS))))]
    part: &'static str,
    /// Nyckel: målets kod, avsnittets kod, placeringen. Its key: the goal's code, the section's code, the placement.
    key: Option<String>,
    /// added, removed eller changed. What became of it.
    #[schema(extensions(("x-enum" = json!(words::PART_CHANGES))))]
    change: &'static str,
    /// Fälten som skiljer. The fields that differ.
    fields: Vec<FieldDifferenceView>,
}

impl From<Difference> for PlanDifferenceView {
    fn from(difference: Difference) -> Self {
        let field = |field: utfall_domain::steering::difference::FieldChange| FieldDifferenceView {
            field: field.field,
            before: shown(field.before),
            after: shown(field.after),
        };
        Self {
            part: difference.part.code(),
            key: shown(difference.key),
            change: difference.change.code(),
            fields: difference.fields.into_iter().map(field).collect(),
        }
    }
}

/// Skillnaden mellan två versioner. What differs between two versions.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(example = json!({"planId": "SN-2018", "against": 1, "version": 2, "differences": [],
    "meta": {"totalRecords": 0, "page": 1, "limit": 20, "count": 0}, "_links": {}}))]
struct PlanDifferencePage {
    /// Planens id. The plan's id.
    plan_id: String,
    /// Versionen som jämförs med. The version that is compared with.
    against: i16,
    /// Versionen som jämförs. The version that is compared.
    version: i16,
    /// Skillnaderna. The differences: what is gone or changed in the order of the one before, then what is new.
    differences: Vec<PlanDifferenceView>,
    meta: PageMeta,
    #[serde(rename = "_links")]
    links: Links,
}

impl Body for PlanDifferencePage {}

/// Vad som jämförs. What is compared.
#[derive(Deserialize, IntoParams)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct DifferenceQuery {
    /// Versionen att jämföra med; den före om den saknas. The version to compare with; the one before when it is left out.
    #[param(minimum = 1, maximum = 9999)]
    against: Option<i16>,
    /// Versionen som jämförs; den nyaste om den saknas. The version that is compared; the newest when it is left out.
    #[param(minimum = 1, maximum = 9999)]
    version: Option<i16>,
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

async fn parts(scope: &Scope, plan_id: &str, number: i16) -> Result<Vec<Item>, StoreError> {
    let edition = edition(scope, KIND, plan_id, number).await?.ok_or(Refusal::NotFound)?;
    let found = whole(scope, edition).await?;
    Ok(items(&found.plan, &found.goals, &found.placements))
}

/// Compare two versions of a plan
///
/// Del för del och fält för fält: avsnitt, mål, placeringar, indikatorer och bilagor. Part by part and field by field: sections, goals,
/// placements, indicators and appendices.
#[utoipa::path(tag = "Steering", params(DifferenceQuery), extensions(("x-right" = json!("read"))),
    responses((status = 200, description = "Skillnaderna. The differences.", body = PlanDifferencePage)))]
#[get("/municipalities/{municipalityCode}/plans/{planId}/differences")]
async fn list_plan_differences(call: Call<perm::Read>) -> Result<Reply<PlanDifferencePage>, Problem> {
    let query: DifferenceQuery = call.query()?;
    let page = Page::new(query.page, query.limit, 1000)?;
    let plan_id = key(&call, "planId")?;
    let (committee, against, version, all, data_version) = call
        .read(query.as_of, async |scope| {
            let foremost = foremost(scope, KIND, plan_id.as_str(), None).await?.ok_or(Refusal::NotFound)?;
            let (newest, _) = editions(scope, KIND, plan_id.as_str(), (1, 0)).await?;
            let version = query.version.or(newest.first().map(|newest| newest.number)).unwrap_or(foremost.number);
            let against = query.against.unwrap_or_else(|| (version - 1).max(1));
            let before = parts(scope, plan_id.as_str(), against).await?;
            let after = parts(scope, plan_id.as_str(), version).await?;
            Ok((foremost.committee, against, version, differences(&before, &after), scope.version()))
        })
        .await?;
    reaches(&call, &committee)?;
    let total = i64::try_from(all.len()).unwrap_or(i64::MAX);
    let differences: Vec<_> = page.of(&all).iter().cloned().map(PlanDifferenceView::from).collect();
    let links = page.links(total, &call.own_href(), call.request().query_string());
    let links = Links { up: Some(Link::get("up", call.municipality_href(&format!("plans/{plan_id}")))), ..links };
    let meta = page.meta(total, differences.len());
    let body = PlanDifferencePage { plan_id: plan_id.to_string(), against, version, differences, meta, links };
    Ok(Reply::ok(body).version(data_version))
}
