//! The municipality's own issuer. Here it is another Utfall, which publishes its keys as any issuer does; `make promises` has a real one.

use serde_json::json;
use std::time::{Duration, Instant};
use utfall_api::auth::external::{BETWEEN, ExternalSettings, KeySource, MunicipalityFrom};
use utfall_api::state::Setup;
use utfall_domain::permission::Role;
use utfall_domain::text::MunicipalityCode;
use utfall_tests::app::{MUNICIPALITY, OTHER, TestApp};
use utfall_tests::client::Client;
use utfall_tests::database::Kind;

/// A token of the other issuer for a subject of a municipality.
pub(super) async fn vouched(issuer: &TestApp, subject: &str, municipality: &str) -> String {
    let code = MunicipalityCode::parse(municipality).expect("a code");
    let store = &issuer.state.store;
    let grant = store.grant(subject, Role::Admin, Some(&code), &[]).await.expect("a grant");
    issuer.state.issuer.issue(&grant, store.now(), 5).expect("a token")
}

pub(super) fn settings(issuer: &TestApp) -> ExternalSettings {
    let url = issuer.state.setup.public_url.clone();
    ExternalSettings {
        keys: KeySource::Jwks(format!("{url}/.well-known/jwks.json")),
        issuer: url,
        audience: "utfall".into(),
        token_type: "at+jwt".into(),
        subject_claim: "sub".into(),
        municipality: MunicipalityFrom::Claim("municipality".into()),
        between: BETWEEN,
    }
}

async fn trusting(kind: Kind, external: ExternalSettings) -> (TestApp, Client) {
    let app = TestApp::start_as(kind, Setup { external: Some(external), ..Setup::default() }).await;
    let admin = app.admin().await;
    (app, admin)
}

async fn let_in_by_the_other(kind: Kind) {
    let issuer = TestApp::start(Kind::Sqlite).await;
    let (app, admin) = trusting(kind, settings(&issuer)).await;
    let token = vouched(&issuer, "anna", MUNICIPALITY).await;
    let anna = app.bearer(MUNICIPALITY, &token);
    // The issuer says who she is; what she may do is said here, and nothing is said yet.
    anna.get("committees").await.refused(401);
    let client = json!({ "name": "Anna Ek", "role": "reader", "subject": "anna" });
    let etag = admin.put("clients/anna", client.clone()).await;
    etag.succeeded();
    anna.get("committees").await.succeeded();
    anna.put("projects", json!({ "projects": [] })).await.refused(403);
    let event = &admin.get("audit-events?limit=1").await.succeeded()["auditEvents"][0];
    assert_eq!((event["subject"].as_str(), event["role"].as_str()), (Some("anna"), Some("reader")));
    // One subject is one client.
    assert_eq!(admin.put("clients/other", client).await.refused(422)["errors"][0]["field"], "subject");
    // Of another municipality, or somebody whom our own tokens call the same: nobody.
    app.create(OTHER, "Norrköping").await;
    app.bearer(OTHER, &vouched(&issuer, "anna", OTHER).await).get("committees").await.refused(401);
    app.bearer(MUNICIPALITY, &vouched(&issuer, "admin-of-0580", MUNICIPALITY).await)
        .get("committees")
        .await
        .refused(401);
    let closed = json!({ "name": "Anna Ek", "role": "reader", "subject": "anna", "closed": true });
    admin.put_if("clients/anna", etag.header("etag"), closed).await.succeeded();
    anna.get("committees").await.refused(401);
}

#[tokio::test]
async fn whom_the_municipalitys_own_issuer_vouches_for_is_let_in_on_sqlite() {
    let_in_by_the_other(Kind::Sqlite).await;
}

#[tokio::test]
async fn whom_the_municipalitys_own_issuer_vouches_for_is_let_in_on_postgres() {
    let_in_by_the_other(Kind::Postgres).await;
}

/// What is set up otherwise.
type Change = fn(&mut ExternalSettings);

#[tokio::test]
async fn tokens_for_somebody_else_do_not_hold() {
    let issuer = TestApp::start(Kind::Sqlite).await;
    let changed: [(&str, Change); 5] = [
        ("audience", |settings| settings.audience = "elsewhere".into()),
        ("issuer", |settings| settings.issuer = "https://elsewhere.example".into()),
        ("type", |settings| settings.token_type = "JWT".into()),
        ("subject", |settings| settings.subject_claim = "oid".into()),
        ("municipality", |settings| settings.municipality = MunicipalityFrom::Claim("kommun".into())),
    ];
    for (what, change) in changed {
        let mut settings = settings(&issuer);
        change(&mut settings);
        let (app, admin) = trusting(Kind::Sqlite, settings).await;
        admin.put("clients/anna", json!({ "name": "Anna", "role": "reader", "subject": "anna" })).await.succeeded();
        let anna = app.bearer(MUNICIPALITY, &vouched(&issuer, "anna", MUNICIPALITY).await);
        assert_eq!(anna.get("committees").await.status.as_u16(), 401, "another {what}");
    }
}

#[tokio::test]
async fn while_the_issuer_is_down_known_keys_hold_and_unknown_ones_are_refused_at_once() {
    let issuer = TestApp::start(Kind::Sqlite).await;
    let (app, admin) = trusting(Kind::Sqlite, settings(&issuer)).await;
    admin.put("clients/anna", json!({ "name": "Anna", "role": "reader", "subject": "anna" })).await.succeeded();
    let known = vouched(&issuer, "anna", MUNICIPALITY).await;
    app.bearer(MUNICIPALITY, &known).get("committees").await.succeeded();
    issuer.state.store.rotate_signing_key().await.unwrap();
    issuer.state.issuer.reload(&issuer.state.store).await.unwrap();
    let mut unknown = Vec::new();
    for _ in 0..100 {
        unknown.push(vouched(&issuer, "anna", MUNICIPALITY).await);
    }
    drop(issuer);
    let began = Instant::now();
    for token in &unknown {
        app.bearer(MUNICIPALITY, token).get("committees").await.refused(401);
    }
    let took = began.elapsed() / 100;
    println!("T5: an unknown key while the issuer is down: 401 in {took:?} each, of 100");
    assert!(took < Duration::from_millis(100), "{took:?}");
    app.bearer(MUNICIPALITY, &known).get("committees").await.succeeded();
}

#[tokio::test]
async fn an_issuer_that_cannot_be_trusted_refuses_the_start() {
    use utfall_api::auth::external::External;
    let issuer = TestApp::start(Kind::Sqlite).await;
    let directory = tempfile::tempdir().unwrap();
    let file = directory.path().join("key.pem");
    std::fs::write(&file, "no key").unwrap();
    let sources = [
        (KeySource::Jwks("http://elsewhere.example/keys".into()), "is not https"),
        (KeySource::Jwks("nonsense".into()), "is no address"),
        (KeySource::Pem(directory.path().join("none.pem")), "none.pem"),
        (KeySource::Pem(file), "holds no public key"),
    ];
    for (keys, why) in sources {
        let refused =
            External::new(ExternalSettings { keys, ..settings(&issuer) }).err().expect("a refusal").to_string();
        assert!(refused.contains(why), "{refused}");
    }
    let keys = KeySource::Jwks("https://elsewhere.example/keys".into());
    assert!(External::new(ExternalSettings { keys, ..settings(&issuer) }).is_ok());
}
