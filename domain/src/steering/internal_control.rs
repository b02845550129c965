//! Internal control (intern kontroll): a committee's yearly plan of control steps, their results, deviations and measures.
//! Kommunallagen (2017:725) 6 kap. 6 §: each committee sees to it that its internal control is sufficient.

use crate::period::{Month, Year};
use crate::row_error::{Fault, RowError};
use crate::steering::model::twice;
use crate::text::{Code, Name};
use crate::word::words;
use serde::{Deserialize, Serialize};

words! {
    /// How far a control step has come.
    ControlState: 4 {
        /// Planerat: later in the year.
        Planned = "planned",
        /// Genomfört utan avvikelse.
        Done = "done",
        /// Genomfört med avvikelse.
        Deviating = "deviating",
        /// Flyttat till en annan rapport.
        Moved = "moved",
    }
}

/// A control step (kontrollmoment).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ControlStep {
    /// Its code.
    pub code: Code,
    /// What is controlled.
    pub title: Name,
    /// The risk that it is for.
    pub risk: String,
    /// How it is controlled.
    pub method: String,
    /// The role that controls.
    pub responsible: String,
    /// The month when its result is to be there.
    pub due: Option<Month>,
    /// How far it has come.
    pub state: ControlState,
    /// What the control showed.
    pub result: String,
    /// What deviates.
    pub deviation: String,
    /// What is done, or planned, about it.
    pub measure: String,
    /// The report that it is moved to.
    pub moved_to: String,
}

/// A committee's plan of internal control for a year.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ControlPlan {
    /// The committee.
    pub committee: Code,
    /// The year.
    pub year: Year,
    /// Its steps, in order.
    pub steps: Vec<ControlStep>,
}

impl ControlPlan {
    /// What is wrong with it: a deviation is noted and followed by a measure, a step that is moved says where to.
    pub fn check(&self) -> Vec<RowError> {
        let mut errors = Vec::new();
        twice(self.steps.iter().map(|step| step.code.as_str()), "steps", &mut errors);
        for (at, step) in self.steps.iter().enumerate() {
            if let Some(due) = step.due.filter(|due| due.year() != self.year) {
                let field = format!("steps/{at}/dueMonth");
                let reason = format!("is not in {}", self.year);
                errors.push(RowError::whole(field, &due.to_string(), Fault::Bounds, reason));
                continue;
            }
            let mut needs = |field: &str, text: &str| {
                if text.is_empty() {
                    let reason = format!("is needed: the step is {}", step.state.code());
                    errors.push(RowError::whole(format!("steps/{at}/{field}"), "", Fault::Missing, reason));
                }
            };
            match step.state {
                ControlState::Planned => {}
                ControlState::Done => needs("result", &step.result),
                ControlState::Deviating => {
                    needs("deviation", &step.deviation);
                    needs("measure", &step.measure);
                }
                ControlState::Moved => needs("movedTo", &step.moved_to),
            }
        }
        errors
    }

    /// The steps whose result should be there by the end of a month and is not; a step without a month is due in December.
    pub fn unreported(&self, by: Month) -> impl Iterator<Item = &ControlStep> {
        self.steps.iter().filter(move |step| {
            step.state == ControlState::Planned && step.due.map_or(by.number() >= 12, |due| due <= by)
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn step(state: ControlState) -> ControlStep {
        let text = String::new;
        ControlStep {
            code: Code::parse("1").unwrap(),
            title: Name::parse("Attest").unwrap(),
            risk: text(),
            method: text(),
            responsible: text(),
            due: None,
            state,
            result: text(),
            deviation: text(),
            measure: text(),
            moved_to: text(),
        }
    }

    fn plan(state: ControlState) -> ControlPlan {
        let (committee, year) = (Code::parse("SN").unwrap(), Year::new(2018).unwrap());
        ControlPlan { committee, year, steps: vec![step(state)] }
    }

    #[test]
    fn a_deviation_takes_a_measure_and_a_move_says_where_to() {
        let needs = |state| plan(state).check().into_iter().map(|error| error.field).collect::<Vec<_>>();
        assert_eq!(needs(ControlState::Planned), Vec::<String>::new());
        assert_eq!(needs(ControlState::Done), ["steps/0/result"]);
        assert_eq!(needs(ControlState::Deviating), ["steps/0/deviation", "steps/0/measure"]);
        assert_eq!(needs(ControlState::Moved), ["steps/0/movedTo"]);
    }

    #[test]
    fn a_step_without_a_month_is_due_in_december() {
        let unreported = |month| plan(ControlState::Planned).unreported(Month::parse(month).unwrap()).count();
        assert_eq!((unreported("2018-11"), unreported("2018-12")), (0, 1));
    }
}
