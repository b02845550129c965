//! L1, L2: every change has one event in its transaction, and tampering shows.

use crate::audit::{owner, verified};
use sea_orm::{ConnectionTrait, Statement};
use serde_json::json;
use utfall_domain::permission::Role;
use utfall_tests::client::Client;
use utfall_tests::on_both_stores;
use utfall_tests::random::Random;
use utfall_tests::scenario::code_plan;
use utfall_tests::tries::tries;

const SEED: u64 = 20_180_831;

/// How many events there are, and how far the municipality has come.
async fn counted(admin: &Client) -> (u64, u64) {
    let events = admin.get("audit-events?limit=1").await.succeeded()["meta"]["totalRecords"].as_u64().expect("a count");
    (events, admin.get("").await.succeeded()["dataVersion"].as_u64().expect("a version"))
}

on_both_stores! {
    async fn l1_every_change_has_one_event(app) {
        let admin = code_plan(&app).await;
        let reader = app.role(Role::Reader).await;
        let mut random = Random::new(SEED);
        let (mut changes, mut refusals, mut others) = (0, 0, 0);
        let (first, _) = counted(&admin).await;
        let tried = tries(60, 2_000);
        for at in 0..tried {
            let (events, version) = counted(&admin).await;
            let project = random.below(4);
            let list = json!({ "projects": [{ "code": "P1", "name": format!("Projekt {project}") }] });
            let month = format!("outcomes/2018-{:02}/ledger", random.below(12) + 1);
            let csv = format!("account;unit;amount\n4551;3102;{}\n", random.below(3));
            let (answer, expected) = match random.below(6) {
                0 | 1 => (admin.put_csv(&month, csv).await, None),
                2 => (admin.put("projects", list).await, None),
                3 => (reader.put("projects", list).await, Some(403)),
                4 => (admin.put_csv(&month, "account;unit;amount\n4551;none;1\n".to_owned()).await, Some(422)),
                _ => (admin.get("committees").await, Some(200)),
            };
            let (events_after, version_after) = counted(&admin).await;
            if let Some(expected) = expected {
                assert_eq!(answer.status.as_u16(), expected, "{}", answer.body);
                assert_eq!(version_after, version, "operation {at} changed something");
            } else {
                answer.succeeded();
            }
            let changed = version_after - version;
            let refused = u64::from(expected == Some(403));
            assert_eq!(events_after - events, changed + refused, "operation {at}: {} {}", answer.status, answer.body);
            (changes, refusals) = (changes + changed, refusals + refused);
            others += u64::from(changed + refused == 0);
        }
        let (last, _) = counted(&admin).await;
        assert_eq!(last - first, changes + refusals);
        assert!(changes > 0 && refusals > 0 && others > 0);
        assert!(verified(&app, &[]).1);
        println!("L1, {:?}: {tried} operations: {changes} changes and {refusals} refusals have an event each, {others} others none; seed {SEED}", app.kind);
    }

    async fn l2_tampering_is_named(app) {
        let admin = code_plan(&app).await;
        for name in ["Ett", "Två", "Tre", "Fyra"] {
            admin.put("projects", json!({ "projects": [{ "code": "P1", "name": name }] })).await.succeeded();
        }
        let owner = owner(&app).await;
        let run = async |sql: &str| {
            owner.execute_unprepared(sql).await.unwrap_or_else(|error| panic!("{sql}: {error}"));
        };
        run("CREATE TABLE kept AS SELECT * FROM audit_event").await;
        let count = Statement::from_string(owner.get_database_backend(), "SELECT COUNT(*) FROM audit_event");
        let last: i64 = owner.query_one_raw(count).await.expect("a count").expect("a row").try_get_by_index(0).expect("a number");
        let mut random = Random::new(SEED);
        let texts = ["subject", "role", "trace", "action", "resource", "outcome", "reason", "detail", "previous_hash", "hash"];
        let tried = tries(24, 1_000);
        for at in 0..tried {
            let number = i64::try_from(random.below(last.cast_unsigned())).expect("a number") + 1;
            let next = if number == last { number - 1 } else { number + 1 };
            let act = match random.below(5) {
                0 => format!("DELETE FROM audit_event WHERE number = {number}"),
                1 => format!("UPDATE audit_event SET version = version + 1 WHERE number = {number}"),
                2 => format!("UPDATE audit_event SET recorded_at = recorded_at - 1 WHERE number = {number}"),
                3 => format!(
                    "UPDATE audit_event SET number = -1 WHERE number = {number}; UPDATE audit_event SET number = {number} WHERE number = {next}; \
                     UPDATE audit_event SET number = {next} WHERE number = -1"
                ),
                _ => {
                    let column = texts[usize::try_from(random.below(10)).expect("a column")];
                    format!("UPDATE audit_event SET {column} = {column} || 'x' WHERE number = {number}")
                }
            };
            for sql in act.split("; ") {
                run(sql).await;
            }
            let (said, holds) = verified(&app, &[]);
            let named = [number, number + 1, next, next + 1, number - 1].iter().any(|near| said.contains(&format!("event {near} ")) || said.contains(&format!("events after {near} ")));
            assert!(!holds && named, "try {at}, {act}: {said}");
            run("DELETE FROM audit_event").await;
            run("INSERT INTO audit_event SELECT * FROM kept").await;
        }
        assert!(verified(&app, &[]).1, "what was put back holds");
        owner.close().await.expect("a closed connection");
        println!("L2, {:?}: {tried} edits, removals and swaps behind the service's back: each named; seed {SEED}", app.kind);
    }
}
