//! What is the standard deviation of narrower numbers, as a double?

use crate::{Kernel, Strided};

/// The standard deviation of numbers that a double holds exactly, computed in doubles: the bits of
/// [`standard_deviation`](crate::standard_deviation()) on the numbers as doubles, with no memory for them.
///
/// # Example
/// ```
/// assert_eq!(breakeven_simd::widened::standard_deviation(&[0.5_f32, 1.5], 0), 0.5);
/// ```
#[must_use]
pub fn standard_deviation<T: Copy + Into<f64>>(values: &[T], ddof: usize) -> f64 {
    Kernel::chosen().packed(Strided::from(values), ddof)
}
