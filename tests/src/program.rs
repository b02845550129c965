//! Programs of others, installed from the distribution's packages when they are missing.

use std::path::Path;
use std::process::Command;

/// A command of a program of a package.
///
/// # Panics
/// When the project is not where it was built.
pub fn program(package: &str, program: &str) -> Command {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("the project");
    let mut command = Command::new(root.join("scripts/with-program"));
    command.args([package, program]);
    command
}
