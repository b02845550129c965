//! How fast reports are read beside 24 months of postings, for information.

use super::figures::{Samples, heading, line};
use super::month::Month;
use super::plan;
use crate::client::Client;
use std::time::Instant;

const READS: usize = 50;

/// Posts 24 months and reads reports of them.
///
/// # Panics
/// When a posting or a report is refused.
pub async fn time(client: &Client, month: &Month) {
    let csv = month.csv();
    for number in 0..24 {
        let path = format!("outcomes/{}-{:02}/ledger", 2016 + number / 12, number % 12 + 1);
        client.put_csv(&path, csv.clone()).await.succeeded();
    }
    heading(&format!("reports of January to December beside the year before, {READS} reads"));
    let committee = plan::committee(0);
    for report in ["operating-summary", "forecast-summary"] {
        for by in ["activity", "unit", "account"] {
            let path = format!("reports/{report}?committee={committee}&period=2017-12&by={by}");
            let mut samples = Samples::default();
            let mut rows = 0;
            for _ in 0..READS {
                let began = Instant::now();
                let answer = client.get(&path).await;
                samples.add(began.elapsed());
                rows = answer.succeeded()["rows"].as_array().map_or(0, Vec::len);
            }
            line(&format!("{report} by {by}"), &samples, u32::try_from(rows).unwrap_or(u32::MAX), None);
        }
    }
}
