//! The binary: see `utfall --help`.

use std::process::ExitCode;

fn main() -> ExitCode {
    utfall_api::cli::main()
}
