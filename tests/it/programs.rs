//! Programs of `tests/clients`, run against a service with packages from their registry.

use serde_json::Value;
use std::path::{Path, PathBuf};
use std::process::Command;
use utfall_tests::app::TestApp;

/// Runs a program with the packages of a list against the service, tells it what to expect, and gives what it says.
pub async fn run(app: &TestApp, packages: &str, program: &str, expected: &Value) -> String {
    let directory = tempfile::tempdir().expect("a directory");
    let file = directory.path().join("expected.json");
    std::fs::write(&file, expected.to_string()).expect("a file");
    let mut command = with_packages(&format!("tests/clients/{packages}"));
    command.arg("python").arg(in_project(&format!("tests/clients/{program}")));
    command.arg(format!("http://{}", app.address)).arg(&file);
    let output = tokio::task::spawn_blocking(move || command.output()).await.expect("a run").expect("a run");
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    assert!(output.status.success(), "{program}: {}\n{}", text(&output.stdout), text(&output.stderr));
    text(&output.stdout)
}

/// A command that sees Python with the packages of a list; its name and arguments are to be added.
pub fn with_packages(packages: &str) -> Command {
    let mut command = Command::new(in_project("scripts/with-clients"));
    command.args([in_project("target/clients"), in_project(packages)]);
    command
}

/// A path of the project, wherever the command runs.
pub fn in_project(path: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("the project").join(path)
}
