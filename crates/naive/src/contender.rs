//! Which entries does this crate bring to the comparison?

use breakeven_problem::{Contract, KnownFailure, RustContender};

use crate::{sliding, standard_deviation};

/// `rust/naive`: the talk's arithmetic, for `whole` and `sliding`.
#[must_use]
pub fn contenders() -> Vec<RustContender> {
    vec![
        RustContender::new(
            "naive",
            env!("CARGO_PKG_VERSION"),
            Contract::Peer(KNOWN_FAILURES),
            "the talk's two passes with plain left-to-right sums, every window from scratch",
        )
        .whole(standard_deviation)
        .sliding(sliding),
    ]
}

const fn overflows(place: &'static str) -> KnownFailure {
    let symptom = "infinity or NaN: squares or the sum overflow";
    KnownFailure { place, symptom, source: "https://github.com/JuliaStats/Statistics.jl/issues/195" }
}

const fn underflows(place: &'static str) -> KnownFailure {
    let symptom = "0, or few digits: the squares underflow";
    KnownFailure { place, symptom, source: "https://github.com/numpy/numpy/issues/19097" }
}

/// Chan, Golub and LeVeque, The American Statistician 37 (1983), 242: the corrected two passes.
const fn uncorrected(place: &'static str) -> KnownFailure {
    let symptom = "off: the mean's rounding error is not corrected for";
    KnownFailure { place, symptom, source: "https://www.jstor.org/stable/2683386" }
}

const KNOWN_FAILURES: &[KnownFailure] = &[
    overflows(
        "case/spike-1e200* case/alternating-1e200* case/alternating-max* case/constant-1e200* case/constant-max* \
         case/max-and-zeros* case/normal-1e153* case/normal-1e155* case/normal-1e200* case/normal-1e307* \
         case/wide-exponents*",
    ),
    underflows(
        "case/alternating-1e-200* case/normal-1e-160* case/normal-1e-200* case/normal-1e-307* \
         case/normal-1e-310* case/normal-1e-322* case/decay-10-300-*",
    ),
    uncorrected(
        "case/alternating-on-1e9* case/alternating-on-1e15* case/trend-on-1e9-300-w10-* \
         case/offset-300-w2-ddof1",
    ),
];
