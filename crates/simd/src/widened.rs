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

/// Appends the double that `convert` makes of each value, by vectors as wide as those of the other free functions, and returns all bits of the
/// second numbers that it makes: whether one is too large, say.
///
/// # Example
/// ```
/// let mut numbers = vec![1.0];
/// let bits = breakeven_simd::widened::extend(&mut numbers, &[2_u8, 4], |value| (value.into(), value.into()));
/// assert_eq!((numbers, bits), (vec![1.0, 2.0, 4.0], 6));
/// ```
pub fn extend<T: Copy>(numbers: &mut Vec<f64>, values: &[T], convert: impl Fn(T) -> (f64, u64)) -> u64 {
    Kernel::chosen().vectorised(move || {
        let mut all = 0;
        numbers.extend(values.iter().map(|value| {
            let (number, bits) = convert(*value);
            all |= bits;
            number
        }));
        all
    })
}
