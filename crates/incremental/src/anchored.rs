//! What runs along, and when is it not good enough?
//!
//! ```text
//! a = x - K    S = sum a    Q = sum a a    M2 = Q - S S / n    sqrt(M2 / (n - ddof))
//! ```
//!
//! over the window, for an anchor K near its mean: the shifted running sums of Chan, Golub and LeVeque
//! (American Statistician 37:242, 1983). Departures:
//!
//! * What leaves is what entered, to the last bit: a and the rounded a a depend on x and K only. So the
//!   state follows sums of fixed numbers, and only additions can lose something.
//! * An addition's rounding error is kept (Knuth's TwoSum; Neumaier, ZAMM 54, 1974) in a residue beside S and Q.
//!   The error of the sums then no longer grows with the number of steps but with u times that.
//! * A bound of the error is carried along and checked in every window. Where it fails, the anchor moves to
//!   the window's mean and the sums are recomputed: O(n), on ordinary data seldom or never.
//! * A window of equal values is known by counting, and one that holds NaN or an infinity too; neither makes
//!   new sums.
//!
//! # The bound
//!
//! Let u = 2^-53. One step adds p + p' = a_new - a_old, exactly, to S + S': TwoSum gives S and e, and the
//! residue S' takes up fl(p' + e), rounding twice, by at most u (2 |S'| + |S'_before|). So S + S' is within
//! 3 u L_S of the sum, with L_S the sum of |S'| over all steps; L_S is a sum itself, which the factor 4
//! below pays for. In the same way Q + Q' is within 4 u L_Q.
//!
//! Of the window's M2, by absolute value:
//!
//! ```text
//! rounding of each a a                           u Q
//! rounding of each a: 2 u sqrt(Q M2)          <= u (Q + M2)
//! t = s (s / n), s = S + S', five roundings      5 u t, and t = Q - M2
//! the subtractions                               2 u M2
//! the state                                      4 u L_Q + (2 |S| / n) 4 u L_S + (4 u L_S)^2 / n
//! ```
//!
//! Together at most 32 u M2 where
//!
//! ```text
//! Q / 4 + L_Q / 8 + L_S (|S| / (4 n) + u L_S / (2 n)) <= M2
//! ```
//!
//! which is what is checked; the left side is called the demand. The result then errs by half of 32 u, u for the
//! reciprocal of n - ddof and its product, and u for the root: 18 u = 2.0e-15 relative.
//!
//! New sums always pass. The anchor is the rounded mean m; no double lies nearer to the exact mean than the
//! one that it rounds to, so |m - mean| <= 1.01 s and Q <= 2.02 M2. L_Q is then at most c^2 u Q, and L_S
//! c^2 u sqrt(n Q), for chains of c = n / 8 + 8 additions: nothing for any n below 10^8.
//!
//! Underflow and overflow: M2 < 2^-960 fails, and so does NaN, which any overflow of a sum leaves behind. Where
//! new sums fail too, `full_range` takes the window.

use crate::full_range;

/// Below this, squares may have lost something to underflow: 2^-960.
const LEAST_M2: f64 = f64::from_bits((1023 - 960) << 52);

const LANES: usize = 8;

/// Half a unit in the last place of 1.
pub(crate) const UNIT: f64 = f64::EPSILON / 2.0;

/// Size of the window and divisor, as the sums need them.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Shape {
    window: usize,
    pub(crate) ddof: usize,
    pub(crate) per_value: f64,
    per_degree: f64,
}

impl Shape {
    /// `ddof` < `window`.
    pub(crate) fn new(window: usize, ddof: usize) -> Self {
        Self { window, ddof, per_value: 1.0 / window as f64, per_degree: 1.0 / (window - ddof) as f64 }
    }
}

/// One number of S and one of Q, side by side so that one instruction serves both.
pub(crate) type Both = [f64; 2];

/// The sums of the current window.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Sums {
    anchor: f64,
    sums: Both,
    residues: Both,
    /// L_S and L_Q.
    residue_totals: Both,
    rebuilds: u64,
}

/// What counting tells of the current window.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Counts {
    newest: f64,
    /// Length of the run of equal values that ends with the newest one.
    run: usize,
    not_finite: usize,
}

impl Counts {
    pub(crate) fn empty() -> Self {
        Self { newest: f64::NAN, run: 0, not_finite: 0 }
    }

    #[inline(always)]
    pub(crate) fn enter(&mut self, value: f64) {
        self.run = if value == self.newest { self.run + 1 } else { 1 };
        self.newest = value;
        self.not_finite += usize::from(!value.is_finite());
    }

    #[inline(always)]
    pub(crate) fn leave(&mut self, value: f64) {
        self.not_finite -= usize::from(!value.is_finite());
    }

    /// The standard deviation, where counting is enough.
    #[inline(always)]
    pub(crate) fn known(&self, shape: &Shape) -> Option<f64> {
        if self.not_finite > 0 {
            Some(f64::NAN)
        } else if self.run >= shape.window {
            Some(0.0)
        } else {
            None
        }
    }
}

impl Sums {
    /// The sums of no window yet. Summing the first one is not counted as a rebuild.
    pub(crate) fn unset() -> Self {
        let nan = [f64::NAN; 2];
        Self { anchor: f64::NAN, sums: nan, residues: nan, residue_totals: nan, rebuilds: 0 }
    }

    pub(crate) fn rebuilds(&self) -> u64 {
        self.rebuilds
    }

    /// The standard deviation of the first full window, which comes out of [`Self::unset`].
    pub(crate) fn first(&mut self, shape: &Shape, counts: &Counts, window: &[f64]) -> f64 {
        counts.known(shape).unwrap_or_else(|| self.settle(shape, window))
    }

    /// The standard deviation once a value has entered and one left; `window` is what they leave behind, oldest first.
    #[inline(always)]
    pub(crate) fn step(&mut self, shape: &Shape, counts: &Counts, leaving: f64, window: &[f64]) -> f64 {
        let (a, b) = (counts.newest - self.anchor, leaving - self.anchor);
        let (change, change_rounded) = two_sum([a, a * a], [-b, -(b * b)]);
        let (sums, rounded) = two_sum(self.sums, change);
        self.sums = sums;
        self.residues = add(self.residues, add(change_rounded, rounded));
        self.residue_totals = add(self.residue_totals, self.residues.map(f64::abs));
        let deviation = self.certified(shape).or_else(|| counts.known(shape));
        deviation.unwrap_or_else(|| self.settle(shape, window))
    }

    /// The standard deviation, where the bound holds.
    #[inline(always)]
    fn certified(&self, shape: &Shape) -> Option<f64> {
        let ([s, q], [s_residue, q_residue]) = (self.sums, self.residues);
        let [s_total, q_total] = self.residue_totals;
        let sum = s + s_residue;
        let mean = sum * shape.per_value;
        let m2 = (q - sum * mean) + q_residue;
        let demand = 0.25 * q
            + 0.125 * q_total
            + s_total * (0.25 * mean.abs() + 0.5 * UNIT * shape.per_value * s_total);
        (demand <= m2 && m2 >= LEAST_M2).then(|| (m2 * shape.per_degree).sqrt())
    }

    /// The standard deviation of a window that neither the running sums nor the counts can answer for.
    #[inline(always)]
    fn settle(&mut self, shape: &Shape, window: &[f64]) -> f64 {
        let deviation;
        (*self, deviation) = self.rebuilt(shape, window);
        deviation
    }

    /// The sums of `window`, anchored at its mean, and its standard deviation. By value, so that the sums of ordinary
    /// windows stay in registers.
    #[cold]
    #[inline(never)]
    fn rebuilt(self, shape: &Shape, window: &[f64]) -> (Self, f64) {
        let anchor = window[0] + shift(window) * shape.per_value;
        let (sums, residues) = compensated_sums(window, anchor);
        let chain = (shape.window / LANES + LANES) as f64;
        let lost = chain * chain * UNIT;
        let residue_totals = [lost * (shape.window as f64 * sums[1]).sqrt(), lost * sums[1]];
        let first = self.anchor.is_nan() && self.rebuilds == 0;
        let rebuilds = self.rebuilds + u64::from(!first);
        let sums = Self { anchor, sums, residues, residue_totals, rebuilds };
        let deviation = sums.certified(shape);
        (sums, deviation.unwrap_or_else(|| full_range::standard_deviation(window, shape.ddof)))
    }
}

/// The sum of x - `window[0]`, in eight lanes.
fn shift(window: &[f64]) -> f64 {
    let anchor = window[0];
    let (vectors, rest) = window.as_chunks::<LANES>();
    let mut lanes = [0.0; LANES];
    for vector in vectors {
        for (sum, value) in lanes.iter_mut().zip(vector) {
            *sum += value - anchor;
        }
    }
    lanes.iter().sum::<f64>() + rest.iter().map(|value| value - anchor).sum::<f64>()
}

/// S and Q of the window and their residues, in eight lanes.
fn compensated_sums(window: &[f64], anchor: f64) -> (Both, Both) {
    let (vectors, rest) = window.as_chunks::<LANES>();
    let mut lanes = [([0.0; 2], [0.0; 2]); LANES];
    let mut enter = |vector: &[f64]| {
        for ((sums, residues), value) in lanes.iter_mut().zip(vector) {
            let a = value - anchor;
            let (sum, rounded) = two_sum(*sums, [a, a * a]);
            *sums = sum;
            *residues = add(*residues, rounded);
        }
    };
    vectors.iter().for_each(|vector| enter(vector));
    enter(rest);
    lanes.into_iter().fold(([0.0; 2], [0.0; 2]), |(sums, residues), (lane_sums, lane_residues)| {
        let (sums, rounded) = two_sum(sums, lane_sums);
        (sums, add(residues, add(rounded, lane_residues)))
    })
}

#[inline(always)]
pub(crate) fn add(a: Both, b: Both) -> Both {
    [a[0] + b[0], a[1] + b[1]]
}

/// a + b, and what it rounds off, exactly (Knuth's TwoSum).
#[inline(always)]
pub(crate) fn two_sum(a: Both, b: Both) -> (Both, Both) {
    let subtract = |a: Both, b: Both| [a[0] - b[0], a[1] - b[1]];
    let sum = add(a, b);
    let of_b = subtract(sum, a);
    (sum, add(subtract(a, subtract(sum, of_b)), subtract(b, of_b)))
}
