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

const OVERFLOW: &str = "https://github.com/JuliaStats/Statistics.jl/issues/195";
const UNDERFLOW: &str = "https://github.com/numpy/numpy/issues/19097";
/// Chan, Golub and LeVeque, The American Statistician 37 (1983), 242: the corrected two passes.
const NO_CORRECTION: &str = "https://www.jstor.org/stable/2683386";

const fn overflows(place: &'static str) -> KnownFailure {
    KnownFailure { place, symptom: "infinity or NaN: squares or the sum overflow", source: OVERFLOW }
}

const fn underflows(place: &'static str) -> KnownFailure {
    KnownFailure { place, symptom: "0, or few digits: the squares underflow", source: UNDERFLOW }
}

const fn uncorrected(place: &'static str) -> KnownFailure {
    KnownFailure {
        place,
        symptom: "off: the mean's rounding error is not corrected for",
        source: NO_CORRECTION,
    }
}

const KNOWN_FAILURES: &[KnownFailure] = &[
    overflows("case/spike-1e200*"),
    overflows("case/alternating-1e200*"),
    overflows("case/alternating-max*"),
    overflows("case/constant-1e200*"),
    overflows("case/constant-max*"),
    overflows("case/max-and-zeros*"),
    overflows("case/normal-1e153*"),
    overflows("case/normal-1e155*"),
    overflows("case/normal-1e200*"),
    overflows("case/normal-1e307*"),
    overflows("case/wide-exponents*"),
    underflows("case/alternating-1e-200*"),
    underflows("case/normal-1e-160*"),
    underflows("case/normal-1e-200*"),
    underflows("case/normal-1e-307*"),
    underflows("case/normal-1e-310*"),
    underflows("case/normal-1e-322*"),
    underflows("case/decay-10-300-*"),
    uncorrected("case/alternating-on-1e9*"),
    uncorrected("case/alternating-on-1e15*"),
    uncorrected("case/trend-on-1e9-300-w10-*"),
    uncorrected("case/offset-300-w2-ddof1"),
];
