//! Bodies that were made once and are served while they are current.
//!
//! A body is kept with the version of the data that it was made from. Whoever serves one has first read, from the primary and
//! after the request arrived, which version stands (see `persistence/src/shared_read.rs`); so a body is never older than the
//! data, on any replica, and nothing needs to be told to forget.

use actix_web::web::Bytes;
use std::sync::Arc;

/// How many bytes are kept in all: 64 MiB.
const MOST: u64 = 64 << 20;

/// A body, the version that it is of, and its tag.
#[derive(Debug)]
pub struct Kept {
    version: i64,
    /// Its entity tag, in quotes.
    pub etag: String,
    /// The content.
    pub body: Bytes,
}

/// Kept bodies, by what was asked for; those asked for least are forgotten first.
pub struct Bodies(moka::sync::Cache<String, Arc<Kept>>);

impl Default for Bodies {
    fn default() -> Self {
        let weight =
            |key: &String, kept: &Arc<Kept>| u32::try_from(key.len() + kept.body.len() + 200).unwrap_or(u32::MAX);
        Self(moka::sync::Cache::builder().max_capacity(MOST).weigher(weight).build())
    }
}

impl Bodies {
    /// The body for what was asked, if it is of the version that stands.
    pub fn current(&self, asked: &str, version: i64) -> Option<Arc<Kept>> {
        self.0.get(asked).filter(|kept| kept.version == version)
    }

    /// Keeps a body that was made from a version.
    pub fn keep(&self, asked: String, version: i64, etag: String, body: &[u8]) -> Arc<Kept> {
        // A copy of its own: what was written has room to spare, which would be kept and not be counted.
        let kept = Arc::new(Kept { version, etag, body: Bytes::copy_from_slice(body) });
        self.0.insert(asked, Arc::clone(&kept));
        kept
    }
}
