//! How fast series are read: 3,000,000 observations, 64 clients, one series a request. Bodies that are kept beside a handler whose body
//! never changes, in the same process; bodies that are not beside pgbench running the same transaction on the same database.

pub(super) mod child;
mod data;
pub(crate) mod load;
pub(super) mod pgbench;
mod stale;

pub use child::serve;

use super::security;
use crate::database::{Kind, TestDatabase, service_role};
use child::Child;
use data::{Data, Place};
use load::{Drive, Measured};
use std::time::Duration;
use utfall_api::auth::token::Issuer;
use utfall_domain::permission::Role;
use utfall_domain::text::MunicipalityCode;
use utfall_persistence::clock::system_clock;
use utfall_persistence::identity::Grant;
use utfall_persistence::store::Store;

/// How many clients ask at once.
pub const CLIENTS: usize = 64;
/// Kept bodies are served at least at this share of the constant handler's speed.
const WARM: f64 = 0.5;
/// Bodies that are made are served at least at this share of pgbench's speed.
const COLD: f64 = 0.8;
/// How many series are asked for over and over.
const HOT: usize = 1_000;

/// How much to measure.
#[derive(Debug, Clone, Copy)]
pub struct Settings {
    /// What the data are made from.
    pub seed: u64,
    /// How many indicators; each has 600 observations.
    pub indicators: u32,
    /// How often each speed is measured.
    pub rounds: u64,
    /// How long a measurement takes, in seconds.
    pub seconds: u64,
    /// How long the memory is watched under load, in minutes.
    pub minutes: u64,
    /// How many writes are followed by a read that must be current.
    pub writes: u64,
}

/// Measures and prints; says whether every bar holds.
///
/// # Panics
/// When the service refuses what it should take, or answers with something else than what was loaded.
pub async fn run(settings: Settings) -> bool {
    let database = TestDatabase::empty(Kind::Postgres).await;
    utfall_persistence::migrate(&database.owner_url, Some(&service_role())).await.expect("a migrated database");
    let store = Store::open(&database.url, system_clock()).await.expect("a store");
    let grant = administrator(&store).await;
    let token = token(&store, &grant).await;
    let data = Data::new(settings.seed, settings.indicators);
    let child = Child::start(&database.url, 0).await;
    let took = data.load(&store, child.api, &token).await;
    println!(
        "\nPostgres: {} observations of {} indicators, loaded over HTTP in {:.0} s ({:.0} a second)",
        data.count(),
        settings.indicators,
        took.as_secs_f64(),
        f64::from(data.count()) / took.as_secs_f64()
    );
    pgbench::analyse(&database.owner_url).await;
    let bytes = data.check(child.api, &token).await;
    drop(child);
    let mut places = data.shuffled(settings.seed);
    let hot: Vec<Place> = places.split_off(places.len() - HOT);
    let drive = Drive::new(&token, Duration::from_secs(settings.seconds));
    let mut holds = true;
    println!(
        "  {CLIENTS} clients, {} s each, {} rounds, an answer of {bytes} bytes",
        settings.seconds, settings.rounds
    );
    let mut child;
    let (mut constant, mut warm, mut own, mut cold) = <(Vec<_>, Vec<_>, Vec<_>, Vec<_>)>::default();
    let mut unguarded = Vec::new();
    loop {
        // Begun anew, it has kept nothing: every series asked for in turn is made.
        child = Child::start(&database.url, bytes).await;
        drive.each_once(child.api, &hot).await;
        constant.push(drive.constant(child.constant).await);
        warm.push(drive.at_random(child.api, &hot, settings.seed).await);
        own.push(pgbench::run(&database.url, settings).await);
        unguarded.push(security::without(&database.owner_url, pgbench::run(&database.url, settings)).await);
        cold.push(drive.in_turn(child.api, &places).await);
        if cold.len() as u64 >= settings.rounds {
            break;
        }
    }
    let constant = Measured::median(&constant);
    constant.show("a constant body, in the same process", None);
    holds &= Measured::median(&warm).show("a series that is kept", Some((&constant, WARM)));
    let own = Measured::median(&own);
    own.show("pgbench, the same transaction", None);
    holds &= Measured::median(&cold).show("a series that is not", Some((&own, COLD)));
    holds &= security::show(&own, &Measured::median(&unguarded));
    holds &= stale::run(&database.url, &child, &data, &token, settings.writes).await;
    holds & memory(&child, &drive, &hot, settings).await
}

/// Watches the memory of the service under load: the last minute's beside the second's.
async fn memory(child: &Child, drive: &Drive, hot: &[Place], settings: Settings) -> bool {
    if settings.minutes == 0 {
        return true;
    }
    let mut sizes = Vec::new();
    for minute in 0..settings.minutes {
        drive.lasting(Duration::from_mins(1)).at_random(child.api, hot, settings.seed ^ minute).await;
        sizes.push(child.resident());
    }
    let (early, late) = (sizes[1.min(sizes.len() - 1)], sizes[sizes.len() - 1]);
    let growth = (late - early) / early;
    let holds = growth < 0.05;
    let listed: Vec<String> = sizes.iter().map(|size| format!("{size:.0}")).collect();
    println!(
        "  memory after each minute of load, MiB: {}; from the second on {:+.1} % (bar 5 %: {})",
        listed.join(" "),
        growth * 100.0,
        if holds { "held" } else { "MISSED" }
    );
    holds
}

async fn administrator(store: &Store) -> Grant {
    let code = MunicipalityCode::parse(crate::app::MUNICIPALITY).expect("a code");
    store.grant("bench", Role::Admin, Some(&code), &[]).await.expect("a grant")
}

async fn token(store: &Store, grant: &Grant) -> String {
    let keys = store.signing_keys().await.expect("keys");
    let issuer = Issuer::new(child::PUBLIC_URL, &keys).expect("an issuer");
    issuer.issue(grant, store.now(), 600).expect("a token")
}
