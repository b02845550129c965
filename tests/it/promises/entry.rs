//! T1, T3, T4, T6: who is let in. (T2, tokens of every wrong kind, is in `walk/tokens`; T5, an issuer that is down, in `access/external`.)

use crate::walk::World;
use chrono::Duration;
use sea_orm::{ConnectOptions, ConnectionTrait, Database};
use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Instant;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use utfall_domain::permission::Role;
use utfall_domain::text::MunicipalityCode;
use utfall_tests::app::{MUNICIPALITY, TestApp};
use utfall_tests::client::Client;
use utfall_tests::database::Kind;
use utfall_tests::on_both_stores;
use utfall_tests::tries::{is_full, tries};

/// The status that a call gets whose address is sent as it is spelled.
async fn status(address: SocketAddr, method: &str, place: &str, header: &str) -> u16 {
    let mut stream = tokio::net::TcpStream::connect(address).await.expect("a connection");
    let head = format!("{method} {place} HTTP/1.1\r\nHost: x\r\n{header}Connection: close\r\n\r\n");
    stream.write_all(head.as_bytes()).await.expect("a head");
    let mut answer = Vec::new();
    stream.read_to_end(&mut answer).await.expect("an answer");
    let answer = String::from_utf8_lossy(&answer).into_owned();
    answer.split(' ').nth(1).and_then(|status| status.parse().ok()).unwrap_or_else(|| panic!("{place}: {answer}"))
}

/// The same address, spelled otherwise: as it would be for somebody who hopes that it is not recognised.
fn spellings(place: &str) -> [String; 9] {
    let rest = place.trim_start_matches("/utfall/v1/");
    [
        format!("//utfall/v1/{rest}"),
        format!("/utfall//v1/{rest}"),
        format!("/utfall/./v1/{rest}"),
        format!("/docs/../utfall/v1/{rest}"),
        format!("/utfall/v1/api-info/../{rest}"),
        format!("/utfall/v1/%2e%2e/v1/{rest}"),
        format!("/UTFALL/V1/{rest}"),
        format!("/utfall%2Fv1/{rest}"),
        format!("/utfall/v1;x/{rest}"),
    ]
}

on_both_stores! {
    async fn t1_without_a_credential_there_is_no_entry(app) {
        let world = World::new(app).await;
        let token = world.app.token(Role::Admin, MUNICIPALITY, &[]).await;
        let none = ["", "Authorization: \r\n", "Authorization: Bearer\r\n", "Authorization: Bearer \r\n", "Authorization: Basic YWRtaW46YWRtaW4=\r\n",
                    "Authorization: Bearer garbage\r\n", "Authorization: Bearer null\r\n", "X-Forwarded-User: admin\r\n", "Cookie: token=admin\r\n"];
        let mut tried = 0;
        for operation in world.operations().iter().filter(|operation| !operation.is_open()) {
            let (method, place) = (operation.method.to_uppercase(), world.place(operation));
            let mut calls: Vec<(String, String)> = none.iter().map(|header| (place.clone(), (*header).to_owned())).collect();
            let mark = if place.contains('?') { '&' } else { '?' };
            for name in ["access_token", "token", "authorization"] {
                calls.push((format!("{place}{mark}{name}={token}"), String::new()));
            }
            calls.push((place.clone(), format!("Cookie: access_token={token}\r\n")));
            for scheme in ["Basic", "Token", "DPoP"] {
                calls.push((place.clone(), format!("Authorization: {scheme} {token}\r\n")));
            }
            for (place, header) in calls {
                assert_eq!(status(world.app.address, &method, &place, &header).await, 401, "{place} {header}");
                tried += 1;
            }
            for place in spellings(&place) {
                let status = status(world.app.address, &method, &place, "").await;
                assert!(matches!(status, 400 | 401 | 404 | 405 | 414), "{method} {place}: {status}");
                tried += 1;
            }
        }
        println!("T1, {:?}: {tried} calls without a credential: 0 let in", world.app.kind);
    }

    async fn t3_clocks_may_differ_by_seconds(app) {
        app.create(MUNICIPALITY, "Linköping").await;
        let (store, issuer) = (&app.state.store, &app.state.issuer);
        let code = MunicipalityCode::parse(MUNICIPALITY).expect("a code");
        let grant = store.grant("clock", Role::Reader, Some(&code), &[]).await.expect("a grant");
        // Five minutes each: what its issuer's clock says now, and what ours will say.
        for (off, lets_in) in [(25, true), (-25 - 300, true), (120, false), (-120 - 300, false)] {
            let token = issuer.issue(&grant, store.now() + Duration::seconds(off), 5).expect("a token");
            let answer = app.bearer(MUNICIPALITY, &token).get("committees").await;
            assert_eq!(answer.status, if lets_in { 200 } else { 401 }, "{off} s: {}", answer.body);
        }
        println!("T3, {:?}: 25 s early and late let in, 120 s early and late refused", app.kind);
    }

    async fn t6_a_right_that_is_taken_back_is_gone_at_the_next_request(app) {
        app.create(MUNICIPALITY, "Linköping").await;
        let mut options = ConnectOptions::new(app.database.owner_url.clone());
        options.max_connections(1).sqlx_logging(false);
        let owner = Database::connect(options).await.expect("the owner's connection");
        if app.kind == Kind::Postgres {
            owner.execute_unprepared("SELECT set_config('app.municipality', '0580', false)").await.expect("a setting");
        }
        let tried = tries(10, 100);
        for _ in 0..tried {
            let reader = app.role(Role::Reader).await;
            reader.get("committees").await.succeeded();
            owner.execute_unprepared("UPDATE access_grant SET revoked_at = 1 WHERE subject = 'reader-of-0580'").await.expect("a right taken back");
            reader.get("committees").await.refused(401);
        }
        owner.close().await.expect("a closed connection");
        println!("T6, {:?}: {tried} rights taken back in the database: each refused from the next request", app.kind);
    }
}

async fn keys_take_over_under_load(kind: Kind) {
    let app = TestApp::start(kind).await;
    app.create(MUNICIPALITY, "Linköping").await;
    let replica = app.replica().await;
    let old = app.token(Role::Reader, MUNICIPALITY, &[]).await;
    let first = app.state.store.signing_keys().await.expect("keys")[0].kid.clone();
    let newest = Arc::new(tokio::sync::Mutex::new(old.clone()));
    let going = Arc::new(AtomicBool::new(true));
    // 50 calls a second with the newest token, to the two instances in turn.
    let load = tokio::spawn({
        let (newest, going, here) = (newest.clone(), going.clone(), app.address);
        async move {
            let (mut calls, mut ticks) = (0_u32, tokio::time::interval(std::time::Duration::from_millis(20)));
            while going.load(Ordering::Relaxed) {
                ticks.tick().await;
                let token = newest.lock().await.clone();
                let address = if calls.is_multiple_of(2) { here } else { replica };
                Client::with_token(address, MUNICIPALITY, &token).get("committees").await.succeeded();
                calls += 1;
            }
            calls
        }
    });
    let phase = std::time::Duration::from_secs(tries(1, 20) as u64);
    tokio::time::sleep(phase).await;
    app.state.store.rotate_signing_key().await.expect("another key");
    app.state.issuer.reload(&app.state.store).await.expect("the keys");
    *newest.lock().await = app.token(Role::Reader, MUNICIPALITY, &[]).await;
    tokio::time::sleep(phase).await;
    app.state.store.retire_signing_key(&first).await.expect("a key that is gone");
    let retired = Instant::now();
    let before = Client::with_token(replica, MUNICIPALITY, &old);
    while before.get("committees").await.status != 401 {
        assert!(retired.elapsed().as_secs() < 60, "a key that is gone goes on holding");
        tokio::time::sleep(std::time::Duration::from_millis(100)).await;
    }
    let out = retired.elapsed();
    going.store(false, Ordering::Relaxed);
    let calls = load.await.expect("no good token refused");
    println!(
        "T4, {:?}: {calls} calls at 50 a second while keys take over: 0 refused; the old key out after {:.1} s",
        app.kind,
        out.as_secs_f64()
    );
}

/// The wait for a key to be forgotten is long: on both stores only when all tries are asked for.
#[tokio::test]
async fn t4_keys_take_over_under_load() {
    keys_take_over_under_load(Kind::Sqlite).await;
    if is_full() {
        keys_take_over_under_load(Kind::Postgres).await;
    }
}
