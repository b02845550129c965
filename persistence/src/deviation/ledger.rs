//! The sums that policies are applied to, committee by committee.

use crate::error::StoreError;
use crate::report::{self, StandingPosting, SumsOf, sums};
use crate::scope::Scope;
use std::collections::{BTreeMap, BTreeSet, HashMap};
use utfall_domain::code_plan::{CodePlan, span_of};
use utfall_domain::deviation::{CaseKey, DeviationBasis, Finding, Rule, findings};
use utfall_domain::period::{Month, Year};
use utfall_domain::posting::Kind;
use utfall_domain::report::LedgerSum;
use utfall_domain::rollup::Dimension;

/// The sums that the policies ask for. Committees that have come as far in the year share a reading.
pub(super) struct Ledger {
    year: Year,
    through: HashMap<String, u8>,
    forecast_months: HashMap<String, u8>,
    sums: HashMap<(Reading, Dimension), HashMap<String, Vec<LedgerSum>>>,
}

/// The month that a year has come to. Closing entries close a year whose December is posted, and are no month by themselves.
fn through(posted: &BTreeSet<u8>) -> Option<u8> {
    let month = posted.iter().copied().filter(|&month| month <= 12).max()?;
    Some(if month == 12 && posted.contains(&13) { 13 } else { month })
}

/// What a reading compares: the year to date through a month, or whole years.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
enum Reading {
    ToDate(u8),
    WholeYear,
}

impl Ledger {
    pub(super) async fn read(w: &Scope, year: Year, policies: &[(String, Vec<Rule>)]) -> Result<Self, StoreError> {
        let standing = report::standing(w, year).await?;
        let outcomes = |committee: &str| {
            let of_year = |posting: &&StandingPosting| posting.kind == Kind::Outcome && posting.year == year.number();
            let months = standing.iter().filter(of_year).filter(|posting| posting.is_of(Some(committee)));
            through(&months.map(|posting| posting.month).collect())
        };
        let mut ledger = Self { year, through: HashMap::new(), forecast_months: HashMap::new(), sums: HashMap::new() };
        let mut forecasts = BTreeMap::new();
        for (committee, _) in policies {
            if let Some(month) = outcomes(committee) {
                ledger.through.insert(committee.clone(), month);
            }
            if let Some(forecast) = report::forecast_of(&standing, committee, year, 13, None) {
                ledger.forecast_months.insert(committee.clone(), forecast.month);
                forecasts.insert(committee.clone(), forecast.posting_number);
            }
        }
        let needed: BTreeSet<(Reading, Dimension)> = policies
            .iter()
            .flat_map(|(committee, rules)| rules.iter().map(move |rule| (committee, rule)))
            .filter_map(|(committee, rule)| Some((ledger.reading(committee, rule.basis)?, rule.level.dimension())))
            .collect();
        for (reading, dimension) in needed {
            let of = reading.sums_of(year, dimension, &forecasts);
            let mut by_committee: HashMap<String, Vec<LedgerSum>> = HashMap::new();
            for sum in sums(w, &of).await? {
                by_committee.entry(sum.committee.clone()).or_default().push(sum);
            }
            ledger.sums.insert((reading, dimension), by_committee);
        }
        Ok(ledger)
    }

    /// What a committee is compared by; nothing while it has no outcome, or no forecast.
    fn reading(&self, committee: &str, basis: DeviationBasis) -> Option<Reading> {
        match basis {
            DeviationBasis::YearToDate => self.through.get(committee).map(|&month| Reading::ToDate(month)),
            DeviationBasis::Forecast => self.forecast_months.contains_key(committee).then_some(Reading::WholeYear),
        }
    }

    pub(super) fn findings(
        &self,
        committee: &str,
        rules: &[Rule],
        plan: &CodePlan,
    ) -> Result<BTreeMap<CaseKey, Finding>, StoreError> {
        let span = span_of(self.year, self.through.get(committee).copied().unwrap_or(0));
        let sums = |basis, dimension| {
            let reading = self.reading(committee, basis);
            let sums = reading.and_then(|reading| self.sums.get(&(reading, dimension))?.get(committee));
            sums.map_or(&[][..], Vec::as_slice)
        };
        Ok(findings(committee, rules, sums, |dimension| plan.tree(dimension.part()), span)?)
    }

    /// The period that an evaluation speaks of.
    pub(super) fn period(&self, committee: &str, basis: DeviationBasis) -> String {
        let months = match basis {
            DeviationBasis::YearToDate => &self.through,
            DeviationBasis::Forecast => &self.forecast_months,
        };
        let month = months.get(committee).and_then(|&month| Month::new(self.year, month).ok());
        month.map_or_else(|| self.year.to_string(), |month| month.to_string())
    }
}

impl Reading {
    fn sums_of(self, year: Year, dimension: Dimension, forecasts: &BTreeMap<String, i64>) -> SumsOf {
        let none = (1, 0);
        let (outcome, budget) = match self {
            Self::ToDate(through) => ((1, through), (1, through)),
            Self::WholeYear => (none, (1, 12)),
        };
        let forecasts = if self == Self::WholeYear { forecasts.clone() } else { BTreeMap::new() };
        SumsOf { year, dimension, committee: None, outcome, previous: none, budget, forecasts }
    }
}
