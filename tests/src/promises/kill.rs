//! `kill -9` during postings: what is acknowledged is there, nothing is half there, and a retry makes nothing twice.

use super::service::Service;
use super::{Delivery, Receipt, oracle};
use crate::client::Client;
use crate::database::Kind;
use crate::random::Random;
use std::collections::HashMap;
use std::time::Duration;

/// The rows of a month.
const ROWS: usize = 5_000;
/// The service is killed this many milliseconds after the first posting, at most.
const LATEST: u64 = 400;

/// What stands of each path, as far as its deliverer can know.
#[derive(Default)]
struct Book {
    standing: HashMap<String, (Receipt, Delivery)>,
    acknowledged: u64,
}

impl Book {
    /// Notes an acknowledgement, which must be the next revision, or a repeat of the one that stands.
    fn note(&mut self, delivery: Delivery, receipt: Receipt) {
        self.acknowledged += 1;
        let before = self.standing.get(&delivery.path).map_or(0, |(receipt, _)| receipt.revision);
        assert_eq!(receipt.revision, before + 1, "{}: every delivery is one revision, killed or not", delivery.path);
        self.standing.insert(delivery.path.clone(), (receipt, delivery));
    }

    /// Checks that all of it is there, byte by byte, and that the same delivery again gives the same revision.
    async fn check(&self, client: &Client) {
        for (receipt, delivery) in self.standing.values() {
            let file = client.get(&format!("postings/{}/file", receipt.posting_id)).await;
            assert!(
                file.status.is_success() && file.body == delivery.csv,
                "{}: the file is what was sent",
                delivery.path
            );
            let again = delivery.deliver(client).await;
            let same = Receipt { unchanged: true, ..receipt.clone() };
            assert_eq!(again, same, "{}: the same delivery again changes nothing", delivery.path);
        }
    }
}

/// Kills the service in the midst of postings, as often as asked, and says what came of it.
///
/// # Panics
/// When anything acknowledged is lost, half there or there twice.
pub async fn nothing_acknowledged_is_lost(kind: Kind, rounds: u64, seed: u64) -> String {
    let mut service = Service::new(kind).await;
    let (mut random, mut book) = (Random::new(seed), Book::default());
    let (mut whole, mut nothing) = (0, 0);
    let mut number = 0;
    for round in 0..rounds {
        let writer = tokio::spawn(post_until_it_breaks(service.client(), random.next(), number));
        tokio::time::sleep(Duration::from_millis(random.below(LATEST + 1))).await;
        service.kill();
        let (acknowledged, broken) = writer.await.expect("a writer");
        number += acknowledged.len() as u64 + 1;
        for (delivery, receipt) in acknowledged {
            book.note(delivery, receipt);
        }
        service.start();
        let client = service.client();
        let retried = broken.deliver(&client).await;
        if retried.unchanged {
            whole += 1;
        } else {
            nothing += 1;
        }
        book.note(broken, Receipt { unchanged: false, ..retried });
        book.check(&client).await;
        if round % 10 == 9 || round + 1 == rounds {
            oracle::check(&service.database, kind).await;
        }
    }
    service.kill();
    let postings = oracle::check(&service.database, kind).await;
    assert_eq!(postings, book.acknowledged, "as many postings as acknowledgements");
    oracle::check_files(&service.database, kind).await;
    format!(
        "kill -9 {rounds} times within {LATEST} ms of postings of {ROWS} rows, seed {seed}: {postings} acknowledged, 0 lost, \
         0 half there, 0 twice; {whole} of the broken off were whole, {nothing} were not there; database files clean"
    )
}

/// Posts month after month until the connection breaks; hands over what was acknowledged and what was not.
async fn post_until_it_breaks(client: Client, seed: u64, first: u64) -> (Vec<(Delivery, Receipt)>, Delivery) {
    let mut acknowledged = Vec::new();
    for number in first.. {
        let delivery = Delivery::made(seed.wrapping_add(number), ROWS, number % 12 + 1, "ledger");
        match delivery.send(&client).await {
            Some(receipt) => acknowledged.push((delivery, receipt)),
            None => return (acknowledged, delivery),
        }
    }
    unreachable!("numbers do not end")
}
