//! `utfall audit verify`: whether the chains of the audit trail hold.

use super::Failure;
use super::settings::StoreSettings;
use clap::{Args, Subcommand};
use utfall_domain::text::MunicipalityCode;
use utfall_persistence::audit::{Head, verify};
use utfall_persistence::store::Store;

#[derive(Subcommand)]
pub(super) enum Act {
    /// Follow every event to the one before it; print the head of each chain, or the first place where one does not hold.
    Verify(VerifyArguments),
}

#[derive(Args)]
pub(super) struct VerifyArguments {
    #[command(flatten)]
    store: StoreSettings,
    /// Only this municipality's; all when it is not said.
    #[arg(long)]
    municipality: Option<String>,
    /// A head that was printed before, `NUMBER:HASH`: the chain must have had it.
    #[arg(long, requires = "municipality", value_parser = noted)]
    head: Option<Head>,
}

fn noted(text: &str) -> Result<Head, String> {
    let parts = text.split_once(':').and_then(|(number, hash)| Some((number.parse().ok()?, hash)));
    let (number, hash) = parts.ok_or("is not NUMBER:HASH, as it was printed")?;
    Ok(Head { number, hash: hash.to_owned() })
}

pub(super) async fn run(act: Act) -> Result<(), Failure> {
    let Act::Verify(VerifyArguments { store, municipality, head }) = act;
    let store = store.open().await?;
    let codes = match municipality {
        Some(code) => vec![MunicipalityCode::parse(&code).map_err(|why| format!("the municipality {code:?} {why}"))?],
        None => all(&store).await?,
    };
    let mut broken = Vec::new();
    for code in &codes {
        if store.municipality(code).await?.is_none() {
            return Err(format!("the database has no municipality {code}").into());
        }
        match store.read(code, None, async |scope| verify(scope, head.as_ref()).await).await? {
            Ok(Head { number, hash }) => println!("{code} holds, {number} events, head {number}:{hash}"),
            Err(why) => {
                println!("{code} DOES NOT HOLD: {why}");
                broken.push(code.to_string());
            }
        }
    }
    if broken.is_empty() {
        Ok(())
    } else {
        Err(format!("the audit trail of {} does not hold", broken.join(", ")).into())
    }
}

async fn all(store: &Store) -> Result<Vec<MunicipalityCode>, Failure> {
    let (found, _) = store.municipalities(i64::MAX, 0).await?;
    if found.is_empty() {
        return Err("the database has no municipality".into());
    }
    Ok(found.iter().map(|one| MunicipalityCode::parse(&one.code)).collect::<Result<_, _>>()?)
}
