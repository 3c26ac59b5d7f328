//! What do the ndarray crates offer for a standard deviation?
//!
//! Two ways, each as its library has it, on a view of the given slice (making the view is free):
//! `std` of ndarray is Welford's recurrence, with one dependent division a value; the second central
//! moment of ndarray-stats is two passes over copies of the data. It means to correct for the mean's
//! rounding error, but its coefficients are those of one order too high, and the correction cancels.
//!
//! ```
//! let values = [2.0, 4.0, 4.0, 4.0, 5.0, 5.0, 7.0, 9.0];
//! assert_eq!(breakeven_ndarray::standard_deviation(&values, 0), 2.0);
//! assert_eq!(breakeven_ndarray::standard_deviation_by_moment(&values, 0), 2.0);
//! ```

#[cfg(feature = "contender")]
mod contender;

#[cfg(feature = "contender")]
pub use contender::contenders;

use ndarray::ArrayView1;
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
    if values.len() <= ddof {
        return f64::NAN;
    }
    ArrayView1::from(values).std(ddof as f64)
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
    if values.len() <= ddof {
        return f64::NAN;
    }
    let moment = ArrayView1::from(values).central_moment(2).expect("n > ddof >= 0 values are not empty");
    if ddof == 0 {
        return moment.sqrt();
    }
    (moment * (values.len() as f64 / (values.len() - ddof) as f64)).sqrt()
}
