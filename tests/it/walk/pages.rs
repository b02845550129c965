//! Pages: from 1, empty past the last, linked, and with every other parameter in the links.

use super::World;
use serde_json::Value;
use utfall_tests::on_both_stores;

/// The list of a page: its one member that is a list.
fn list(page: &Value) -> &Vec<Value> {
    let lists: Vec<_> = crate::document::members(page).filter_map(|(_, member)| member.as_array()).collect();
    assert_eq!(lists.len(), 1, "{page}");
    lists[0]
}

on_both_stores! {
    async fn pages_are_whole_linked_and_never_an_error(app) {
        let world = World::new(app).await;
        let mut paged = 0;
        for operation in world.operations() {
            let query = operation.names("query");
            if !query.contains(&"page") {
                continue;
            }
            paged += 1;
            let (id, place, client) = (operation.id(), world.place(&operation), world.entitled(&operation));
            let read = async |query: &str| {
                let answer = world.send(client.request(reqwest::Method::GET, &format!("{place}?{query}"))).await;
                assert_eq!(answer.status, 200, "{id}?{query}: {}", answer.body);
                answer.json()
            };
            let whole = read("limit=1000").await;
            let total = list(&whole).len();
            assert_eq!(whole["meta"]["totalRecords"], total, "{id}");
            assert_eq!(read("page=1").await["meta"]["limit"], 20, "{id}");
            for query in ["page=0", "page=1000000", "page=1000000&limit=1000"] {
                let empty = read(query).await;
                assert!(list(&empty).is_empty(), "{id}?{query}");
                assert_eq!((&empty["meta"]["totalRecords"], &empty["meta"]["count"]), (&total.into(), &0.into()), "{id}?{query}");
            }
            // Page by page it is the same list, and the links lead from one to the next.
            let other = if query.contains(&"asOf") { "asOf=2099-01-01&" } else { "" };
            let mut page = read(&format!("{other}limit=2")).await;
            let mut seen = list(&page).clone();
            while let Some(next) = page["_links"]["next"]["href"].as_str() {
                let (_, next) = next.split_once('?').expect("a query");
                assert!(next.contains(other.trim_end_matches('&')), "{id}: {next}");
                page = read(next).await;
                seen.extend(list(&page).clone());
            }
            assert_eq!(&seen, list(&whole), "{id}");
            for relation in ["self", "first", "last"] {
                let link = &page["_links"][relation];
                assert_eq!((&link["rel"], &link["method"]), (&relation.into(), &"GET".into()), "{id}");
                assert!(link["href"].as_str().is_some_and(|href| href.contains(other.trim_end_matches('&'))), "{id}");
            }
            assert_eq!(page["_links"]["prev"].is_null(), total <= 2, "{id}");
            for query in ["limit=0", "limit=100001", "page=-1", "page=1.5", "page=1&page=2"] {
                let answer = world.send(client.request(reqwest::Method::GET, &format!("{place}?{query}"))).await;
                world.refused(&operation, &answer, 400, query);
            }
        }
        assert!(paged >= 15, "only {paged}");
        world.report(&format!("{paged} operations with pages"));
    }
}
