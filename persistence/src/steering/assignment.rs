//! Status comments on assignments: dated, and never changed; a later one comes after.

use super::goal::goal;
use super::model::known_model;
use crate::clock::moment;
use crate::error::{Refusal, StoreError};
use crate::put::refuse;
use crate::scope::{Number, Scope, placeholders};
use crate::store::Writing;
use chrono::{DateTime, NaiveDate, Utc};
use sea_orm::{FromQueryResult, Value};
use serde_json::json;
use utfall_domain::period::day_in_stockholm;
use utfall_domain::row_error::{Fault, RowError};
use utfall_domain::steering::model::LevelKind;
use utfall_domain::text::Code;

/// A status comment as it is read.
#[derive(Debug, Clone, FromQueryResult)]
pub struct StatusComment {
    /// The assignment.
    pub goal: String,
    /// Its number, from 1.
    pub number: i64,
    /// The version that brought it.
    pub since: i64,
    recorded_at: i64,
    /// Who recorded it.
    pub recorded_by: String,
    /// The committee that it is from; empty for the municipality.
    pub committee: String,
    /// The day when it was written.
    pub written_on: String,
    /// The label of the level's scale; empty for a comment only.
    pub label: String,
    /// The comment.
    pub comment: String,
    /// The role of whoever wrote it.
    pub author_role: String,
}

impl StatusComment {
    /// When it was recorded.
    pub fn recorded_at(&self) -> DateTime<Utc> {
        moment(self.recorded_at)
    }
}

/// A status comment to add.
#[derive(Debug, Clone)]
pub struct NewStatusComment {
    /// The committee that it is from.
    pub committee: Option<Code>,
    /// The day when it was written.
    pub written_on: NaiveDate,
    /// The label of the level's scale.
    pub label: Option<Code>,
    /// The comment.
    pub comment: String,
    /// The role of whoever wrote it.
    pub author_role: String,
}

/// The path of an assignment's comments under the municipality.
pub fn resource(code: &str) -> String {
    format!("assignments/{code}/status-comments")
}

/// Whether a goal is an assignment.
async fn assignment(scope: &Scope, code: &str) -> Result<super::goal::KeptGoal, StoreError> {
    let kept = goal(scope, code).await?.ok_or(Refusal::NotFound)?;
    let model = known_model(scope, kept.goal.model.as_str()).await?;
    let is_assignment = model.level(kept.goal.level.as_str()).is_some_and(|level| level.kind == LevelKind::Assignment);
    if is_assignment { Ok(kept) } else { Err(Refusal::NotFound.into()) }
}

/// A page of an assignment's comments, newest first, and how many there are.
pub async fn status_comments(
    scope: &Scope,
    code: &str,
    committees: &[String],
    (limit, offset): (i64, i64),
) -> Result<(Vec<StatusComment>, i64), StoreError> {
    assignment(scope, code).await?;
    let values = || -> Vec<Value> {
        let committees = committees.iter().map(|code| Value::from(code.as_str()));
        [Value::from(code), scope.version().into()].into_iter().chain(committees).collect()
    };
    let matches = format!("municipality = $1 AND goal = $2 AND since <= $3{}", of(committees, 4));
    let count = format!("SELECT COUNT(*) AS number FROM status_comment WHERE {matches}");
    let total = scope.one::<Number>(&count, values()).await?.map_or(0, |row| row.number);
    let mut page = values();
    let at = page.len() + 2;
    let sql = format!(
        "SELECT * FROM status_comment WHERE {matches} ORDER BY written_on DESC, number DESC LIMIT ${at} OFFSET ${}",
        at + 1
    );
    page.extend([limit.into(), offset.into()]);
    Ok((scope.all(&sql, page).await?, total))
}

/// The condition that comments are of some committees, or of the municipality; none are all.
fn of(committees: &[String], first: usize) -> String {
    if committees.is_empty() {
        return String::new();
    }
    format!(" AND committee IN ('', {})", placeholders(first, committees.len()))
}

/// The newest comment of each of some assignments, of some committees.
pub async fn latest(scope: &Scope, codes: &[&str], committees: &[String]) -> Result<Vec<StatusComment>, StoreError> {
    if codes.is_empty() {
        return Ok(Vec::new());
    }
    let list = placeholders(3, codes.len());
    let sql = format!(
        "SELECT * FROM (SELECT s.*, ROW_NUMBER() OVER (PARTITION BY s.goal ORDER BY s.written_on DESC, s.number DESC) AS rank \
         FROM status_comment s WHERE s.municipality = $1 AND s.since <= $2 AND s.goal IN ({list}){}) l WHERE l.rank = 1",
        of(committees, 3 + codes.len())
    );
    let mut values: Vec<Value> = vec![scope.version().into()];
    values.extend(codes.iter().map(|code| Value::from(*code)));
    values.extend(committees.iter().map(|code| Value::from(code.as_str())));
    scope.all(&sql, values).await
}

/// Adds a comment, and says whether it is new: what a body said last, said again, is what is there.
pub async fn add(w: &mut Writing, code: &str, new: &NewStatusComment) -> Result<(StatusComment, bool), StoreError> {
    let kept = assignment(w, code).await?;
    let model = known_model(w, kept.goal.model.as_str()).await?;
    let mut errors = Vec::new();
    if let Some(label) = &new.label {
        let scale = model.scale_of(kept.goal.level.as_str());
        if scale.and_then(|scale| scale.label(label.as_str())).is_none() {
            let reason = "is not a label of the scale that the assignment's level is assessed on";
            errors.push(RowError::whole("label", label.as_str(), Fault::UnknownCode, reason));
        }
    }
    if let Some(code) = &new.committee {
        let committees = crate::code_plan::committees(w).await?;
        match committees.iter().find(|known| known.code == *code) {
            None => {
                let reason = "is not a committee of the municipality";
                errors.push(RowError::whole("committee", code.as_str(), Fault::UnknownCode, reason));
            }
            Some(committee) if !kept.goal.is_answered_for_by(committee) => {
                let reason = "does not answer for the assignment";
                errors.push(RowError::whole("committee", code.as_str(), Fault::OutsideGrant, reason));
            }
            Some(_) => {}
        }
    }
    if new.written_on > day_in_stockholm(w.recorded_at()) {
        errors.push(RowError::whole("writtenOn", &new.written_on.to_string(), Fault::Bounds, "is after today"));
    }
    refuse(errors)?;
    let committee = new.committee.as_ref().map(ToString::to_string).unwrap_or_default();
    let label = new.label.as_ref().map(ToString::to_string).unwrap_or_default();
    let written_on = new.written_on.to_string();
    let sql = "SELECT * FROM status_comment WHERE municipality = $1 AND goal = $2 AND committee = $3 \
               ORDER BY number DESC LIMIT 1";
    let last = w.one::<StatusComment>(sql, vec![code.into(), committee.as_str().into()]).await?;
    let is_same = |one: &StatusComment| {
        (&one.written_on, &one.label, &one.comment, &one.author_role)
            == (&written_on, &label, &new.comment, &new.author_role)
    };
    if let Some(same) = last.filter(is_same) {
        return Ok((same, false));
    }
    let sql = "SELECT COUNT(*) AS number FROM status_comment WHERE municipality = $1 AND goal = $2";
    let total = w.one::<Number>(sql, vec![code.into()]).await?.map_or(0, |row| row.number);
    let added = StatusComment {
        goal: code.into(),
        number: total + 1,
        since: w.version(),
        recorded_at: w.stamp(),
        recorded_by: w.actor().subject.clone(),
        committee,
        written_on,
        label,
        comment: new.comment.clone(),
        author_role: new.author_role.clone(),
    };
    let sql = "INSERT INTO status_comment (municipality, goal, number, since, recorded_at, recorded_by, committee, written_on, \
               label, comment, author_role) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)";
    let values = vec![
        code.into(),
        added.number.into(),
        w.version().into(),
        added.recorded_at.into(),
        added.recorded_by.as_str().into(),
        added.committee.as_str().into(),
        added.written_on.as_str().into(),
        added.label.as_str().into(),
        added.comment.as_str().into(),
        added.author_role.as_str().into(),
    ];
    w.execute(sql, values).await?;
    w.record("add-status-comment", &resource(code), "", json!({ "number": added.number, "label": added.label }));
    Ok((added, true))
}
