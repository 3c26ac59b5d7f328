//! What does the talk compute, in Rust?
//!
//! The talk's `standard_deviation` is the textbook's two passes, each a plain sum from left to right:
//! mean = (sum of x) / n, then sqrt((sum of (x - mean)^2) / (n - ddof)). It is kept exactly so, in
//! this order and without a correction term, since it is what the other kernels are compared with.
//! It is accurate on ordinary data; it does not give 0 for equal values whose mean is rounded
//! ([0.1; 25] gives 2.8e-17), and its squares overflow from 1e154 and vanish below 1e-162.
//!
//! ```
//! assert_eq!(breakeven_naive::standard_deviation(&[2.0, 4.0, 4.0, 4.0, 5.0, 5.0, 7.0, 9.0], 0), 2.0);
//! ```

#[cfg(feature = "bank")]
mod bank;
#[cfg(feature = "contender")]
mod contender;

#[cfg(feature = "bank")]
pub use bank::NaiveBank;
#[cfg(feature = "contender")]
pub use contender::contenders;

/// The sum from left to right, divided by the number of values; NaN for no values, and where a value
/// is NaN or infinities of both signs meet.
///
/// Costs one dependent addition a value.
///
/// ```
/// assert_eq!(breakeven_naive::mean(&[1.0, 2.0, 6.0]), 3.0);
/// ```
#[must_use]
pub fn mean(values: &[f64]) -> f64 {
    sum(values.iter().copied()) / values.len() as f64
}

/// The standard deviation of the values with divisor n - `ddof`: [`mean`], then
/// [`standard_deviation_about`] it.
///
/// NaN where n <= `ddof`, and where a value is NaN or infinite. Costs two dependent additions a value.
///
/// ```
/// assert_eq!(breakeven_naive::standard_deviation(&[1.0, 3.0], 0), 1.0);
/// assert!(breakeven_naive::standard_deviation(&[1.0], 1).is_nan());
/// ```
#[must_use]
pub fn standard_deviation(values: &[f64], ddof: usize) -> f64 {
    standard_deviation_about(values, mean(values), ddof)
}

/// The second pass alone, where the mean is already known: the root of the sum of squared distances
/// from `mean`, divided by n - `ddof`. NaN where n <= `ddof`.
///
/// ```
/// let values = [1.0, 2.0, 6.0];
/// let mean = breakeven_naive::mean(&values);
/// assert_eq!(
///     breakeven_naive::standard_deviation_about(&values, mean, 1),
///     breakeven_naive::standard_deviation(&values, 1),
/// );
/// ```
#[must_use]
pub fn standard_deviation_about(values: &[f64], mean: f64, ddof: usize) -> f64 {
    if values.len() <= ddof {
        return f64::NAN;
    }
    let squares = sum(values.iter().map(|value| (value - mean) * (value - mean)));
    (squares / (values.len() - ddof) as f64).sqrt()
}

/// The standard deviation of every full window of `window` values, each recomputed from its values.
///
/// `out[i]` is that of `values[i..i + window]`. A window that holds NaN or an infinity gives NaN, the
/// next one without does not. Costs two dependent additions a value and window.
///
/// # Panics
/// Where `window` is 0, or `out` has not exactly one place per full window:
/// `values.len() - window + 1`, none where the window is longer than the series.
///
/// ```
/// let mut out = [0.0; 3];
/// breakeven_naive::sliding(&[1.0, 3.0, 3.0, 5.0], 2, 0, &mut out);
/// assert_eq!(out, [1.0, 0.0, 1.0]);
/// ```
pub fn sliding(values: &[f64], window: usize, ddof: usize, out: &mut [f64]) {
    assert!(window > 0, "a window holds at least one value");
    let windows = (values.len() + 1).saturating_sub(window);
    assert_eq!(out.len(), windows, "one place per full window");
    for (place, values) in out.iter_mut().zip(values.windows(window)) {
        *place = standard_deviation(values, ddof);
    }
}

/// From 0.0, left to right; `Iterator::sum` may start at -0.0 and promises no order.
fn sum(values: impl Iterator<Item = f64>) -> f64 {
    values.fold(0.0, |sum, value| sum + value)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn equal_values_show_the_talks_own_rounding_error() {
        assert!((standard_deviation(&[0.1; 25], 0) - 2.8e-17).abs() < 0.05e-17);
        assert_eq!(standard_deviation(&[0.5; 25], 0), 0.0);
    }

    #[test]
    fn no_values_and_too_few_values_give_nan() {
        assert!(mean(&[]).is_nan());
        assert!(standard_deviation(&[], 0).is_nan());
        assert!(standard_deviation(&[1.0, 2.0], 2).is_nan());
        assert_eq!(standard_deviation(&[1.0], 0), 0.0);
    }

    #[test]
    fn a_window_longer_than_the_series_gives_nothing() {
        sliding(&[1.0, 2.0], 3, 0, &mut []);
    }

    #[test]
    #[should_panic(expected = "one place per full window")]
    fn an_output_of_another_length_is_refused() {
        sliding(&[1.0, 2.0, 3.0], 2, 0, &mut [0.0]);
    }
}
