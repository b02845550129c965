//! Editions of plans, action plans and follow-ups: one row a state, so that every reading of the past finds what stood then.

use crate::clock::moment;
use crate::error::{Refusal, StoreError};
use crate::put::{Precondition, Put, refuse};
use crate::scope::{Number, STANDS, Scope, narrow};
use crate::store::Writing;
use crate::stored::{read, written};
use chrono::{DateTime, NaiveDate, Utc};
use sea_orm::{FromQueryResult, Value};
use serde_json::json;
use utfall_domain::period::{Year, day_in_stockholm, parse_date};
use utfall_domain::row_error::{Fault, RowError};
use utfall_domain::steering::edition::{Decision, EditionKind, State, Undecidable, may_decide};
use utfall_domain::text::{Code, Key};

/// Somebody's act: when it was recorded, and who did it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Act {
    /// When.
    pub at: DateTime<Utc>,
    /// Who: the token's subject.
    pub by: String,
}

/// An edition as it stands, or stood.
#[derive(Debug, Clone, FromQueryResult)]
pub struct Edition {
    /// The plan or follow-up.
    pub document: String,
    /// Its number, from 1.
    pub number: i16,
    /// The version that brought it into this state.
    pub since: i64,
    /// The committee.
    pub committee: String,
    /// The year.
    pub year: i16,
    state: String,
    read_at: i64,
    written_at: i64,
    written_by: String,
    handed_in_at: i64,
    handed_in_by: String,
    decision: String,
    decision_at: i64,
    decision_by: String,
    /// A later edition that is decided, by number; 0 when there is none.
    superseded_by: i16,
    pub(crate) body: String,
}

impl Edition {
    /// How far it has come.
    pub fn state(&self) -> State {
        match State::from_code(&self.state) {
            Some(State::Decided) if self.superseded_by > 0 => State::Superseded,
            Some(state) => state,
            None => State::Draft,
        }
    }

    /// The edition that superseded it.
    pub fn superseded_by(&self) -> Option<i16> {
        (self.superseded_by > 0).then_some(self.superseded_by)
    }

    /// As it was before a later edition superseded it.
    #[must_use]
    pub(super) fn before_supersession(self) -> Self {
        Self { superseded_by: 0, ..self }
    }

    /// The version that it shows: a draft shows what stands, what is handed in what stood then.
    pub const fn read_at(&self, current: i64) -> i64 {
        if self.read_at == 0 { current } else { self.read_at }
    }

    /// Refuses when the caller has read another version than the one that stands: of the edition, or of the goals that a draft shows.
    pub async fn unread(&self, w: &Writing, model: &str, precondition: Precondition) -> Result<(), StoreError> {
        if !precondition.is_given {
            return Ok(());
        }
        let shown = if self.read_at == 0 { super::chain::version(w, model, None).await? } else { 0 };
        precondition.check(w, Some(self.since.max(shown)), false)
    }

    /// Who wrote it last.
    pub fn written(&self) -> Act {
        Act { at: moment(self.written_at), by: self.written_by.clone() }
    }

    /// Who handed it in.
    pub fn handed_in(&self) -> Option<Act> {
        (self.handed_in_at > 0).then(|| Act { at: moment(self.handed_in_at), by: self.handed_in_by.clone() })
    }

    /// Who recorded its decision.
    pub fn decision_recorded(&self) -> Option<Act> {
        (self.decision_at > 0).then(|| Act { at: moment(self.decision_at), by: self.decision_by.clone() })
    }

    /// The decision.
    pub fn decision(&self) -> Result<Option<Decision>, StoreError> {
        if self.decision.is_empty() { Ok(None) } else { read(&self.decision).map(Some) }
    }
}

/// What is put as an edition.
pub(crate) struct Draft<'a> {
    pub(crate) kind: EditionKind,
    pub(crate) document: &'a Key,
    pub(crate) number: i16,
    pub(crate) committee: &'a Code,
    pub(crate) year: Year,
    pub(crate) body: String,
}

/// The path of a plan or follow-up under the municipality.
pub fn resource(kind: EditionKind, document: &str, number: i16) -> String {
    match kind {
        EditionKind::Plan => format!("plans/{document}/versions/{number}"),
        EditionKind::FollowUp => format!("follow-ups/{document}/editions/{number}"),
        EditionKind::ActionPlan => format!("action-plans/{document}/versions/{number}"),
    }
}

const COLUMNS: &str = "e.document, e.number, e.since, e.committee, e.year, e.state, e.read_at, e.written_at, e.written_by, \
    e.handed_in_at, e.handed_in_by, e.decision, e.decision_at, e.decision_by, e.body, \
    CAST(COALESCE((SELECT MAX(l.number) FROM edition l WHERE l.municipality = e.municipality AND l.kind = e.kind \
      AND l.document = e.document AND l.number > e.number AND l.state = 'decided' AND l.since <= $2 AND l.until > $2), 0) \
      AS SMALLINT) AS superseded_by";
const STANDING: &str = "e.municipality = $1 AND e.since <= $2 AND e.until > $2 AND e.kind = $3";
/// The edition that speaks for its document: the newest decided, else the newest handed in, else the newest draft.
const FOREMOST: &str = "CASE e.state WHEN 'decided' THEN 0 WHEN 'handed-in' THEN 1 ELSE 2 END, e.number DESC";

/// One edition.
pub async fn edition(
    scope: &Scope,
    kind: EditionKind,
    document: &str,
    number: i16,
) -> Result<Option<Edition>, StoreError> {
    let sql = format!("SELECT {COLUMNS} FROM edition e WHERE {STANDING} AND e.document = $4 AND e.number = $5");
    scope.one(&sql, vec![scope.version().into(), kind.code().into(), document.into(), number.into()]).await
}

/// The edition that speaks for a document; with a day, the one whose decision was in force then.
pub async fn foremost(
    scope: &Scope,
    kind: EditionKind,
    document: &str,
    decided_as_of: Option<NaiveDate>,
) -> Result<Option<Edition>, StoreError> {
    let mut values: Vec<Value> = vec![scope.version().into(), kind.code().into(), document.into()];
    let mut decided = "";
    if let Some(day) = decided_as_of {
        decided = " AND e.state = 'decided' AND e.decided_on <= $5";
        values.push(day.to_string().into());
    }
    let sql = format!(
        "SELECT {COLUMNS} FROM edition e WHERE {STANDING} AND e.document = $4{decided} ORDER BY {FOREMOST} LIMIT 1"
    );
    let edition = scope.one::<Edition>(&sql, values).await?;
    Ok(if decided_as_of.is_some() { edition.map(Edition::before_supersession) } else { edition })
}

/// A page of a document's editions, newest first, and how many there are.
pub async fn editions(
    scope: &Scope,
    kind: EditionKind,
    document: &str,
    (limit, offset): (i64, i64),
) -> Result<(Vec<Edition>, i64), StoreError> {
    let values = || -> Vec<Value> { vec![scope.version().into(), kind.code().into(), document.into()] };
    let count = format!("SELECT COUNT(*) AS number FROM edition e WHERE {STANDING} AND e.document = $4");
    let total = scope.one::<Number>(&count, values()).await?.map_or(0, |row| row.number);
    let sql = format!(
        "SELECT {COLUMNS} FROM edition e WHERE {STANDING} AND e.document = $4 ORDER BY e.number DESC LIMIT $5 OFFSET $6"
    );
    let mut page = values();
    page.extend([limit.into(), offset.into()]);
    Ok((scope.all(&sql, page).await?, total))
}

/// Every edition of a kind whose document begins in some years, oldest first; no committees are all.
pub(crate) async fn of_years(
    scope: &Scope,
    kind: EditionKind,
    (first, last): (i16, i16),
    committees: &[String],
) -> Result<Vec<Edition>, StoreError> {
    let mut matches = format!("{STANDING} AND e.year >= $4 AND e.year <= $5");
    let mut values: Vec<Value> = vec![scope.version().into(), kind.code().into(), first.into(), last.into()];
    narrow((&mut matches, &mut values), ("e.year", None), ("e.committee", committees));
    scope.all(&format!("SELECT {COLUMNS} FROM edition e WHERE {matches} ORDER BY e.document, e.number"), values).await
}

/// Which documents to list; empty does not filter.
#[derive(Debug, Clone, Default)]
pub struct DocumentFilter {
    /// Of these committees.
    pub committees: Vec<String>,
    /// Of this year.
    pub year: Option<i16>,
}

/// A page of documents, each by the edition that speaks for it, newest year first, and how many there are.
pub async fn documents(
    scope: &Scope,
    kind: EditionKind,
    filter: &DocumentFilter,
    (limit, offset): (i64, i64),
) -> Result<(Vec<Edition>, i64), StoreError> {
    let mut matches = STANDING.to_owned();
    let mut values: Vec<Value> = vec![scope.version().into(), kind.code().into()];
    narrow((&mut matches, &mut values), ("e.year", filter.year), ("e.committee", &filter.committees));
    let count = format!("SELECT COUNT(DISTINCT e.document) AS number FROM edition e WHERE {matches}");
    let total = scope.one::<Number>(&count, values.clone()).await?.map_or(0, |row| row.number);
    let at = values.len() + 2;
    let sql = format!(
        "SELECT * FROM (SELECT {COLUMNS}, ROW_NUMBER() OVER (PARTITION BY e.document ORDER BY {FOREMOST}) AS rank \
         FROM edition e WHERE {matches}) f WHERE f.rank = 1 \
         ORDER BY f.year DESC, f.committee, f.document LIMIT ${at} OFFSET ${}",
        at + 1
    );
    values.extend([limit.into(), offset.into()]);
    Ok((scope.all(&sql, values).await?, total))
}

/// Puts a draft: a new document's first edition, a later one once the one before is decided or submitted, or another text of a
/// draft that stands.
pub(crate) async fn put(
    w: &mut Writing,
    draft: Draft<'_>,
    precondition: Precondition,
    reason: &str,
) -> Result<Put<Edition>, StoreError> {
    let Draft { kind, document, number, committee, year, body } = draft;
    let standing = edition(w, kind, document.as_str(), number).await?;
    let differs = standing.as_ref().is_none_or(|standing| standing.body != body);
    precondition.check(w, standing.as_ref().map(|standing| standing.since), differs)?;
    if let Some(standing) = &standing {
        if !differs {
            return Ok(Put { version: standing.since, body: standing.clone(), is_new: false });
        }
        if standing.state() != State::Draft {
            let sentence = format!(
                "it is {}, and what is handed in does not change: put the next number for a new one",
                standing.state().name(kind)
            );
            return Err(Refusal::Conflict(sentence).into());
        }
    } else {
        refuse(follows(w, kind, document.as_str(), number, reason).await?)?;
    }
    refuse(kin(w, kind, document.as_str(), number, (committee, year)).await?)?;
    let written = Row::draft(committee.as_str(), year.number(), &body);
    record(w, kind, document.as_str(), number, &written).await?;
    w.record(
        &format!("set-{}", kind.code()),
        &resource(kind, document.as_str(), number),
        reason,
        json!({ "committee": committee.as_str() }),
    );
    let edition = edition(w, kind, document.as_str(), number).await?.ok_or(Refusal::NotFound)?;
    Ok(Put { version: w.version(), body: edition, is_new: standing.is_none() })
}

/// All editions of a document are one committee's, and of one year.
async fn kin(
    w: &Writing,
    kind: EditionKind,
    document: &str,
    number: i16,
    (committee, year): (&Code, Year),
) -> Result<Vec<RowError>, StoreError> {
    let (all, _) = editions(w, kind, document, (2, 0)).await?;
    let mut errors = Vec::new();
    if let Some(other) = all.iter().find(|other| other.number != number) {
        if other.committee != committee.as_str() {
            let reason = format!("is not {}, whose it is", other.committee);
            errors.push(RowError::whole("committee", committee.as_str(), Fault::Conflict, reason));
        }
        if other.year != year.number() {
            let field = if kind == EditionKind::FollowUp { "period" } else { "year" };
            let reason = format!("is not of {}, which it is for", other.year);
            errors.push(RowError::whole(field, &year.to_string(), Fault::Conflict, reason));
        }
    }
    Ok(errors)
}

/// Whether a new edition may follow those that stand: in number, and with a reason when it corrects one.
async fn follows(
    w: &Writing,
    kind: EditionKind,
    document: &str,
    number: i16,
    reason: &str,
) -> Result<Vec<RowError>, StoreError> {
    let (latest, _) = editions(w, kind, document, (1, 0)).await?;
    let latest = latest.into_iter().next();
    let next = latest.as_ref().map_or(1, |latest| latest.number + 1);
    let mut errors = Vec::new();
    if number != next {
        let reason = format!("is not the next number, {next}");
        errors.push(RowError::whole(number_field(kind), &number.to_string(), Fault::Conflict, reason));
    }
    let Some(latest) = latest else { return Ok(errors) };
    if matches!(latest.state(), State::Draft) || (kind != EditionKind::FollowUp && latest.state() == State::HandedIn) {
        let state = latest.state().name(kind);
        return Err(
            Refusal::Conflict(format!("number {} is {state}; finish it before a new one", latest.number)).into()
        );
    }
    if reason.is_empty() {
        let why = "is needed in the query: a new edition says why";
        errors.push(RowError::whole("reason", "", Fault::Missing, why));
    }
    Ok(errors)
}

const fn number_field(kind: EditionKind) -> &'static str {
    match kind {
        EditionKind::Plan | EditionKind::ActionPlan => "version",
        EditionKind::FollowUp => "edition",
    }
}

/// What a new row of an edition says.
struct Row<'a> {
    state: State,
    committee: &'a str,
    year: i16,
    read_at: i64,
    handed_in: Option<Act>,
    decision: Option<(&'a Decision, Act)>,
    body: &'a str,
}

impl<'a> Row<'a> {
    const fn draft(committee: &'a str, year: i16, body: &'a str) -> Self {
        Self { state: State::Draft, committee, year, read_at: 0, handed_in: None, decision: None, body }
    }
}

/// Ends the row that stands and inserts the next.
async fn record(w: &Writing, kind: EditionKind, document: &str, number: i16, row: &Row<'_>) -> Result<(), StoreError> {
    let version = w.version();
    let written_before = edition(w, kind, document, number).await?.filter(|before| before.body == row.body);
    let sql = "UPDATE edition SET until = $2 WHERE municipality = $1 AND kind = $3 AND document = $4 AND number = $5 AND until = $6";
    let values = vec![version.into(), kind.code().into(), document.into(), number.into(), STANDS.into()];
    w.execute(sql, values).await?;
    let micros = |act: &Act| act.at.timestamp_micros();
    let (written_at, written_by) = match &written_before {
        Some(before) => (before.written_at, before.written_by.clone()),
        None => (w.stamp(), w.actor().subject.clone()),
    };
    let (handed_in_at, handed_in_by) =
        row.handed_in.as_ref().map_or((0, String::new()), |act| (micros(act), act.by.clone()));
    let (decided_on, decision, decision_at, decision_by) = match &row.decision {
        Some((decision, act)) => (decision.date.to_string(), written(*decision)?, micros(act), act.by.clone()),
        None => Default::default(),
    };
    let sql = "INSERT INTO edition (municipality, kind, document, number, since, until, committee, year, state, read_at, \
               written_at, written_by, handed_in_at, handed_in_by, decided_on, decision, decision_at, decision_by, body) \
               VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19)";
    let values = vec![
        kind.code().into(),
        document.into(),
        number.into(),
        version.into(),
        STANDS.into(),
        row.committee.into(),
        row.year.into(),
        row.state.code().into(),
        row.read_at.into(),
        written_at.into(),
        written_by.into(),
        handed_in_at.into(),
        handed_in_by.into(),
        decided_on.into(),
        decision.into(),
        decision_at.into(),
        decision_by.into(),
        row.body.into(),
    ];
    w.execute(sql, values).await?;
    Ok(())
}

/// The edition of a number, which must be there and in a state.
async fn in_state(
    w: &Writing,
    kind: EditionKind,
    document: &str,
    number: i16,
    state: State,
) -> Result<Edition, StoreError> {
    let standing = edition(w, kind, document, number).await?.ok_or(Refusal::NotFound)?;
    if standing.state() == state {
        return Ok(standing);
    }
    let (is, should) = (standing.state().name(kind), state.name(kind));
    Err(Refusal::Conflict(format!("it is {is}, not {should}")).into())
}

/// The draft of a number, which must be there.
pub(crate) async fn draft(w: &Writing, kind: EditionKind, document: &str, number: i16) -> Result<Edition, StoreError> {
    in_state(w, kind, document, number, State::Draft).await
}

fn act(w: &Writing) -> Act {
    Act { at: w.recorded_at(), by: w.actor().subject.clone() }
}

/// Hands a draft in: what it shows is what stands now.
pub(crate) async fn hand_in(
    w: &mut Writing,
    kind: EditionKind,
    document: &str,
    number: i16,
    reason: &str,
) -> Result<Edition, StoreError> {
    let standing = draft(w, kind, document, number).await?;
    let row = Row {
        state: State::HandedIn,
        read_at: w.version(),
        handed_in: Some(act(w)),
        ..Row::draft(&standing.committee, standing.year, &standing.body)
    };
    record(w, kind, document, number, &row).await?;
    let act = if kind == EditionKind::FollowUp { "submit" } else { "propose" };
    w.record(
        &format!("{act}-{}", kind.code()),
        &resource(kind, document, number),
        reason,
        json!({ "committee": standing.committee }),
    );
    Ok(edition(w, kind, document, number).await?.ok_or(Refusal::NotFound)?)
}

/// Hands a proposed plan back (återremiss): it is a draft again.
pub async fn hand_back(
    w: &mut Writing,
    kind: EditionKind,
    document: &str,
    number: i16,
    reason: &str,
) -> Result<Edition, StoreError> {
    let standing = in_state(w, kind, document, number, State::HandedIn).await?;
    let row = Row::draft(&standing.committee, standing.year, &standing.body);
    record(w, kind, document, number, &row).await?;
    w.record(
        &format!("return-{}", kind.code()),
        &resource(kind, document, number),
        reason,
        json!({ "committee": standing.committee }),
    );
    Ok(edition(w, kind, document, number).await?.ok_or(Refusal::NotFound)?)
}

/// Records the decision on what is handed in; a decided edition before it is superseded.
pub async fn decide(
    w: &mut Writing,
    kind: EditionKind,
    document: &str,
    number: i16,
    decision: &Decision,
) -> Result<Edition, StoreError> {
    let standing = edition(w, kind, document, number).await?.ok_or(Refusal::NotFound)?;
    if standing.state() == State::Decided && standing.decision()?.as_ref() == Some(decision) {
        return Ok(standing);
    }
    if let Some(later) = standing.superseded_by() {
        return Err(Refusal::Conflict(format!("number {later}, which comes after it, is decided")).into());
    }
    let forerunner = forerunner(w, kind, document, number).await?;
    let today = day_in_stockholm(w.recorded_at());
    let who = (standing.handed_in_by.as_str(), w.actor().subject.as_str());
    may_decide(kind, standing.state(), who, (decision.date, today), forerunner)
        .map_err(|why| refused(&why, decision))?;
    let row = Row {
        state: State::Decided,
        committee: &standing.committee,
        year: standing.year,
        read_at: standing.read_at,
        handed_in: standing.handed_in(),
        decision: Some((decision, act(w))),
        body: &standing.body,
    };
    record(w, kind, document, number, &row).await?;
    let Decision { body, date, paragraph, diary_number, points } = decision;
    let why = format!("{body} {date} {paragraph}");
    let detail = json!({ "body": body, "date": date.to_string(), "paragraph": paragraph, "diaryNumber": diary_number,
                         "points": points });
    w.record(&format!("decide-{}", kind.code()), &resource(kind, document, number), why.trim_end(), detail);
    Ok(edition(w, kind, document, number).await?.ok_or(Refusal::NotFound)?)
}

fn refused(why: &Undecidable, decision: &Decision) -> StoreError {
    match why {
        Undecidable::State(_) => Refusal::Conflict(why.to_string()).into(),
        Undecidable::SamePerson => Refusal::Forbidden(why.to_string()).into(),
        Undecidable::Future | Undecidable::BeforeItsForerunner(_) => {
            let date = decision.date.to_string();
            Refusal::Rows(vec![RowError::whole("date", &date, Fault::Bounds, format!("cannot be: {why}"))]).into()
        }
    }
}

/// When the newest decided edition before a number was decided.
async fn forerunner(
    w: &Writing,
    kind: EditionKind,
    document: &str,
    number: i16,
) -> Result<Option<NaiveDate>, StoreError> {
    let sql = "SELECT COALESCE(MAX(decided_on), '') AS text FROM edition WHERE municipality = $1 AND kind = $2 \
               AND document = $3 AND number < $4 AND state = 'decided' AND until = $5";
    let values = vec![kind.code().into(), document.into(), number.into(), STANDS.into()];
    let row = w.one::<crate::scope::Text>(sql, values).await?;
    Ok(row.and_then(|row| parse_date(&row.text).ok()))
}
