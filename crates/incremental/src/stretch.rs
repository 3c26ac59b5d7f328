//! What is known of a window whose sums are only ever joined, never split?
//!
//! ```text
//! a = x - K    S = sum a    Q = sum a a    M2 = Q - S S / n    sqrt(M2 / (n - ddof))
//! ```
//!
//! of a stretch of neighbouring values, for an anchor K. Two stretches with the same anchor are joined by adding S to
//! S and Q to Q. A window is joined from stretches that lie inside it, so nothing of a value that has
//! left can remain: there is no subtraction. [`crate::TwoStacks`] and [`crate::HalfBlocks`] differ in how they cut.
//!
//! Both see to it that K is a value of the window. Then |K - mean| <= s sqrt(n - 1), with s the deviation for
//! ddof 0, and Q <= n M2: the cancellation is bounded whatever the data. What it costs, at most log2(n)
//! bits, is paid for in advance: a, a a, S and Q are unevaluated sums of two doubles, made by the error-free
//! transforms of Knuth, Dekker (Numer. Math. 18, 1971), and Ogita, Rump and Oishi (SIAM J. Sci. Comput. 26, 2005).
//!
//! # The bound
//!
//! Let u = 2^-53, c = n + 4, A = sum |a|, Q the exact sum. x - K = h + l exactly, |l| <= u |h|. The term of Q is
//! h h + 2 h l, of which h h is kept whole; what is dropped or rounded is at most 6 u^2 a^2. Each of at most n + 2
//! joins adds the high parts exactly, as a sum and a rounding error of at most u A or u Q, and rounds
//! twice while adding up the low parts, which stay below c u A or c u Q. Together
//!
//! ```text
//! S errs by at most c^2 u^2 A        Q by at most (c^2 + 6) u^2 Q        and A <= sqrt(n Q)
//! ```
//!
//! so S S / n by 2 c^2 u^2 Q, and M2 by less than 4 c^2 u^2 Q, to which its evaluation adds:
//!
//! *In doubles*, where Q <= 3 M2: t = s (s / n) for the rounded s has five roundings, 5 u t <= 10 u M2, the
//! subtraction and the low part of Q 2 u M2. With the division and the root the result errs by
//! 6 u + 0.5 u + 0.5 u + u: 8 u, no more than 8 ulp.
//!
//! *In pairs of doubles*, else: with m = fl(S / n), r = S - n m (small, and exact up to u^2 S)
//!
//! ```text
//! M2 = Q - m (n m) - 2 m r - r r / n
//! ```
//!
//! n m and m (n m) are products without error, Q - m (n m) a sum without error, and what remains, at most about
//! (c + 8) u Q, is rounded in each of a few steps: (c + 8) 8 u^2 Q. The last addition rounds M2 once.
//!
//! All of u^2 Q together is less than u M2 where 16 c^2 u Q <= M2, which is checked. As Q <= n M2 that is
//! *certain for n <= 65,536*. In wider windows it may fail where K is an outlier, by 150 deviations at n = 10^6.
//! The result then errs by at most 4 u.
//!
//! Underflow and overflow: outside 2^-960 <= M2 <= 2^1000 (a NaN is outside, and an overflow of a product or a sum leaves
//! one behind) the window is either equal throughout, or not finite, or `full_range` takes it, in O(n). So a step
//! costs O(1) wherever the deviation is 0 or within 1e-144 ..= 1e150 / sqrt(n), and the right result everywhere.

use crate::anchored::{Both, Shape, UNIT, add, two_sum};
use crate::full_range;
use crate::ring::Ring;

/// M2 in here has lost nothing to underflow, and no sum has overflowed.
const SAFE: std::ops::RangeInclusive<f64> =
    f64::from_bits((1023 - 960) << 52)..=f64::from_bits((1023 + 1000) << 52);

/// S and Q of neighbouring values.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Stretch {
    sums: Both,
    residues: Both,
}

impl Stretch {
    /// Of no values.
    pub(crate) const EMPTY: Self = Self { sums: [0.0; 2], residues: [0.0; 2] };

    /// Of one value.
    #[inline(always)]
    pub(crate) fn of(value: f64, anchor: f64) -> Self {
        let (high, low) = two_difference(value, anchor);
        let (square, remainder) = two_product(high, high);
        Self { sums: [high, square], residues: [low, remainder + 2.0 * high * low] }
    }

    /// Of the values of both; the anchor must be the same.
    #[inline(always)]
    pub(crate) fn join(self, other: Self) -> Self {
        let (sums, rounded) = two_sum(self.sums, other.sums);
        Self { sums, residues: add(self.residues, add(other.residues, rounded)) }
    }

    /// The standard deviation of the window that this stretch covers: known by counting, certified, or
    /// recomputed from the ring, and then `recomputed` counts it.
    #[inline(always)]
    pub(crate) fn standard_deviation(&self, shape: &Joined, ring: &Ring, recomputed: &mut u64) -> f64 {
        if let Some(deviation) = ring.counts().known(&shape.shape).or_else(|| self.certified(shape)) {
            return deviation;
        }
        *recomputed += 1;
        full_range::standard_deviation(ring.window(), shape.shape.ddof)
    }

    /// The standard deviation, where the bound holds.
    #[inline(always)]
    fn certified(&self, shape: &Joined) -> Option<f64> {
        let ([s, q], [s_residue, q_residue]) = (self.sums, self.residues);
        let sum = s + s_residue;
        let m2 = (q - sum * (sum * shape.shape.per_value)) + q_residue;
        let m2 = if q <= 3.0 * m2 { m2 } else { self.m2_in_pairs(shape) };
        let certain = shape.demand * q <= m2 && SAFE.contains(&m2);
        certain.then(|| (m2 / shape.degrees).sqrt())
    }

    #[inline(always)]
    fn m2_in_pairs(&self, shape: &Joined) -> f64 {
        let ([s, q], [s_residue, q_residue]) = (self.sums, self.residues);
        let mean = (s + s_residue) * shape.shape.per_value;
        let (n_mean, n_mean_low) = two_product(shape.count, mean);
        let rest = ((s - n_mean) - n_mean_low) + s_residue;
        let (product, product_low) = two_product(mean, n_mean);
        let (high, low) = two_difference(q, product);
        let small = mean * n_mean_low + 2.0 * mean * rest + rest * rest * shape.shape.per_value;
        high + (((low - product_low) + q_residue) - small)
    }
}

/// Size of the window and divisor, as stretches need them.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Joined {
    shape: Shape,
    count: f64,
    degrees: f64,
    /// 16 c^2 u.
    demand: f64,
}

impl Joined {
    /// `ddof` < `window`.
    pub(crate) fn new(window: usize, ddof: usize) -> Self {
        let count = window as f64;
        Self {
            shape: Shape::new(window, ddof),
            count,
            degrees: (window - ddof) as f64,
            demand: 16.0 * (count + 4.0) * (count + 4.0) * UNIT,
        }
    }
}

/// a - b, and what it rounds off, exactly.
#[inline(always)]
fn two_difference(a: f64, b: f64) -> (f64, f64) {
    let difference = a - b;
    let of_b = difference - a;
    (difference, (a - (difference - of_b)) - (b + of_b))
}

/// a b, and what it rounds off, exactly (Dekker's product: a fused multiply-add would be a call of the C
/// library wherever the instruction set is not known to have one).
#[inline(always)]
fn two_product(a: f64, b: f64) -> (f64, f64) {
    let product = a * b;
    let ([a_high, a_low], [b_high, b_low]) = (halves(a), halves(b));
    let remainder = ((a_high * b_high - product) + a_high * b_low + a_low * b_high) + a_low * b_low;
    (product, remainder)
}

/// a in two halves of at most 26 bits each (Veltkamp's splitting).
#[inline(always)]
fn halves(a: f64) -> [f64; 2] {
    let scaled = 134_217_729.0 * a; // 2^27 + 1
    let high = scaled - (scaled - a);
    [high, a - high]
}
