//! `utfall dcat`: describes the service for the national data portal.

use super::Failure;
use crate::contract::dcat::{Publisher, turtle};
use clap::Args;

/// Who publishes.
#[derive(Args)]
pub(super) struct DcatArguments {
    /// The address that clients see, without a slash at its end.
    #[arg(long, env = "UTFALL_PUBLIC_URL")]
    public_url: String,
    /// The organisation that publishes, such as "Linköpings kommun".
    #[arg(long)]
    publisher: String,
    /// Its address on the web.
    #[arg(long)]
    site: String,
    /// The e-mail address that questions go to.
    #[arg(long)]
    email: String,
}

impl DcatArguments {
    pub(super) fn run(self) -> Result<(), Failure> {
        let Self { public_url, publisher, site, email } = self;
        let address = public_url.trim_end_matches('/');
        for (name, text) in [("--public-url", address), ("--site", &site)] {
            if !text.starts_with("https://") && !text.starts_with("http://") || !is_address(text) {
                return Err(
                    format!("{name} is {text:?}, which is no address such as https://utfall.linkoping.se").into()
                );
            }
        }
        if !email.contains('@') || !is_address(&email) {
            return Err(format!("--email is {email:?}, which is no e-mail address").into());
        }
        print!("{}", turtle(&Publisher { address, name: &publisher, site: &site, email: &email }));
        Ok(())
    }
}

/// Whether a text can stand between the angle brackets of Turtle.
fn is_address(text: &str) -> bool {
    !text.contains(|c: char| {
        c.is_whitespace() || c.is_control() || matches!(c, '<' | '>' | '"' | '{' | '}' | '|' | '^' | '`' | '\\')
    })
}
