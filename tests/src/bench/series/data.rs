//! The observations: of each indicator ten years and three sexes, of 20 organisations among 300.

use crate::app::MUNICIPALITY;
use crate::client::Client;
use crate::random::Random;
use serde_json::json;
use std::fmt::Write as _;
use std::net::SocketAddr;
use std::time::{Duration, Instant};
use utfall_domain::kolada::area::{Group, GroupKind, Member};
use utfall_domain::permission::Role;
use utfall_persistence::kolada::catalogue::Entries;
use utfall_persistence::store::Store;

const ORGANISATIONS: u32 = 300;
const OF_AN_INDICATOR: u32 = 20;
const YEARS: std::ops::Range<u32> = 2010..2020;
const SEXES: [&str; 3] = ["T", "K", "M"];
/// How many indicators one call loads: 99,000 rows.
const A_CALL: u32 = 165;

/// One series to ask for.
#[derive(Debug, Clone, Copy)]
pub struct Place {
    indicator: u32,
    organisation: u32,
}

impl Place {
    /// The indicator's key.
    pub fn indicator(self) -> String {
        format!("i{}", self.indicator)
    }

    /// The organisation.
    pub fn organisation(self) -> String {
        format!("G{}", 10_000 + self.organisation)
    }

    /// The path of the series.
    pub fn path(self) -> String {
        format!(
            "/utfall/v1/municipalities/{MUNICIPALITY}/indicators/{}/series?organisations={}",
            self.indicator(),
            self.organisation()
        )
    }
}

/// What is loaded.
pub struct Data {
    seed: u64,
    indicators: u32,
}

impl Data {
    /// Data from a seed.
    pub const fn new(seed: u64, indicators: u32) -> Self {
        Self { seed, indicators }
    }

    /// How many observations there are.
    pub fn count(&self) -> u32 {
        let years = u32::try_from(YEARS.len()).expect("few years");
        self.indicators * OF_AN_INDICATOR * years * 3
    }

    /// Every series, in a random order.
    pub fn shuffled(&self, seed: u64) -> Vec<Place> {
        let organisation = |indicator, number| (indicator * 7 + number * 15) % ORGANISATIONS;
        let places = (0..self.indicators).flat_map(|indicator| {
            (0..OF_AN_INDICATOR).map(move |number| Place { indicator, organisation: organisation(indicator, number) })
        });
        let mut places: Vec<Place> = places.collect();
        let mut random = Random::new(seed);
        for at in (1..places.len()).rev() {
            places.swap(at, usize::try_from(random.below(at as u64 + 1)).expect("a place"));
        }
        places
    }

    fn thousandths(&self, place: Place, year: u32, sex: usize) -> u64 {
        let Place { indicator, organisation } = place;
        Random::new(self.seed ^ u64::from(indicator * 1_000_003 + organisation * 131 + year * 7) ^ sex as u64)
            .below(100_000)
    }

    /// Loads all of it over HTTP and says how long the observations took.
    pub async fn load(&self, store: &Store, address: SocketAddr, token: &str) -> Duration {
        let groups = (0..ORGANISATIONS).map(|number| Group {
            code: format!("G{}", 10_000 + number),
            title: format!("Grupp {number}"),
            kind: GroupKind::Areas,
            members: vec![Member { code: "0580".into(), title: "Linköping".into() }],
        });
        store.put_catalogue(&Entries { groups: groups.collect(), ..Entries::default() }).await.expect("groups");
        let platform = store.grant("bench-platform", Role::PlatformAdmin, None, &[]).await.expect("a grant");
        let platform = Client::with_token(address, MUNICIPALITY, &super::token(store, &platform).await);
        platform.put("", json!({ "name": "Linköping" })).await.succeeded();
        let client = Client::with_token(address, MUNICIPALITY, token);
        let indicators: Vec<_> = (0..self.indicators)
            .map(|number| json!({ "key": format!("i{number}"), "name": format!("Nyckeltal {number}") }))
            .collect();
        client.put("indicators", json!({ "indicators": indicators })).await.succeeded();
        let began = Instant::now();
        let places = self.shuffled(self.seed);
        for first in (0..self.indicators).step_by(A_CALL as usize) {
            let mut csv = String::from("indicator,organisation,period,sex,value\n");
            let of_call = first..first + A_CALL;
            for place in places.iter().filter(|place| of_call.contains(&place.indicator)) {
                for year in YEARS {
                    for (at, sex) in SEXES.iter().enumerate() {
                        let thousandths = self.thousandths(*place, year, at);
                        let (whole, rest) = (thousandths / 1000, thousandths % 1000);
                        let _ = writeln!(
                            csv,
                            "{},{},{year},{sex},{whole}.{rest:03}",
                            place.indicator(),
                            place.organisation()
                        );
                    }
                }
            }
            let request = client.request(reqwest::Method::POST, "observations").header("Content-Type", "text/csv");
            client.send(request.body(csv)).await.succeeded();
        }
        began.elapsed()
    }

    /// Reads some series back and compares every value; gives how many bytes an answer has.
    pub async fn check(&self, address: SocketAddr, token: &str) -> usize {
        let client = Client::with_token(address, MUNICIPALITY, token);
        let mut bytes = 0;
        for place in self.shuffled(self.seed ^ 1).into_iter().take(100) {
            let answer = client.get(&place.path()).await;
            bytes = answer.body.len();
            let series = answer.succeeded()["series"].clone();
            assert_eq!(series.as_array().map(Vec::len), Some(3), "{series}");
            for one in series.as_array().expect("series") {
                let sex = SEXES.iter().position(|sex| one["sex"] == *sex).expect("a sex");
                for (year, point) in YEARS.zip(one["points"].as_array().expect("points")) {
                    let expected = self.thousandths(place, year, sex);
                    let value: f64 = point["value"].as_f64().expect("a value");
                    assert!(
                        format!("{:.0}", value * 1000.0) == expected.to_string(),
                        "{place:?} {year}: {value}, not {expected}/1000"
                    );
                }
            }
        }
        bytes
    }
}
