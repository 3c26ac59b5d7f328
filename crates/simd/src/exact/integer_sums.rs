//! How is a standard deviation computed without any error at all?
//!
//! Every finite f64 is an integer times a power of two. Over one common power of two the sums S = sum x and
//! Q = sum x x are integers, and so is V = n Q - S S: fixed-point sums of a few limbs hold them exactly, values
//! enter and leave in O(1), and nothing drifts (Kulisch's long accumulator, 1971; Chmielowiec, Comput. Stat. 36:2813,
//! 2021, for the moving variance). The one rounding is that of the root of V / (n (n - ddof)), by [`nearest_root`].

use super::Rounded;
use super::nearest_root::{nearest_root, root_of_nearest};
use crate::limbs;

/// Sums of S limbs for the values and Q = 2 S limbs for their squares, in units of 2^lowest and its square.
///
/// The values of a window must be below 2^(64 S - 1) units even when added up.
#[derive(Debug, Clone)]
pub(super) struct IntegerSums<const S: usize, const Q: usize> {
    /// Two's complement.
    sum: [u64; S],
    squares: [u64; Q],
    lowest: i32,
}

/// Sums for values whose exponents lie less than about 110 binary places apart.
pub(super) type NarrowSums = IntegerSums<3, 6>;

/// Sums for any finite values: 2098 places and 63 for the count.
pub(super) type WideSums = IntegerSums<34, 68>;

/// The exponents that values span: of the lowest last place and of the highest first one.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Span {
    lowest: i32,
    highest: i32,
}

impl Span {
    pub(super) const NOTHING: Self = Self { lowest: i32::MAX, highest: i32::MIN };

    /// That of the finite values among `values`.
    pub(crate) fn of(values: &[f64]) -> Self {
        Self::NOTHING.with(values)
    }

    /// Widened to the finite values among `values`.
    pub(super) fn with(mut self, values: &[f64]) -> Self {
        for value in values.iter().filter(|value| value.is_finite() && **value != 0.0) {
            let exponent = exponent(*value);
            self.lowest = self.lowest.min(exponent);
            self.highest = self.highest.max(exponent);
        }
        self
    }

    /// Where the units of the sums begin.
    pub(super) fn lowest(self) -> i32 {
        if self.lowest > self.highest { 0 } else { self.lowest }
    }

    /// Whether [`NarrowSums`] hold up to `count` values.
    pub(super) fn is_narrow(self, count: usize) -> bool {
        let places =
            self.highest.saturating_sub(self.lowest) + 53 + (usize::BITS - count.leading_zeros()) as i32;
        places < 191
    }
}

impl<const S: usize, const Q: usize> IntegerSums<S, Q> {
    /// Sums of nothing, in units of 2^`lowest`.
    pub(super) fn new(lowest: i32) -> Self {
        Self { sum: [0; S], squares: [0; Q], lowest }
    }

    /// Takes a finite value in; its last place is at least 2^lowest.
    pub(super) fn enter(&mut self, value: f64) {
        self.exchange(value, limbs::add, limbs::subtract);
    }

    /// Takes a value out that is in.
    pub(super) fn leave(&mut self, value: f64) {
        self.exchange(value, limbs::subtract, limbs::add);
    }

    /// Of negative values the magnitude goes `against` the sum.
    #[inline(always)]
    fn exchange(
        &mut self,
        value: f64,
        with: impl Fn(&mut [u64], u128, u32),
        against: impl Fn(&mut [u64], u128, u32),
    ) {
        if value == 0.0 {
            return;
        }
        let (magnitude, shift) = (u128::from(significand(value)), (exponent(value) - self.lowest) as u32);
        if value < 0.0 {
            against(&mut self.sum, magnitude, shift);
        } else {
            with(&mut self.sum, magnitude, shift);
        }
        with(&mut self.squares, magnitude * magnitude, 2 * shift);
    }

    /// The standard deviation of the `count` values that are in; `count` > `ddof`.
    pub(super) fn standard_deviation(&self, count: usize, ddof: usize, rounded: Rounded) -> f64 {
        let mut sum = self.sum;
        if sum[S - 1] >> 63 == 1 {
            limbs::negate(&mut sum);
        }
        let mut v = self.squares;
        limbs::multiply(&mut v, count as u64);
        limbs::subtract_square(&mut v, &sum);
        let divisor = count as u128 * (count - ddof) as u128;
        match rounded {
            Rounded::Deviation => nearest_root(&v, divisor, self.lowest),
            Rounded::Variance => root_of_nearest(&v, divisor, self.lowest),
        }
    }
}

/// The significand of a finite number as an integer below 2^53.
fn significand(value: f64) -> u64 {
    let fraction = value.to_bits() & ((1 << 52) - 1);
    if biased_exponent(value) == 0 { fraction } else { fraction | (1 << 52) }
}

/// The power of two that a finite number's [`significand`] counts.
fn exponent(value: f64) -> i32 {
    biased_exponent(value).max(1) - 1075
}

fn biased_exponent(value: f64) -> i32 {
    ((value.to_bits() >> 52) & 0x7ff) as i32
}
