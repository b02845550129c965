//! `pgbench` running the transaction that a series takes, on the same database, as the same role, with as many clients.

use super::load::{Measured, percentiles};
use super::{CLIENTS, Settings};
use sea_orm::{ConnectOptions, ConnectionTrait, Database};
use std::process::Command;

/// The statements of a read, as the service sends them: the transaction, the municipality, the version, the definition, the values.
const SCRIPT: &str = "\\set i random(0, :indicators - 1)
\\set k random(0, 19)
\\set g 10000 + (:i * 7 + :k * 15) % 300
BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY;
SELECT set_config('app.municipality', '0580', true);
SELECT data_version AS number FROM municipality WHERE code = '0580';
SELECT since, body FROM indicator WHERE municipality = '0580' AND since <= 9000 AND until > 9000 AND key IN ('i' || :i::text);
SELECT indicator, organisation, period, sex, is_deleted, value, status, words, caution FROM observation \
WHERE municipality = '0580' AND since <= 9000 AND until > 9000 AND indicator IN ('i' || :i::text) \
AND organisation IN ('G' || :g::text) AND NOT is_deleted;
ROLLBACK;
";

/// Lets the database know its tables, as its own housekeeping does sooner or later.
pub async fn analyse(owner_url: &str) {
    by_owner(owner_url, "VACUUM ANALYZE").await;
}

/// Runs a statement as the owner of the tables.
pub async fn by_owner(owner_url: &str, sql: &str) {
    let mut options = ConnectOptions::new(owner_url);
    options.max_connections(1).sqlx_logging(false);
    let connection = Database::connect(options).await.expect("the owner's connection");
    connection.execute_unprepared(sql).await.expect("a statement of the owner");
    connection.close().await.expect("a closed connection");
}

/// Runs the script of series and reads its figures.
pub async fn run(url: &str, settings: Settings) -> Measured {
    let define = format!("indicators={}", settings.indicators);
    run_script(url, SCRIPT, CLIENTS, settings.seconds, &define).await
}

/// Runs a script with so many clients for so long, and reads its figures.
pub async fn run_script(url: &str, sql: &str, clients: usize, seconds: u64, define: &str) -> Measured {
    let directory = tempfile::tempdir().expect("a directory");
    let script = directory.path().join("series.sql");
    std::fs::write(&script, sql.replace("\\\n", "")).expect("a script");
    let bin = std::env::var("UTFALL_TEST_POSTGRES_BIN").unwrap_or_default();
    let beside = std::path::Path::new(&bin).join("pgbench");
    let mut command = Command::new(if beside.is_file() { beside } else { "pgbench".into() });
    command
        .args(["-n", "-M", "prepared", "-l"])
        .args(["-c", &clients.to_string(), "-j", "2", "-T", &seconds.to_string()])
        .arg(format!("-D{define}"))
        .args(["-f"])
        .arg(&script)
        .arg(url)
        .current_dir(directory.path());
    let output = tokio::task::spawn_blocking(move || command.output()).await.expect("a run").expect("pgbench");
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    assert!(output.status.success(), "{text}{}", String::from_utf8_lossy(&output.stderr));
    let speed = text.lines().find_map(|line| line.strip_prefix("tps = ")?.split(' ').next()?.parse().ok());
    let (middle, slowest) = logged(directory.path());
    Measured { speed: speed.unwrap_or_else(|| panic!("no speed in {text}")), middle, slowest }
}

/// The median and the 99th percentile of pgbench's own log: the third field is the time of a transaction in microseconds.
fn logged(directory: &std::path::Path) -> (f64, f64) {
    let mut micros: Vec<u32> = Vec::new();
    for entry in std::fs::read_dir(directory).expect("a directory") {
        let path = entry.expect("a file").path();
        if path.file_name().is_some_and(|name| name.to_string_lossy().starts_with("pgbench_log")) {
            let log = std::fs::read_to_string(path).expect("a log");
            micros.extend(log.lines().filter_map(|line| line.split(' ').nth(2)?.parse::<u32>().ok()));
        }
    }
    micros.sort_unstable();
    percentiles(&micros)
}
