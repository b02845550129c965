//! The rules of a code list as a whole: what must hold between its rows before it replaces the one that stands.

use crate::code_part::CodePart;
use crate::code_plan::{CodeRow, CodeTree, Committee, Validity};
use crate::row_error::{Fault, RowError};
use std::collections::{HashMap, HashSet};

/// Checks the rows of a committee list against each other.
pub fn check_committees(committees: &[Committee]) -> Vec<RowError> {
    let mut seen = HashSet::new();
    let mut errors = Vec::new();
    for (row, committee) in (1..).zip(committees) {
        if !seen.insert(committee.code.as_str()) {
            errors.push(conflict(row, "code", committee.code.as_str(), "stands twice in the list"));
        }
        check_validity(row, committee.validity, &mut errors);
    }
    errors
}

/// Checks the rows of a code part's list against each other and against the committees.
pub fn check_codes(part: CodePart, rows: &[CodeRow], committees: &[Committee]) -> Vec<RowError> {
    let mut errors = Vec::new();
    let known: HashSet<&str> = rows.iter().map(|row| row.code.as_str()).collect();
    let committees: HashSet<&str> = committees.iter().map(|committee| committee.code.as_str()).collect();
    let mut earlier: HashMap<&str, Vec<Validity>> = HashMap::new();
    for (number, row) in (1..).zip(rows) {
        check_validity(number, row.validity, &mut errors);
        let others = earlier.entry(row.code.as_str()).or_default();
        if others.iter().any(|other| other.meets(row.validity)) {
            errors.push(conflict(
                number,
                "code",
                row.code.as_str(),
                "stands twice in the list for the same days; rows of one code need disjoint validFrom and validTo",
            ));
        }
        others.push(row.validity);
        if let Some(parent) = row.parent.as_ref().filter(|parent| !known.contains(parent.as_str())) {
            let reason = "is not a code of this list";
            errors.push(RowError::at(number, None, "parent", parent.as_str(), Fault::UnknownCode, reason));
        }
        if let Some(code) = row.committee.as_ref().filter(|code| !committees.contains(code.as_str())) {
            let reason = "is not a committee of the municipality";
            errors.push(RowError::at(number, None, "committee", code.as_str(), Fault::UnknownCode, reason));
        }
        if part == CodePart::Account && row.nature.is_none() {
            let reason = "is needed: an account says whether it is revenue, cost, asset, liability or equity";
            errors.push(RowError::at(number, None, "nature", "", Fault::Missing, reason));
        }
    }
    if errors.is_empty() { cycles(rows) } else { errors }
}

fn check_validity(row: u32, validity: Validity, errors: &mut Vec<RowError>) {
    if validity.is_empty() {
        let to = validity.to.map(|to| to.to_string()).unwrap_or_default();
        errors.push(conflict(row, "validTo", &to, "is before validFrom"));
    }
}

/// A code may not stand above itself, at any time: parents are followed through every row of a code.
fn cycles(rows: &[CodeRow]) -> Vec<RowError> {
    let tree = CodeTree::new(rows.to_vec());
    let mut safe: HashSet<&str> = HashSet::new();
    let mut errors = Vec::new();
    for (number, row) in (1..).zip(rows) {
        let mut met: HashSet<&str> = HashSet::new();
        let mut open = vec![row.code.as_str()];
        let mut cyclic = false;
        while let Some(code) = open.pop() {
            if safe.contains(code) || !met.insert(code) {
                continue;
            }
            for parent in tree.rows_of(code).filter_map(|row| row.parent.as_ref()) {
                cyclic |= parent == &row.code;
                if let Some(parent) = tree.latest(parent.as_str()) {
                    open.push(parent.code.as_str());
                }
            }
        }
        if cyclic {
            errors.push(conflict(number, "parent", row.code.as_str(), "stands above itself"));
        } else {
            safe.insert(row.code.as_str());
        }
    }
    errors
}

fn conflict(row: u32, field: &str, value: &str, reason: &str) -> RowError {
    RowError::at(row, None, field, value, Fault::Conflict, reason)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::code_plan::tests::row;

    #[test]
    fn a_cycle_an_unknown_parent_and_a_double_are_named_by_row() {
        let errors = check_codes(CodePart::Activity, &[row("a", Some("b")), row("b", Some("a"))], &[]);
        assert_eq!(errors.iter().map(|e| e.row).collect::<Vec<_>>(), [Some(1), Some(2)]);
        let errors = check_codes(CodePart::Activity, &[row("a", Some("x")), row("a", None)], &[]);
        assert_eq!(errors.iter().map(|e| e.field.as_str()).collect::<Vec<_>>(), ["parent", "code"]);
    }

    #[test]
    fn an_account_must_say_its_nature() {
        let errors = check_codes(CodePart::Account, &[row("4551", None)], &[]);
        assert_eq!(errors[0].fault, Fault::Missing);
    }
}
