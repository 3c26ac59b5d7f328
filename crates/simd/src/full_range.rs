//! What if M2 is 0, not a number, or near the ends of the range of exponents?
//!
//! Rare and cold, so it is careful and not fast: values scaled by a power of two until the largest
//! magnitude is in [1, 2), sums in double-double (Dekker 1971; Ogita, Rump and Oishi, SIAM J. Sci. Comput.
//! 26, 2005), a corrected root, and one rounding at the end. Nothing is lost by the scaling: values
//! that differ, the largest near 1, have M2 >= 2^-107, and what underflows is smaller than 2^-1022.
//! Before that rounding the error is at most about 8 n^2 u^2, so a subnormal result is the nearest one, and
//! infinity comes out only where the exact result rounds to it.

use std::convert::Infallible;

use crate::exponents::{exponent, times_power_of_two};

/// The standard deviation of at least one value, and of more than `ddof`.
#[cold]
#[inline(never)]
pub(crate) fn standard_deviation(values: &[f64], ddof: usize) -> f64 {
    let at_once = |take: &mut dyn FnMut(&[f64])| {
        take(values);
        Ok::<_, Infallible>(())
    };
    let Ok(deviation) = of_passes(values.len(), ddof, at_once);
    deviation
}

/// The same of `count` numbers, of which each call of `pass` hands over all, block by block.
pub(crate) fn of_passes<E>(
    count: usize,
    ddof: usize,
    mut pass: impl FnMut(&mut dyn FnMut(&[f64])) -> Result<(), E>,
) -> Result<f64, E> {
    let (mut first, mut is_finite) = (None, true);
    let (mut least, mut most) = (f64::INFINITY, f64::NEG_INFINITY);
    pass(&mut |values| {
        first = first.or(values.first().copied());
        is_finite &= values.iter().all(|value| value.is_finite());
        least = values.iter().fold(least, |least, value| least.min(*value));
        most = values.iter().fold(most, |most, value| most.max(*value));
    })?;
    if !is_finite {
        return Ok(f64::NAN);
    }
    if least == most {
        return Ok(0.0);
    }
    let exponent = exponent(least.abs().max(most.abs()));
    let anchor = times_power_of_two(first.unwrap_or_default(), -exponent);
    let (mut sum, mut squares) = (Double::ZERO, Double::ZERO);
    pass(&mut |values| {
        for value in values {
            let deviation = Double::sum(times_power_of_two(*value, -exponent), -anchor);
            sum = sum.plus(deviation);
            squares = squares.plus(deviation.squared());
        }
    })?;
    let m2 = squares.plus(sum.squared().over(-(count as f64)));
    Ok(m2.over((count - ddof) as f64).root().round_times_power_of_two(exponent))
}

/// The unevaluated sum of a number and its rounding error.
#[derive(Clone, Copy)]
struct Double {
    high: f64,
    low: f64,
}

impl Double {
    const ZERO: Self = Self { high: 0.0, low: 0.0 };

    /// a + b without error (Knuth's TwoSum).
    fn sum(a: f64, b: f64) -> Self {
        let high = a + b;
        let of_b = high - a;
        Self { high, low: (a - (high - of_b)) + (b - of_b) }
    }

    /// a b without error, by the exact remainder of a fused multiply-add.
    fn product(a: f64, b: f64) -> Self {
        let high = a * b;
        Self { high, low: a.mul_add(b, -high) }
    }

    fn plus(self, other: Self) -> Self {
        let Self { high, low } = Self::sum(self.high, other.high);
        Self::sum(high, low + (self.low + other.low))
    }

    fn squared(self) -> Self {
        let Self { high, low } = Self::product(self.high, self.high);
        Self::sum(high, low + 2.0 * self.high * self.low)
    }

    fn over(self, divisor: f64) -> Self {
        let quotient = self.high / divisor;
        let product = Self::product(quotient, divisor);
        let remainder = (self.high - product.high) - product.low + self.low;
        Self::sum(quotient, remainder / divisor)
    }

    fn root(self) -> Self {
        let root = self.high.sqrt();
        let square = Self::product(root, root);
        let remainder = (self.high - square.high) - square.low + self.low;
        Self::sum(root, remainder / (2.0 * root))
    }

    /// This times a power of two, rounded once: where the result is subnormal and the high part lies
    /// between two of them, the low part decides.
    fn round_times_power_of_two(self, exponent: i64) -> f64 {
        let rounded = times_power_of_two(self.high, exponent);
        if rounded >= f64::MIN_POSITIVE {
            return rounded;
        }
        let half_of_smallest = times_power_of_two(1.0, -1075 - exponent);
        let excess = self.high - times_power_of_two(rounded, -exponent);
        if excess == half_of_smallest && self.low > 0.0 {
            rounded.next_up()
        } else if excess == -half_of_smallest && self.low < 0.0 {
            rounded.next_down()
        } else {
            rounded
        }
    }
}
