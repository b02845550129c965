//! The SQL that the door of a municipality lets through, in whatever test of this process.

use std::collections::BTreeSet;
use std::fmt::Debug;
use std::sync::{Mutex, Once, PoisonError};
use tracing::field::{Field, Visit};
use tracing::{Event, Metadata, Subscriber};
use tracing_subscriber::layer::{Context, Layer, SubscriberExt};
use tracing_subscriber::util::SubscriberInitExt;

static ASKED: Mutex<BTreeSet<String>> = Mutex::new(BTreeSet::new());

/// Every statement that has been asked so far, once.
pub fn asked() -> BTreeSet<String> {
    ASKED.lock().unwrap_or_else(PoisonError::into_inner).clone()
}

/// Begins to listen, once a process.
pub(crate) fn listen() {
    static LISTENS: Once = Once::new();
    LISTENS.call_once(|| tracing_subscriber::registry().with(Listening).init());
}

/// How long a statement is that is kept, in bytes.
const LONGEST: usize = 10_000;

struct Listening;

impl<S: Subscriber> Layer<S> for Listening {
    fn enabled(&self, metadata: &Metadata<'_>, _: Context<'_, S>) -> bool {
        metadata.target() == "utfall::sql"
    }

    fn on_event(&self, event: &Event<'_>, _: Context<'_, S>) {
        event.record(&mut Keeping);
    }
}

struct Keeping;

impl Visit for Keeping {
    fn record_debug(&mut self, _: &Field, _: &dyn Debug) {}

    fn record_str(&mut self, _: &Field, sql: &str) {
        // A long one is many rows of what a short one says with few.
        if sql.len() > LONGEST {
            return;
        }
        let mut asked = ASKED.lock().unwrap_or_else(PoisonError::into_inner);
        if !asked.contains(sql) {
            asked.insert(sql.to_owned());
        }
    }
}
