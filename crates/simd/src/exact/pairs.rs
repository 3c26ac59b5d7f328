//! What is computed, how far off can it be, and when is the rounding certain?
//!
//! ```text
//! d = x - K    S = sum d    Q = sum d d    V = n Q - S S    W = V / (n (n - ddof))    r = sqrt(W)
//! ```
//!
//! S and Q are kept as pairs of doubles whose sum is far more accurate than one. The leading part A starts at a
//! power of two, the bias, and stays near it, so that it is never less than what is added:
//!
//! ```text
//! A' = fl(A + d)      t = A' - A    rest += d - t          for S: t and d - t are exact (Dekker 1971, FastTwoSum)
//! A' = fl(A + d d)    t = A' - A    rest += fl(d d - t)    for Q: t is exact (Sterbenz), d d - t rounded once, by FMA
//! ```
//!
//! That is 4 operations each, where TwoSum and TwoProduct (Ogita, Rump and Oishi 2005) take 7 and 9. What leaves is
//! taken off in the same way. Every 16 steps the rest is folded into A (FastTwoSum, exact).
//!
//! # The bound
//!
//! Let u = 2^-53, T the values that enter until the sums are recomputed, of which at most n are in at once, R >= the
//! sum of d d over all T, P a power of two with 1.99 R <= P <= 4.01 R. The bias of Q is P; that of S is a power of two b between
//! 2.8 sqrt(n P) and 5.7 sqrt(n P), as any sum of up to n of the d is at most sqrt(n R). Then A stays between
//! 0.7 and 1.6 times its bias, its last place is at most 2 u P and 2 u b, and each event leaves at most u b in the rest of S
//! and 1.5 u P in that of Q (u P with FMA; without, d d is rounded before it is added). Within 32 events and one fold the rests stay
//! below 34 u b and 50 u P. An addition to them errs by u times that, the rounded d d - t by 3 u u P: over at most 2 T events
//!
//! ```text
//! |error of Q| <= 106 T u u P    |error of S| <= 68 T u u b, moving S S by at most 545 T u u n P
//! ```
//!
//! What follows leaves out rest^2 of S (37034 u u n P at most) and rounds the small terms, each at most 650 u n P: with
//! two roundings wherever there is no FMA, 1300 u u n P up to V and 3600 u u n P from V to the residual of the root.
//! So that residual, W - r0 r0 for r0 = sqrt(W), both rounded, is known to
//!
//! ```text
//! E = 1024 (T + 64) u u n P / (n (n - ddof)) = 2^-96 (T + 64) P / (n - ddof)
//! ```
//!
//! where E also covers the second order of the Newton step r = r0 + residual / (2 r0) (20 u u W, as
//! |residual| <= 6 u W + E and E <= 2 u W wherever the test below passes) and its division (18 u u W); W <= n P / (n (n - ddof)).
//!
//! # The test
//!
//! The exact root lies between r0 + (residual - E) / (2 r0) and r0 + (residual + E) / (2 r0). Where both round to one
//! double, that is the correctly rounded result (Ziv, ACM TOMS 17:410, 1991). Else the window is undecided, as
//! are ties, roots of 0 and of what is negative or NaN. On ordinary data (P / V about 2^8 / n, T = 400) one in 2^25 is.
//!
//! For the rounded variance it is W that lies between leading + (rest - E) and leading + (rest + E): V and the weight err by less
//! than the residual does, and rounding rest - E and rest + E adds at most 4 u u n P / (n (n - ddof)), which E covers. Where both
//! sums are one double, it is W correctly rounded.

use super::arithmetic::Arithmetic;
use crate::exponents::power_of_two;

/// Where R must lie: far from overflow, and u u u R far from underflow.
pub(super) const SMALLEST: f64 = power_of_two(-400);
pub(super) const LARGEST: f64 = power_of_two(400);

/// Steps, of one value entering and one leaving at most, after which the rests are folded.
pub(super) const FOLDED_AFTER: usize = 16;

/// T at most: n n is exact as f64, and the anchors are (see [`Extent::anchor`]).
pub(super) const LONGEST: usize = 1 << 24;

/// Sum and sum of squares of some values, in plain floating point.
#[derive(Debug, Clone, Copy)]
pub(super) struct Extent {
    pub(super) sum: f64,
    pub(super) squares: f64,
}

impl Extent {
    /// The K to subtract from `count` values: their mean where it is large against their deviation, else 0.
    ///
    /// x - K is exact: for K = 0 it is x. Else every (x - mean)^2 <= sum (x - mean)^2 <= squares / (16 count) +
    /// 4 count u squares, below 0.2 mean^2, so that x lies between K / 2 and 2 K (Sterbenz).
    #[inline(always)]
    pub(super) fn anchor(self, count: usize) -> f64 {
        let mean = self.sum / count as f64;
        let deviation = self.squares - self.sum * mean;
        if deviation * 16.0 * (count as f64) < self.squares { mean } else { 0.0 }
    }
}

/// Biases and tolerance for values whose squares add up to about R.
#[derive(Debug, Clone, Copy)]
pub(super) struct Scale<T> {
    pub(super) sum_bias: T,
    pub(super) squares_bias: T,
    /// E above.
    pub(super) tolerance: T,
}

impl Scale<f64> {
    /// For `entering` values with a computed sum of squares of `squares`, in windows of `count` values.
    #[inline(always)]
    pub(super) fn new(squares: f64, entering: usize, count: usize, ddof: usize) -> Self {
        let squares = squares.max(SMALLEST);
        let exponent = (squares.to_bits() >> 52) as i64 - 1023 + 2;
        let count_bits = i64::from(usize::BITS - (count - 1).leading_zeros());
        let squares_bias = power_of_two(exponent);
        Self {
            sum_bias: power_of_two((exponent + count_bits).div_euclid(2) + 2),
            squares_bias,
            tolerance: power_of_two(-96) * (entering + 64) as f64 * squares_bias / (count - ddof) as f64,
        }
    }
}

/// What windows of n values have in common, more than `ddof` of them.
#[derive(Debug, Clone, Copy)]
pub(super) struct Shape<L> {
    n: L,
    half: L,
    /// 1 / (n (n - ddof)) as a pair.
    weight: L,
    weight_rest: L,
}

impl<L: Copy> Shape<L> {
    #[inline(always)]
    pub(super) fn new(isa: impl Arithmetic<Vector = L>, n: L, ddof: usize) -> Self {
        let one = isa.splat(1.0);
        let divisor = isa.multiply(n, isa.subtract(n, isa.splat(ddof as f64)));
        let weight = isa.divide(one, divisor);
        let product = isa.multiply(divisor, weight);
        let rest = isa.subtract(isa.subtract(one, product), isa.residual(divisor, weight, product));
        Self { n, half: isa.splat(0.5), weight, weight_rest: isa.divide(rest, divisor) }
    }

    /// 1 / (n - ddof), nearly.
    #[inline(always)]
    pub(super) fn per_degree(&self, isa: impl Arithmetic<Vector = L>) -> L {
        isa.multiply(self.n, self.weight)
    }
}

/// S and Q, lane by lane, each as a leading part with its bias and a rest.
#[derive(Clone, Copy)]
pub(super) struct Sums<L> {
    pub(super) sum: L,
    pub(super) sum_rest: L,
    pub(super) squares: L,
    pub(super) squares_rest: L,
}

impl<L: Copy> Sums<L> {
    /// Of nothing.
    #[inline(always)]
    pub(super) fn new(isa: impl Arithmetic<Vector = L>, scale: &Scale<L>) -> Self {
        let zero = isa.splat(0.0);
        Self { sum: scale.sum_bias, sum_rest: zero, squares: scale.squares_bias, squares_rest: zero }
    }

    #[inline(always)]
    pub(super) fn enter(&mut self, isa: impl Arithmetic<Vector = L>, d: L) {
        let sum = isa.add(self.sum, d);
        let taken = isa.subtract(sum, self.sum);
        self.sum_rest = isa.add(self.sum_rest, isa.subtract(d, taken));
        self.sum = sum;
        let squares = isa.multiply_add(d, d, self.squares);
        let taken = isa.subtract(self.squares, squares);
        self.squares_rest = isa.add(self.squares_rest, isa.plus_square(taken, d));
        self.squares = squares;
    }

    #[inline(always)]
    pub(super) fn leave(&mut self, isa: impl Arithmetic<Vector = L>, d: L) {
        let sum = isa.subtract(self.sum, d);
        let taken = isa.subtract(self.sum, sum);
        self.sum_rest = isa.subtract(self.sum_rest, isa.subtract(d, taken));
        self.sum = sum;
        let squares = isa.multiply_subtract(d, d, self.squares);
        let taken = isa.subtract(self.squares, squares);
        self.squares_rest = isa.add(self.squares_rest, isa.less_square(taken, d));
        self.squares = squares;
    }

    /// Folds the rests into the leading parts.
    #[inline(always)]
    pub(super) fn fold(&mut self, isa: impl Arithmetic<Vector = L>) {
        let sum = isa.add(self.sum, self.sum_rest);
        self.sum_rest = isa.subtract(self.sum_rest, isa.subtract(sum, self.sum));
        self.sum = sum;
        let squares = isa.add(self.squares, self.squares_rest);
        self.squares_rest = isa.subtract(self.squares_rest, isa.subtract(squares, self.squares));
        self.squares = squares;
    }

    /// The same without the biases; exact (Sterbenz).
    #[inline(always)]
    pub(super) fn unbiased(&self, isa: impl Arithmetic<Vector = L>, scale: &Scale<L>) -> Self {
        Self {
            sum: isa.subtract(self.sum, scale.sum_bias),
            squares: isa.subtract(self.squares, scale.squares_bias),
            ..*self
        }
    }
}

/// The roots, where they are decided; and all ones where they are not.
#[derive(Clone, Copy)]
pub(super) struct Roots<L> {
    pub(super) value: L,
    pub(super) undecided: L,
}

/// The variances W of windows, as pairs, and the rounded W.
#[derive(Clone, Copy)]
pub(super) struct Variances<L> {
    leading: L,
    rest: L,
    rounded: L,
}

impl<L: Copy> Variances<L> {
    /// To be overwritten.
    #[inline(always)]
    pub(super) fn zero(isa: impl Arithmetic<Vector = L>) -> Self {
        let zero = isa.splat(0.0);
        Self { leading: zero, rest: zero, rounded: zero }
    }
}

/// The variances of windows with these sums, biases taken off.
#[inline(always)]
pub(super) fn variances<A: Arithmetic>(
    isa: A,
    sums: &Sums<A::Vector>,
    shape: &Shape<A::Vector>,
) -> Variances<A::Vector> {
    // V as a pair: the difference of two rounded products, and a tail of all that they leave out.
    let squares = isa.multiply(shape.n, sums.squares);
    let squares_tail =
        isa.multiply_add(shape.n, sums.squares_rest, isa.residual(shape.n, sums.squares, squares));
    let square = isa.multiply(sums.sum, sums.sum);
    let twice = isa.add(sums.sum, sums.sum);
    let square_tail = isa.multiply_add(twice, sums.sum_rest, isa.residual(sums.sum, sums.sum, square));
    let v = isa.subtract(squares, square);
    let v_rest = isa.subtract(isa.subtract(squares, v), square);
    let tail = isa.add(v_rest, isa.subtract(squares_tail, square_tail));
    let leading = isa.multiply(v, shape.weight);
    let rest = isa.multiply_add(tail, shape.weight, isa.residual(v, shape.weight, leading));
    let rest = isa.multiply_add(v, shape.weight_rest, rest);
    Variances { leading, rest, rounded: isa.add(leading, rest) }
}

/// The roots of variances rounded correctly, by the same test.
#[inline(always)]
pub(super) fn roots_of_rounded<A: Arithmetic>(
    isa: A,
    variances: &Variances<A::Vector>,
    tolerance: A::Vector,
) -> Roots<A::Vector> {
    let Variances { leading, rest, .. } = *variances;
    let low = isa.add(leading, isa.subtract(rest, tolerance));
    let high = isa.add(leading, isa.add(rest, tolerance));
    Roots { value: isa.root(low), undecided: isa.differ(low, high) }
}

/// The roots of variances: one Newton step from the rounded root to either end of the interval.
#[inline(always)]
pub(super) fn roots<A: Arithmetic>(
    isa: A,
    variances: &Variances<A::Vector>,
    shape: &Shape<A::Vector>,
    tolerance: A::Vector,
) -> Roots<A::Vector> {
    let root = isa.root(variances.rounded);
    let slope = isa.divide(shape.half, root);
    let residual = isa.add(isa.less_square(variances.leading, root), variances.rest);
    let low = isa.multiply_add(isa.subtract(residual, tolerance), slope, root);
    let high = isa.multiply_add(isa.add(residual, tolerance), slope, root);
    Roots { value: low, undecided: isa.differ(low, high) }
}
