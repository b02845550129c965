//! Explanations: what a deviation consists of, and how it differs from the report before.

use super::rule::Required;
use crate::money::{AmountError, Money};
use crate::row_error::{Fault, RowError};
use crate::word::words;
use serde::{Deserialize, Serialize};

words! {
    /// Why something deviates.
    CauseCode: 12 {
        /// Volym: more or fewer than planned.
        Volume = "volume",
        /// Pris: dearer or cheaper than planned.
        Price = "price",
        /// Löner.
        Wages = "wages",
        /// Bemanning: vacancies, over-staffing, hired staff.
        Staffing = "staffing",
        /// Intäkter och bidrag.
        Revenue = "revenue",
        /// Periodisering: it comes in another month than planned.
        Timing = "timing",
        /// Kostnad eller intäkt som hör till ett annat år.
        OtherYear = "other-year",
        /// Ramförändring eller överföring som inte är budgeterad.
        Frame = "frame",
        /// Besparing som inte är genomförd.
        SavingNotMade = "saving-not-made",
        /// Engångspost.
        OneOff = "one-off",
        /// Fel i bokföring eller budget.
        Error = "error",
        /// Annat: the text says what.
        Other = "other",
    }
}

/// One cause, and its share where it is known.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CauseShare {
    /// Why.
    pub cause: CauseCode,
    /// Its share of the deviation: positive is favourable.
    pub amount: Option<Money>,
    /// In words.
    pub text: String,
}

/// What is said of a case for a period.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Explanation {
    /// The period that it explains: the one that the case was evaluated for last.
    pub period: String,
    /// In words.
    pub text: String,
    /// What the deviation consists of.
    pub causes: Vec<CauseShare>,
    /// How it differs from the report before.
    pub difference: String,
}

impl Explanation {
    /// The part of the deviation that no cause has a share of.
    pub fn unexplained(&self, deviation: Money) -> Result<Money, AmountError> {
        deviation.minus(Money::sum(self.causes.iter().filter_map(|cause| cause.amount))?)
    }

    /// What is missing: a positive deviation needs what it consists of, and one that was reported before how it differs from that.
    pub fn check(&self, required: Required, difference: Option<Money>) -> Vec<RowError> {
        let mut errors = Vec::new();
        if required == Required::Explanation && !self.causes.iter().any(|cause| cause.amount.is_some()) {
            let reason = "is needed with an amount: a positive deviation says what it consists of";
            errors.push(RowError::whole("causes", "", Fault::Missing, reason));
        }
        if let Some(difference) = difference.filter(|difference| !difference.is_zero() && self.difference.is_empty()) {
            let reason = format!("is needed: the deviation differs by {difference} kr from the report before");
            errors.push(RowError::whole("difference", "", Fault::Missing, reason));
        }
        errors
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_surplus_says_what_it_consists_of_and_how_it_differs() {
        let share = CauseShare { cause: CauseCode::Volume, amount: Some(Money::stored(300)), text: String::new() };
        let bare =
            Explanation { period: "2018-08".into(), text: "Färre.".into(), causes: vec![], difference: String::new() };
        let fields = |errors: Vec<RowError>| errors.into_iter().map(|error| error.field).collect::<Vec<_>>();
        assert_eq!(fields(bare.check(Required::Explanation, Some(Money::stored(5)))), ["causes", "difference"]);
        assert!(bare.check(Required::ActionPlan, None).is_empty());
        let whole = Explanation { causes: vec![share], difference: "Ett hushåll mindre.".into(), ..bare };
        assert!(whole.check(Required::Explanation, Some(Money::stored(5))).is_empty());
        assert_eq!(whole.unexplained(Money::stored(500)), Ok(Money::stored(200)));
    }
}
