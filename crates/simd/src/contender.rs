//! What does this crate enter into the comparison?

use breakeven_problem::{Contract, RustContender};

use crate::standard_deviation;

/// `rust/simd`: [`standard_deviation`] on a slice, one thread.
#[must_use]
pub fn contenders() -> Vec<RustContender> {
    let summary = "corrected two-pass over eight lanes, on the widest vectors of this processor";
    vec![
        RustContender::new("simd", env!("CARGO_PKG_VERSION"), Contract::Fast, summary)
            .whole(standard_deviation),
    ]
}
