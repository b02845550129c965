//! `utfall audit verify`: whether the chains of the audit trail hold. `utfall audit checkpoint`: where they stand, signed, to be kept
//! elsewhere; a chain that is cut off and written anew later is found by it.

use super::Failure;
use super::settings::StoreSettings;
use crate::auth::token::Issuer;
use crate::auth::verifying::{VerifyingKey, header};
use clap::{Args, Subcommand};
use serde::{Deserialize, Serialize};
use std::path::PathBuf;
use utfall_domain::client::PublicKey;
use utfall_domain::text::MunicipalityCode;
use utfall_persistence::audit::{Head, verify};
use utfall_persistence::store::Store;

#[derive(Subcommand)]
pub(super) enum Act {
    /// Follow every event to the one before it; print the head of each chain, or the first place where one does not hold.
    Verify(VerifyArguments),
    /// Print where every chain stands, signed by the service's key. Keep it, and `/.well-known/jwks.json` of that day, elsewhere.
    Checkpoint(StoreSettings),
}

/// The type of a signed checkpoint, its issuer and whom it is for.
const TYPE: &str = "utfall-checkpoint+jwt";
const ISSUER: &str = "utfall";
const AUDIENCE: &str = "audit";

/// Where the chains stood at a moment.
#[derive(Clone, Serialize, Deserialize)]
struct Checkpoint {
    iss: String,
    aud: String,
    /// When, in seconds since 1970.
    iat: i64,
    heads: Vec<NotedHead>,
}

#[derive(Clone, Serialize, Deserialize)]
struct NotedHead {
    municipality: String,
    number: i64,
    hash: String,
}

#[derive(Deserialize)]
struct KeySet {
    keys: Vec<PublicKey>,
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
    /// A checkpoint that was kept: every chain that it names must have had its head.
    #[arg(long, requires = "keys", conflicts_with_all = ["municipality", "head"])]
    checkpoint: Option<PathBuf>,
    /// The public keys that were kept with it (`/.well-known/jwks.json` of that day).
    #[arg(long, requires = "checkpoint")]
    keys: Option<PathBuf>,
}

fn noted(text: &str) -> Result<Head, String> {
    let parts = text.split_once(':').and_then(|(number, hash)| Some((number.parse().ok()?, hash)));
    let (number, hash) = parts.ok_or("is not NUMBER:HASH, as it was printed")?;
    Ok(Head { number, hash: hash.to_owned() })
}

pub(super) async fn run(act: Act) -> Result<(), Failure> {
    match act {
        Act::Verify(arguments) => follow(arguments).await,
        Act::Checkpoint(store) => checkpoint(&store.open().await?).await,
    }
}

async fn checkpoint(store: &Store) -> Result<(), Failure> {
    let issuer = Issuer::new(ISSUER, &store.signing_keys().await?)?;
    let mut heads = Vec::new();
    for code in all(store).await? {
        let Head { number, hash } = match store.read(&code, None, async |scope| verify(scope, None).await).await? {
            Ok(head) => head,
            Err(why) => return Err(format!("the audit trail of {code} does not hold: {why}").into()),
        };
        heads.push(NotedHead { municipality: code.to_string(), number, hash });
    }
    let (iss, aud, iat) = (ISSUER.into(), AUDIENCE.into(), store.now().timestamp());
    println!("{}", issuer.sign(TYPE, &Checkpoint { iss, aud, iat, heads })?);
    Ok(())
}

/// The heads of a checkpoint that one of the kept keys has signed.
fn kept(
    checkpoint: &std::path::Path,
    keys: &std::path::Path,
) -> Result<Vec<(MunicipalityCode, Option<Head>)>, Failure> {
    let read =
        |path: &std::path::Path| std::fs::read_to_string(path).map_err(|error| format!("{}: {error}", path.display()));
    let (text, set) = (read(checkpoint)?, read(keys)?);
    let set: KeySet = serde_json::from_str(&set).map_err(|_| format!("{} holds no keys", keys.display()))?;
    let not_ours = || Failure::from(format!("{} is no checkpoint that these keys have signed", checkpoint.display()));
    let head = header(text.trim()).map_err(|_| not_ours())?;
    let key = set.keys.iter().find(|key| Some(&key.kid) == head.kid.as_ref()).ok_or_else(not_ours)?;
    let key = VerifyingKey::from_jwk(key).map_err(|_| not_ours())?;
    let expected = (ISSUER, &[AUDIENCE][..]);
    let checkpoint: Checkpoint = key.claims(text.trim(), expected, &["aud", "iss"]).map_err(|_| not_ours())?;
    if head.typ.as_deref() != Some(TYPE) {
        return Err(not_ours());
    }
    let noted = |NotedHead { municipality, number, hash }| {
        Ok((MunicipalityCode::parse(&municipality).map_err(|_| not_ours())?, Some(Head { number, hash })))
    };
    checkpoint.heads.into_iter().map(noted).collect()
}

async fn follow(arguments: VerifyArguments) -> Result<(), Failure> {
    let VerifyArguments { store, municipality, head, checkpoint, keys } = arguments;
    let store = store.open().await?;
    let chains: Vec<(MunicipalityCode, Option<Head>)> = match (municipality, checkpoint, keys) {
        (Some(code), ..) => {
            vec![(MunicipalityCode::parse(&code).map_err(|why| format!("the municipality {code:?} {why}"))?, head)]
        }
        (None, Some(checkpoint), Some(keys)) => kept(&checkpoint, &keys)?,
        _ => all(&store).await?.into_iter().map(|code| (code, None)).collect(),
    };
    let mut broken = Vec::new();
    for (code, head) in &chains {
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
