//! What committees have said of a goal: the assessments of follow-ups that are submitted, each body's own.

use crate::bulk::Rows;
use crate::error::StoreError;
use crate::scope::{Number, STANDS, Scope, narrow};
use crate::store::Writing;
use crate::stored::{read, written};
use sea_orm::{FromQueryResult, Value};
use utfall_domain::steering::follow_up::{Assessment, FollowUp, Subject};
use utfall_domain::steering::scale::Status;

/// An assessment of a goal, with where it stands.
#[derive(Debug, Clone)]
pub struct GoalAssessment {
    /// The follow-up.
    pub follow_up: String,
    /// Its edition.
    pub edition: i16,
    /// The committee whose words they are.
    pub committee: String,
    /// The year.
    pub year: i16,
    /// The period.
    pub period: String,
    /// What the label is compared as.
    pub status: Status,
    /// Whether the comment is carried over from the follow-up before.
    pub is_carried: bool,
    /// What was said.
    pub assessment: Assessment,
}

#[derive(FromQueryResult)]
struct Record {
    document: String,
    number: i16,
    committee: String,
    year: i16,
    period: String,
    status: String,
    carried: bool,
    body: String,
}

/// An assessment as it is judged.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Judged {
    /// What was said.
    pub assessment: Assessment,
    /// What its label is compared as.
    pub status: Status,
    /// Whether the comment is carried over from the follow-up before.
    pub is_carried: bool,
}

/// A page of what has been said of a goal, newest period first, by committee, and how many there are.
pub async fn of_goal(
    scope: &Scope,
    goal: &str,
    committees: &[String],
    year: Option<i16>,
    (limit, offset): (i64, i64),
) -> Result<(Vec<GoalAssessment>, i64), StoreError> {
    let mut matches = "municipality = $1 AND goal = $2 AND since <= $3 AND until > $3".to_owned();
    let mut values: Vec<Value> = vec![goal.into(), scope.version().into()];
    narrow((&mut matches, &mut values), ("year", year), ("committee", committees));
    let count = format!("SELECT COUNT(*) AS number FROM assessment WHERE {matches}");
    let total = scope.one::<Number>(&count, values.clone()).await?.map_or(0, |row| row.number);
    let at = values.len() + 2;
    let sql = format!(
        "SELECT * FROM assessment WHERE {matches} ORDER BY year DESC, period DESC, committee, document, number, place \
         LIMIT ${at} OFFSET ${}",
        at + 1
    );
    values.extend([limit.into(), offset.into()]);
    let rows = scope.all::<Record>(&sql, values).await?;
    let assessments = rows.into_iter().map(|row| {
        Ok(GoalAssessment {
            follow_up: row.document,
            edition: row.number,
            committee: row.committee,
            year: row.year,
            period: row.period,
            status: Status::from_code(&row.status).unwrap_or(Status::NotAssessed),
            is_carried: row.carried,
            assessment: read(&row.body)?,
        })
    });
    Ok((assessments.collect::<Result<_, StoreError>>()?, total))
}

/// Keeps what a submitted edition says of goals, in place of what its forerunners said.
pub(super) async fn keep(
    w: &Writing,
    document: &str,
    number: i16,
    follow_up: &FollowUp,
    judged: &[Judged],
) -> Result<(), StoreError> {
    let sql = "UPDATE assessment SET until = $2 WHERE municipality = $1 AND document = $3 AND until = $4";
    w.execute(sql, vec![w.version().into(), document.into(), STANDS.into()]).await?;
    let of_goal = |one: &Judged| match &one.assessment.subject {
        Subject::Goal(key) => Some(key.to_string()),
        Subject::Indicator(_) => None,
    };
    let mut rows: Vec<(String, &Judged, String)> = Vec::new();
    for one in judged {
        if let Some(goal) = of_goal(one) {
            rows.push((goal, one, written(&one.assessment)?));
        }
    }
    Rows::of("assessment", &rows)
        .constant("document", document)
        .constant("number", number)
        .constant("since", w.version())
        .constant("until", STANDS)
        .constant("committee", follow_up.committee.as_str())
        .constant("year", follow_up.year().number())
        .constant("period", follow_up.period.to_string())
        .place("place")
        .text("goal", |(goal, ..)| goal.clone())
        .text("status", |(_, one, _)| one.status.code().into())
        .bool("carried", |(_, one, _)| one.is_carried)
        .text("body", |(_, _, body)| body.clone())
        .insert(w)
        .await
}
