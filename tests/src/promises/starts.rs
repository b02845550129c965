//! Instances that start together on an empty database migrate once and share one signing key.

use super::oracle::{count, owner};
use crate::database::{Kind, TestDatabase};
use crate::served::{Served, utfall};
use std::process::Stdio;

/// Runs `utfall migrate`, and then `utfall serve`, so many times at once, each on an empty database, round after round.
///
/// # Panics
/// When one of them fails, or when the schema or the key is there twice.
pub async fn instances_migrate_once(kind: Kind, instances: usize, rounds: u64) -> String {
    for _ in 0..rounds {
        let database = TestDatabase::empty(kind).await;
        let migrate = || {
            let mut command = utfall();
            command.args(["migrate", "--database-url", &database.url]).env("UTFALL_MIGRATION_URL", &database.owner_url);
            command.stderr(Stdio::piped()).spawn().expect("a migration")
        };
        let running: Vec<_> = (0..instances).map(|_| migrate()).collect();
        for migration in running {
            let output = migration.wait_with_output().expect("an end");
            assert!(output.status.success(), "{kind:?}: {}", String::from_utf8_lossy(&output.stderr));
        }
        migrated_once(&database, kind).await;

        let database = TestDatabase::empty(kind).await;
        let served: Vec<Served> = std::thread::scope(|scope| {
            let starts: Vec<_> = (0..instances).map(|_| scope.spawn(|| Served::start(&database))).collect();
            starts.into_iter().map(|start| start.join().expect("a start")).collect()
        });
        for served in &served {
            let platform = served.client(&database, &["--role", "platform-admin"]);
            platform.get("/utfall/v1/municipalities").await.succeeded();
        }
        migrated_once(&database, kind).await;
        let owner = owner(&database, kind).await;
        assert_eq!(count(&owner, "SELECT COUNT(*) FROM signing_key").await, 1, "{kind:?}: one signing key");
        owner.close().await.expect("a closed connection");
    }
    format!(
        "{instances} migrations and {instances} services started at once, {rounds} times: all ran, migrated once, one signing key"
    )
}

async fn migrated_once(database: &TestDatabase, kind: Kind) {
    let owner = owner(database, kind).await;
    let twice = "SELECT COUNT(*) - COUNT(DISTINCT version) FROM seaql_migrations";
    assert_eq!(count(&owner, twice).await, 0, "every migration once");
    assert!(count(&owner, "SELECT COUNT(*) FROM seaql_migrations").await > 0, "the schema is there");
    owner.close().await.expect("a closed connection");
}
