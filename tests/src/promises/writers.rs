//! Two at once: writers of the same month get a revision each, each one delivery whole; and A, B, A is three revisions.

use super::service::Service;
use super::{Delivery, oracle};
use crate::database::Kind;
use crate::random::Random;
use std::collections::BTreeMap;

/// The rows of a delivery.
const ROWS: usize = 200;

/// Lets writers post the same month at the same time, round after round.
///
/// # Panics
/// When a writer is refused, a revision is missing, or what stands is a mix.
pub async fn each_gets_a_revision(kind: Kind, writers: u64, rounds: u64, seed: u64) -> String {
    let service = Service::new(kind).await;
    let client = service.client();
    let mut random = Random::new(seed);
    for round in 0..rounds {
        let deliveries: Vec<Delivery> =
            (0..writers).map(|_| Delivery::made(random.next(), ROWS, 8, "ledger")).collect();
        let sent = deliveries.iter().map(|delivery| delivery.deliver(&client));
        let receipts = futures_util::future::join_all(sent).await;
        let by_revision: BTreeMap<u64, usize> =
            receipts.iter().enumerate().map(|(writer, receipt)| (receipt.revision, writer)).collect();
        let revisions: Vec<u64> = by_revision.keys().copied().collect();
        let expected: Vec<u64> = (round * writers + 1..=(round + 1) * writers).collect();
        assert_eq!(revisions, expected, "{kind:?}: a revision each, and none twice");
        let (_, &last) = by_revision.last_key_value().expect("a last revision");
        let standing = client.get("outcomes/2018-08/ledger?limit=1").await.succeeded();
        assert_eq!(standing["postingId"], receipts[last].posting_id, "the last revision stands");
        for (delivery, receipt) in deliveries.iter().zip(&receipts) {
            let file = client.get(&format!("postings/{}/file", receipt.posting_id)).await;
            assert!(file.body == delivery.csv, "every revision is its own delivery");
        }
    }
    let postings = oracle::check(&service.database, kind).await;
    assert_eq!(postings, writers * rounds);
    format!(
        "{writers} writers of one month at once, {rounds} rounds, seed {seed}: {postings} revisions in a row, each one delivery \
         whole, 0 refused"
    )
}

/// Delivers A, B and A again: three revisions, and A's amounts.
///
/// # Panics
/// When the third is taken for a repeat of the first.
pub async fn an_older_delivery_is_a_new_revision(kind: Kind, seed: u64) -> String {
    let service = Service::new(kind).await;
    let client = service.client();
    let a = Delivery::made(seed, ROWS, 8, "ledger");
    let b = Delivery::made(seed + 1, ROWS, 8, "ledger");
    let mut nets = Vec::new();
    for (delivery, revision) in [(&a, 1), (&b, 2), (&a, 3)] {
        let receipt = delivery.deliver(&client).await;
        assert_eq!((receipt.revision, receipt.unchanged), (revision, false));
        let posting = client.get(&format!("postings/{}", receipt.posting_id)).await.succeeded();
        nets.push(posting["sums"]["net"].clone());
    }
    assert_eq!(nets[0], nets[2], "A's amounts stand");
    assert_ne!(nets[0], nets[1]);
    let postings = oracle::check(&service.database, kind).await;
    format!("deliveries A, B, A: {postings} revisions, and A's amounts stand")
}
