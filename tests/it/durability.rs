//! Faults, a bounded number of rounds; `make promises` runs many.

use sea_orm::ConnectionTrait;
use utfall_tests::database::Kind::{self, Postgres, Sqlite};
use utfall_tests::promises::service::Service;
use utfall_tests::promises::{Delivery, kill, leave, oracle, starts, stop, writers};

const SEED: u64 = 580;
const BOTH: [Kind; 2] = [Sqlite, Postgres];

#[tokio::test]
async fn a_killed_service_loses_nothing_acknowledged() {
    for kind in BOTH {
        println!("{kind:?}: {}", kill::nothing_acknowledged_is_lost(kind, 3, SEED).await);
    }
}

#[tokio::test]
async fn deliveries_a_b_a_are_three_revisions() {
    for kind in BOTH {
        println!("{kind:?}: {}", writers::an_older_delivery_is_a_new_revision(kind, SEED).await);
    }
}

#[tokio::test]
async fn writers_of_one_month_get_a_revision_each() {
    for kind in BOTH {
        println!("I5, {kind:?}: {}", writers::each_gets_a_revision(kind, 16, 3, SEED).await);
    }
}

#[tokio::test]
async fn a_client_that_leaves_delivers_whole_or_not_at_all() {
    for kind in BOTH {
        println!("{kind:?}: {}", leave::leaving_is_whole_or_nothing(kind, 12, SEED).await);
    }
}

#[tokio::test]
async fn instances_that_start_together_migrate_once() {
    for kind in BOTH {
        println!("{kind:?}: {}", starts::instances_migrate_once(kind, 8, 1).await);
    }
}

#[tokio::test]
async fn a_stop_loses_nothing_begun() {
    for kind in BOTH {
        println!("{kind:?}: {}", stop::a_stop_loses_nothing(kind, 2, SEED).await);
    }
}

/// What the oracle must notice, and how it is mended.
const DAMAGES: [(&str, &str); 9] = [
    ("UPDATE posting SET entry_count = entry_count + 1", "UPDATE posting SET entry_count = entry_count - 1"),
    ("UPDATE posting SET debit = debit + 1", "UPDATE posting SET debit = debit - 1"),
    ("UPDATE posting SET revision = 2", "UPDATE posting SET revision = 1"),
    ("UPDATE posting SET until = 7", "UPDATE posting SET until = 9223372036854775807"),
    ("UPDATE rollup SET cost = cost + 1 WHERE dimension = 1", "UPDATE rollup SET cost = cost - 1 WHERE dimension = 1"),
    ("UPDATE rollup_generation SET until = 7", "UPDATE rollup_generation SET until = 9223372036854775807"),
    (
        "UPDATE municipality SET event_number = event_number + 1",
        "UPDATE municipality SET event_number = event_number - 1",
    ),
    (
        "UPDATE municipality SET data_version = data_version + 1",
        "UPDATE municipality SET data_version = data_version - 1",
    ),
    (
        "UPDATE municipality SET event_hash = 'x' || event_hash",
        "UPDATE municipality SET event_hash = substr(event_hash, 2)",
    ),
];

#[tokio::test]
async fn the_oracle_notices_what_may_not_be() {
    for kind in BOTH {
        let service = Service::new(kind).await;
        Delivery::made(SEED, 100, 8, "ledger").deliver(&service.client()).await;
        let owner = oracle::owner(&service.database, kind).await;
        for (damage, mend) in DAMAGES {
            assert_eq!(
                oracle::findings(&service.database, kind).await,
                Vec::<String>::new(),
                "{kind:?} before {damage}"
            );
            owner.execute_unprepared(damage).await.expect(damage);
            assert_ne!(oracle::findings(&service.database, kind).await, Vec::<String>::new(), "{kind:?}: {damage}");
            owner.execute_unprepared(mend).await.expect(mend);
        }
        owner.close().await.expect("a closed connection");
    }
}
