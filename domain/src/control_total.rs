//! Control totals: what the sender says that the rows sum to. A mismatch refuses the whole delivery and names the difference.

use crate::code_part::CodePart;
use crate::code_plan::{CodePlan, span_of};
use crate::entry::{Entry, Sums};
use crate::money::{AmountError, Money};
use crate::period::Period;
use crate::posting::Reading;
use crate::row_error::{Fault, RowError};

/// Stated totals: debit and credit without sign, nets in the delivery's sign.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct ControlTotals {
    /// How many rows were sent.
    pub row_count: Option<u32>,
    /// The sum of the debits.
    pub debit: Option<Money>,
    /// The sum of the credits.
    pub credit: Option<Money>,
    /// The sum of all.
    pub net: Option<Money>,
    /// The net of a committee, by its code.
    pub committees: Vec<(String, Money)>,
    /// The net of an account class: the accounts that begin with that text.
    pub account_classes: Vec<(String, Money)>,
}

/// A stated total that differs from the rows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ControlDifference {
    /// Which total: `net`, or `committees SN`.
    pub key: String,
    /// As stated.
    pub stated: Money,
    /// As the rows sum.
    pub computed: Money,
    /// Computed less stated.
    pub difference: Money,
}

impl ControlTotals {
    /// Every stated total that the entries of the delivery do not meet. Amounts come in the delivery's sign.
    pub fn differences(
        &self,
        entries: &[Entry],
        period: Period,
        plan: &CodePlan,
        reading: Reading,
    ) -> Result<Vec<ControlDifference>, AmountError> {
        let sums = Sums::of(entries.iter().map(|entry| entry.amount))?;
        let mut found = Vec::new();
        let mut compare = |key: String, stated: Money, computed: Money| -> Result<(), AmountError> {
            if stated != computed {
                found.push(ControlDifference { key, stated, computed, difference: computed.minus(stated)? });
            }
            Ok(())
        };
        let signed = |amount: Money| reading.sign_convention.turn(amount);
        if let Some(debit) = self.debit {
            compare("debit".into(), debit, sums.debit)?;
        }
        if let Some(credit) = self.credit {
            compare("credit".into(), credit, sums.credit)?;
        }
        if let Some(net) = self.net {
            compare("net".into(), net, signed(sums.net))?;
        }
        let net_of = |of: &dyn Fn(&Entry) -> bool| {
            Money::sum(entries.iter().filter(|entry| of(entry)).map(|entry| entry.amount))
        };
        for (code, net) in &self.committees {
            let computed = net_of(&|entry| committee_of(entry, period, plan) == code)?;
            compare(format!("committees {code}"), *net, signed(computed))?;
        }
        for (class, net) in &self.account_classes {
            let computed = net_of(&|entry| entry.code(CodePart::Account).starts_with(class.as_str()))?;
            compare(format!("accountClasses {class}"), *net, signed(computed))?;
        }
        Ok(found)
    }

    /// The fault of a stated row count that is not the delivery's.
    pub fn row_count_error(&self, row_count: u32) -> Option<RowError> {
        let stated = self.row_count.filter(|&stated| stated != row_count)?;
        let difference = i64::from(row_count) - i64::from(stated);
        let reason = format!("differs from the delivery by {difference} rows: it has {row_count}");
        Some(RowError::whole("controlTotals.rowCount", &stated.to_string(), Fault::ControlTotal, reason))
    }
}

impl ControlDifference {
    /// The fault, said in the delivery's unit.
    pub fn error(&self, reading: Reading) -> RowError {
        let unit = reading.amount_unit;
        let say = |amount: Money| unit.exact(amount);
        let reason = format!(
            "differs from the rows by {} {}: they sum to {}",
            say(self.difference),
            unit.code(),
            say(self.computed)
        );
        let key = self.key.replace(' ', ".");
        RowError::whole(format!("controlTotals.{key}"), &say(self.stated), Fault::ControlTotal, reason)
    }
}

fn committee_of<'a>(entry: &'a Entry, period: Period, plan: &'a CodePlan) -> &'a str {
    match entry.code(CodePart::Unit) {
        "" => &entry.committee,
        unit => plan.committee_of_unit(unit, span_of(period.year(), entry.month)).unwrap_or_default(),
    }
}
