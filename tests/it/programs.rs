//! Programs of `tests/clients`, run against a service with packages from their registry.

use serde_json::Value;
use std::path::Path;
use std::process::Command;
use utfall_tests::app::TestApp;

/// Runs a program with the packages of a list against the service, tells it what to expect, and gives what it says.
pub async fn run(app: &TestApp, packages: &str, program: &str, expected: &Value) -> String {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("the project");
    let directory = tempfile::tempdir().expect("a directory");
    let file = directory.path().join("expected.json");
    std::fs::write(&file, expected.to_string()).expect("a file");
    let mut command = Command::new(root.join("scripts/with-clients"));
    command
        .current_dir(root)
        .args(["target/clients", &format!("tests/clients/{packages}"), "python"])
        .arg(root.join("tests/clients").join(program))
        .arg(format!("http://{}", app.address))
        .arg(&file);
    let output = tokio::task::spawn_blocking(move || command.output()).await.expect("a run").expect("a run");
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    assert!(output.status.success(), "{program}: {}\n{}", text(&output.stdout), text(&output.stderr));
    text(&output.stdout)
}
