//! Settings: flags, each with its environment variable.

use super::Failure;
use crate::state::Setup;
use clap::Args;
use utfall_persistence::clock::system_clock;
use utfall_persistence::store::Store;
use utfall_persistence::{OpenError, SchemaState, migrate};

/// Where the service listens when it is not told.
pub(super) const LISTEN: &str = "127.0.0.1:8080";

/// Which database.
#[derive(Args, Clone)]
pub(super) struct StoreSettings {
    /// The database: `sqlite:FILE` or `postgres://USER:PASSWORD@HOST/DATABASE`. A file utfall.db when it is not said.
    #[arg(long, env = "UTFALL_DATABASE_URL", hide_env_values = true)]
    database_url: Option<String>,
    /// PostgreSQL: the URL of the role that owns the schema and migrates it.
    #[arg(long, env = "UTFALL_MIGRATION_URL", hide_env_values = true)]
    migration_url: Option<String>,
}

/// How to serve.
#[derive(Args, Clone)]
pub(super) struct ServeSettings {
    #[command(flatten)]
    pub store: StoreSettings,
    /// The address and port to listen on. Plain http: anything but loopback belongs behind a proxy that ends TLS.
    #[arg(long, env = "UTFALL_LISTEN", default_value = LISTEN)]
    pub listen: String,
    /// The address that clients use, which links begin with: `https://utfall.example.se`
    #[arg(long, env = "UTFALL_PUBLIC_URL")]
    pub public_url: Option<String>,
    /// Whether anybody may read public indicators through /kolada, or only who bears a token.
    #[arg(long, env = "UTFALL_KOLADA", value_enum, default_value = "open")]
    pub kolada: Access,
}

/// Who may read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub(super) enum Access {
    /// Anybody.
    Open,
    /// Who bears a token.
    Closed,
}

impl ServeSettings {
    /// How the service is set up.
    pub fn setup(&self) -> Setup {
        Setup {
            public_url: self.public_url(),
            follows_host: self.public_url.is_none(),
            is_kolada_closed: self.kolada == Access::Closed,
        }
    }

    /// The public address; the listener's own when it is not said.
    pub fn public_url(&self) -> String {
        public_url(self.public_url.as_deref(), &self.listen)
    }
}

/// The public address; the listener's own when it is not said.
pub(super) fn public_url(public_url: Option<&str>, listen: &str) -> String {
    public_url.map_or_else(|| format!("http://{listen}"), |url| url.trim_end_matches('/').to_owned())
}

impl StoreSettings {
    /// The same settings with another database when none is said.
    pub fn or_file(mut self, file: &str) -> Self {
        self.database_url.get_or_insert_with(|| format!("sqlite:{file}"));
        self
    }

    /// Whether a database is named.
    pub const fn is_named(&self) -> bool {
        self.database_url.is_some()
    }

    fn url(&self) -> String {
        self.database_url.clone().unwrap_or_else(|| "sqlite:utfall.db".into())
    }

    /// Brings the schema up to date, as the owner role when there is one.
    pub async fn migrate(&self) -> Result<(), Failure> {
        let url = self.url();
        let owner = self.migration_url.as_deref().unwrap_or(&url);
        let service_role = if self.migration_url.is_some() { role_of(&url) } else { None };
        migrate(owner, service_role.as_deref()).await?;
        Ok(())
    }

    /// Opens the store; its schema is brought up to date first. A role that may not is told so, unless the schema is current.
    pub async fn open(&self) -> Result<Store, Failure> {
        let migrated = self.migrate().await;
        match Store::open(&self.url(), system_clock()).await {
            Ok(store) if self.migration_url.is_none() => Ok(store),
            Ok(store) => migrated.map(|()| store),
            Err(error @ OpenError::Schema(SchemaState::Newer)) => Err(error.into()),
            Err(error @ OpenError::Schema(_)) => Err(match migrated.err() {
                Some(why) if self.migration_url.is_none() => {
                    format!("{error}, or set UTFALL_MIGRATION_URL to the role that owns the schema ({why})").into()
                }
                why => why.unwrap_or_else(|| error.into()),
            }),
            Err(error) => Err(error.into()),
        }
    }
}

/// The role that a PostgreSQL URL connects as.
fn role_of(url: &str) -> Option<String> {
    let (_, rest) = url.split_once("://")?;
    let (user, _) = rest.split_once('@')?;
    Some(user.split(':').next().unwrap_or(user).to_owned())
}
