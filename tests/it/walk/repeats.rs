//! What may be repeated: reading changes nothing, and putting the same again changes nothing more.

use super::{World, json_example, method};
use reqwest::Method;
use serde_json::Value;
use utfall_tests::on_both_stores;

/// How far the municipality has come: the number of its last change, and how many events are on record.
async fn history(world: &World) -> (Value, Value) {
    let municipality = world.admin.get("").await.succeeded();
    let events = world.admin.get("audit-events").await.succeeded();
    (municipality["dataVersion"].clone(), events["meta"]["totalRecords"].clone())
}

on_both_stores! {
    async fn reading_changes_nothing(app) {
        let world = World::new(app).await;
        let before = history(&world).await;
        for operation in world.operations() {
            let client = world.entitled(&operation);
            for verb in [Method::GET, Method::HEAD, Method::OPTIONS] {
                if operation.method == "get" || verb == Method::OPTIONS {
                    let answer = world.send(client.request(verb.clone(), &world.place(&operation))).await;
                    assert!(answer.status.is_success(), "{verb} {}: {}", operation.id(), answer.body);
                }
            }
        }
        assert_eq!(history(&world).await, before);
        world.report("reads that change nothing");
    }

    async fn putting_the_same_again_changes_nothing_more(app) {
        let world = World::new(app).await;
        let mut repeated = 0;
        for operation in world.operations().iter().filter(|operation| operation.method == "put") {
            let put = async |etag: &str| {
                let client = world.entitled(operation);
                let request = client.request(method(operation), &world.place(operation)).header("If-Match", etag);
                world.send(request.json(json_example(operation).expect("an example"))).await
            };
            let standing = world.send(world.admin.request(Method::GET, &world.place(operation))).await;
            let standing = if standing.status.is_success() { standing.header("etag").to_owned() } else { "*".into() };
            let first = put(&standing).await;
            assert!(first.status.is_success(), "{}: {}", operation.id(), first.body);
            let before = history(&world).await;
            for _ in 0..2 {
                let again = put(first.header("etag")).await;
                assert_eq!((again.status.as_u16(), again.header("etag")), (200, first.header("etag")), "{}", operation.id());
            }
            assert_eq!(history(&world).await, before, "{}", operation.id());
            // Another version than the one that stands is refused, also when it would change nothing.
            let stale = put("\"999999-json\"").await;
            world.refused(operation, &stale, 412, "a version that does not stand");
            repeated += 1;
        }
        world.report(&format!("{repeated} operations put again and with a version that does not stand"));
    }
}
