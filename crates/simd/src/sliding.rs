//! How fast can every window of a long series be computed, if none may be wrong?
//!
//! Up to [`direct::WIDEST`] values a window is put together from sums of 1, 2, 4, 8 ... neighbours ([`narrow`]); wider ones by
//! running sums, in a prefix scan along the series ([`scan`]). Either proves of each window that its sums were good enough.
//! A window for which that fails is summed by itself, or decided by [`crate::exact`] if it is wide (`settle`).
//!
//! What is done with a window follows from the values up to its last one, and from where the series starts: a value that is
//! appended changes no bit of the windows before. Every sum is made in an order that the lengths alone give: the bits are the
//! same on every instruction set, for any number of threads, and wherever the numbers lie in memory.

pub mod direct;
pub mod scan;
mod settle;

use crate::Kernel;
use crate::isa::Isa;

/// Writes the standard deviation of every full window of `window` values to `out`, oldest first.
///
/// `out` holds `values.len() - window + 1` numbers, none where the window is longer than the series.
/// The divisor is `window - ddof`; where that is not positive all are NaN. A window that holds NaN or an
/// infinity gives NaN, and leaves nothing behind; one of equal values gives exactly 0; infinity comes out only
/// where the exact result rounds to it. Every other result is within 1e-14 of the exact one, relative, or
/// the nearest where that is subnormal: [`scan`] and [`narrow`] have the derivations. Windows of up to 10^8 values.
///
/// O(1) a window, whatever the window's length: about one and a half square roots of a vector loop on ordinary data,
/// two to three on data that drifts. Allocates nothing but, once, to choose a kernel.
///
/// The first call chooses a kernel, as [`crate::standard_deviation()`] does.
///
/// # Panics
/// Where `window` is 0, or `out` is of another length.
///
/// # Example
/// ```
/// let mut deviations = [0.0; 4];
/// breakeven_simd::sliding(&[5.0, 5.0, f64::NAN, 1.0, 3.0], 2, 0, &mut deviations);
/// assert_eq!(deviations[0], 0.0);
/// assert!(deviations[1].is_nan() && deviations[2].is_nan());
/// assert_eq!(deviations[3], 1.0);
/// ```
pub fn sliding(values: &[f64], window: usize, ddof: usize, out: &mut [f64]) {
    Kernel::chosen().sliding(values, window, ddof, out);
}

impl Kernel {
    /// As the free function [`sliding()`], on this instruction set.
    ///
    /// # Panics
    /// Where `window` is 0, or `out` is of another length.
    pub fn sliding(self, values: &[f64], window: usize, ddof: usize, out: &mut [f64]) {
        self.sliding_skipping(values, window, ddof, window, out);
    }

    /// As [`crate::skipping::sliding`]. With `least` the whole window nothing is left out.
    pub(crate) fn sliding_skipping(
        self,
        values: &[f64],
        window: usize,
        ddof: usize,
        least: usize,
        out: &mut [f64],
    ) {
        assert!(window > 0, "a window holds at least one value");
        assert_eq!(out.len(), (values.len() + 1).saturating_sub(window), "one result per full window");
        if window <= ddof || window < least {
            out.fill(f64::NAN);
            return;
        }
        let shape = Shape::new(window, ddof, least);
        if window == 1 {
            for (result, value) in out.iter_mut().zip(values) {
                *result = if value.is_finite() { 0.0 } else { f64::NAN };
            }
        } else if window <= direct::WIDEST {
            self.run(direct::Series { kernel: self, shape: &shape, values, out });
        } else {
            self.run(scan::Series { kernel: self, shape: &shape, values, out });
        }
    }
}

/// Size of the window and divisor, as the sums need them.
#[derive(Debug, Clone, Copy)]
struct Shape {
    window: usize,
    ddof: usize,
    /// So many values must be left of a window without its NaNs: all of them, where NaN is not left out.
    least: usize,
    per_value: f64,
    per_degree: f64,
    /// One over the window, rounded down to vectors.
    per_cover: f64,
}

impl Shape {
    /// `ddof` < `window`, and `least` at most that.
    fn new(window: usize, ddof: usize, least: usize) -> Self {
        Self {
            window,
            ddof,
            least: least.max(ddof + 1),
            per_value: 1.0 / window as f64,
            per_degree: 1.0 / (window - ddof) as f64,
            per_cover: 1.0 / (window / crate::isa::LANES * crate::isa::LANES) as f64,
        }
    }
}

/// How much of M2 all errors together may be, in units of u = 2^-53. A result then errs by half of that, u for the
/// reciprocal of the divisor and its product, and u for the root: at most 87 u = 9.7e-15 relative.
const ALLOWED: f64 = 170.0;

/// Below this, squares may have lost something to underflow: 2^-960.
const LEAST_M2: f64 = f64::from_bits((1023 - 960) << 52);

/// A series may be cut at every window whose number is a multiple of this: the bits stay the same.
#[cfg(feature = "threads")]
pub(crate) fn border(window: usize) -> usize {
    scan::stretch(window)
}

/// Numbers that start with a cache line, so that no vector of them lies across two.
#[derive(Debug, Clone, Copy)]
#[repr(align(64))]
struct Aligned<const N: usize>([f64; N]);

/// Values as sums take them: each times a power of two, less the anchor times that.
#[derive(Debug, Clone, Copy)]
struct Frame {
    anchor: f64,
    factor: f64,
}

impl Frame {
    /// Around `anchor`, with the factor 1 or, where `largest` is so large or so small that sums of squares might not be
    /// normal, one that brings it near 1.
    fn of(anchor: f64, largest: f64) -> Self {
        const ORDINARY: std::ops::RangeInclusive<i32> = -400..=400;
        let exponent = if largest > 0.0 { crate::full_range::exponent(largest) } else { 0 };
        let exponent = if ORDINARY.contains(&exponent) { 0 } else { exponent.clamp(-1022, 1022) };
        Self { anchor, factor: f64::from_bits(((1023 - exponent) as u64) << 52) }
    }

    /// Whether a result that was scaled back has lost nothing by it.
    fn is_ordinary(result: f64) -> bool {
        const LEAST: f64 = f64::from_bits((1023 - 1000) << 52);
        const MOST: f64 = f64::from_bits((1023 + 1000) << 52);
        (LEAST..=MOST).contains(&result)
    }
}

/// The largest magnitude among the values that are finite.
#[inline(always)]
fn largest<I: Isa>(isa: I, values: &[f64]) -> f64 {
    let (vectors, rest) = values.as_chunks();
    let (mut most, mut least) = (isa.splat(0.0), isa.splat(0.0));
    for vector in vectors {
        (most, least) = (isa.larger(isa.load(vector), most), isa.smaller(isa.load(vector), least));
    }
    let most = isa.numbers(isa.larger(most, isa.subtract(isa.splat(0.0), least)));
    let largest = most.iter().chain(rest).fold(0.0, |largest: f64, value| largest.max(value.abs()));
    if largest < f64::INFINITY {
        return largest;
    }
    values.iter().filter(|value| value.is_finite()).fold(0.0, |largest: f64, value| largest.max(value.abs()))
}

/// What one value adds to the sums.
#[derive(Clone, Copy)]
struct Part {
    a: f64,
    missing: f64,
}

impl Part {
    /// A NaN is missing. An infinity counts as more than all values of a window.
    #[inline(always)]
    fn of(frame: Frame, window: usize, value: f64) -> Self {
        let a = value * frame.factor - frame.anchor * frame.factor;
        let missing = if value.is_nan() { 1.0 } else { (window + 1) as f64 };
        let finite = value.abs() < f64::INFINITY;
        Self { a: if finite { a } else { 0.0 }, missing: if finite { 0.0 } else { missing } }
    }
}

/// The mean of some values all over a window, those that are finite; 0 if none is.
#[cold]
fn mean_of_some(window: &[f64]) -> f64 {
    const PLACES: usize = 32;
    let some =
        (0..PLACES).map(|place| window[place * window.len() / PLACES]).filter(|value| value.is_finite());
    let share = 1.0 / some.clone().count().max(1) as f64;
    let mean: f64 = some.map(|value| value * share).sum();
    if mean.is_finite() { mean } else { 0.0 }
}
