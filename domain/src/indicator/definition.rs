//! Definitions of indicators: unit, direction, how values add up, and whether they are split by sex.

use super::measure_period::MeasurePeriod;
use crate::decimal::Decimal;
use crate::period::Year;
use crate::row_error::{Fault, RowError};
use crate::text::{Code, Key};
use crate::word::words;
use serde::{Deserialize, Serialize};
use std::collections::HashSet;

words! {
    /// Which way is better.
    Direction: 3 {
        /// Ju högre, desto bättre.
        Higher = "higher",
        /// Ju lägre, desto bättre.
        Lower = "lower",
        /// Neither; an outcome is not better for being higher or lower.
        None = "none",
    }
}

words! {
    /// How often it is measured.
    Frequency: 8 {
        /// Årsvis.
        Year = "year",
        /// Halvårsvis.
        HalfYear = "half-year",
        /// Tertialvis.
        Tertial = "tertial",
        /// Kvartalsvis.
        Quarter = "quarter",
        /// Månadsvis.
        Month = "month",
        /// Rullande tolv månader.
        Rolling = "rolling",
        /// Vid en mättidpunkt.
        PointInTime = "point-in-time",
        /// Annat: a survey now and then.
        Irregular = "irregular",
    }
}

words! {
    /// How values of shorter periods make one of a longer.
    Accumulation: 4 {
        /// They are added.
        Sum = "sum",
        /// Their mean is taken.
        Average = "average",
        /// The last one counts.
        Last = "last",
        /// They make none.
        None = "none",
    }
}

words! {
    /// Whether values are split by sex. Lagen (2001:99) om den officiella statistiken 14 § and förordningen (2001:100) 14 §:
    /// statistics on individuals are split by sex unless there are special reasons against it.
    SexSplit: 3 {
        /// Women and men are to be there beside the total.
        Required = "required",
        /// They may be there.
        Optional = "optional",
        /// They are not, for a reason that is said.
        NotApplicable = "not-applicable",
    }
}

/// A change of method: values from here on are not to be held against those before.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SeriesBreak {
    /// The first period of the new method.
    pub from: MeasurePeriod,
    /// What has changed.
    pub text: String,
}

/// A definition of an indicator.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Indicator {
    /// Its key.
    pub key: Key,
    /// Its name.
    pub name: String,
    /// What it means and how it is measured.
    pub description: String,
    /// The unit of its values: `%`, `index`, `kr`.
    pub unit: String,
    /// The least value that the scale allows.
    pub least: Option<Decimal>,
    /// The greatest value that the scale allows.
    pub greatest: Option<Decimal>,
    /// How many decimals its values are shown with.
    pub decimals: u8,
    /// Which way is better.
    pub direction: Direction,
    /// How often it is measured.
    pub frequency: Frequency,
    /// How values of shorter periods make one of a longer.
    pub accumulation: Accumulation,
    /// Whether values are split by sex.
    pub sex_split: SexSplit,
    /// Why they are not.
    pub sex_split_reason: String,
    /// Whether it is statistics on individuals.
    pub is_individual_based: bool,
    /// The system that its values come from.
    pub source: String,
    /// Its key in that system, such as Kolada's.
    pub source_key: String,
    /// The committee that owns it.
    pub committee: Option<Code>,
    /// The groups that it is shown in.
    pub groups: Vec<String>,
    /// The perspective that a scorecard shows it under.
    pub perspective: String,
    /// The indicators that an index is made of.
    pub components: Vec<Key>,
    /// The first year that it is measured.
    pub first_year: Option<Year>,
    /// The last year that it is measured.
    pub last_year: Option<Year>,
    /// Where the method has changed.
    pub breaks: Vec<SeriesBreak>,
    /// Whether anybody may read its values.
    pub is_public: bool,
}

impl Indicator {
    /// What is wrong with it; fields begin with `at`.
    pub fn check(&self, at: &str, errors: &mut Vec<RowError>) {
        let mut fault = |field: &str, value: &str, fault: Fault, reason: &str| {
            errors.push(RowError::whole(format!("{at}{field}"), value, fault, reason));
        };
        if self.is_individual_based && self.sex_split == SexSplit::Optional {
            let reason = "is not enough: statistics on individuals are split by sex (required), or say why not \
                          (not-applicable with sexSplitReason)";
            fault("sexSplit", self.sex_split.code(), Fault::Conflict, reason);
        }
        if self.sex_split == SexSplit::NotApplicable && self.sex_split_reason.is_empty() {
            fault("sexSplitReason", "", Fault::Missing, "is needed: the split by sex is not applicable");
        }
        if let (Some(least), Some(greatest)) = (self.least, self.greatest)
            && greatest < least
        {
            fault("greatest", &greatest.to_string(), Fault::Conflict, "is below least");
        }
        if let (Some(first), Some(last)) = (self.first_year, self.last_year)
            && last < first
        {
            fault("lastYear", &last.to_string(), Fault::Conflict, "is before firstYear");
        }
        if self.components.contains(&self.key) {
            fault("components", self.key.as_str(), Fault::Conflict, "holds the indicator itself");
        }
        let periods: HashSet<MeasurePeriod> = self.breaks.iter().map(|one| one.from).collect();
        if periods.len() < self.breaks.len() {
            fault("breaks", "", Fault::Conflict, "name a period twice");
        }
    }

    /// Whether the method has changed between two periods.
    pub fn breaks_between(&self, earlier: MeasurePeriod, later: MeasurePeriod) -> Option<&SeriesBreak> {
        self.breaks.iter().find(|one| earlier < one.from && one.from <= later)
    }
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;

    pub(crate) fn indicator(direction: Direction) -> Indicator {
        Indicator {
            key: Key::parse("I1").unwrap(),
            name: "Sjukfrånvaro".into(),
            description: String::new(),
            unit: "%".into(),
            least: None,
            greatest: None,
            decimals: 1,
            direction,
            frequency: Frequency::Year,
            accumulation: Accumulation::None,
            sex_split: SexSplit::Optional,
            sex_split_reason: String::new(),
            is_individual_based: false,
            source: String::new(),
            source_key: String::new(),
            committee: None,
            groups: Vec::new(),
            perspective: String::new(),
            components: Vec::new(),
            first_year: None,
            last_year: None,
            breaks: Vec::new(),
            is_public: false,
        }
    }

    #[test]
    fn statistics_on_individuals_are_split_by_sex_or_say_why_not() {
        let faults = |sex_split, reason: &str| {
            let one = Indicator {
                is_individual_based: true,
                sex_split,
                sex_split_reason: reason.into(),
                ..indicator(Direction::Lower)
            };
            let mut errors = Vec::new();
            one.check("", &mut errors);
            errors.into_iter().map(|error| error.field).collect::<Vec<_>>()
        };
        assert_eq!(faults(SexSplit::Optional, ""), ["sexSplit"]);
        assert_eq!(faults(SexSplit::NotApplicable, ""), ["sexSplitReason"]);
        assert_eq!(faults(SexSplit::NotApplicable, "Färre än fem personer"), Vec::<String>::new());
        assert_eq!(faults(SexSplit::Required, ""), Vec::<String>::new());
    }
}
