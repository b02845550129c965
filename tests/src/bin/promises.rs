//! `make promises`: exports in `LibreOffice`, slow clients, clocks that differ, a real issuer, generated clients, and the long fault rounds, on both databases; each promise with its figures and its seed.
//!
//! `--rounds N` (50) is how often the service is killed, and scales the other promises; `--seed N` repeats a run; `--only NAME` does one part: spreadsheet, slow, clocks,
//! clients, issuer or faults.

use utfall_tests::database::Kind;
use utfall_tests::promises::{
    clocks, issuer, kill, leave, rust_client, slow, spreadsheet, starts, stop, typescript, writers,
};
use utfall_tests::random::{argument, text_argument};

#[tokio::main]
async fn main() {
    let (rounds, seed) = (argument("--rounds", 50), argument("--seed", 20_180_831));
    let only = text_argument("--only");
    let is_asked = |name: &str| only.as_deref().is_none_or(|only| only == name);
    if is_asked("spreadsheet") {
        println!("{}", spreadsheet::keeps_its_numbers(seed).await);
        println!("{}", spreadsheet::runs_nothing().await);
    }
    if is_asked("slow") {
        println!("{}", slow::clients_are_cut().await);
    }
    if is_asked("clocks") {
        println!("{}", clocks::may_differ_by_seconds().await);
    }
    if is_asked("clients") {
        println!("{}", typescript::compiles());
        println!("{}", rust_client::compiles());
    }
    if is_asked("issuer") {
        println!("{}", issuer::lets_in_by_its_tokens().await);
    }
    if !is_asked("faults") {
        return;
    }
    for kind in [Kind::Sqlite, Kind::Postgres] {
        println!("{kind:?}");
        println!("  {}", kill::nothing_acknowledged_is_lost(kind, rounds, seed).await);
        println!("  {}", writers::an_older_delivery_is_a_new_revision(kind, seed).await);
        println!("  {}", writers::each_gets_a_revision(kind, 64, rounds, seed).await);
        println!("  {}", leave::leaving_is_whole_or_nothing(kind, 4 * rounds, seed).await);
        println!("  {}", starts::instances_migrate_once(kind, 8, rounds.div_ceil(5)).await);
        println!("  {}", stop::a_stop_loses_nothing(kind, rounds.div_ceil(5), seed).await);
    }
}
