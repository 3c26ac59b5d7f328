//! How fast can every window of a long series be computed, if none may be wrong?
//!
//! The series is cut into lanes: a lane is a stretch of consecutive windows, and as many as a vector has places, a tile, are done side by side, one
//! window of each per step. A window is two sums of which every value is in one, so that nothing is subtracted: [`two_stack`]. Windows that are too
//! narrow for lanes are summed each by itself, eight neighbours side by side: [`direct`]. Either checks every window's bound; a window for which it fails is
//! settled by itself.
//!
//! Lanes start at fixed windows, and all that is decided about a window follows from values up to its last one. So the bits of
//! a window are the same on every instruction set, for any number of threads, and whatever is appended to the series.

pub mod blocks;
pub mod direct;
mod lanes;
mod scaled;
mod settle;
mod sums;
pub mod two_stack;

use std::ops::Range;

use self::settle::Doubtful;
use crate::Kernel;
use crate::exponents::power_of_two;
use crate::isa::LANES;

/// Writes the standard deviation of every full window of `window` values to `out`, oldest first.
///
/// `out` holds `values.len() - window + 1` numbers, none where the window is longer than the series.
/// The divisor is `window - ddof`; where that is not positive all are NaN. A window that holds NaN or an
/// infinity gives NaN, and leaves nothing behind; one of equal values gives exactly 0; infinity comes out only
/// where the exact result rounds to it. Every other result is within 1e-14 of the exact one, relative, or
/// the nearest where that is subnormal: [`two_stack`], [`blocks`] and [`direct`] have the derivations. Windows of up to 10^8 values.
/// A window's bits do not depend on values after it: a series gives the bits that its longer continuation gives.
///
/// O(1) a window, whatever the window's length, but O(window) for windows of up to 256 values that are settled by themselves: where the spread falls with
/// every value, and beside spikes. Allocates as much as twenty windows below 2,048 values, and a kilobyte times the root of wider ones; 80 kB for
/// windows from 256 on; a copy of the last values, at most a window and eight lanes; and where windows are settled by themselves up to three times
/// as much as their results.
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
            return;
        }
        let mut doubts = Vec::new();
        let series = Series { shape: &shape, values, out: &mut *out, doubts: &mut doubts };
        if window <= direct::WIDEST {
            self.run(direct::Narrow(series));
        } else {
            self.run(two_stack::Wide(series));
            doubts = scaled::again(self, &shape, values, doubts, out);
        }
        Doubtful { kernel: self, shape: &shape, values }.settle(&doubts, out);
    }
}

/// All windows of a series.
struct Series<'a> {
    shape: &'a Shape,
    values: &'a [f64],
    out: &'a mut [f64],
    /// Takes the windows for which the bound does not hold.
    doubts: &'a mut Vec<Range<usize>>,
}

/// Size of the window and divisor, as the sums need them.
#[derive(Debug, Clone, Copy)]
struct Shape {
    window: usize,
    ddof: usize,
    /// So many values must be left of a window without its NaNs: all of them, where NaN is not left out.
    least: usize,
    /// 1 / (window (window - ddof))
    factor: f64,
}

impl Shape {
    /// `ddof` < `window`, and `least` at most that.
    fn new(window: usize, ddof: usize, least: usize) -> Self {
        Self {
            window,
            ddof,
            least: least.max(ddof + 1),
            factor: 1.0 / (window as f64 * (window - ddof) as f64),
        }
    }

    /// Whether NaN is left out.
    fn skips(&self) -> bool {
        self.least < self.window
    }

    /// Whether no window with this value has a result.
    #[inline(always)]
    fn is_gap(&self, value: f64) -> bool {
        if self.skips() { value.is_infinite() } else { !value.is_finite() }
    }
}

/// How much of M2 all errors together may be, in units of u = 2^-53: results are then within 87 u = 9.7e-15.
const ALLOWED: f64 = 170.0;

/// Below this, squares may have lost something to underflow: 2^-960.
const LEAST_M2: f64 = power_of_two(-960);

/// A series may be cut at every window whose number is a multiple of this: the bits stay the same.
#[must_use]
pub fn border(window: usize) -> usize {
    if window > direct::WIDEST { scaled::group(window) } else { LANES }
}
