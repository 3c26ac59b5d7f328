//! How fast can every window of a long series be computed, if none may be wrong?
//!
//! The series is cut into lanes: a lane is a stretch of consecutive windows, and eight of them, a tile, are done side by side, one
//! window of each per step. So the running sums of a lane are a chain, but the vector units are full. [`forward`] does lanes and
//! proves afterwards that their sums were good enough. [`tiles`] says what becomes of windows for which that fails: they are done again around
//! another anchor, scaled, in short lanes or by the kernel of [`crate::exact`] where the series only drifts, or one by one.
//! Narrow windows are summed each by itself ([`direct`]).
//!
//! Lanes start at fixed windows, and all that is decided about a window follows from values up to its last one. So the bits of
//! a window are the same on every instruction set, for any number of threads, and whatever is appended to the series.

pub mod blocks;
pub mod bound;
pub mod direct;
pub mod fill;
pub mod forward;
mod lanes;
mod rows;
mod settle;
pub mod tiles;

use crate::Kernel;
use crate::exponents::{exponent, power_of_two};
#[cfg(feature = "threads")]
use crate::isa::LANES;

/// Writes the standard deviation of every full window of `window` values to `out`, oldest first.
///
/// `out` holds `values.len() - window + 1` numbers, none where the window is longer than the series.
/// The divisor is `window - ddof`; where that is not positive all are NaN. A window that holds NaN or an
/// infinity gives NaN, and leaves nothing behind; one of equal values gives exactly 0; infinity comes out only
/// where the exact result rounds to it. Every other result is within 1e-14 of the exact one, relative, or
/// the nearest where that is subnormal: [`bound`], [`blocks`] and [`direct`] have the derivations. Windows of up to 10^8 values.
/// A window's bits do not depend on values after it: a series gives the bits that its longer continuation gives.
///
/// O(1) a window, whatever the window's length, but for windows of up to 256 values one by one where the spread falls with
/// every value. Allocates a copy of the values of up to eight lanes, about four windows each, where some are not done in place.
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
            tiles::fill(self, &shape, values, out);
        }
    }

    /// Lanes side by side: `W` of [`crate::isa::Job`].
    fn width(self) -> usize {
        if self.isa() == "avx512" { 8 } else { 4 }
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
        }
    }
}

/// How much of M2 all errors together may be, in units of u = 2^-53. A result then errs by half of that, u for the
/// reciprocal of the divisor and its product, and u for the root: at most 87 u = 9.7e-15 relative.
const ALLOWED: f64 = 170.0;

/// Below this, squares may have lost something to underflow: 2^-960.
const LEAST_M2: f64 = power_of_two(-960);

/// From this window on lanes are short, since most series have not many windows more than a tile of long ones.
const WIDE: usize = 2048;

/// Tiles after which it is forgotten that a series drifts. Those of wider windows are too long to be cut by eights for threads.
fn remembered(window: usize) -> usize {
    match window {
        0..256 => 16,
        256..WIDE => 4,
        _ => 3,
    }
}

/// Windows of a lane after its first: a multiple of four. The spread of narrow windows differs so much that longer lanes would not keep the bound.
fn lane_steps(window: usize) -> usize {
    let covers = match window {
        0..64 => 2,
        64..WIDE => 3,
        _ => 1,
    };
    covers * (window / 4 * 4)
}

/// A series may be cut at every window whose number is a multiple of this: the bits stay the same.
#[cfg(feature = "threads")]
pub(crate) fn border(window: usize) -> usize {
    remembered(window) * LANES * (lane_steps(window) + 1)
}

/// The power of two that brings the largest finite value near 1, so that sums of squares are normal; 1 where they are anyway.
fn scale_of(values: &[f64]) -> f64 {
    const ORDINARY: std::ops::RangeInclusive<i64> = -400..=400;
    let finite = values.iter().filter(|value| value.is_finite());
    let largest = finite.fold(0.0, |largest: f64, value| largest.max(value.abs()));
    let exponent = if largest > 0.0 { exponent(largest) } else { 0 };
    let exponent = if ORDINARY.contains(&exponent) { 0 } else { exponent.clamp(-1022, 1022) };
    power_of_two(-exponent)
}
