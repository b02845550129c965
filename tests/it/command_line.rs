//! The binary: migrate, token, serve, demo, refusing to start.

use crate::programs::{in_project, with_packages};
use std::path::PathBuf;
use std::process::Output;
use utfall_tests::database::{Kind, TestDatabase};
use utfall_tests::served::{Served, utfall};

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

fn run(arguments: &[&str]) -> Output {
    utfall().args(arguments).output().expect("a run")
}

async fn main_job_through_the_binary(kind: Kind) {
    let database = TestDatabase::empty(kind).await;
    let served = Served::start(&database);
    let platform = served.client(&database, &["--role", "platform-admin"]);
    platform.put("", serde_json::json!({ "name": "Linköping" })).await.succeeded();
    let admin = served.client(&database, &["--role", "admin", "--municipality", "0580"]);
    admin.put_as("committees", "application/json", utfall_api::demo::linkoping::COMMITTEES).await.succeeded();
    let bound = served
        .client(&database, &["--role", "reader", "--municipality", "0580", "--committee", "KS", "--minutes", "5"]);
    assert_eq!(bound.get("committees").await.succeeded()["meta"]["totalRecords"], 0);
    let health = run(&["healthcheck", "--listen", &served.address.to_string()]);
    assert!(health.status.success());
    assert_eq!(admin.get("/health/ready").await.status, 200);
    Served::signal(served.pid(), "-TERM");
    let mut served = served;
    let status = served.ended();
    assert!(status.success(), "{status}");
}

#[tokio::test]
async fn the_binary_serves_on_sqlite_and_stops_when_told() {
    main_job_through_the_binary(Kind::Sqlite).await;
}

#[tokio::test]
async fn the_binary_serves_on_postgres_as_a_role_that_owns_nothing() {
    main_job_through_the_binary(Kind::Postgres).await;
}

#[test]
fn the_demo_prints_the_figures_and_ends_when_asked() {
    let directory = tempfile::tempdir().expect("a directory");
    let output = utfall().args(["demo", "--exit"]).current_dir(&directory).output().expect("a demo");
    assert!(output.status.success(), "{}", text(&output.stderr));
    let shown = text(&output.stdout);
    for figure in [
        "320864",
        "-10944",
        "475169",
        "-11900",
        "action-plan",
        "-10968000",
        "eyJ",
        "Stärkt samverkan",
        "goals-assessed done",
    ] {
        assert!(shown.contains(figure), "{figure} is not in {shown}");
    }
    // A second demo begins anew.
    assert!(utfall().args(["demo", "--exit"]).current_dir(&directory).status().expect("a demo").success());
}

#[test]
fn a_wrong_argument_is_said_plainly_and_ends_with_2() {
    for arguments in [&["token", "--subject", "x", "--role", "king"][..], &["serve", "--colour"], &["fly"], &[]] {
        let output = run(arguments);
        assert_eq!(output.status.code(), Some(2), "{arguments:?}");
        assert!(!output.stderr.is_empty());
    }
    for arguments in [&["--help"][..], &["--version"], &["serve", "--help"], &["token", "--help"]] {
        assert!(run(arguments).status.success(), "{arguments:?}");
    }
}

#[test]
fn settings_that_would_risk_data_refuse_to_start() {
    let directory = tempfile::tempdir().expect("a directory");
    let file = |name: &str| -> (PathBuf, String) {
        let path = directory.path().join(name);
        let url = format!("sqlite:{}", path.display());
        (path, url)
    };
    let fails = |arguments: &[&str], sentence: &str| {
        let output = run(arguments);
        assert_eq!(output.status.code(), Some(1), "{arguments:?}: {}", text(&output.stderr));
        let stderr = text(&output.stderr);
        assert!(stderr.contains(sentence), "{stderr}");
        assert_eq!(stderr.lines().count(), 1, "{stderr}");
    };
    fails(&["serve", "--database-url", "mysql://x"], "must begin with sqlite: or postgres:");
    let (path, url) = file("newer.db");
    assert!(run(&["migrate", "--database-url", &url]).status.success());
    let newer = "INSERT INTO seaql_migrations (version, applied_at) VALUES ('m9999_future', 0)";
    let runtime = tokio::runtime::Runtime::new().expect("a runtime");
    runtime.block_on(async {
        use sea_orm::ConnectionTrait;
        let connection = sea_orm::Database::connect(url.clone()).await.expect("a connection");
        connection.execute_unprepared(newer).await.expect("a newer schema");
        connection.close().await.expect("closed");
    });
    assert!(path.exists());
    fails(&["serve", "--database-url", &url, "--listen", "127.0.0.1:0"], "newer than this program");
    let (unmade, url) = file("a.db");
    fails(&["token", "--database-url", &url, "--subject", "x", "--role", "admin"], "needs --municipality");
    assert!(!unmade.exists());
    fails(&["serve", "--database-url", &file("b.db").1, "--listen", "nowhere"], "cannot listen");
}

#[test]
fn the_contract_is_printed_without_opening_anything() {
    let directory = tempfile::tempdir().expect("a directory");
    let json = utfall().arg("openapi").current_dir(&directory).output().expect("a contract");
    let yaml = utfall().args(["openapi", "--yaml"]).current_dir(&directory).output().expect("a contract");
    assert!(text(&json.stdout).contains("\"openapi\": \"3.1.0\""));
    assert!(text(&yaml.stdout).contains("openapi: 3.1.0"));
    assert_eq!(std::fs::read_dir(&directory).expect("the directory").count(), 0);
}

#[test]
fn the_description_for_the_national_data_portal_is_dcat() {
    let directory = tempfile::tempdir().expect("a directory");
    let described = |publisher: &str, email: &str| {
        let site = ["--site", "https://www.linkoping.se", "--email", email];
        let address = ["--public-url", "https://utfall.linkoping.se/", "--publisher", publisher];
        utfall().arg("dcat").args(address).args(site).current_dir(&directory).output().expect("a description")
    };
    let file = directory.path().join("dcat.ttl");
    std::fs::write(&file, described(r#"Linköpings "egen" kommun"#, "data@linkoping.se").stdout).expect("a file");
    let mut command = with_packages("tests/clients/dcat.txt");
    let read = command.arg("python").arg(in_project("tests/clients/dcat.py")).arg(&file).output().expect("a run");
    assert!(read.status.success(), "{}", text(&read.stderr));
    let at = |path: &str, right: &str| {
        let address = format!("https://utfall.linkoping.se{path}");
        format!("{address} {right} {address}/openapi.json")
    };
    let said = [at("/kolada/v2", "PUBLIC"), at("/kolada/v3", "PUBLIC"), at("/utfall/v1", "RESTRICTED")].join("\n");
    assert_eq!(text(&read.stdout), format!("Linköpings \"egen\" kommun\n{said}\n"));
    let refused = described("Linköping", "not an address");
    assert_eq!(text(&refused.stderr), "utfall: --email is \"not an address\", which is no e-mail address\n");
}
