//! What do the ndarray crates offer for a standard deviation?
//!
//! Two ways, each as its library has it, on a view of the given slice (making the view is free):
//! `std` of ndarray is Welford's recurrence, with one dependent division a value; the second central
//! moment of ndarray-stats is two passes over copies of the data. ndarray-stats means to correct for the mean's
//! rounding error, but its coefficients are those of one order too high, and the correction cancels.
//!
//! Each is here for a slice, for every window of a slice by `ArrayView1::windows`, which goes over all values of each window, and for the
//! lanes of an array along one axis. Nothing is allocated but what the libraries allocate, and the array that is returned.
//!
//! ```
//! let values = [2.0, 4.0, 4.0, 4.0, 5.0, 5.0, 7.0, 9.0];
//! assert_eq!(breakeven_ndarray::standard_deviation(&values, 0), 2.0);
//! assert_eq!(breakeven_ndarray::standard_deviation_by_moment(&values, 0), 2.0);
//! ```

#[cfg(feature = "bank")]
mod bank;
#[cfg(feature = "contender")]
mod contender;

#[cfg(feature = "bank")]
pub use bank::NdarrayBank;
#[cfg(feature = "contender")]
pub use contender::contenders;
use ndarray::{Array1, ArrayView1, ArrayView2, Axis};
use ndarray_stats::SummaryStatisticsExt;

/// The version of the ndarray that is called, as in records.
pub const NDARRAY_VERSION: &str = "ndarray 0.17.2";

/// The version of the ndarray-stats that is called, as in records.
pub const NDARRAY_STATS_VERSION: &str = "ndarray-stats 0.7.0";

/// `ArrayView1::std`: Welford's recurrence (Technometrics 4, 1962) over the values.
///
/// NaN where n <= `ddof` (ndarray itself panics beyond n, and divides by 0 at n), and where a value
/// is NaN or infinite. Costs one division and one fused multiply-add a value, each waiting for the last.
///
/// ```
/// assert_eq!(breakeven_ndarray::standard_deviation(&[1.0, 3.0], 0), 1.0);
/// assert!(breakeven_ndarray::standard_deviation(&[1.0], 1).is_nan());
/// ```
#[must_use]
pub fn standard_deviation(values: &[f64], ddof: usize) -> f64 {
    by_recurrence(ArrayView1::from(values), ddof)
}

/// The root of ndarray-stats' `central_moment(2)`, which divides by n, scaled to a divisor of n - `ddof`.
///
/// NaN where n <= `ddof`, and where a value is NaN or infinite. Costs five passes, and allocates two
/// arrays of n values and three short ones.
///
/// ```
/// assert_eq!(breakeven_ndarray::standard_deviation_by_moment(&[1.0, 3.0], 0), 1.0);
/// assert!(breakeven_ndarray::standard_deviation_by_moment(&[1.0], 1).is_nan());
/// ```
#[must_use]
pub fn standard_deviation_by_moment(values: &[f64], ddof: usize) -> f64 {
    by_moment(ArrayView1::from(values), ddof)
}

/// [`standard_deviation`] of every full window of `window` values: `out[i]` is that of `values[i..i + window]`.
///
/// A window that holds NaN or an infinity gives NaN, the next one without does not. Costs a pass over each window.
///
/// # Panics
/// Where `window` is 0, or `out` has not exactly one place per full window:
/// `values.len() - window + 1`, none where the window is longer than the series.
///
/// ```
/// let mut out = [0.0; 3];
/// breakeven_ndarray::sliding(&[1.0, 3.0, 3.0, 7.0], 2, 0, &mut out);
/// assert_eq!(out, [1.0, 0.0, 2.0]);
/// ```
pub fn sliding(values: &[f64], window: usize, ddof: usize, out: &mut [f64]) {
    write_windows(values, window, out, |window| by_recurrence(window, ddof));
}

/// [`standard_deviation_by_moment`] of every full window, as [`sliding`] has it; it allocates five times per window.
///
/// # Panics
/// As [`sliding`].
///
/// ```
/// let mut out = [0.0; 3];
/// breakeven_ndarray::sliding_by_moment(&[1.0, 3.0, 3.0, 7.0], 2, 0, &mut out);
/// assert_eq!(out, [1.0, 0.0, 2.0]);
/// ```
pub fn sliding_by_moment(values: &[f64], window: usize, ddof: usize, out: &mut [f64]) {
    write_windows(values, window, out, |window| by_moment(window, ddof));
}

/// `ArrayBase::std_axis`: one standard deviation per lane along `axis`, of any strides, by Welford's recurrence for
/// all lanes at once.
///
/// NaN in lanes of n <= `ddof` values, and where a value is NaN or infinite. Allocates the result and a mean per lane.
///
/// # Panics
/// Where the array has no such axis: it has 0 and 1.
///
/// ```
/// use breakeven_ndarray::standard_deviation_along;
/// use ndarray::{Axis, array};
///
/// let values = array![[1.0, 2.0, 7.0], [3.0, 2.0, 1.0]];
/// assert_eq!(standard_deviation_along(values.view(), Axis(0), 0), array![1.0, 0.0, 3.0]);
/// assert_eq!(standard_deviation_along(values.view(), Axis(1), 2)[1], 2f64.sqrt());
/// ```
#[must_use]
pub fn standard_deviation_along(values: ArrayView2<'_, f64>, axis: Axis, ddof: usize) -> Array1<f64> {
    if values.len_of(axis) <= ddof {
        return Array1::from_elem(values.len_of(Axis(1 - axis.0)), f64::NAN);
    }
    values.std_axis(axis, ddof as f64)
}

/// [`standard_deviation_by_moment`] of each lane along `axis`, of any strides: ndarray-stats has no moment along an axis.
///
/// NaN in lanes of n <= `ddof` values, and where a value is NaN or infinite. Allocates the result, and five times per lane.
///
/// # Panics
/// Where the array has no such axis: it has 0 and 1.
///
/// ```
/// use breakeven_ndarray::standard_deviation_along_by_moment;
/// use ndarray::{Axis, array};
///
/// let values = array![[1.0, 2.0, 7.0], [3.0, 2.0, 1.0]];
/// assert_eq!(standard_deviation_along_by_moment(values.view(), Axis(0), 0), array![1.0, 0.0, 3.0]);
/// ```
#[must_use]
pub fn standard_deviation_along_by_moment(
    values: ArrayView2<'_, f64>,
    axis: Axis,
    ddof: usize,
) -> Array1<f64> {
    values.lanes(axis).into_iter().map(|lane| by_moment(lane, ddof)).collect()
}

fn by_recurrence(values: ArrayView1<'_, f64>, ddof: usize) -> f64 {
    if values.len() <= ddof {
        return f64::NAN;
    }
    values.std(ddof as f64)
}

fn by_moment(values: ArrayView1<'_, f64>, ddof: usize) -> f64 {
    if values.len() <= ddof {
        return f64::NAN;
    }
    let moment = values.central_moment(2).expect("n > ddof >= 0 values are not empty");
    if ddof == 0 {
        return moment.sqrt();
    }
    (moment * (values.len() as f64 / (values.len() - ddof) as f64)).sqrt()
}

fn write_windows(
    values: &[f64],
    window: usize,
    out: &mut [f64],
    deviation: impl Fn(ArrayView1<'_, f64>) -> f64,
) {
    assert!(window > 0, "a window holds at least one value");
    assert_eq!(out.len(), (values.len() + 1).saturating_sub(window), "one result per full window");
    for (result, window) in out.iter_mut().zip(ArrayView1::from(values).windows(window)) {
        *result = deviation(window);
    }
}
