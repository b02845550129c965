//! The code plan as it stood at a version: committees and the trees of the code parts.

use crate::error::StoreError;
use crate::scope::Scope;
use chrono::NaiveDate;
use sea_orm::FromQueryResult;
use utfall_domain::code_part::CodePart;
use utfall_domain::code_plan::{CodePlan, CodeRow, CodeTree, Committee, CommitteeKind, Nature, Validity};
use utfall_domain::row_error::{Fault, RowError};
use utfall_domain::text::{Code, Name};

/// The stored form of an open beginning.
pub(crate) const ALWAYS: &str = "0001-01-01";
/// The stored form of an open end.
pub(crate) const FOREVER: &str = "9999-12-31";

#[derive(FromQueryResult)]
struct CommitteeRecord {
    code: String,
    name: String,
    kind: String,
    valid_from: String,
    valid_to: String,
}

#[derive(FromQueryResult)]
struct CodeRecord {
    part: i16,
    code: String,
    valid_from: String,
    valid_to: String,
    name: String,
    parent: String,
    committee: String,
    nature: String,
    result_line: String,
    excluded_from_net_cost: bool,
    rs_row: String,
    outside_frame: bool,
}

/// The committees, in the order of their list.
pub async fn committees(scope: &Scope) -> Result<Vec<Committee>, StoreError> {
    let sql = "SELECT code, name, kind, valid_from, valid_to FROM committee \
               WHERE municipality = $1 AND since <= $2 AND until > $2 ORDER BY position";
    let rows = scope.all::<CommitteeRecord>(sql, vec![scope.version().into()]).await?;
    rows.into_iter().map(committee).collect()
}

/// The tree of one code part.
pub async fn tree(scope: &Scope, part: CodePart) -> Result<CodeTree, StoreError> {
    let sql = format!("{SELECT} AND part = $3 ORDER BY position");
    let rows = scope.all::<CodeRecord>(&sql, vec![scope.version().into(), number(part).into()]).await?;
    Ok(CodeTree::new(rows.into_iter().map(code_row).collect::<Result<_, _>>()?))
}

/// The whole code plan.
pub async fn code_plan(scope: &Scope) -> Result<CodePlan, StoreError> {
    let sql = format!("{SELECT} ORDER BY part, position");
    let mut lists: [Vec<CodeRow>; CodePart::COUNT] = Default::default();
    for record in scope.all::<CodeRecord>(&sql, vec![scope.version().into()]).await? {
        let part = usize::try_from(record.part).ok().filter(|part| *part < CodePart::COUNT);
        let part = part.ok_or_else(|| StoreError::Corrupt(format!("code part {}", record.part)))?;
        lists[part].push(code_row(record)?);
    }
    Ok(CodePlan::new(committees(scope).await?, lists.map(CodeTree::new)))
}

const SELECT: &str = "SELECT part, code, valid_from, valid_to, name, parent, committee, nature, result_line, \
                      excluded_from_net_cost, rs_row, outside_frame FROM code \
                      WHERE municipality = $1 AND since <= $2 AND until > $2";

/// The number that a part is stored under.
pub(crate) fn number(part: CodePart) -> i16 {
    i16::try_from(part.index()).unwrap_or_default()
}

/// Notes a code that is in no list of its part; none is right.
pub(crate) fn check_code(plan: &CodePlan, part: CodePart, code: Option<&str>, field: &str, errors: &mut Vec<RowError>) {
    if let Some(code) = code.filter(|code| !plan.tree(part).knows(code)) {
        let reason = format!("is not in the municipality's {}", part.resource());
        errors.push(RowError::whole(field, code, Fault::UnknownCode, reason));
    }
}

fn committee(record: CommitteeRecord) -> Result<Committee, StoreError> {
    let CommitteeRecord { code, name, kind, valid_from, valid_to } = record;
    Ok(Committee {
        code: stored(Code::parse(&code), "code")?,
        name: stored(Name::parse(&name), "name")?,
        kind: CommitteeKind::from_code(&kind).ok_or_else(|| StoreError::Corrupt(format!("kind {kind:?}")))?,
        validity: validity(&valid_from, &valid_to)?,
    })
}

fn code_row(record: CodeRecord) -> Result<CodeRow, StoreError> {
    let CodeRecord {
        part: _,
        code,
        valid_from,
        valid_to,
        name,
        parent,
        committee,
        nature,
        result_line,
        excluded_from_net_cost,
        rs_row,
        outside_frame,
    } = record;
    let optional = |code: &str| match code {
        "" => Ok(None),
        code => stored(Code::parse(code), "code").map(Some),
    };
    let some = |text: String| Some(text).filter(|text| !text.is_empty());
    Ok(CodeRow {
        code: stored(Code::parse(&code), "code")?,
        name: stored(Name::parse(&name), "name")?,
        parent: optional(&parent)?,
        validity: validity(&valid_from, &valid_to)?,
        committee: optional(&committee)?,
        nature: Nature::from_code(&nature),
        result_line: some(result_line),
        excluded_from_net_cost,
        rs_row: some(rs_row),
        outside_frame,
    })
}

fn validity(from: &str, to: &str) -> Result<Validity, StoreError> {
    let date = |text: &str, open: &str| -> Result<Option<NaiveDate>, StoreError> {
        if text == open { Ok(None) } else { stored(text.parse(), "date").map(Some) }
    };
    Ok(Validity { from: date(from, ALWAYS)?, to: date(to, FOREVER)? })
}

/// What was checked when it was written must read back.
pub(crate) fn stored<T, E: std::fmt::Display>(value: Result<T, E>, what: &str) -> Result<T, StoreError> {
    value.map_err(|error| StoreError::Corrupt(format!("a {what} {error}")))
}
