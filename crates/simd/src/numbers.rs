//! Which types of numbers, in which shapes?
//!
//! | type | computed | result |
//! |---|---|---|
//! | `f64` | [`corrected_two_pass`](crate::corrected_two_pass) | `f64`, at most 1e-14 relative off |
//! | `f32` | the same on values widened to `f64`, which loses nothing | rounded once more, to `f32` |
//! | `i8` to `i64`, `u8` to `u64` | exact sums in integers | `f64`, at most 2 ulp off, whatever the values |
//!
//! A slice of any of them, or a [`Strided`] view. Floating-point values that do not lie side by side, or are `f32`, are
//! packed into a buffer on the stack, 512 at a time and with one more read where the first pass does not decide: the
//! result has the bits of the packed slice.

use crate::Strided;
use crate::integer_sums::{self, IntegerSums, NARROW_BLOCK};
use crate::kernel::Kernel;

/// The standard deviation of `values`, numbers of any type in this module's table, with divisor n - `ddof`.
///
/// Never negative. NaN where any value is NaN or infinite, and for n <= `ddof`, so for no values at all; exactly 0 for
/// equal values; infinite only where the exact result rounds to it. No error, no panic. Memory is at most 4 kB on the
/// stack; only equal values that are not a slice of `f64`, values that are not finite, and deviations below 1e-144 or above 1e150,
/// are collected into a vector, if there are 512 or more.
///
/// On a slice of `f64` this is [`standard_deviation`](crate::standard_deviation).
///
/// # Example
/// ```
/// use breakeven_simd::standard_deviation_of;
/// assert_eq!(standard_deviation_of(&[1.0_f32, 3.0], 0), 1.0_f32);
/// assert_eq!(standard_deviation_of(&[-100_i16, 100], 0), 100.0);
/// // as doubles these two would be equal
/// assert_eq!(standard_deviation_of(&[i64::MAX, i64::MAX - 2], 0), 1.0);
/// assert!(standard_deviation_of(&[] as &[u8], 0).is_nan());
/// ```
#[must_use]
pub fn standard_deviation_of<'a, T: Number>(values: impl Into<Strided<'a, T>>, ddof: usize) -> T::Deviation {
    T::standard_deviation(Kernel::chosen(), values.into(), ddof)
}

impl Kernel {
    /// As the free function [`standard_deviation_of`], on this instruction set; all give the same bits.
    #[must_use]
    pub fn standard_deviation_of<'a, T: Number>(
        self,
        values: impl Into<Strided<'a, T>>,
        ddof: usize,
    ) -> T::Deviation {
        T::standard_deviation(self, values.into(), ddof)
    }
}

/// A type of numbers that [`standard_deviation_of`] takes. It cannot be implemented elsewhere.
pub trait Number: Copy + Sealed + 'static {
    /// The type of their standard deviation.
    type Deviation;

    #[doc(hidden)]
    fn standard_deviation(kernel: Kernel, values: Strided<'_, Self>, ddof: usize) -> Self::Deviation;
}

/// Keeps [`Number`] to the types below.
pub trait Sealed {}

impl Number for f64 {
    type Deviation = f64;

    fn standard_deviation(kernel: Kernel, values: Strided<'_, Self>, ddof: usize) -> f64 {
        match values.as_slice() {
            Some(slice) => kernel.standard_deviation(slice, ddof),
            None => kernel.packed(values, ddof),
        }
    }
}

impl Number for f32 {
    type Deviation = f32;

    fn standard_deviation(kernel: Kernel, values: Strided<'_, Self>, ddof: usize) -> f32 {
        kernel.packed(values, ddof) as f32
    }
}

impl Sealed for f64 {}
impl Sealed for f32 {}

/// The sums of any number of values of up to 32 bits.
fn of_narrow<T: Copy + Default + Into<i64>>(kernel: Kernel, values: Strided<'_, T>) -> IntegerSums {
    let mut sums = IntegerSums::default();
    let mut add = |block: &[T]| sums.add(kernel.vectorised(|| integer_sums::of_narrow(block)));
    if let Some(slice) = values.as_slice() {
        slice.chunks(NARROW_BLOCK).for_each(add);
        return sums;
    }
    let mut packed = [T::default(); NARROW_BLOCK];
    for start in (0..values.count()).step_by(NARROW_BLOCK) {
        let block = &mut packed[..NARROW_BLOCK.min(values.count() - start)];
        values.pack(start, block, |value| value);
        add(block);
    }
    sums
}

/// The sums of differences from the first value, where they may have 64 bits.
fn of_wide<T: Copy + Into<i128>>(values: Strided<'_, T>) -> IntegerSums {
    let mut sums = IntegerSums::default();
    if values.count() > 0 {
        let first: i128 = values.get(0).into();
        (0..values.count()).for_each(|index| sums.add_wide(values.get(index).into() - first));
    }
    sums
}

macro_rules! integers {
    ($($integer:ty => $values:ident, $kernel:ident, $sums:expr;)*) => {$(
        impl Sealed for $integer {}

        impl Number for $integer {
            type Deviation = f64;

            fn standard_deviation($kernel: Kernel, $values: Strided<'_, Self>, ddof: usize) -> f64 {
                $sums.standard_deviation($values.count(), ddof)
            }
        }
    )*};
}

integers! {
    i8 => values, kernel, of_narrow(kernel, values);
    i16 => values, kernel, of_narrow(kernel, values);
    i32 => values, kernel, of_narrow(kernel, values);
    i64 => values, _kernel, of_wide(values);
    u8 => values, kernel, of_narrow(kernel, values);
    u16 => values, kernel, of_narrow(kernel, values);
    u32 => values, kernel, of_narrow(kernel, values);
    u64 => values, _kernel, of_wide(values);
}
