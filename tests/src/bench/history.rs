//! How fast reports are read over 24 months of 50,000 rows a month, and over ten times as much history, beside the plain aggregate of the
//! entries run by pgbench on the same database in the same run.

use super::month::Month;
use super::series::child::{Child, PUBLIC_URL};
use super::series::load::{Drive, Measured};
use super::series::pgbench::{analyse, run_script};
use super::{plan, security};
use crate::app::MUNICIPALITY;
use crate::client::Client;
use crate::database::{Kind, TestDatabase, service_role};
use crate::random::Random;
use sea_orm::{ConnectOptions, ConnectionTrait, Database, Statement};
use serde_json::json;
use std::fmt::Write as _;
use std::time::Duration;
use utfall_api::auth::token::Issuer;
use utfall_domain::money::Money;
use utfall_domain::permission::Role;
use utfall_domain::text::MunicipalityCode;
use utfall_persistence::clock::system_clock;
use utfall_persistence::store::Store;

/// How many clients ask at once.
const CLIENTS: usize = 8;
/// A report takes at most so long in the middle, in milliseconds, where the plain aggregate takes 400 or more.
const MIDDLE: f64 = 6.0;
/// Ten times the history takes at most so many times as long.
const LONGER: f64 = 1.2;
/// The last year of the history.
const LAST: u64 = 2018;

/// How much to measure.
#[derive(Debug, Clone, Copy)]
pub struct Settings {
    /// What the months are made from.
    pub seed: u64,
    /// The rows of a month.
    pub rows: u32,
    /// How long a measurement takes, in seconds.
    pub seconds: u64,
    /// How many times 24 months the long history is; 1 measures the short one only.
    pub times: u32,
}

struct Bench {
    database: TestDatabase,
    settings: Settings,
    token: String,
    child: Child,
    months: Vec<Month>,
}

/// Measures and prints; says whether every bar holds.
///
/// # Panics
/// When the service refuses what it should take, or a report's sum is not the plain aggregate's.
pub async fn run(settings: Settings) -> bool {
    let bench = Bench::new(settings).await;
    bench.post(LAST - 1..=LAST).await;
    println!(
        "\nPostgres: reports of one committee of ten, {} rows a month, {CLIENTS} clients, {} s each",
        settings.rows, settings.seconds
    );
    let short = bench.measure("24 months").await;
    let mut holds = short.holds();
    if settings.times > 1 {
        let years = u64::from(settings.times) * 2;
        bench.post(LAST + 1 - years..=LAST - 2).await;
        let long = bench.measure(&format!("{} months", years * 12)).await;
        holds &= long.holds();
        for (name, ratio) in
            [("kept", long.kept.middle / short.kept.middle), ("made", long.made.middle / short.made.middle)]
        {
            let held = ratio <= LONGER;
            holds &= held;
            println!(
                "  {name}: {} times the history takes {ratio:.2} times as long (bar {LONGER}: {})",
                settings.times,
                said(held)
            );
        }
    }
    holds
}

const fn said(held: bool) -> &'static str {
    if held { "held" } else { "MISSED" }
}

/// What was measured of one history.
struct Figures {
    is_guarded_cheaply: bool,
    plain: Measured,
    kept: Measured,
    made: Measured,
}

impl Figures {
    /// The bar is of reports as they are served, where the plain aggregate is slow enough to say anything.
    fn is_quick(&self) -> bool {
        self.plain.middle < 400.0 || self.kept.middle <= MIDDLE
    }

    fn holds(&self) -> bool {
        self.is_guarded_cheaply && self.is_quick()
    }
}

impl Bench {
    async fn new(settings: Settings) -> Self {
        let database = TestDatabase::empty(Kind::Postgres).await;
        utfall_persistence::migrate(&database.owner_url, Some(&service_role())).await.expect("a migrated database");
        let store = Store::open(&database.url, system_clock()).await.expect("a store");
        let keys = store.signing_keys().await.expect("keys");
        let issuer = Issuer::new(PUBLIC_URL, &keys).expect("an issuer");
        let code = MunicipalityCode::parse(MUNICIPALITY).expect("a code");
        let platform = store.grant("bench", Role::PlatformAdmin, None, &[]).await.expect("a grant");
        let admin = store.grant("bench", Role::Admin, Some(&code), &[]).await.expect("a grant");
        let token = |grant| issuer.issue(grant, store.now(), 600).expect("a token");
        let child = Child::start(&database.url, 1).await;
        let platform = Client::with_token(child.api, MUNICIPALITY, &token(&platform));
        platform.put("", json!({ "name": "Linköping" })).await.succeeded();
        let months = (0..4).map(|at| Month::new(settings.seed + at, settings.rows as usize)).collect();
        let bench = Self { token: token(&admin), database, settings, child, months };
        let client = bench.client();
        plan::load(&client).await;
        let budget = (0..plan::UNITS).fold("unit;activity;profile;amount\n".to_owned(), |mut csv, unit| {
            let activity = plan::activity(unit % plan::ACTIVITIES);
            let _ = writeln!(csv, "{};{activity};even;1000000", plan::unit(unit));
            csv
        });
        for year in [LAST - 1, LAST] {
            client.put_csv(&format!("budgets/{year}/original"), budget.clone()).await.succeeded();
        }
        bench
    }

    fn client(&self) -> Client {
        Client::with_token(self.child.api, MUNICIPALITY, &self.token)
    }

    /// Posts the months of some years; the months differ from each other.
    async fn post(&self, years: std::ops::RangeInclusive<u64>) {
        let client = self.client();
        let began = std::time::Instant::now();
        let mut count = 0;
        for year in years {
            for month in 1..=12_u64 {
                let csv = self.months[usize::try_from((year + month) % 4).expect("a number")].csv();
                client.put_csv(&format!("outcomes/{year}-{month:02}/ledger"), csv).await.succeeded();
                count += 1;
            }
        }
        println!("  {count} months posted in {:.0} s", began.elapsed().as_secs_f64());
        analyse(&self.database.owner_url).await;
    }

    async fn measure(&self, name: &str) -> Figures {
        self.check().await;
        let seconds = self.settings.seconds;
        let aggregate = plain_sql(":committee");
        let run = || run_script(&self.database.url, &aggregate, CLIENTS, seconds, "committee=0");
        let plain = run().await;
        let unguarded = security::without(&self.database.owner_url, run()).await;
        let drive = Drive::new(&self.token, Duration::from_secs(seconds)).clients(CLIENTS);
        let kept = drive.paths(self.child.api, |_| |random: &mut Random| Some(path(random, None))).await;
        // A moment of its own makes every address another, so that no answer is kept.
        let made = drive
            .paths(self.child.api, |client| {
                let mut at = client as u64 * 1_000_000;
                move |random: &mut Random| {
                    at += 1;
                    Some(path(random, Some(at)))
                }
            })
            .await;
        let figures = Figures { is_guarded_cheaply: security::show(&plain, &unguarded), plain, kept, made };
        let show = |what: &str, measured: &Measured, bar: &str| {
            println!(
                "  {name}, {what:<34} p50 {:>8.2} ms, p99 {:>8.2} ms, {:>7.0}/s{bar}",
                measured.middle, measured.slowest, measured.speed
            );
        };
        show("plain aggregate of entries, pgbench", &figures.plain, "");
        show("report as served", &figures.kept, &format!("  (bar p50 {MIDDLE} ms: {})", said(figures.is_quick())));
        show("report made anew every time", &figures.made, "");
        figures
    }

    /// The report's totals are the plain aggregate's, to the öre.
    async fn check(&self) {
        let mut options = ConnectOptions::new(&self.database.owner_url);
        options.max_connections(1).sqlx_logging(false);
        let connection = Database::connect(options).await.expect("the owner's connection");
        let sum = format!(
            "SELECT CAST(SUM(outcome) AS BIGINT) AS outcome, CAST(SUM(previous) AS BIGINT) AS previous FROM ({}) s",
            select("0")
        );
        let backend = connection.get_database_backend();
        connection.execute_unprepared("SELECT set_config('app.municipality', '0580', false)").await.expect("a setting");
        let row = connection.query_one_raw(Statement::from_string(backend, sum)).await.expect("a sum").expect("a row");
        let ore = |column: &str| -> i64 { row.try_get("", column).expect(column) };
        let report = self
            .client()
            .get(&format!("reports/operating-summary?committee={}&period=2018-12", plan::committee(0)))
            .await
            .succeeded();
        for (key, column) in [("outcome", "outcome"), ("outcomePreviousYear", "previous")] {
            let exact = Money::stored(ore(column)).to_string();
            assert_eq!(report["total"]["values"][key].to_string().trim_end_matches(".0"), exact, "{key}");
        }
        connection.close().await.expect("a closed connection");
        println!("  sums equal the plain aggregate to the öre");
    }
}

/// A report of the committee at random: by what, at which depth, through December.
fn path(random: &mut Random, moment: Option<u64>) -> String {
    let by = ["activity", "unit", "account"][usize::try_from(random.below(3)).expect("a number")];
    let as_of = moment.map(|at| format!("&asOf=2099-01-01T00:00:00.{:06}Z", at % 1_000_000)).unwrap_or_default();
    let extra = moment.map(|at| format!("&depth={}", at / 1_000_000 % 20 + 1)).unwrap_or_default();
    format!(
        "/utfall/v1/municipalities/{MUNICIPALITY}/reports/operating-summary?committee={}&period=2018-12&by={by}{as_of}{extra}",
        plan::committee(0)
    )
}

/// Net cost by activity of a committee's units, of a year and the year before, straight from the entries that stand.
fn select(committee: &str) -> String {
    format!(
        "SELECT e.activity, SUM(CASE WHEN e.year = 2018 THEN e.amount ELSE 0 END) AS outcome, \
         SUM(CASE WHEN e.year = 2017 THEN e.amount ELSE 0 END) AS previous \
         FROM posting p JOIN entry e ON e.municipality = p.municipality AND e.year = p.year AND e.posting_number = p.posting_number \
         WHERE p.municipality = '0580' AND e.municipality = '0580' AND e.year IN (2017, 2018) AND p.year IN (2017, 2018) \
         AND p.kind = 'outcome' AND p.until = 9223372036854775807 AND (CAST(e.unit AS BIGINT) - 10000) % 10 = {committee} GROUP BY e.activity"
    )
}

fn plain_sql(committee: &str) -> String {
    format!(
        "BEGIN READ ONLY;\nSELECT set_config('app.municipality', '0580', true);\n{};\nROLLBACK;\n",
        select(committee)
    )
}
