//! Tokens hold also where the service's clock is some seconds off, and not where it is minutes off: `faketime` sets it.

use crate::database::{Kind, TestDatabase};
use crate::served::Served;
use serde_json::json;

/// How far the clock is off, and whether a token of one minute, made now, is let in. Thirty seconds are borne on either side.
const OFF: [(&str, bool); 6] =
    [("+0s", true), ("-25s", true), ("-120s", false), ("+25s", true), ("+85s", true), ("+180s", false)];

/// Starts the service under each clock, and calls it with a token that is made by the right one.
///
/// # Panics
/// When a token is let in that should not be, or refused that should.
pub async fn may_differ_by_seconds() -> String {
    let database = TestDatabase::empty(Kind::Sqlite).await;
    let served = Served::start(&database);
    let platform = served.client(&database, &["--role", "platform-admin"]);
    platform.put("", json!({ "name": "Linköping" })).await.succeeded();
    drop(served);
    for (off, lets_in) in OFF {
        let served = Served::start_off(&database, off);
        let reader = served.client(&database, &["--role", "reader", "--municipality", "0580", "--minutes", "1"]);
        let answer = reader.get("committees").await;
        assert_eq!(answer.status, if lets_in { 200 } else { 401 }, "a clock {off} off: {}", answer.body);
    }
    format!(
        "clocks: of {} services with clocks up to 180 s off, those within 30 s of a token's times let it in",
        OFF.len()
    )
}
