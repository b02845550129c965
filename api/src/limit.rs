//! How often a client may call: a bucket for each, so that one that runs wild slows nobody else.

use governor::clock::{Clock, MonotonicClock};
use governor::middleware::NoOpMiddleware;
use governor::state::keyed::DashMapStateStore;
use governor::{Quota, RateLimiter};
use std::num::NonZeroU32;

/// How many calls a second's worth of the limit a client may have saved up.
const SAVED: u32 = 4;

type Buckets = RateLimiter<String, DashMapStateStore<String>, MonotonicClock, NoOpMiddleware<std::time::Instant>>;

/// The buckets of one kind of call.
pub struct Limit {
    buckets: Option<Buckets>,
    clock: MonotonicClock,
}

impl Limit {
    /// So many calls a second for each caller, and four seconds' worth at once; none: no limit.
    pub fn new(a_second: Option<NonZeroU32>) -> Self {
        let clock = MonotonicClock;
        let buckets = a_second.map(|a_second| {
            let quota = Quota::per_second(a_second)
                .allow_burst(a_second.saturating_mul(NonZeroU32::MIN.saturating_add(SAVED - 1)));
            RateLimiter::new(quota, DashMapStateStore::default(), clock.clone())
        });
        Self { buckets, clock }
    }

    /// Whether a caller may call now; else how many seconds it must wait.
    pub fn check(&self, caller: &str) -> Result<(), u64> {
        let Some(buckets) = &self.buckets else { return Ok(()) };
        buckets.check_key(&caller.to_owned()).map_err(|full| {
            let wait = full.wait_time_from(self.clock.now());
            wait.as_secs() + 1
        })
    }

    /// Forgets the callers whose buckets are full again.
    pub fn forget(&self) {
        if let Some(buckets) = &self.buckets {
            buckets.retain_recent();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_callers_bucket_is_not_anothers() {
        let limit = Limit::new(NonZeroU32::new(1));
        for _ in 0..4 {
            assert_eq!(limit.check("a"), Ok(()));
        }
        assert_eq!(limit.check("a"), Err(1));
        assert_eq!(limit.check("b"), Ok(()));
        assert!((0..10_000).all(|_| Limit::new(None).check("a").is_ok()));
    }
}
