//! The sums of a statement's columns: one statement for all of them.

use crate::accrual;
use crate::error::StoreError;
use crate::report::{StandingPosting, standing_of};
use crate::scope::Scope;
use sea_orm::{FromQueryResult, Value};
use std::fmt::Write as _;
use utfall_domain::accrual::{Adjustment, restatements};
use utfall_domain::code_plan::{CodeTree, Nature};
use utfall_domain::money::Money;
use utfall_domain::posting::Kind;
use utfall_domain::report::Absent;
use utfall_domain::rollup::Dimension;
use utfall_domain::statement::{Column, ColumnKind, ColumnSum, Columns, LedgerColumn};

/// What is asked of the ledger.
#[derive(Debug, Clone)]
pub struct Asked<'a> {
    /// The columns.
    pub columns: &'a Columns,
    /// One committee, or all.
    pub committee: Option<&'a str>,
    /// The source of forecasts; the newest entered when it is not said.
    pub forecast_source: Option<&'a str>,
    /// The source of proposals.
    pub plan_source: Option<&'a str>,
}

/// A forecast or a proposal that a column uses.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Used {
    /// The place of the column.
    pub column: usize,
    /// Whose.
    pub committee: String,
    /// Which source.
    pub source: String,
    /// The month of a forecast; 0 for a budget.
    pub month: u8,
    posting_number: i64,
}

/// The sums, why columns are not known, and what they use.
#[derive(Debug, Clone)]
pub struct ColumnSums {
    /// The sums by leaf code.
    pub sums: Vec<ColumnSum>,
    /// Why nothing is known of a column, by its place.
    pub absent: Vec<Option<Absent>>,
    /// Which forecasts are used.
    pub used: Vec<Used>,
}

#[derive(FromQueryResult)]
struct Record {
    place: i32,
    code: String,
    outside_frame: bool,
    cost: i64,
    revenue: i64,
    excluded: i64,
}

/// Reads the sums of the columns by leaf code of a dimension.
pub async fn column_sums(scope: &Scope, asked: &Asked<'_>, dimension: Dimension) -> Result<ColumnSums, StoreError> {
    let ledger: Vec<(usize, LedgerColumn)> = asked
        .columns
        .0
        .iter()
        .enumerate()
        .filter_map(|(at, (_, column))| if let Column::Ledger(ledger) = column { Some((at, *ledger)) } else { None })
        .collect();
    let mut years: Vec<i16> = ledger.iter().map(|(_, column)| column.year.number()).collect();
    years.sort_unstable();
    years.dedup();
    let standing = if years.is_empty() { Vec::new() } else { standing_of(scope, &years).await? };
    let mut found = ColumnSums { sums: Vec::new(), absent: vec![None; asked.columns.0.len()], used: Vec::new() };
    let mut values: Vec<Value> = vec![scope.version().into(), (dimension as i16).into()];
    let mut sql = String::new();
    for &(at, column) in &ledger {
        let used = used(asked, &standing, at, column);
        found.absent[at] = absent(asked, &standing, column, &used);
        if found.absent[at].is_none() {
            let union = if sql.is_empty() { "" } else { " UNION ALL " };
            let _ = write!(sql, "{union}{}", select(asked, at, column, &standing, &used, &mut values));
        }
        found.used.extend(used);
    }
    if !sql.is_empty() {
        let rows = scope.all::<Record>(&sql, values).await?;
        found.sums = rows.into_iter().map(column_sum).collect::<Result<_, _>>()?;
    }
    restate(scope, asked, &ledger, dimension, &mut found).await?;
    Ok(found)
}

fn column_sum(record: Record) -> Result<ColumnSum, StoreError> {
    let Record { place, code, outside_frame, cost, revenue, excluded } = record;
    Ok(ColumnSum {
        column: usize::try_from(place).unwrap_or_default(),
        code,
        outside_frame,
        cost: Money::from_ore(cost)?,
        revenue: Money::from_ore(revenue)?,
        excluded: Money::from_ore(excluded)?,
    })
}

const fn kind_of(column: LedgerColumn) -> Kind {
    match column.kind {
        ColumnKind::Outcome | ColumnKind::Restated => Kind::Outcome,
        ColumnKind::Budget | ColumnKind::Plan | ColumnKind::Proposal => Kind::Budget,
        ColumnKind::Forecast => Kind::Forecast,
    }
}

/// Whether a plan is what is adopted.
fn is_adopted(asked: &Asked<'_>, standing: &[StandingPosting], column: LedgerColumn) -> bool {
    let adopted = |posting: &StandingPosting| {
        posting.kind == Kind::Budget
            && posting.year == column.year.number()
            && posting.is_adopted
            && posting.is_of(asked.committee)
    };
    match column.kind {
        ColumnKind::Plan => standing.iter().any(adopted),
        kind => kind != ColumnKind::Proposal,
    }
}

/// The postings of alternatives that a column uses: each committee's newest forecast, or the proposals of the source.
fn used(asked: &Asked<'_>, standing: &[StandingPosting], at: usize, column: LedgerColumn) -> Vec<Used> {
    let own = |posting: &&StandingPosting| {
        posting.year == column.year.number() && posting.kind == kind_of(column) && posting.is_of(asked.committee)
    };
    let used = |posting: &StandingPosting, committee: &str| Used {
        column: at,
        committee: committee.into(),
        source: posting.source.clone(),
        month: posting.month,
        posting_number: posting.posting_number,
    };
    let mut found: Vec<Used> = Vec::new();
    let alternatives: Vec<&StandingPosting> = match column.kind {
        ColumnKind::Forecast => {
            let fits = |posting: &&StandingPosting| {
                column.month.is_none_or(|month| posting.month == month)
                    && asked.forecast_source.is_none_or(|source| posting.source == source)
            };
            standing.iter().filter(own).filter(fits).collect()
        }
        ColumnKind::Plan | ColumnKind::Proposal if !is_adopted(asked, standing, column) => {
            let fits = |posting: &&StandingPosting| {
                !posting.is_adopted && asked.plan_source.is_some_and(|source| posting.source == source)
            };
            standing.iter().filter(own).filter(fits).collect()
        }
        _ => return found,
    };
    for posting in alternatives {
        let wanted = posting.committees.iter().filter(|code| asked.committee.is_none_or(|own| own == code.as_str()));
        for committee in wanted {
            let newer = |other: &Used| (other.month, other.posting_number) > (posting.month, posting.posting_number);
            match found.iter().position(|other| other.committee == *committee) {
                Some(place) if newer(&found[place]) => {}
                Some(place) => found[place] = used(posting, committee),
                None => found.push(used(posting, committee)),
            }
        }
    }
    found
}

fn absent(asked: &Asked<'_>, standing: &[StandingPosting], column: LedgerColumn, used: &[Used]) -> Option<Absent> {
    let own = || {
        standing.iter().filter(|posting| {
            posting.year == column.year.number() && posting.kind == kind_of(column) && posting.is_of(asked.committee)
        })
    };
    match column.kind {
        ColumnKind::Outcome | ColumnKind::Restated => {
            let last = column.month.unwrap_or(13);
            let blurs = own().any(|posting| posting.from_month <= last && last < posting.month);
            let known = own().any(|posting| posting.month <= last);
            if blurs { Some(Absent::AccumulatedSpan) } else { (!known).then_some(Absent::NoOutcome) }
        }
        ColumnKind::Budget => (!own().any(|posting| posting.is_adopted)).then_some(Absent::NoBudget),
        ColumnKind::Plan if is_adopted(asked, standing, column) => None,
        ColumnKind::Plan | ColumnKind::Proposal => used.is_empty().then_some(Absent::NoBudget),
        ColumnKind::Forecast => used.is_empty().then_some(Absent::NoForecast),
    }
}

fn select(
    asked: &Asked<'_>,
    at: usize,
    column: LedgerColumn,
    standing: &[StandingPosting],
    used: &[Used],
    values: &mut Vec<Value>,
) -> String {
    let mut sql = format!(
        "SELECT {at} AS place, r.code, r.outside_frame, CAST(SUM(r.cost) AS BIGINT) AS cost, CAST(SUM(r.revenue) AS BIGINT) AS revenue, \
         CAST(SUM(r.excluded) AS BIGINT) AS excluded \
         FROM rollup_generation g JOIN rollup r \
           ON r.municipality = g.municipality AND r.year = g.year AND r.generation = g.generation \
         WHERE g.municipality = $1 AND g.since <= $2 AND g.until > $2 AND r.dimension = $3"
    );
    let mut and = |condition: &str, value: Value| {
        values.push(value);
        let _ = write!(sql, " AND {condition} ${}", values.len() + 1);
    };
    and("g.year =", column.year.number().into());
    and("g.kind =", kind_of(column).code().into());
    if let Some(committee) = asked.committee {
        and("r.committee =", committee.into());
    }
    match column.kind {
        ColumnKind::Outcome | ColumnKind::Restated => {
            if let Some(month) = column.month {
                and("r.month <=", i16::from(month).into());
            }
        }
        _ if used.is_empty() && is_adopted(asked, standing, column) => and("g.budget_status =", "adopted".into()),
        _ => {
            // Each committee has its own alternative; what another's holds of it does not count.
            let mut pairs = Vec::with_capacity(used.len());
            for Used { committee, posting_number, .. } in used {
                values.extend([Value::from(committee.as_str()), (*posting_number).into()]);
                pairs.push(format!("(r.committee = ${} AND g.posting_number = ${})", values.len(), values.len() + 1));
            }
            let _ = write!(sql, " AND ({})", pairs.join(" OR "));
        }
    }
    sql + " GROUP BY r.code, r.outside_frame"
}

/// Adds what restates an outcome to its columns.
async fn restate(
    scope: &Scope,
    asked: &Asked<'_>,
    ledger: &[(usize, LedgerColumn)],
    dimension: Dimension,
    found: &mut ColumnSums,
) -> Result<(), StoreError> {
    let restated = || ledger.iter().filter(|(_, column)| column.kind == ColumnKind::Restated);
    if restated().next().is_none() {
        return Ok(());
    }
    let committees: Vec<String> = asked.committee.iter().map(|code| (*code).to_owned()).collect();
    let all = accrual::all(scope, &committees).await?;
    let accounts = crate::code_plan::tree(scope, utfall_domain::code_part::CodePart::Account).await?;
    for (at, column) in restated().filter(|(at, _)| found.absent[*at].is_none()) {
        for one in restatements(&all, column.year) {
            let (cost, revenue) = if is_revenue(&accounts, one.adjustment) {
                (Money::ZERO, one.amount)
            } else {
                (one.amount, Money::ZERO)
            };
            let code = code_of(one.adjustment, dimension);
            found.sums.push(ColumnSum {
                column: *at,
                code,
                outside_frame: false,
                cost,
                revenue,
                excluded: Money::ZERO,
            });
        }
    }
    Ok(())
}

fn is_revenue(accounts: &CodeTree, adjustment: &Adjustment) -> bool {
    let account = adjustment.account.as_ref().and_then(|account| accounts.latest(account.as_str()));
    account.is_some_and(|row| row.nature == Some(Nature::Revenue))
}

fn code_of(adjustment: &Adjustment, dimension: Dimension) -> String {
    let code = match dimension {
        Dimension::Activity => &adjustment.activity,
        Dimension::Unit => &adjustment.unit,
        Dimension::Account => &adjustment.account,
    };
    code.as_ref().map(ToString::to_string).unwrap_or_default()
}

/// The adjustments that restate the columns, each once, in the order of their years.
pub async fn reasons(scope: &Scope, asked: &Asked<'_>) -> Result<Vec<(i16, Adjustment, Money)>, StoreError> {
    let restated = asked.columns.0.iter().filter_map(|(_, column)| match column {
        Column::Ledger(LedgerColumn { kind: ColumnKind::Restated, year, .. }) => Some(*year),
        _ => None,
    });
    let mut years: Vec<_> = restated.collect();
    years.sort_unstable();
    years.dedup();
    if years.is_empty() {
        return Ok(Vec::new());
    }
    let committees: Vec<String> = asked.committee.iter().map(|code| (*code).to_owned()).collect();
    let all = accrual::all(scope, &committees).await?;
    let of =
        |year| restatements(&all, year).into_iter().map(|one| (one.adjustment.clone(), one.amount)).collect::<Vec<_>>();
    let found =
        years.into_iter().flat_map(|year| of(year).into_iter().map(move |(one, amount)| (year.number(), one, amount)));
    Ok(found.collect())
}
