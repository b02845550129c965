//! Structured logs: JSON or text, one line an event, without bodies or tokens.

use std::io::IsTerminal;
use tracing_subscriber::EnvFilter;

/// Starts logging to standard error. `UTFALL_LOG` is `json` or `text` (default); `RUST_LOG` filters, `otherwise`
/// does when it is not set.
pub fn start(otherwise: &str) {
    let filter = EnvFilter::try_from_default_env().unwrap_or_else(|_| EnvFilter::new(otherwise));
    let builder = tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_writer(std::io::stderr)
        .with_ansi(std::io::stderr().is_terminal())
        // Said on standard error too, which panics when nobody reads it: a log that is gone stops no call.
        .log_internal_errors(false);
    // A second start, as in tests, keeps the first.
    let _ = if std::env::var("UTFALL_LOG").is_ok_and(|form| form == "json") {
        builder.json().flatten_event(true).try_init()
    } else {
        builder.try_init()
    };
}
