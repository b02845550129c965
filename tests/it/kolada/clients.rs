//! The clients that users have, unmodified: installed from their registry, pointed at the service, and compared with what was loaded.
//! Their programs are in `tests/clients`.

use super::world::World;
use serde_json::{Value, json};
use std::path::{Path, PathBuf};
use std::process::Command;
use utfall_domain::permission::Role;
use utfall_tests::app::TestApp;
use utfall_tests::database::Kind;
use utfall_tests::on_both_stores;

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("the project").to_owned()
}

/// Runs a client's program against the service and gives what it says it has compared.
async fn compared(app: &TestApp, program: &str, expected: &Value) -> String {
    let directory = tempfile::tempdir().expect("a directory");
    let file = directory.path().join("expected.json");
    std::fs::write(&file, expected.to_string()).expect("a file");
    let mut command = Command::new(root().join("scripts/with-clients"));
    command
        .current_dir(root())
        .args(["target/clients", "tests/clients/requirements.txt", "python"])
        .arg(root().join("tests/clients").join(program))
        .arg(format!("http://{}", app.address))
        .arg(&file);
    let output = tokio::task::spawn_blocking(move || command.output()).await.expect("a run").expect("a run");
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    assert!(output.status.success(), "{program}: {}\n{}", text(&output.stdout), text(&output.stderr));
    text(&output.stdout)
}

async fn kolada(kind: Kind) {
    let (world, expected) = World::full(kind).await;
    let said = compared(&world.app, "koladapy_v3.py", &expected).await;
    assert!(said.contains("values of 31 KPIs"), "{said}");
    let said = compared(&world.app, "pykolada_v2.py", &expected).await;
    println!("{said}");
}

#[tokio::test]
async fn koladas_clients_read_what_was_loaded_from_sqlite() {
    kolada(Kind::Sqlite).await;
}

#[tokio::test]
async fn koladas_clients_read_what_was_loaded_from_postgres() {
    kolada(Kind::Postgres).await;
}

on_both_stores! {
    async fn pyjstat_and_pandas_read_series(app) {
        let client = app.admin().await;
        let sick = json!({ "name": "Sjukfrånvaro total", "unit": "%", "decimals": 1, "direction": "lower" });
        client.put("indicators/sjukfranvaro", sick).await.succeeded();
        let value = |organisation: &str, period: &str, sex: &str, value: Option<f64>, status: &str| {
            json!({ "indicator": "sjukfranvaro", "organisation": organisation, "period": period, "sex": sex, "value": value,
                    "status": status })
        };
        let values = json!([
            value("0483", "2017", "T", Some(7.0), "final"), value("0483", "2017", "K", Some(7.5), "final"),
            value("0483", "2017", "M", Some(5.5), "preliminary"), value("0000", "2017", "T", Some(-6.6), "final"),
            value("0483", "2018", "T", Some(1_234.000_001), "final"), value("0483", "2018", "K", None, "suppressed"),
            value("0483", "2018", "M", None, "not-measured"), value("0000", "2018", "T", Some(0.0), "final"),
        ]);
        client.post("observations", json!({ "observations": values })).await.succeeded();
        let token = app.token(Role::Reader, "0580", &[]).await;
        let path = "/utfall/v1/municipalities/0580/indicators/sjukfranvaro/series";
        let expected = json!({ "path": path, "token": token, "values": values });
        for program in ["json_stat.py", "csv_pandas.py"] {
            let said = compared(&app, program, &expected).await;
            assert!(said.contains("as expected"), "{said}");
        }
    }
}
