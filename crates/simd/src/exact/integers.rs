//! How are integers and single-precision numbers computed?
//!
//! An integer of up to 53 bits is a double, so that the kernels for doubles give its correctly rounded results as well. Of a
//! slice that holds longer ones the sums are kept in integers: 128 bits for S, 256 for Q, exact for any number of values.
//!
//! A single is a double too. Its results are rounded once more, which is the same as rounding once but where the nearest
//! double lies in the middle between two singles, and the exact value may lie on either side: that is decided in integers.

use super::integer_sums::WordSums;
use super::nearest_root::{DOUBLE, SINGLE};
use super::{chosen, whole};

/// Integers of greater magnitude need not be doubles.
const LONGEST: u64 = 1 << 53;

/// Values up to which no memory is allocated.
const FEW: usize = 512;

/// The correctly rounded standard deviation of integers, with divisor n - `ddof`.
///
/// Takes i8 to i64 and u8 to u32. NaN for n <= `ddof`, exactly 0 for equal values. Costs a conversion more
/// than [`super::standard_deviation`], and memory above 512 values; some twenty times as much where one is greater than 2^53.
///
/// # Example
/// ```
/// use breakeven_simd::exact;
/// assert_eq!(exact::standard_deviation_of_integers(&[i64::MAX, i64::MAX - 2], 0), 1.0);
/// assert_eq!(exact::standard_deviation_of_integers(&[1_i16, 2, 3], 1), 1.0);
/// ```
#[must_use]
pub fn standard_deviation_of_integers<T: Copy + Into<i64>>(values: &[T], ddof: usize) -> f64 {
    if values.len() <= ddof {
        return f64::NAN;
    }
    if are_doubles(values) {
        return with_doubles(values, double, |values| super::standard_deviation(values, ddof));
    }
    let mut sums = WordSums::new(0);
    values.iter().for_each(|value| sums.enter_integer((*value).into()));
    sums.standard_deviation(values.len(), ddof, DOUBLE)
}

/// The correctly rounded standard deviation of every full window of `window` integers, oldest first.
///
/// Takes i8 to i64 and u8 to u32; lengths, `ddof` and panics as for [`super::sliding()`]. Equal values give exactly 0.
/// Allocates a copy of the values as doubles; where one is greater than 2^53 integer
/// sums run instead, some fifty times as long.
///
/// # Example
/// ```
/// use breakeven_simd::exact;
/// let mut deviations = [0.0; 2];
/// exact::sliding_integers(&[1_i32 << 30, 0, 2], 2, 0, &mut deviations);
/// assert_eq!(deviations, [536870912.0, 1.0]);
/// ```
///
/// # Panics
/// Where `window` is 0, or `out` is of another length.
pub fn sliding_integers<T: Copy + Into<i64>>(values: &[T], window: usize, ddof: usize, out: &mut [f64]) {
    if are_doubles(values) || window == 0 || window <= ddof || window > values.len() {
        return with_doubles(values, double, |values| super::sliding(values, window, ddof, out));
    }
    assert_eq!(out.len(), values.len() - window + 1, "one result per full window");
    let mut sums = WordSums::new(0);
    values[..window - 1].iter().for_each(|value| sums.enter_integer((*value).into()));
    for ((result, leaving), entering) in out.iter_mut().zip(values).zip(&values[window - 1..]) {
        sums.enter_integer((*entering).into());
        *result = sums.standard_deviation(window, ddof, DOUBLE);
        sums.leave_integer((*leaving).into());
    }
}

/// The standard deviation of singles, correctly rounded to a single: with divisor n - `ddof`.
///
/// As [`super::standard_deviation`]: NaN where any value is not finite and for n <= `ddof`, 0 for equal values. Allocates
/// above 512 values.
///
/// # Example
/// ```
/// use breakeven_simd::exact;
/// assert_eq!(exact::standard_deviation_of_singles(&[0.525_f32; 6], 0), 0.0);
/// assert_eq!(exact::standard_deviation_of_singles(&[1.5e38_f32, -1.5e38], 0), 1.5e38);
/// ```
#[must_use]
pub fn standard_deviation_of_singles(values: &[f32], ddof: usize) -> f32 {
    with_doubles(values, f64::from, |values| single(super::standard_deviation(values, ddof), values, ddof))
}

/// The standard deviation of every full window of `window` singles, each correctly rounded to a single.
///
/// As [`super::sliding()`], on copies that it allocates.
///
/// # Example
/// ```
/// use breakeven_simd::exact;
/// let mut deviations = [0.0; 2];
/// exact::sliding_singles(&[16777216.0, 0.0, 2.0], 2, 0, &mut deviations);
/// assert_eq!(deviations, [8388608.0, 1.0]);
/// ```
///
/// # Panics
/// Where `window` is 0, or `out` is of another length.
pub fn sliding_singles(values: &[f32], window: usize, ddof: usize, out: &mut [f32]) {
    let values: Vec<f64> = values.iter().copied().map(f64::from).collect();
    let mut doubles = vec![0.0; out.len()];
    chosen().sliding(&values, window, ddof, &mut doubles);
    for ((result, double), values) in out.iter_mut().zip(doubles).zip(values.windows(window)) {
        *result = single(double, values, ddof);
    }
}

fn double<T: Into<i64>>(value: T) -> f64 {
    value.into() as f64
}

fn are_doubles<T: Copy + Into<i64>>(values: &[T]) -> bool {
    values.iter().all(|value| (*value).into().unsigned_abs() <= LONGEST)
}

/// What `compute` gives for the values as doubles.
fn with_doubles<T: Copy, R>(values: &[T], convert: fn(T) -> f64, compute: impl FnOnce(&[f64]) -> R) -> R {
    if values.len() > FEW {
        return compute(&values.iter().map(|value| convert(*value)).collect::<Vec<_>>());
    }
    let mut doubles = [0.0; FEW];
    for (double, value) in doubles.iter_mut().zip(values) {
        *double = convert(*value);
    }
    compute(&doubles[..values.len()])
}

/// The single nearest to the exact standard deviation of `values`, whose nearest double is `rounded`.
fn single(rounded: f64, values: &[f64], ddof: usize) -> f32 {
    let single = rounded as f32;
    // Between two singles lies one double that is no multiple of either's last place: the middle.
    let is_middle = |other: f32| (f64::from(single) + f64::from(other)) / 2.0 == rounded;
    let beyond_the_largest = rounded == f64::from(f32::MAX) + 2f64.powi(103);
    let between = is_middle(single.next_up()) || is_middle(single.next_down()) || beyond_the_largest;
    if f64::from(single) != rounded && between {
        whole::undecided(values, ddof, SINGLE) as f32
    } else {
        single
    }
}
