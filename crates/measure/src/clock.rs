//! What time is it?
//!
//! The only place in the project that reads a clock for a figure. Everything that times takes a
//! [`Clock`], so that tests run whole visits on a scripted one.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Instant;

/// The time of day, for naming a record: UTC, RFC 3339 to the second, as in `2026-11-22T20:31:05Z`.
#[must_use]
pub fn utc_now() -> String {
    jiff::Timestamp::now().strftime("%Y-%m-%dT%H:%M:%SZ").to_string()
}

/// How many whole days ago a time of day was, as [`utc_now`] writes it; `None` where it is not written so.
#[must_use]
pub fn days_since(stamp: &str) -> Option<i64> {
    let then: jiff::Timestamp = stamp.parse().ok()?;
    Some(jiff::Timestamp::now().duration_since(then).as_hours() / 24)
}

/// A source of nanoseconds that never decrease.
pub trait Clock {
    /// Nanoseconds since an arbitrary start.
    fn now_ns(&self) -> u64;
}

/// The operating system's monotonic clock.
#[derive(Debug, Clone, Copy)]
pub struct Monotonic {
    start: Instant,
}

impl Monotonic {
    /// A clock that starts now.
    #[must_use]
    #[expect(clippy::new_without_default, reason = "reading the clock is not a default")]
    pub fn new() -> Self {
        Self { start: Instant::now() }
    }
}

impl Clock for Monotonic {
    fn now_ns(&self) -> u64 {
        // 2^64 nanoseconds are 584 years
        u64::try_from(self.start.elapsed().as_nanos()).unwrap_or(u64::MAX)
    }
}

/// The smallest step that a clock is seen to make, in nanoseconds; at least 1.
#[must_use]
pub fn tick_ns(clock: &dyn Clock) -> u64 {
    let mut smallest = u64::MAX;
    let mut last = clock.now_ns();
    for _ in 0..1000 {
        let now = clock.now_ns();
        if now > last {
            smallest = smallest.min(now - last);
        }
        last = now;
    }
    if smallest == u64::MAX { 1 } else { smallest }
}

/// A clock that stands still until it is advanced: the double for tests, where contenders advance it
/// by what they are scripted to cost.
#[derive(Debug, Clone, Default)]
pub struct Scripted {
    now_ns: Arc<AtomicU64>,
}

impl Scripted {
    /// Lets `ns` nanoseconds pass.
    pub fn advance(&self, ns: u64) {
        self.now_ns.fetch_add(ns, Ordering::Relaxed);
    }
}

impl Clock for Scripted {
    fn now_ns(&self) -> u64 {
        self.now_ns.load(Ordering::Relaxed)
    }
}
