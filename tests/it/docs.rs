//! `/docs`: served from the binary, with nothing fetched from elsewhere. It asks no database, so one store is enough.

use serde_json::{Value, json};
use utfall_tests::app::TestApp;
use utfall_tests::client::Client;
use utfall_tests::database::Kind;

async fn nobody() -> (TestApp, Client) {
    let app = TestApp::start(Kind::Sqlite).await;
    let nobody = app.nobody();
    (app, nobody)
}

/// What stands in the quotes after a word: the addresses that `src=` and `href=` load.
fn quoted<'a>(text: &'a str, after: &str) -> Vec<&'a str> {
    text.split(after).skip(1).filter_map(|rest| rest.strip_prefix('"')?.split('"').next()).collect()
}

#[tokio::test]
async fn docs_leads_to_the_page() {
    let (app, _) = nobody().await;
    let http = reqwest::Client::builder().redirect(reqwest::redirect::Policy::none()).build().expect("a client");
    let answer = http.get(format!("http://{}/docs", app.address)).send().await.expect("an answer");
    assert_eq!((answer.status().as_u16(), answer.headers()["location"].to_str().expect("text")), (308, "/docs/"));
}

#[tokio::test]
async fn the_page_loads_its_own_files_only() {
    let (_app, nobody) = nobody().await;
    let page = nobody.get("/docs/").await;
    assert_eq!((page.status.as_u16(), page.header("content-type")), (200, "text/html; charset=utf-8"));
    let loaded: Vec<&str> = ["src=", "href="].iter().flat_map(|word| quoted(&page.body, word)).collect();
    assert!(loaded.len() >= 5, "{loaded:?}");
    for file in loaded {
        assert!(!file.contains("//") && !file.starts_with('/'), "{file} is not the page's own");
        let answer = nobody.get(&format!("/docs/{file}")).await;
        assert_eq!(answer.status, 200, "{file}");
        assert!(!answer.header("etag").is_empty() && !answer.body.is_empty(), "{file}");
        if file != "openapi.json" {
            bears_the_policy(&answer, file);
        }
        if std::path::Path::new(file).extension().is_some_and(|extension| extension == "css") {
            let foreign: Vec<&str> = answer
                .body
                .split("url(")
                .skip(1)
                .filter(|url| !url.trim_start_matches(['"', '\'']).starts_with("data:"))
                .collect();
            assert!(foreign.is_empty() && !answer.body.contains("@import"), "{file} loads {foreign:?}");
        }
    }
    assert!(
        !page.body.contains("<style") && !page.body.contains("<script>"),
        "scripts stand in files, as the policy asks"
    );
}

/// The browser is told to load nothing from elsewhere, whatever the scripts contain.
fn bears_the_policy(answer: &utfall_tests::client::Answer, file: &str) {
    let policy = answer.header("content-security-policy");
    assert!(policy.starts_with("default-src 'none'; "), "{file}: {policy}");
    let sources = policy.split([';', ' ']).filter(|word| !word.is_empty() && !word.ends_with("-src"));
    let elsewhere = sources.filter(|word| !matches!(*word, "'none'" | "'self'" | "'unsafe-inline'" | "data:"));
    let directives = ["form-action", "frame-ancestors", "base-uri"];
    assert_eq!(elsewhere.filter(|word| !directives.contains(word)).collect::<Vec<_>>(), Vec::<&str>::new(), "{file}");
    let scripts = policy.split("; ").find(|directive| directive.starts_with("script-src"));
    assert_eq!(scripts, Some("script-src 'self'"), "{file}: no script in place");
}

#[tokio::test]
async fn the_page_reads_the_contract_and_asks_no_validator() {
    let (_app, nobody) = nobody().await;
    let settings = nobody.get("/docs/swagger-initializer.js").await;
    assert_eq!(settings.status, 200);
    assert!(settings.body.contains("\"url\": \"/docs/openapi.json\""), "{}", settings.body);
    assert!(settings.body.contains("\"validatorUrl\": \"none\""), "the badge would call a validator elsewhere");
    assert!(!settings.body.contains("http"), "{}", settings.body);
    let document: Value = nobody.get("/docs/openapi.json").await.succeeded();
    assert_eq!(document["servers"], json!([{ "url": "/utfall/v1" }]), "the page tries the server that it came from");
    let mut published = nobody.get("/utfall/v1/openapi.json").await.succeeded();
    published["servers"] = document["servers"].clone();
    assert_eq!(published, document, "else it is the published document");
}

#[tokio::test]
async fn what_the_page_offers_to_try_can_be_tried() {
    let (app, nobody) = nobody().await;
    let admin = app.admin().await;
    let document = nobody.get("/docs/openapi.json").await.succeeded();
    assert_eq!(document["components"]["securitySchemes"]["bearerAuth"]["scheme"], "bearer");
    // As the page sends it once a token is given.
    let base = document["servers"][0]["url"].as_str().expect("a server");
    assert_eq!(nobody.get(&format!("{base}/municipalities/0580/committees")).await.status, 401);
    assert_eq!(admin.get(&format!("{base}/municipalities/0580/committees")).await.status, 200);
}

#[tokio::test]
async fn other_files_are_problems() {
    let (_app, nobody) = nobody().await;
    for path in ["/docs/nothing", "/docs/../etc/passwd", "/docs/%2e%2e/%2e%2e/etc/passwd", "/docs/index.htm"] {
        nobody.get(path).await.refused(404);
    }
    let answer = nobody.send(nobody.request(reqwest::Method::POST, "/docs/")).await;
    assert_eq!((answer.status.as_u16(), answer.header("allow")), (405, "GET, HEAD, OPTIONS"));
}

#[tokio::test]
async fn the_contract_is_served_at_the_root_and_known_by_its_tag() {
    let (_app, nobody) = nobody().await;
    for (path, content_type) in [("openapi.json", "application/json"), ("openapi.yaml", "application/yaml")] {
        let path = format!("/utfall/v1/{path}");
        let answer = nobody.get(&path).await;
        assert_eq!((answer.status.as_u16(), answer.header("content-type")), (200, content_type));
        let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../openapi");
        let committed = std::fs::read_to_string(folder.join(path.rsplit('/').next().expect("a name"))).expect("a file");
        assert!(answer.body == committed, "{path} is not the committed file: run `make openapi`");
        let request = nobody.request(reqwest::Method::GET, &path).header("If-None-Match", answer.header("etag"));
        assert_eq!(nobody.send(request).await.status, 304);
    }
    let keys = nobody.get("/.well-known/jwks.json").await;
    assert_eq!((keys.status.as_u16(), keys.header("content-type")), (200, "application/jwk-set+json"));
    let key = &keys.json()["keys"][0];
    assert_eq!(
        (&key["kty"], &key["alg"], key.get("d")),
        (&"EC".into(), &"ES256".into(), None),
        "public, and public only"
    );
}
