//! What does this crate enter into the comparison?

use breakeven_problem::{Contract, RustContender};

use crate::sliding;

/// `rust/incremental`: [`sliding()`] on a slice, one thread.
#[must_use]
pub fn contenders() -> Vec<RustContender> {
    let summary = "running sums, anchored, kept to their last bit, rebuilt where a bound demands it";
    vec![
        RustContender::new("incremental", env!("CARGO_PKG_VERSION"), Contract::Fast, summary)
            .sliding(sliding),
    ]
}
