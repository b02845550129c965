//! How often clients may call, which pages may call from a browser, and which address links begin with.

use super::{error, hypergene};
use reqwest::Method;
use serde_json::json;
use std::num::NonZeroU32;
use utfall_api::state::Setup;
use utfall_domain::permission::Role;
use utfall_tests::app::TestApp;
use utfall_tests::database::Kind;

#[tokio::test]
async fn a_client_that_calls_too_often_waits_and_slows_nobody_else() {
    let setup = Setup { calls_a_second: NonZeroU32::new(5), ..Setup::default() };
    let app = TestApp::start_as(Kind::Sqlite, setup).await;
    app.create("0580", "Linköping").await;
    let (eager, calm) = (app.role(Role::Reader).await, app.role(Role::Controller).await);
    let mut refused = None;
    for _ in 0..100 {
        let answer = eager.get("committees").await;
        if answer.status.as_u16() == 429 {
            refused = Some(answer);
            break;
        }
        answer.succeeded();
    }
    let refused = refused.expect("a refusal within 100 calls");
    refused.refused(429);
    let wait: u64 = refused.header("retry-after").parse().expect("seconds");
    assert!((1..=2).contains(&wait));
    calm.get("committees").await.succeeded();
    tokio::time::sleep(std::time::Duration::from_secs(wait)).await;
    eager.get("committees").await.succeeded();
}

#[tokio::test]
async fn a_client_that_asks_for_tokens_without_end_is_slowed() {
    let app = TestApp::start(Kind::Sqlite).await;
    let secret = hypergene(&app.admin().await, "reader").await;
    let asking = (0..40).map(|_| super::by_secret(&app, "0580.hypergene", &secret));
    let answers = futures_util::future::join_all(asking).await;
    let slowed: Vec<_> = answers.iter().filter(|answer| answer.status.as_u16() == 429).collect();
    assert!(slowed.len() >= 10, "{}", slowed.len());
    assert_eq!(error(slowed[0], 429), "slow_down");
    assert!(!slowed[0].header("retry-after").is_empty());
}

#[tokio::test]
async fn pages_of_listed_origins_call_from_a_browser_and_no_others() {
    let setup = Setup { origins: vec!["https://portal.example.se".into()], ..Setup::default() };
    let app = TestApp::start_as(Kind::Sqlite, setup).await;
    let admin = app.admin().await;
    let asks = async |origin: &str| {
        let request = app.nobody().request(Method::OPTIONS, "committees").header("Origin", origin);
        let request = request
            .header("Access-Control-Request-Method", "GET")
            .header("Access-Control-Request-Headers", "authorization");
        app.nobody().send(request).await
    };
    let listed = asks("https://portal.example.se").await;
    assert_eq!(listed.header("access-control-allow-origin"), "https://portal.example.se");
    assert_eq!(asks("https://elsewhere.example").await.header("access-control-allow-origin"), "");
    let read = admin.request(Method::GET, "committees").header("Origin", "https://portal.example.se");
    let read = admin.send(read).await;
    read.succeeded();
    assert_eq!(read.header("access-control-allow-origin"), "https://portal.example.se");
    assert!(read.header("access-control-expose-headers").to_lowercase().contains("etag"));
    // Nothing is said to browsers where no origin is listed.
    let closed = TestApp::start(Kind::Sqlite).await;
    let request = closed.admin().await.request(Method::GET, "committees").header("Origin", "https://portal.example.se");
    assert_eq!(closed.nobody().send(request).await.header("access-control-allow-origin"), "");
}

#[tokio::test]
async fn links_begin_with_the_address_that_was_called_if_it_is_listed() {
    let setup = Setup {
        public_url: "https://utfall.example.se".into(),
        other_urls: vec!["https://inre.example.se".into()],
        ..Setup::default()
    };
    let app = TestApp::start_as(Kind::Sqlite, setup).await;
    let admin = app.admin().await;
    let own = async |host: &str| {
        let answer = admin.send(admin.request(Method::GET, "committees").header("Host", host)).await;
        assert_eq!(answer.header("strict-transport-security"), "max-age=31536000");
        answer.succeeded()["_links"]["self"]["href"].as_str().unwrap().split("/utfall/").next().unwrap().to_owned()
    };
    assert_eq!(own("utfall.example.se").await, "https://utfall.example.se");
    assert_eq!(own("inre.example.se").await, "https://inre.example.se");
    assert_eq!(own("evil.example").await, "https://utfall.example.se");
    // A body that is kept is kept for each address.
    admin.put("indicators/a", json!({ "name": "A", "unit": "%" })).await.succeeded();
    for host in ["utfall.example.se", "inre.example.se"] {
        let series = admin.request(Method::GET, "indicators/a/series").header("Host", host);
        let href = admin.send(series).await.succeeded()["_links"]["self"]["href"].as_str().unwrap().to_owned();
        assert!(href.starts_with(&format!("https://{host}/")), "{href}");
    }
}
