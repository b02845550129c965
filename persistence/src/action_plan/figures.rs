//! What a version of an action plan gives: planned, realised, and how much of the need that covers.

use super::measured::on_the_ledger;
use super::report::reports;
use super::version::PlanVersion;
use crate::deviation::deviations_of;
use crate::error::StoreError;
use crate::report::standing;
use crate::scope::Scope;
use chrono::NaiveDate;
use std::collections::HashMap;
use utfall_domain::action_plan::{
    ActionPlan, Coverage, Deficit, EffectReport, MeasureReport, MeasureStatus, Purpose, need_of, planned_in_year,
    planned_through, realised, status,
};
use utfall_domain::deviation::{DeviationBasis, Level};
use utfall_domain::money::Money;
use utfall_domain::period::{Month, Year};
use utfall_domain::posting::Kind;
use utfall_domain::report::{Absent, Value};

/// What a measure gives.
#[derive(Debug, Clone)]
pub struct MeasureFigures {
    /// How it stands on the day.
    pub status: MeasureStatus,
    /// What it is planned to give, in all of the plan's years.
    pub planned: Money,
    /// What it was planned to give through the months that are known.
    pub planned_to_date: Money,
    /// What it has given, or why that is not known.
    pub realised: Value,
    /// What was said of it last.
    pub comment: String,
}

/// What a plan gives in a year.
#[derive(Debug, Clone, Copy)]
pub struct YearFigures {
    /// The year.
    pub year: Year,
    /// The month through which it is known what was given.
    pub through: Option<Month>,
    /// What it is planned to give.
    pub planned: Money,
    /// What it has given.
    pub realised: Option<Money>,
}

/// What a plan gives.
#[derive(Debug, Clone)]
pub struct PlanFigures {
    /// Its measures, in order.
    pub measures: Vec<MeasureFigures>,
    /// Its years.
    pub years: Vec<YearFigures>,
    /// Together, beside the need.
    pub coverage: Coverage,
}

/// What is known of a year: its last report, what the ledger says, and how far either goes.
struct Known {
    year: Year,
    through: Option<u8>,
    report: Option<EffectReport>,
    ledger: HashMap<usize, Value>,
}

/// The figures of a version on a day.
pub async fn figures(scope: &Scope, version: &PlanVersion, today: NaiveDate) -> Result<PlanFigures, StoreError> {
    let plan = &version.plan;
    let reports = reports(scope, &version.edition.document).await?;
    let mut known = Vec::new();
    for year in plan.years() {
        let of_year = |report: &&EffectReport| report.month.year() == year;
        let report = reports.iter().map(|recorded| &recorded.report).rfind(of_year).cloned();
        let posted = posted_through(scope, plan, year).await?;
        let ledger = on_the_ledger(scope, plan, year, posted).await?;
        let through = report.as_ref().map(|report| report.month.number()).max(posted);
        known.push(Known { year, through, report, ledger });
    }
    let measures = measures(plan, &known, today)?;
    let years = known.iter().map(|known| year_figures(plan, known)).collect::<Result<Vec<_>, _>>()?;
    let given: Vec<Option<Money>> = years.iter().map(|year| year.realised).collect();
    let coverage = Coverage {
        need: need_of(plan.stated_need()?, &deficits(scope, plan).await?)?,
        planned: Money::sum(years.iter().map(|year| year.planned))?,
        realised: realised(None, &given)?,
    };
    Ok(PlanFigures { measures, years, coverage })
}

/// The last month of a year that the committee, or for the balance requirement anybody, has an outcome of.
async fn posted_through(scope: &Scope, plan: &ActionPlan, year: Year) -> Result<Option<u8>, StoreError> {
    let committee = (plan.purpose != Purpose::Balance).then_some(plan.committee.as_str());
    let postings = standing(scope, year).await?;
    let own = postings.iter().filter(|posting| posting.kind == Kind::Outcome && posting.year == year.number());
    Ok(own.filter(|posting| posting.is_of(committee) && posting.month <= 12).map(|posting| posting.month).max())
}

fn measures(plan: &ActionPlan, known: &[Known], today: NaiveDate) -> Result<Vec<MeasureFigures>, StoreError> {
    let last =
        |key: &str| -> Option<&MeasureReport> { known.iter().rev().find_map(|known| known.report.as_ref()?.of(key)) };
    let figures = |(at, measure): (usize, &utfall_domain::action_plan::Measure)| {
        let reported = last(measure.key.as_str());
        let depended = measure.depends_on.as_ref().and_then(|first| last(first.as_str())).map(|report| report.state);
        let planned: Result<Vec<_>, _> = plan.years().map(|year| planned_in_year(&measure.effects, year)).collect();
        let to_date: Result<Vec<_>, _> = known
            .iter()
            .map(|known| planned_through(&measure.effects, known.year, known.through.unwrap_or(0)))
            .collect();
        let given: Vec<Value> = known.iter().map(|known| known.given(at, measure.key.as_str())).collect();
        let known_ones: Vec<Option<Money>> = given.iter().map(|value| value.ok()).collect();
        Ok(MeasureFigures {
            status: status(measure, reported.map(|report| report.state), depended, today),
            planned: Money::sum(planned?)?,
            planned_to_date: Money::sum(to_date?)?,
            realised: match realised(None, &known_ones)? {
                Some(amount) => Ok(amount),
                None => Err(given.iter().find_map(|value| value.err()).unwrap_or(Absent::NoOutcome)),
            },
            comment: reported.map(|report| report.comment.clone()).unwrap_or_default(),
        })
    };
    plan.measures.iter().enumerate().map(figures).collect()
}

impl Known {
    /// What a measure has given in the year: as measured, else as reported.
    fn given(&self, at: usize, key: &str) -> Value {
        match self.ledger.get(&at) {
            Some(measured) => *measured,
            None => {
                let reported = self.report.as_ref().and_then(|report| report.of(key)?.realised);
                reported.ok_or(Absent::NotReported)
            }
        }
    }
}

fn year_figures(plan: &ActionPlan, known: &Known) -> Result<YearFigures, StoreError> {
    let given: Vec<Option<Money>> =
        plan.measures.iter().enumerate().map(|(at, measure)| known.given(at, measure.key.as_str()).ok()).collect();
    let whole = known.report.as_ref().and_then(|report| report.realised);
    Ok(YearFigures {
        year: known.year,
        through: known.through.and_then(|month| Month::new(known.year, month).ok()),
        planned: plan.planned_in(known.year)?,
        realised: realised(whole, &given)?,
    })
}

/// The open deficits among the cases that a plan answers.
async fn deficits(scope: &Scope, plan: &ActionPlan) -> Result<Vec<Deficit>, StoreError> {
    let cases = deviations_of(scope, &plan.answers).await?;
    let deficit = |case: &crate::deviation::Deviation| {
        let corrupt = || StoreError::Corrupt("a deviation case".into());
        Ok(Deficit {
            basis: DeviationBasis::from_code(&case.basis).ok_or_else(corrupt)?,
            level: Level::from_code(&case.level).ok_or_else(corrupt)?,
            amount: case.amount(),
        })
    };
    cases.iter().filter(|case| case.is_open()).map(deficit).collect()
}
