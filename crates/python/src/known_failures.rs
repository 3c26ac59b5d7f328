//! Where are published implementations wrong, and where is that publicly described?
//!
//! Names of conformance cases (`breakeven_problem::conformance`), and ids of workloads. What is declared here
//! is timed where it is a workload, shown as wrong, and never ranked; one that has become right fails a test.

use breakeven_problem::KnownFailure;

// macros, since only literals can be joined
/// Squares beyond the largest double.
macro_rules! huge {
    () => {
        "case/spike-1e200-* case/alternating-1e200-* case/alternating-max-* case/max-and-zeros-* \
         case/normal-1e155-* case/normal-1e200-* case/normal-1e307-* case/wide-exponents-*"
    };
}
const HUGE: &str = huge!();
/// Or sums.
const HUGE_OR_SUMS: &str = concat!(huge!(), " case/constant-1e200-* case/constant-max-*");
/// Or sums of squares.
const HUGE_ALL: &str = concat!(huge!(), " case/constant-1e200-* case/constant-max-* case/normal-1e153-*");

/// Squares below the smallest double.
macro_rules! tiny {
    () => {
        "case/alternating-1e-200-* case/normal-1e-160-* case/normal-1e-200-* case/normal-1e-307-* \
         case/normal-1e-310-* case/normal-1e-322-*"
    };
}
const TINY: &str = tiny!();
/// Or where values decay tenfold.
const TINY_OR_DECAYED: &str = concat!(tiny!(), " case/decay-10-*");

/// Large values leave a window of small ones.
const LEAVING: &str = "case/spike-1e8-* case/spike-1e9-* case/spike-1e10-* case/spike-1e12-* case/spike-1e16-* \
                       case/first-1e12-* case/spikes-every-37-* case/decay-2-* case/damped-oscillation-* \
                       case/decaying-* case/head-1e5-* case/1-then-1e-7-* case/1e17-head-* case/tiny-mixed-* \
                       case/5000-then-noise-* case/1.3e17-leaves-* case/1e10-among-small-* case/1e12-left-*";

/// Little is left of large values when their mean is taken off.
const ON_A_LEVEL: &str = "case/offset-* case/noise-steps-to-1e9-* case/trend-on-1e9-* case/alternating-on-* \
                          case/low-digits-* sliding/offset-*";

const NOT_FINITE: &str = "case/nan-* case/infinity-* case/infinities-* case/inf-leaves-*";

/// Where n <= ddof.
const NOTHING_LEFT: &str = "case/*-ddof2 case/*-ddof5 case/*-ddof100";

const fn overflows(place: &'static str) -> KnownFailure {
    let symptom = "infinity, NaN or OverflowError: squares or the sum overflow";
    KnownFailure { place, symptom, source: "https://github.com/JuliaStats/Statistics.jl/issues/195" }
}

const fn underflows(place: &'static str) -> KnownFailure {
    let symptom = "0, or few digits: the squares underflow";
    KnownFailure { place, symptom, source: "https://github.com/numpy/numpy/issues/19097" }
}

const fn uncorrected(place: &'static str) -> KnownFailure {
    let symptom = "off: the mean's rounding error is not corrected for";
    KnownFailure { place, symptom, source: "https://github.com/numpy/numpy/issues/9631" }
}

const fn divides_by_zero(place: &'static str) -> KnownFailure {
    let symptom = "infinity where n <= ddof leaves nothing to divide by";
    let source = "https://numpy.org/doc/stable/reference/generated/numpy.std.html";
    KnownFailure { place, symptom, source }
}

/// Chan, Golub and LeVeque, The American Statistician 37 (1983), 242: what each algorithm loses.
const fn cancels(place: &'static str) -> KnownFailure {
    let symptom = "few digits or none: the error grows with the mean over the standard deviation";
    KnownFailure { place, symptom, source: "https://www.jstor.org/stable/2683386" }
}

const fn leaves_residue(place: &'static str, source: &'static str) -> KnownFailure {
    let symptom = "off: rounding errors of larger values stay when those have left the window";
    KnownFailure { place, symptom, source }
}

const fn stays_not_finite(place: &'static str, source: &'static str) -> KnownFailure {
    KnownFailure { place, symptom: "NaN to the end of the series once NaN or infinity has entered", source }
}

const fn skips_nan(place: &'static str, source: &'static str) -> KnownFailure {
    KnownFailure { place, symptom: "a number: NaN is a missing value", source }
}

const fn raises(place: &'static str, source: &'static str) -> KnownFailure {
    KnownFailure { place, symptom: "ValueError where the window is longer than the series", source }
}

/// The talk's two passes in pure Python.
pub(crate) const TALK: &[KnownFailure] = &[
    overflows(HUGE_ALL),
    underflows(TINY),
    underflows("case/decay-10-300-*"),
    uncorrected("case/alternating-on-1e9-* case/alternating-on-1e15-* case/trend-on-1e9-300-w10-*"),
];

/// `np.std`, of a list or an array.
pub(crate) const NUMPY: &[KnownFailure] = &[
    overflows(HUGE_ALL),
    underflows(TINY),
    uncorrected("case/alternating-on-1e9-* case/alternating-on-1e15-*"),
    divides_by_zero(NOTHING_LEFT),
];

/// `np.std` of each window.
pub(crate) const NUMPY_WINDOW: &[KnownFailure] = &[
    overflows(HUGE_OR_SUMS),
    underflows(TINY_OR_DECAYED),
    uncorrected(
        "case/offset-*-w2-* case/trend-on-1e9-* case/alternating-on-1e9-* case/alternating-on-1e15-*",
    ),
];

/// `np.std` of a view of all windows.
pub(crate) const NUMPY_VIEW: &[KnownFailure] = &[
    overflows(HUGE_OR_SUMS),
    underflows(TINY_OR_DECAYED),
    uncorrected(
        "case/offset-*-w2-* case/trend-on-1e9-* case/alternating-on-1e9-* case/alternating-on-1e15-*",
    ),
    raises(
        "case/*-w301-*",
        "https://numpy.org/doc/stable/reference/generated/numpy.lib.stride_tricks.sliding_window_view.html",
    ),
];

const CUMSUM: &str = "https://github.com/polakowo/vectorbt/pull/864";

/// Differences of running totals over the whole series.
pub(crate) const NUMPY_CUMSUM: &[KnownFailure] = &[
    overflows(HUGE_ALL),
    underflows(TINY_OR_DECAYED),
    cancels(ON_A_LEVEL),
    cancels("case/*-w1-* case/uniform-*-w2-* case/normal-*-w2-* case/constant-* case/flat-stretches-*"),
    cancels("case/step-1.2-3.3-* case/noise-then-flat-* case/nist-numacc* case/volumes-* case/1e9-and-*"),
    cancels("case/milliseconds-* case/one-then-equal-* sliding/constant-* sliding/uniform-*"),
    leaves_residue(LEAVING, CUMSUM),
    leaves_residue("case/spike-on-0.1-*", CUMSUM),
    stays_not_finite(NOT_FINITE, "https://github.com/scipy/scipy/issues/7818"),
];

/// `scipy.ndimage`: running sums in the uniform filter.
pub(crate) const SCIPY: &[KnownFailure] = &[
    overflows(HUGE_ALL),
    underflows(TINY_OR_DECAYED),
    cancels(ON_A_LEVEL),
    cancels("case/*-w1-* case/uniform-*-w2-* case/normal-*-w2-* case/constant-* case/flat-stretches-*"),
    cancels("case/step-1.2-3.3-* case/noise-then-flat-* case/nist-numacc* case/volumes-* case/1e9-and-*"),
    cancels("case/zero-run-* case/one-then-equal-* sliding/constant-* sliding/uniform-*-w2"),
    leaves_residue(LEAVING, CUMSUM),
    leaves_residue("case/spike-on-0.1-*", CUMSUM),
    stays_not_finite(NOT_FINITE, "https://github.com/scipy/scipy/issues/7818"),
];

const BOTTLENECK_RESIDUE: &str = "https://github.com/pydata/bottleneck/issues/164";
const BOTTLENECK_MANUAL: &str = "https://bottleneck.readthedocs.io/en/latest/reference.html";

/// `nanstd` and `move_std`: Welford's update, never restarted.
pub(crate) const BOTTLENECK: &[KnownFailure] = &[
    overflows(HUGE_ALL),
    underflows(TINY_OR_DECAYED),
    cancels(ON_A_LEVEL),
    leaves_residue(LEAVING, BOTTLENECK_RESIDUE),
    leaves_residue("case/normal-*-w1-* case/uniform-*-w2-* case/normal-*-w2-*", BOTTLENECK_RESIDUE),
    leaves_residue("case/step-1.2-3.3-* case/flat-stretches-* case/noise-then-flat-*", BOTTLENECK_RESIDUE),
    leaves_residue("case/outlier-1e6-left-* case/zero-run-* sliding/uniform-*-w2", BOTTLENECK_RESIDUE),
    stays_not_finite(
        "case/infinity-*-w* case/infinities-*-w* case/inf-leaves-*-w* case/nan-between-*-w*",
        "https://github.com/pydata/xarray/issues/8811",
    ),
    skips_nan("case/nan-*-n*", BOTTLENECK_MANUAL),
    raises("case/*-w301-*", BOTTLENECK_MANUAL),
];

/// `std`, and `rolling().std()`: Welford's update, restarted after a single large fall only.
pub(crate) const PANDAS: &[KnownFailure] = &[
    overflows(HUGE_ALL),
    overflows("case/infinities-and-max-*"),
    underflows(TINY_OR_DECAYED),
    cancels(ON_A_LEVEL),
    leaves_residue(
        "case/decaying-* case/decay-2-* case/damped-oscillation-*",
        "https://github.com/pandas-dev/pandas/issues/53289",
    ),
    leaves_residue(
        "case/head-1e5-* case/outlier-1e6-left-* case/5000-then-noise-*",
        "https://github.com/pandas-dev/pandas/issues/48950",
    ),
    skips_nan("case/nan-*-n*", "https://pandas.pydata.org/docs/reference/api/pandas.Series.std.html"),
];

/// `std`, and `rolling_std`: two stacks of Welford's states, nothing subtracted.
pub(crate) const POLARS: &[KnownFailure] = &[
    overflows(HUGE_ALL),
    underflows(TINY_OR_DECAYED),
    cancels(ON_A_LEVEL),
    cancels("case/nist-numacc4-* whole/offset-*"),
];

/// The talk's two passes, compiled.
pub(crate) const NUMBA_TWO_PASS: &[KnownFailure] = &[
    overflows(HUGE_ALL),
    underflows(TINY_OR_DECAYED),
    uncorrected(
        "case/offset-*-w2-* case/trend-on-1e9-* case/alternating-on-1e9-* case/alternating-on-1e15-*",
    ),
];

const WELFORD_RESIDUE: &str = "https://github.com/pandas-dev/pandas/issues/28244";

/// Welford's update with one value entering and one leaving.
pub(crate) const NUMBA_INCREMENTAL: &[KnownFailure] = &[
    overflows(HUGE),
    underflows(TINY_OR_DECAYED),
    cancels(ON_A_LEVEL),
    leaves_residue(LEAVING, WELFORD_RESIDUE),
    leaves_residue("case/normal-*-w1-* case/uniform-*-w2-* case/normal-*-w2-*", WELFORD_RESIDUE),
    leaves_residue("case/step-1.2-3.3-* case/flat-stretches-* case/noise-then-flat-*", WELFORD_RESIDUE),
    leaves_residue("case/outlier-1e6-left-* sliding/uniform-*-w2", WELFORD_RESIDUE),
    stays_not_finite(NOT_FINITE, "https://github.com/pydata/xarray/issues/8811"),
];

/// The mean of the squares less the square of the mean, as on the slides.
pub(crate) const CPP_TALK: &[KnownFailure] = &[
    overflows(HUGE_ALL),
    underflows(TINY),
    cancels("case/offset-* case/constant-* case/trend-on-1e9-* case/alternating-on-* case/low-digits-*"),
    cancels("case/nist-numacc* case/1e9-and-* whole/offset-* whole/constant-*"),
];

/// The same, and the sum begins at 1.
pub(crate) const CPP_TALK_AS_PUBLISHED: &[KnownFailure] = &[KnownFailure {
    place: "case/* whole/*",
    symptom: "NaN, or far off: the sum of the values begins at 1.0",
    source: "https://github.com/mattfowler/PythonCExtensions",
}];

/// `statistics.pstdev` and `stdev`: right wherever they return a number.
pub(crate) const STATISTICS: &[KnownFailure] = &[
    KnownFailure {
        place: "case/nan-* case/infinit* case/inf-leaves*",
        symptom: "AttributeError or ValueError on NaN and infinity",
        source: "https://github.com/python/cpython/issues/140938",
    },
    overflows("case/alternating-max*"),
];
