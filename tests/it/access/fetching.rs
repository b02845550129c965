//! How an issuer's keys are fetched: where its configuration says, no more of it than fits, and seldom.

use super::external::{settings, vouched};
use actix_web::{App, HttpRequest, HttpResponse, HttpServer, web};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::{Value, json};
use std::collections::HashMap;
use std::net::TcpListener;
use std::sync::{Arc, Mutex};
use std::time::Duration;
use utfall_api::auth::external::{BETWEEN, External, ExternalSettings, KeySource};
use utfall_api::state::Setup;
use utfall_tests::app::{MUNICIPALITY, TestApp};
use utfall_tests::database::Kind;

const CONFIGURATION: &str = "/.well-known/openid-configuration";
pub(super) const KEYS: &str = "/keys";

/// What is published at each path, and what has been asked for.
#[derive(Clone, Default)]
pub(super) struct Pages(Arc<Mutex<Shelf>>);

#[derive(Default)]
struct Shelf {
    pages: HashMap<String, String>,
    asked: Vec<String>,
}

impl Pages {
    pub fn publish(&self, path: &str, page: &impl ToString) {
        self.0.lock().unwrap().pages.insert(path.into(), page.to_string());
    }

    fn asked(&self) -> Vec<String> {
        std::mem::take(&mut self.0.lock().unwrap().asked)
    }

    fn answer(&self, request: &HttpRequest) -> HttpResponse {
        let Shelf { pages, asked } = &mut *self.0.lock().unwrap();
        asked.push(request.path().into());
        pages
            .get(request.path())
            .map_or_else(|| HttpResponse::NotFound().finish(), |page| HttpResponse::Ok().body(page.clone()))
    }
}

/// An issuer whose tokens are made by an Utfall, and whose pages say what a test wants them to.
pub(super) struct Issuer {
    pub url: String,
    pub pages: Pages,
    app: TestApp,
}

impl Issuer {
    pub async fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let pages = Pages::default();
        let served = pages.clone();
        std::thread::spawn(move || {
            let whole = move || {
                let pages = served.clone();
                App::new().default_service(web::to(move |request: HttpRequest| {
                    let answer = pages.answer(&request);
                    async move { answer }
                }))
            };
            actix_web::rt::System::new().block_on(HttpServer::new(whole).workers(1).listen(listener).unwrap().run())
        });
        let app = TestApp::start_as(Kind::Sqlite, Setup { public_url: url.clone(), ..Setup::default() }).await;
        let issuer = Self { url, pages, app };
        issuer
            .pages
            .publish(CONFIGURATION, &json!({ "issuer": issuer.url, "jwks_uri": format!("{}{KEYS}", issuer.url) }));
        issuer.pages.publish(KEYS, &issuer.keys().await);
        issuer
    }

    pub fn reader(&self, between: Duration) -> External {
        self.reader_of(KeySource::Discovery, between)
    }

    pub fn reader_of(&self, keys: KeySource, between: Duration) -> External {
        External::new(ExternalSettings { keys, between, ..settings(&self.app) }).unwrap()
    }

    /// Signs with another key from now on, which it does not yet publish.
    async fn rotate(&self) {
        self.app.state.store.rotate_signing_key().await.unwrap();
        self.app.state.issuer.reload(&self.app.state.store).await.unwrap();
    }

    async fn keys(&self) -> Value {
        let keys = reqwest::get(format!("http://{}/.well-known/jwks.json", self.app.address)).await.unwrap();
        serde_json::from_slice(&keys.bytes().await.unwrap()).unwrap()
    }

    /// Whether a service that has just started lets in a token of the issuer.
    async fn is_believed(&self) -> bool {
        self.reader(BETWEEN).verify(&vouched(&self.app, "anna", MUNICIPALITY).await).await.is_ok()
    }
}

#[tokio::test]
async fn keys_are_where_the_issuers_own_configuration_says() {
    let issuer = Issuer::start().await;
    assert!(issuer.is_believed().await);
    assert_eq!(issuer.pages.asked(), [CONFIGURATION, KEYS]);
    // A configuration that is another's, keys that are not fetched over TLS, or are not there.
    let keys = format!("{}{KEYS}", issuer.url);
    for (of, keys) in [
        ("https://elsewhere.example", keys.as_str()),
        (&issuer.url, "http://elsewhere.example/keys"),
        (&issuer.url, &format!("{}/none", issuer.url)),
    ] {
        issuer.pages.publish(CONFIGURATION, &json!({ "issuer": of, "jwks_uri": keys }));
        assert!(!issuer.is_believed().await, "{of} {keys}");
    }
}

#[tokio::test]
async fn no_more_is_read_than_keys_can_need() {
    let issuer = Issuer::start().await;
    let limit = 256 << 10;
    let published = issuer.keys().await;
    let keys = published.to_string();
    for (length, fits) in [(limit, true), (limit + 1, false), (40 * limit, false)] {
        issuer.pages.publish(KEYS, &(keys.clone() + &" ".repeat(length - keys.len())));
        assert_eq!(issuer.is_believed().await, fits, "{length} bytes");
    }
    // Keys for something else are passed by, and of a crowd of keys the first are read.
    let key = &published["keys"][0];
    let sealing = {
        let mut key = key.clone();
        key["use"] = "enc".into();
        key
    };
    let crowd = |before: usize| json!({ "keys": (0..before).map(|_| &sealing).chain([key]).collect::<Vec<_>>() });
    for (keys, is_read) in [(json!({ "keys": [sealing] }), false), (crowd(49), true), (crowd(50), false)] {
        issuer.pages.publish(KEYS, &keys);
        assert_eq!(issuer.is_believed().await, is_read, "{} keys", keys["keys"].as_array().unwrap().len());
    }
}

#[tokio::test]
async fn tokens_of_unknown_keys_do_not_make_us_ask_again_and_again() {
    let issuer = Issuer::start().await;
    let reader = issuer.reader(BETWEEN);
    let known = vouched(&issuer.app, "anna", MUNICIPALITY).await;
    reader.verify(&known).await.unwrap();
    assert_eq!(issuer.pages.asked(), [CONFIGURATION, KEYS]);
    issuer.rotate().await;
    for _ in 0..3 {
        assert!(reader.verify(&vouched(&issuer.app, "anna", MUNICIPALITY).await).await.is_err());
    }
    assert!(issuer.pages.asked().is_empty());
    reader.verify(&known).await.unwrap();
}

#[tokio::test]
async fn a_key_that_the_issuer_takes_back_holds_no_longer() {
    let issuer = Issuer::start().await;
    let reader = issuer.reader(Duration::ZERO);
    let before = vouched(&issuer.app, "anna", MUNICIPALITY).await;
    let old = issuer.keys().await["keys"].as_array().unwrap().len();
    reader.verify(&before).await.unwrap();
    issuer.rotate().await;
    let after = vouched(&issuer.app, "anna", MUNICIPALITY).await;
    // The new key is found by the token that it signed; the old one is still published.
    issuer.pages.publish(KEYS, &issuer.keys().await);
    reader.verify(&after).await.unwrap();
    reader.verify(&before).await.unwrap();
    let mut keys = issuer.keys().await;
    let header = before.split('.').next().unwrap();
    let header: Value = serde_json::from_slice(&URL_SAFE_NO_PAD.decode(header).unwrap()).unwrap();
    keys["keys"].as_array_mut().unwrap().retain(|key| key["kid"] != header["kid"]);
    assert_eq!(keys["keys"].as_array().unwrap().len(), old, "one came, one went");
    issuer.pages.publish(KEYS, &keys);
    reader.refresh().await;
    assert!(reader.verify(&before).await.is_err());
    reader.verify(&after).await.unwrap();
}
