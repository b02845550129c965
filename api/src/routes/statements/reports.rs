//! The three statements: by income-statement line, by activity, by unit.

use super::asked::{StatementAsked, StatementQuery};
use super::statement_view::StatementView;
use crate::auth::call::Call;
use crate::auth::perm;
use crate::problem::Problem;
use crate::reply::{Reply, current_if};
use crate::wire::link::{Link, Links};
use actix_web::{HttpResponse, get};
use std::collections::BTreeMap;
use utfall_domain::accrual::Adjustment;
use utfall_domain::code_plan::{CodeTree, DateSpan, Nature};
use utfall_domain::money::Money;
use utfall_domain::rollup::Dimension;
use utfall_domain::statement::{
    ColumnSum, From as Source, ReportLayout, Statement, Wanted, by_tree, laid_out, result_statement,
};
use utfall_persistence::code_plan::{committees, tree};
use utfall_persistence::error::{Refusal, StoreError};
use utfall_persistence::scope::Scope;
use utfall_persistence::statement::{Asked, ColumnSums, Used, column_sums, layout, reasons};
use utoipa_actix_web::service_config::ServiceConfig;

pub(super) fn configure(config: &mut ServiceConfig) {
    config.service(get_result_statement).service(get_activity_budget).service(get_unit_frames);
}

const EXAMPLE: &str =
    "code,label,kind,outcome-2018-08,budget-2018\nHVBU,HVB unga,line,65251,81424\n,Summa,total,65251,81424\n";

/// What a statement is made of.
struct Found {
    statement: Statement,
    layout: Option<ReportLayout>,
    used: Vec<Used>,
    restated: Vec<(i16, Adjustment, Money)>,
    version: i64,
}

/// The dimension of a layout's line.
fn dimension_of(wanted: &Wanted) -> Dimension {
    match wanted {
        Wanted::Codes(dimension, _) => *dimension,
        Wanted::ResultLines(_) | Wanted::Nature(_) | Wanted::Everything => Dimension::Account,
    }
}

/// Whether a sum is what a line wants.
fn wants(wanted: &Wanted, sum: &ColumnSum, tree: &CodeTree, span: DateSpan) -> bool {
    let row = || tree.at(&sum.code, span).or_else(|| tree.latest(&sum.code));
    match wanted {
        Wanted::Codes(_, codes) => {
            let path = tree.path(&sum.code, span);
            codes.iter().any(|code| code.as_str() == sum.code || path.iter().any(|row| row.code == *code))
        }
        Wanted::ResultLines(lines) => {
            row().is_some_and(|row| row.result_line.as_ref().is_some_and(|line| lines.contains(line)))
        }
        Wanted::Nature(nature) => match row() {
            Some(row) => row.nature == Some(*nature),
            // Without an account the sign says whether it is a revenue or a cost.
            None => (*nature == Nature::Revenue) == (sum.cost.is_zero() && !sum.revenue.is_zero()),
        },
        Wanted::Everything => true,
    }
}

async fn laid(
    scope: &Scope,
    asked: &Asked<'_>,
    layout: &ReportLayout,
    span: DateSpan,
) -> Result<(Statement, Vec<Used>), StoreError> {
    let mut by_dimension: BTreeMap<Dimension, (ColumnSums, CodeTree)> = BTreeMap::new();
    let wanted = layout.lines.iter().filter_map(|line| match &line.from {
        Source::Ledger(wanted) => Some(dimension_of(wanted)),
        Source::Lines { .. } | Source::Stated => None,
    });
    for dimension in wanted.chain([Dimension::Account]).collect::<std::collections::BTreeSet<_>>() {
        let sums = column_sums(scope, asked, dimension).await?;
        by_dimension.insert(dimension, (sums, tree(scope, dimension.part()).await?));
    }
    let absent = by_dimension.values().next().map(|(sums, _)| sums.absent.clone()).unwrap_or_default();
    let select = |wanted: &Wanted| -> Vec<&ColumnSum> {
        let Some((sums, tree)) = by_dimension.get(&dimension_of(wanted)) else { return Vec::new() };
        sums.sums.iter().filter(|sum| wants(wanted, sum, tree, span)).collect()
    };
    let statement = laid_out(layout, asked.columns, &absent, select)?;
    let used = by_dimension.into_values().next().map(|(sums, _)| sums.used).unwrap_or_default();
    Ok((statement, used))
}

async fn found(
    scope: &Scope,
    asked: &StatementAsked,
    dimension: Dimension,
    span: DateSpan,
) -> Result<Found, StoreError> {
    let known = committees(scope).await?;
    if asked.committee.as_ref().is_some_and(|code| !known.iter().any(|committee| committee.code.as_str() == code)) {
        return Err(Refusal::NotFound.into());
    }
    let ledger = Asked {
        columns: &asked.columns,
        committee: asked.committee.as_deref(),
        forecast_source: asked.forecast_source.as_deref(),
        plan_source: asked.plan_source.as_deref(),
    };
    let restated = reasons(scope, &ledger).await?;
    let chosen = match &asked.layout {
        Some(key) => Some(layout(scope, key.as_str()).await?.ok_or(Refusal::NotFound)?.0),
        None => None,
    };
    let (statement, used) = match &chosen {
        Some(chosen) => laid(scope, &ledger, chosen, span).await?,
        None => {
            let ColumnSums { sums, absent, used } = column_sums(scope, &ledger, dimension).await?;
            let tree = tree(scope, dimension.part()).await?;
            let statement = match dimension {
                Dimension::Account => result_statement(&asked.columns, &sums, &absent, &tree, span)?,
                Dimension::Activity | Dimension::Unit => {
                    by_tree(&asked.columns, &sums, &absent, &tree, asked.depth, span)?
                }
            };
            (statement, used)
        }
    };
    Ok(Found { statement, layout: chosen, used, restated, version: scope.version() })
}

async fn statement(call: &Call<perm::Read>, dimension: Dimension) -> Result<HttpResponse, Problem> {
    let asked = StatementAsked::of(call)?;
    let span = DateSpan::from(asked.year()?);
    current_if(asked.is_the_same_for_all, call, async || {
        let found = call.read(asked.as_of, async |scope| found(scope, &asked, dimension, span).await).await?;
        let href = format!("{}?{}", call.own_href(), call.request().query_string());
        let links = Links { own: Some(Link::get("self", href)), ..Links::default() };
        let Found { statement, layout, used, restated, version } = found;
        Ok(Reply::ok(StatementView::new(asked, &statement, layout.as_ref(), used, restated, links)).version(version))
    })
    .await
}

/// Read the result statement
///
/// Intäkter och kostnader per resultaträkningsrad, nettokostnad, det som står utanför den (kommunbidrag) och resultat; eller raderna i en
/// uppställning. Revenues and costs by line of the income statement, net cost, what stands outside it (the municipal allocation) and the result;
/// or the lines of a layout.
#[utoipa::path(tag = "Reports", params(StatementQuery), extensions(("x-right" = json!("read"))),
    responses((status = 200, description = "Uppställningen. The statement.",
        content((StatementView = "application/json"), (String = "text/csv", example = json!(EXAMPLE))))))]
#[get("/municipalities/{municipalityCode}/reports/result-statements")]
async fn get_result_statement(call: Call<perm::Read>) -> Result<HttpResponse, Problem> {
    statement(&call, Dimension::Account).await
}

/// Read the activity budget
///
/// Per verksamhet, med kolumner som väljs: utfall, budget, prognos, plan, brutto och netto, förändring och avvikelse. By activity, with columns
/// that are chosen: outcome, budget, forecast, plan, gross and net, change and deviation.
#[utoipa::path(tag = "Reports", params(StatementQuery), extensions(("x-right" = json!("read"))),
    responses((status = 200, description = "Uppställningen. The statement.",
        content((StatementView = "application/json"), (String = "text/csv", example = json!(EXAMPLE))))))]
#[get("/municipalities/{municipalityCode}/reports/activity-budgets")]
async fn get_activity_budget(call: Call<perm::Read>) -> Result<HttpResponse, Problem> {
    statement(&call, Dimension::Activity).await
}

/// Read the unit frames
///
/// Per ansvar (organisation), med kolumner som väljs. By unit (organisation), with columns that are chosen.
#[utoipa::path(tag = "Reports", params(StatementQuery), extensions(("x-right" = json!("read"))),
    responses((status = 200, description = "Uppställningen. The statement.",
        content((StatementView = "application/json"), (String = "text/csv", example = json!(EXAMPLE))))))]
#[get("/municipalities/{municipalityCode}/reports/unit-frames")]
async fn get_unit_frames(call: Call<perm::Read>) -> Result<HttpResponse, Problem> {
    statement(&call, Dimension::Unit).await
}
