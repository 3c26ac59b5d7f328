//! Where are published implementations wrong, and where is that publicly described?
//!
//! Names of conformance cases (`breakeven_problem::conformance`). What is declared here is timed where
//! it is a workload, shown as wrong, and never ranked; one that has become right fails a test.

use breakeven_problem::KnownFailure;

const OVERFLOW: &str = "https://github.com/JuliaStats/Statistics.jl/issues/195";
const UNDERFLOW: &str = "https://github.com/numpy/numpy/issues/19097";
const NO_CORRECTION: &str = "https://github.com/numpy/numpy/issues/9631";
const DIVISOR: &str = "https://numpy.org/doc/stable/reference/generated/numpy.std.html";
const NOT_FINITE: &str = "https://github.com/python/cpython/issues/140938";

const fn overflows(place: &'static str) -> KnownFailure {
    KnownFailure {
        place,
        symptom: "infinity, NaN or OverflowError: squares or the sum overflow",
        source: OVERFLOW,
    }
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

const fn divides_by_zero(place: &'static str) -> KnownFailure {
    KnownFailure { place, symptom: "infinity where n <= ddof leaves nothing to divide by", source: DIVISOR }
}

const fn raises(place: &'static str) -> KnownFailure {
    KnownFailure { place, symptom: "AttributeError or ValueError on NaN and infinity", source: NOT_FINITE }
}

/// The talk's two passes in pure Python.
pub(crate) const TALK: &[KnownFailure] = &[
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
];

/// `np.std`, of a list or an array.
pub(crate) const NUMPY: &[KnownFailure] = &[
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
    uncorrected("case/alternating-on-1e9*"),
    uncorrected("case/alternating-on-1e15*"),
    divides_by_zero("case/uniform-n2-ddof2"),
    divides_by_zero("case/uniform-n3-ddof5"),
    divides_by_zero("case/uniform-n100-ddof100"),
    divides_by_zero("case/normal-n2-ddof2"),
    divides_by_zero("case/normal-n3-ddof5"),
    divides_by_zero("case/normal-n100-ddof100"),
    divides_by_zero("case/offset-n2-ddof2"),
    divides_by_zero("case/offset-n3-ddof5"),
    divides_by_zero("case/offset-n100-ddof100"),
    divides_by_zero("case/constant-n3-ddof5"),
    divides_by_zero("case/constant-n100-ddof100"),
    divides_by_zero("case/decaying-n2-ddof2"),
    divides_by_zero("case/decaying-n3-ddof5"),
    divides_by_zero("case/decaying-n100-ddof100"),
];

/// `statistics.pstdev` and `stdev`: right wherever they return a number.
pub(crate) const STATISTICS: &[KnownFailure] = &[
    raises("case/nan-*"),
    raises("case/infinit*"),
    raises("case/inf-leaves*"),
    overflows("case/alternating-max*"),
];
