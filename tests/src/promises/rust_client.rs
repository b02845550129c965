//! A Rust client, generated from the contract by `openapi-to-rust` and compiled: what does not fit the contract does not compile.

use std::path::Path;
use std::process::Command;

/// The generator, which is installed where it is missing.
const GENERATOR: &str = "0.22.0";

/// Generates the client, and compiles the main job with it.
///
/// # Panics
/// When the generator or the compiler finds a fault.
pub fn compiles() -> String {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("the project");
    let (tool, copy) = (root.join("target/openapi-to-rust"), root.join("target/rust-client"));
    let generator = tool.join("bin/openapi-to-rust");
    if !generator.is_file() {
        let mut install = Command::new("cargo");
        install
            .args(["install", "--quiet", "--locked", "openapi-to-rust", "--version", GENERATOR, "--root"])
            .arg(&tool);
        done(&mut install);
    }
    std::fs::create_dir_all(&copy).expect("a directory");
    for file in ["Cargo.toml", "Cargo.lock", "main.rs"] {
        std::fs::copy(root.join("tests/rust_client").join(file), copy.join(file)).expect("a copy");
    }
    let contract = root.join("openapi/openapi.json");
    done(
        Command::new(generator)
            .current_dir(&copy)
            .args(["generate", "--quiet", "--output-dir", "generated"])
            .arg(contract),
    );
    done(Command::new("cargo").current_dir(&copy).args(["check", "--quiet", "--locked"]));
    "a Rust client generated from the contract: the main job compiles".into()
}

fn done(command: &mut Command) {
    let output = command.output().expect("a run");
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    assert!(output.status.success(), "{command:?}: {}\n{}", text(&output.stdout), text(&output.stderr));
}
