//! Faults, a bounded number of rounds; `make promises` runs many.

use utfall_tests::database::Kind;
use utfall_tests::on_both_stores;
use utfall_tests::promises::{kill, starts, writers};
use utfall_tests::scenario::code_plan;

on_both_stores! {
    async fn writers_at_once_give_a_revision_each(app) {
        let admin = code_plan(&app).await;
        writers::at_once(&app, &admin, 8, 2).await;
    }
}

#[tokio::test]
async fn an_acknowledged_posting_survives_kill_on_sqlite() {
    println!("{:?}", kill::rounds(Kind::Sqlite, 3, 1).await);
}

#[tokio::test]
async fn an_acknowledged_posting_survives_kill_on_postgres() {
    println!("{:?}", kill::rounds(Kind::Postgres, 3, 2).await);
}

#[tokio::test]
async fn instances_that_start_together_migrate_once_on_sqlite() {
    starts::together(Kind::Sqlite, 3).await;
}

#[tokio::test]
async fn instances_that_start_together_migrate_once_on_postgres() {
    starts::together(Kind::Postgres, 3).await;
}
