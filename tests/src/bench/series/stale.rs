//! A write makes the next read current: on the replica that took it, and on another.

use super::child::Child;
use super::data::{Data, Place};
use crate::app::MUNICIPALITY;
use crate::client::Client;
use serde_json::json;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use tokio::task::JoinSet;

/// How many write and read at once, each a series of its own.
const WRITERS: u64 = 8;

/// Writes a value over one replica, and reads it over both at once: an older one is stale. Says whether none was.
pub async fn run(url: &str, first: &Child, data: &Data, token: &str, writes: u64) -> bool {
    let second = Child::start(url, 0).await;
    let stale = Arc::new(AtomicU64::new(0));
    let mut tasks = JoinSet::new();
    let places: Vec<Place> = data.shuffled(7).into_iter().take(usize::try_from(WRITERS).expect("few")).collect();
    for (number, place) in places.into_iter().enumerate() {
        let clients = [first.api, second.api].map(|address| Client::with_token(address, MUNICIPALITY, token));
        let stale = Arc::clone(&stale);
        tasks.spawn(async move {
            let path = place.path();
            for turn in 0..writes / WRITERS {
                let value = 1_000_000 + turn;
                let row = json!({ "indicator": place.indicator(), "organisation": place.organisation(), "period": "2019", "value": value });
                let client = &clients[(number + usize::try_from(turn).expect("few")) % 2];
                client.post("observations", json!({ "observations": [row] })).await.succeeded();
                for reader in &clients {
                    let answer = reader.get(&path).await.succeeded();
                    let total = answer["series"].as_array().and_then(|series| series.iter().find(|one| one["sex"] == "T"));
                    let last = total.and_then(|one| one["points"].as_array()?.last().cloned()).expect("points");
                    stale.fetch_add(u64::from(last["value"] != value), Ordering::Relaxed);
                }
            }
        });
    }
    tasks.join_all().await;
    let stale = stale.load(Ordering::Relaxed);
    println!(
        "  {writes} writes by {WRITERS}, each read at once on both of two replicas: {stale} stale of {}",
        writes * 2
    );
    stale == 0
}
