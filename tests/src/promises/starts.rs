//! Instances that start together migrate once and make one signing key.

use super::oracle::{number, owner};
use crate::database::{Kind, TestDatabase};
use crate::served::Served;

/// Starts many on one empty database at the same time.
pub async fn together(kind: Kind, instances: usize) {
    let database = TestDatabase::empty(kind).await;
    std::thread::scope(|scope| {
        let starts: Vec<_> = (0..instances).map(|_| scope.spawn(|| Served::start(&database))).collect();
        let served: Vec<Served> = starts.into_iter().map(|start| start.join().expect("a start")).collect();
        assert_eq!(served.len(), instances);
    });
    let owner = owner(&database, kind).await;
    assert_eq!(number(&owner, "SELECT COUNT(*) FROM seaql_migrations").await, 1);
    assert_eq!(number(&owner, "SELECT COUNT(*) FROM signing_key").await, 1);
    owner.close().await.expect("a closed connection");
}
