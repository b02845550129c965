//! Who is let in: clients with their secrets and keys, the token endpoint, keys that take over from one another, and the municipality's
//! own issuer.

mod algorithms;
mod external;
mod fetching;
mod keys;
mod limits;
mod secrets;
mod sessions;

use reqwest::Method;
use serde_json::{Value, json};
use utfall_tests::app::TestApp;
use utfall_tests::client::{Answer, Client};

const TOKEN: &str = "/oauth2/token";

/// Asks for a token with a form.
async fn ask(app: &TestApp, form: &[(&str, &str)]) -> Answer {
    let nobody = app.nobody();
    nobody.send(nobody.request(Method::POST, TOKEN).form(form)).await
}

/// Asks with a client's secret.
async fn by_secret(app: &TestApp, id: &str, secret: &str) -> Answer {
    ask(app, &[("grant_type", "client_credentials"), ("client_id", id), ("client_secret", secret)]).await
}

/// The error of an answer that refused in the form of RFC 6749.
#[track_caller]
fn error(answer: &Answer, status: u16) -> String {
    assert_eq!(answer.status.as_u16(), status, "{}", answer.body);
    assert_eq!(answer.header("cache-control"), "no-store");
    let body = answer.json();
    assert!(body["error_description"].is_string(), "{body}");
    body["error"].as_str().expect("an error").to_owned()
}

/// Lets a client in with a role, and makes its first secret.
async fn hypergene(admin: &Client, role: &str) -> String {
    admin.put("clients/hypergene", json!({ "name": "Hypergene", "role": role })).await.succeeded();
    secret(admin, "first").await
}

async fn secret(admin: &Client, key: &str) -> String {
    let answer = admin.put(&format!("clients/hypergene/secrets/{key}"), json!({ "revoked": false })).await;
    assert_eq!((answer.status.as_u16(), answer.header("cache-control")), (201, "no-store"));
    answer.succeeded()["secret"].as_str().expect("a secret").to_owned()
}

/// The access token of an answer.
#[track_caller]
fn access(answer: &Answer) -> String {
    let body = answer.succeeded();
    assert_eq!((&body["token_type"], &body["expires_in"]), (&json!("Bearer"), &json!(300)));
    assert_eq!(answer.header("cache-control"), "no-store");
    body["access_token"].as_str().expect("a token").to_owned()
}

/// Changes a client as its document stands.
async fn change(admin: &Client, with: impl FnOnce(&mut Value)) {
    let standing = admin.get("clients/hypergene").await;
    let mut document = standing.succeeded()["content"].clone();
    with(&mut document);
    admin.put_if("clients/hypergene", standing.header("etag"), document).await.succeeded();
}
