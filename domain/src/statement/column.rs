//! Columns of a statement, as they are asked for: `outcome-2018`, `outcome-2018-08`, `budget-2018-cost`,
//! `deviation:budget-2018:outcome-2018`.

use crate::period::{Month, Year};
use crate::word::words;

words! {
    /// What a column takes from the ledger.
    ColumnKind: 6 {
        /// Utfall: as booked.
        Outcome = "outcome",
        /// Utfall efter periodiseringsjusteringar: restated for what belongs to another year.
        Restated = "restated",
        /// Antagen budget.
        Budget = "budget",
        /// Prognos: the newest, or of a month.
        Forecast = "forecast",
        /// Budgetplan: the adopted budget, else the proposal of the named source.
        Plan = "plan",
        /// Budgetförslag: the proposal of the named source.
        Proposal = "proposal",
    }
}

words! {
    /// Which part of net cost.
    Part: 3 {
        /// Netto.
        Net = "net",
        /// Bruttokostnader.
        Cost = "cost",
        /// Bruttointäkter.
        Revenue = "revenue",
    }
}

/// A column of the ledger.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LedgerColumn {
    /// What it takes.
    pub kind: ColumnKind,
    /// The year.
    pub year: Year,
    /// January through this month of an outcome, or the month of a forecast.
    pub month: Option<u8>,
    /// Which part.
    pub part: Part,
}

/// A column.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Column {
    /// From the ledger.
    Ledger(LedgerColumn),
    /// The growth from one column to another, by their places.
    Change {
        /// From this.
        from: usize,
        /// To this.
        to: usize,
    },
    /// Budget less actual: positive is favourable, whatever the sign convention.
    Deviation {
        /// The budget.
        budget: usize,
        /// The outcome or the forecast.
        actual: usize,
    },
}

/// The columns of a statement with the names that they are asked by.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Columns(pub Vec<(String, Column)>);

/// The most columns that a statement has.
const MOST: usize = 12;

impl Columns {
    /// Reads a list with commas; says what is wrong, with the part that is.
    pub fn parse(text: &str) -> Result<Self, (String, String)> {
        let mut columns: Vec<(String, Column)> = Vec::new();
        for name in text.split(',').map(str::trim) {
            let wrong = |why: &str| (name.to_owned(), why.to_owned());
            if columns.iter().any(|(known, _)| known == name) {
                return Err(wrong("is asked for twice"));
            }
            let column = column(name, &columns).map_err(|why| wrong(&why))?;
            columns.push((name.to_owned(), column));
        }
        if columns.len() > MOST {
            return Err((text.to_owned(), format!("has more than {MOST} columns")));
        }
        Ok(Self(columns))
    }

    /// The place of a column of a name.
    pub fn place(&self, name: &str) -> Option<usize> {
        self.0.iter().position(|(known, _)| known == name)
    }

    /// The heading of a column.
    pub fn label(&self, at: usize) -> String {
        let (_, column) = &self.0[at];
        match column {
            Column::Change { .. } => "Förändring".to_owned(),
            Column::Deviation { .. } => "Avvikelse".to_owned(),
            Column::Ledger(LedgerColumn { kind, year, month, part }) => {
                let kind = match kind {
                    ColumnKind::Outcome => "Utfall",
                    ColumnKind::Restated => "Utfall justerat",
                    ColumnKind::Budget => "Budget",
                    ColumnKind::Forecast => "Prognos",
                    ColumnKind::Plan => "Budgetplan",
                    ColumnKind::Proposal => "Budgetförslag",
                };
                let month = month.map(|month| format!("-{month:02}")).unwrap_or_default();
                let part = match part {
                    Part::Net => "",
                    Part::Cost => ", kostnader",
                    Part::Revenue => ", intäkter",
                };
                format!("{kind} {year}{month}{part}")
            }
        }
    }
}

fn column(name: &str, before: &[(String, Column)]) -> Result<Column, String> {
    let mut parts = name.split(':');
    let place = |named: Option<&str>| {
        let named = named.unwrap_or_default();
        let found = before.iter().position(|(known, _)| known == named);
        found.ok_or_else(|| format!("names {named:?}, which is no column before it"))
    };
    let column = match parts.next().unwrap_or_default() {
        "change" => Column::Change { from: place(parts.next())?, to: place(parts.next())? },
        "deviation" => Column::Deviation { budget: place(parts.next())?, actual: place(parts.next())? },
        _ => return ledger(name).map(Column::Ledger),
    };
    if parts.next().is_some() { Err("names more than two columns".into()) } else { Ok(column) }
}

fn ledger(name: &str) -> Result<LedgerColumn, String> {
    let form = "is not a column such as outcome-2018, outcome-2018-08, restated-2018, budget-2018, budget-2018-cost, forecast-2018, \
                forecast-2018-08, plan-2019, proposal-2019, change:outcome-2017:outcome-2018 or deviation:budget-2018:outcome-2018";
    let mut parts = name.split('-');
    let kind = parts.next().and_then(ColumnKind::from_code).ok_or(form)?;
    let year = parts.next().and_then(|year| Year::parse(year).ok()).ok_or(form)?;
    let mut next = parts.next();
    let month = next.and_then(|text| Month::parse(&format!("{year}-{text}")).ok()).map(Month::number);
    if month.is_some() {
        if matches!(kind, ColumnKind::Budget | ColumnKind::Plan | ColumnKind::Proposal) {
            return Err("is a budget, which is for its year".into());
        }
        next = parts.next();
    }
    let part = match next {
        None => Part::Net,
        Some(part) => Part::from_code(part).ok_or(form)?,
    };
    if parts.next().is_some() { Err(form.into()) } else { Ok(LedgerColumn { kind, year, month, part }) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_are_read_and_refer_to_those_before_them() {
        let columns =
            Columns::parse("outcome-2018-08,budget-2018-cost,deviation:budget-2018-cost:outcome-2018-08").unwrap();
        assert_eq!(columns.0[2].1, Column::Deviation { budget: 1, actual: 0 });
        assert_eq!(columns.label(1), "Budget 2018, kostnader");
        assert_eq!(columns.label(0), "Utfall 2018-08");
        for text in [
            "",
            "outcome",
            "outcome-18",
            "result-2018",
            "budget-2018-08",
            "change:outcome-2017:outcome-2018",
            "outcome-2018,outcome-2018",
            "outcome-2018-08-net-x",
        ] {
            assert!(Columns::parse(text).is_err(), "{text}");
        }
    }
}
