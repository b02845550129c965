//! The keys that tokens are signed with: another takes over, and the one before is retired when its tokens have ended.

use super::Failure;
use super::settings::StoreSettings;
use clap::Subcommand;

#[derive(Subcommand)]
pub(super) enum Act {
    /// List the keys that hold; the first signs.
    List {
        #[command(flatten)]
        store: StoreSettings,
    },
    /// Make another key, which signs from now on. Running services know it within 35 seconds.
    Rotate {
        #[command(flatten)]
        store: StoreSettings,
    },
    /// Retire a key: what it has signed is refused, by running services within 35 seconds.
    Retire {
        #[command(flatten)]
        store: StoreSettings,
        /// The key's id, as the list shows it.
        kid: String,
    },
}

pub(super) async fn run(act: Act) -> Result<(), Failure> {
    match act {
        Act::List { store } => {
            for (at, key) in store.open().await?.signing_keys().await?.iter().enumerate() {
                println!("{} {} {}", key.kid, key.algorithm, if at == 0 { "signs" } else { "verifies" });
            }
        }
        Act::Rotate { store } => println!("{}", store.open().await?.rotate_signing_key().await?.kid),
        Act::Retire { store, kid } => {
            if !store.open().await?.retire_signing_key(&kid).await? {
                return Err(format!("there is no key {kid} to retire").into());
            }
        }
    }
    Ok(())
}
