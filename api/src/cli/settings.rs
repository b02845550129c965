//! Settings: flags, each with its environment variable.

use super::Failure;
use crate::auth::external::{BETWEEN, ExternalSettings, KeySource, MunicipalityFrom};
use crate::personal_numbers::Policy;
use crate::state::Setup;
use clap::Args;
use std::num::NonZeroU32;
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
    /// Other addresses that clients use, parted by commas: a call to the host of one gets links that begin with it.
    #[arg(long, env = "UTFALL_OTHER_URLS", value_delimiter = ',')]
    pub other_urls: Vec<String>,
    /// Origins whose pages may call from a browser (CORS), parted by commas: `https://portal.example.se`. None when it is not said.
    #[arg(long, env = "UTFALL_ORIGINS", value_delimiter = ',')]
    pub origins: Vec<String>,
    /// How many calls a second each client may make, and four times that at once; 0: as many as it can.
    #[arg(long, env = "UTFALL_CALLS_A_SECOND", default_value_t = 500)]
    pub calls_a_second: u32,
    /// What becomes of a call that holds a personal identity number.
    #[arg(long, env = "UTFALL_PERSONAL_NUMBERS", value_enum, default_value = "refuse")]
    pub personal_numbers: Policy,
    /// Whether anybody may read public indicators through /kolada, or only who bears a token.
    #[arg(long, env = "UTFALL_KOLADA", value_enum, default_value = "open")]
    pub kolada: Access,
    #[command(flatten)]
    pub issuer: IssuerSettings,
}

/// The municipality's own issuer, whose tokens are taken beside our own.
#[derive(Args, Clone)]
pub(super) struct IssuerSettings {
    /// The issuer's name, as its tokens have it in `iss`; without it only our own tokens are taken.
    #[arg(long, env = "UTFALL_ISSUER")]
    issuer: Option<String>,
    /// Where its keys are: the address of its JWKS, or a PEM file. Its discovery document says it when this does not.
    #[arg(long, env = "UTFALL_ISSUER_KEYS", requires = "issuer")]
    issuer_keys: Option<String>,
    /// Who its tokens must be for (`aud`).
    #[arg(long, env = "UTFALL_ISSUER_AUDIENCE", default_value = crate::auth::token::AUDIENCE)]
    issuer_audience: String,
    /// The `typ` of its access tokens: at+jwt, or JWT where it says no more.
    #[arg(long, env = "UTFALL_ISSUER_TYPE", default_value = crate::auth::token::TYPE)]
    issuer_type: String,
    /// Which claim is the `subject` of a client: `sub`, `azp`, `oid`.
    #[arg(long, env = "UTFALL_ISSUER_SUBJECT_CLAIM", default_value = "sub")]
    issuer_subject_claim: String,
    /// Which claim holds the municipality's code.
    #[arg(long, env = "UTFALL_ISSUER_MUNICIPALITY_CLAIM", default_value = "municipality")]
    issuer_municipality_claim: String,
    /// The municipality of all its tokens, instead of a claim.
    #[arg(long, env = "UTFALL_ISSUER_MUNICIPALITY")]
    issuer_municipality: Option<String>,
}

impl IssuerSettings {
    fn external(&self) -> Option<ExternalSettings> {
        let issuer = self.issuer.clone()?;
        let keys = match &self.issuer_keys {
            None => KeySource::Discovery,
            Some(address) if address.contains("://") => KeySource::Jwks(address.clone()),
            Some(file) => KeySource::Pem(file.into()),
        };
        let municipality = match &self.issuer_municipality {
            Some(code) => MunicipalityFrom::Always(code.clone()),
            None => MunicipalityFrom::Claim(self.issuer_municipality_claim.clone()),
        };
        Some(ExternalSettings {
            issuer,
            audience: self.issuer_audience.clone(),
            token_type: self.issuer_type.clone(),
            subject_claim: self.issuer_subject_claim.clone(),
            municipality,
            keys,
            between: BETWEEN,
        })
    }
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
            other_urls: self.other_urls.iter().map(|url| url.trim_end_matches('/').to_owned()).collect(),
            origins: self.origins.clone(),
            calls_a_second: NonZeroU32::new(self.calls_a_second),
            personal_numbers: self.personal_numbers,
            follows_host: self.public_url.is_none(),
            is_kolada_closed: self.kolada == Access::Closed,
            external: self.issuer.external(),
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
