//! The command line: serve, demo, migrate, token, import, audit, keys, openapi, dcat, healthcheck.

mod audit;
mod dcat;
mod demo;
mod import;
mod keys;
mod serve;
mod settings;
mod token;

use crate::contract::Contract;
use crate::kolada::Version;
use crate::kolada::contract::Contracts;
use clap::{Parser, Subcommand};
use settings::StoreSettings;
use std::process::ExitCode;
use utfall_domain::permission::Role;

/// Utfall: outcomes, budgets, forecasts and deviations of municipal committees.
#[derive(Parser)]
#[command(name = "utfall", version, max_term_width = 100)]
struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Serve the API.
    Serve(settings::ServeSettings),
    /// Post Linköping's real figures of August 2018, print what comes out, and serve.
    Demo {
        #[command(flatten)]
        settings: settings::ServeSettings,
        /// Print and end instead of serving.
        #[arg(long)]
        exit: bool,
    },
    /// Bring the database's schema up to date.
    Migrate(StoreSettings),
    /// Record a grant and print a token for it.
    Token(token::TokenArguments),
    /// Import saved data.
    Import {
        #[command(subcommand)]
        source: import::Source,
    },
    /// Look after the audit trail.
    Audit {
        #[command(subcommand)]
        act: audit::Act,
    },
    /// Look after the keys that tokens are signed with.
    Keys {
        #[command(subcommand)]
        act: keys::Act,
    },
    /// Print the contract; nothing is opened.
    Openapi {
        /// As YAML instead of JSON.
        #[arg(long, conflicts_with = "kolada")]
        yaml: bool,
        /// That of the Kolada API instead.
        #[arg(long, value_enum)]
        kolada: Option<Version>,
    },
    /// Describe the service for the national data portal, as DCAT-AP-SE in Turtle; nothing is opened.
    Dcat(dcat::DcatArguments),
    /// Ask a running service whether it lives; for containers.
    Healthcheck {
        /// Where it listens.
        #[arg(long, env = "UTFALL_LISTEN", default_value = settings::LISTEN)]
        listen: String,
    },
}

/// Why a command failed, in one plain sentence.
type Failure = Box<dyn std::error::Error>;

/// Runs the command that the arguments name; 0 when it did what it should, 1 when not, 2 when the arguments are wrong.
pub fn main() -> ExitCode {
    let Arguments { command } = Arguments::parse();
    // The demo prints figures; its own requests are no news.
    crate::telemetry::start(if matches!(command, Command::Demo { .. }) { "warn" } else { "warn,utfall_api=info" });
    crate::panics::log();
    match run(command) {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            eprintln!("utfall: {failure}");
            ExitCode::FAILURE
        }
    }
}

fn run(command: Command) -> Result<(), Failure> {
    match command {
        Command::Openapi { kolada: Some(version), .. } => {
            print!("{}", Contracts::get()?.of(version));
            Ok(())
        }
        Command::Openapi { yaml, kolada: None } => {
            let contract = Contract::get()?;
            print!("{}", if yaml { contract.yaml() } else { contract.json() });
            Ok(())
        }
        Command::Dcat(arguments) => arguments.run(),
        Command::Healthcheck { listen } => serve::healthcheck(&listen),
        Command::Migrate(settings) => on_runtime(async move { settings.migrate().await }),
        Command::Token(arguments) => on_runtime(arguments.run()),
        Command::Import { source } => on_runtime(import::run(source)),
        Command::Audit { act } => on_runtime(audit::run(act)),
        Command::Keys { act } => on_runtime(keys::run(act)),
        Command::Serve(settings) => on_runtime(serve::run(settings)),
        Command::Demo { settings, exit } => on_runtime(demo::run(settings, exit)),
    }
}

fn on_runtime(work: impl Future<Output = Result<(), Failure>>) -> Result<(), Failure> {
    actix_web::rt::System::new().block_on(work)
}

/// Reads a role's name.
fn role(text: &str) -> Result<Role, String> {
    let names: Vec<&str> = Role::ALL.map(Role::code).to_vec();
    Role::from_code(text).ok_or_else(|| format!("there is {}", names.join(", ")))
}
