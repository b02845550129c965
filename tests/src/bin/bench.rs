//! `make bench`: a month of 50,000 rows against each database's own bulk load, and series of 3,000,000 observations against a constant
//! body and pgbench, each in the same run; reports over 24 months and over ten times as many, beside the plain aggregate. `--only month`,
//! `--only series` and `--only reports` do one of them.

use std::process::ExitCode;
use utfall_tests::bench::{Settings, history, run, series};
use utfall_tests::database::Kind;
use utfall_tests::random::{argument, text_argument};

/// As the binary has it.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    if std::env::args().any(|argument| argument == "--serve") {
        actix_web::rt::System::new().block_on(series::serve());
        return ExitCode::SUCCESS;
    }
    let only = text_argument("--only");
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
    let holds = runtime.block_on(measure(only.as_deref()));
    if holds { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

async fn measure(only: Option<&str>) -> bool {
    let mut holds = true;
    let number = |name: &str, default: u64| u32::try_from(argument(name, default)).unwrap_or(u32::MAX);
    let (seed, rounds) = (argument("--seed", 20_180_831), argument("--rounds", 7));
    if only.is_none_or(|only| only == "month") {
        for kind in [Kind::Sqlite, Kind::Postgres] {
            holds &= run(kind, Settings { seed, rows: number("--rows", 50_000), rounds }).await;
        }
    }
    if only.is_none_or(|only| only == "reports") {
        let settings = history::Settings {
            seed,
            rows: number("--rows", 50_000),
            seconds: argument("--seconds", 5),
            times: number("--times", 10),
        };
        holds &= history::run(settings).await;
    }
    if only.is_none_or(|only| only == "series") {
        let settings = series::Settings {
            seed,
            indicators: number("--indicators", 5_000),
            rounds: rounds.min(5),
            seconds: argument("--seconds", 5),
            minutes: argument("--minutes", 10),
            writes: argument("--writes", 10_000),
        };
        holds &= series::run(settings).await;
    }
    holds
}
