//! The oracle of every fault: nothing half there, nothing twice, sums that agree, a whole audit chain, a sound database.

use crate::client::Client;
use crate::database::{Kind, TestDatabase};
use sea_orm::{ConnectOptions, ConnectionTrait, Database, DatabaseConnection, Statement};
use serde_json::Value;

/// Postings whose row and entries disagree.
const HALF_POSTINGS: &str = "SELECT COUNT(*) FROM posting p WHERE p.entry_count <> (SELECT COUNT(*) FROM entry e \
    WHERE e.municipality = p.municipality AND e.year = p.year AND e.posting_number = p.posting_number) \
    OR p.net <> (SELECT CAST(COALESCE(SUM(e.amount), 0) AS BIGINT) FROM entry e \
    WHERE e.municipality = p.municipality AND e.year = p.year AND e.posting_number = p.posting_number)";
/// Standing postings without rollups of the same sum.
const HALF_ROLLUPS: &str = "SELECT COUNT(*) FROM posting p WHERE p.until = 9223372036854775807 AND p.net <> \
    (SELECT CAST(COALESCE(SUM(r.cost + r.revenue + r.excluded), 0) AS BIGINT) FROM rollup_generation g JOIN rollup r \
     ON r.municipality = g.municipality AND r.year = g.year AND r.generation = g.generation \
     WHERE g.municipality = p.municipality AND g.posting_number = p.posting_number AND g.until = p.until \
     AND r.dimension = 0)";
/// Kinds, periods and sources of which more than one revision stands.
const TWICE: &str = "SELECT COUNT(*) FROM (SELECT 1 FROM posting WHERE until = 9223372036854775807 \
    GROUP BY kind, period, source HAVING COUNT(*) > 1) AS twice";
/// Entries that no posting has.
const ORPHANS: &str = "SELECT COUNT(*) FROM entry e WHERE NOT EXISTS (SELECT 1 FROM posting p \
    WHERE p.municipality = e.municipality AND p.posting_number = e.posting_number)";

/// Looks behind the service's back as the owner.
pub async fn owner(database: &TestDatabase, kind: Kind) -> DatabaseConnection {
    let mut options = ConnectOptions::new(database.owner_url.clone());
    options.max_connections(1).sqlx_logging(false);
    let connection = Database::connect(options).await.expect("the owner's connection");
    if kind == Kind::Postgres {
        let sql = "SELECT set_config('app.municipality', '0580', false)";
        connection.execute_unprepared(sql).await.expect("a municipality");
    }
    connection
}

/// The one number of a query.
pub async fn number(connection: &DatabaseConnection, sql: &str) -> i64 {
    let statement = Statement::from_string(connection.get_database_backend(), sql);
    let row = connection.query_one_raw(statement).await.expect(sql).expect("a row");
    row.try_get_by_index(0).or_else(|_| row.try_get_by_index::<i32>(0).map(i64::from)).expect("a number")
}

/// Holds the database against the oracle.
pub async fn hold(database: &TestDatabase, kind: Kind, admin: &Client) {
    let owner = owner(database, kind).await;
    for (sql, what) in [
        (HALF_POSTINGS, "postings are half there"),
        (HALF_ROLLUPS, "postings have other rollups"),
        (TWICE, "stand twice"),
        (ORPHANS, "entries belong to no posting"),
    ] {
        assert_eq!(number(&owner, sql).await, 0, "{what}");
    }
    if kind == Kind::Sqlite {
        let check = Statement::from_string(owner.get_database_backend(), "PRAGMA integrity_check");
        let row = owner.query_one_raw(check).await.expect("a check").expect("an answer");
        assert_eq!(row.try_get_by_index::<String>(0).expect("a text"), "ok");
    }
    owner.close().await.expect("a closed connection");
    chain(admin).await;
}

/// The audit trail has no gap, and every event names the hash of the one before.
async fn chain(admin: &Client) {
    let mut next: Option<(i64, Value)> = None;
    for page in 1.. {
        let events = admin.get(&format!("audit-events?limit=1000&page={page}")).await.succeeded();
        let events = events["auditEvents"].as_array().expect("events").clone();
        if events.is_empty() {
            break;
        }
        for event in events {
            let number = event["number"].as_i64().expect("a number");
            if let Some((later, previous)) = next {
                assert_eq!((number + 1, &event["hash"]), (later, &previous), "the chain is broken");
            }
            next = Some((number, event["previousHash"].clone()));
        }
    }
    assert_eq!(next.map(|(number, _)| number), Some(1), "the chain does not begin at 1");
}
