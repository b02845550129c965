//! Follow-ups (uppföljningar): a committee's report for a month, an interim or a year.

use super::plan::Section;
use super::scale::Status;
use super::target::Years;
use crate::period::{Month, Period, Year};
use crate::row_error::{Fault, RowError};
use crate::steering::model::twice;
use crate::text::{Code, Key, Name};
use crate::word::words;
use chrono::{Datelike, NaiveDate};
use serde::{Deserialize, Serialize};
use std::collections::HashSet;

words! {
    /// Which report it is.
    FollowUpKind: 3 {
        /// Månadsuppföljning.
        Month = "month",
        /// Delårsrapport.
        Interim = "interim",
        /// Årsredovisning, verksamhetsberättelse.
        Year = "year",
    }
}

words! {
    /// What an assessment is of.
    AssessmentBasis: 2 {
        /// What is expected at the end of the year.
        Expected = "expected",
        /// What has been achieved.
        Achieved = "achieved",
    }
}

/// What is assessed.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Subject {
    /// A goal, commitment or assignment.
    Goal(Key),
    /// An indicator.
    Indicator(Key),
}

/// A person's judgement, or comment, on a goal or an indicator. It may be of a part only: an aspect, or one body's share.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Assessment {
    /// What is assessed.
    pub subject: Subject,
    /// The target that it is of, by its period; none for the whole.
    pub target: Option<Years>,
    /// The aspect that it is of: `handläggningstider`; empty for the whole.
    pub aspect: String,
    /// The body whose share it is of: `förvaltningen`; empty for the whole.
    pub body: String,
    /// Expected at year-end, or achieved.
    pub basis: AssessmentBasis,
    /// The label of the level's scale; none for a comment without judgement.
    pub label: Option<Code>,
    /// The comment.
    pub comment: String,
    /// The role of whoever wrote it.
    pub author_role: String,
    /// The day when it was written.
    pub written_on: Option<NaiveDate>,
}

impl Assessment {
    /// Whether it is of the whole, and not of a target, an aspect or a body's share.
    pub const fn is_whole(&self) -> bool {
        self.target.is_none() && self.aspect.is_empty() && self.body.is_empty()
    }

    /// What it is of, and what it says of it: an earlier follow-up that has both makes it a comment that is carried over.
    pub fn said(&self) -> (&Subject, Option<Years>, &str, &str, &str) {
        (&self.subject, self.target, &self.aspect, &self.body, &self.comment)
    }
}

/// What a deviation consists of, and how it differs from the report before.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Explanation {
    /// The deviation case.
    pub deviation_id: String,
    /// The explanation.
    pub text: String,
}

/// What a follow-up holds.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FollowUp {
    /// The committee whose report it is.
    pub committee: Code,
    /// Which report.
    pub kind: FollowUpKind,
    /// What it covers: January through a month, or a year.
    pub period: Period,
    /// The day that its figures are as of.
    pub cut_off: NaiveDate,
    /// The steering model of its goals.
    pub model: Code,
    /// The plan that it follows up.
    pub plan: Option<Key>,
    /// Its title.
    pub title: Name,
    /// The follow-up that comments are carried over from.
    pub carried_from: Option<Key>,
    /// Judgements and comments.
    pub assessments: Vec<Assessment>,
    /// What deviations consist of.
    pub explanations: Vec<Explanation>,
    /// Analysis, chapter by chapter.
    pub sections: Vec<Section>,
}

impl FollowUp {
    /// The year that it is of.
    pub const fn year(&self) -> Year {
        self.period.year()
    }

    /// The month that it goes through: December for a year.
    pub fn last_month(&self) -> Option<Month> {
        self.period.month().or_else(|| Month::new(self.period.year(), 12).ok())
    }

    /// The basis that counts where a goal is assessed on both: what has been achieved in a year, what is expected before that.
    pub const fn basis(&self) -> AssessmentBasis {
        match self.kind {
            FollowUpKind::Year => AssessmentBasis::Achieved,
            FollowUpKind::Month | FollowUpKind::Interim => AssessmentBasis::Expected,
        }
    }

    /// What is wrong with it by itself; fields are JSON pointers.
    pub fn check(&self) -> Vec<RowError> {
        let mut errors = Vec::new();
        match (self.kind, self.period) {
            (FollowUpKind::Year, Period::Month(_)) => {
                let reason = "is a month, and a follow-up of the kind year is for a year";
                errors.push(RowError::whole("period", &self.period.to_string(), Fault::Conflict, reason));
            }
            (FollowUpKind::Month | FollowUpKind::Interim, Period::Year(_)) => {
                let reason = "is a year, and a follow-up of a month or an interim goes through a month";
                errors.push(RowError::whole("period", &self.period.to_string(), Fault::Conflict, reason));
            }
            _ => {}
        }
        let late = i32::from(self.year().number()) + 1;
        if !(late - 1..=late).contains(&self.cut_off.year()) {
            let reason = "is neither in the year of the period nor in the next";
            errors.push(RowError::whole("cutOff", &self.cut_off.to_string(), Fault::Bounds, reason));
        }
        twice(self.sections.iter().map(|section| section.code.as_str()), "sections", &mut errors);
        let mut seen = HashSet::new();
        for (at, one) in self.assessments.iter().enumerate() {
            if !seen.insert((&one.subject, one.target, &one.aspect, &one.body, one.basis)) {
                let (field, key) = match &one.subject {
                    Subject::Goal(key) => ("goal", key),
                    Subject::Indicator(key) => ("indicator", key),
                };
                let reason = "is assessed twice for the same target, aspect, body and basis";
                errors.push(RowError::whole(
                    format!("assessments/{at}/{field}"),
                    key.as_str(),
                    Fault::Conflict,
                    reason,
                ));
            }
        }
        let mut seen = HashSet::new();
        for (at, one) in self.explanations.iter().enumerate() {
            if !seen.insert(&one.deviation_id) {
                let field = format!("explanations/{at}/deviationId");
                errors.push(RowError::whole(field, &one.deviation_id, Fault::Conflict, "is explained twice"));
            }
        }
        errors
    }
}

/// The status of a whole that is assessed: the whole's own when it has one, else its parts' together. Parts that agree say it
/// for the whole, parts that differ make it partly, and a part that nobody has assessed leaves the whole unassessed.
pub fn overall(whole: Option<Status>, parts: &[Status]) -> Status {
    match (whole, parts) {
        (Some(status), _) => status,
        (None, []) => Status::NotAssessed,
        (None, parts) if parts.contains(&Status::NotAssessed) => Status::NotAssessed,
        (None, [first, rest @ ..]) if rest.iter().all(|status| status == first) => *first,
        _ => Status::Partly,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_that_differ_make_the_whole_partly() {
        use Status::{Met, NotAssessed, NotMet, Partly};
        assert_eq!(overall(None, &[NotMet, Met]), Partly);
        assert_eq!(overall(None, &[Met, Met]), Met);
        assert_eq!(overall(None, &[Met, NotAssessed]), NotAssessed);
        assert_eq!(overall(Some(NotMet), &[Met]), NotMet);
        assert_eq!(overall(None, &[]), NotAssessed);
    }
}
