//! What is exact where the values are integers?
//!
//! S = sum x, Q = sum x x and V = n Q - S S are, in as many bits as they take (up to 256); the standard deviation is
//! sqrt(V / (n (n - ddof))). Roundings: V and the divisor where they are beyond 2^53, the quotient, the root. So the
//! result is within 2.5 u, u = 2^-53, of the exact one: 2 ulp, and mostly correctly rounded.
//!
//! Products of up to 32 bits are summed in two halves, which compilers vectorise. Values of 64 bits are taken from
//! the first of them, so that the magnitude of a difference has 64 bits and its square 128.

use crate::exact::{nearest_root, residual};
use crate::exponents::power_of_two;

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

    /// Takes an integer in.
    #[inline(always)]
    pub(crate) fn enter(&mut self, value: i64) {
        let magnitude = u128::from(value.unsigned_abs());
        self.add(Self { sum: i128::from(value), squares: magnitude * magnitude, carries: 0 });
    }

    /// Takes an integer out that is in.
    #[inline(always)]
    pub(crate) fn leave(&mut self, value: i64) {
        let magnitude = u128::from(value.unsigned_abs());
        self.sum -= i128::from(value);
        let borrow;
        (self.squares, borrow) = self.squares.overflowing_sub(magnitude * magnitude);
        self.carries -= u64::from(borrow);
    }

    /// The mean of the `count` values of these sums, each plus `base`: rounded twice.
    #[inline(always)]
    pub(crate) fn mean(self, count: usize, base: i128) -> f64 {
        (self.sum + base * count as i128) as f64 / count as f64
    }

    /// The standard deviation of the `count` values of these sums; NaN for no more values than `ddof`.
    #[inline(always)]
    pub(crate) fn standard_deviation(self, count: usize, ddof: usize) -> f64 {
        if count <= ddof {
            return f64::NAN;
        }
        (nearest_double(self.scaled_moment(count as u64)) / divisor(count, ddof)).sqrt()
    }

    /// The same, correctly rounded.
    pub(crate) fn nearest_standard_deviation(self, count: usize, ddof: usize) -> f64 {
        if count <= ddof {
            return f64::NAN;
        }
        let (moment, divisor) = (self.scaled_moment(count as u64), divisor(count, ddof));
        quick_root(moment, divisor).unwrap_or_else(|| {
            let (low, high) = moment;
            let v = [low as u64, (low >> 64) as u64, high as u64, (high >> 64) as u64];
            nearest_root(&v, count as u128 * (count - ddof) as u128, 0)
        })
    }

    /// n Q - S S: its low and its high half.
    #[inline(always)]
    fn scaled_moment(self, count: u64) -> (u128, u128) {
        let halves = |number: u128| (u128::from(number as u64), number >> 64);
        let count = u128::from(count);
        let (low, middle) = halves(self.squares);
        let (low, carry) = halves(low * count);
        let (middle, carry) = halves(middle * count + carry);
        let moment = (low | middle << 64, u128::from(self.carries) * count + carry);

        let (low, high) = halves(self.sum.unsigned_abs());
        let across = low * high;
        let (square, overflow) = (low * low).overflowing_add(across << 65);
        let square = (square, high * high + (across >> 63) + u128::from(overflow));

        let (low, borrow) = moment.0.overflowing_sub(square.0);
        (low, moment.1 - square.1 - u128::from(borrow))
    }
}

/// Rounded once: `count` is below 2^53.
#[inline(always)]
fn divisor(count: usize, ddof: usize) -> f64 {
    count as f64 * (count - ddof) as f64
}

/// The root of an integer of 256 bits over `divisor`, correctly rounded, unless it lies so near to a tie that pairs of doubles do not
/// tell: these lose less than 2^-63 of it.
#[inline(always)]
fn quick_root(moment: (u128, u128), divisor: f64) -> Option<f64> {
    let (v, v_rest) = pair(moment);
    if v == 0.0 {
        return Some(0.0);
    }
    if divisor >= power_of_two(53) {
        return None;
    }
    let quotient = v / divisor;
    let product = quotient * divisor;
    let quotient_rest = ((v - product) - residual(quotient, divisor, product) + v_rest) / divisor;
    let root = quotient.sqrt();
    let square = root * root;
    let root_rest = ((quotient - square) - residual(root, root, square) + quotient_rest) / (2.0 * root);
    let slack = root * power_of_two(-62);
    let (below, above) = (root + (root_rest - slack), root + (root_rest + slack));
    (below == above).then_some(above)
}

/// Of 256 bits, ties to even.
#[inline(always)]
fn nearest_double(number: (u128, u128)) -> f64 {
    pair(number).0
}

/// The nearest double, ties to even, and the rest, which is off by 2^-64 of the number at most.
#[inline(always)]
fn pair((low, high): (u128, u128)) -> (f64, f64) {
    const LIMB: f64 = power_of_two(64);
    // of what is cut off a last bit stands for all
    let (top, unit) = if high == 0 {
        (low, 1.0)
    } else if high >> 64 == 0 {
        (high << 64 | low >> 64 | u128::from(low as u64 != 0), LIMB)
    } else {
        (high | u128::from(low != 0), LIMB * LIMB)
    };
    // 63 bits, of which the last one stands for all that follow, are converted by one instruction
    let shift = top.leading_zeros().min(127);
    let (head, tail) = ((top << shift) >> 65, (top << shift) << 63);
    let nearest = (head as i64 | i64::from(tail != 0)) as f64 * power_of_two(65 - i64::from(shift));
    (nearest * unit, top.wrapping_sub(nearest as u128) as i128 as f64 * unit)
}
