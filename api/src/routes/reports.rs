//! Reports: the operating summary and the forecast summary of a committee, read from rollups.

use super::example;
use crate::auth::call::Call;
use crate::auth::perm;
use crate::contract::words;
use crate::problem::Problem;
use crate::reply::{Body, Reply};
use crate::wire::amount::Amount;
use crate::wire::as_of::AsOf;
use crate::wire::csv::{Cell, Table};
use crate::wire::link::{Link, Links};
use actix_web::get;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use utfall_domain::code_plan::DateSpan;
use utfall_domain::money::{AmountError, AmountUnit, Money, ShownAmount, SignConvention};
use utfall_domain::period::{Month, Year};
use utfall_domain::posting::Kind;
use utfall_domain::report::{Absent, Report, RowKind, RowSums, Value, report};
use utfall_domain::rollup::Dimension;
use utfall_domain::text::Source;
use utfall_persistence::code_list::tree;
use utfall_persistence::code_plan::committees;
use utfall_persistence::error::{Refusal, StoreError};
use utfall_persistence::report::{StandingPosting, SumsOf, forecast_of, standing, sums};
use utfall_persistence::scope::Scope;
use utoipa::{IntoParams, ToSchema};
use utoipa_actix_web::service_config::ServiceConfig;

pub(super) fn configure(config: &mut ServiceConfig) {
    config.service(get_operating_summary).service(get_forecast_summary);
}

/// Vad rapporten ska visa. What the report is to show.
#[derive(Deserialize, IntoParams)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct ReportQuery {
    /// Nämnden. The committee; all that the token reaches when it is not said.
    #[param(example = "SN")]
    committee: Option<String>,
    /// Månaden som rapporten gäller till och med. The month that the report goes through; needed.
    #[param(example = "2018-08")]
    period: Option<String>,
    /// Rader per activity, unit eller account. What the rows are.
    #[param(inline, value_type = Option<words::Dimensions>)]
    by: Option<String>,
    /// Djup i trädet, 1 är rötterna. The depth at which the tree is cut; 1 gives a row for each root.
    #[param(minimum = 1, maximum = 20, default = 1)]
    depth: Option<u8>,
    /// Enhet: kr, tkr eller mnkr. The unit.
    #[param(inline, value_type = Option<words::Units>)]
    amount_unit: Option<String>,
    /// Teckenkonvention: cost-positive, debit-positive eller result. Which way amounts point; cost-positive when it is not said.
    #[param(inline, value_type = Option<words::Signs>)]
    sign_convention: Option<String>,
    /// year-to-date (januari till och med månaden) eller month (bara månaden). January through the month, or the month.
    #[param(inline, value_type = Option<words::Spans>)]
    span: Option<String>,
    /// Prognosens källa; annars den senast inlagda. The source of the forecast; the newest entered when it is not said.
    forecast_source: Option<String>,
    /// Som registrerat vid denna tidpunkt. As recorded at this moment.
    #[param(value_type = Option<String>, example = "2018-12-31")]
    as_of: Option<AsOf>,
}

/// What is asked for, read and checked.
struct Asked {
    committee: Option<String>,
    month: Month,
    dimension: Dimension,
    depth: usize,
    unit: AmountUnit,
    sign: SignConvention,
    month_only: bool,
    forecast_source: Option<String>,
    as_of: Option<AsOf>,
}

impl Asked {
    fn of(call: &Call<perm::Read>) -> Result<Self, Problem> {
        let query: ReportQuery = call.query()?;
        let named = |name: &str, text: &Option<String>, names: &str| {
            let text = text.clone().unwrap_or_default();
            Problem::parameter(name, &text, &format!("is not {names}"))
        };
        let period = query.period.clone().unwrap_or_default();
        let month = Month::parse(&period).map_err(|why| Problem::parameter("period", &period, &why.to_string()))?;
        let dimension = query.by.as_deref().map_or(Some(Dimension::Activity), Dimension::from_code);
        let unit = query.amount_unit.as_deref().map_or(Some(AmountUnit::Kronor), AmountUnit::from_code);
        let sign =
            query.sign_convention.as_deref().map_or(Some(SignConvention::CostPositive), SignConvention::from_code);
        let month_only = match query.span.as_deref() {
            None | Some("year-to-date") => false,
            Some("month") => true,
            Some(_) => return Err(named("span", &query.span, "year-to-date or month")),
        };
        let depth = query.depth.unwrap_or(1);
        if !(1..=20).contains(&depth) {
            return Err(Problem::parameter("depth", &depth.to_string(), "is not from 1 to 20"));
        }
        if let Some(source) = query.forecast_source.as_deref() {
            Source::parse(source).map_err(|why| Problem::parameter("forecastSource", source, &why.to_string()))?;
        }
        let mut committees = call.committees(query.committee.as_deref())?;
        if committees.len() > 1 {
            return Err(Problem::bad_request(
                "The token reaches several committees; name one with the parameter committee.",
            ));
        }
        Ok(Self {
            committee: committees.pop(),
            month,
            dimension: dimension.ok_or_else(|| named("by", &query.by, "activity, unit or account"))?,
            depth: usize::from(depth),
            unit: unit.ok_or_else(|| named("amountUnit", &query.amount_unit, "kr, tkr or mnkr"))?,
            sign: sign.ok_or_else(|| {
                named("signConvention", &query.sign_convention, "cost-positive, debit-positive or result")
            })?,
            month_only,
            forecast_source: query.forecast_source,
            as_of: query.as_of,
        })
    }

    fn first_month(&self) -> u8 {
        if self.month_only { self.month.number() } else { 1 }
    }
}

/// What the ledger says.
struct Found {
    report: Report,
    outcomes: Vec<StandingPosting>,
    forecasts: Vec<StandingPosting>,
    version: i64,
}

impl Found {
    /// Reads the sums of a report. The operating summary compares the span, the forecast summary whole years.
    async fn read(scope: &Scope, asked: &Asked, whole_year: bool) -> Result<Self, StoreError> {
        let year = asked.month.year();
        let known = committees(scope).await?;
        if asked.committee.as_ref().is_some_and(|code| !known.iter().any(|committee| committee.code.as_str() == code)) {
            return Err(Refusal::NotFound.into());
        }
        let span = (asked.first_month(), asked.month.number());
        let standing = standing(scope, year).await?;
        let mut forecasts: BTreeMap<String, StandingPosting> = BTreeMap::new();
        for code in known.iter().map(|committee| committee.code.as_str()).filter(|_| whole_year) {
            let used = forecast_of(&standing, code, year, asked.month.number(), asked.forecast_source.as_deref());
            if let Some(used) = used.filter(|_| asked.committee.as_deref().is_none_or(|own| own == code)) {
                forecasts.insert(code.to_owned(), used.clone());
            }
        }
        let of = SumsOf {
            year,
            dimension: asked.dimension,
            committee: asked.committee.clone(),
            outcome: if whole_year { (1, 0) } else { span },
            previous: if whole_year { (1, 13) } else { span },
            budget: if whole_year { (1, 12) } else { span },
            forecasts: forecasts.iter().map(|(code, used)| (code.clone(), used.posting_number)).collect(),
        };
        let rows = sums(scope, &of).await?;
        let tree = tree(scope, asked.dimension.part()).await?;
        let report = report(&rows, &tree, asked.depth, DateSpan::from(asked.month))?;
        let own =
            |posting: &StandingPosting| posting.kind == Kind::Outcome && posting.is_of(asked.committee.as_deref());
        let outcomes = standing.into_iter().filter(own).collect();
        Ok(Self { report, outcomes, forecasts: forecasts.into_values().collect(), version: scope.version() })
    }

    /// Why the outcome of the span is not known in a year: nothing is posted, or an accumulated delivery covers the span and more.
    fn unknown(&self, asked: &Asked, year: Year) -> Option<Absent> {
        let (first, last) = (asked.first_month(), asked.month.number());
        let mut posted = self.outcomes.iter().filter(|posting| posting.year == year.number());
        let blurs = |posting: &StandingPosting| {
            let crosses_end = posting.from_month <= last && last < posting.month;
            let crosses_start = posting.from_month < first && first <= posting.month && posting.month <= last;
            crosses_end || crosses_start
        };
        if posted.clone().any(blurs) {
            return Some(Absent::AccumulatedSpan);
        }
        let in_span = posted.any(|posting| (first..=last).contains(&posting.month));
        (!in_span).then_some(Absent::NoOutcome)
    }

    /// The months of the span that have no outcome.
    fn missing(&self, asked: &Asked) -> Vec<String> {
        let year = asked.month.year();
        let of_year = || self.outcomes.iter().filter(|posting| posting.year == year.number());
        (asked.first_month()..=asked.month.number().min(12))
            .filter(|month| !of_year().any(|posting| (posting.from_month..=posting.month).contains(month)))
            .map(|month| format!("{year}-{month:02}"))
            .collect()
    }

    /// The source of the forecast, and the month that it was made at; none when committees have different ones.
    fn forecast(&self) -> Option<(String, String)> {
        let named =
            |posting: &StandingPosting| (posting.source.clone(), format!("{:04}-{:02}", posting.year, posting.month));
        let first = named(self.forecasts.first()?);
        self.forecasts.iter().all(|posting| named(posting) == first).then_some(first)
    }
}

/// En kolumn. A column.
#[derive(Serialize, ToSchema)]
#[schema(example = json!({"key": "outcome", "label": "Redovisning 2018-01--2018-08"}))]
struct ReportColumn {
    /// Nyckeln i values. The key in values.
    key: &'static str,
    /// Rubriken. The heading.
    label: String,
}

/// Varför ett värde saknas. Why a value is not there.
#[derive(Serialize, ToSchema)]
#[schema(example = json!({"column": "deviation", "reason": "not-periodised"}))]
struct AbsentValue {
    /// Kolumnen. The column.
    column: &'static str,
    /// Skälet: no-budget, not-periodised, no-forecast, no-outcome eller accumulated-span. The reason.
    #[schema(extensions(("x-enum" = json!(words::ABSENTS))))]
    reason: &'static str,
}

/// The values of a row, in the order of their columns.
trait Values: Serialize {
    fn cells(&self) -> Vec<Cell>;
}

/// Värden. The values of a row of the operating summary.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(example = json!({"outcome": 65_251, "outcomePreviousYear": 50_658, "change": 14_593, "deviation": -10_968}))]
struct OperatingValues {
    /// Utfall i perioden. The outcome in the span.
    outcome: Option<Amount>,
    /// Utfall samma period föregående år. The outcome in the same span of the year before.
    outcome_previous_year: Option<Amount>,
    /// Förändring. Outcome less that of the year before.
    change: Option<Amount>,
    /// Avvikelse mot periodiserad budget; positiv är gynnsam. Against the periodised budget: positive is favourable.
    deviation: Option<Amount>,
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
struct ForecastValues {
    /// Prognos helår. The forecast of the full year.
    forecast: Option<Amount>,
    /// Budget helår. The budget of the full year.
    budget: Option<Amount>,
    /// Budget minus prognos; positiv är gynnsam. Budget less forecast: positive is favourable.
    deviation: Option<Amount>,
    /// Utfall hela föregående år. The outcome of the whole year before.
    outcome_previous_year: Option<Amount>,
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
struct ReportRowView<V> {
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
struct ReportTotal<V> {
    /// Värdena. The values.
    values: V,
    /// Värden som saknas, och varför. Values that are not there, and why.
    absents: Vec<AbsentValue>,
}

/// En rapport. A report.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct ReportView<V> {
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
        Some(Table { headers, rows })
    }
}

/// One column's values, shown; and their rounding difference.
type Line = [Value; 4];

/// Lays out a report: the same for both, but for what the four columns are.
fn view<V: Values>(
    call: &Call<perm::Read>,
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
    let links = Links { own: Some(Link::get("self", own_href(call))), ..Links::default() };
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

fn own_href(call: &Call<perm::Read>) -> String {
    format!("{}?{}", call.own_href(), call.request().query_string())
}

/// Read the operating summary
///
/// Utfall januari till och med månaden, samma period föregående år, förändring och avvikelse mot periodiserad budget. Outcome
/// January through the month, the same span of the year before, the change, and the deviation from the periodised budget. A
/// budget for the year without a profile gives no deviation to date (not-periodised), and no budget none (no-budget).
#[utoipa::path(tag = "Reports", params(ReportQuery), extensions(("x-right" = json!("read"))),
    responses((status = 200, description = "Rapporten. The report.",
        content((ReportView<OperatingValues> = "application/json", example = json!(example::operating_summary())),
            (String = "text/csv", example = json!(example::OPERATING_CSV))))))]
#[get("/municipalities/{municipalityCode}/reports/operating-summary")]
async fn get_operating_summary(call: Call<perm::Read>) -> Result<Reply<ReportView<OperatingValues>>, Problem> {
    let asked = Asked::of(&call)?;
    let found = call.read(asked.as_of, async |scope| Found::read(scope, &asked, false).await).await?;
    let year = asked.month.year();
    let known = |value: Money, year: Year| match found.unknown(&asked, year) {
        Some(absent) => Err(absent),
        None => Ok(asked.sign.turn(value)),
    };
    let line = |row: &RowSums| {
        let outcome = known(row.outcome(), year);
        let previous = known(row.previous(), year.previous());
        let change = match (outcome, previous) {
            (Ok(outcome), Ok(previous)) => Ok(outcome.minus(previous)?),
            (Err(absent), _) | (_, Err(absent)) => Err(absent),
        };
        Ok([outcome, previous, change, outcome.and(row.deviation_to_date()?)])
    };
    let (first, last) = (asked.first_month(), asked.month.number());
    let span = |year: i16| format!("{year:04}-{first:02}--{year:04}-{last:02}");
    let columns = [
        ("outcome", format!("Redovisning {}", span(year.number()))),
        ("outcomePreviousYear", format!("Redovisning {}", span(year.previous().number()))),
        ("change", "Förändring".to_owned()),
        ("deviation", "Avvikelse mot periodiserad budget".to_owned()),
    ];
    let values = |[outcome, outcome_previous_year, change, deviation]: [Option<Amount>; 4]| OperatingValues {
        outcome,
        outcome_previous_year,
        change,
        deviation,
    };
    Ok(Reply::ok(view(&call, &asked, &found, columns, line, values)?).version(found.version))
}

/// Read the forecast summary
///
/// Helårsprognos, budget, avvikelse och hela föregående års utfall. The forecast of the full year, the budget, the deviation and the
/// outcome of the whole year before.
#[utoipa::path(tag = "Reports", params(ReportQuery), extensions(("x-right" = json!("read"))),
    responses((status = 200, description = "Rapporten. The report.",
        content((ReportView<ForecastValues> = "application/json", example = json!(example::forecast_summary())),
            (String = "text/csv", example = json!(example::FORECAST_SUMMARY_CSV))))))]
#[get("/municipalities/{municipalityCode}/reports/forecast-summary")]
async fn get_forecast_summary(call: Call<perm::Read>) -> Result<Reply<ReportView<ForecastValues>>, Problem> {
    let asked = Asked::of(&call)?;
    if asked.month_only {
        return Err(Problem::parameter("span", "month", "is not what a forecast covers: it is for the year"));
    }
    let found = call.read(asked.as_of, async |scope| Found::read(scope, &asked, true).await).await?;
    let any_forecast = !found.forecasts.is_empty();
    let closed = found.outcomes.iter().any(|posting| posting.year == asked.month.year().previous().number());
    let line = |row: &RowSums| {
        let forecast = match row.forecast() {
            Err(_) if any_forecast => Ok(Money::ZERO),
            forecast => forecast,
        };
        let turn = |value: Value| value.map(|value| asked.sign.turn(value));
        let deviation = row.forecast_deviation(any_forecast)?;
        Ok([
            turn(forecast),
            turn(row.budget()),
            deviation,
            turn(if closed { Ok(row.previous()) } else { Err(Absent::NoOutcome) }),
        ])
    };
    let year = asked.month.year();
    let columns = [
        ("forecast", format!("Prognos {year}")),
        ("budget", format!("Budget {year}")),
        ("deviation", "Avvikelse".to_owned()),
        ("outcomePreviousYear", format!("Bokslut {}", year.previous())),
    ];
    let values = |[forecast, budget, deviation, outcome_previous_year]: [Option<Amount>; 4]| ForecastValues {
        forecast,
        budget,
        deviation,
        outcome_previous_year,
    };
    Ok(Reply::ok(view(&call, &asked, &found, columns, line, values)?).version(found.version))
}
