//! How are missing values left out of sliding windows?
//!
//! They are counted beside the sums, at a cost that does not depend on the window ([`two_stack`](crate::sliding::two_stack), and
//! [`exact`](crate::exact) likewise; narrow windows give missing ones the weight 0, [`direct`](crate::sliding::direct)).

use crate::Kernel;
use crate::exact::{Rounded, Tile, chosen};

/// Writes what [`crate::sliding()`] does, with NaN left out: a window's result is that of the values it has left, and NaN where
/// these are fewer than `least`, none, or no more than `ddof`. An infinity still makes its windows NaN.
///
/// Within 1e-14 of the exact value of the values that are left. O(1) a window. Allocates as [`crate::sliding()`] does.
///
/// # Panics
/// Where `window` is 0, or `out` does not hold one number per full window.
///
/// # Example
/// ```
/// use breakeven_simd::skipping;
///
/// let mut deviations = [0.0; 3];
/// skipping::sliding(&[1.0, f64::NAN, 3.0, f64::NAN, f64::NAN], 3, 0, 1, &mut deviations);
/// assert_eq!(deviations, [1.0, 0.0, 0.0]);
/// skipping::sliding(&[1.0, f64::NAN, 3.0, f64::NAN, f64::NAN], 3, 0, 2, &mut deviations);
/// assert!(deviations[0] == 1.0 && deviations[1].is_nan());
/// ```
pub fn sliding(values: &[f64], window: usize, ddof: usize, least: usize, out: &mut [f64]) {
    Kernel::chosen().sliding_skipping(values, window, ddof, least, out);
}

/// The same, correctly rounded. O(1) a window, about three times as long where values are missing as where none is, and some ten times in windows
/// of which two are left: their deviation is a tie, mostly.
///
/// # Panics
/// As [`sliding`].
pub fn sliding_exact(values: &[f64], window: usize, ddof: usize, least: usize, out: &mut [f64]) {
    chosen().windows(&Tile { values, window, ddof, least, rounded: Rounded::Deviation }, out);
}
