//! A real issuer, `oidc-provider` from its registry: its access tokens let in whom the municipality has let in, and nobody else, for
//! each algorithm that is taken.

use crate::app::{MUNICIPALITY, TestApp};
use crate::database::Kind;
use serde_json::{Value, json};
use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use utfall_api::auth::external::{BETWEEN, ExternalSettings, KeySource, MunicipalityFrom};
use utfall_api::state::Setup;

const ALGORITHMS: [&str; 3] = ["RS256", "ES256", "EdDSA"];
const SECRET: &str = "a-secret-of-the-issuer-for-raindance";

/// An issuer that ends with its owner.
struct Issuer {
    process: Child,
    url: String,
}

impl Issuer {
    fn start(algorithm: &str) -> Self {
        let free = std::net::TcpListener::bind("127.0.0.1:0").and_then(|listener| listener.local_addr());
        let port = free.expect("a port").port().to_string();
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("the project");
        let mut process = Command::new(root.join("scripts/with-node"))
            .current_dir(root)
            .args(["target/node", "tests/issuer", "node", "issuer.mjs", &port, algorithm])
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .expect("an issuer");
        let lines = BufReader::new(process.stdout.take().expect("its output")).lines();
        assert!(lines.map_while(Result::ok).any(|line| line == "listening"), "the issuer ended before it listened");
        Self { process, url: format!("http://127.0.0.1:{port}") }
    }

    async fn token(&self) -> String {
        let asked = reqwest::Client::new().post(format!("{}/token", self.url)).basic_auth("raindance", Some(SECRET));
        let answer = asked.form(&[("grant_type", "client_credentials")]).send().await.expect("an answer");
        let answer: Value = serde_json::from_str(&answer.text().await.expect("a body")).expect("JSON");
        answer["access_token"].as_str().unwrap_or_else(|| panic!("no token: {answer}")).to_owned()
    }
}

impl Drop for Issuer {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

/// Lets somebody in by the issuer's tokens, with keys found by discovery; then the issuer goes, and known keys go on holding.
///
/// # Panics
/// When somebody is let in who should not be, or not who should.
pub async fn lets_in_by_its_tokens() -> String {
    for algorithm in ALGORITHMS {
        let issuer = Issuer::start(algorithm);
        let external = ExternalSettings {
            issuer: issuer.url.clone(),
            audience: "utfall".into(),
            token_type: "at+jwt".into(),
            subject_claim: "sub".into(),
            municipality: MunicipalityFrom::Claim("municipality".into()),
            keys: KeySource::Discovery,
            between: BETWEEN,
        };
        let app = TestApp::start_as(Kind::Sqlite, Setup { external: Some(external), ..Setup::default() }).await;
        let admin = app.admin().await;
        let raindance = app.bearer(MUNICIPALITY, &issuer.token().await);
        raindance.get("committees").await.refused(401);
        let client = json!({ "name": "Raindance", "role": "poster", "subject": "raindance" });
        admin.put("clients/raindance", client).await.succeeded();
        raindance.get("committees").await.succeeded();
        raindance.get("clients").await.refused(403);
        let other = app.bearer(MUNICIPALITY, &issuer.token().await);
        drop(issuer);
        other.get("committees").await.succeeded();
    }
    format!(
        "a real issuer (oidc-provider), keys by discovery: let in by {}, and while it is down",
        ALGORITHMS.join(", ")
    )
}
