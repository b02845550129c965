//! Clients generated from the published contract by public generators do the main job.

use crate::programs::run;
use serde_json::json;
use utfall_domain::permission::Role;
use utfall_tests::app::{MUNICIPALITY, TestApp};
use utfall_tests::database::Kind;
use utfall_tests::scenario::code_plan;

#[tokio::test]
async fn a_python_client_posts_a_month_and_reads_the_summary() {
    let app = TestApp::start(Kind::Sqlite).await;
    let admin = code_plan(&app).await;
    let contract = app.nobody().get("/utfall/v1/openapi.json").await.body;
    let token = app.token(Role::Controller, MUNICIPALITY, &[]).await;
    let said =
        run(&app, "generator.txt", "generated_python.py", &json!({ "token": token, "contract": contract })).await;
    println!("{said}");
    assert!(said.contains("outcome 65251 tkr, posted as revision 1"), "{said}");
    let kept = admin.get("outcomes/2018-08/ledger").await;
    assert!(kept.body.contains("\"account\":\"4551\",\"unit\":\"3102\""), "{}", kept.body);
}
