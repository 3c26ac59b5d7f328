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

const OVERFLOW: &str = "https://github.com/JuliaStats/Statistics.jl/issues/195";
const UNDERFLOW: &str = "https://github.com/numpy/numpy/issues/19097";
/// Chan, Golub and LeVeque, The American Statistician 37 (1983), 242: error bounds of each method.
const ERROR_BOUNDS: &str = "https://www.jstor.org/stable/2683386";

const fn overflows(place: &'static str) -> KnownFailure {
    KnownFailure { place, symptom: "infinity or NaN: squares or the sum overflow", source: OVERFLOW }
}

const fn underflows(place: &'static str) -> KnownFailure {
    KnownFailure { place, symptom: "0, or few digits: the squares underflow", source: UNDERFLOW }
}

const fn cancels(place: &'static str) -> KnownFailure {
    KnownFailure {
        place,
        symptom: "off by up to 1e-3: its error grows with the mean over the standard deviation",
        source: ERROR_BOUNDS,
    }
}

/// The method was brought in by this pull request; `central_moment_coefficients` takes the binomials of
/// order 3 for the second moment, m2 - 3 c c + 3 c c, where order 2 gives m2 - 2 c c + c c.
const WITHOUT_EFFECT: &str = "https://github.com/rust-ndarray/ndarray-stats/pull/23";

const fn uncorrected(place: &'static str) -> KnownFailure {
    KnownFailure {
        place,
        symptom: "off by 1e-9 to 1e-3: its correction cancels itself",
        source: WITHOUT_EFFECT,
    }
}

const WELFORD_FAILURES: &[KnownFailure] = &[
    cancels("whole/offset-*"),
    cancels("sliding/offset-*"),
    cancels("case/offset-*"),
    cancels("case/noise-steps-to-1e9-*"),
    cancels("case/trend-on-1e9-*"),
    cancels("case/alternating-on-1e9-*"),
    cancels("case/alternating-on-1e15-*"),
    cancels("case/low-digits-on-100-*"),
    cancels("case/low-digits-on-1e6-*"),
    cancels("case/1e9-and-4-7-13-16-*"),
    overflows("case/spike-1e200-*"),
    overflows("case/alternating-1e200-*"),
    overflows("case/alternating-max-*"),
    overflows("case/max-and-zeros-*"),
    overflows("case/normal-1e153-*"),
    overflows("case/normal-1e155-*"),
    overflows("case/normal-1e200-*"),
    overflows("case/normal-1e307-*"),
    overflows("case/wide-exponents-*"),
    underflows("case/decay-10-300-*"),
    underflows("case/alternating-1e-200-*"),
    underflows("case/normal-1e-160-*"),
    underflows("case/normal-1e-200-*"),
    underflows("case/normal-1e-307-*"),
    underflows("case/normal-1e-310-*"),
    underflows("case/normal-1e-322-*"),
];

const MOMENT_FAILURES: &[KnownFailure] = &[
    uncorrected("case/alternating-on-1e9-*"),
    uncorrected("case/alternating-on-1e15-*"),
    uncorrected("case/trend-on-1e9-300-w10-*"),
    uncorrected("case/offset-300-w2-ddof1"),
    overflows("case/spike-1e200-*"),
    overflows("case/alternating-1e200-*"),
    overflows("case/alternating-max-*"),
    overflows("case/constant-1e200-*"),
    overflows("case/constant-max-*"),
    overflows("case/max-and-zeros-*"),
    overflows("case/normal-1e153-*"),
    overflows("case/normal-1e155-*"),
    overflows("case/normal-1e200-*"),
    overflows("case/normal-1e307-*"),
    overflows("case/wide-exponents-*"),
    underflows("case/decay-10-300-*"),
    underflows("case/alternating-1e-200-*"),
    underflows("case/normal-1e-160-*"),
    underflows("case/normal-1e-200-*"),
    underflows("case/normal-1e-307-*"),
    underflows("case/normal-1e-310-*"),
    underflows("case/normal-1e-322-*"),
];
