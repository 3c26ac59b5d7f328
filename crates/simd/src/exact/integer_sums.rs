//! How is a standard deviation computed without any error at all?
//!
//! Every finite f64 is an integer times a power of two. Over one common power of two the sums S = sum x and
//! Q = sum x x are integers, and so is V = n Q - S S: fixed-point sums of a few limbs hold them exactly, values
//! enter and leave in O(1), and nothing drifts (Kulisch's long accumulator, 1971; Chmielowiec, Comput. Stat. 36:2813,
//! 2021, for the moving variance). The one rounding is that of the root of V / (n (n - ddof)), by [`nearest_root`].

use super::nearest_root::{Format, nearest_root};

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

/// Sums for integers of 64 bits.
pub(super) type WordSums = IntegerSums<2, 4>;

/// The exponents that values span: of the lowest last place and of the highest first one.
#[derive(Debug, Clone, Copy)]
pub(super) struct Span {
    lowest: i32,
    highest: i32,
}

impl Span {
    /// That of the finite values among `values`.
    pub(super) fn of(values: &[f64]) -> Self {
        let mut span = Self { lowest: i32::MAX, highest: i32::MIN };
        for value in values.iter().filter(|value| value.is_finite() && **value != 0.0) {
            let exponent = exponent(*value);
            span.lowest = span.lowest.min(exponent);
            span.highest = span.highest.max(exponent);
        }
        if span.lowest > span.highest { Self { lowest: 0, highest: 0 } } else { span }
    }

    /// Where the units of the sums begin.
    pub(super) fn lowest(self) -> i32 {
        self.lowest
    }

    /// Whether [`NarrowSums`] hold up to `count` values.
    pub(super) fn is_narrow(self, count: usize) -> bool {
        let places = self.highest - self.lowest + 53 + (usize::BITS - count.leading_zeros()) as i32;
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
        if value == 0.0 {
            return;
        }
        let (magnitude, shift) = (significand(value), (exponent(value) - self.lowest) as u32);
        if value < 0.0 {
            subtract(&mut self.sum, magnitude.into(), shift)
        } else {
            add(&mut self.sum, magnitude.into(), shift)
        }
        add(&mut self.squares, u128::from(magnitude) * u128::from(magnitude), 2 * shift);
    }

    /// Takes a value out that is in.
    pub(super) fn leave(&mut self, value: f64) {
        if value == 0.0 {
            return;
        }
        let (magnitude, shift) = (significand(value), (exponent(value) - self.lowest) as u32);
        if value < 0.0 {
            add(&mut self.sum, magnitude.into(), shift)
        } else {
            subtract(&mut self.sum, magnitude.into(), shift)
        }
        subtract(&mut self.squares, u128::from(magnitude) * u128::from(magnitude), 2 * shift);
    }

    /// Takes an integer in, in units.
    pub(super) fn enter_integer(&mut self, value: i64) {
        let magnitude = u128::from(value.unsigned_abs());
        if value < 0 {
            subtract(&mut self.sum, magnitude, 0)
        } else {
            add(&mut self.sum, magnitude, 0)
        }
        add(&mut self.squares, magnitude * magnitude, 0);
    }

    /// Takes an integer out that is in.
    pub(super) fn leave_integer(&mut self, value: i64) {
        let magnitude = u128::from(value.unsigned_abs());
        if value < 0 {
            add(&mut self.sum, magnitude, 0)
        } else {
            subtract(&mut self.sum, magnitude, 0)
        }
        subtract(&mut self.squares, magnitude * magnitude, 0);
    }

    /// The nearest number of `format` to the standard deviation of the `count` values that are in; `count` > `ddof`.
    pub(super) fn standard_deviation(&self, count: usize, ddof: usize, format: Format) -> f64 {
        let mut sum = self.sum;
        if sum[S - 1] >> 63 == 1 {
            negate(&mut sum);
        }
        let mut v = self.squares;
        multiply(&mut v, count as u64);
        subtract_square(&mut v, &sum);
        let divisor = count as u128 * (count - ddof) as u128;
        nearest_root(&v, divisor, self.lowest, format)
    }
}

/// Adds `value` 2^`shift`; what is carried beyond the last limb is dropped.
fn add(limbs: &mut [u64], value: u128, shift: u32) {
    let mut carry = false;
    for (place, limb) in limbs[shift as usize / 64..].iter_mut().enumerate() {
        if place > 2 && !carry {
            return;
        }
        let (sum, first) = limb.overflowing_add(part(value, shift % 64, place));
        let (sum, second) = sum.overflowing_add(u64::from(carry));
        *limb = sum;
        carry = first | second;
    }
}

/// Subtracts `value` 2^`shift`; what is borrowed beyond the last limb is dropped.
fn subtract(limbs: &mut [u64], value: u128, shift: u32) {
    let mut borrow = false;
    for (place, limb) in limbs[shift as usize / 64..].iter_mut().enumerate() {
        if place > 2 && !borrow {
            return;
        }
        let (difference, first) = limb.overflowing_sub(part(value, shift % 64, place));
        let (difference, second) = difference.overflowing_sub(u64::from(borrow));
        *limb = difference;
        borrow = first | second;
    }
}

/// Limb number `place` of `value` 2^`shift`, with a shift below 64.
#[inline(always)]
fn part(value: u128, shift: u32, place: usize) -> u64 {
    match place {
        0 => (value << shift) as u64,
        1 => ((value << shift) >> 64) as u64,
        2 if shift > 0 => (value >> (128 - shift)) as u64,
        _ => 0,
    }
}

fn negate(limbs: &mut [u64]) {
    let mut carry = true;
    for limb in limbs {
        (*limb, carry) = (!*limb).overflowing_add(u64::from(carry));
    }
}

/// `limbs` times `factor`, which must fit.
fn multiply(limbs: &mut [u64], factor: u64) {
    let mut carry = 0;
    for limb in limbs.iter_mut() {
        let product = u128::from(*limb) * u128::from(factor) + carry;
        *limb = product as u64;
        carry = product >> 64;
    }
    debug_assert_eq!(carry, 0, "n Q fits");
}

/// `limbs` less the square of `root`, which is no greater.
fn subtract_square(limbs: &mut [u64], root: &[u64]) {
    let used = root.iter().rposition(|limb| *limb != 0).map_or(0, |last| last + 1);
    for (place, &factor) in root[..used].iter().enumerate() {
        let mut carry = 0;
        for (other, limb) in root[..used].iter().zip(&mut limbs[place..]) {
            let product = u128::from(factor) * u128::from(*other) + carry;
            let (difference, borrow) = limb.overflowing_sub(product as u64);
            *limb = difference;
            carry = (product >> 64) + u128::from(borrow);
        }
        subtract(&mut limbs[place + used..], carry, 0);
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
