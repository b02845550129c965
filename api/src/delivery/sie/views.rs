//! One account and month seen by several dimensions: which of the object rows count.
//!
//! Rows that name several dimensions at once (`{1 "10" 6 "P1"}`) are combinations, each said once, so in
//! a file that has such rows all count. In a file where every row names one dimension, the rows by
//! unit and the rows by project may be the same money:
//! - all together make the account's total: they are parts of it, and all count;
//! - the rows of one dimension make the total: they count, and the others are left out;
//! - neither: the rows of one dimension count, the unit's if there are any, and leave a rest of the total;
//! - no total at hand: all count if they cancel out or if no account of the file shows totals, one
//!   dimension's if all dimensions sum alike, and else nobody can tell: a guess would be someone's money.

use super::dimensions::Dimensions;
use super::row::Balance;
use crate::delivery::field::Field;
use std::collections::BTreeMap;
use utfall_domain::code_part::CodePart;

/// The sums of the rows of an account and month, by the dimensions that they name.
pub(super) type Views = BTreeMap<Vec<String>, i128>;

/// Sums rows by the dimensions that they name.
pub(super) fn views<'b, 'a: 'b>(rows: impl IntoIterator<Item = &'b Balance<'a>>) -> Views {
    let mut views = Views::new();
    for row in rows {
        *views.entry(row.dimensions()).or_default() += i128::from(row.ore);
    }
    views
}

/// Which object rows of an account and month count.
pub(super) enum Pick {
    /// Every row.
    All,
    /// The rows that name these dimensions.
    One(Vec<String>),
    /// The figures do not tell.
    Undecided,
}

/// What is known of the whole file.
pub(super) struct Picker<'d> {
    pub(super) dimensions: &'d Dimensions<'d>,
    /// Whether rows name several dimensions at once.
    pub(super) combined: bool,
    /// Whether some account shows totals, so that a missing one is nothing.
    pub(super) totals: bool,
}

impl Picker<'_> {
    /// Picks by the account's total, if it has one.
    pub(super) fn pick(&self, total: Option<i128>, views: &Views) -> Pick {
        let together: i128 = views.values().sum();
        let alike = views.values().all(|sum| views.values().next() == Some(sum));
        match total {
            _ if views.len() < 2 => Pick::All,
            Some(total) if together == total => Pick::All,
            Some(total) => {
                let exact = views.iter().filter(|&(_, &sum)| sum == total).map(|(dimensions, _)| dimensions);
                match self.best(exact) {
                    Some(exact) => Pick::One(exact),
                    None if self.combined => Pick::All,
                    None => self.best(views.keys()).map_or(Pick::All, Pick::One),
                }
            }
            None if self.combined || together == 0 => Pick::All,
            None if alike => self.best(views.keys()).map_or(Pick::All, Pick::One),
            None if self.totals => Pick::Undecided,
            None => Pick::All,
        }
    }

    /// The dimensions to keep: such as have code parts, with the unit, and the more the better.
    fn best<'v>(&self, views: impl Iterator<Item = &'v Vec<String>>) -> Option<Vec<String>> {
        let unit = Some(Field::Code(CodePart::Unit));
        let rank = |dimensions: &&Vec<String>| {
            let fields: Vec<_> = dimensions.iter().map(|number| self.dimensions.field(number)).collect();
            (fields.iter().all(Option::is_some), fields.contains(&unit), fields.len())
        };
        views.max_by_key(rank).cloned()
    }

    /// Dimensions as a sentence names them.
    pub(super) fn label(&self, dimensions: &[String]) -> String {
        let labels: Vec<String> = dimensions.iter().map(|number| self.dimensions.label(number)).collect();
        labels.join(" and ")
    }
}
