//! A `TypeScript` client, generated from the contract by `openapi-typescript` and compiled: what does not fit the contract does not compile.

use std::path::Path;
use std::process::Command;

/// Generates the types, and compiles the main job with them.
///
/// # Panics
/// When a generator or the compiler finds a fault.
pub fn compiles() -> String {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("the project");
    let contract = root.join("openapi/openapi.json");
    let acts = format!("npx openapi-typescript '{}' -o api.d.ts && npx tsc -p .", contract.display());
    let mut command = Command::new(root.join("scripts/with-node"));
    let output = command.current_dir(root).args(["target/node", "tests/typescript", "sh", "-c", &acts]).output();
    let output = output.expect("a run");
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    assert!(output.status.success(), "{}\n{}", text(&output.stdout), text(&output.stderr));
    "a TypeScript client generated from the contract: the main job compiles, a unit that there is not does not".into()
}
