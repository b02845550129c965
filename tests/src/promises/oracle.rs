//! The oracle: what must be true of a database whatever befell the service. It looks as the owner, behind the service's back.

use crate::app::MUNICIPALITY;
use crate::database::{Kind, TestDatabase};
use sea_orm::{ConnectOptions, ConnectionTrait, Database, DatabaseConnection, Statement};
use std::process::Command;
use utfall_domain::text::MunicipalityCode;
use utfall_persistence::audit::{EventFilter, events};
use utfall_persistence::clock::system_clock;
use utfall_persistence::scope::Scope;
use utfall_persistence::store::Store;

/// Every query counts what may not be: postings that are half there, rollups that are not their entries' sums, revisions
/// that are twice or missing, versions with a gap.
const NEVER: [(&str, &str); 8] = [
    (
        "postings whose entries are not the row's count and sums",
        "SELECT COUNT(*) FROM posting p LEFT JOIN (SELECT posting_number, COUNT(*) AS entries, \
           SUM(CASE WHEN amount > 0 THEN amount ELSE 0 END) AS debit, SUM(CASE WHEN amount < 0 THEN -amount ELSE 0 END) AS credit \
           FROM entry WHERE municipality = $1 GROUP BY posting_number) e ON e.posting_number = p.posting_number \
         WHERE p.municipality = $1 AND (p.entry_count <> COALESCE(e.entries, 0) OR p.debit <> COALESCE(e.debit, 0) \
           OR p.credit <> COALESCE(e.credit, 0) OR p.net <> p.debit - p.credit)",
    ),
    (
        "entries of no posting",
        "SELECT COUNT(*) FROM entry WHERE municipality = $1 \
           AND posting_number NOT IN (SELECT posting_number FROM posting WHERE municipality = $1)",
    ),
    (
        "postings without rollups that stand as long as they do",
        "SELECT COUNT(*) FROM posting p WHERE p.municipality = $1 AND NOT EXISTS \
           (SELECT 1 FROM rollup_generation g WHERE g.municipality = $1 AND g.posting_number = p.posting_number \
            AND g.since = p.since AND g.until = p.until)",
    ),
    (
        "generations of rollups beyond one a posting",
        "SELECT COUNT(*) - COUNT(DISTINCT posting_number) FROM rollup_generation WHERE municipality = $1",
    ),
    (
        "revisions that are missing or twice",
        "SELECT COUNT(*) FROM (SELECT COUNT(*) AS n, MAX(revision) AS newest, COUNT(DISTINCT revision) AS revisions, \
           SUM(CASE WHEN until = 9223372036854775807 THEN 1 ELSE 0 END) AS standing \
           FROM posting WHERE municipality = $1 GROUP BY kind, period, source) p WHERE n <> newest OR n <> revisions OR standing <> 1",
    ),
    (
        "revisions that do not end where the next begins",
        "SELECT COUNT(*) FROM posting a JOIN posting b ON b.municipality = a.municipality AND b.kind = a.kind \
           AND b.period = a.period AND b.source = a.source AND b.revision = a.revision + 1 \
         WHERE a.municipality = $1 AND a.until <> b.since",
    ),
    (
        "versions and events that the municipality's row does not count",
        "SELECT COUNT(*) FROM municipality m WHERE m.code = $1 AND (m.event_number <> \
           (SELECT COUNT(*) FROM audit_event WHERE municipality = $1) OR m.data_version <> \
           (SELECT COUNT(DISTINCT version) FROM audit_event WHERE municipality = $1 AND outcome = 'done'))",
    ),
    (
        "postings without their audit event",
        "SELECT COUNT(*) FROM posting p WHERE p.municipality = $1 AND NOT EXISTS \
           (SELECT 1 FROM audit_event e WHERE e.municipality = $1 AND e.version = p.since AND e.action = 'post')",
    ),
];

/// The dimensions of rollups, by the column of an entry that each sums.
const DIMENSIONS: [(&str, i16); 3] = [("activity", 0), ("unit", 1), ("account", 2)];

/// Checks everything, and says how many postings were looked at.
///
/// # Panics
/// When something is not as it must be.
pub async fn check(database: &TestDatabase, kind: Kind) -> u64 {
    assert_eq!(findings(database, kind).await, Vec::<String>::new(), "{kind:?}");
    let owner = owner(database, kind).await;
    let postings = count(&owner, "SELECT COUNT(*) FROM posting WHERE municipality = $1").await;
    owner.close().await.expect("a closed connection");
    u64::try_from(postings).expect("a count")
}

/// Everything that is not as it must be.
pub async fn findings(database: &TestDatabase, kind: Kind) -> Vec<String> {
    let mut findings = Vec::new();
    let owner = owner(database, kind).await;
    for (what, sql) in NEVER {
        match count(&owner, sql).await {
            0 => {}
            many => findings.push(format!("{many} {what}")),
        }
    }
    for (column, dimension) in DIMENSIONS {
        let rolled = format!(
            "SELECT g.posting_number, r.code, r.month, SUM(r.cost + r.revenue + r.excluded) FROM rollup r \
             JOIN rollup_generation g ON g.municipality = r.municipality AND g.year = r.year AND g.generation = r.generation \
             WHERE r.municipality = $1 AND r.dimension = {dimension} GROUP BY g.posting_number, r.code, r.month"
        );
        let summed = format!(
            "SELECT posting_number, {column}, month, SUM(amount) FROM entry WHERE municipality = $1 \
             GROUP BY posting_number, {column}, month"
        );
        for (one, other) in [(&rolled, &summed), (&summed, &rolled)] {
            let differing =
                format!("SELECT COUNT(*) FROM (SELECT * FROM ({one}) a EXCEPT SELECT * FROM ({other}) b) d");
            if count(&owner, &differing).await != 0 {
                findings.push(format!("rollups by {column} are not their entries' sums"));
            }
        }
    }
    let head = format!("SELECT event_hash FROM municipality WHERE code = '{MUNICIPALITY}'");
    let head = text(&owner, &head).await.unwrap_or_default();
    owner.close().await.expect("a closed connection");
    findings.extend(broken_chain(database, &head).await);
    findings
}

/// Checks the database's own structures.
///
/// # Panics
/// When they are damaged.
pub async fn check_files(database: &TestDatabase, kind: Kind) {
    match kind {
        Kind::Sqlite => {
            let owner = owner(database, kind).await;
            assert_eq!(text(&owner, "PRAGMA integrity_check").await.as_deref(), Some("ok"));
            assert_eq!(text(&owner, "PRAGMA foreign_key_check").await, None);
            owner.close().await.expect("a closed connection");
        }
        Kind::Postgres => {
            let programs = std::env::var("UTFALL_TEST_POSTGRES_BIN").expect("where PostgreSQL's programs are");
            let superuser = database.owner_url.replacen("utfall_owner", "postgres", 1);
            let output = Command::new(format!("{programs}/pg_amcheck"))
                .args(["--install-missing", "--heapallindexed", "--parent-check", &superuser])
                .output()
                .expect("a run of pg_amcheck");
            let said = String::from_utf8_lossy(&output.stdout).into_owned() + &String::from_utf8_lossy(&output.stderr);
            assert!(output.status.success() && said.trim().is_empty(), "pg_amcheck: {said}");
        }
    }
}

/// Where the audit trail has a gap, or an event whose hash or whose predecessor's hash is another.
async fn broken_chain(database: &TestDatabase, head: &str) -> Option<String> {
    let store = Store::open(&database.url, system_clock()).await.expect("a store");
    let code = MunicipalityCode::parse(MUNICIPALITY).expect("a code");
    let all = async |scope: &Scope| events(scope, &EventFilter::default(), i64::MAX, 0).await;
    let (events, _) = store.read(&code, None, all).await.expect("the events");
    let (mut number, mut version, mut before) = (0, 0, None);
    for event in events.into_iter().rev() {
        number += 1;
        let follows = event.version == version || event.version == version + 1;
        let linked = before.is_none_or(|hash| event.previous_hash == hash);
        if event.number != number || !follows || !linked || event.hash != event.computed_hash(MUNICIPALITY) {
            return Some(format!("the audit trail is broken at event {number}"));
        }
        (version, before) = (event.version, Some(event.hash));
    }
    (before.as_deref() != Some(head)).then(|| "the audit trail does not end where the municipality says".to_owned())
}

fn quiet(url: &str) -> ConnectOptions {
    let mut options = ConnectOptions::new(url);
    options.max_connections(1).sqlx_logging(false);
    options
}

/// The owner's connection; on PostgreSQL row-level security binds the owner too.
pub async fn owner(database: &TestDatabase, kind: Kind) -> DatabaseConnection {
    let owner = Database::connect(quiet(&database.owner_url)).await.expect("the owner's connection");
    if kind == Kind::Postgres {
        let sql = format!("SELECT set_config('app.municipality', '{MUNICIPALITY}', false)");
        owner.execute_unprepared(&sql).await.expect("a setting");
    }
    owner
}

/// The number that a query gives; `$1` is the municipality, if it asks for it.
///
/// # Panics
/// When the query fails.
pub async fn count(connection: &DatabaseConnection, sql: &str) -> i64 {
    let values: Vec<sea_orm::Value> = if sql.contains("$1") { vec![MUNICIPALITY.into()] } else { Vec::new() };
    let statement = Statement::from_sql_and_values(connection.get_database_backend(), sql, values);
    let row = connection.query_one_raw(statement).await.expect(sql).expect("a row");
    row.try_get_by_index(0).expect("a number")
}

async fn text(connection: &DatabaseConnection, sql: &str) -> Option<String> {
    let statement = Statement::from_string(connection.get_database_backend(), sql);
    let row = connection.query_one_raw(statement).await.expect(sql)?;
    Some(row.try_get_by_index(0).expect("a text"))
}
