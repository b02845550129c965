//! Two at once give two revisions, each one delivery whole.

use super::oracle;
use crate::app::TestApp;
use crate::client::Client;
use std::collections::BTreeSet;

/// Posts the same month from many writers at once, with other amounts each, round after round.
pub async fn at_once(app: &TestApp, admin: &Client, writers: i64, rounds: i64) {
    for round in 1..=rounds {
        let path = format!("outcomes/2018-{round:02}/ledger");
        let posts = (1..=writers).map(|writer| {
            let (admin, path) = (admin.clone(), path.clone());
            // A delivery of two rows that only agree with each other.
            let csv = format!("account;unit;activity;amount\n4551;3102;HVBU;{writer}\n4551;3102;HVBV;-{writer}\n");
            tokio::spawn(async move { admin.put_csv(&path, csv).await.succeeded() })
        });
        let mut revisions = BTreeSet::new();
        for post in posts.collect::<Vec<_>>() {
            let receipt = post.await.expect("a post");
            assert_eq!(receipt["sums"]["net"], 0);
            revisions.insert(receipt["revision"].as_i64().expect("a revision"));
        }
        assert_eq!(revisions, (1..=writers).collect(), "round {round}");
        let entries = admin.get(&path).await.succeeded();
        let amounts: Vec<_> =
            entries["entries"].as_array().expect("entries").iter().map(|e| e["amount"].as_i64()).collect();
        assert_eq!(amounts.len(), 2, "round {round}");
        assert_eq!(amounts[0], amounts[1].map(|amount| -amount), "round {round}: two deliveries are mixed");
    }
    oracle::hold(&app.database, app.kind, admin).await;
}
