//! A report on the wire: columns, rows, totals, and what is missing and why.

use super::asked::Asked;
use super::found::Found;
use crate::contract::words;
use crate::problem::Problem;
use crate::reply::Body;
use crate::wire::amount::Amount;
use crate::wire::csv::{Cell, Table};
use crate::wire::link::{Link, Links};
use serde::Serialize;
use utfall_domain::money::{AmountError, Money, ShownAmount};
use utfall_domain::report::{Absent, RowKind, RowSums, Value};
use utfall_persistence::error::StoreError;
use utoipa::ToSchema;

/// En kolumn. A column.
#[derive(Serialize, ToSchema)]
#[schema(example = json!({"key": "outcome", "label": "Redovisning 2018-01--2018-08"}))]
pub(in crate::routes) struct ReportColumn {
    /// Nyckeln i values. The key in values.
    key: &'static str,
    /// Rubriken. The heading.
    label: String,
}

/// Varför ett värde saknas. Why a value is not there.
#[derive(Serialize, ToSchema)]
#[schema(example = json!({"column": "deviation", "reason": "not-periodised"}))]
pub(in crate::routes) struct AbsentValue {
    /// Kolumnen. The column.
    column: &'static str,
    /// Skälet: no-budget, not-periodised, no-forecast, no-outcome eller accumulated-span. The reason.
    #[schema(extensions(("x-enum" = json!(words::ABSENTS))))]
    reason: &'static str,
}

/// The values of a row, in the order of their columns.
pub(in crate::routes) trait Values: Serialize {
    fn cells(&self) -> Vec<Cell>;
}

/// Värden. The values of a row of the operating summary.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(example = json!({"outcome": 65_251, "outcomePreviousYear": 50_658, "change": 14_593, "deviation": -10_968}))]
pub(in crate::routes) struct OperatingValues {
    /// Utfall i perioden. The outcome in the span.
    pub(super) outcome: Option<Amount>,
    /// Utfall samma period föregående år. The outcome in the same span of the year before.
    pub(super) outcome_previous_year: Option<Amount>,
    /// Förändring. Outcome less that of the year before.
    pub(super) change: Option<Amount>,
    /// Avvikelse mot periodiserad budget; positiv är gynnsam. Against the periodised budget: positive is favourable.
    pub(super) deviation: Option<Amount>,
}

impl Values for OperatingValues {
    fn cells(&self) -> Vec<Cell> {
        let Self { outcome, outcome_previous_year, change, deviation } = self;
        [outcome, outcome_previous_year, change, deviation].map(|value| Cell::maybe(value.as_ref())).into()
    }
}

/// Värden. The values of a row of the forecast summary.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(example = json!({"forecast": 92_424, "budget": 81_424, "deviation": -11_000, "outcomePreviousYear": 78_377}))]
pub(in crate::routes) struct ForecastValues {
    /// Prognos helår. The forecast of the full year.
    pub(super) forecast: Option<Amount>,
    /// Budget helår. The budget of the full year.
    pub(super) budget: Option<Amount>,
    /// Budget minus prognos; positiv är gynnsam. Budget less forecast: positive is favourable.
    pub(super) deviation: Option<Amount>,
    /// Utfall hela föregående år. The outcome of the whole year before.
    pub(super) outcome_previous_year: Option<Amount>,
}

impl Values for ForecastValues {
    fn cells(&self) -> Vec<Cell> {
        let Self { forecast, budget, deviation, outcome_previous_year } = self;
        [forecast, budget, deviation, outcome_previous_year].map(|value| Cell::maybe(value.as_ref())).into()
    }
}

/// En rad. A row; rows share the total among them, so that no amount is shown twice.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(in crate::routes) struct ReportRowView<V> {
    /// Koden; tom för poster utan kod. The code; empty for entries without one.
    code: String,
    /// Namnet. The name.
    label: String,
    /// Slag: line, group (med underliggande) eller undistributed (givet på koden själv). What the row stands for.
    #[schema(extensions(("x-enum" = json!(words::ROW_KINDS))))]
    kind: &'static str,
    /// Utanför budgetramen. Whether it stands outside the budget frame.
    outside_frame: bool,
    /// Värdena. The values.
    values: V,
    /// Värden som saknas, och varför. Values that are not there, and why.
    absents: Vec<AbsentValue>,
}

/// En summa. A total, rounded from öre and not from the rows.
#[derive(Serialize, ToSchema)]
pub(in crate::routes) struct ReportTotal<V> {
    /// Värdena. The values.
    values: V,
    /// Värden som saknas, och varför. Values that are not there, and why.
    absents: Vec<AbsentValue>,
}

/// En rapport. A report.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(in crate::routes) struct ReportView<V> {
    /// Nämnden; saknas när rapporten gäller alla. The committee; absent when the report is for all.
    committee: Option<String>,
    /// Månaden till och med vilken. The month that it goes through.
    period: String,
    /// Spann: year-to-date, month eller year. What the outcome covers.
    #[schema(extensions(("x-enum" = json!(words::REPORT_SPANS))))]
    span: &'static str,
    /// Raderna är activity, unit eller account. What the rows are.
    #[schema(extensions(("x-enum" = json!(words::DIMENSIONS))))]
    by: &'static str,
    /// Beloppens enhet. The unit.
    #[schema(extensions(("x-enum" = json!(words::UNITS))))]
    amount_unit: &'static str,
    /// Teckenkonvention; avvikelser är alltid positiva när de är gynnsamma. The sign convention; deviations are always positive when favourable.
    #[schema(extensions(("x-enum" = json!(words::SIGNS))))]
    sign_convention: &'static str,
    /// Prognosens källa. The source of the forecast that is used.
    forecast_source: Option<String>,
    /// Månaden då prognosen gjordes. The month that the forecast was made at.
    forecast_period: Option<String>,
    /// Kolumnerna. The columns.
    columns: Vec<ReportColumn>,
    /// Raderna. The rows.
    rows: Vec<ReportRowView<V>>,
    /// Summan. The total.
    total: ReportTotal<V>,
    /// Summan av det som ligger inom budgetramen. The total of what stands within the budget frame.
    total_within_frame: ReportTotal<V>,
    /// Visade rader minus visad summa. What the shown rows sum to, less the shown total.
    rounding_difference: V,
    /// Månader i spannet utan utfall. Months of the span that have no outcome.
    missing_months: Vec<String>,
    #[serde(rename = "_links")]
    links: Links,
}

impl<V: Values> Body for ReportView<V> {
    const IS_TABLE: bool = true;

    fn table(&self) -> Option<Table> {
        let mut headers = vec!["code", "label", "kind"];
        headers.extend(self.columns.iter().map(|column| column.key));
        let row = |code: &str, label: &str, kind: &str, values: &V| {
            let mut cells = vec![Cell::text(code), Cell::text(label), Cell::text(kind)];
            cells.extend(values.cells());
            cells
        };
        let mut rows: Vec<_> = self.rows.iter().map(|r| row(&r.code, &r.label, r.kind, &r.values)).collect();
        rows.push(row("", "Summa", "total", &self.total.values));
        Some(Table::new(headers, rows))
    }
}

/// One column's values, shown; and their rounding difference.
pub(super) type Line = [Value; 4];

/// Lays out a report: the same for both, but for what the four columns are.
pub(super) fn view<V: Values>(
    href: String,
    asked: &Asked,
    found: &Found,
    columns: [(&'static str, String); 4],
    line: impl Fn(&RowSums) -> Result<Line, AmountError>,
    values: fn([Option<Amount>; 4]) -> V,
) -> Result<ReportView<V>, Problem> {
    let overflow = |error: AmountError| Problem::from(StoreError::from(error));
    let shown = |line: &Line| -> [Option<ShownAmount>; 4] { line.map(|value| value.ok().map(|v| asked.unit.shown(v))) };
    let keys = columns.each_ref().map(|(key, _)| *key);
    let absents = |line: &Line| -> Vec<AbsentValue> {
        let missing = keys.iter().zip(line).filter_map(|(key, value)| Some((*key, value.err()?)));
        missing.map(|(column, absent)| AbsentValue { column, reason: absent.code() }).collect()
    };
    let amounts = |line: &Line| values(shown(line).map(|value| value.map(Amount::shown)));
    // A column whose rows are not all there has no sum of rows to compare its total with.
    let mut sum: [Option<ShownAmount>; 4] = [Some(asked.unit.shown(Money::ZERO)); 4];
    let mut rows = Vec::with_capacity(found.report.rows.len());
    for row in &found.report.rows {
        let mut line = line(&row.sums).map_err(overflow)?;
        if let Some(at) = keys.iter().position(|key| *key == "deviation" && row.kind == RowKind::Undistributed) {
            line[at] = Err(Absent::Undistributed);
        }
        for (sum, value) in sum.iter_mut().zip(shown(&line)) {
            *sum = sum.zip(value).map(|(sum, value)| sum.plus(value));
        }
        rows.push(ReportRowView {
            code: row.code.clone(),
            label: row.label.clone(),
            kind: row.kind.code(),
            outside_frame: row.outside_frame,
            values: amounts(&line),
            absents: absents(&line),
        });
    }
    let total = line(&found.report.total).map_err(overflow)?;
    let within = line(&found.report.within_frame).map_err(overflow)?;
    let mut rounding: [Option<Amount>; 4] = [None, None, None, None];
    for ((rounding, total), sum) in rounding.iter_mut().zip(shown(&total)).zip(sum) {
        *rounding = total.zip(sum).map(|(total, sum)| Amount::shown(sum.minus(total)));
    }
    let year_summary = keys.contains(&"forecast");
    let (forecast_source, forecast_period) = found.forecast().unzip();
    let links = Links { own: Some(Link::get("self", href)), ..Links::default() };
    Ok(ReportView {
        committee: asked.committee.clone(),
        period: asked.month.to_string(),
        span: if year_summary {
            "year"
        } else if asked.month_only {
            "month"
        } else {
            "year-to-date"
        },
        by: asked.dimension.code(),
        amount_unit: asked.unit.code(),
        sign_convention: asked.sign.code(),
        forecast_source,
        forecast_period,
        columns: columns.into_iter().map(|(key, label)| ReportColumn { key, label }).collect(),
        rows,
        total: ReportTotal { values: amounts(&total), absents: absents(&total) },
        total_within_frame: ReportTotal { values: amounts(&within), absents: absents(&within) },
        rounding_difference: values(rounding),
        missing_months: if year_summary { Vec::new() } else { found.missing(asked) },
        links,
    })
}
