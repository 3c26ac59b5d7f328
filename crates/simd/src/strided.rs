//! How does a kernel reach values that do not lie side by side?

use std::error::Error;
use std::fmt;

/// Values at equal distances in a slice: a column of a table, every second one, backwards.
///
/// A slice converts into a view of all of it. The view borrows; it costs nothing.
///
/// # Example
/// ```
/// use breakeven_simd::{Strided, standard_deviation_of};
/// let table = [1.0, 10.0, 3.0, 10.0, 5.0, 10.0];
/// let column = Strided::new(&table, 0, 2, 3)?;
/// let backwards = Strided::new(&table, 4, -2, 3)?;
/// assert_eq!(standard_deviation_of(column, 1), 2.0);
/// assert_eq!(standard_deviation_of(backwards, 1), 2.0);
/// assert!(Strided::new(&table, 0, 2, 4).is_err());
/// # Ok::<(), breakeven_simd::OutOfSlice>(())
/// ```
#[derive(Debug, Clone, Copy)]
pub struct Strided<'a, T> {
    values: &'a [T],
    first: usize,
    stride: isize,
    count: usize,
}

impl<'a, T: Copy> Strided<'a, T> {
    /// `count` values of `values`, the first at index `first`, each next one `stride` further; `stride` counts values,
    /// not bytes, and may be negative or 0.
    ///
    /// # Errors
    /// One of them would lie outside of the slice.
    pub fn new(values: &'a [T], first: usize, stride: isize, count: usize) -> Result<Self, OutOfSlice> {
        // in i128 nothing overflows
        let last = first as i128 + count.saturating_sub(1) as i128 * stride as i128;
        let inside = |index: i128| (0..values.len() as i128).contains(&index);
        if count > 0 && !(inside(first as i128) && inside(last)) {
            return Err(OutOfSlice { first, last, length: values.len() });
        }
        Ok(Self { values, first, stride, count })
    }

    /// Values in the view.
    #[must_use]
    pub fn count(&self) -> usize {
        self.count
    }

    /// The values where they lie side by side, in order.
    pub(crate) fn as_slice(&self) -> Option<&'a [T]> {
        (self.stride == 1 && self.count > 0).then(|| &self.values[self.first..self.first + self.count])
    }

    pub(crate) fn get(&self, index: usize) -> T {
        self.values[self.position(index)]
    }

    /// Fills `packed` with what `convert` makes of the values from number `start` on, as many as there is room for.
    #[inline(always)]
    pub(crate) fn pack<U>(&self, start: usize, packed: &mut [U], convert: impl Fn(T) -> U) {
        if packed.is_empty() {
            return;
        }
        let begin = self.position(start);
        let fill = |(slot, value): (&mut U, &T)| *slot = convert(*value);
        match self.stride {
            1 => packed.iter_mut().zip(&self.values[begin..]).for_each(fill),
            0 => packed.iter_mut().for_each(|slot| *slot = convert(self.values[begin])),
            2.. => {
                let from_begin = self.values[begin..].iter().step_by(self.stride.unsigned_abs());
                packed.iter_mut().zip(from_begin).for_each(fill);
            }
            _ => {
                let to_begin = self.values[..=begin].iter().rev().step_by(self.stride.unsigned_abs());
                packed.iter_mut().zip(to_begin).for_each(fill);
            }
        }
    }

    fn position(&self, index: usize) -> usize {
        self.first.wrapping_add_signed((index as isize).wrapping_mul(self.stride))
    }
}

impl<'a, T: Copy> From<&'a [T]> for Strided<'a, T> {
    fn from(values: &'a [T]) -> Self {
        Self { values, first: 0, stride: 1, count: values.len() }
    }
}

impl<'a, T: Copy, const N: usize> From<&'a [T; N]> for Strided<'a, T> {
    fn from(values: &'a [T; N]) -> Self {
        values.as_slice().into()
    }
}

impl<'a, T: Copy> From<&'a Vec<T>> for Strided<'a, T> {
    fn from(values: &'a Vec<T>) -> Self {
        values.as_slice().into()
    }
}

/// A view that would reach outside of its slice.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct OutOfSlice {
    /// Index of the first value.
    pub first: usize,
    /// Index that the last value would have.
    pub last: i128,
    /// Values in the slice.
    pub length: usize,
}

impl fmt::Display for OutOfSlice {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { first, last, length } = self;
        write!(out, "a view from index {first} to {last} does not fit into a slice of {length} values")
    }
}

impl Error for OutOfSlice {}
