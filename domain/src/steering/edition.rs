//! Editions of what a body decides: a plan's and an action plan's versions, and a follow-up's editions. What is handed in is not changed, and what is
//! decided never is: a change is a new edition.

use crate::word::words;
use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

words! {
    /// What has editions.
    EditionKind: 3 {
        /// A plan: draft, proposed, decided, superseded.
        Plan = "plan",
        /// A follow-up: draft, submitted, decided, superseded.
        FollowUp = "follow-up",
        /// An action plan: draft, proposed, decided, superseded.
        ActionPlan = "action-plan",
    }
}

words! {
    /// How far an edition has come.
    State: 4 {
        /// Utkast: it may be changed.
        Draft = "draft",
        /// A plan is proposed, a follow-up submitted: nothing in it changes any more.
        HandedIn = "handed-in",
        /// Beslutad.
        Decided = "decided",
        /// Ersatt: a later edition is decided.
        Superseded = "superseded",
    }
}

impl State {
    /// Its name for what has editions.
    pub const fn name(self, kind: EditionKind) -> &'static str {
        match (self, kind) {
            (Self::HandedIn, EditionKind::Plan | EditionKind::ActionPlan) => "proposed",
            (Self::HandedIn, EditionKind::FollowUp) => "submitted",
            _ => self.code(),
        }
    }
}

/// A decision of a body (beslut): which, when, and where it can be found.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Decision {
    /// Instans: the body that decided.
    pub body: String,
    /// The day of the decision, which is not the day when it was recorded.
    pub date: NaiveDate,
    /// Paragraph of the minutes: `§ 32`.
    pub paragraph: String,
    /// Diarienummer.
    pub diary_number: String,
    /// Beslutspunkter, as in the minutes.
    pub points: Vec<String>,
}

/// Why an edition may not be decided.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Undecidable {
    /// It is not handed in, or is decided already.
    #[error("it is {0}, and only what is handed in can be decided")]
    State(&'static str),
    /// Four eyes: whoever proposes a plan may not decide it.
    #[error("whoever proposes may not decide")]
    SamePerson,
    /// The decision would lie in the future.
    #[error("the decision is dated after today")]
    Future,
    /// The edition before was decided later.
    #[error("the edition before it was decided on {0}, later than that")]
    BeforeItsForerunner(NaiveDate),
}

/// Whether an edition may be decided: who handed it in and who records the decision, today's date, and when the edition
/// before it was decided.
pub fn may_decide(
    kind: EditionKind,
    state: State,
    (handed_in_by, decided_by): (&str, &str),
    (date, today): (NaiveDate, NaiveDate),
    forerunner: Option<NaiveDate>,
) -> Result<(), Undecidable> {
    if state != State::HandedIn {
        return Err(Undecidable::State(state.name(kind)));
    }
    if kind != EditionKind::FollowUp && handed_in_by == decided_by {
        return Err(Undecidable::SamePerson);
    }
    if date > today {
        return Err(Undecidable::Future);
    }
    match forerunner {
        Some(before) if before > date => Err(Undecidable::BeforeItsForerunner(before)),
        _ => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    #[test]
    fn plans_take_four_eyes_and_follow_ups_do_not() {
        let dates = (day("2019-02-14"), day("2019-02-20"));
        let decide = |kind, who| may_decide(kind, State::HandedIn, who, dates, None);
        assert_eq!(decide(EditionKind::Plan, ("anna", "anna")), Err(Undecidable::SamePerson));
        assert_eq!(decide(EditionKind::Plan, ("anna", "bo")), Ok(()));
        assert_eq!(decide(EditionKind::FollowUp, ("anna", "anna")), Ok(()));
    }

    #[test]
    fn only_what_is_handed_in_is_decided_and_in_the_order_of_its_editions() {
        let who = ("anna", "bo");
        let dates = (day("2019-02-14"), day("2019-02-20"));
        let decide = |state, dates, before| may_decide(EditionKind::Plan, state, who, dates, before);
        assert_eq!(decide(State::Draft, dates, None), Err(Undecidable::State("draft")));
        assert_eq!(decide(State::HandedIn, (dates.1, dates.0), None), Err(Undecidable::Future));
        let later = day("2019-02-15");
        assert_eq!(decide(State::HandedIn, dates, Some(later)), Err(Undecidable::BeforeItsForerunner(later)));
        assert_eq!(decide(State::HandedIn, dates, Some(dates.0)), Ok(()));
    }
}
