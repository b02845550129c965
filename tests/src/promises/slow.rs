//! A thousand slow clients at once, as `slowhttptest` makes them, are cut in time, and others are served meanwhile.

use super::service::Service;
use crate::bench::series::load::percentiles;
use crate::client::Client;
use crate::database::Kind;
use crate::program::program;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};
use tokio::task::JoinSet;

/// How many are slow at once, and how many of them come in a second.
const SLOW: u64 = 1_000;
const A_SECOND: u64 = 200;
/// How long they try to stay.
const STAY: Duration = Duration::from_mins(2);
/// How many are served beside them.
const OTHERS: usize = 4;
/// What others may wait for, as a share of what they wait alone.
const SLOWDOWN: f64 = 2.0;

/// Drips heads, then bodies, at the service, and times what others wait for.
///
/// # Panics
/// When slow clients are borne for longer than promised, or others wait.
pub async fn clients_are_cut() -> String {
    let service = Service::new(Kind::Sqlite).await;
    let (client, address) = (service.client(), service.served().address);
    let alone = waited(&client, async { tokio::time::sleep(Duration::from_secs(20)).await }).await.1;
    let mut said = Vec::new();
    for (what, mode, path, within) in [
        ("heads", ["-H", "-t", "GET"], "utfall/v1/api-info", Duration::from_secs(10)),
        ("bodies", ["-B", "-t", "POST"], "oauth2/token", Duration::from_secs(30)),
    ] {
        let mut command = program("slowhttptest", "slowhttptest");
        command.args(mode).args(["-u", &format!("http://{address}/{path}"), "-i", "1", "-x", "24", "-s", "100000"]);
        command.args(["-c", &SLOW.to_string(), "-r", &A_SECOND.to_string(), "-l", &STAY.as_secs().to_string()]);
        let began = Instant::now();
        let slow =
            async { tokio::task::spawn_blocking(move || command.output()).await.expect("a run").expect("a run") };
        let (output, meanwhile) = waited(&client, slow).await;
        // The last of them came when all had come.
        let longest = began.elapsed().saturating_sub(Duration::from_secs(SLOW / A_SECOND));
        let output = String::from_utf8_lossy(&output.stdout).into_owned();
        assert!(output.contains("No open connections left"), "slow {what} are borne: {output}");
        assert!(longest <= within, "slow {what} are borne for {longest:?}");
        assert!(meanwhile <= alone * SLOWDOWN, "beside slow {what} others wait {meanwhile} ms, alone {alone} ms");
        said.push(format!("{SLOW} slow {what} cut within {longest:.1?} of the last, p99 of others {meanwhile:.1} ms"));
    }
    format!("slowhttptest: {}; alone {alone:.1} ms", said.join("; "))
}

/// What others wait for while something goes on: the 99th percentile, in milliseconds.
async fn waited<T>(client: &Client, going_on: impl Future<Output = T>) -> (T, f64) {
    let goes_on = Arc::new(AtomicBool::new(true));
    let mut others = JoinSet::new();
    for _ in 0..OTHERS {
        let (client, goes_on) = (client.clone(), Arc::clone(&goes_on));
        others.spawn(async move {
            let mut micros = Vec::new();
            while goes_on.load(Ordering::Relaxed) {
                let began = Instant::now();
                client.get("committees").await.succeeded();
                micros.push(u32::try_from(began.elapsed().as_micros()).unwrap_or(u32::MAX));
                tokio::time::sleep(Duration::from_millis(20)).await;
            }
            micros
        });
    }
    let done = going_on.await;
    goes_on.store(false, Ordering::Relaxed);
    let mut micros = others.join_all().await.concat();
    micros.sort_unstable();
    (done, percentiles(&micros).1)
}
