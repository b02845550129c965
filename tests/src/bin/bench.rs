//! `make bench`: rows per second of a month of 50,000 rows against each database's own bulk load, in the same run.

use std::process::ExitCode;
use utfall_tests::bench::{Settings, run};
use utfall_tests::database::Kind;
use utfall_tests::random::argument;

#[tokio::main(flavor = "current_thread")]
async fn main() -> ExitCode {
    let settings = Settings {
        seed: argument("--seed", 20_180_831),
        rows: u32::try_from(argument("--rows", 50_000)).unwrap_or(u32::MAX),
        rounds: argument("--rounds", 7),
    };
    let mut holds = true;
    for kind in [Kind::Sqlite, Kind::Postgres] {
        holds &= run(kind, settings).await;
    }
    if holds { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}
