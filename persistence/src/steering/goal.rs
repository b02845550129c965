//! Goals as they are read and written: one row a node and version, with rows beside it for what lists filter by.

use crate::bulk::Rows;
use crate::error::StoreError;
use crate::scope::{Number, STANDS, Scope, Text, placeholders};
use crate::store::Writing;
use crate::stored::{read, written};
use sea_orm::{FromQueryResult, Value};
use std::collections::{BTreeSet, HashMap, HashSet};
use utfall_domain::code_plan::Committee;
use utfall_domain::steering::goal::{Goal, Group};
use utfall_domain::steering::model::SteeringModel;

/// A goal as it is kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeptGoal {
    /// The goal.
    pub goal: Goal,
    /// Its order in the chain.
    pub position: i64,
    /// The version that brought it as it is.
    pub since: i64,
}

#[derive(FromQueryResult)]
struct Record {
    since: i64,
    position: i64,
    body: String,
}

impl Record {
    fn kept(&self) -> Result<KeptGoal, StoreError> {
        Ok(KeptGoal { goal: read(&self.body)?, position: self.position, since: self.since })
    }
}

/// Which goals to list; empty does not filter.
#[derive(Debug, Clone, Default)]
pub struct GoalFilter {
    /// Of this steering model.
    pub model: String,
    /// Of this level.
    pub level: String,
    /// Of a level of this kind.
    pub kind: String,
    /// Set by: `council`, `committee`, `unknown`.
    pub origin: String,
    /// That this committee answers for: by name, in a group, or since they are its own.
    pub committee: Option<Committee>,
    /// For this year.
    pub year: Option<i16>,
    /// Somewhere under this goal.
    pub under: String,
}

const STANDING: &str = "g.municipality = $1 AND g.since <= $2 AND g.until > $2";
#[derive(FromQueryResult)]
struct Place {
    model: String,
    placement: String,
    goal: String,
    parent: String,
}

/// The goals somewhere under one. The tree is walked here: PostgreSQL joins a recursive query with a table that it has no
/// statistics of yet row by row with row, which takes seconds for ten thousand goals.
async fn below(scope: &Scope, goal: &str) -> Result<HashSet<String>, StoreError> {
    let sql = "SELECT model, placement, goal, parent FROM goal_placement \
               WHERE municipality = $1 AND since <= $2 AND until > $2";
    let places = scope.all::<Place>(sql, vec![scope.version().into()]).await?;
    let mut children: HashMap<(&str, &str), Vec<&Place>> = HashMap::new();
    for place in &places {
        children.entry((&place.model, &place.parent)).or_default().push(place);
    }
    let mut open: Vec<&Place> = places.iter().filter(|place| place.goal == goal).collect();
    let mut below = HashSet::new();
    while let Some(place) = open.pop() {
        for child in children.remove(&(place.model.as_str(), place.placement.as_str())).unwrap_or_default() {
            below.insert(child.goal.clone());
            open.push(child);
        }
    }
    Ok(below)
}

/// A page of the goals under one, of those that match.
async fn goals_below(
    scope: &Scope,
    goal: &str,
    matches: &str,
    values: Vec<Value>,
    (limit, offset): (i64, i64),
) -> Result<(Vec<KeptGoal>, i64), StoreError> {
    let below = below(scope, goal).await?;
    let sql = format!("SELECT g.code AS text FROM goal g WHERE {matches} ORDER BY g.model, g.position, g.code");
    let matching = scope.all::<Text>(&sql, values).await?.into_iter().map(|row| row.text);
    let found: Vec<String> = matching.filter(|code| below.contains(code)).collect();
    let at = |number: i64| usize::try_from(number).unwrap_or(usize::MAX);
    let page: Vec<&String> = found.iter().skip(at(offset)).take(at(limit)).collect();
    let total = i64::try_from(found.len()).unwrap_or(i64::MAX);
    if page.is_empty() {
        return Ok((Vec::new(), total));
    }
    let list = placeholders(3, page.len());
    let sql = format!(
        "SELECT g.since, g.position, g.body FROM goal g WHERE {STANDING} AND g.code IN ({list}) ORDER BY g.model, g.position, g.code"
    );
    let mut values: Vec<Value> = vec![scope.version().into()];
    values.extend(page.into_iter().map(|code| Value::from(code.as_str())));
    let rows = scope.all::<Record>(&sql, values).await?;
    Ok((rows.iter().map(Record::kept).collect::<Result<_, _>>()?, total))
}

/// A page of goals in the order of their chain, and how many there are. A few statements, whatever the page.
pub async fn goals(
    scope: &Scope,
    filter: &GoalFilter,
    (limit, offset): (i64, i64),
) -> Result<(Vec<KeptGoal>, i64), StoreError> {
    let mut values: Vec<Value> = vec![scope.version().into()];
    let mut matches = STANDING.to_owned();
    for (column, value) in
        [("model", &filter.model), ("level", &filter.level), ("kind", &filter.kind), ("origin", &filter.origin)]
    {
        if !value.is_empty() {
            values.push(value.as_str().into());
            matches += &format!(" AND g.{column} = ${}", values.len() + 1);
        }
    }
    if let Some(year) = filter.year {
        values.push(year.into());
        matches += &format!(" AND g.first_year <= ${0} AND g.last_year >= ${0}", values.len() + 1);
    }
    if let Some(committee) = &filter.committee {
        let code = committee.code.as_str();
        let groups = Group::ALL.into_iter().filter(|group| group.has(committee.kind)).map(marker);
        let bodies: Vec<String> = std::iter::once(code.to_owned()).chain(groups).collect();
        values.push(code.into());
        let own = values.len() + 1;
        let list = placeholders(own + 1, bodies.len());
        values.extend(bodies.into_iter().map(Value::from));
        matches += &format!(
            " AND (g.committee = ${own} OR EXISTS (SELECT 1 FROM goal_responsible r WHERE r.municipality = $1 \
             AND r.goal = g.code AND r.since <= $2 AND r.until > $2 AND r.body IN ({list})))"
        );
    }
    if !filter.under.is_empty() {
        return goals_below(scope, &filter.under, &matches, values, (limit, offset)).await;
    }
    let count = format!("SELECT COUNT(*) AS number FROM goal g WHERE {matches}");
    let total = scope.one::<Number>(&count, values.clone()).await?.map_or(0, |row| row.number);
    let at = values.len() + 2;
    let sql = format!(
        "SELECT g.since, g.position, g.body FROM goal g WHERE {matches} ORDER BY g.model, g.position, g.code \
         LIMIT ${at} OFFSET ${}",
        at + 1
    );
    values.extend([limit.into(), offset.into()]);
    let rows = scope.all::<Record>(&sql, values).await?;
    Ok((rows.iter().map(Record::kept).collect::<Result<_, _>>()?, total))
}

/// One goal.
pub async fn goal(scope: &Scope, code: &str) -> Result<Option<KeptGoal>, StoreError> {
    let sql = format!("SELECT g.since, g.position, g.body FROM goal g WHERE {STANDING} AND g.code = $3");
    let row = scope.one::<Record>(&sql, vec![scope.version().into(), code.into()]).await?;
    row.map(|row| row.kept()).transpose()
}

/// Every goal of a model, in the order of its chain.
pub async fn goals_of_model(scope: &Scope, model: &str) -> Result<Vec<Goal>, StoreError> {
    Ok(kept_of_model(scope, model).await?.into_iter().map(|kept| kept.goal).collect())
}

pub(super) async fn kept_of_model(scope: &Scope, model: &str) -> Result<Vec<KeptGoal>, StoreError> {
    let sql = format!(
        "SELECT g.since, g.position, g.body FROM goal g WHERE {STANDING} AND g.model = $3 ORDER BY g.model, g.position, g.code"
    );
    let rows = scope.all::<Record>(&sql, vec![scope.version().into(), model.into()]).await?;
    rows.iter().map(Record::kept).collect()
}

/// The name of a group where bodies are filtered by: no committee's code begins so. Who is waited for begins with a question mark.
fn marker(group: Group) -> String {
    format!("*{}", group.code())
}

/// Ends the rows of some goals.
pub(super) async fn end(w: &Writing, codes: &[&str]) -> Result<(), StoreError> {
    for chunk in codes.chunks(500) {
        let list = placeholders(4, chunk.len());
        for (table, column) in [("goal", "code"), ("goal_placement", "goal"), ("goal_responsible", "goal")] {
            let sql = format!(
                "UPDATE {table} SET until = $2 WHERE municipality = $1 AND until = $3 AND {column} IN ({list})"
            );
            let mut values: Vec<Value> = vec![w.version().into(), STANDS.into()];
            values.extend(chunk.iter().map(|code| Value::from(*code)));
            w.execute(&sql, values).await?;
        }
    }
    Ok(())
}

/// Inserts the rows of some goals, each with its order.
pub(super) async fn insert(w: &Writing, model: &SteeringModel, goals: &[(i64, &Goal)]) -> Result<(), StoreError> {
    let bodies = goals.iter().map(|(_, goal)| written(*goal)).collect::<Result<Vec<_>, _>>()?;
    let rows: Vec<(i64, &Goal, &String)> =
        goals.iter().zip(&bodies).map(|((position, goal), body)| (*position, *goal, body)).collect();
    let text = |code: Option<&utfall_domain::text::Code>| code.map(ToString::to_string).unwrap_or_default();
    let kind = |goal: &Goal| model.level(goal.level.as_str()).map(|level| level.kind.code()).unwrap_or_default();
    Rows::of("goal", &rows)
        .constant("since", w.version())
        .constant("until", STANDS)
        .text("code", |(_, goal, _)| goal.code.to_string())
        .text("model", |(_, goal, _)| goal.model.to_string())
        .text("level", |(_, goal, _)| goal.level.to_string())
        .text("kind", |(_, goal, _)| kind(goal).into())
        .text("committee", |(_, goal, _)| text(goal.committee.as_ref()))
        .text("origin", |(_, goal, _)| goal.origin.code().into())
        .smallint("first_year", |(_, goal, _)| goal.horizon.map_or(0, |years| years.first.number()))
        .smallint("last_year", |(_, goal, _)| goal.horizon.map_or(i16::MAX, |years| years.last.number()))
        .bigint("position", |(position, ..)| *position)
        .text("body", |(_, _, body)| (*body).clone())
        .insert(w)
        .await?;
    let places: Vec<_> =
        goals.iter().flat_map(|(_, goal)| goal.placements.iter().map(move |place| (*goal, place))).collect();
    Rows::of("goal_placement", &places)
        .constant("since", w.version())
        .constant("until", STANDS)
        .text("model", |(goal, _)| goal.model.to_string())
        .text("placement", |(_, place)| place.placement.clone())
        .text("goal", |(goal, _)| goal.code.to_string())
        .text("parent", |(_, place)| place.parent.clone().unwrap_or_default())
        .bigint("position", |(_, place)| place.position)
        .insert(w)
        .await?;
    let mut answering: Vec<(String, &Goal)> = Vec::new();
    for (_, goal) in goals {
        let waited = goal.waiting_for.iter().filter_map(|body| body.committee.as_ref()).map(|code| format!("?{code}"));
        let committees = goal.responsibles.iter().filter_map(|body| body.committee.as_ref()).map(ToString::to_string);
        let committees = committees.chain(waited);
        let groups = goal.responsibles.iter().filter_map(|body| body.group).map(marker);
        let bodies: BTreeSet<String> = committees.chain(groups).collect();
        answering.extend(bodies.into_iter().map(|body| (body, *goal)));
    }
    Rows::of("goal_responsible", &answering)
        .constant("since", w.version())
        .constant("until", STANDS)
        .text("body", |(body, _)| body.clone())
        .text("goal", |(_, goal)| goal.code.to_string())
        .insert(w)
        .await
}

/// Writes anew the goals of a model whose level has become another kind.
pub(super) async fn level_kinds(w: &Writing, model: &SteeringModel) -> Result<(), StoreError> {
    let sql =
        "SELECT DISTINCT level || '|' || kind AS text FROM goal WHERE municipality = $1 AND model = $2 AND until = $3";
    let stored = w.all::<Text>(sql, vec![model.code.as_str().into(), STANDS.into()]).await?;
    let is_stale = |text: &str| {
        let (level, kind) = text.rsplit_once('|').unwrap_or((text, ""));
        model.level(level).is_some_and(|level| level.kind.code() != kind)
    };
    if !stored.iter().any(|row| is_stale(&row.text)) {
        return Ok(());
    }
    let kept = kept_of_model(w, model.code.as_str()).await?;
    let codes: Vec<&str> = kept.iter().map(|kept| kept.goal.code.as_str()).collect();
    end(w, &codes).await?;
    let goals: Vec<(i64, &Goal)> = kept.iter().map(|kept| (kept.position, &kept.goal)).collect();
    insert(w, model, &goals).await
}
