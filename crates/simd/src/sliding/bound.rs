//! How wrong can the sums of [`forward`](super::forward) be, and why were they not good enough?
//!
//! u = 2^-53; Q is the largest of the window's own and those after every four steps before it, T the S S / n of the window. A step changes S
//! by d = a_new - a_old and Q by p = v_new - v_old. A lane has H steps. The rounded a and v depend on x and K only, so what leaves is what
//! entered, but for the values of [`blocks`](super::blocks), which counts that; as a perturbation of the data that costs u (Q + M2) and u Q. Let w be the window with what it misses, at least 20.
//!
//! *What all steps lose of Q*: u |p| for p, 2 u |p| for adding up four, u |p| for FastTwoSum: 4 u sum |p|. Sum |p| is at
//! most the sum of v over all that enter or leave. Either are in c = ceil(H / w') windows, w' being w
//! rounded down to four: 2 c Q. So 8 c u Q, 24 u Q for c = 3.
//!
//! *What all steps lose of S*: 4 u sum |d|, and by Cauchy and Schwarz sum |d| <= sqrt(H sum d^2) <= 2 sqrt(H c Q). That
//! moves S S / n by 2 sqrt(T / n) times as much: 16 u sqrt(H c / n) sqrt(T Q), 48 u sqrt(w / n) sqrt(T Q).
//!
//! *What the first sums lose*: they are added up four by four in the same way: f u Q and g u sqrt(T Q) with f = 3 and g = 6. Of [`blocks`](super::blocks)
//! it is f = 25 and g = 28.
//!
//! *Within four windows*: sum |p| <= 2 Q, so 3 u Q beside the 4 u of p and its sums that are above already. 7 u T and
//! 6 u sqrt(w / n) sqrt(T Q) for S S / n, as w >= 20. 2 u M2 for the subtractions.
//!
//! *The residues' own rounding*: at most 0.6 u Q and 1.2 u sqrt(T Q) for windows of 10^8 values, of second order for H below
//! 2^20, and together less than 4 u M2 where the check passes.
//!
//! All together, and with m = 16 sqrt(H c / w) + g + 6:
//!
//! ```text
//! (8 c + f + 5) u Q + 7 u T + m u sqrt(w / n) sqrt(T Q) + 3 u M2
//! ```
//!
//! This is checked to be at most 170 u M2. Then a result errs by half of that, u for the reciprocal of n - ddof
//! and its product, and u for the root: less than 88 u = 9.8e-15 relative. Underflow and overflow: M2 must be
//! at least 2^-960, and Q at most a quarter of the largest double.
//!
//! *In narrow windows and short lanes* the least of what is allowed less the bound is kept, with Q the largest of all windows and sqrt(T Q) <= Q / 4 + T. *Of a whole lane*, else, the same is checked of the largest T, the least M2 and the larger of Q and M2 + T. It then holds for each window: where
//! Q is that of an earlier window since every term grows with Q and T; and for Q = M2 + T since what is allowed, less the
//! bound, grows with M2: (8 c + f + 5) u and m u / 2 together are less than half of what is allowed.

use super::{ALLOWED, LEAST_M2, Shape, lane_steps};
use crate::isa::Lanes;

/// Where the sums of a lane were not good enough.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Failure {
    /// The first such window of the lane.
    pub(super) window: usize,
    pub(super) cause: Cause,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Cause {
    /// The window differs from the anchor and from those before more than the bound allows, but not much more.
    Drift,
    /// The window has little spread beside that of another.
    Break,
    /// Squares are too small or too large.
    Scale,
}

/// A little more, so that no rounding in the bound of many windows decides otherwise than in that of one.
pub(super) const CLEARLY: f64 = 1.0 + 1e-9;

/// A window is broken, and does not only drift, where its own Q is below this part of the largest one,
const BROKEN: f64 = 0.5;

/// or S S / n not within these multiples of M2: the anchor is not to blame, or is of another level.
const DRIFTED: std::ops::Range<f64> = 0.5..65536.0;

/// The factors of the bound, over what is allowed.
#[derive(Debug, Clone, Copy)]
pub(super) struct Limits {
    of_q: f64,
    of_t: f64,
    of_mixed: f64,
}

impl Limits {
    /// Where first windows are summed in blocks of so many values, or as a whole.
    pub(super) fn of(shape: &Shape, block: usize) -> Self {
        let (steps, first_q, first_mixed) =
            if block < shape.window { (block - 1, 25.0, 28.0) } else { (lane_steps(shape.window), 3.0, 6.0) };
        let covers = steps.div_ceil(shape.window / 4 * 4) as f64;
        let mixed = 16.0 * (steps as f64 * covers * shape.per_value).sqrt() + first_mixed + 6.0;
        let of_m2 = ALLOWED - 3.0;
        let of_q = 8.0 * covers + first_q + 5.0;
        Self { of_q: of_q / of_m2, of_t: 7.0 / of_m2, of_mixed: mixed / of_m2 }
    }

    /// The bound of the error, over what is allowed.
    #[inline(always)]
    pub(super) fn bound<const W: usize, I: Lanes<W>>(&self, isa: I, q: I::Vector, t: I::Vector) -> I::Vector {
        let times = |factor: f64, a: I::Vector| isa.multiply(isa.splat(factor), a);
        let Self { of_q, of_t, of_mixed } = *self;
        let mixed = isa.multiply(isa.root(t), isa.root(q)); // the product of both might underflow
        isa.add(isa.add(times(of_q, q), times(of_t, t)), times(of_mixed, mixed))
    }

    /// Somewhat more than [`Limits::bound`], without a root: sqrt(T Q) <= Q / 4 + T.
    #[inline(always)]
    pub(super) fn more_than_bound<const W: usize, I: Lanes<W>>(
        &self,
        isa: I,
        q: I::Vector,
        t: I::Vector,
    ) -> I::Vector {
        let Self { of_q, of_t, of_mixed } = *self;
        let (of_q, of_t) = (of_q + 0.25 * of_mixed, of_t + of_mixed);
        isa.add(isa.multiply(isa.splat(CLEARLY * of_q), q), isa.multiply(isa.splat(CLEARLY * of_t), t))
    }
}

/// The lanes where squares may have lost something to underflow, or overflowed.
#[inline(always)]
pub(super) fn out_of_scale<const W: usize, I: Lanes<W>>(isa: I, q: I::Vector, m2: I::Vector) -> u32 {
    // Q is looked at in every fourth window: one between two of them has at most the Q of both, and does not overflow
    isa.not_within(isa.splat(LEAST_M2), m2) | isa.not_within(q, isa.splat(f64::MAX / 4.0))
}

/// The lanes whose window is broken, and does not only drift: the anchor is not to blame where the window's own Q is small.
#[inline(always)]
pub(super) fn is_broken<const W: usize, I: Lanes<W>>(
    isa: I,
    q: I::Vector,
    t: I::Vector,
    m2: I::Vector,
) -> u32 {
    isa.not_within(isa.multiply(isa.splat(BROKEN), q), isa.add(m2, t))
        | !isa.not_within(t, isa.multiply(isa.splat(DRIFTED.start), m2))
        | isa.not_within(t, isa.multiply(isa.splat(DRIFTED.end), m2))
}
