//! How cheaply can a window be computed where most windows are well conditioned?
//!
//! ```text
//! a = x - K    v = a a    S = sum a    Q = sum v    M2 = Q - S S / n    sqrt(M2 / (n - ddof))
//! ```
//!
//! over the window, for an anchor K per lane: the shifted running sums of Chan, Golub and LeVeque (American
//! Statistician 37:242, 1983). The first window of a lane is summed directly, around the mean of some of its values, and the sums
//! run on from there, H windows far. Departures from the textbook:
//!
//! * Nothing is looked at on the way but the largest Q and S S / n and the least M2, from which a bound on the error of
//!   every window of the lane follows at the end. Where that is too much the lane is walked again and looked at window by window (`Look`).
//! * Four windows at a time: the sums change by the changes of four values, added up as (a + b) + (c + d), and what
//!   that one addition rounds off is kept (Dekker's FastTwoSum), so the error does not grow with Q times the number of steps.
//! * The roots of four windows are taken while the next four are summed: a root waits long for its
//!   operand, and whatever is behind it in the program waits with it.
//! * A missing value, a NaN, adds nothing to S, Q and n; n is then another for every window.
//!
//! A window's bits and whether it is good enough follow from the values of its lane up to its last one. When every lane of a vector has failed, the walk stops.
//!
//! # The bound
//!
//! u = 2^-53; Q is the largest of the window's own and those after every four steps before it, T the S S / n of the window. A step changes S
//! by d = a_new - a_old and Q by p = v_new - v_old. The rounded a and v depend on x and K only, so what leaves is what
//! entered; as a perturbation of the data that costs u (Q + M2) and u Q. Let w be the window with what it misses, at least 20.
//!
//! *What all steps lose of Q*: u |p| for p, 2 u |p| for adding up four, u |p| for FastTwoSum: 4 u sum |p|. Sum |p| is at
//! most the sum of v over all that enter or leave. Either are in c = ceil(H / w') windows, w' being w
//! rounded down to four: 2 c Q. So 8 c u Q, 24 u Q for c = 3.
//!
//! *What all steps lose of S*: 4 u sum |d|, and by Cauchy and Schwarz sum |d| <= sqrt(H sum d^2) <= 2 sqrt(H c Q). That
//! moves S S / n by 2 sqrt(T / n) times as much: 16 u sqrt(H c / n) sqrt(T Q), 48 u sqrt(w / n) sqrt(T Q).
//!
//! *What the first sums lose*: they are added up four by four in the same way: 3 u Q, and 6 u sqrt(T Q).
//!
//! *Within four windows*: sum |p| <= 2 Q, so 3 u Q beside the 4 u of p and its sums that are above already. 7 u T and
//! 6 u sqrt(w / n) sqrt(T Q) for S S / n, as w >= 20. 2 u M2 for the subtractions.
//!
//! *The residues' own rounding*: at most 0.6 u Q and 1.2 u sqrt(T Q) for windows of 10^8 values, of second order for H below
//! 2^20, and together less than 4 u M2 where the check passes.
//!
//! All together, and with m = 16 sqrt(H c / w) + 12:
//!
//! ```text
//! (8 c + 8) u Q + 7 u T + m u sqrt(w / n) sqrt(T Q) + 3 u M2
//! ```
//!
//! This is checked to be at most 170 u M2. Then a result errs by half of that, u for the reciprocal of n - ddof
//! and its product, and u for the root: less than 88 u = 9.8e-15 relative. Underflow and overflow: M2 must be
//! at least 2^-960, and Q at most a quarter of the largest double.
//!
//! *Of a whole lane* the same is checked of the largest T, the least M2 and the larger of Q and M2 + T. It then holds for each window: where
//! Q is that of an earlier window since every term grows with Q and T; and for Q = M2 + T since what is allowed, less the
//! bound, grows with M2: (8 c + 8) u and m u / 2 together are less than half of what is allowed.

#![expect(unsafe_code, reason = "places within the lanes are checked once: see `lanes`")]

use std::ops::Range;

use super::lanes::{Ahead, Results, Stretches};
use super::rows::{Kept, Rows, Woven, mean_of_some};
use super::{ALLOWED, LEAST_M2, Shape};
use crate::isa::{Isa, Job, Lanes};

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

/// What is looked at on the way.
#[derive(Debug, Clone, Copy)]
pub(super) struct Look {
    /// Whether values may be missing. Where none is the results have the same bits with and without.
    pub(super) missing: bool,
    /// Whether it is to be found out which window is the first to fail; else failures are said to be at the first window.
    pub(super) each: bool,
}

/// Some stretches of a series, each of which starts `stride` values after the one before: lanes of `windows` windows. With the
/// stride 0 there is but one, which is done in every lane.
pub(super) struct Fill<'a> {
    pub(super) shape: &'a Shape,
    pub(super) look: Look,
    pub(super) values: &'a [f64],
    pub(super) stride: usize,
    /// A multiple of four, and one.
    pub(super) windows: usize,
    /// The standard deviations of all windows of the first lane, then of the others.
    pub(super) out: &'a mut [f64],
    pub(super) ahead: Ahead<'a>,
    /// Of [`super::rows::scratch`].
    pub(super) kept: &'a mut [f64],
    /// Where lanes may be wrong. As many as there are lanes: a multiple of the vector's width.
    pub(super) failures: &'a mut [Option<Failure>],
}

impl Job for Fill<'_> {
    #[inline(always)]
    fn run<const W: usize, I: Isa + Lanes<W>>(self, isa: I) {
        let Self { shape, look, windows, kept, .. } = self;
        let rows = windows + shape.window - 1;
        let stride_out = if self.stride == 0 { 0 } else { windows };
        for (number, failures) in self.failures.as_chunks_mut::<W>().0.iter_mut().enumerate() {
            let first = number * W;
            let values = &self.values[first * self.stride..][..(W - 1) * self.stride + rows];
            let values = Stretches::<W>::new(values, self.stride);
            let out = &mut self.out[first * stride_out..][..(W - 1) * stride_out + windows];
            let mut out = Results::<W>::new(out, stride_out, windows);
            let ahead = self.ahead.from(first * windows);
            *failures = match (look.missing, look.each) {
                (false, false) => filled::<W, I, false, false>(isa, shape, values, &mut out, ahead, kept),
                (false, true) => filled::<W, I, false, true>(isa, shape, values, &mut out, ahead, kept),
                (true, false) => filled::<W, I, true, false>(isa, shape, values, &mut out, ahead, kept),
                (true, true) => filled::<W, I, true, true>(isa, shape, values, &mut out, ahead, kept),
            };
        }
    }
}

#[inline(always)]
fn filled<const W: usize, I: Lanes<W>, const MISSING: bool, const EACH: bool>(
    isa: I,
    shape: &Shape,
    values: Stretches<'_, W>,
    out: &mut Results<'_, W>,
    ahead: Ahead<'_>,
    scratch: &mut [f64],
) -> [Option<Failure>; W] {
    let steps = out.length() - 1;
    assert!(steps.is_multiple_of(4) && values.length() == steps + shape.window, "a result for every window");
    let anchor = mean_of_some(isa, shape.window, values);
    let aligned = scratch.as_ptr().align_offset(64).min(scratch.len());
    let (kept, _) = scratch[aligned..].as_chunks_mut::<W>();
    match kept.get_mut(..values.length()) {
        Some(kept) => {
            let rows = Kept { values, anchor, kept };
            Walk::<W, I, _, MISSING, EACH>::new(isa, shape, steps, rows).run(out, ahead)
        }
        None => {
            let rows = Woven { values, anchor };
            Walk::<W, I, _, MISSING, EACH>::new(isa, shape, steps, rows).run(out, ahead)
        }
    }
}

/// A little more, so that no rounding in the bound of many windows decides otherwise than in that of one.
const CLEARLY: f64 = 1.0 + 1e-9;

/// A window is broken, and does not only drift, where its own Q is below this part of the largest one,
const BROKEN: f64 = 0.5;

/// or S S / n not within these multiples of M2: the anchor is not to blame, or is of another level.
const DRIFTED: std::ops::Range<f64> = 0.5..65536.0;

/// The change of S, Q and n of one value, or of some.
#[derive(Clone, Copy)]
struct Change<V> {
    s: V,
    q: V,
    n: V,
}

impl<V: Copy> Change<V> {
    #[inline(always)]
    fn and<const W: usize>(self, isa: impl Lanes<W, Vector = V>, more: Self) -> Self {
        Self { s: isa.add(self.s, more.s), q: isa.add(self.q, more.q), n: isa.add(self.n, more.n) }
    }
}

/// S, Q and n of one window of each lane, and what the additions of S and Q have rounded off so far.
#[derive(Clone, Copy)]
struct Sums<V> {
    s: V,
    q: V,
    n: V,
    s_rest: V,
    q_rest: V,
}

impl<V: Copy> Sums<V> {
    #[inline(always)]
    fn plus<const W: usize>(self, isa: impl Lanes<W, Vector = V>, more: Change<V>) -> Self {
        let (s, q) = (isa.fast_two_sum(self.s, more.s), isa.fast_two_sum(self.q, more.q));
        Self {
            s: s.sum,
            q: q.sum,
            n: isa.add(self.n, more.n),
            s_rest: isa.add(self.s_rest, s.rest),
            q_rest: isa.add(self.q_rest, q.rest),
        }
    }

    #[inline(always)]
    fn all<const W: usize>(self, isa: impl Lanes<W, Vector = V>) -> Change<V> {
        Change { s: isa.add(self.s, self.s_rest), q: isa.add(self.q, self.q_rest), n: self.n }
    }
}

/// The largest Q after each four windows, the largest (w / n) S S / n and the least M2.
#[derive(Clone, Copy)]
struct Extremes<V> {
    q: V,
    t: V,
    m2: V,
}

/// The lanes from their first windows to their last.
struct Walk<'a, const W: usize, I: Lanes<W>, R, const MISSING: bool, const EACH: bool> {
    isa: I,
    shape: &'a Shape,
    steps: usize,
    rows: R,
    per_value: I::Vector,
    per_degree: I::Vector,
    limits: Limits,
    sums: Sums<I::Vector>,
    extremes: Extremes<I::Vector>,
    failures: [Option<Failure>; W],
    /// Bit l is set where lane l has a failure.
    failed: u32,
}

impl<'a, const W: usize, I: Lanes<W>, R: Rows<W, I::Vector>, const MISSING: bool, const EACH: bool>
    Walk<'a, W, I, R, MISSING, EACH>
{
    #[inline(always)]
    fn new(isa: I, shape: &'a Shape, steps: usize, rows: R) -> Self {
        let zero = isa.splat(0.0);
        Self {
            isa,
            shape,
            steps,
            rows,
            per_value: isa.splat(shape.per_value),
            per_degree: isa.splat(shape.per_degree),
            limits: Limits::of(shape),
            sums: Sums { s: zero, q: zero, n: zero, s_rest: zero, q_rest: zero },
            extremes: Extremes { q: zero, t: zero, m2: isa.splat(f64::MAX) },
            failures: [None; W],
            failed: 0,
        }
    }

    #[inline(always)]
    fn run(mut self, out: &mut Results<'_, W>, ahead: Ahead<'_>) -> [Option<Failure>; W] {
        let isa = self.isa;
        self.sum(0..self.shape.window);
        let all = self.sums.all(isa);
        let first = self.variance(all, 0);
        self.extremes.q = all.q;
        for (lane, deviation) in isa.numbers(isa.root(first)).into_iter().enumerate() {
            out.set(lane, 0, deviation);
        }
        if self.steps > 0 {
            let mut variances = self.four(0, out, None);
            let mut at = 4;
            while at < self.steps && !self.have_all_failed(at) {
                ahead.fetch(isa, W * at, 4 * W);
                variances = self.four(at, out, Some(variances));
                at += 4;
            }
            for lane in 0..W {
                // SAFETY: `at` is at most `steps`, so the four results up to number `at` are some of the lane's `steps + 1`.
                let out = unsafe { out.four(lane, at - 3) };
                isa.write_roots(&variances, lane, out);
            }
        }
        if EACH {
            return self.failures;
        }
        let failed = self.failed_so_far();
        let unknown = Failure { window: 0, cause: Cause::Drift };
        std::array::from_fn(|lane| (failed >> lane & 1 == 1).then_some(unknown))
    }

    /// Whether no lane has a window more whose result will be used.
    #[inline(always)]
    fn have_all_failed(&self, at: usize) -> bool {
        const SELDOM: usize = 256;
        let failed = match EACH {
            true => self.failed,
            false if at.is_multiple_of(SELDOM) => self.failed_so_far(),
            false => 0,
        };
        failed == (1 << W) - 1
    }

    /// The lanes of which not every window so far is good enough.
    #[inline(always)]
    fn failed_so_far(&self) -> u32 {
        let isa = self.isa;
        let Extremes { q, t, m2 } = self.extremes;
        let bound = self.bound(isa.larger(isa.add(m2, t), q), t);
        isa.not_within(isa.multiply(isa.splat(CLEARLY), bound), m2) | self.out_of_scale(q, m2)
    }

    /// The values of the first window.
    #[inline(always)]
    fn sum(&mut self, window: Range<usize>) {
        let isa = self.isa;
        let mut at = window.start;
        while at + 4 <= window.end {
            // SAFETY: the window is one of the lanes'.
            let ([a, b], [c, d]) = unsafe { (self.rows.enter(isa, at), self.rows.enter(isa, at + 2)) };
            let (a, b) = (self.entering(a), self.entering(b));
            let (c, d) = (self.entering(c), self.entering(d));
            self.sums = self.sums.plus(isa, a.and(isa, b).and(isa, c.and(isa, d)));
            at += 4;
        }
        let rest = window.end - at;
        for odd in 0..rest {
            // The last rows of the window, of which those before have been summed: the lanes may have no row after it.
            // SAFETY: as above, and the window has at least four rows.
            let [_, a] = unsafe { self.rows.enter(isa, at + odd - 1) };
            let a = self.entering(a);
            self.sums = self.sums.plus(isa, a);
        }
    }

    /// What one value of each lane adds to the sums.
    #[inline(always)]
    fn entering(&self, a: I::Vector) -> Change<I::Vector> {
        let isa = self.isa;
        let (a, n) = self.present(a);
        Change { s: a, q: isa.multiply(a, a), n }
    }

    /// a and 1, or 0 and 0 where the value is missing.
    #[inline(always)]
    fn present(&self, a: I::Vector) -> (I::Vector, I::Vector) {
        if MISSING {
            let isa = self.isa;
            (isa.where_number(a, a), isa.where_number(a, isa.splat(1.0)))
        } else {
            (a, self.sums.n)
        }
    }

    /// The variances of the four windows after step `at`. Meanwhile takes the roots of the four `before`.
    #[inline(always)]
    fn four(&mut self, at: usize, out: &mut Results<'_, W>, before: Option<I::Quads>) -> I::Quads {
        let isa = self.isa;
        let [a, b] = self.changes(at);
        let [c, d] = self.changes(at + 2);
        let two = a.and(isa, b);
        let changes = [a, two, two.and(isa, c), two.and(isa, c.and(isa, d))];
        let sums = self.sums.all(isa);
        self.sums = self.sums.plus(isa, changes[3]);
        let mut variances = [sums.s; 4];
        let mut q = sums.q;
        for (i, variance) in variances.iter_mut().enumerate() {
            let all = sums.and(isa, changes[i]);
            *variance = self.variance(all, at + i + 1);
            q = all.q;
            if let Some(variances) = &before {
                for lane in (i..W).step_by(4) {
                    // SAFETY: the four results before, which the lanes have.
                    let out = unsafe { out.four(lane, at - 3) };
                    isa.write_roots(variances, lane, out);
                }
            }
        }
        self.extremes.q = isa.larger(self.extremes.q, q);
        isa.quads(variances)
    }

    /// What two steps change.
    #[inline(always)]
    fn changes(&mut self, at: usize) -> [Change<I::Vector>; 2] {
        let isa = self.isa;
        // SAFETY: the steps are of these lanes, so they have the rows that leave and those that enter.
        let (new, old) = unsafe { (self.rows.enter(isa, at + self.shape.window), self.rows.leave(isa, at)) };
        [self.change(new[0], old[0]), self.change(new[1], old[1])]
    }

    #[inline(always)]
    fn change(&self, new: I::Vector, old: I::Vector) -> Change<I::Vector> {
        let isa = self.isa;
        let ((new, n_new), (old, n_old)) = (self.present(new), self.present(old));
        Change {
            s: isa.subtract(new, old),
            q: isa.subtract(isa.multiply(new, new), isa.multiply(old, old)),
            n: if MISSING { isa.subtract(n_new, n_old) } else { n_new },
        }
    }

    /// The variance of window number `window` of each lane.
    #[inline(always)]
    fn variance(&mut self, Change { s, q, n }: Change<I::Vector>, window: usize) -> I::Vector {
        let isa = self.isa;
        let (mut per_value, mut per_degree) = (self.per_value, self.per_degree);
        if MISSING {
            let one = isa.splat(1.0);
            per_value = isa.divide(one, n);
            per_degree = isa.divide(one, isa.subtract(n, isa.splat(self.shape.ddof as f64)));
        }
        let t = isa.multiply(s, isa.multiply(s, per_value));
        let m2 = isa.subtract(q, t);
        let mut variance = isa.multiply(m2, per_degree);
        let (mut t, mut m2) = (t, m2);
        if MISSING {
            let (zero, most) = (isa.splat(0.0), isa.splat(f64::MAX));
            let width = isa.splat(self.shape.window as f64);
            t = isa.multiply(t, isa.larger(isa.multiply(width, per_value), isa.splat(1.0)));
            // one value has no spread, and where there are too few nothing is to be right
            let (single, least) = (isa.splat(1.0), isa.splat(self.shape.least as f64));
            variance = isa.where_within(n, single, zero, variance);
            variance = isa.where_within(least, n, variance, isa.splat(f64::NAN));
            let few = isa.larger(isa.splat(self.shape.least.max(2) as f64), zero);
            (t, m2) = (isa.where_within(few, n, t, zero), isa.where_within(few, n, m2, most));
        }
        self.extremes.t = isa.larger(self.extremes.t, t);
        self.extremes.m2 = isa.smaller(self.extremes.m2, m2);
        if EACH {
            self.judge(q, t, m2, window);
        }
        variance
    }

    /// The bound of the error, over what is allowed.
    #[inline(always)]
    fn bound(&self, q: I::Vector, t: I::Vector) -> I::Vector {
        let isa = self.isa;
        let times = |factor: f64, a: I::Vector| isa.multiply(isa.splat(factor), a);
        let Limits { of_q, of_t, of_mixed } = self.limits;
        let mixed = isa.multiply(isa.root(t), isa.root(q)); // the product of both might underflow
        isa.add(isa.add(times(of_q, q), times(of_t, t)), times(of_mixed, mixed))
    }

    /// Somewhat more than [`Walk::bound`], without a root: sqrt(T Q) <= Q / 4 + T.
    #[inline(always)]
    fn more_than_bound(&self, q: I::Vector, t: I::Vector) -> I::Vector {
        let isa = self.isa;
        let Limits { of_q, of_t, of_mixed } = self.limits;
        let (of_q, of_t) = (of_q + 0.25 * of_mixed, of_t + of_mixed);
        isa.add(isa.multiply(isa.splat(CLEARLY * of_q), q), isa.multiply(isa.splat(CLEARLY * of_t), t))
    }

    /// The lanes where squares may have lost something to underflow, or overflowed.
    #[inline(always)]
    fn out_of_scale(&self, q: I::Vector, m2: I::Vector) -> u32 {
        let isa = self.isa;
        // Q is looked at in every fourth window: one between two of them has at most the Q of both, and does not overflow
        isa.not_within(isa.splat(LEAST_M2), m2) | isa.not_within(q, isa.splat(f64::MAX / 4.0))
    }

    /// Notes the lanes whose first failure is this window.
    #[inline(always)]
    fn judge(&mut self, q: I::Vector, t: I::Vector, m2: I::Vector, window: usize) {
        let isa = self.isa;
        let scale = self.out_of_scale(self.extremes.q, m2) | isa.not_within(q, isa.splat(f64::MAX));
        let q = isa.larger(self.extremes.q, q);
        if isa.not_within(self.more_than_bound(q, t), m2) | scale == 0 {
            return;
        }
        let failed = isa.not_within(self.bound(q, t), m2) | scale;
        self.failed |= failed;
        // the anchor is not to blame where the window's own Q is small
        let broken = isa.not_within(isa.multiply(isa.splat(BROKEN), q), isa.add(m2, t))
            | !isa.not_within(t, isa.multiply(isa.splat(DRIFTED.start), m2))
            | isa.not_within(t, isa.multiply(isa.splat(DRIFTED.end), m2));
        for lane in (0..W).filter(|lane| failed >> lane & 1 == 1) {
            let cause = match (scale >> lane & 1, broken >> lane & 1) {
                (1, _) => Cause::Scale,
                (_, 1) => Cause::Break,
                _ => Cause::Drift,
            };
            self.failures[lane].get_or_insert(Failure { window, cause });
        }
    }
}

/// The factors of the bound, over what is allowed.
#[derive(Debug, Clone, Copy)]
struct Limits {
    of_q: f64,
    of_t: f64,
    of_mixed: f64,
}

impl Limits {
    fn of(shape: &Shape) -> Self {
        let steps = super::lane_steps(shape.window);
        let covers = steps.div_ceil(shape.window / 4 * 4) as f64;
        let mixed = 16.0 * (steps as f64 * covers * shape.per_value).sqrt() + 12.0;
        let of_m2 = ALLOWED - 3.0;
        Self { of_q: (8.0 * covers + 8.0) / of_m2, of_t: 7.0 / of_m2, of_mixed: mixed / of_m2 }
    }
}
