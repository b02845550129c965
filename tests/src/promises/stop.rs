//! SIGTERM loses nothing: what was begun before it is answered, what was acknowledged is there after the next start.

use super::service::Service;
use super::{Delivery, Receipt, oracle};
use crate::client::Client;
use crate::database::Kind;
use crate::random::Random;
use crate::served::Served;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

/// The rows of a delivery.
const ROWS: usize = 200;
/// How many clients post without a pause.
const CLIENTS: u64 = 4;
/// How long stopping may take.
const WITHIN: Duration = Duration::from_secs(20);

/// Stops the service under load, round after round.
///
/// # Panics
/// When a request that was begun before the signal fails, or when stopping takes too long.
pub async fn a_stop_loses_nothing(kind: Kind, rounds: u64, seed: u64) -> String {
    let mut service = Service::new(kind).await;
    let mut random = Random::new(seed);
    let (mut acknowledged, mut slowest) = (0, Duration::ZERO);
    for round in 0..rounds {
        let stopping = Arc::new(AtomicBool::new(false));
        let clients: Vec<_> = (0..CLIENTS)
            .map(|client| {
                let source = format!("source-{round}-{client}");
                tokio::spawn(post_until_stopped(service.client(), random.next(), source, Arc::clone(&stopping)))
            })
            .collect();
        tokio::time::sleep(Duration::from_millis(50 + random.below(300))).await;
        stopping.store(true, Ordering::SeqCst);
        Served::signal(service.served().pid(), "-TERM");
        let began = Instant::now();
        // It may be started again at once: the one that stops serves what it has begun.
        let mut before = service.start();
        let status = before.ended_within(WITHIN).await.expect("an end in time");
        slowest = slowest.max(began.elapsed());
        assert!(status.success(), "{kind:?}: it ends well: {status}");
        for client in clients {
            for (delivery, receipt) in client.await.expect("a client") {
                let again = delivery.deliver(&service.client()).await;
                assert_eq!(again, Receipt { unchanged: true, ..receipt }, "what was acknowledged is there");
                acknowledged += 1;
            }
        }
    }
    let postings = oracle::check(&service.database, kind).await;
    format!(
        "SIGTERM {rounds} times under {CLIENTS} clients, seed {seed}: 0 failed of the requests begun before it, {acknowledged} \
         acknowledged and all there, {} never answered; ended within {} ms",
        postings - acknowledged,
        slowest.as_millis()
    )
}

/// Posts until a request that was begun after the signal fails; one that was begun before it may not.
async fn post_until_stopped(
    client: Client,
    seed: u64,
    source: String,
    stopping: Arc<AtomicBool>,
) -> Vec<(Delivery, Receipt)> {
    let mut acknowledged = Vec::new();
    for number in 0_u64.. {
        let delivery =
            Delivery::made(seed.wrapping_add(number), ROWS, number % 12 + 1, &format!("{source}-{}", number / 12));
        let begun_before = !stopping.load(Ordering::SeqCst);
        match delivery.send(&client).await {
            Some(receipt) => acknowledged.push((delivery, receipt)),
            None if begun_before => panic!("a request that was begun before the signal failed"),
            None => break,
        }
    }
    acknowledged
}
