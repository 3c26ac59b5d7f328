//! How are all windows of a slice done?

use crate::anchored::{Counts, Shape, Sums};

/// Writes the standard deviation of every full window of `window` values to `out`, oldest first.
///
/// `out` holds `values.len() - window + 1` numbers, none where the window is longer than the series.
/// The divisor is `window - ddof`; where that is not positive all are NaN. A window that holds NaN or an
/// infinity gives NaN, and leaves nothing behind; one of equal values gives exactly 0; infinity comes out only
/// where the exact result rounds to it. Every other result is within 1e-14 of the exact one, relative, or
/// the nearest where that is subnormal: [`crate::anchored`] has the derivation. Windows of up to 10^8 values.
///
/// O(1) a value on ordinary data, whatever the window. Sums are recomputed, in O(window), where the bound
/// fails: after an outlier has left, and where the mean moves by more than about 1.7 standard deviations. At worst (deviations that
/// halve with every value, or lie below 1e-144 or above 1e150) that is every step. Allocates nothing.
///
/// # Panics
/// Where `window` is 0, or `out` is of another length.
///
/// # Example
/// ```
/// use breakeven_incremental::sliding;
///
/// let mut deviations = [0.0; 4];
/// sliding(&[5.0, 5.0, f64::NAN, 1.0, 3.0], 2, 0, &mut deviations);
/// assert_eq!(deviations[0], 0.0);
/// assert!(deviations[1].is_nan() && deviations[2].is_nan());
/// assert_eq!(deviations[3], 1.0);
/// ```
pub fn sliding(values: &[f64], window: usize, ddof: usize, out: &mut [f64]) {
    assert!(window > 0, "a window holds at least one value");
    assert_eq!(out.len(), (values.len() + 1).saturating_sub(window), "one result per full window");
    let Some((first, rest)) = out.split_first_mut() else { return };
    if window <= ddof {
        out.fill(f64::NAN);
        return;
    }
    let shape = Shape::new(window, ddof);
    let mut counts = Counts::empty();
    values[..window].iter().for_each(|value| counts.enter(*value));
    let mut sums = Sums::unset();
    *first = sums.first(&shape, &counts, &values[..window]);
    for ((result, window), leaving) in rest.iter_mut().zip(values[1..].windows(window)).zip(values) {
        counts.leave(*leaving);
        counts.enter(window[window.len() - 1]);
        *result = sums.step(&shape, &counts, *leaving, window);
    }
}
