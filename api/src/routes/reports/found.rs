//! What the ledger says for a report.

use super::asked::Asked;
use std::collections::BTreeMap;
use utfall_domain::code_plan::DateSpan;
use utfall_domain::period::Year;
use utfall_domain::posting::Kind;
use utfall_domain::report::{Absent, Report, report};
use utfall_persistence::code_list::tree;
use utfall_persistence::code_plan::committees;
use utfall_persistence::error::{Refusal, StoreError};
use utfall_persistence::report::{StandingPosting, SumsOf, forecast_of, standing, sums};
use utfall_persistence::scope::Scope;

/// What the ledger says.
pub(in crate::routes) struct Found {
    pub(super) report: Report,
    pub(in crate::routes) outcomes: Vec<StandingPosting>,
    pub(super) forecasts: Vec<StandingPosting>,
    pub(in crate::routes) version: i64,
}

impl Found {
    /// Reads the sums of a report. The operating summary compares the span, the forecast summary whole years.
    pub(in crate::routes) async fn read(scope: &Scope, asked: &Asked, whole_year: bool) -> Result<Self, StoreError> {
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
    pub(super) fn unknown(&self, asked: &Asked, year: Year) -> Option<Absent> {
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
    pub(super) fn missing(&self, asked: &Asked) -> Vec<String> {
        let year = asked.month.year();
        let of_year = || self.outcomes.iter().filter(|posting| posting.year == year.number());
        (asked.first_month()..=asked.month.number().min(12))
            .filter(|month| !of_year().any(|posting| (posting.from_month..=posting.month).contains(month)))
            .map(|month| format!("{year}-{month:02}"))
            .collect()
    }

    /// The source of the forecast, and the month that it was made at; none when committees have different ones.
    pub(super) fn forecast(&self) -> Option<(String, String)> {
        let named =
            |posting: &StandingPosting| (posting.source.clone(), format!("{:04}-{:02}", posting.year, posting.month));
        let first = named(self.forecasts.first()?);
        self.forecasts.iter().all(|posting| named(posting) == first).then_some(first)
    }
}
