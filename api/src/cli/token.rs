//! `utfall token`: records a grant and prints a token for it.

use super::Failure;
use super::settings::{LISTEN, StoreSettings, public_url};
use crate::auth::token::Issuer;
use clap::Args;
use utfall_domain::permission::Role;
use utfall_domain::text::{Code, MunicipalityCode, Name};
use utfall_persistence::store::Store;

#[derive(Args)]
pub(super) struct TokenArguments {
    #[command(flatten)]
    store: StoreSettings,
    /// The address that clients use; tokens name it as their issuer.
    #[arg(long, env = "UTFALL_PUBLIC_URL")]
    public_url: Option<String>,
    /// Where the service listens; the issuer when there is no public address.
    #[arg(long, env = "UTFALL_LISTEN", default_value = LISTEN)]
    listen: String,
    /// Who the token is for.
    #[arg(long)]
    subject: String,
    /// platform-admin, admin, controller, poster, secretary or reader.
    #[arg(long, value_parser = super::role)]
    role: Role,
    /// The municipality's code; every role but platform-admin needs one.
    #[arg(long)]
    municipality: Option<String>,
    /// Bind it to a committee; may be given several times.
    #[arg(long)]
    committee: Vec<String>,
    /// How long it holds.
    #[arg(long, default_value_t = 60, value_parser = clap::value_parser!(u32).range(1..=525_600))]
    minutes: u32,
}

impl TokenArguments {
    pub async fn run(self) -> Result<(), Failure> {
        let asked = Asked {
            subject: self.subject,
            role: self.role,
            municipality: self.municipality,
            committees: self.committee,
        };
        asked.check()?;
        let store = self.store.open().await?;
        let keys = store.signing_keys().await?;
        let issuer = Issuer::new(&public_url(self.public_url.as_deref(), &self.listen), &keys)?;
        println!("{}", asked.token(&store, &issuer, self.minutes).await?);
        Ok(())
    }
}

/// A grant that is asked for.
pub(super) struct Asked {
    pub subject: String,
    pub role: Role,
    pub municipality: Option<String>,
    pub committees: Vec<String>,
}

impl Asked {
    /// Whether the grant is one that can be given; says why not. Gives its municipality.
    fn check(&self) -> Result<Option<MunicipalityCode>, Failure> {
        Name::parse(&self.subject).map_err(|why| format!("the subject {why}"))?;
        let municipality = self.municipality.as_deref().map(MunicipalityCode::parse).transpose();
        let municipality = municipality.map_err(|why| format!("the municipality {why}"))?;
        match (self.role, &municipality) {
            (Role::PlatformAdmin, Some(_)) => return Err("a platform-admin is bound to no municipality".into()),
            (Role::PlatformAdmin, None) if !self.committees.is_empty() => {
                return Err("a platform-admin is bound to no committee".into());
            }
            (Role::PlatformAdmin, None) | (_, Some(_)) => {}
            (role, None) => return Err(format!("the role {} needs --municipality", role.code()).into()),
        }
        for code in &self.committees {
            Code::parse(code).map_err(|why| format!("the committee {code:?} {why}"))?;
        }
        Ok(municipality)
    }

    /// Records the grant and signs a token for it.
    pub async fn token(self, store: &Store, issuer: &Issuer, minutes: u32) -> Result<String, Failure> {
        let municipality = self.check()?;
        let grant = store.grant(&self.subject, self.role, municipality.as_ref(), &self.committees).await?;
        Ok(issuer.issue(&grant, store.now(), minutes)?)
    }
}
