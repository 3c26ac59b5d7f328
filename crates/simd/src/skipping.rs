//! How are missing values left out of sliding windows?
//!
//! [`sliding`] counts those that are there beside the sums, at a cost that does not depend on the window ([`two_stack`](crate::sliding::two_stack);
//! narrow windows give missing ones the weight 0, [`direct`](crate::sliding::direct)).
//!
//! [`sliding_exact`] leaves them out of the series. What is left of a window is then a window of a shorter series, of fewer values where
//! some are missing. From a window to the next it moves by one value, unless a NaN
//! enters or leaves: only then its size changes, or it stands still. So each stretch between two such
//! places is one call of the ordinary kernel, on contiguous values and with a window of one size, and costs a first window more.
//! Where stretches are short beside the window, integer sums of all that is left move along instead, at a cost that does not depend
//! on the window.

use std::ops::Range;

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

/// The same, correctly rounded. O(1) a window. Allocates a copy of the series without its NaNs, if it has any.
///
/// # Panics
/// As [`sliding`].
pub fn sliding_exact(values: &[f64], window: usize, ddof: usize, least: usize, out: &mut [f64]) {
    chosen().windows(&Tile { values, window, ddof, least, rounded: Rounded::Deviation }, out);
}

/// By `kernel`, which is handed the series without its NaNs, where the first window of a stretch lies in it, and the results of
/// the stretch, whose windows each lie one value later.
pub(crate) fn by_stretches(
    values: &[f64],
    window: usize,
    ddof: usize,
    least: usize,
    mut kernel: impl FnMut(&[f64], Range<usize>, &mut [f64]),
    out: &mut [f64],
) {
    assert!(window > 0, "a window holds at least one value");
    assert_eq!(out.len(), (values.len() + 1).saturating_sub(window), "one result per full window");
    if out.is_empty() {
        return;
    }
    let Some(first) = values.iter().position(|value| value.is_nan()) else {
        let has_none = window < least || window <= ddof;
        return if has_none { out.fill(f64::NAN) } else { kernel(values, 0..window, out) };
    };
    let mut present = values[..first].to_vec();
    present.extend(values[first..].iter().filter(|value| !value.is_nan()));
    let steps = |index: usize| usize::from(!values[index].is_nan());

    // what is left of the window is `present[low..high]`
    let (mut low, mut high) = (0, values[..window].iter().filter(|value| !value.is_nan()).count());
    let mut start = 0;
    while start < out.len() {
        let leaving = values[start..out.len() - 1].iter();
        let moves = leaving
            .zip(&values[start + window..])
            .take_while(|(leaving, entering)| !leaving.is_nan() && !entering.is_nan());
        let moves = moves.count();
        let stretch = &mut out[start..=start + moves];
        let size = high - low;
        if size < least.max(1) || size <= ddof {
            stretch.fill(f64::NAN);
        } else {
            kernel(&present, low..high, stretch);
        }
        (low, high, start) = (low + moves, high + moves, start + moves);
        if start + 1 < out.len() {
            (low, high) = (low + steps(start), high + steps(start + window));
        }
        start += 1;
    }
}
