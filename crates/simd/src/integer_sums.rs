//! What is exact where the values are integers?
//!
//! S = sum x, Q = sum x x and V = n Q - S S are, in as many bits as they take (up to 256); the standard deviation is
//! sqrt(V / (n (n - ddof))). Roundings: V and the divisor where they are beyond 2^53, the quotient, the root. So the
//! result is within 2.5 u, u = 2^-53, of the exact one: 2 ulp, and mostly correctly rounded.
//!
//! Products of up to 32 bits are summed in two halves, which compilers vectorise. Values of 64 bits are taken from
//! the first of them, so that the magnitude of a difference has 64 bits and its square 128.

use crate::limbs;

/// S and Q of some values, or of their differences from one number.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct IntegerSums {
    sum: i128,
    squares: u128,
    /// How often `squares` has overflowed.
    carries: u64,
}

/// Values per call that cannot overflow 64 bits in [`of_narrow`].
pub(crate) const NARROW_BLOCK: usize = 512;

/// The sums of at most [`NARROW_BLOCK`] values of up to 32 bits.
#[inline(always)]
pub(crate) fn of_narrow<T: Copy + Into<i64>>(values: &[T]) -> IntegerSums {
    debug_assert!(values.len() <= NARROW_BLOCK);
    let (mut sum, mut low, mut high) = (0_i64, 0_u64, 0_u64);
    for value in values {
        let value: i64 = (*value).into();
        // below 2^64, if not below 2^63
        let square = value.wrapping_mul(value) as u64;
        sum += value;
        low += square & u64::from(u32::MAX);
        high += square >> 32;
    }
    IntegerSums { sum: i128::from(sum), squares: (u128::from(high) << 32) + u128::from(low), carries: 0 }
}

impl IntegerSums {
    pub(crate) fn add(&mut self, other: Self) {
        self.sum += other.sum;
        let overflow;
        (self.squares, overflow) = self.squares.overflowing_add(other.squares);
        self.carries += other.carries + u64::from(overflow);
    }

    /// Adds a number of a magnitude below 2^64.
    pub(crate) fn add_wide(&mut self, difference: i128) {
        let magnitude = difference.unsigned_abs();
        self.add(Self { sum: difference, squares: magnitude * magnitude, carries: 0 });
    }

    /// The standard deviation of the `count` values of these sums; NaN for no more values than `ddof`.
    pub(crate) fn standard_deviation(self, count: usize, ddof: usize) -> f64 {
        if count <= ddof {
            return f64::NAN;
        }
        let divisor = (count as u128 * (count - ddof) as u128) as f64;
        (self.scaled_moment(count as u64) / divisor).sqrt()
    }

    /// n Q - S S, rounded once.
    fn scaled_moment(self, count: u64) -> f64 {
        let sum = self.sum.unsigned_abs();
        if self.carries == 0
            && let (Some(squares), Some(product)) =
                (self.squares.checked_mul(u128::from(count)), sum.checked_mul(sum))
        {
            return (squares - product) as f64;
        }
        let halves = |number: u128| [number as u64, (number >> 64) as u64];
        let [low, high] = halves(self.squares);
        let mut v = [low, high, self.carries, 0];
        limbs::multiply(&mut v, count);
        limbs::subtract_square(&mut v, &halves(sum));
        limbs::nearest_double(&v)
    }
}
