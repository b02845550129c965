//! What is promised of faults: the real binary is killed, stopped, started together and left alone, on both databases, and
//! an oracle looks behind its back. Every round comes from a seed; every promise answers with its figures.

pub mod clocks;
pub mod issuer;
pub mod kill;
pub mod leave;
pub mod oracle;
pub mod rust_client;
pub mod service;
pub mod slow;
pub mod spreadsheet;
pub mod starts;
pub mod stop;
pub mod typescript;
pub mod writers;

use crate::bench::month::Month;
use crate::client::{Answer, Client};
use reqwest::Method;

/// A month to be delivered: where to, as what, and what it sums to.
#[derive(Debug, Clone)]
pub struct Delivery {
    /// The path under the municipality.
    pub path: String,
    /// The bytes.
    pub csv: String,
    /// Its rows.
    pub rows: usize,
}

impl Delivery {
    /// A month of made rows for a month of the year 2018.
    pub fn made(seed: u64, rows: usize, month: u64, source: &str) -> Self {
        let path = format!("outcomes/2018-{month:02}/{source}");
        Self { path, csv: Month::new(seed, rows).csv(), rows }
    }

    /// Sends it. `None` when the connection broke, so that nobody can tell what became of it.
    ///
    /// # Panics
    /// When it is refused: everything that is delivered here is right.
    pub async fn send(&self, client: &Client) -> Option<Receipt> {
        let request = client.request(Method::PUT, &self.path).header("Content-Type", "text/csv").body(self.csv.clone());
        let response = request.send().await.ok()?;
        let (status, headers) = (response.status(), response.headers().clone());
        let body = response.text().await.ok()?;
        let receipt = Answer { status, headers, body }.succeeded();
        Some(Receipt {
            posting_id: receipt["postingId"].as_str().expect("an id").to_owned(),
            revision: receipt["revision"].as_u64().expect("a revision"),
            unchanged: receipt["unchanged"] == true,
        })
    }

    /// Sends it to a service that lives.
    ///
    /// # Panics
    /// When there is no answer.
    pub async fn deliver(&self, client: &Client) -> Receipt {
        self.send(client).await.expect("an answer of a service that lives")
    }
}

/// What an acknowledgement said.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Receipt {
    /// The posting.
    pub posting_id: String,
    /// Its revision.
    pub revision: u64,
    /// Whether it was there already.
    pub unchanged: bool,
}
