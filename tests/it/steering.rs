//! Steering: goal chains of any model, and what is planned and followed up in them.

mod compare;
mod documents;
mod follow_ups;
mod goals;
mod guards;
mod plans;
mod printed;

use printed::Printed;
use serde_json::Value;
use std::path::Path;
use utfall_domain::permission::Role;
use utfall_tests::app::TestApp;
use utfall_tests::client::Client;

/// A fixture: what a document prints, or a body that a user sends.
fn fixture(path: &str) -> Value {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/steering").join(path);
    let text = std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    serde_json::from_str(&text).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

/// A municipality that has a printed document's committees and steering model, and no chain yet.
async fn modelled(app: &TestApp, printed: &Printed) -> Client {
    let code = printed.municipality();
    app.create(code, "Kommunen").await;
    let admin = app.client(Role::Admin, code, &[]).await;
    admin.put("committees", printed.committees.clone()).await.succeeded();
    admin.put(&format!("steering-models/{}", printed.model_code), printed.model.clone()).await.succeeded();
    admin
}

/// A municipality that has loaded a printed document's chain.
async fn loaded(app: &TestApp, printed: &Printed) -> Client {
    let admin = modelled(app, printed).await;
    admin.put(&format!("goal-chains/{}", printed.model_code), printed.chain()).await.succeeded();
    admin
}
