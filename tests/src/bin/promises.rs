//! `make promises`: the long fault rounds, on both databases. `--rounds N` and `--seed N` repeat a run.

use utfall_tests::app::TestApp;
use utfall_tests::database::Kind;
use utfall_tests::promises::{kill, starts, writers};
use utfall_tests::random::argument;
use utfall_tests::scenario::code_plan;

#[tokio::main(flavor = "current_thread")]
async fn main() {
    let (rounds, seed) = (argument("--rounds", 50), argument("--seed", 20_180_831));
    for kind in [Kind::Sqlite, Kind::Postgres] {
        let figures = kill::rounds(kind, rounds, seed).await;
        println!("{kind:?}: kill -9 during postings, seed {seed}: {figures:?}; 0 lost, 0 half there, 0 doubled");
        let app = TestApp::start(kind).await;
        let admin = code_plan(&app).await;
        writers::at_once(&app, &admin, 16, 12).await;
        println!("{kind:?}: 16 writers of one month at once, 12 rounds: 16 revisions each, each one delivery whole");
        starts::together(kind, 8).await;
        println!("{kind:?}: 8 instances started together on an empty database: migrated once, one signing key");
    }
}
