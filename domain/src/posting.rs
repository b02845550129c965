//! A posting: one delivery by one source for one period, the unit of replacement and of history.
//!
//! Here the rows of a delivery are checked against the code plan and become entries. Everything that is wrong is listed.

use crate::code_part::CodePart;
use crate::code_plan::{CodePlan, DateSpan, span_of};
use crate::delivery::DeliveredRow;
use crate::distribution::{Profile, history_key, history_years};
use crate::entry::{Entry, WHOLE_YEAR};
use crate::money::{AmountUnit, DecimalMark, Money, SignConvention};
use crate::period::{Month, Period};
use crate::row_error::{Fault, RowError};
use crate::text::checked_text;
use foldhash::{HashMap, HashMapExt};
use std::collections::BTreeSet;

/// What a posting holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Kind {
    /// Ekonomiskt utfall: a month of the ledger. Sources add up.
    Outcome,
    /// Budget: a year. Adopted sources add up, proposals are alternatives.
    Budget,
    /// Prognos: the full year, estimated at a month. Sources are alternatives.
    Forecast,
}

impl Kind {
    /// Every kind.
    pub const ALL: [Self; 3] = [Self::Outcome, Self::Budget, Self::Forecast];

    /// `outcome`, `budget` or `forecast`.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Outcome => "outcome",
            Self::Budget => "budget",
            Self::Forecast => "forecast",
        }
    }

    /// The kind of that name.
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.code() == code)
    }

    /// The path segment of its postings: `outcomes`.
    pub const fn resource(self) -> &'static str {
        match self {
            Self::Outcome => "outcomes",
            Self::Budget => "budgets",
            Self::Forecast => "forecasts",
        }
    }
}

/// What the amounts of an outcome cover.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum Basis {
    /// The month alone.
    #[default]
    Month,
    /// January through the month.
    Accumulated,
}

impl Basis {
    /// `month` or `accumulated`.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Month => "month",
            Self::Accumulated => "accumulated",
        }
    }

    /// The basis of that name.
    pub fn from_code(code: &str) -> Option<Self> {
        [Self::Month, Self::Accumulated].into_iter().find(|basis| basis.code() == code)
    }
}

/// Whether a budget source counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum BudgetStatus {
    /// Original, supplementary, re-budgeted: adds up with the other adopted sources.
    #[default]
    Adopted,
    /// An alternative: never part of the budget.
    Proposal,
}

impl BudgetStatus {
    /// `adopted` or `proposal`.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Adopted => "adopted",
            Self::Proposal => "proposal",
        }
    }

    /// The status of that name.
    pub fn from_code(code: &str) -> Option<Self> {
        [Self::Adopted, Self::Proposal].into_iter().find(|status| status.code() == code)
    }
}

/// How the amounts of a delivery are to be read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Reading {
    /// The unit of every amount.
    pub amount_unit: AmountUnit,
    /// The sign convention of every amount.
    pub sign_convention: SignConvention,
}

/// What the rows of a delivery are checked against.
pub struct RowRules<'a> {
    /// Outcome, budget or forecast.
    pub kind: Kind,
    /// The month or year that the posting is for.
    pub period: Period,
    /// What an outcome covers: an accumulated delivery may name codes that were valid on any day of January through the month.
    pub basis: Basis,
    /// Unit and sign of the amounts.
    pub reading: Reading,
    /// The decimal mark of the format.
    pub decimal_mark: DecimalMark,
    /// The code plan that stands.
    pub plan: &'a CodePlan,
    /// Named profiles for year amounts; `even` is always there.
    pub profiles: &'a std::collections::HashMap<String, Profile>,
    /// The profile of budget rows that name none.
    pub default_profile: Option<&'a str>,
}

/// The entries of a delivery, or everything that is wrong with it.
pub fn entries(rows: &[DeliveredRow], rules: &RowRules<'_>) -> Result<Vec<Entry>, Vec<RowError>> {
    let mut check = RowCheck { rules, errors: Vec::new(), codes: HashMap::new(), committees: HashMap::new() };
    let mut entries = Vec::with_capacity(rows.len());
    for row in rows {
        check.row(row, &mut entries);
    }
    if check.errors.is_empty() { Ok(entries) } else { Err(check.errors) }
}

/// How a code stands in a span: every answer is worked out once per code and month, not once per row.
#[derive(Clone, Copy)]
enum Standing {
    Valid,
    Unknown,
    NotThen,
}

struct RowCheck<'a> {
    rules: &'a RowRules<'a>,
    errors: Vec<RowError>,
    codes: HashMap<(CodePart, u8, &'a str), Standing>,
    committees: HashMap<(u8, &'a str), Option<&'a str>>,
}

impl<'a> RowCheck<'a> {
    fn row(&mut self, row: &'a DeliveredRow, entries: &mut Vec<Entry>) {
        let before = self.errors.len();
        let amount = self.amount(row);
        let quantity = self.quantity(row);
        let months = self.months(row, amount.unwrap_or_default());
        let text = self.text(row);
        self.required(row);
        let mut checked = None;
        for &(month, _) in &months {
            if checked != Some(month) {
                self.code_string(row, month);
                checked = Some(month);
            }
            if self.errors.len() > before {
                return;
            }
        }
        // A year's quantity is spread as its amount is.
        let quantities = match quantity {
            Some(year) if months.len() > 1 => {
                self.spread(row, Money::stored(year)).into_iter().map(|q| Some(q.1.ore())).collect()
            }
            quantity => vec![quantity; months.len()],
        };
        for ((month, amount), quantity) in months.into_iter().zip(quantities) {
            entries.push(Entry {
                row: row.row,
                month,
                // A unit says the committee by itself, so that its entries follow it when it moves.
                committee: if row.code(CodePart::Unit).is_empty() { row.committee.clone() } else { String::new() },
                codes: row.codes.clone(),
                amount,
                quantity,
                text: text.clone(),
            });
        }
    }

    fn fault(&mut self, row: &DeliveredRow, field: &str, value: &str, fault: Fault, reason: impl Into<String>) {
        self.errors.push(RowError::at(row.row, row.line, field, value, fault, reason));
    }

    fn amount(&mut self, row: &DeliveredRow) -> Option<Money> {
        let reading = self.rules.reading;
        if row.amount.is_empty() {
            self.fault(row, "amount", "", Fault::Missing, "is missing");
            return None;
        }
        match reading.amount_unit.parse(&row.amount, self.rules.decimal_mark) {
            Ok(amount) => Some(reading.sign_convention.turn(amount)),
            Err(why) => {
                self.fault(row, "amount", &row.amount, Fault::Format, why.to_string());
                None
            }
        }
    }

    fn quantity(&mut self, row: &DeliveredRow) -> Option<i64> {
        if row.quantity.is_empty() {
            return None;
        }
        let quantity = parse_quantity(&row.quantity, self.rules.decimal_mark);
        if quantity.is_none() {
            let reason = "is not a quantity: at most 12 digits before and 6 after the decimal mark";
            self.fault(row, "quantity", &row.quantity, Fault::Format, reason);
        }
        quantity
    }

    fn text(&mut self, row: &DeliveredRow) -> String {
        match checked_text(&row.text, 500) {
            Ok(text) => text.to_owned(),
            Err(why) => {
                self.fault(row, "text", &row.text, Fault::Format, why.to_string());
                String::new()
            }
        }
    }

    /// The months that the row's amount counts in, and how much in each.
    fn months(&mut self, row: &DeliveredRow, amount: Money) -> Vec<(u8, Money)> {
        let rules = self.rules;
        match rules.period {
            Period::Month(month) => {
                if !row.period.is_empty() && row.period != rules.period.to_string() {
                    let reason = format!("is not {}, the month that is posted", rules.period);
                    self.fault(row, "period", &row.period, Fault::Conflict, reason);
                }
                if !row.profile.is_empty() {
                    let reason = "only a budget's year amount has a profile";
                    self.fault(row, "profile", &row.profile, Fault::Conflict, reason);
                }
                let number = if rules.kind == Kind::Forecast { WHOLE_YEAR } else { month.number() };
                vec![(number, amount)]
            }
            Period::Year(year) => {
                if row.period.is_empty() || row.period == year.to_string() {
                    return self.spread(row, amount);
                }
                if !row.profile.is_empty() {
                    let reason = "a row has a month or a profile, not both";
                    self.fault(row, "profile", &row.profile, Fault::Conflict, reason);
                }
                match Month::parse(&row.period) {
                    Ok(month) if month.year() == year && !month.is_closing() => vec![(month.number(), amount)],
                    Ok(_) => {
                        let reason = format!("is not one of the twelve months of {year}");
                        self.fault(row, "period", &row.period, Fault::Bounds, reason);
                        Vec::new()
                    }
                    Err(why) => {
                        self.fault(row, "period", &row.period, Fault::Format, why.to_string());
                        Vec::new()
                    }
                }
            }
        }
    }

    fn spread(&mut self, row: &DeliveredRow, amount: Money) -> Vec<(u8, Money)> {
        let name = if row.profile.is_empty() { self.rules.default_profile.unwrap_or("") } else { &row.profile };
        let profile = match name {
            "" => return vec![(WHOLE_YEAR, amount)],
            "even" => Profile::EVEN,
            name => match self.profile(row, name) {
                Ok(profile) => profile,
                Err(reason) => {
                    self.fault(row, "profile", name, Fault::UnknownCode, reason);
                    return Vec::new();
                }
            },
        };
        let months = (1..=12).zip(profile.spread(amount)).zip(profile.weights());
        months.filter(|&(_, weight)| weight > 0).map(|(month, _)| month).collect()
    }

    /// A named profile, or the history of the row's committee and activity.
    fn profile(&self, row: &DeliveredRow, name: &str) -> Result<Profile, &'static str> {
        let profiles = self.rules.profiles;
        if let Some(profile) = profiles.get(name) {
            return Ok(*profile);
        }
        if history_years(name).is_none() {
            return Err(
                "is not a period profile of the municipality (even is always there, and history-1 to history-5)",
            );
        }
        let unit = row.code(CodePart::Unit);
        let year = self.rules.period.year().into();
        let committee = match row.committee.as_str() {
            "" => self.rules.plan.committee_of_unit(unit, year).unwrap_or_default(),
            named => named,
        };
        let of = |activity: &str| profiles.get(&history_key(name, committee, activity));
        let found = of(row.code(CodePart::Activity)).or_else(|| of(""));
        found.copied().ok_or("has no history: the committee has no outcome above zero, month by month, in those years")
    }

    /// What a row of this kind must have, whatever its codes are.
    fn required(&mut self, row: &DeliveredRow) {
        if self.rules.kind == Kind::Outcome && row.code(CodePart::Account).is_empty() {
            let reason = "is missing: an outcome is booked on an account";
            self.fault(row, "account", "", Fault::Missing, reason);
        }
        if row.code(CodePart::Unit).is_empty() && row.committee.is_empty() {
            let reason = "is missing: a row without a unit names its committee";
            self.fault(row, "committee", "", Fault::Missing, reason);
        }
    }

    fn code_string(&mut self, row: &'a DeliveredRow, month: u8) {
        for part in CodePart::ALL {
            let code = row.code(part);
            if code.is_empty() {
                continue;
            }
            match self.standing(part, code, month) {
                Standing::Valid => {}
                Standing::Unknown => {
                    let reason = format!("is not in the municipality's {}", part.resource());
                    self.fault(row, part.field(), code, Fault::UnknownCode, reason);
                }
                Standing::NotThen => {
                    let reason = format!("is not valid in {}", self.when(month));
                    self.fault(row, part.field(), code, Fault::InvalidCode, reason);
                }
            }
        }
        self.committee(row, month);
    }

    fn committee(&mut self, row: &'a DeliveredRow, month: u8) {
        let plan = self.rules.plan;
        let given = row.committee.as_str();
        if !given.is_empty() {
            let span = self.span(month);
            let reason = match plan.committee(given) {
                None => Some((Fault::UnknownCode, "is not a committee of the municipality".to_owned())),
                Some(committee) if !committee.validity.overlaps(span) => {
                    Some((Fault::InvalidCode, format!("is not valid in {}", self.when(month))))
                }
                Some(_) => None,
            };
            if let Some((fault, reason)) = reason {
                self.fault(row, "committee", given, fault, reason);
                return;
            }
        }
        let unit = row.code(CodePart::Unit);
        if unit.is_empty() || !plan.tree(CodePart::Unit).knows(unit) {
            return;
        }
        let span = self.span(month);
        let owner = *self.committees.entry((month, unit)).or_insert_with(|| plan.committee_of_unit(unit, span));
        match owner {
            None => {
                let reason = format!("belongs to no committee in {}", self.when(month));
                self.fault(row, "unit", unit, Fault::InvalidCode, reason);
            }
            Some(owner) if !given.is_empty() && owner != given => {
                let reason = format!("is not the unit's committee in {}: that is {owner}", self.when(month));
                self.fault(row, "committee", given, Fault::Conflict, reason);
            }
            Some(_) => {}
        }
    }

    fn standing(&mut self, part: CodePart, code: &'a str, month: u8) -> Standing {
        let span = self.span(month);
        let tree = self.rules.plan.tree(part);
        *self.codes.entry((part, month, code)).or_insert_with(|| match tree.at(code, span) {
            Some(_) => Standing::Valid,
            None if tree.knows(code) => Standing::NotThen,
            None => Standing::Unknown,
        })
    }

    /// The days on one of which a code must be valid.
    fn span(&self, month: u8) -> DateSpan {
        let year = self.rules.period.year();
        let span = span_of(year, month);
        match self.rules.basis {
            Basis::Month => span,
            Basis::Accumulated => DateSpan { first: DateSpan::from(year).first, last: span.last },
        }
    }

    fn when(&self, month: u8) -> String {
        let year = self.rules.period.year();
        Month::new(year, month).map_or_else(|_| year.to_string(), |month| month.to_string())
    }
}

/// The committees that entries belong to, by the plan of their months.
pub fn committees_of<'a>(entries: &'a [Entry], period: Period, plan: &'a CodePlan) -> BTreeSet<&'a str> {
    let mut seen: HashMap<(u8, &str), &str> = HashMap::new();
    for entry in entries {
        let unit = entry.code(CodePart::Unit);
        seen.entry((entry.month, if unit.is_empty() { &entry.committee } else { unit })).or_insert_with(|| {
            if unit.is_empty() {
                return entry.committee.as_str();
            }
            plan.committee_of_unit(unit, span_of(period.year(), entry.month)).unwrap_or_default()
        });
    }
    seen.into_values().collect()
}

/// Reads a quantity into millionths.
fn parse_quantity(text: &str, mark: DecimalMark) -> Option<i64> {
    let (negative, digits) = text.strip_prefix('-').map_or((false, text), |digits| (true, digits));
    let at = digits.find(|c| c == '.' || (c == ',' && mark == DecimalMark::Either));
    let (whole, decimals) = at.map_or((digits, "0"), |at| (&digits[..at], &digits[at + 1..]));
    let all_digits = |part: &str, most| (1..=most).contains(&part.len()) && part.bytes().all(|b| b.is_ascii_digit());
    if !all_digits(whole, 12) || !all_digits(decimals, 6) {
        return None;
    }
    let millionths = format!("{whole}{decimals:0<6}").parse::<i64>().ok()?;
    Some(if negative { -millionths } else { millionths })
}

/// Writes a quantity of millionths without trailing zeros.
pub fn format_quantity(millionths: i64) -> String {
    let (whole, rest) = (millionths.unsigned_abs() / 1_000_000, millionths.unsigned_abs() % 1_000_000);
    let sign = if millionths < 0 { "-" } else { "" };
    let text = format!("{sign}{whole}.{rest:06}");
    text.trim_end_matches('0').trim_end_matches('.').to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::code_plan::tests::row as code;
    use crate::code_plan::{CodeTree, Committee, CommitteeKind, Validity};
    use crate::text::{Code, Name};

    fn plan() -> CodePlan {
        let committee = Committee {
            code: Code::parse("SN").unwrap(),
            name: Name::parse("Socialnämnden").unwrap(),
            kind: CommitteeKind::Committee,
            validity: Validity::default(),
        };
        let mut unit = code("3102", None);
        unit.committee = Some(Code::parse("SN").unwrap());
        CodePlan::default()
            .with_committees(vec![committee])
            .with_tree(CodePart::Account, CodeTree::new(vec![code("4551", None)]))
            .with_tree(CodePart::Unit, CodeTree::new(vec![unit]))
    }

    fn delivered(account: &str, unit: &str, amount: &str) -> DeliveredRow {
        let mut row = DeliveredRow { row: 1, amount: amount.into(), ..DeliveredRow::default() };
        row.codes[CodePart::Account.index()] = account.into();
        row.codes[CodePart::Unit.index()] = unit.into();
        row
    }

    fn read(kind: Kind, period: &str, row: &DeliveredRow) -> Result<Vec<Entry>, Vec<RowError>> {
        let (plan, profiles) = (plan(), std::collections::HashMap::new());
        let rules = RowRules {
            kind,
            period: Period::parse(period).unwrap(),
            basis: Basis::Month,
            reading: Reading::default(),
            decimal_mark: DecimalMark::Either,
            plan: &plan,
            profiles: &profiles,
            default_profile: None,
        };
        entries(std::slice::from_ref(row), &rules)
    }

    #[test]
    fn everything_wrong_in_a_row_is_listed() {
        let mut row = delivered("9999", "77", "1e5");
        row.period = "2018-07".into();
        let errors = read(Kind::Outcome, "2018-08", &row).unwrap_err();
        let fields: Vec<_> = errors.iter().map(|e| e.field.as_str()).collect();
        assert_eq!(fields, ["amount", "period", "account", "unit"]);
    }

    #[test]
    fn a_year_amount_without_a_profile_stays_with_the_year() {
        let row = delivered("4551", "3102", "12,00");
        assert_eq!(read(Kind::Budget, "2018", &row).unwrap()[0].month, WHOLE_YEAR);
        let even = DeliveredRow { profile: "even".into(), ..row };
        let months: Vec<_> = read(Kind::Budget, "2018", &even).unwrap().iter().map(|e| e.amount.ore()).collect();
        assert_eq!(months, [100; 12]);
        let counted = DeliveredRow { quantity: "24".into(), ..even };
        let months = read(Kind::Budget, "2018", &counted).unwrap();
        assert!(months.iter().all(|entry| entry.quantity == Some(2_000_000)));
    }

    #[test]
    fn a_row_without_unit_and_committee_is_refused() {
        let errors = read(Kind::Outcome, "2018-08", &delivered("4551", "", "1")).unwrap_err();
        assert_eq!((errors[0].field.as_str(), errors[0].fault), ("committee", Fault::Missing));
    }

    #[test]
    fn quantities_are_exact() {
        assert_eq!(parse_quantity("-2,5", DecimalMark::Either), Some(-2_500_000));
        assert_eq!(format_quantity(-2_500_000), "-2.5");
        assert_eq!(format_quantity(0), "0");
        assert_eq!(parse_quantity("1.1234567", DecimalMark::Point), None);
    }
}
