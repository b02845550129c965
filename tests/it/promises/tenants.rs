//! A1, A2: another municipality reads nothing of this one and changes nothing in it. (A3 is in `identity`, A5 in `walk/rights`.)

use crate::walk::{World, call_at};
use reqwest::Method;
use std::collections::BTreeMap;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use utfall_domain::permission::Role;
use utfall_tests::app::{MUNICIPALITY, OTHER};
use utfall_tests::on_both_stores;

/// What the world holds and nobody else may see: names, amounts and keys that stand in it.
const PLANTED: [&str; 8] = [
    "Ny gruppbostad",
    "hypergene",
    "65251000",
    "Attest av placeringsfakturor",
    "su-e-tjanster",
    "bosocialt",
    "SN-2018",
    "hushall",
];

/// Everything that may be read of the municipality, by operation.
async fn snapshot(world: &World) -> BTreeMap<String, String> {
    let mut snapshot = BTreeMap::new();
    for operation in world.operations().iter().filter(|operation| operation.method == "get") {
        // The trail tells of refused attempts, and of nothing that was done.
        if matches!(operation.id(), "listAuditEvents" | "listMunicipalities") {
            continue;
        }
        let answer = world.send(world.entitled(operation).request(Method::GET, &world.place(operation))).await;
        snapshot.insert(operation.id().to_owned(), format!("{} {}", answer.status, answer.body));
    }
    snapshot
}

on_both_stores! {
    async fn a1_another_municipality_reads_nothing(app) {
        let world = World::new(app).await;
        let whole: String = snapshot(&world).await.into_values().collect();
        for planted in PLANTED {
            assert!(whole.contains(planted), "{planted} does not stand in the world");
        }
        let mut tried = 0;
        for role in Role::ALL.into_iter().filter(|role| *role != Role::PlatformAdmin) {
            let stranger = world.app.client(role, OTHER, &[]).await;
            for operation in world.operations() {
                if operation.path == "/municipalities" {
                    continue;
                }
                let place = world.place(&operation);
                let of = |with: &str| place.replacen(&format!("/municipalities/{MUNICIPALITY}"), &format!("/municipalities/{with}"), 1);
                let around = [format!("/{MUNICIPALITY}"), format!("{OTHER}%2F..%2F{MUNICIPALITY}"), format!("{MUNICIPALITY}%00"), format!("{OTHER};{MUNICIPALITY}")];
                let mut places = vec![place.clone()];
                places.extend(around.iter().map(|with| of(with)));
                // Its own is read too: nobody has written anything there.
                if operation.method == "get" {
                    places.push(of(OTHER));
                }
                for place in places {
                    let answer = world.send(call_at(&stranger, &operation, &place)).await;
                    tried += 1;
                    // The address that was asked for comes back; what it leads to must not.
                    let path = place.split('?').next().unwrap_or_default();
                    let said = answer.body.replace(path, "");
                    for planted in PLANTED {
                        assert!(!said.contains(planted), "{} {place}: {planted} in {}", operation.id(), answer.body);
                    }
                }
            }
        }
        println!("A1, {:?}: {tried} calls by another municipality's roles: 0 answers with what is not theirs", world.app.kind);
    }

    async fn a2_another_municipality_changes_nothing(app) {
        let world = World::new(app).await;
        let before = snapshot(&world).await;
        let mut tried = 0;
        for role in Role::ALL.into_iter().filter(|role| *role != Role::PlatformAdmin) {
            let stranger = world.app.client(role, OTHER, &[]).await;
            for operation in world.operations().iter().filter(|operation| operation.method != "get") {
                for version in [None, Some("*")] {
                    let request = world.request(&stranger, operation);
                    let request = if let Some(version) = version { request.header("If-Match", version) } else { request };
                    let answer = world.send(request).await;
                    assert!(matches!(answer.status.as_u16(), 403 | 404), "{}: {}", operation.id(), answer.status);
                    tried += 1;
                }
            }
        }
        // Refused before the body is there: it is announced, and never sent.
        let token = world.app.token(Role::Admin, OTHER, &[]).await;
        let mut unread = 0;
        for operation in world.operations().iter().filter(|operation| operation.value["requestBody"].is_object()) {
            let (method, place) = (operation.method.to_uppercase(), world.place(operation));
            let head = format!(
                "{method} {place} HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {token}\r\nIdempotency-Key: a\r\n\
                 Content-Type: application/json\r\nContent-Length: 100\r\nConnection: close\r\n\r\n"
            );
            let mut stream = tokio::net::TcpStream::connect(world.app.address).await.expect("a connection");
            stream.write_all(head.as_bytes()).await.expect("a head");
            let mut answer = vec![0; 64];
            let read = tokio::time::timeout(std::time::Duration::from_secs(5), stream.read(&mut answer)).await;
            let read = read.unwrap_or_else(|_| panic!("{} waits for the body", operation.id())).expect("an answer");
            let status = String::from_utf8_lossy(&answer[..read]).split(' ').nth(1).unwrap_or_default().to_owned();
            assert!(matches!(status.as_str(), "403" | "404"), "{}: {status}", operation.id());
            unread += 1;
        }
        let after = snapshot(&world).await;
        for (operation, then) in &before {
            assert_eq!(then, &after[operation], "{operation}");
        }
        println!("A2, {:?}: {tried} changes by another municipality refused, {unread} of them without their body; 0 changed", world.app.kind);
    }
}
