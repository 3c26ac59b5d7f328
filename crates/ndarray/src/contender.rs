//! Which entries does this crate bring to the comparison?

use breakeven_problem::{Contract, KnownFailure, RustContender};

use crate::{
    NDARRAY_STATS_VERSION, NDARRAY_VERSION, sliding, sliding_by_moment, standard_deviation,
    standard_deviation_by_moment,
};

/// `rust/ndarray` and `rust/ndarray-stats`, both for `whole` and, up to `MOST_WINDOW_VALUES`, for `sliding`.
#[must_use]
pub fn contenders() -> Vec<RustContender> {
    vec![
        RustContender::new(
            "ndarray",
            NDARRAY_VERSION,
            Contract::Peer(WELFORD_FAILURES),
            "ndarray's std: Welford's recurrence",
        )
        .whole(standard_deviation)
        .sliding(sliding)
        .up_to(MOST_WINDOW_VALUES),
        RustContender::new(
            "ndarray-stats",
            NDARRAY_STATS_VERSION,
            Contract::Peer(MOMENT_FAILURES),
            "the root of ndarray-stats' central_moment(2): two passes, over copies",
        )
        .whole(standard_deviation_by_moment)
        .sliding(sliding_by_moment)
        .up_to(MOST_WINDOW_VALUES),
    ]
}

/// Windows times values per window beyond which both decline: each goes over all values of every window, at 4 to 26 ns a value,
/// so that a call beyond it takes more than a few seconds.
pub(crate) const MOST_WINDOW_VALUES: u64 = 1 << 28;

const fn overflows(place: &'static str) -> KnownFailure {
    let symptom = "infinity or NaN: squares or the sum overflow";
    KnownFailure { place, symptom, source: "https://github.com/JuliaStats/Statistics.jl/issues/195" }
}

const fn underflows(place: &'static str) -> KnownFailure {
    let symptom = "0, or few digits: the squares underflow";
    KnownFailure { place, symptom, source: "https://github.com/numpy/numpy/issues/19097" }
}

/// Chan, Golub and LeVeque, The American Statistician 37 (1983), 242: error bounds of each method.
const fn cancels(place: &'static str) -> KnownFailure {
    let symptom = "off by up to 1e-3: its error grows with the mean over the standard deviation";
    KnownFailure { place, symptom, source: "https://www.jstor.org/stable/2683386" }
}

/// The method was brought in by this pull request; `central_moment_coefficients` takes the binomials of
/// order 3 for the second moment, m2 - 3 c c + 3 c c, where order 2 gives m2 - 2 c c + c c.
const fn uncorrected(place: &'static str) -> KnownFailure {
    let symptom = "off by 1e-9 to 1e-3: its correction cancels itself";
    KnownFailure { place, symptom, source: "https://github.com/rust-ndarray/ndarray-stats/pull/23" }
}

/// Squares, or sums, beyond the largest double.
const HUGE: &str = "case/spike-1e200-* case/alternating-1e200-* case/alternating-max-* case/max-and-zeros-* \
                    case/normal-1e153-* case/normal-1e155-* case/normal-1e200-* case/normal-1e307-* \
                    case/wide-exponents-*";

/// Squares below the smallest double.
const TINY: &str = "case/decay-10-300-* case/alternating-1e-200-* case/normal-1e-160-* case/normal-1e-200-* \
                    case/normal-1e-307-* case/normal-1e-310-* case/normal-1e-322-*";

const WELFORD_FAILURES: &[KnownFailure] = &[
    cancels(
        "whole/offset-* sliding/offset-* case/offset-* case/noise-steps-to-1e9-* case/trend-on-1e9-* \
         case/alternating-on-1e9-* case/alternating-on-1e15-* case/low-digits-on-100-* \
         case/low-digits-on-1e6-* case/1e9-and-4-7-13-16-*",
    ),
    overflows(HUGE),
    underflows(TINY),
];

const MOMENT_FAILURES: &[KnownFailure] = &[
    uncorrected(
        "case/alternating-on-1e9-* case/alternating-on-1e15-* case/trend-on-1e9-300-w10-* \
         case/offset-300-w2-ddof1",
    ),
    overflows(HUGE),
    overflows("case/constant-1e200-* case/constant-max-*"),
    underflows(TINY),
];
